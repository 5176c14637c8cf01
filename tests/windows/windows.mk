# Tests of the Windows part under Wine, which tests/setup/wine.sh brings. Included by tests/tests.mk.
# Every tests/windows/windows_NAME_test.c is one cmocka program on Linux that drives Windows programs.

WINDOWS_TESTS := $(BUILD)/windows/tests
WINDOWS_TEST_SOURCES := $(wildcard tests/windows/windows_*_test.c)
WINDOWS_TEST_PROGRAMS := $(WINDOWS_TEST_SOURCES:tests/windows/%.c=$(TESTS)/%)
WINDOWS_PROBE_SOURCES := $(wildcard tests/windows/probe*.c)
WINDOWS_SERVERS := accept_server acceptex_server
WINDOWS_PROGRAMS := probe $(WINDOWS_SERVERS)
PASCAL := $(BUILD)/cache/wine/fpc

$(TESTS)/windows_%_test: tests/windows/windows_%_test.c tests/windows/wine.c tests/windows/wine.h $(TESTS)/libharness.a
	$(CC) $(TEST_CFLAGS) -o $@ $< tests/windows/wine.c $(TESTS)/libharness.a -lcmocka

# $(1): the word size; $(2): Free Pascal's name for it; $(3): its compiler
define WINDOWS_TEST_RULES
$(WINDOWS_TESTS)/$(1)/probe.exe: $(WINDOWS_PROBE_SOURCES) tests/windows/probe.h
	@mkdir -p $$(@D)
	$(1)-w64-mingw32-gcc -std=gnu11 -O2 -Wall -Wextra -Werror -Wno-cast-function-type -o $$@ $(WINDOWS_PROBE_SOURCES) -lws2_32

$(WINDOWS_TESTS)/$(1)/%_server.exe: tests/windows/pascal/%_server.pas
	@mkdir -p $$(@D)
	$(PASCAL)/$(3) -n -T$(2) -Fu$(PASCAL)/$(2) -FE$$(@D) -FU$$(@D) -O2 -Xs -v0 $$<
endef
$(eval $(call WINDOWS_TEST_RULES,x86_64,win64,ppcx64))
$(eval $(call WINDOWS_TEST_RULES,i686,win32,ppc386))

.PHONY: windows-test-setup
windows-test-setup:
	tests/setup/wine.sh
test-setup: windows-test-setup

TEST_PROGRAMS += $(WINDOWS_TEST_PROGRAMS)
TEST_NEEDS += windows $(foreach word,$(WINDOWS_WORDS),$(WINDOWS_PROGRAMS:%=$(WINDOWS_TESTS)/$(word)/%.exe))
