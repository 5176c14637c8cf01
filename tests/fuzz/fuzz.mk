# make fuzz: each tests/fuzz/fuzz_NAME.c runs FUZZ_SECONDS under libFuzzer, AddressSanitizer and UndefinedBehavior-
# Sanitizer. It begins with tests/fuzz/corpus/NAME; what it finds interesting stays in $(FUZZ)/corpus/NAME for the next time; what
# fails, in $(FUZZ)/NAME-*.

FUZZ := $(BUILD)/fuzz
FUZZ_SECONDS ?= 20
FUZZ_SEED ?= 0
FUZZ_CC := clang
FUZZ_SANITIZE := address,undefined
FUZZ_FLAGS := -std=gnu11 -I. -D_GNU_SOURCE -O1 -g -fno-sanitize-recover=all -fno-omit-frame-pointer
# For as many inputs as can be: a step past the end meets a page that cannot be read, undefined behaviour a trap.
MANY_FLAGS := -std=gnu11 -I. -D_GNU_SOURCE -O2 -g -fsanitize=undefined -fsanitize-trap=all

# Windows' half is compiled against a header of the fuzzers' own.
FUZZ_WINDOWS := winhook/command/pe_image.c winhook/command/command_line.c winhook/command/batch.c
FUZZ_TESTED := $(CORE_SOURCES) $(wildcard preload/*.c preload/enable/*.c preload/program/*.c preload/remote/*.c) \
	preload/command/commands.c preload/library/classic_bpf.c preload/supervise/calls.c preload/supervise/memory.c $(FUZZ_WINDOWS)
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_OBJECTS := $(FUZZ_TESTED:%.c=$(FUZZ)/%.o)
MANY_OBJECTS := $(FUZZ_TESTED:%.c=$(FUZZ)/many/%.o)
FUZZ_OWN := $(FUZZ_NAMES:%=$(FUZZ)/tests/fuzz/fuzz_%.o) $(FUZZ_NAMES:%=$(FUZZ)/many/tests/fuzz/fuzz_%.o)
$(FUZZ)/preload/program/library_path.o $(FUZZ)/many/preload/program/library_path.o: FUZZ_ALSO := $(LIBDIR_FLAG)
$(foreach name,$(FUZZ_WINDOWS:%.c=%) $(addprefix tests/fuzz/fuzz_,pe command_line batch),$(FUZZ)/$(name).o $(FUZZ)/many/$(name).o): \
	FUZZ_ALSO := -Itests/fuzz/windows -fshort-wchar

$(FUZZ)/many/%.o: %.c
	@mkdir -p $(@D)
	$(call run,CC) $(FUZZ_CC) $(MANY_FLAGS) $(FUZZ_ALSO) -MMD -MP -c -o $@ $<

$(FUZZ)/%.o: %.c
	@mkdir -p $(@D)
	$(call run,CC) $(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_ALSO) -fsanitize=fuzzer-no-link,$(FUZZ_SANITIZE) -MMD -MP -c -o $@ $<

# From archives, so that a fuzzer may hold a file of its own instead.
$(FUZZ)/tested.a: $(FUZZ_OBJECTS)
$(FUZZ)/many/tested.a: $(MANY_OBJECTS)
$(FUZZ)/tested.a $(FUZZ)/many/tested.a:
	@rm -f $@
	$(call run,AR) $(AR) rcs $@ $^

$(FUZZ)/fuzz_%: $(FUZZ)/tests/fuzz/fuzz_%.o $(FUZZ)/tested.a
	$(call run,LD) $(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer,$(FUZZ_SANITIZE) -o $@ $^

$(FUZZ)/many_%: $(FUZZ)/many/tests/fuzz/fuzz_%.o $(FUZZ)/many/tests/fuzz/many.o $(FUZZ)/many/tested.a
	$(call run,LD) $(FUZZ_CC) $(MANY_FLAGS) -o $@ $^

$(FUZZ)/seed/%: tests/fuzz/corpus/%
	@rm -rf $@
	$(call run,SEED) python3 tests/fuzz/corpus.py unpack $< $@

.PHONY: fuzz
fuzz: $(FUZZ_NAMES:%=fuzz-%)

.PHONY: $(FUZZ_NAMES:%=fuzz-%)
$(FUZZ_NAMES:%=fuzz-%): fuzz-%: $(FUZZ)/fuzz_% $(FUZZ)/seed/%
	@mkdir -p $(FUZZ)/corpus/$*
	@$< -seed=$(FUZZ_SEED) -max_total_time=$(FUZZ_SECONDS) -detect_leaks=0 -timeout=60 -rss_limit_mb=512 -dict=tests/fuzz/words -max_len=4096 \
		-artifact_prefix=$(FUZZ)/$*- $(FUZZ)/corpus/$* $(FUZZ)/seed/$* >$(FUZZ)/$*.log 2>&1 && \
		echo "fuzz $*: $$(sed -n 's/^Done /no failure in /p' $(FUZZ)/$*.log)" || { tail -n 40 $(FUZZ)/$*.log >&2; exit 1; }

FUZZ_LONG := $(foreach name,$(FUZZ_NAMES),$(addprefix $(FUZZ)/,fuzz_$(name) many_$(name) seed/$(name)))

# For the test run: long enough to know that each is built and begins, and the same inputs each time.
.PHONY: fuzz-shortly
fuzz-shortly:
	@if echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | $(FUZZ_CC) -xc - -fsanitize=fuzzer -o /dev/null 2>/dev/null; \
	then $(MAKE) -j$(shell nproc) fuzz FUZZ_SECONDS=1 FUZZ_SEED=1; else echo "tests: no fuzzing, $(FUZZ_CC) has no libFuzzer here" >&2; fi

.SECONDARY: $(FUZZ_OWN) $(FUZZ_LONG) $(FUZZ)/many/tests/fuzz/many.o
-include $(FUZZ_OBJECTS:.o=.d) $(MANY_OBJECTS:.o=.d) $(FUZZ_OWN:.o=.d)
