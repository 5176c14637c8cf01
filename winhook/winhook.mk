# The Windows part, by mingw-w64: build/windows/x86_64 and build/windows/i686, each with tcpalive.exe and tcpalive.dll.
# Included by the top-level Makefile, which sets BUILD.

WINDOWS := $(BUILD)/windows
WINDOWS_WORDS := x86_64 i686
comma := ,

WINDOWS_CFLAGS ?= -O2
WINDOWS_WARNINGS := -Wall -Wextra $(WERROR)
WINDOWS_CPPFLAGS := -I. $(VERSION_FLAG) -D_WIN32_WINNT=0x0601 -DWIN32_LEAN_AND_MEAN
# The library is a guest: no run-time library of its own, and no function but kernel32's and ws2_32's.
WINDOWS_GUEST := -DPSAPI_VERSION=2 -ffreestanding -fno-stack-protector -fno-tree-loop-distribute-patterns

WINDOWS_SHARED_SOURCES := $(wildcard winhook/*.c winhook/inject/*.c)
WINDOWS_CORE_SOURCES := $(wildcard core/*.c)
WINDOWS_LIBRARY_SOURCES := $(wildcard winhook/library/*.c) $(WINDOWS_SHARED_SOURCES)
WINDOWS_COMMAND_SOURCES := $(wildcard winhook/command/*.c winhook/measure/*.c) $(WINDOWS_SHARED_SOURCES) $(WINDOWS_CORE_SOURCES)
WINDOWS_HEADERS := $(wildcard core/*.h winhook/*.h winhook/*/*.h)

# Windows 7. The command starts on what is older, for a sentence about it: as far back as these run at all.
windows_lowest = --major-subsystem-version,$(1),--minor-subsystem-version,$(2),--major-os-version,$(1),--minor-os-version,$(2)
WINDOWS_OLDEST_x86_64 := 2
WINDOWS_OLDEST_i686 := 1
windows_library_link = -shared -nostdlib -s -Wl,-e,$(WINDOWS_ENTRY_$(1)) -Wl,--dynamicbase,--nxcompat,--no-insert-timestamp,$(call windows_lowest,6,1),--enable-stdcall-fixup \
	-lws2_32 -lkernel32 -lgcc
windows_command_link = -municode -s -static -Wl,--dynamicbase,--nxcompat,--no-insert-timestamp,$(call windows_lowest,5,$(WINDOWS_OLDEST_$(1))) \
	-lws2_32 -ladvapi32 -lpsapi

# In a file: windres hands its own options on through a shell, which takes the quotes away.
$(WINDOWS)/version.h: Makefile
	@mkdir -p $(@D)
	printf '#define TCPALIVE_NUMBERS %s,0\n#define TCPALIVE_VERSION "%s"\n' $(subst .,$(comma),$(VERSION)) '$(VERSION)' >$@

define WINDOWS_RULES
$(WINDOWS)/$(1)/library/%.o: %.c $$(WINDOWS_HEADERS)
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -std=gnu11 $$(WINDOWS_CFLAGS) $$(WINDOWS_WARNINGS) $$(WINDOWS_CPPFLAGS) $$(WINDOWS_GUEST) -c -o $$@ $$<

$(WINDOWS)/$(1)/command/%.o: %.c $$(WINDOWS_HEADERS)
	@mkdir -p $$(@D)
	$$(call run,CC) $(1)-w64-mingw32-gcc -std=gnu11 $$(WINDOWS_CFLAGS) $$(WINDOWS_WARNINGS) $$(WINDOWS_CPPFLAGS) -DPSAPI_VERSION=1 -c -o $$@ $$<

$(WINDOWS)/$(1)/%/resource.o: winhook/resource.rc winhook/command/tcpalive.manifest $(WINDOWS)/version.h
	@mkdir -p $$(@D)
	$$(call run,RC) $(1)-w64-mingw32-windres -I $(WINDOWS) -DTCPALIVE_$$* -o $$@ $$<

# Of core, as much as it uses: from an archive.
$(WINDOWS)/$(1)/library/libcore.a: $$(WINDOWS_CORE_SOURCES:%.c=$(WINDOWS)/$(1)/library/%.o)
	@rm -f $$@
	$$(call run,AR) $(1)-w64-mingw32-ar rcs $$@ $$^

$(WINDOWS)/$(1)/tcpalive.dll: $$(WINDOWS_LIBRARY_SOURCES:%.c=$(WINDOWS)/$(1)/library/%.o) $(WINDOWS)/$(1)/library/resource.o winhook/library/tcpalive.def \
		$(WINDOWS)/$(1)/library/libcore.a
	$$(call run,LD) $(1)-w64-mingw32-gcc -o $$@ $$^ $$(call windows_library_link,$(1))

$(WINDOWS)/$(1)/tcpalive.exe: $$(WINDOWS_COMMAND_SOURCES:%.c=$(WINDOWS)/$(1)/command/%.o) $(WINDOWS)/$(1)/command/resource.o
	$$(call run,LD) $(1)-w64-mingw32-gcc -o $$@ $$^ $$(call windows_command_link,$(1))
endef
WINDOWS_ENTRY_x86_64 := DllMain
WINDOWS_ENTRY_i686 := _DllMain@12
$(foreach word,$(WINDOWS_WORDS),$(eval $(call WINDOWS_RULES,$(word))))

.PHONY: windows
windows: $(foreach word,$(WINDOWS_WORDS),$(WINDOWS)/$(word)/tcpalive.dll $(WINDOWS)/$(word)/tcpalive.exe)
