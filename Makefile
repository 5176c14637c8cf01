# make            build/libtcpalive.so and build/tcpalive; V=1 shows the commands
# make demo       the main job on real programs, before and after
# make test       everything tested, what it needs installed first; T=list: that program alone
# make unit       core's tests alone, in seconds
# make windows    build/windows/x86_64 and i686: tcpalive.exe, tcpalive.dll
# make lint fuzz bench install uninstall clean
# make ARCH=i386  the library for programs of another machine, in build/i386-linux-gnu (or aarch64; CC= for others)

CC ?= cc
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local

ifdef ARCH
TRIPLET := $(patsubst i%86-linux-gnu,i386-linux-gnu,$(patsubst arm64-%,aarch64-%,$(patsubst amd64-%,x86_64-%,$(ARCH)-linux-gnu)))
BUILD := build/$(TRIPLET)
LIBDIR := $(PREFIX)/lib/$(TRIPLET)/tcpalive
ifeq ($(TRIPLET),i386-linux-gnu)
# A compiler with only its 32-bit libraries beside it finds the kernel's headers under its own name.
override CC := $(CC) -m32 -isystem /usr/include/$(shell $(CC) -print-multiarch)
else
override CC := $(TRIPLET)-gcc
endif
endif
BUILD ?= build
LIBDIR ?= $(PREFIX)/lib/tcpalive

VERSION := 1.0.0

# A line for each file; V=1 shows the command instead.
run = $(if $(V),,@echo '  $(1)  $@';)

WARNINGS := -Wall -Wextra -Werror
# Core is plain C11; the systems' parts ask for gnu11 and the system's own interfaces.
CORE_CFLAGS := -std=c11 -I. $(WARNINGS) $(CFLAGS)

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
	$(call run,CC) $(CC) $(CORE_CFLAGS) -MMD -MP -c -o $@ $<

# Flags are in here: objects made by others are not these.
$(CORE_OBJECTS) $(COMMAND_OBJECTS) $(LIBRARY_OBJECTS): Makefile preload/preload.mk

-include $(CORE_OBJECTS:.o=.d) $(COMMAND_OBJECTS:.o=.d) $(LIBRARY_OBJECTS:.o=.d)

# The settings of the man page are rows of the one table, written by a program that is built for it.
.PHONY: man
man: $(BUILD)/man/tcpalive.1 $(BUILD)/man/libtcpalive.7

$(BUILD)/man/settings.roff: man/settings.c core/setting.h
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(CORE_CFLAGS) -o $(BUILD)/man/settings man/settings.c
	$(BUILD)/man/settings >$@

$(BUILD)/man/%: man/% $(BUILD)/man/settings.roff
	sed -e '/^@SETTINGS@$$/{r $(BUILD)/man/settings.roff' -e 'd}' -e 's/@VERSION@/$(VERSION)/' $< >$@

.PHONY: install
ifdef ARCH
install: $(BUILD)/libtcpalive.so
	install -D -m 644 $(BUILD)/libtcpalive.so "$(DESTDIR)$(LIBDIR)/libtcpalive.so"
else
install: all man
	install -D -m 755 $(BUILD)/tcpalive "$(DESTDIR)$(PREFIX)/bin/tcpalive"
	install -D -m 644 $(BUILD)/libtcpalive.so "$(DESTDIR)$(LIBDIR)/libtcpalive.so"
	install -D -m 644 $(BUILD)/man/tcpalive.1 "$(DESTDIR)$(PREFIX)/share/man/man1/tcpalive.1"
	install -D -m 644 $(BUILD)/man/libtcpalive.7 "$(DESTDIR)$(PREFIX)/share/man/man7/libtcpalive.7"
endif

.PHONY: demo
demo: all
	tests/labs/demo.sh

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
