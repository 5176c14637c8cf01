#!/bin/sh
# packages.sh [demo|bench|deb|suites|image|kernels]: installs from Debian what `make test` needs, or only what that part runs.
# Quick when all is there; as a user other than root it names what is missing and goes on, so that the tests which can
# run do.
# Services that come with a package are not started, a policy-rc.d refuses it for the length of the installation, and do not
# start at the next boot either.
set -eu

build="gcc libc6-dev make clang clang-tidy libclang-rt-14-dev cppcheck shellcheck mandoc groff-base libcmocka-dev binutils
    libcap2-bin"
other_machines="gcc-12-multilib musl-tools gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
    golang-go fp-compiler mono-mcs"
look="iproute2 nftables procps strace valgrind util-linux bpftool tcpdump gdb"
programs="tor vsftpd redis-server redis-tools nginx-light curl python3 python3-yaml python3-prometheus-client python3-jsonschema node-typescript default-jdk-headless nodejs openssh-server openssh-client
    postgresql postgresql-client openbsd-inetd systemd systemd-container debootstrap perl netcat-openbsd socat busybox-static zsh fish"
other_interposers="proxychains4 libeatmydata1 libfaketime libjemalloc2 libtcmalloc-minimal4 libkeepalive0 libdontdie0 libasan8"
bench="gcc libc6-dev make binutils strace valgrind python3 iproute2 util-linux nginx-light wrk redis-server redis-tools
    libkeepalive0 libdontdie0 gnuplot-nox"
suites="libpython3.11-testsuite golang-go cmake g++ tcl perl dpkg-dev"
deb="build-essential debhelper dpkg-dev fakeroot libcmocka-dev lintian"
both="$deb gcc-12-multilib gcc-i686-linux-gnu libc6-dev-i386-cross"
image="buildah busybox-static musl-tools"
kernels="qemu-system-x86 kmod cpio xz-utils busybox-static"
demo="iproute2 nftables redis-server redis-tools netcat-openbsd busybox-static"

case ${1:-test} in
demo) wanted=$demo ;;
bench) wanted=$bench ;;
deb) wanted=$deb ;;
suites) wanted=$suites ;;
image) wanted=$image ;;
both) wanted=$both ;;
kernels) wanted=$kernels ;;
test) wanted="$build $deb devscripts rpm libpython3.11-testsuite chromium chromium-sandbox $other_machines $look $programs $other_interposers" ;;
*) echo "packages.sh: unknown set '$1'" >&2 && exit 2 ;;
esac

missing=
for package in $wanted; do
    case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
    installed) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "tests: not installed, and only root can:$missing" >&2
    exit 0
fi

policy=/usr/sbin/policy-rc.d
own_policy=
[ -e $policy ] || own_policy=yes
restore() {
    [ -z "$own_policy" ] || rm -f $policy
}
trap restore EXIT
trap 'exit 130' INT TERM
if [ -n "$own_policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
fi

# What starts services at boot: systemd's links and init's.
starters() {
    find /etc/systemd/system/*.wants /etc/rc[S2-5].d -name '*.service' -o -name '*.socket' -o -name '*.timer' -o -name 'S*' 2>/dev/null | sort
}
before=$(starters)
leave_disabled() {
    starters | while read -r link; do
        case "$before" in
        *"$link"*) ;;
        *) case $link in
            /etc/rc*/S*) update-rc.d "${link##*/S[0-9][0-9]}" disable >/dev/null 2>&1 || true ;;
            *) rm -f "$link" ;;
            esac ;;
        esac
    done
}

export DEBIAN_FRONTEND=noninteractive
apt="apt-get -o DPkg::Lock::Timeout=600 -qq -y --no-install-recommends"
log=$(mktemp)
# shellcheck disable=SC2086 # both are lists
if ! { $apt update && $apt install $missing; } >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    leave_disabled
    echo "tests: could not install:$missing" >&2
    exit 1
fi
rm -f "$log"
leave_disabled
