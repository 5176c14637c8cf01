#!/bin/sh
# roots.sh DIRECTORY: unpacks there the C libraries of other systems, for tests/preload/library/roots_test.c:
#   DIRECTORY/bullseye   glibc 2.31, where dlsym and the socket calls of threaded programs are in libraries of their own
#   DIRECTORY/trixie     glibc 2.41
#   DIRECTORY/musl       musl, as Debian packages it
# Each is a root to chroot into and a sysroot to compile for, says in os-release what system it is from, and is nothing more: an
# empty /proc, no shell. Made once: a finished root is marked by a file `.complete` that names its packages. What cannot be had is named on stderr, and the tests that
# need it say so as well.
set -u

packages="base-files libc6 libc6-dev libgcc-s1 linux-libc-dev"
# Allocators that programs are preloaded with, and the C++ library that they need.
allocators="libjemalloc2 libstdc++6"
directory=$1
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# shellcheck source=release.sh
. "$(dirname "$0")/release.sh"

# unpack_release SUITE ROOT
unpack_release() {
    case $1 in
    bullseye) tcmalloc=libtcmalloc-minimal4 ;;
    *) tcmalloc=libtcmalloc-minimal4t64 ;;
    esac
    download_release "$1" "$work/$1" "$packages $allocators $tcmalloc" || return 1
    mkdir -p "$2/usr/lib" "$2/usr/lib64"
    ln -sfn usr/lib "$2/lib"
    ln -sfn usr/lib64 "$2/lib64"
    dpkg-deb --fsys-tarfile "$work/$1"/packages/base-files_*.deb | tar -x -C "$2" ./usr/lib/os-release || return 1
    rm "$work/$1"/packages/base-files_*.deb
    for package in "$work/$1"/packages/*.deb; do
        dpkg-deb -x "$package" "$2" || return 1
    done
    # Links may lead from the top, which is not the root's own top for those who compile for it.
    find "$2" -type l -lname '/*' | while read -r link; do
        ln -sfnr "$2$(readlink "$link")" "$link"
    done
}

unpack_musl() {
    loader=/lib/ld-musl-$(uname -m).so.1
    [ -e "$loader" ] || return 1
    mkdir -p "$2/lib" "$2/usr/lib" && cp -L "$loader" "$2/lib/" && cp /usr/lib/os-release "$2/usr/lib/"
}

make_root() {
    root=$directory/$2
    [ "$(cat "$root/.complete" 2>/dev/null)" != "$packages $allocators" ] || return 0
    rm -rf "$root"
    mkdir -p "$root/tcpalive" "$root/tmp" "$root/proc"
    chmod 1777 "$root/tmp"
    if "$1" "$2" "$root"; then
        echo "$packages $allocators" >"$root/.complete"
    else
        echo "tests: no root '$2', its packages cannot be had here" >&2
        [ ! -e "$work/$2/log" ] || tail -n 5 "$work/$2/log" >&2
        rm -rf "$root"
    fi
}

make_root unpack_musl musl
if find_mirror; then
    make_root unpack_release bullseye
    make_root unpack_release trixie
else
    echo "tests: no roots of other Debian releases: apt has no Debian to take them from" >&2
fi
