#!/bin/sh
# Brings the Wine of Debian 13, which knows TCP_KEEPCNT and its like, beside the one of Debian 12 that most Windows tests
# run on; for programs of both word sizes. To be run after wine.sh, as root; makes build/cache/wine_newer once:
#
#   wine, share, lib  what stands in for /usr/lib/wine, /usr/share/wine and the C library's directory, in a mount namespace:
#                     Wine and what it is linked with, nothing else
#   prefix            a Windows installation made by its wineboot, the model that each test copies
#
# What cannot be had is named on stderr, and the test that needs it says so as well.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
cache=$top/build/cache/wine_newer
libraries=/usr/lib/x86_64-linux-gnu
packages='wine64 libwine libwine:i386 libz-mingw-w64 libc6 libgcc-s1 libunwind8 liblzma5'
# shellcheck source=release.sh
. "$(dirname "$0")/release.sh"

give_up() {
    echo "tests: no newer Wine: $*" >&2
    exit 0
}

# Debug information is two thirds.
unpack() {
    for package in "$work"/state/packages/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work/root" ./usr
    done
    mv "$work/root$libraries" "$work/made/lib"
    mv "$work/root/usr/lib/wine" "$work/made/wine"
    mv "$work/root/usr/share/wine" "$work/made/share"
    rm -rf "$work/made/lib/wine/i386-windows"
    mv "$work/root/usr/lib/i386-linux-gnu/wine/i386-windows" "$work/made/lib/wine/"
    for word in i386:i686 x86_64:x86_64; do
        processor=${word#*:}
        find "$work/made/lib/wine/${word%:*}-windows" -type f -print0 |
            xargs -0 -n 64 -P 2 "$processor-w64-mingw32-strip" --strip-debug 2>/dev/null || true
    done
}

# in_place COMMAND...: with Wine's files in their place, in a namespace that ends with it.
# shellcheck disable=SC2016 # the inner shell's variables
in_place() {
    unshare --mount --propagation private sh -c '
        mount --bind "$1/wine" /usr/lib/wine && mount --bind "$1/share" /usr/share/wine &&
            mount --bind "$1/lib" "$2" && shift 2 && exec "$@"' \
        sh "$work/made" "$libraries" env -u TMPDIR WINEPREFIX="$work/made/prefix" WINESERVER=/usr/lib/wine/wineserver64 \
        WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe=' "$@" >/dev/null 2>&1
}

# zlib1.dll is Debian's own, which Wine does not install. Without FreeType no window can be shown, and none tries to.
make_prefix() {
    unset DISPLAY
    windows=$work/made/prefix/drive_c/windows
    mkdir -p "$windows/system32" "$windows/syswow64"
    cp "$work/root/usr/x86_64-w64-mingw32/lib/zlib1.dll" "$windows/system32/"
    cp "$work/root/usr/i686-w64-mingw32/lib/zlib1.dll" "$windows/syswow64/"
    in_place timeout 60 /usr/lib/wine/wine64 wineboot -i &&
        in_place timeout 60 /usr/lib/wine/wineserver64 -w || { in_place /usr/lib/wine/wineserver64 -k; return 1; }
    for word in system32 syswow64; do
        [ -e "$windows/$word/ws2_32.dll" ] || return 1
    done
    rm -rf "/tmp/$(cat "$work/made/prefix/wineserver")" "$work/made/prefix/wineserver" # where its server's socket was
    hardlink -qpot "$work/made/lib/wine" "$work/made/prefix" || true # its DLLs are copies
}

[ ! -d "$cache" ] || exit 0
[ "$(uname -m)" = x86_64 ] && [ "$(readlink /lib)" = usr/lib ] || give_up 'this machine is laid out in another way'
unshare --mount true 2>/dev/null || give_up 'a mount namespace is for root to make'
find_mirror || give_up 'apt has no Debian to take it from'
mkdir -p "$(dirname "$cache")"
work=$(mktemp -d "$cache.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/root" "$work/made"
download_release trixie "$work/state" "$packages" amd64,i386 || give_up "$(tail -n 3 "$work/state/log")"
unpack
make_prefix || give_up 'it did not start'
mv "$work/made" "$cache"
