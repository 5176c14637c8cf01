# Tests. Included by the top-level Makefile, which sets BUILD, CC and CFLAGS and builds core, library and command.
# Every NAME_test.c in a room's folder is one cmocka program, build/tests/ROOM/NAME_test; tests/run runs them all. Those
# of core are built in tests/unit/unit.mk.

TESTS := $(BUILD)/tests
TEST_CFLAGS := -std=gnu11 -D_GNU_SOURCE -I. -Itests -g $(CFLAGS) -Wall -Wextra -Werror

TEST_FOLDERS := tests/harness tests/delivery tests/labs tests/suites tests/faults $(wildcard tests/preload/*) $(wildcard tests/preload/library/*)
TEST_SOURCES := $(wildcard $(TEST_FOLDERS:%=%/*_test.c))
# tests/preload/library/hooks/open_test.c -> build/tests/hooks/open_test
test_program = $(TESTS)/$(notdir $(patsubst %/,%,$(dir $(1))))/$(basename $(notdir $(1)))
TEST_PROGRAMS := $(foreach source,$(TEST_SOURCES),$(call test_program,$(source)))
# What proves the hooks is run a second time as a user without any right.
TESTS_AS_NOBODY := $(filter $(TESTS)/harness/% $(TESTS)/hooks/% $(TESTS)/hosts/%,$(TEST_PROGRAMS))

# What several test programs share: of any subject in tests/harness, of one subject beside them.
HARNESS_SOURCES := $(filter-out %_test.c %/oracle_main.c,$(wildcard $(TEST_FOLDERS:%=%/*.c)))
HARNESS_HEADERS := $(wildcard $(TEST_FOLDERS:%=%/*.h))
HARNESS_OBJECTS := $(HARNESS_SOURCES:%.c=$(BUILD)/%.o)

$(HARNESS_OBJECTS): $(BUILD)/%.o: %.c $(HARNESS_HEADERS)
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(TEST_CFLAGS) -c -o $@ $<

$(TESTS)/libharness.a: $(HARNESS_OBJECTS)
	@rm -f $@
	$(call run,AR) $(AR) rcs $@ $^

$(TESTS)/oracle: tests/harness/oracle_main.c $(TESTS)/libharness.a
	$(call run,LD) $(CC) $(TEST_CFLAGS) -o $@ $^ -lcmocka

# The probe is an ordinary program: it is built without anything of this project.
PROBE_SOURCES := $(wildcard tests/targets/probe/*.c)
PROBE_HEADERS := $(wildcard tests/targets/probe/*.h)
PROBE_CFLAGS := -std=gnu11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror

$(TESTS)/probe: $(PROBE_SOURCES) $(PROBE_HEADERS)
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(PROBE_CFLAGS) -o $@ $(PROBE_SOURCES)

# So is the host, with its plugins. It shares the probe's helpers, and knows where it stands when it opens a plugin by name.
HOST_SOURCES := $(addprefix tests/targets/host/,main.c threads.c first.c children.c hostile.c plugins.c pointers.c raw.c filter.c actions.c sandbox.c) tests/targets/probe/common.c
HOST_HEADERS := $(wildcard tests/targets/host/*.h) $(PROBE_HEADERS)
HOST_CFLAGS_ALL := $(PROBE_CFLAGS) -fexceptions -rdynamic -Wl,--enable-new-dtags '-Wl,-rpath,$$ORIGIN'
HOST_OBJECTS := host-plugin-lazy.so host-plugin-now.so host-early.so host-allocator.so empty.so
HOST_PROGRAMS := $(addprefix $(TESTS)/,host host-asan own-names $(HOST_OBJECTS))

$(TESTS)/host: $(HOST_SOURCES) $(HOST_HEADERS)
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(HOST_CFLAGS_ALL) -o $@ $(HOST_SOURCES)

$(TESTS)/host-asan: $(HOST_SOURCES) $(HOST_HEADERS)
	@mkdir -p $(@D)
	$(call run,CC) gcc $(HOST_CFLAGS_ALL) -fsanitize=address -static-libasan -o $@ $(HOST_SOURCES)

$(TESTS)/own-names: tests/targets/own_names.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(PROBE_CFLAGS) -fno-builtin -rdynamic -o $@ $<

# The library with instruments of its own, in hosts that have the same: tests/preload/library/sanitized_test.c.
SANITIZED_LIBRARIES := $(BUILD)/sanitized/address/libtcpalive.so $(BUILD)/sanitized/thread/libtcpalive.so
SANITIZED_HOSTS := $(BUILD)/sanitized/thread/host $(BUILD)/sanitized/thread/race
$(BUILD)/sanitized/address/libtcpalive.so: INSTRUMENTS := -fsanitize=address,undefined -fsanitize-undefined-trap-on-error
$(BUILD)/sanitized/thread/libtcpalive.so: INSTRUMENTS := -fsanitize=thread

$(SANITIZED_LIBRARIES): FORCE
	$(MAKE) CC=gcc BUILD=$(@D) LIBRARY_OPTIMIZE='-O1 $(INSTRUMENTS)' $@

$(BUILD)/sanitized/thread/host: $(HOST_SOURCES) $(HOST_HEADERS)
	@mkdir -p $(@D)
	$(call run,CC) gcc $(HOST_CFLAGS_ALL) -fsanitize=thread -o $@ $(HOST_SOURCES)

$(BUILD)/sanitized/thread/race: tests/targets/race.c
	@mkdir -p $(@D)
	$(call run,CC) gcc $(PROBE_CFLAGS) -fsanitize=thread -o $@ $<

# What is opened by the host or preloaded beside the library: in this folder, by this compiler.
define HOST_OBJECTS_IN
$(1)/host-plugin-lazy.so $(1)/host-plugin-now.so: tests/targets/host/plugin.c
	@mkdir -p $$(@D)
	$$(call run,CC) $(2) $$(PROBE_CFLAGS) -shared -fPIC -Wl,-z,relro -Wl,-z,$$(@:$(1)/host-plugin-%.so=%) -o $$@ $$<

$(1)/host-early.so $(1)/host-allocator.so: $(1)/host-%.so: tests/targets/host/%.c
	@mkdir -p $$(@D)
	$$(call run,CC) $(2) $$(PROBE_CFLAGS) -fno-builtin -shared -fPIC -o $$@ $$<

# What the loader does for any object at all.
$(1)/empty.so:
	@mkdir -p $$(@D)
	echo 'int nothing;' | $(2) -shared -fPIC -nostdlib -o $$@ -x c -
endef
$(eval $(call HOST_OBJECTS_IN,$(TESTS),$$(CC)))

# The same for other word sizes and machines, each beside a library of its own ...
OTHER_BUILDS := $(BUILD)/i386-linux-gnu $(BUILD)/aarch64-linux-gnu
OTHER_LIBRARIES := $(OTHER_BUILDS:%=%/libtcpalive.so)
OTHER_PROBES := $(OTHER_BUILDS:%=%/tests/probe) $(BUILD)/i386-linux-gnu/tests/time64/probe
OTHER_HOSTS := $(addprefix $(BUILD)/i386-linux-gnu/tests/,host host-asan $(HOST_OBJECTS))
KERNEL_HEADERS := -idirafter /usr/include -idirafter /usr/include/$(shell uname -m)-linux-gnu

$(BUILD)/i386-linux-gnu/%: OTHER_CC := gcc -m32 $(KERNEL_HEADERS)
$(BUILD)/aarch64-linux-gnu/%: OTHER_CC := aarch64-linux-gnu-gcc
# What a 32-bit C library offers to programs built for times after 2038 has other names.
$(BUILD)/i386-linux-gnu/tests/time64/probe: OTHER_CC += -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64

$(OTHER_LIBRARIES): FORCE
	$(MAKE) ARCH=$(patsubst %-linux-gnu,%,$(notdir $(@D))) BUILD=$(@D) $@

$(OTHER_PROBES): $(PROBE_SOURCES) $(PROBE_HEADERS)
	@mkdir -p $(@D)
	$(call run,CC) $(OTHER_CC) $(PROBE_CFLAGS) -o $@ $(PROBE_SOURCES)

$(BUILD)/i386-linux-gnu/tests/host: $(HOST_SOURCES) $(HOST_HEADERS)
	@mkdir -p $(@D)
	$(call run,CC) $(OTHER_CC) $(HOST_CFLAGS_ALL) -o $@ $(HOST_SOURCES)

$(BUILD)/i386-linux-gnu/tests/host-asan: $(HOST_SOURCES) $(HOST_HEADERS)
	@mkdir -p $(@D)
	$(call run,CC) $(OTHER_CC) $(HOST_CFLAGS_ALL) -fsanitize=address -static-libasan -o $@ $(HOST_SOURCES)

$(eval $(call HOST_OBJECTS_IN,$(BUILD)/i386-linux-gnu/tests,$$(OTHER_CC)))

# ... and for other C libraries, in roots where this machine's own library is copied to.
ROOTS := $(patsubst %/.complete,%,$(wildcard $(BUILD)/cache/roots/*/.complete))
ROOT_FILES := $(foreach file,probe host libtcpalive.so $(HOST_OBJECTS),$(ROOTS:%=%/tcpalive/$(file))) \
	$(patsubst %,%/tcpalive/host-asan,$(filter-out %/musl,$(ROOTS))) \
	$(patsubst %,%/tcpalive/threads/probe,$(filter %/bullseye,$(ROOTS)))
