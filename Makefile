# make            build/libtcpalive.so and build/tcpalive; V=1 shows the commands
# make demo       the main job on real programs, before and after
# make test       everything tested, what it needs installed first; T=list: that program alone
# make unit       core's tests alone, in seconds
# make windows    build/windows/x86_64 and i686: tcpalive.exe, tcpalive.dll
# make static     build/static/tcpalive, one file for any Linux of this machine, with libtcpalive.so beside it
# make deb dist   Debian packages; a source tarball, a relocatable binary tarball, a zip for Windows
# make install    PREFIX=/usr/local, with BINDIR LIBDIR MANDIR DESTDIR; make uninstall
# make lint fuzz bench soak clean
# make ARCH=i386  the library for programs of another machine, in build/i386-linux-gnu (or aarch64; CC= for others)

CC ?= cc
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
# What runs here while a build for another machine goes on.
BUILD_CC ?= cc

ifdef ARCH
TRIPLET := $(patsubst i%86-linux-gnu,i386-linux-gnu,$(patsubst arm64-%,aarch64-%,$(patsubst amd64-%,x86_64-%,$(ARCH)-linux-gnu)))
BUILD := build/$(TRIPLET)
LIBDIR ?= $(PREFIX)/lib/$(TRIPLET)/tcpalive
ifeq ($(TRIPLET),i386-linux-gnu)
# A compiler with only its 32-bit libraries beside it finds the kernel's headers under its own name.
override CC := $(CC) -m32 -isystem /usr/include/$(shell $(CC) -print-multiarch)
else
override CC := $(TRIPLET)-gcc
endif
endif
BUILD ?= build

VERSION := 1.1.0
# The commit, in a checkout or in a tarball made of one.
COMMIT := $(shell if [ -e .git ]; then git rev-parse --short HEAD; else sed -n '/^[0-9a-f]*$$/p' packaging/commit; fi 2>/dev/null)
VERSION_FLAG := -DTCPALIVE_VERSION='"$(VERSION)$(COMMIT:%= (%))"'

# A line for each file; V=1 shows the command instead.
run = $(if $(V),,@echo '  $(1)  $@';)

# An error is made of them where it is developed: `make test` and `make lint` say WERROR=-Werror.
WARNINGS := -Wall -Wextra $(WERROR)
# Core is plain C11; the systems' parts ask for gnu11 and the system's own interfaces.
CORE_CFLAGS := -std=c11 -I. $(WARNINGS) $(CPPFLAGS) $(CFLAGS)

# What makes the command harder to misuse, as far as the compiler knows it. The user's own flags come behind and count.
HARDENING := $(shell for flag in -fstack-protector-strong -fstack-clash-protection -fcf-protection -mbranch-protection=standard; \
	do $(CC) -Werror $$flag -S -xc -o /dev/null /dev/null 2>/dev/null && echo $$flag; done)
ifeq ($(findstring FORTIFY,$(CPPFLAGS) $(CFLAGS))$(findstring -fsanitize,$(CFLAGS)),)
HARDENING += $(if $(filter -O1 -O2 -O3 -Os,$(CFLAGS)),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif

CORE_SOURCES := $(wildcard core/*.c)
CORE_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/%.o)

.PHONY: all
all: $(BUILD)/libtcpalive.so $(BUILD)/tcpalive

include preload/preload.mk

$(BUILD)/core/libcore.a: $(CORE_OBJECTS)
	@rm -f $@
	$(call run,AR) $(AR) rcs $@ $^

$(BUILD)/core/%.o: core/%.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(HARDENING) $(CORE_CFLAGS) -MMD -MP -c -o $@ $<

# Flags are in here: objects made by others are not these.
$(CORE_OBJECTS) $(COMMAND_OBJECTS) $(LIBRARY_OBJECTS): Makefile preload/preload.mk

-include $(CORE_OBJECTS:.o=.d) $(COMMAND_OBJECTS:.o=.d) $(LIBRARY_OBJECTS:.o=.d)

# The settings of the man page are rows of the one table, written by a program that is built for it.
.PHONY: man
man: $(BUILD)/man/tcpalive.1 $(BUILD)/man/libtcpalive.7

$(BUILD)/man/settings: man/settings.c core/setting.h
	@mkdir -p $(@D)
	$(call run,CC) $(BUILD_CC) -std=c11 -I. -o $@ $<

$(BUILD)/man/settings.roff: $(BUILD)/man/settings
	$(call run,MAN) $< >$@

$(BUILD)/man/%: man/% $(BUILD)/man/settings.roff
	$(call run,MAN) sed -e '/^@SETTINGS@$$/{r $(BUILD)/man/settings.roff' -e 'd}' \
		-e 's/@VERSION@/$(VERSION)/; s|@LIBDIR@|$(LIBDIR)|' $< >$@

# So are the rows of the shells' completions.
COMPLETIONS := $(addprefix $(BUILD)/completions/,tcpalive.bash _tcpalive tcpalive.fish)
.PHONY: completions
completions: $(COMPLETIONS)

ROWS_SOURCES := completions/rows.c preload/command/commands.c $(CORE_SOURCES)
$(BUILD)/completions/rows: $(ROWS_SOURCES) preload/command/commands.h $(wildcard core/*.h)
	@mkdir -p $(@D)
	$(call run,CC) $(BUILD_CC) -std=c11 -I. -o $@ $(ROWS_SOURCES)

$(BUILD)/completions/rows.txt: $(BUILD)/completions/rows
	$(call run,ROWS) $< >$@

$(COMPLETIONS): $(BUILD)/completions/%: completions/% $(BUILD)/completions/rows.txt
	$(call run,ROWS) sed -e '/^@ROWS@$$/{r $(BUILD)/completions/rows.txt' -e 'd}' $< >$@

# What a failed command began is no result.
.DELETE_ON_ERROR:

.PHONY: demo
demo: all
	tests/labs/demo.sh

include packaging/packaging.mk
include winhook/winhook.mk
include tests/tests.mk
include tests/lint.mk

.PHONY: help
help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

# For clangd and other tools that ask how a file is compiled.
compile_commands.json: FORCE
	$(MAKE) --always-make --dry-run V=1 $(BUILD)/tcpalive $(BUILD)/libtcpalive.so | python3 tests/setup/compile_commands.py >$@

.PHONY: clean FORCE
clean:
	rm -rf $(BUILD)
