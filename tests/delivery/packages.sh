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

build_deb() {
    mkdir "$1"
    cp "$tarball" "$1/tcpalive_$version.orig.tar.gz"
    tar -x -C "$1" -f "$tarball"
    cp -r packaging/debian "$1/tcpalive-$version/"
    (cd "$1/tcpalive-$version" && quietly env -u MAKEFLAGS -u MAKELEVEL DEB_BUILD_OPTIONS="$2" dpkg-buildpackage -us -uc)
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
    readelf -d "$work/root/usr/bin/tcpalive" | grep -q BIND_NOW || { echo "the command is not bound at its start"; exit 1; }
    readelf -W --dyn-syms "$work/root/usr/bin/tcpalive" | grep -q '_chk@' || { echo "the command is not fortified"; exit 1; }
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

# Alpine's own steps, with its C library's compiler: here they are functions of a shell script.
apk() {
    needs musl-gcc
    sources
    tar -x -C "$work" -f "$tarball"
    cd "$work/tcpalive-$version"
    machine=$(cc -print-multiarch)
    printf '#!/bin/sh\nexec musl-gcc -idirafter /usr/include -idirafter /usr/include/%s "$@"\n' "$machine" >"$work/cc"
    chmod +x "$work/cc"
    pkgdir=$work/root
    export CC="$work/cc"
    unset MAKEFLAGS MAKELEVEL
    # shellcheck disable=SC1091
    . packaging/APKBUILD
    for step in build check package; do
        quietly $step
    done
    runs "$work/root/usr/bin/tcpalive"
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

version=$(sed -n 's/^VERSION := //p' Makefile)
$check
