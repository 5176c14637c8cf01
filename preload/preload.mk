# The Linux part: build/libtcpalive.so and build/tcpalive. Included by the top-level Makefile, which sets BUILD, CC and
# CFLAGS and builds core.

HOST_CFLAGS := -std=gnu11 -I. -D_GNU_SOURCE $(WARNINGS) $(CPPFLAGS) $(CFLAGS)
$(BUILD)/preload/command/main.o: HOST_CFLAGS += $(VERSION_FLAG)
$(BUILD)/preload/command/main.o: $(BUILD)/said/version
# Where to look for the library when it is neither beside the command nor where it would be relative to it.
LIBDIR_FLAG = -DTCPALIVE_LIBDIR='"$(LIBDIR)"'
$(BUILD)/preload/program/library_path.o: HOST_CFLAGS += $(LIBDIR_FLAG)
$(BUILD)/preload/program/library_path.o: $(BUILD)/said/libdir

# What library and command share stands at the top of preload/; the library has a room of its own, the command all others.
SHARED_SOURCES := $(wildcard preload/*.c)
LIBRARY_SOURCES := $(wildcard preload/library/*.c) $(SHARED_SOURCES)
COMMAND_SOURCES := $(filter-out preload/library/%,$(wildcard preload/*/*.c)) $(SHARED_SOURCES)

COMMAND_OBJECTS := $(COMMAND_SOURCES:%.c=$(BUILD)/%.o)
# Core and the shared sources are compiled a second time, as the library needs them.
LIBRARY_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/pic/%.o) $(LIBRARY_SOURCES:%.c=$(BUILD)/pic/%.o)
# One file of machine code for each machine, empty on the others.
LIBRARY_OBJECTS += $(patsubst %.S,$(BUILD)/pic/%.o,$(wildcard preload/library/*.S))

# One library for every C library: none on the link line, no symbol versions, no packed relocations, no thread-local
# storage, no stack protector (its guard lives in different places). See preload/library/real.h for what it exports.
# Small before fast: the system calls it adds cost more than any instruction, and every process maps it. Constants share
# a segment with the code, which saves two mappings at each start.
LIBRARY_OPTIMIZE ?= -Os
LIBRARY_CFLAGS := $(LIBRARY_OPTIMIZE) -fPIC -ffreestanding -fvisibility=hidden -fno-stack-protector -U_FORTIFY_SOURCE \
	-fno-builtin -ffunction-sections -fdata-sections -fno-ident
# Smaller still, where the compiler knows how to: all but what every socket passes.
SMALLEST := $(if $(shell $(CC) -Oz -x c -E /dev/null >/dev/null 2>&1 && echo yes),-Oz)
$(BUILD)/pic/preload/library/hooks.o $(BUILD)/pic/preload/library/cover.o: SMALLEST :=

# A thread waits, is cancelled and is looked at by debuggers below a hook. Where no hook can wait there are no tables for that.
UNWIND := -fno-asynchronous-unwind-tables
$(BUILD)/pic/preload/library/%.o: UNWIND := -fasynchronous-unwind-tables
$(patsubst %,$(BUILD)/pic/preload/library/%.o,exec inherited follow store rules preload_entry room lookup loaded_elf own_calls memory complaints real classic_bpf sandbox cover start variables announce report_socket): UNWIND := -fno-asynchronous-unwind-tables
LIBRARY_LDFLAGS := -shared -nostdlib -Wl,-soname,libtcpalive.so -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack \
	-Wl,-z,noseparate-code -Wl,-z,nodelete -Wl,--hash-style=gnu -Wl,--gc-sections

# One object that is not marked takes the shadow stack from a whole program (x86, glibc 2.39): every return here goes to where the call
# came from, which the linker is told, since no compiler looks at the files of machine code.
ifneq ($(findstring x86_64,$(shell $(CC) -dumpmachine)),)
LIBRARY_LDFLAGS += -Wl,-z,shstk
endif

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

$(BUILD)/libtcpalive.so: $(LIBRARY_OBJECTS)
	$(call run,LD) $(LIBRARY_LINK) -o $@ $^ $(LIBRARY_LDLIBS)

$(BUILD)/tcpalive: $(COMMAND_OBJECTS) $(BUILD)/core/libcore.a
	$(call run,LD) $(CC) $(CFLAGS) -Wl,-z,relro,-z,now $(LDFLAGS) -Wl,--export-dynamic-symbol=tcpalive_itself -o $@ $^

$(BUILD)/preload/%.o: preload/%.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(HARDENING) $(HOST_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/pic/core/%.o: core/%.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(filter-out $(NOT_FOR_GUESTS),$(CORE_CFLAGS)) $(LIBRARY_CFLAGS) $(SMALLEST) $(UNWIND) -MMD -MP -c -o $@ $<

$(BUILD)/pic/preload/%.o: preload/%.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(filter-out $(NOT_FOR_GUESTS),$(HOST_CFLAGS)) $(LIBRARY_CFLAGS) $(SMALLEST) $(UNWIND) -MMD -MP -c -o $@ $<

$(BUILD)/pic/preload/%.o: preload/%.S
	@mkdir -p $(@D)
	$(call run,AS) $(CC) -I. $(filter -m%,$(CFLAGS)) -MMD -MP -c -o $@ $<
