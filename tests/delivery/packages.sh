#!/bin/sh
# packages.sh CHECK: one check of what leaves the house for other machines, for packages_test.c. Says what is wrong on
# stdout and ends with 1 then; 77: this machine has not what it takes. All is made of a copy of the sources in a folder of its own.
set -eu
check=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

needs() {
    command -v "$1" >/dev/null || { echo "$1 is not installed" && exit 77; }
}

# Runs quietly; what it said is shown when it fails.
quietly() {
    "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log"; echo "failed: $*"; exit 1; }
}

sources() {
    quietly env -u MAKEFLAGS -u MAKELEVEL make BUILD="$work/build" "$work/build/dist/tcpalive-$version.tar.gz"
    tarball=$work/build/dist/tcpalive-$version.tar.gz
}

# build_deb FOLDER OPTIONS [MACHINE]
build_deb() {
    mkdir "$1"
    cp "$tarball" "$1/tcpalive_$version.orig.tar.gz"
    tar -x -C "$1" -f "$tarball"
    cp -r packaging/debian "$1/tcpalive-$version/"
    (cd "$1/tcpalive-$version" && quietly env -u MAKEFLAGS -u MAKELEVEL DEB_BUILD_OPTIONS="$2" dpkg-buildpackage -us -uc ${3:+-d -B --host-arch="$3"})
}

# Builds, passes Debian's own check, is hardened, and comes out the same twice in different folders.
deb() {
    needs dh
    needs lintian
    sources
    build_deb "$work/one" nocheck
    lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$work"/one/*.changes || exit 1
    build_deb "$work/another-folder" nocheck
    for file in "$work"/one/*.deb; do
        cmp "$file" "$work/another-folder/${file##*/}" || exit 1
    done
    dpkg-deb -x "$work/one/tcpalive_${version}-1_$(dpkg --print-architecture).deb" "$work/root"
    dpkg-deb -x "$work/one/libtcpalive0_${version}-1_$(dpkg --print-architecture).deb" "$work/root"
    runs "$work/root/usr/bin/tcpalive"
    needs hardening-check
    hardening-check --nocfprotection "$work/root/usr/bin/tcpalive" >"$work/log" || { cat "$work/log"; exit 1; }
    # The guest calls nothing that could be fortified, and nothing but what every C library has.
    hardening-check --nopie --nostackprotector --nofortify --nocfprotection \
        "$work"/root/usr/lib/*/tcpalive/libtcpalive.so >"$work/log" || { cat "$work/log"; exit 1; }
    come_and_go
}

# In a Debian with services: in, a program under the policy, out, and nothing is left. What is written there goes with it.
come_and_go() {
    service=$PWD/build/cache/service
    if [ "$(id -u)" -ne 0 ] || [ ! -e "$service/.complete" ]; then
        echo "no root with services to install them in" && exit 77
    fi
    mkdir "$work/tmpfs" "$work/system"
    unshare --mount --net --pid --fork --kill-child sh -eu -c '
        mount -t tmpfs tmpfs "$1/tmpfs"
        mkdir "$1/tmpfs/upper" "$1/tmpfs/work"
        mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/tmpfs/upper,workdir=$1/tmpfs/work" "$1/system"
        mount -t proc proc "$1/system/proc"
        find "$1/system" -xdev | sort >"$1/before"
        cp "$1"/one/tcpalive_*.deb "$1"/one/libtcpalive0_*.deb "$1/system/root/"
        chroot "$1/system" sh -eu -c "
            dpkg -i /root/*.deb
            tcpalive run --survive aws-nlb -- nc -l 127.0.0.1 4711 &
            i=0
            until tcpalive list --port 4711 | grep -q \" LISTEN on *175s *35s *5 \"; do
                sleep 0.1; i=\$((i + 1)); [ \$i -lt 600 ]; done
            kill \$!
            dpkg --purge tcpalive libtcpalive0
            rm /root/*.deb"
        find "$1/system" -xdev | sort >"$1/after"' sh "$work" "$service" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    diff "$work/before" "$work/after" || { echo "the packages left that"; exit 1; }
}

# Both word sizes on one machine: the library's packages stand side by side, and the command finds the one that a program wants.
both() {
    needs dh
    needs i686-linux-gnu-gcc
    sources
    build_deb "$work/wide" nocheck
    build_deb "$work/narrow" nocheck i386
    library_of wide amd64
    library_of narrow i386
    (cd "$work/wide.root" && find . -type f) | sort >"$work/wide.files"
    (cd "$work/narrow.root" && find . -type f) | sort >"$work/narrow.files"
    comm -12 "$work/wide.files" "$work/narrow.files" | while read -r file; do
        cmp "$work/wide.root/$file" "$work/narrow.root/$file" || exit 1
    done || exit 1
    dpkg-deb -x "$work"/wide/tcpalive_*_amd64.deb "$work/root"
    cp -r "$work"/wide.root/. "$work"/narrow.root/. "$work/root/"
    printf '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { puts(getenv("LD_PRELOAD")); return 0; }\n' >"$work/narrow.c"
    i686-linux-gnu-gcc -o "$work/narrow-program" "$work/narrow.c"
    found=$("$work/root/usr/bin/tcpalive" run -- "$work/narrow-program")
    [ "$found" = "$work/root/usr/lib/i386-linux-gnu/tcpalive/libtcpalive.so" ] || { echo "a program of 32 bits gets '$found'"; exit 1; }
}
library_of() {
    dpkg-deb -x "$work/$1"/libtcpalive0_*"_$2.deb" "$work/$1.root"
}

# The command starts a program with the library that lies where this installation has it.
runs() {
    library=$("$1" run -- sh -c 'echo "$LD_PRELOAD"')
    case $library in
    "$work"/*/libtcpalive.so) ;;
    *) echo "$1 takes the library from '$library'" && exit 1 ;;
    esac
}

