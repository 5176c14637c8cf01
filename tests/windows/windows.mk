# Tests of the Windows part under Wine, which tests/setup/wine.sh brings. Included by tests/tests.mk.
# Every tests/windows/NAME_test.c is one cmocka program on Linux that drives Windows programs.

WINDOWS_TESTS := $(BUILD)/windows/tests
WINDOWS_TEST_SOURCES := $(wildcard tests/windows/*_test.c)
WINDOWS_TEST_PROGRAMS := $(WINDOWS_TEST_SOURCES:tests/%.c=$(TESTS)/%)
WINDOWS_PROBE_SOURCES := $(filter-out tests/windows/probe_dll.c,$(wildcard tests/windows/probe*.c))
WINDOWS_SERVERS := accept_server acceptex_server
WINDOWS_LIBRARIES := imports_plain imports_wsock32 imports_delay
WINDOWS_NET := $(WINDOWS_TESTS)/x86_64/any_processor.exe
WINDOWS_PROGRAMS := $(WINDOWS_SERVERS:%=%.exe) $(WINDOWS_LIBRARIES:%=%.dll) mscoree.dll probe.exe
# Core's own tests, as Windows programs.
WINDOWS_UNIT := $(UNIT_SOURCES:tests/unit/%.c=unit/%.exe)
PASCAL := $(BUILD)/cache/wine/fpc

$(TESTS)/windows/%_test: tests/windows/%_test.c $(wildcard tests/windows/wine*.[ch]) $(TESTS)/libharness.a
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(TEST_CFLAGS) -o $@ $(filter %.c %.a,$^) -lcmocka

# A real .NET program, for any processor: 3 KB, all of it for mscoree.dll to run.
$(WINDOWS_NET): tests/windows/any_processor.cs
	@mkdir -p $(@D)
	$(call run,CC) mcs -platform:anycpu -out:$@ $<

# $(1): the word size; $(2): Free Pascal's name for it; $(3): its compiler; $(4): LLVM's name for it; $(5): the linker's symbol of
# a module's beginning; $(6): what makes Winsock's names of those in delay.def
define WINDOWS_TEST_RULES
$(WINDOWS_TESTS)/$(1)/probe.exe: $(WINDOWS_PROBE_SOURCES) tests/windows/probe.h
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -std=gnu11 -O2 -Wall -Wextra -Werror -Wno-cast-function-type -o $$@ $(WINDOWS_PROBE_SOURCES) -lws2_32 -ladvapi32

$(WINDOWS_TESTS)/$(1)/mscoree.dll: $(WINDOWS_PROBE_SOURCES) tests/windows/probe.h tests/windows/fake_clr.c tests/windows/fake_clr.def
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -shared -std=gnu11 -O2 -Wall -Wextra -Werror -Wno-cast-function-type -Dmain=probe_main -o $$@ \
		$(WINDOWS_PROBE_SOURCES) tests/windows/fake_clr.c tests/windows/fake_clr.def -lws2_32 -ladvapi32

# One library, importing Winsock plainly, and by its old name.
$(WINDOWS_TESTS)/$(1)/imports_plain.dll: tests/windows/probe_dll.c
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -shared -s -O2 -Wall -Wextra -Werror -o $$@ $$< -lws2_32
$(WINDOWS_TESTS)/$(1)/imports_wsock32.dll: tests/windows/probe_dll.c
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -shared -s -O2 -Wall -Wextra -Werror -o $$@ $$< -lwsock32
# The same, importing at the first call. By LLVM: what dlltool of Debian 12 writes for i686 calls address 0.
$(WINDOWS_TESTS)/$(1)/imports_delay.dll: tests/windows/probe_dll.c tests/windows/delay.def
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -O2 -Wall -Wextra -Werror -c -o $$(@:dll=o) $$<
	sed '$(6)' tests/windows/delay.def >$$(@:dll=def)
	$$(call run,CC) llvm-dlltool -m $(4) -k -d $$(@:dll=def) -D ws2_32.dll -l $$(@:dll=lib)
	$$(call run,CC) lld-link -dll -noentry -safeseh:no -lldmingw -alternatename:__image_base__=$(5) -delayload:ws2_32.dll \
		-export:open_connection -out:$$@ $$(@:dll=o) $$(@:dll=lib) \
		$$(foreach library,libmingwex.a libmsvcrt.a libkernel32.a libgcc.a,$$$$($(1)-w64-mingw32-gcc -print-file-name=$$(library)))
$(WINDOWS_TESTS)/$(1)/unit/%.exe: tests/unit/%.c tests/unit/unit.c tests/unit/unit.h $(WINDOWS_CORE_SOURCES:%.c=$(WINDOWS)/$(1)/command/%.o)
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -std=gnu11 -O1 -D__USE_MINGW_ANSI_STDIO=1 -I. -Itests -Itests/windows/posix \
		-I$(BUILD)/cache/wine/cmocka -o $$@ $$(filter %.c %.o,$$^) $(BUILD)/cache/wine/cmocka/$(1)/cmocka.o -lws2_32

$(WINDOWS_TESTS)/$(1)/%_server.exe: tests/windows/pascal/%_server.pas
	@mkdir -p $$(@D)
	$$(call run,CC) $(PASCAL)/$(3) -n -T$(2) -Fu$(PASCAL)/$(2) -FE$$(@D) -FU$$(@D) -O2 -Xs -v0 $$<
endef
$(eval $(call WINDOWS_TEST_RULES,x86_64,win64,ppcx64,i386:x86-64,__ImageBase,s/@.*//))
$(eval $(call WINDOWS_TEST_RULES,i686,win32,ppc386,i386,___ImageBase,))

