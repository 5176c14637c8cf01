# make soak: the long forms of tests that `make test` holds in short form, within SOAK_HOURS in all, and one table of them (tests/soak.sh).
# Each part is a target of its own, soak-NAME, the comment before it its row's text. Those that a busy machine would disturb come first; what
# runs as long as one likes gets a share. `make soak SOAK="wire load"` runs those alone.
SOAK_HOURS ?= 6
soak-%: export TEST_LIMIT := 7200

.PHONY: soak
soak: test-setup
	@tests/soak.sh $(BUILD) $(SOAK_HOURS) $(SOAK)

.PHONY: soak-table
soak-table:
	tests/soak_table.sh $(BUILD) >tests/soak.md

# 50,000 connections through a server under each way, ten million connects by way of a supervisor.
SOAK += load
.PHONY: soak-load
soak-load: all $(TESTS)/probe $(TESTS)/labs/load_test
	TCPALIVE_TEST_SOAK=1 tests/run $(TESTS)/labs/load_test

# Peers that die, restart, stop or close their window, outages, lost probes, routers that forget, in every way in, IPv4 and IPv6.
SOAK += wire
.PHONY: soak-wire
soak-wire: all $(TESTS)/labs/wire_test
	TCPALIVE_TEST_SOAK=1 TCPALIVE_TEST_LINES=$(BUILD)/wire.txt tests/run $(TESTS)/labs/wire_test
	python3 tests/labs/wire_table.py $(BUILD)/wire.txt >tests/labs/wire.md
	@echo 'soak: [labs/wire.md](labs/wire.md)'

# `measure` on every path and service that it is tested on, of Linux and Windows.
SOAK += measure
.PHONY: soak-measure
soak-measure: all windows $(TESTS)/labs/measure_test $(TESTS)/windows/measure_test
	TCPALIVE_TEST_SOAK=1 tests/run $(TESTS)/labs/measure_test $(TESTS)/windows/measure_test

# The same random calls, right and wrong ones, bare and in nine ways in: the same results.
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

# Ten kinds of services under nineteen restrictions of units, enabled by control group and by library.
SOAK += units
.PHONY: soak-units
soak-units: all $(TESTS)/oracle $(TESTS)/direct/go-static $(TESTS)/enable/matrix_test
	TCPALIVE_TEST_SOAK=1 tests/run $(TESTS)/enable/matrix_test

# The container's recipe, built, and its program looked at.
SOAK += image
.PHONY: soak-image
soak-image:
	tests/setup/packages.sh image
	tests/delivery/image.sh

# Test suites of others (CPython, Go, Perl, libuv, redis) bare and by preload, supervise and both, compared test by test.
SOAK += suites
.PHONY: soak-suites
soak-suites: all
	tests/setup/packages.sh suites
	bad=0; for suite in python go perl libuv redis; do python3 tests/suites/suites.py $(BUILD) $$suite || [ $$? -eq 77 ] || bad=1; done; exit $$bad

# Each system call of the commands and the library made to fail, with every error that its manual lists; few descriptors, little memory, full disks, targets that end.
SOAK += faults
.PHONY: soak-faults
soak-faults: all static $(TESTS)/probe
	python3 tests/faults/faults.py $(BUILD) --all

# Tests of list, attach, check, cgroup and supervise with a command that has AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer.
SOAK += sanitized
SANITIZED_COMMAND := $(BUILD)/sanitized/command
SANITIZED_TESTS := $(addprefix $(TESTS)/,$(addprefix remote/,list_test list_view_test list_kernel_test attach_test attach_choose_test attach_undo_test) \
    $(addprefix cgroup/,command_test status_test rules_test) $(addprefix supervise/,policy_test places_test guardian_test) program/check_test)
.PHONY: soak-sanitized
soak-sanitized: all $(BUILD)/asan/tcpalive $(TESTS)/oracle $(TESTS)/probe $(DIRECT_PROGRAMS) $(OTHER_LIBRARIES) $(OTHER_PROBES) $(SANITIZED_TESTS)
	rm -rf $(SANITIZED_COMMAND) && mkdir -p $(SANITIZED_COMMAND)/tests
	cp $(BUILD)/asan/tcpalive $(BUILD)/libtcpalive.so $(SANITIZED_COMMAND)/
	cp -r $(BUILD)/i386-linux-gnu $(SANITIZED_COMMAND)/
	cp -r $(DIRECT) $(TESTS)/oracle $(TESTS)/probe $(SANITIZED_COMMAND)/tests/
	for test in $(SANITIZED_TESTS:$(TESTS)/%=%); do install -D $(TESTS)/$$test $(SANITIZED_COMMAND)/tests/$$test; done
	tests/run $(SANITIZED_TESTS:$(TESTS)/%=$(SANITIZED_COMMAND)/tests/%)

# `--survive` and `--detect` for every value from 1 ms to 2^31 - 1 in both grains, and 5 x 10^7 pairs: kept, or refused rightly.
SOAK += promises
.PHONY: soak-promises
soak-promises: $(TESTS)/soak/promises_test
	TCPALIVE_TEST_SOAK=1 tests/run $<

$(TESTS)/soak/%_test: tests/unit/%_test.c tests/unit/unit.c $(BUILD)/core/libcore.a
	@mkdir -p $(@D)
	$(call run,LD) $(CC) $(TEST_CFLAGS) -o $@ $^ -lcmocka

# All fuzzers, each for as long as the others: 10^9 inputs and more over all in the time.
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

# The kernels of Debian 11, 12 and 13, booted under qemu with these files: tests of control groups, the program's own calls, supervise and attach.
SOAK += kernels
KERNELS := bullseye bookworm trixie
KERNEL_TESTS := $(addprefix $(TESTS)/,$(addprefix cgroup/,command_test own_calls_test rules_test run_test status_test in_flight_test) \
    supervise/own_test supervise/yama_test remote/attach_test)
.PHONY: soak-kernels
soak-kernels: all static $(TESTS)/oracle $(TESTS)/probe $(DIRECT_PROGRAMS) $(KERNEL_TESTS)
	tests/setup/packages.sh kernels
	for suite in $(KERNELS); do \
	    tests/setup/kernel.sh $(BUILD)/cache/kernels $$suite && \
	    BOOT_LIMIT=3600 tests/kernels/boot.sh $(CURDIR)/$(BUILD)/cache/kernels/$$suite \
	        sh -c 'echo 1 >/proc/sys/kernel/yama/ptrace_scope; TEST_LIMIT=3600 exec tests/run "$$@"' sh $(KERNEL_TESTS) || exit 1; \
	done
