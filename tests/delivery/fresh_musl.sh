#!/bin/bash
# fresh_musl.sh: a root of musl and busybox for fresh.sh, which sources it, with packages by the steps of packaging/APKBUILD.
# The compiler in it is this machine's, with what it takes itself: it makes programs of musl, and goes before they are looked at.
# shellcheck disable=SC2034,SC2154 # shared with fresh.sh
server=(old-server serve inet accept 1)
# The shell in Debian's busybox takes its own commands before those in PATH, this one too.
environment=(AR=/usr/bin/ar)
machine=$(uname -m)
musl=/usr/lib/$machine-linux-musl

can_make_root() {
    [ -e "$musl/musl-gcc.specs" ] || cannot 'musl-gcc is not installed'
    busybox --list >/dev/null 2>&1 || cannot 'busybox-static is not installed'
}
new_root() {
    mkdir -p "$root"/{proc,tmp,root,dev,bin,lib,etc,usr/bin,usr/lib,usr/local,usr/src} && cp "$(command -v busybox)" "$root/bin/" &&
        cp -L "/lib/ld-musl-$machine.so.1" "$root/lib/" && mknod -m 666 "$root/dev/null" c 1 3 || return 1
    for applet in $(busybox --list); do
        [ -e "$root/bin/$applet" ] || ln -s busybox "$root/bin/$applet"
    done
    ln -s ../../bin/env "$root/usr/bin/env"
}
leave() {
    :
}

# Copied under the names that they have here; what they load, too.
needed_by() {
    ldd "$@" 2>/dev/null | grep -o '/[^ ]*' | grep -v ':$' | sort -u
}
compiler_files() {
    real=$(gcc -dumpmachine)-gcc
    programs=$(for tool in "$real" as ld ar strip make install; do command -v "$tool"; done; gcc -print-prog-name=cc1
        gcc -print-prog-name=collect2)
    printf '%s\n' "$programs"
    # shellcheck disable=SC2086 # a list
    needed_by $programs
    objects=$(dirname "$(gcc -print-libgcc-file-name)")
    printf '%s\n' "$objects"/crt*.o "$objects"/libgcc*.a "$objects"/liblto_plugin.so "$objects/include" "$musl" \
        "/usr/include/$machine-linux-musl"
}
compiler_in() {
    compiler_files | sort -u >"$work/compiler"
    while read -r file; do
        mkdir -p "$root/$(dirname "$file")" && rm -rf "${root:?}/$file" && cp -rL "$file" "$root/$file" || return 1
    done <"$work/compiler"
    for headers in linux asm-generic; do
        cp -r "/usr/include/$headers" "$root/usr/include/$machine-linux-musl/"
    done
    cp -rL "/usr/include/$(gcc -print-multiarch)/asm" "$root/usr/include/$machine-linux-musl/"
    printf '#!/bin/sh\nexec %s "$@" -specs %s/musl-gcc.specs\n' "$(gcc -dumpmachine)-gcc" "$musl" >"$root/usr/bin/cc"
    chmod 755 "$root/usr/bin/cc"
    inside sh -c 'cc -std=gnu11 -D_GNU_SOURCE -O2 -o /usr/bin/old-server /usr/src/tcpalive/tests/targets/probe/*.c'
}
# Nothing but musl is left for the programs to run on.
compiler_out() {
    while read -r file; do
        rm -rf "${root:?}/$file"
    done <"$work/compiler"
    ! find "$root" -xdev -name 'libc.so.6' | grep . && [ "$(find "$root/lib" -name 'ld-*' | wc -l)" -eq 1 ]
}
by_readme() {
    :
}

make_packages() {
    version=$(sed -n 's/^VERSION := //p' "$top/Makefile")
    (cd "$top" && env -u MAKEFLAGS -u MAKELEVEL make BUILD="$work/build" "$work/build/dist/tcpalive-$version.tar.gz") || return 1
    tar -x -C "$root/usr/src" -f "$work/build/dist/tcpalive-$version.tar.gz"
    inside sh -e -c "cd /usr/src/tcpalive-$version; pkgdir=/tmp/package; . packaging/APKBUILD; build; check; package" &&
        compiler_out
}
packages_in() {
    (cd "$root/tmp/package" && find . -type f) >"$work/package" && cp -a "$root/tmp/package/." "$root/"
}
# As apk takes a package away: its files, and folders that nothing else is in.
packages_out() {
    while read -r file; do
        rm "$root/$file"
        rmdir -p --ignore-fail-on-non-empty "$root/$(dirname "$file")"
    done <"$work/package"
    rm -r "$root/tmp/package"
}
