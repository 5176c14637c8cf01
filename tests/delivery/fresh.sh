#!/bin/bash
# fresh.sh SUITE: from nothing to a protected service, in a new root of that Debian release (bullseye, bookworm, trixie), by
# what README says and no more; then what it left after `make uninstall`, and the packages in their place. Needs root and
# debootstrap. Nothing stays. Exit 0 when all held, 1 with what did not, 77: this machine has not what it takes.
set -u
suite=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/setup/release.sh"
[ "$(id -u)" -eq 0 ] || { echo "only root can make a root file system"; exit 77; }
command -v debootstrap >/dev/null || { echo "debootstrap is not installed"; exit 77; }
find_mirror || { echo "apt has no Debian to take a root from"; exit 77; }
work=$(mktemp -d)
root=$work/root
# Once more in a mount namespace of its own: what is mounted below goes with it.
if [ -z "${FRESH_INSIDE:-}" ]; then
    rmdir "$work"
    FRESH_INSIDE=1 exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@"
fi
trap 'umount "$root/proc" 2>/dev/null; rm -rf --one-file-system "$work"' EXIT
trap 'exit 1' HUP INT TERM

step() {
    echo "== $1"
    shift
    "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log"; echo "$suite: failed: $*"; exit 1; }
}
inside() {
    chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        DEBIAN_FRONTEND=noninteractive "$@"
}
install() {
    inside apt-get -qq -y --no-install-recommends install "$@"
}

# A listener under the policy, looked at by `tcpalive list`: on, probed after half of 350 s.
protected() {
    unshare --net chroot "$root" /usr/bin/env PATH=/usr/local/bin:/usr/bin:/bin \
        tcpalive run --survive aws-nlb -- busybox nc -l -p 4711 &
    program=$!
    for _ in $(seq 50); do
        inside tcpalive list --port 4711 2>/dev/null | grep -q ' LISTEN on *175s *35s *5 ' && found=yes && break
        sleep 0.2
    done
    kill "$program" 2>/dev/null
    wait "$program" 2>/dev/null
    [ "${found:-}" = yes ]
}
stays_off() {
    ! find "$root"/etc/systemd/system/*.wants "$root"/etc/rc[2-5].d -name 'S*redis*' -o -name 'redis*.service' | grep .
}
gone() {
    ! find "$root/usr" "$root/etc" -name '*tcpalive*' -not -path "$root/usr/src/*" | grep .
}

step 'a new root' debootstrap --variant=minbase "$suite" "$root" "$mirror"
mount -t proc proc "$root/proc"
mkdir -p "$root/usr/src/tcpalive"
(cd "$top" && git archive HEAD) | tar -x -C "$root/usr/src/tcpalive"
step 'apt-get install gcc make' install gcc libc6-dev make busybox
step 'make install' inside make -C /usr/src/tcpalive install
step 'a program under the policy' protected
step 'make demo' inside make -C /usr/src/tcpalive demo
step 'what it brought does not start at boot' stays_off
step 'make uninstall' inside make -C /usr/src/tcpalive uninstall
step 'nothing is left' gone
step 'make deb' inside make -C /usr/src/tcpalive deb
step 'the packages go in' inside sh -c 'apt-get -qq -y install /usr/src/tcpalive/build/deb/tcpalive_*.deb /usr/src/tcpalive/build/deb/libtcpalive0_1*.deb'
step 'a program under the policy again' protected
step 'the packages go' inside apt-get -qq -y purge tcpalive libtcpalive0
step 'nothing is left' gone
echo "$suite: holds"
