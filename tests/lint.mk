# make lint: every C file through gcc and clang with all warnings as errors and through clang-tidy (.clang-tidy says which
# checks), all of them through cppcheck, scripts through shellcheck. A file that passed is looked at again when it, a header
# or the checks have changed.

LINT := $(BUILD)/lint
LINT_HEADERS := $(wildcard core/*.h preload/*.h preload/*/*.h winhook/*.h winhook/*/*.h tests/*/*.h tests/*/*/*.h tests/*/*/*/*.h)
LINT_CORE := $(wildcard core/*.c man/*.c completions/*.c)
LINT_PRELOAD := $(wildcard preload/*.c preload/*/*.c)
LINT_WINDOWS := $(wildcard winhook/*.c winhook/*/*.c tests/windows/pretend.c tests/windows/probe*.c tests/windows/fake*.c tests/windows/kit/*.c tests/*/*_windows.c)
LINT_TESTS := $(filter-out $(LINT_WINDOWS),$(wildcard tests/*/*.c tests/*/*/*.c tests/*/*/*/*.c examples/*.c))
LINT_C := $(LINT_HEADERS) $(LINT_CORE) $(LINT_PRELOAD) $(LINT_WINDOWS) $(LINT_TESTS)
LINT_SCRIPTS := $(wildcard .ci/run tests/run tests/*.sh tests/*/*.sh tests/*/*/*.sh)

LINT_WARNINGS := -Wall -Wextra -Werror
LINT_CORE_FLAGS := -std=c11 -I.
LINT_PRELOAD_FLAGS := -std=gnu11 -I. -D_GNU_SOURCE $(VERSION_FLAG) -DTCPALIVE_LIBDIR='"/lib"'
LINT_TESTS_FLAGS := -std=gnu11 -I. -Itests -Itests/fuzz/windows -D_GNU_SOURCE -DTCPALIVE_LIBDIR='"/lib"'
LINT_WINDOWS_FLAGS := -std=gnu11 $(WINDOWS_CPPFLAGS)
LINT_WINDOWS_TARGET := --target=x86_64-w64-mingw32 -isystem /usr/x86_64-w64-mingw32/include

# $(call lint_rule,files,flags,gcc,what clang needs to know besides)
define lint_rule
$(1:%=$(LINT)/%.passed): $(LINT)/%.passed: % $(LINT_HEADERS) .clang-tidy
	@echo "lint $$<"
	@mkdir -p $$(@D)
	@$(3) $(2) -O2 $(LINT_WARNINGS) -c -o $$(@:.passed=.o) $$<
	@clang $(4) $(2) $(LINT_WARNINGS) -fsyntax-only $$<
	@clang-tidy --quiet $$< -- $(4) $(2) 2>$$(@:.passed=.log) || { cat $$(@:.passed=.log) >&2; exit 1; }
	@touch $$@
endef
$(eval $(call lint_rule,$(LINT_CORE),$(LINT_CORE_FLAGS),gcc))
$(eval $(call lint_rule,$(LINT_PRELOAD),$(LINT_PRELOAD_FLAGS),gcc))
$(eval $(call lint_rule,$(LINT_TESTS),$(LINT_TESTS_FLAGS),gcc))
$(eval $(call lint_rule,$(LINT_WINDOWS),$(LINT_WINDOWS_FLAGS),x86_64-w64-mingw32-gcc,$(LINT_WINDOWS_TARGET)))

# Not asked: where else a variable could stand, what it shadows, and checks that are often wrong.
CPPCHECK := cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,style,performance,portability \
	--suppress=variableScope --suppress=unusedStructMember --suppress=knownConditionTrueFalse \
	--suppress=clarifyCalculation \
	--suppress=shadowFunction --suppress=shadowVariable --suppress=ctuuninitvar --suppress=wrongPrintfScanfArgNum -I. -Itests -D__x86_64__ '-DElfW(type)=Elf64_\#\#type'

.PHONY: lint lint-format lint-circles lint-cppcheck lint-scripts
lint: lint-format lint-circles lint-cppcheck lint-scripts $(LINT_CORE:%=$(LINT)/%.passed) $(LINT_PRELOAD:%=$(LINT)/%.passed) \
	$(LINT_TESTS:%=$(LINT)/%.passed) $(LINT_WINDOWS:%=$(LINT)/%.passed)

# What clang-format cannot be told: a condition does not compare with NULL, results of strcmp() and its like are compared, and
# a comment of several lines begins on its second.
LINT_HAND := (if|while) \(.* [!=]= (NULL|.\\0[^0-9])|![a-zA-Z_]*cmpi?[AW]?\(|^ */\* .*[^/]$$
lint-format:
	@clang-format --dry-run -Werror $(LINT_C)
	@! grep -nE '$(LINT_HAND)' $(LINT_C)

# Dependencies point one way, from module to module.
lint-circles:
	@python3 tests/setup/circles.py

lint-cppcheck:
	$(CPPCHECK) core preload winhook tests

lint-scripts:
	shellcheck --external-sources --source-path=SCRIPTDIR --severity=warning --exclude=SC2034 $(LINT_SCRIPTS)
