# The Windows part, by mingw-w64: build/windows/x86_64 and build/windows/i686, each with tcpalive.exe and tcpalive.dll.
# Included by the top-level Makefile, which sets BUILD.

WINDOWS := $(BUILD)/windows
WINDOWS_WORDS := x86_64 i686

WINDOWS_CFLAGS ?= -O2
WINDOWS_WARNINGS := -Wall -Wextra $(WERROR)
WINDOWS_CPPFLAGS := -I. $(VERSION_FLAG) -D_WIN32_WINNT=0x0601 -DWIN32_LEAN_AND_MEAN
# The library is a guest: no run-time library of its own, and no function but kernel32's and ws2_32's.
WINDOWS_GUEST := -ffreestanding -fno-stack-protector -fno-tree-loop-distribute-patterns

WINDOWS_SHARED_SOURCES := $(wildcard winhook/*.c winhook/inject/*.c)
WINDOWS_CORE_SOURCES := $(wildcard core/*.c)
WINDOWS_LIBRARY_SOURCES := $(wildcard winhook/library/*.c) $(WINDOWS_SHARED_SOURCES) $(WINDOWS_CORE_SOURCES)
WINDOWS_COMMAND_SOURCES := $(wildcard winhook/command/*.c winhook/measure/*.c) $(WINDOWS_SHARED_SOURCES) $(WINDOWS_CORE_SOURCES)
WINDOWS_HEADERS := $(wildcard core/*.h winhook/*.h winhook/*/*.h)

# Windows 7: an older one says so by itself, instead of missing a function.
WINDOWS_LOWEST := --major-subsystem-version,6,--minor-subsystem-version,1,--major-os-version,6,--minor-os-version,1
windows_library_link = -shared -nostdlib -s -Wl,-e,$(WINDOWS_ENTRY_$(1)) -Wl,--dynamicbase,--nxcompat,--no-insert-timestamp,$(WINDOWS_LOWEST),--enable-stdcall-fixup \
	-lws2_32 -lkernel32 -lgcc
windows_command_link = -municode -s -static -Wl,--dynamicbase,--nxcompat,--no-insert-timestamp,$(WINDOWS_LOWEST) -lws2_32 -ladvapi32

define WINDOWS_RULES
$(WINDOWS)/$(1)/library/%.o: %.c $$(WINDOWS_HEADERS)
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -std=gnu11 $$(WINDOWS_CFLAGS) $$(WINDOWS_WARNINGS) $$(WINDOWS_CPPFLAGS) $$(WINDOWS_GUEST) -c -o $$@ $$<

$(WINDOWS)/$(1)/command/%.o: %.c $$(WINDOWS_HEADERS)
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -std=gnu11 $$(WINDOWS_CFLAGS) $$(WINDOWS_WARNINGS) $$(WINDOWS_CPPFLAGS) -c -o $$@ $$<

$(WINDOWS)/$(1)/tcpalive.dll: $$(WINDOWS_LIBRARY_SOURCES:%.c=$(WINDOWS)/$(1)/library/%.o) winhook/library/tcpalive.def
	$$(call run,LD) $(1)-w64-mingw32-gcc -o $$@ $$^ $$(call windows_library_link,$(1))

$(WINDOWS)/$(1)/tcpalive.exe: $$(WINDOWS_COMMAND_SOURCES:%.c=$(WINDOWS)/$(1)/command/%.o)
	$$(call run,LD) $(1)-w64-mingw32-gcc -o $$@ $$^ $$(windows_command_link)
endef
WINDOWS_ENTRY_x86_64 := DllMain
WINDOWS_ENTRY_i686 := _DllMain@12
$(foreach word,$(WINDOWS_WORDS),$(eval $(call WINDOWS_RULES,$(word))))

.PHONY: windows
windows: $(foreach word,$(WINDOWS_WORDS),$(WINDOWS)/$(word)/tcpalive.dll $(WINDOWS)/$(word)/tcpalive.exe)
