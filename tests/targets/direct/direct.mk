# Programs that call the kernel themselves, or without a loader. What there is no compiler for is left out, and its
# tests say so.
DIRECT := $(TESTS)/direct
DIRECT_PROGRAMS := $(addprefix $(DIRECT)/,dynamic static static-pie strain forbid reaper keep keep-dynamic late hostile random random-dynamic strain-dynamic)
DIRECT_PROGRAMS += $(if $(shell command -v musl-gcc),$(DIRECT)/static-musl $(DIRECT)/dynamic-musl)
DIRECT_PROGRAMS += $(if $(wildcard /usr/lib/gcc/x86_64-linux-gnu/12/32),$(DIRECT)/static-i386)
DIRECT_PROGRAMS += $(if $(shell command -v go),$(DIRECT)/go-static $(DIRECT)/go-cgo)
DIRECT_PROGRAMS += $(if $(shell command -v fpc),$(DIRECT)/pascal $(DIRECT)/pascal-threads)

TEST_NEEDS += $(DIRECT_PROGRAMS)

DIRECT_SOURCES := tests/targets/direct
GO := GO111MODULE=off GOFLAGS= GOCACHE=$(abspath $(BUILD))/cache/go go build -ldflags "-s -w"

$(DIRECT)/static: DIRECT_CC := $(CC) -static
$(DIRECT)/static-pie: DIRECT_CC := $(CC) -static-pie
$(DIRECT)/dynamic: DIRECT_CC := $(CC)
$(DIRECT)/static-musl: DIRECT_CC := musl-gcc -static $(KERNEL_HEADERS)
$(DIRECT)/dynamic-musl: DIRECT_CC := musl-gcc $(KERNEL_HEADERS)
$(DIRECT)/static-i386: DIRECT_CC := gcc -m32 -static $(KERNEL_HEADERS)

$(DIRECT)/static $(DIRECT)/static-pie $(DIRECT)/dynamic $(DIRECT)/static-musl $(DIRECT)/dynamic-musl \
$(DIRECT)/static-i386: $(DIRECT_SOURCES)/talk.c
	@mkdir -p $(@D)
	$(call run,CC) $(DIRECT_CC) $(PROBE_CFLAGS) -o $@ $< -pthread

$(DIRECT)/keep-dynamic $(DIRECT)/strain-dynamic $(DIRECT)/random-dynamic: $(DIRECT)/%-dynamic: $(DIRECT_SOURCES)/%.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) $(PROBE_CFLAGS) -o $@ $< -pthread

$(DIRECT)/strain $(DIRECT)/forbid $(DIRECT)/reaper $(DIRECT)/keep $(DIRECT)/late $(DIRECT)/hostile $(DIRECT)/random: $(DIRECT)/%: $(DIRECT_SOURCES)/%.c
	@mkdir -p $(@D)
	$(call run,CC) $(CC) -static $(PROBE_CFLAGS) -o $@ $< -pthread

$(DIRECT)/go-static: $(DIRECT_SOURCES)/talk.go
	@mkdir -p $(@D)
	$(call run,CC) CGO_ENABLED=0 $(GO) -o $@ $<

$(DIRECT)/go-cgo: $(DIRECT_SOURCES)/talk.go
	@mkdir -p $(@D)
	$(call run,CC) CGO_ENABLED=1 $(GO) -o $@ $<

$(DIRECT)/pascal: FPC_OPTIONS :=
$(DIRECT)/pascal-threads: FPC_OPTIONS := -dTHREADS
$(DIRECT)/pascal $(DIRECT)/pascal-threads: $(DIRECT_SOURCES)/talk.pas
	@mkdir -p $@.objects
	$(call run,CC) fpc -l- -v0 $(FPC_OPTIONS) -FU$@.objects -o$@ $<
	rm -r $@.objects

# Its reader is tested on a buffer, too.
$(TESTS)/program/elf_image_test: $(BUILD)/preload/program/elf_image.o
$(TESTS)/program/elf_image_test: EXTRA_OBJECTS := $(BUILD)/preload/program/elf_image.o