# With -B, or the compiler takes start files and libraries from beside itself; with the whole path, or the linker does not
# follow a library's script into the root.
glibc_cc = $(CC) --sysroot=$(abspath $(1)) -B$(abspath $(1))/usr/lib/$(shell uname -m)-linux-gnu/
ROOT_CC = $(call glibc_cc,$(@D)/..)

$(BUILD)/cache/roots/musl/tcpalive/%: ROOT_CC = musl-gcc $(KERNEL_HEADERS)
# musl cancels threads without unwinding; the unwinder at hand is glibc's.
$(BUILD)/cache/roots/musl/tcpalive/host: HOST_CFLAGS_ALL += -fno-exceptions
$(BUILD)/cache/roots/%/tcpalive/probe: $(PROBE_SOURCES) $(PROBE_HEADERS)
	$(call run,CC) $(ROOT_CC) $(PROBE_CFLAGS) -o $@ $(PROBE_SOURCES)

# The compiler's own unwinder is newer than the root's, and asks for what an older C library has not.
$(BUILD)/cache/roots/%/tcpalive/host: $(HOST_SOURCES) $(HOST_HEADERS)
	$(call run,CC) $(ROOT_CC) $(HOST_CFLAGS_ALL) -Wl,--allow-shlib-undefined -o $@ $(HOST_SOURCES) -lpthread -ldl

