#!/bin/bash
# wire.sh [ARGUMENTS of wire.py]: what becomes of connections under each way of tcpalive when the wire or the peer
# fails; wire.py says which cases there are. With --limit SECONDS the router forgets connections that are silent for so
# long. LAB_COMMAND is the command, ./tcpalive when not given. Exits 77, saying why, where there can be no lab.
. "${0%/*}/lab.sh"

export LAB_COMMAND=${LAB_COMMAND:-./tcpalive}

# in_groups COMMAND...: with all control groups in $lab_dir, in a mount namespace that goes with the command.
in_groups() {
    unshare --mount -- sh -c 'mount -t cgroup2 groups "$0" && exec "$@"' "$lab_dir" "$@" 2>/dev/null
}

# Where the control group's way starts its clients: made outside the lab, since it has to be emptied after it.
if [ -z "${LAB_INSIDE:-}" ]; then
    lab_needs python3 nc tcpdump
    export LAB_GROUP=tcpalive-wire-$$
    [ "$(id -u)" = 0 ] && in_groups mkdir "$lab_dir/$LAB_GROUP" || LAB_GROUP=
    (lab_enter "$@") & # becomes the lab
    lab=$!
    trap 'kill "$lab" 2>/dev/null' TERM INT HUP
    wait "$lab"
    status=$?
    wait "$lab" 2>/dev/null
    for ((i = 0; i < 100; i++)); do
        [ -n "$LAB_GROUP" ] && ! in_groups rmdir "$lab_dir/$LAB_GROUP" || break
        sleep 0.1
    done
    exit $status
fi

lab_enter "$@"
lab_wide
nft -f - <<'END' || lab_fail "the router cannot be given its rules"
table inet cut {
    set ports {
        type inet_service
    }
    chain wire {
        type filter hook prerouting priority raw
        tcp dport @ports drop
        tcp sport @ports drop
    }
}
END
if [ "${1:-}" = --limit ]; then
    lab_nat "$2"
    nft "add table ip6 lab; add chain ip6 lab wire { type filter hook forward priority filter; }"
    nft "add rule ip6 lab wire ct state invalid drop"
fi
if [ -n "$LAB_GROUP" ]; then
    mkdir "$lab_dir/groups"
    mount -t cgroup2 groups "$lab_dir/groups" && LAB_GROUP=$lab_dir/groups/$LAB_GROUP || LAB_GROUP=
fi
export LAB_CLIENT=$client_pid LAB_SERVER=$server_pid LAB_DIR=$lab_dir LAB_ADDRESS=$server_address LAB_ADDRESS6=$server_address6
python3 "${0%/*}/wire.py" "$@"
