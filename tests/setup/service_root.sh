#!/bin/sh
# service_root.sh DIRECTORY: a Debian with systemd and a few of its own services in DIRECTORY, to be booted in a container by
# tests/preload/enable. Made once: a finished one is marked by a file `.complete` that names its packages. As a user other than
# root, or where it cannot be had, it says so on stderr, and the tests that need it say so as well.
set -u

packages="systemd systemd-sysv redis-server nginx-light openssh-server netcat-openbsd"
directory=$1
export PATH="$PATH:/usr/sbin:/sbin"
[ "$(cat "$directory/.complete" 2>/dev/null)" != "$packages" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
    echo "tests: no root with systemd: it takes root and debootstrap" >&2
    exit 0
fi
rm -rf "$directory"
mkdir -p "$directory"
work=$(mktemp)
trap 'rm -f "$work"' EXIT
trap 'exit 130' INT TERM
mirror=$(sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\) .*/\2/p' /etc/apt/sources.list \
    /etc/apt/sources.list.d/* 2>/dev/null | grep -m1 -v security)
include=$(echo "$packages" | tr ' ' ,)
if ! debootstrap --variant=minbase --include="$include" bookworm "$directory" ${mirror:+"$mirror"} >"$work" 2>&1; then
    tail -n 5 "$work" >&2
    echo "tests: no root with systemd: debootstrap failed" >&2
    exit 0
fi
# Services are started by the tests alone, and none waits for what a container has not.
for unit in redis-server nginx ssh; do
    rm -f "$directory"/etc/systemd/system/*.wants/$unit.service "$directory"/etc/systemd/system/$unit.service
done
rm -f "$directory"/etc/systemd/system/redis.service "$directory"/etc/systemd/system/sshd.service
rm -rf "$directory"/var/cache/apt/archives/*.deb "$directory"/var/lib/apt/lists/*
echo "$packages" >"$directory/.complete"
