# make fuzz: each tests/fuzz/fuzz_NAME.c runs FUZZ_SECONDS under libFuzzer, AddressSanitizer and UndefinedBehavior-
# Sanitizer. What it finds interesting stays in $(FUZZ)/corpus/NAME for the next time; what fails, in $(FUZZ)/NAME-*.

FUZZ := $(BUILD)/fuzz
FUZZ_SECONDS ?= 20
# A bound on inputs in place of seconds; 0: none.
FUZZ_RUNS ?= 0
FUZZ_CC := clang
FUZZ_SANITIZE := address,undefined
FUZZ_FLAGS := -std=gnu11 -I. -D_GNU_SOURCE -O1 -g -fno-sanitize-recover=all -fno-omit-frame-pointer

FUZZ_TESTED := $(CORE_SOURCES) preload/facts.c preload/opened.c preload/program/elf_image.c preload/remote/sock_diag.c \
	preload/supervise/calls.c preload/supervise/memory.c
FUZZ_OBJECTS := $(FUZZ_TESTED:%.c=$(FUZZ)/%.o)
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_PROGRAMS := $(FUZZ_NAMES:%=$(FUZZ)/fuzz_%)

$(FUZZ)/%.o: %.c
	@mkdir -p $(@D)
	$(call run,CC) $(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,$(FUZZ_SANITIZE) -MMD -MP -c -o $@ $<

$(FUZZ_PROGRAMS): $(FUZZ)/%: tests/fuzz/%.c tests/fuzz/fuzz.h $(FUZZ_OBJECTS)
	$(call run,CC) $(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer,$(FUZZ_SANITIZE) -o $@ $(filter-out %.h,$^)

# Fuzzers of files begin with a real one.
$(FUZZ)/corpus/elf/tcpalive: $(BUILD)/tcpalive
	@mkdir -p $(@D)
	strip -o $@ $<

.PHONY: fuzz
fuzz: $(FUZZ_NAMES:%=fuzz-%)

.PHONY: $(FUZZ_NAMES:%=fuzz-%)
$(FUZZ_NAMES:%=fuzz-%): fuzz-%: $(FUZZ)/fuzz_% $(FUZZ)/corpus/elf/tcpalive
	@mkdir -p $(FUZZ)/corpus/$*
	@$< $(if $(filter 0,$(FUZZ_RUNS)),-max_total_time=$(FUZZ_SECONDS),-runs=$(FUZZ_RUNS)) -detect_leaks=0 -timeout=10 -dict=tests/fuzz/words -max_len=$(if $(filter elf,$*),200000,4096) \
		-artifact_prefix=$(FUZZ)/$*- $(FUZZ)/corpus/$* >$(FUZZ)/$*.log 2>&1 && \
		echo "fuzz $*: $$(sed -n 's/^Done /no failure in /p' $(FUZZ)/$*.log)" || { tail -n 40 $(FUZZ)/$*.log >&2; exit 1; }

# For the test run: long enough to know that each is built and begins.
.PHONY: fuzz-shortly
fuzz-shortly:
	@if echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | $(FUZZ_CC) -xc - -fsanitize=fuzzer -o /dev/null 2>/dev/null; \
	then $(MAKE) fuzz FUZZ_SECONDS=2; else echo "tests: no fuzzing, $(FUZZ_CC) has no libFuzzer here" >&2; fi

-include $(FUZZ_OBJECTS:.o=.d)
