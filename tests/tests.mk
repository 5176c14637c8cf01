# Tests. Included by the top-level Makefile, which sets BUILD, CC and CFLAGS and builds core, library and command.
# Every tests/*/NAME_test.c is one cmocka program, build/tests/NAME_test; tests/run runs them all. Those of core are
# built in tests/unit/unit.mk.

TESTS := $(BUILD)/tests
TEST_CFLAGS := -std=gnu11 -D_GNU_SOURCE -I. -Itests -g $(CFLAGS) -Wall -Wextra -Werror

HARNESS_SOURCES := tests/harness/child.c tests/harness/oracle.c tests/harness/scene.c tests/harness/twice.c
HARNESS_HEADERS := $(wildcard tests/harness/*.h)
HARNESS_OBJECTS := $(HARNESS_SOURCES:%.c=$(BUILD)/%.o)

TEST_SOURCES := $(wildcard tests/linux/*_test.c tests/labs/*_test.c)
TEST_PROGRAMS := $(foreach source,$(TEST_SOURCES),$(TESTS)/$(basename $(notdir $(source))))
# What proves the hooks is run a second time as a user without any right.
TESTS_AS_NOBODY := $(filter $(TESTS)/harness% $(TESTS)/hook%,$(TEST_PROGRAMS))

$(BUILD)/tests/harness/%.o: tests/harness/%.c $(HARNESS_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -c -o $@ $<

$(TESTS)/libharness.a: $(HARNESS_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(TESTS)/oracle: tests/harness/oracle_main.c $(TESTS)/libharness.a
	$(CC) $(TEST_CFLAGS) -o $@ $^ -lcmocka

# The probe is an ordinary program: it is built without anything of this project.
PROBE_SOURCES := $(wildcard tests/linux/probe/*.c)
PROBE_HEADERS := $(wildcard tests/linux/probe/*.h)
PROBE_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror

$(TESTS)/probe: $(PROBE_SOURCES) $(PROBE_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(PROBE_CFLAGS) -o $@ $(PROBE_SOURCES)

define TEST_PROGRAM
$(TESTS)/$(basename $(notdir $(1))): $(1) $(TESTS)/libharness.a $(wildcard $(BUILD)/core/libcore.a) $(HARNESS_HEADERS)
	$(CC) $(TEST_CFLAGS) -o $$@ $(1) $(TESTS)/libharness.a $(BUILD)/core/libcore.a -lcmocka
$(TESTS)/$(basename $(notdir $(1))): $(BUILD)/core/libcore.a
endef
$(foreach source,$(TEST_SOURCES),$(eval $(call TEST_PROGRAM,$(source))))

include tests/unit/unit.mk

.PHONY: test test-programs test-packages
test-packages:
	tests/setup/packages.sh

test-programs: $(TESTS)/oracle $(TESTS)/probe $(UNIT_PROGRAMS) $(TEST_PROGRAMS)

test: test-packages
	$(MAKE) all test-programs
	tests/run --as-nobody "$(TESTS_AS_NOBODY)" $(UNIT_PROGRAMS) $(TEST_PROGRAMS)
