# How tcpalive gets onto a machine. Included by the top-level Makefile.

BINDIR ?= $(PREFIX)/bin
LIBDIR ?= $(PREFIX)/lib/tcpalive
MANDIR ?= $(PREFIX)/share/man
# Where the shells look for completions.
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
# Empty: no systemd there.
UNITDIR ?= $(PREFIX)/lib/systemd/system
INSTALLED := $(BINDIR)/tcpalive $(LIBDIR)/libtcpalive.so $(MANDIR)/man1/tcpalive.1 $(MANDIR)/man7/libtcpalive.7 \
	$(BASHDIR)/tcpalive $(ZSHDIR)/_tcpalive $(FISHDIR)/tcpalive.fish $(UNITDIR:%=%/tcpalive.service)

# What is built into a file and may be another at the next call: written when it is.
$(BUILD)/said/bindir: SAID = $(BINDIR)
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
install: all man completions $(BUILD)/tcpalive.service
	install -D -m 755 $(BUILD)/tcpalive "$(DESTDIR)$(BINDIR)/tcpalive"
	install -D -m 644 $(BUILD)/libtcpalive.so "$(DESTDIR)$(LIBDIR)/libtcpalive.so"
	install -D -m 644 $(BUILD)/man/tcpalive.1 "$(DESTDIR)$(MANDIR)/man1/tcpalive.1"
	install -D -m 644 $(BUILD)/man/libtcpalive.7 "$(DESTDIR)$(MANDIR)/man7/libtcpalive.7"
	install -D -m 644 $(BUILD)/completions/tcpalive.bash "$(DESTDIR)$(BASHDIR)/tcpalive"
	install -D -m 644 $(BUILD)/completions/_tcpalive "$(DESTDIR)$(ZSHDIR)/_tcpalive"
	install -D -m 644 $(BUILD)/completions/tcpalive.fish "$(DESTDIR)$(FISHDIR)/tcpalive.fish"
	$(if $(UNITDIR),install -D -m 644 $(BUILD)/tcpalive.service "$(DESTDIR)$(UNITDIR)/tcpalive.service")
endif

$(BUILD)/tcpalive.service: packaging/tcpalive.service $(BUILD)/said/bindir
	$(call run,MAN) sed 's|@BINDIR@|$(BINDIR)|' $< >$@

# Another file may go into a folder of ours, so that one is left while it has any.
uninstall:
	rm -f $(INSTALLED:%="$(DESTDIR)%")
	-rmdir "$(DESTDIR)$(LIBDIR)"

# One file for any Linux of this machine: with musl where it is at hand, since glibc's resolver wants files of the system that
# it runs on.
STATIC_CC ?= $(if $(shell command -v musl-gcc),musl-gcc -idirafter /usr/include -idirafter /usr/include/$(shell $(CC) -print-multiarch),$(CC))

.PHONY: static
static: $(BUILD)/libtcpalive.so
	@rm -f $(BUILD)/static/objects/tcpalive # what the flags below were before, nobody knows
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/static/objects CC='$(STATIC_CC)' CFLAGS='$(CFLAGS) -fPIE' \
		LDFLAGS='$(LDFLAGS) '"$$(packaging/static_pie.sh $(STATIC_CC))" $(BUILD)/static/objects/tcpalive
	install $(BUILD)/static/objects/tcpalive $(BUILD)/libtcpalive.so $(BUILD)/static/

DIST := $(BUILD)/dist
RELEASE := tcpalive-$(VERSION)
BINARY := $(RELEASE)-linux-$(shell uname -m)
WINDOWS_ZIP := $(RELEASE)-windows
# The same bytes from the same commit. A zip's times begin in 1980.
EPOCH := $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct 2>/dev/null),315532800)
TAR := tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$(EPOCH)
SOURCES := $(if $(wildcard .git),git archive HEAD,tar -c --exclude=./build .)

.PHONY: dist deb
dist: $(DIST)/$(RELEASE).tar.gz $(DIST)/$(BINARY).tar.gz $(if $(shell command -v x86_64-w64-mingw32-gcc),$(DIST)/$(WINDOWS_ZIP).zip)
	$(if $(filter %.zip,$^),,@echo 'no $(WINDOWS_ZIP).zip: mingw-w64 is not installed')

# The sources as they are committed, with the version where packagers' files want it.
$(DIST)/$(RELEASE).tar.gz: FORCE
	rm -rf $(DIST)/$(RELEASE) && mkdir -p $(DIST)/$(RELEASE)
	$(SOURCES) | tar -x -C $(DIST)/$(RELEASE)
	sed -i 's/@VERSION@/$(VERSION)/' $(DIST)/$(RELEASE)/packaging/tcpalive.spec $(DIST)/$(RELEASE)/packaging/APKBUILD
	$(TAR) -c -C $(DIST) $(RELEASE) | gzip -9n >$@

# To be unpacked anywhere: the command finds its library beside it.
$(DIST)/$(BINARY).tar.gz: static
	rm -rf $(DIST)/$(BINARY)
	$(MAKE) --no-print-directory install DESTDIR=$(abspath $(DIST)/$(BINARY)) PREFIX= UNITDIR=
	cp $(BUILD)/static/tcpalive $(DIST)/$(BINARY)/bin/
	strip $(DIST)/$(BINARY)/bin/tcpalive $(DIST)/$(BINARY)/lib/tcpalive/libtcpalive.so
	cp README.md LICENSE $(DIST)/$(BINARY)/
	$(TAR) -c -C $(DIST) $(BINARY) | gzip -9n >$@

# Both word sizes side by side, as the command wants them; its texts with the lines' ends of Windows.
$(DIST)/$(WINDOWS_ZIP).zip: windows
	rm -rf $(DIST)/$(WINDOWS_ZIP) $@
	for word in $(WINDOWS_WORDS); do \
		install -D -t $(DIST)/$(WINDOWS_ZIP)/$$word $(WINDOWS)/$$word/tcpalive.exe $(WINDOWS)/$$word/tcpalive.dll || exit 1; done
	for text in README.md LICENSE examples/windows.cmd examples/windows-service.cmd; do \
		sed 's/$$/\r/' $$text >$(DIST)/$(WINDOWS_ZIP)/$${text##*/} || exit 1; done
	find $(DIST)/$(WINDOWS_ZIP) -exec touch -d @$(EPOCH) {} +
	cd $(DIST) && TZ=UTC python3 -m zipfile -c $(@F) $(WINDOWS_ZIP)

# build/deb/*.deb, from the tarball, as Debian's own machines would build them.
deb: $(DIST)/$(RELEASE).tar.gz
	tests/setup/packages.sh deb
	rm -rf $(BUILD)/deb && mkdir -p $(BUILD)/deb
	cp $< $(BUILD)/deb/tcpalive_$(VERSION).orig.tar.gz
	tar -x -C $(BUILD)/deb -f $<
	cp -r packaging/debian $(BUILD)/deb/$(RELEASE)/
	cd $(BUILD)/deb/$(RELEASE) && env -u MAKEFLAGS -u MAKELEVEL dpkg-buildpackage -us -uc $(if $(DEB_HOST_ARCH),--host-arch=$(DEB_HOST_ARCH))
