# How tcpalive gets onto a machine. Included by the top-level Makefile.

BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib/tcpalive
MANDIR ?= $(PREFIX)/share/man
INSTALLED := $(BINDIR)/tcpalive $(LIBDIR)/libtcpalive.so $(MANDIR)/man1/tcpalive.1 $(MANDIR)/man7/libtcpalive.7

# What is built into a file and may be another at the next call: written when it is.
$(BUILD)/said/libdir: SAID = $(LIBDIR)
$(BUILD)/said/version: SAID = $(VERSION) $(COMMIT)
$(BUILD)/said/%: FORCE
	@mkdir -p $(@D); echo '$(SAID)' | cmp -s - $@ || echo '$(SAID)' >$@
$(BUILD)/man/tcpalive.1 $(BUILD)/man/libtcpalive.7: $(BUILD)/said/libdir $(BUILD)/said/version

.PHONY: install uninstall
ifdef ARCH
install: $(BUILD)/libtcpalive.so
	install -D -m 644 $(BUILD)/libtcpalive.so "$(DESTDIR)$(LIBDIR)/libtcpalive.so"
else
install: all man
	install -D -m 755 $(BUILD)/tcpalive "$(DESTDIR)$(BINDIR)/tcpalive"
	install -D -m 644 $(BUILD)/libtcpalive.so "$(DESTDIR)$(LIBDIR)/libtcpalive.so"
	install -D -m 644 $(BUILD)/man/tcpalive.1 "$(DESTDIR)$(MANDIR)/man1/tcpalive.1"
	install -D -m 644 $(BUILD)/man/libtcpalive.7 "$(DESTDIR)$(MANDIR)/man7/libtcpalive.7"
endif

# Another file may go into a folder of ours, so that one is left while it has any.
uninstall:
	rm -f $(INSTALLED:%="$(DESTDIR)%")
	-rmdir "$(DESTDIR)$(LIBDIR)"

# One file for any Linux of this machine: with musl where it is at hand, since glibc's resolver wants files of the system that
# it runs on.
STATIC_CC ?= $(if $(shell command -v musl-gcc),musl-gcc -idirafter /usr/include -idirafter /usr/include/$(shell $(CC) -print-multiarch),$(CC))

.PHONY: static
static: $(BUILD)/libtcpalive.so
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/static/objects CC='$(STATIC_CC)' LDFLAGS='$(LDFLAGS) -static' $(BUILD)/static/objects/tcpalive
	cp $(BUILD)/static/objects/tcpalive $(BUILD)/libtcpalive.so $(BUILD)/static/
