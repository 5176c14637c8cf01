#!/bin/bash
# fresh_debian.sh: a Debian release for fresh.sh, which sources it: how its root and its packages are made, and a service of it under
# systemd, in a container.
# shellcheck disable=SC2034,SC2154 # shared with fresh.sh
. "$top/tests/setup/release.sh"
server=(busybox nc -l -p 4711)
environment=()
leader=

can_make_root() {
    command -v debootstrap >/dev/null || cannot 'debootstrap is not installed'
    find_mirror || cannot 'apt has no Debian to take a root from'
}
new_root() {
    debootstrap --variant=minbase "$system" "$root" "$mirror"
}
install() {
    inside apt-get -qq -y --no-install-recommends install "$@"
}
compiler_in() {
    install gcc libc6-dev make busybox
}
stays_off() {
    ! find "$root"/etc/systemd/system/*.wants "$root"/etc/rc[2-5].d -name 'S*redis*' -o -name 'redis*.service' | grep .
}

# What runs in the container, beside its first process.
booted() {
    nsenter -t "$leader" -a -- env PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
until_holds() {
    for _ in $(seq 300); do
        "$@" && return 0
        sleep 0.2
    done
    return 1
}
is_up() {
    leader=$(pgrep -P "$container" -x systemd) && booted systemctl is-system-running | grep -qE 'running|degraded'
}
# In a control group of its own, which keeps what is left of it; what it writes goes with it.
boot() {
    group=$(grep -m1 ' cgroup2 ' /proc/self/mounts | cut -d' ' -f2)/tcpalive-fresh-$(basename "$work")
    mkdir "$group" || return 1
    sh -c "echo 0 >$group/cgroup.procs && SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_SECCOMP=0 exec systemd-nspawn \
        --quiet -D $root --volatile=overlay -b --private-network --register=no --keep-unit --capability=all --console=pipe \
        -M ${group##*/}" </dev/null &
    container=$!
    until_holds is_up
}
leave() {
    [ -n "${group:-}" ] || return 0
    echo 1 >"$group/cgroup.kill"
    until_holds rmdir_all 2>/dev/null
    # With control groups of version 1 beside, nspawn leaves groups of the same name there.
    for at in $(grep ' cgroup ' /proc/self/mounts | cut -d' ' -f2); do
        find "$at/${group##*/}" -depth -type d -exec rmdir {} \; 2>/dev/null
    done
    rmdir "/run/systemd/nspawn/propagate/${group##*/}" 2>/dev/null
    group=
}
rmdir_all() {
    find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null
    [ ! -d "$group" ]
}
redis_has() {
    until_holds redis_shows "$1"
}
redis_shows() {
    booted tcpalive list --program redis-server | grep -q " LISTEN $1 "
}
service() {
    booted systemctl start redis-server && redis_has off || return 1
    booted tcpalive enable --survive aws-nlb --now redis-server && redis_has 'on *175s *35s *5' || return 1
    booted systemctl restart redis-server && redis_has 'on *175s *35s *5' || return 1
    booted tcpalive disable --now redis-server && redis_has off
}

by_readme() {
    step 'make demo' inside make -C /usr/src/tcpalive demo
    step 'what it brought does not start at boot' stays_off
    step 'systemd' install systemd-sysv
    step 'it boots' boot
    step 'a service under the policy, and out of it' service
    leave
}

make_packages() {
    inside make -C /usr/src/tcpalive deb
}
packages_in() {
    inside sh -c 'apt-get -qq -y install /usr/src/tcpalive/build/deb/tcpalive_*.deb /usr/src/tcpalive/build/deb/libtcpalive0_1*.deb'
}
packages_out() {
    inside apt-get -qq -y purge tcpalive libtcpalive0
}