rpm() {
    needs rpmbuild
    sources
    quietly rpmbuild -tb --nodeps --define "_topdir $work/rpm" "$tarball"
    mkdir "$work/root"
    (cd "$work" && quietly rpm2archive "$work"/rpm/RPMS/*/tcpalive-"$version"-*.rpm)
    tar -x -C "$work/root" -f "$work"/rpm/RPMS/*/tcpalive-"$version"-*.rpm.tgz
    runs "$work/root/usr/bin/tcpalive"
}

# Both word sizes, without a time of its making, and the texts that Notepad shows.
windows() {
    needs x86_64-w64-mingw32-gcc
    needs i686-w64-mingw32-gcc
    name=tcpalive-$version-windows
    quietly env -u MAKEFLAGS -u MAKELEVEL make "build/dist/$name.zip"
    python3 -m zipfile -e "build/dist/$name.zip" "$work"
    (cd "$work/$name" && find . -type f | sort) >"$work/files"
    cat >"$work/wanted" <<END
./LICENSE
./README.md
./i686/tcpalive.dll
./i686/tcpalive.exe
./windows-service.cmd
./windows.cmd
./x86_64/tcpalive.dll
./x86_64/tcpalive.exe
END
    diff "$work/wanted" "$work/files" || exit 1
    for program in "$work/$name"/*/tcpalive.*; do
        objdump -p "$program" | grep -q '^Time/Date.*Thu Jan  1 00:00:00 1970' || { echo "$program tells when it was made"; exit 1; }
    done
}

# One file for any Linux: it works where there is nothing else at all, and finds the library when it is moved with it.
static() {
    quietly env -u MAKEFLAGS -u MAKELEVEL make BUILD="$work/build" "$work/build/dist/tcpalive-$version-linux-$(uname -m).tar.gz"
    mkdir "$work/root"
    tar -x -C "$work/root" -f "$work/build/dist/tcpalive-$version-linux-$(uname -m).tar.gz" --strip-components=1
    runs "$work/root/bin/tcpalive"
    [ "$(id -u)" -eq 0 ] || { echo "only root can enter a root file system" && exit 77; }
    for command in 'explain --survive aws-nlb' 'check /bin/tcpalive' 'run -- /bin/tcpalive --version'; do
        # shellcheck disable=SC2086
        quietly chroot "$work/root" /bin/tcpalive $command
    done
}

# The oldest release that it is built on, and the newest: their headers name what this machine's do, or we do.
headers() {
    for release in bullseye trixie; do
        root=$PWD/build/cache/roots/$release
        [ -e "$root/.complete" ] || { echo "no root of $release" && exit 77; }
        find core preload -name '*.c' -print0 | xargs -0 -n 16 -P 2 cc --sysroot="$root" -std=gnu11 -D_GNU_SOURCE -I. -Wall -Wextra -Werror \
            -DTCPALIVE_VERSION='""' -DTCPALIVE_LIBDIR='""' -fsyntax-only || exit 1
    done
}

version=$(sed -n 's/^VERSION := //p' Makefile)
$check