# The compiler's checks are its own machine's; they want nothing of a C library that older ones have not.
$(BUILD)/cache/roots/%/tcpalive/host-asan: $(HOST_SOURCES) $(HOST_HEADERS)
	$(call run,CC) $(call glibc_cc,$(@D)/..) $(HOST_CFLAGS_ALL) -fsanitize=address -static-libasan -Wl,--allow-shlib-undefined \
		-o $@ $(HOST_SOURCES) -lpthread -ldl -lrt -lm

$(foreach root,$(ROOTS),$(eval $(call HOST_OBJECTS_IN,$(root)/tcpalive,$$(ROOT_CC))))

# Before 2.34 glibc had its socket calls twice: programs with threads took libpthread's.
$(BUILD)/cache/roots/bullseye/tcpalive/threads/probe: $(PROBE_SOURCES) $(PROBE_HEADERS)
	@mkdir -p $(@D)
	$(call run,CC) $(call glibc_cc,$(@D)/../..) $(PROBE_CFLAGS) -Wl,--no-as-needed -o $@ $(PROBE_SOURCES) -lpthread

$(BUILD)/cache/roots/%/tcpalive/libtcpalive.so: $(BUILD)/libtcpalive.so
	cp $< $@

include tests/targets/direct/direct.mk

define TEST_PROGRAM
$(call test_program,$(1)): $(1) $(TESTS)/libharness.a $(BUILD)/core/libcore.a $(HARNESS_HEADERS)
	@mkdir -p $$(@D)
	$$(call run,CC) $(CC) $(TEST_CFLAGS) -o $$@ $(1) $$(EXTRA_OBJECTS) $(TESTS)/libharness.a $(BUILD)/core/libcore.a -lcmocka
endef
$(foreach source,$(TEST_SOURCES),$(eval $(call TEST_PROGRAM,$(source))))

