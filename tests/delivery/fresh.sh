#!/bin/bash
# fresh.sh SYSTEM [packages]: from nothing to a protected service, in a new root of a Debian release (bullseye, bookworm, trixie) or of musl, by
# what README says and no more; then what it left after `make uninstall`, and the packages in their place; or the packages alone. Needs
# root and debootstrap, for musl musl-gcc. Nothing stays. Exit 0 when all held, 1 with what did not, 77: this machine has not what it takes.
#
# What differs from one system to the other is in fresh_debian.sh and fresh_musl.sh.
set -u
system=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
cannot() {
    echo "$1"
    exit 77
}
[ "$(id -u)" -eq 0 ] || cannot 'only root can make a root file system'
case $system in
musl) room=$top/tests/delivery/fresh_musl.sh ;;
*) room=$top/tests/delivery/fresh_debian.sh ;;
esac
# shellcheck source=fresh_debian.sh
. "$room"
can_make_root
# Once more in a mount namespace of its own: what is mounted below goes with it.
if [ -z "${FRESH_INSIDE:-}" ]; then
    FRESH_INSIDE=1 exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@"
fi
work=$(mktemp -d)
root=$work/root
trap 'leave; umount "$root/proc" "$root" 2>/dev/null; rm -rf --one-file-system "$work"' EXIT
trap 'exit 1' HUP INT TERM

step() {
    echo "== $(printf '%4d s' $SECONDS) $1"
    shift
    "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log"; echo "$system: failed: $*"; exit 1; }
}
inside() {
    chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        DEBIAN_FRONTEND=noninteractive "${environment[@]}" "$@"
}

# A listener under the policy, looked at by `tcpalive list`: on, probed after half of 350 s.
protected() {
    unshare --net chroot "$root" /usr/bin/env PATH=/usr/local/bin:/usr/bin:/bin \
        tcpalive run --survive aws-nlb -- "${server[@]}" &
    program=$!
    found=
    for _ in $(seq 150); do
        inside tcpalive list --program "${server[0]##*/}" 2>/dev/null | grep -q ' LISTEN on *175s *35s *5 ' && found=yes && break
        sleep 0.2
    done
    kill "$program" 2>/dev/null
    wait "$program" 2>/dev/null
    [ "$found" = yes ]
}
gone() {
    ! find "$root" -xdev -name '*tcpalive*' -not -path "$root/usr/src/*" -not -path "$root/proc/*" | grep .
}
sources() {
    mkdir -p "$root/usr/src/tcpalive"
    (cd "$top" && git archive HEAD) | tar -x -C "$root/usr/src/tcpalive"
}

whole() {
    step 'make install' inside make -C /usr/src/tcpalive install
    step 'a program under the policy' protected
    by_readme
    step 'make uninstall' inside make -C /usr/src/tcpalive uninstall
    step 'nothing is left' gone
}
packages() {
    step 'packages are made' make_packages
    step 'they go in' packages_in
    step 'a program under the policy' protected
    step 'they go' packages_out
    step 'nothing is left' gone
}

mkdir "$root" && mount --bind "$root" "$root"
step 'a new root' new_root
mount -t proc proc "$root/proc"
sources
step 'a compiler' compiler_in
[ "${2:-}" = packages ] || whole
packages
echo "$system: holds, $SECONDS s"
