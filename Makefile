# make            build/libtcpalive.so and build/tcpalive
# make test       everything tested, what it needs installed first
# make demo lint fuzz bench windows install clean
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

WARNINGS := -Wall -Wextra -Werror
# Core is plain C11; the library and the command ask for gnu11 and the system's own interfaces.
CORE_CFLAGS := -std=c11 -I. $(WARNINGS) $(CFLAGS)
HOST_CFLAGS := -std=gnu11 -I. -D_GNU_SOURCE -DTCPALIVE_VERSION='"$(VERSION)"' $(WARNINGS) $(CFLAGS)

# One library for every C library: none on the link line, no symbol versions, no packed relocations, no thread-local
# storage, no stack protector (its guard lives in different places). See preload/library/real.h for what it exports.
# Small before fast: the system calls it adds cost more than any instruction, and every process maps it. Constants share
# a segment with the code, which saves two mappings at each start.
LIBRARY_OPTIMIZE ?= -Os
LIBRARY_CFLAGS := $(LIBRARY_OPTIMIZE) -fPIC -ffreestanding -fvisibility=hidden -fno-stack-protector -U_FORTIFY_SOURCE \
	-fno-builtin -ffunction-sections -fdata-sections
# A thread waits, is cancelled and is looked at by debuggers below a hook. Where no hook can wait there are no tables for that.
UNWIND := -fno-asynchronous-unwind-tables
$(BUILD)/pic/preload/library/%.o: UNWIND := -fasynchronous-unwind-tables
$(patsubst %,$(BUILD)/pic/preload/library/%.o,exec follow lookup object options readable real report settle start tell): UNWIND := -fno-asynchronous-unwind-tables
LIBRARY_LDFLAGS := -shared -nostdlib -Wl,-soname,libtcpalive.so -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack \
	-Wl,-z,noseparate-code -Wl,-z,nodelete -Wl,--hash-style=both -Wl,--gc-sections

# A compiler's own helpers are linked in where a machine needs some (64-bit division on i386); where it would call them for
# atomics, and they would call back into glibc, it is told to write the instructions.
LIBRARY_LDLIBS := -Wl,--exclude-libs,ALL -lgcc
ifneq ($(findstring aarch64,$(shell $(CC) -dumpmachine)),)
LIBRARY_CFLAGS += -mno-outline-atomics
endif

# What the user asks for that would need company inside somebody else's program, or would make it one library for new
# systems only: instruments, complete symbols, packed relocations. The command gets all of it.
NOT_FOR_GUESTS := -fsanitize% --coverage -fprofile-% -ftest-coverage -pg -Wl,-z,defs -Wl,--no-undefined \
	-Wl,-z,pack-relative-relocs -Wl,--pack-dyn-relocs=%
LIBRARY_LINK = $(CC) $(filter-out $(NOT_FOR_GUESTS),$(CFLAGS) $(LDFLAGS)) $(LIBRARY_LDFLAGS)

CORE_SOURCES := $(wildcard core/*.c)
SHARED_SOURCES := preload/apply.c preload/facts.c
# start comes first because of its common variable: see there.
LIBRARY_SOURCES := preload/library/start.c $(filter-out %/start.c,$(wildcard preload/library/*.c)) $(SHARED_SOURCES)
COMMAND_SOURCES := $(wildcard preload/command/*.c) preload/library/report.c $(SHARED_SOURCES)

CORE_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/%.o)
COMMAND_OBJECTS := $(COMMAND_SOURCES:%.c=$(BUILD)/%.o)
# Core and the shared sources are compiled a second time, as the library needs them.
LIBRARY_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/pic/%.o) $(LIBRARY_SOURCES:%.c=$(BUILD)/pic/%.o)

.PHONY: all
all: $(BUILD)/libtcpalive.so $(BUILD)/tcpalive

$(BUILD)/libtcpalive.so: $(LIBRARY_OBJECTS)
	$(LIBRARY_LINK) -o $@ $^ $(LIBRARY_LDLIBS)

$(BUILD)/tcpalive: $(COMMAND_OBJECTS) $(BUILD)/core/libcore.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/core/libcore.a: $(CORE_OBJECTS)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/core/%.o: core/%.c
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -MMD -c -o $@ $<

$(BUILD)/preload/%.o: preload/%.c
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) -MMD -c -o $@ $<

$(BUILD)/pic/core/%.o: core/%.c
	@mkdir -p $(@D)
	$(CC) $(filter-out $(NOT_FOR_GUESTS),$(CORE_CFLAGS)) $(LIBRARY_CFLAGS) $(UNWIND) -MMD -c -o $@ $<

$(BUILD)/pic/preload/%.o: preload/%.c
	@mkdir -p $(@D)
	$(CC) $(filter-out $(NOT_FOR_GUESTS),$(HOST_CFLAGS)) $(LIBRARY_CFLAGS) $(UNWIND) -MMD -c -o $@ $<

# Flags are in here: objects made by others are not these.
$(CORE_OBJECTS) $(COMMAND_OBJECTS) $(LIBRARY_OBJECTS): Makefile

-include $(CORE_OBJECTS:.o=.d) $(COMMAND_OBJECTS:.o=.d) $(LIBRARY_OBJECTS:.o=.d)

# The settings of the man page are rows of the one table, written by a program that is built for it.
.PHONY: man
man: $(BUILD)/man/tcpalive.1 $(BUILD)/man/libtcpalive.7

$(BUILD)/man/settings.roff: man/settings.c core/setting.h
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -o $(BUILD)/man/settings man/settings.c
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

.PHONY: clean
clean:
	rm -rf $(BUILD)