# tcpalive once more with one part changed, in build/windows/tests/NAME/WORD: what a test must notice, or where Wine is kinder
# than Windows. `shifted` has nothing changed, but lies in its memory the other way round.
WINDOWS_VARIANTS := shifted older no_code blocking pretend
WINDOWS_VARIANT_shifted := winhook/version.c
WINDOWS_VARIANT_older := winhook/version.c -UTCPALIVE_VERSION -DTCPALIVE_VERSION='"0.9.9"'
WINDOWS_VARIANT_no_code := winhook/library/patch.c -include tests/windows/no_code.h
# Nothing is changed in this one: what it calls is, as its variable PRETEND says.
WINDOWS_VARIANT_pretend := tests/windows/pretend.c
WINDOWS_VARIANT_blocking := winhook/facts.c -include tests/windows/blocking.h
WINDOWS_VARIANT_LIBRARIES_pretend := -lntdll -luser32 -ladvapi32
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
# $(1): the word size; $(2): its name; $(3): objects
variant_objects = $(call reverse,$(filter-out %/$(patsubst %.c,%.o,$(firstword $(WINDOWS_VARIANT_$(2)))),$(3))) $(WINDOWS_TESTS)/$(2)/$(1)/changed.o

define WINDOWS_VARIANT_RULES
$(WINDOWS_TESTS)/$(2)/$(1)/changed.o: $(firstword $(WINDOWS_VARIANT_$(2))) $$(WINDOWS_HEADERS) $$(wildcard tests/windows/*.h) tests/windows/windows.mk
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -std=gnu11 $$(WINDOWS_CFLAGS) $$(WINDOWS_CPPFLAGS) $$(WINDOWS_GUEST) \
		$$(wordlist 2,9,$$(WINDOWS_VARIANT_$(2))) -c -o $$@ $$<
$(WINDOWS_TESTS)/$(2)/$(1)/tcpalive.dll: $(WINDOWS)/$(1)/tcpalive.dll $(WINDOWS_TESTS)/$(2)/$(1)/changed.o
	$$(call run,LD) $(1)-w64-mingw32-gcc -o $$@ winhook/library/tcpalive.def \
		$$(call variant_objects,$(1),$(2),$$(WINDOWS_LIBRARY_SOURCES:%.c=$(WINDOWS)/$(1)/library/%.o)) $(WINDOWS)/$(1)/library/libcore.a \
		$$(call windows_library_link,$(1)) $$(WINDOWS_VARIANT_LIBRARIES_$(2))
$(WINDOWS_TESTS)/$(2)/$(1)/tcpalive.exe: $(WINDOWS)/$(1)/tcpalive.exe $(WINDOWS_TESTS)/$(2)/$(1)/changed.o
	$$(call run,LD) $(1)-w64-mingw32-gcc -o $$@ \
		$$(if $$(filter older pretend,$(2)),$$(call variant_objects,$(1),$(2),$$(WINDOWS_COMMAND_SOURCES:%.c=$(WINDOWS)/$(1)/command/%.o)),\
		$$(WINDOWS_COMMAND_SOURCES:%.c=$(WINDOWS)/$(1)/command/%.o)) $$(call windows_command_link,$(1)) $$(WINDOWS_VARIANT_LIBRARIES_$(2))
endef
$(foreach word,$(WINDOWS_WORDS),$(foreach name,$(WINDOWS_VARIANTS),$(eval $(call WINDOWS_VARIANT_RULES,$(word),$(name)))))
WINDOWS_VARIANT_FILES := $(foreach name,$(WINDOWS_VARIANTS),$(foreach word,$(WINDOWS_WORDS),\
	$(addprefix $(WINDOWS_TESTS)/$(name)/$(word)/tcpalive.,exe dll)))

# The kit for a real Windows: tests/windows/kit/README.txt. With another version of tcpalive, to be refused, and libraries that
# import Winsock in their ways.
KIT := $(BUILD)/windows/kit
KIT_SOURCES := $(wildcard tests/windows/kit/*.c)
KIT_TOOL = $(foreach word,$(WINDOWS_WORDS),$(word)/tcpalive.exe $(word)/tcpalive.dll)
KIT_FILES := $(addprefix $(KIT)/,$(KIT_TOOL) $(KIT_TOOL:%=older/%) verify.cmd README.txt \
	$(foreach word,$(WINDOWS_WORDS),verify-$(word).exe verify-plain-$(word).dll verify-delay-$(word).dll))

$(KIT)/verify-%.exe: $(KIT_SOURCES) $(wildcard tests/windows/kit/*.h)
	@mkdir -p $(@D)
	$(call run,CC) $*-w64-mingw32-gcc -std=gnu11 -O2 -s -Wall -Wextra -Werror -Wno-cast-function-type -D_WIN32_WINNT=0x0601 \
		-o $@ $(KIT_SOURCES) -lws2_32 -ladvapi32
# As the command interpreter reads them.
$(KIT)/verify.cmd $(KIT)/README.txt: $(KIT)/%: tests/windows/kit/%
	@mkdir -p $(@D)
	sed 's/$$/\r/' $< >$@
kit_copy = @mkdir -p $(@D) && cp $< $@
$(KIT)/older/%: $(WINDOWS_TESTS)/older/%
	$(kit_copy)
$(KIT)/verify-plain-%.dll: $(WINDOWS_TESTS)/%/imports_plain.dll
	$(kit_copy)
$(KIT)/verify-delay-%.dll: $(WINDOWS_TESTS)/%/imports_delay.dll
	$(kit_copy)
$(KIT)/%: $(WINDOWS)/%
	$(kit_copy)

$(BUILD)/tcpalive-verify.zip: $(KIT_FILES) tests/windows/windows.mk
	@rm -f $@
	cd $(KIT) && python3 -m zipfile -c ../../$(@F) $(WINDOWS_WORDS) older verify*.* README.txt

.PHONY: windows-kit
windows-kit: $(BUILD)/tcpalive-verify.zip
TEST_NEEDS += $(KIT_FILES)

.PHONY: windows-test-setup
windows-test-setup:
	tests/setup/wine.sh
	tests/setup/wine_newer.sh
	tests/setup/windows_programs.sh
test-setup: windows-test-setup

TEST_PROGRAMS += $(WINDOWS_TEST_PROGRAMS)
TEST_NEEDS += windows $(WINDOWS_NET) $(WINDOWS_VARIANT_FILES) $(foreach word,$(WINDOWS_WORDS),$(addprefix $(WINDOWS_TESTS)/$(word)/,$(WINDOWS_PROGRAMS) $(WINDOWS_UNIT)))