# One file of the command's, without the rest.
$(TESTS)/enable/environment_test: $(BUILD)/preload/enable/environment.o
$(TESTS)/enable/environment_test: EXTRA_OBJECTS = $(BUILD)/preload/enable/environment.o

# The library once for every hook, without that hook: what the hook tests must notice.
HOOKS := $(shell sed -n '/^.define REAL_FUNCTIONS/,/^enum/p' preload/library/real.h | grep -o ' X([a-z0-9_]*)' | tr -d ' X()')
REMOVED := $(HOOKS:%=$(BUILD)/removed/%/libtcpalive.so)

$(BUILD)/removed/%/libtcpalive.so: $(LIBRARY_OBJECTS)
	@mkdir -p $(@D)
	printf '{ local: %s; };\n' $* >$(@D)/local
	$(call run,LD) $(LIBRARY_LINK) -Wl,--version-script=$(@D)/local -o $@ $(LIBRARY_OBJECTS) $(LIBRARY_LDLIBS)

# And once in another order of its files, on which nothing may depend.
$(BUILD)/reversed/libtcpalive.so: $(LIBRARY_OBJECTS)
	@mkdir -p $(@D)
	$(call run,LD) $(LIBRARY_LINK) -o $@ $(call reverse,$(LIBRARY_OBJECTS)) $(LIBRARY_LDLIBS)

include tests/unit/unit.mk
include tests/windows/windows.mk
include tests/bench/bench.mk
include tests/fuzz/fuzz.mk
include tests/soak.mk

.PHONY: test test-programs test-needs test-setup
test-setup:
	tests/setup/packages.sh
	tests/setup/roots.sh $(BUILD)/cache/roots
	tests/setup/service_root.sh $(BUILD)/cache/service
	tests/setup/schemas.sh $(BUILD)/cache/schemas

# What the test programs run; each part of the tests adds its own.
TEST_NEEDS += man completions static $(TESTS)/oracle $(TESTS)/probe $(HOST_PROGRAMS) $(UNIT_PROGRAMS)
TEST_NEEDS += $(SANITIZED_LIBRARIES) $(SANITIZED_HOSTS)
TEST_NEEDS += $(OTHER_LIBRARIES) $(OTHER_PROBES) $(OTHER_HOSTS) $(ROOT_FILES) $(REMOVED) $(BUILD)/reversed/libtcpalive.so

ALL_PROGRAMS = $(UNIT_PROGRAMS) $(TEST_PROGRAMS)
test-programs: $(TEST_PROGRAMS) test-needs
test-needs: $(TEST_NEEDS)

# Test programs that run others.
$(TESTS)/library/removed_test $(TESTS)/library/roots_test: | $(filter $(TESTS)/hooks/% $(TESTS)/hosts/%,$(TEST_PROGRAMS))
$(TESTS)/delivery/build_test: | $(TESTS)/hooks/object_test
$(TESTS)/windows/newer_wine_test: | $(patsubst %,$(TESTS)/windows/%_test,run thread ways kit servers)

# T=list or T=remote/list: those test programs alone, with what is installed already.
ifdef T
CHOSEN = $(foreach part,$(T),$(filter $(TESTS)/$(part) $(TESTS)/$(part)_test,$(ALL_PROGRAMS)) \
	$(foreach program,$(ALL_PROGRAMS),$(if $(filter $(part) $(part)_test,$(notdir $(program))),$(program))))
test:
	$(MAKE) -j$(shell nproc) WERROR=-Werror all test-needs $(CHOSEN)
	tests/run $(CHOSEN)
else
# In a make of its own, which sees what the setup brought.
test: test-setup
	$(MAKE) -j$(shell nproc) WERROR=-Werror all test-programs
	$(MAKE) fuzz-shortly
	SEEN=$(BUILD)/seen.txt tests/run --as-nobody "$(TESTS_AS_NOBODY)" $(UNIT_PROGRAMS) $(TEST_PROGRAMS)
endif

.PHONY: unit
unit: $(UNIT_PROGRAMS)
	tests/run $(UNIT_PROGRAMS)

# tests/seen.md, from what the last `make test` saw and what the kit for a real Windows was told.
.PHONY: seen
seen:
	tests/seen_table.sh $(BUILD)/seen.txt tests/windows/seen tests/seen.md
