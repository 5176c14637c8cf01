# make soak: the long forms of tests that `make test` holds in short form, within SOAK_HOURS in all, and one table of them (tests/soak.sh).
# Each part is a target of its own, soak-NAME. Those that a busy machine would disturb come first; what runs as long as one likes gets a share.
SOAK_HOURS ?= 6

.PHONY: soak
soak: test-setup
	@tests/soak.sh $(BUILD) $(SOAK_HOURS) $(SOAK)

# 50,000 connections through a server under each way, ten million connects by way of a supervisor.
SOAK += load
.PHONY: soak-load
soak-load: all $(TESTS)/probe $(TESTS)/labs/load_test
	TCPALIVE_TEST_SOAK=1 TEST_LIMIT=7200 tests/run $(TESTS)/labs/load_test

# Every way on a wire that fails; what it saw becomes tests/labs/wire.md.
SOAK += wire
.PHONY: soak-wire
soak-wire: all $(TESTS)/labs/wire_test
	TCPALIVE_TEST_SOAK=1 TCPALIVE_TEST_LINES=$(BUILD)/wire.txt tests/run $(TESTS)/labs/wire_test
	python3 tests/labs/wire_table.py $(BUILD)/wire.txt >tests/labs/wire.md

# Every path and service that measure is tested on.
SOAK += measure
.PHONY: soak-measure
soak-measure: all windows $(TESTS)/labs/measure_test $(TESTS)/windows/measure_test
	TCPALIVE_TEST_SOAK=1 tests/run $(TESTS)/labs/measure_test $(TESTS)/windows/measure_test

# The same random calls bare and in every way in, many more of them.
SOAK += differential
.PHONY: soak-differential
soak-differential: all $(TESTS)/ways/differential_test $(TESTS)/direct/random $(TESTS)/direct/random-dynamic
	TCPALIVE_TEST_SOAK=1 tests/run $(TESTS)/ways/differential_test

# From nothing to a protected service by what README says, in new roots of three Debian releases and of musl.
SOAK += fresh
.PHONY: soak-fresh
soak-fresh:
	for system in musl bullseye bookworm trixie; do tests/delivery/fresh.sh $$system || exit 1; done

# Debian's packages of both word sizes on one machine.
SOAK += packages
.PHONY: soak-packages
soak-packages:
	tests/setup/packages.sh both
	tests/delivery/packages.sh both

# Every kind of service under every restriction that units put on them.
SOAK += units
.PHONY: soak-units
soak-units: all $(TESTS)/oracle $(TESTS)/direct/go-static $(TESTS)/enable/matrix_test
	TCPALIVE_TEST_SOAK=1 TEST_LIMIT=3600 tests/run $(TESTS)/enable/matrix_test

# The container's recipe, built, and its program looked at.
SOAK += image
.PHONY: soak-image
soak-image:
	tests/setup/packages.sh image
	tests/delivery/image.sh

# Test suites of others, whole, compared test by test.
SOAK += suites
.PHONY: soak-suites
soak-suites: all
	tests/setup/packages.sh suites
	for suite in python go perl libuv redis; do python3 tests/suites/suites.py $(BUILD) $$suite || [ $$? -eq 77 ] || exit 1; done

# Each system call made to fail, with every error that its manual lists.
SOAK += faults
.PHONY: soak-faults
soak-faults: all static $(TESTS)/probe
	python3 tests/faults/faults.py $(BUILD) --all

# The promises for every value there is, without sanitizers: they would take an hour.
SOAK += promises
.PHONY: soak-promises
soak-promises: $(TESTS)/soak/promises_test
	TCPALIVE_TEST_SOAK=1 tests/run $<

$(TESTS)/soak/%_test: tests/unit/%_test.c tests/unit/unit.c $(BUILD)/core/libcore.a
	@mkdir -p $(@D)
	$(call run,LD) $(CC) $(TEST_CFLAGS) -o $@ $^ -lcmocka

# All fuzzers, of which most inputs go through those that are quickest: 10^9 and more over all in the time.
SOAK += fuzz
SOAK_FUZZ_SECONDS ?= $(shell expr $(SOAK_HOURS) \* 900)
.PHONY: soak-fuzz
soak-fuzz: $(FUZZ_LONG)
	tests/fuzz/long.sh $(BUILD) $(SOAK_FUZZ_SECONDS) $(FUZZ_NAMES)

# A supervisor that limits of time end again and again.
SOAK += supervise
.PHONY: soak-supervise
soak-supervise: all $(TESTS)/direct/strain $(TESTS)/supervise/guardian_test
	TCPALIVE_TEST_SOAK=1 tests/run $(TESTS)/supervise/guardian_test
# The kernels that are still about, each in a machine of its own with these files: does the control group's way load there, set, bound
# and let pass what it should, and do the other ways?
SOAK += kernels
KERNELS := bullseye bookworm trixie
KERNEL_TESTS := $(addprefix $(TESTS)/,$(addprefix cgroup/,command_test own_calls_test rules_test run_test status_test in_flight_test) \
    supervise/own_test remote/attach_test)
.PHONY: soak-kernels
soak-kernels: all static $(TESTS)/oracle $(TESTS)/probe $(DIRECT_PROGRAMS) $(KERNEL_TESTS)
	tests/setup/packages.sh kernels
	for suite in $(KERNELS); do \
	    tests/setup/kernel.sh $(BUILD)/cache/kernels $$suite && \
	    BOOT_LIMIT=3600 tests/kernels/boot.sh $(CURDIR)/$(BUILD)/cache/kernels/$$suite \
	        env TEST_LIMIT=1800 tests/run $(KERNEL_TESTS) || exit 1; \
	done
