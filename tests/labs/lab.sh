# shellcheck shell=bash disable=SC2154 # lab_host sets client, client_pid, server, server_pid
#
# Networks that exist only while a script runs: client - router - server, each in a network namespace of its
# own.
#
# A script sources this file and calls lab_enter first. From there on it is process 1 of a fresh pid namespace
# and stands in the router; namespaces, programs and files made in the lab end with it, however it ends,
# kill -9 included. Needs bash, util-linux, iproute2, nftables, and either root or user namespaces. Never
# touches the network it was called from.

client_address=192.0.2.2
server_address=198.51.100.2
client_address6=2001:db8:1::2
server_address6=2001:db8:2::2
lab_dir=/run # a tmpfs that only the lab sees

# The unshare command that works here: as root, else as root of a user namespace. Fails where neither is
# allowed.
lab_unshare() {
    local unshare=(--net --mount --pid --fork --kill-child --mount-proc) user
    for user in "" "--user --map-root-user"; do
        # shellcheck disable=SC2086 # two words, or none
        if unshare $user "${unshare[@]}" -- sh -c 'mount -t tmpfs lab /run && ip link set lo up' 2>/dev/null
        then
            echo "unshare $user ${unshare[*]} --"
            return 0
        fi
    done
    return 1
}

# The lab cannot be had: exit status 77, for whoever would rather skip than fail.
lab_refuse() {
    echo "${0##*/}: $1" >&2
    exit 77
}

# lab_needs PROGRAM...
lab_needs() {
    PATH=$PATH:/usr/sbin:/sbin
    local program
    for program; do
        command -v "$program" >/dev/null || lab_refuse "$program is not installed"
    done
}

# Starts the calling script again inside a lab, with the same arguments.
lab_enter() {
    if [ -z "${LAB_INSIDE:-}" ]; then
        local unshare
        lab_needs ip ss nft
        unshare=$(lab_unshare) || lab_refuse "namespaces are not allowed here"
        # shellcheck disable=SC2086 # made of words by lab_unshare
        LAB_INSIDE=1 exec $unshare "$BASH" "$0" "$@"
    fi
    trap 'exit 130' INT TERM HUP # process 1 ignores what it does not handle
    mount -t tmpfs lab "$lab_dir"
    lab_wire
}

# lab_host NAME: a namespace for NAME, held open by a sleeping process whose id goes to ${NAME}_pid. After
# this, "${NAME[@]}" before a command runs it there.
lab_host() {
    unshare --net -- sleep infinity &
    local pid=$!
    lab_wait 60 lab_apart "$pid" || exit 1
    declare -g "${1}_pid=$pid"
    declare -ga "$1=(nsenter --target $pid --net --)"
}

lab_apart() {
    [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

lab_wire() {
    lab_host client
    lab_host server
    lab_link client "$client_pid" 192.0.2.1 "$client_address"
    lab_link server "$server_pid" 198.51.100.1 "$server_address"
    echo 1 >/proc/sys/net/ipv4/ip_forward
    lab_wait 60 lab_passes "$server_address" || lab_fail "the cables carry nothing"
}

# lab_passes ADDRESS: a port of the server's where nobody listens says so to the client. Before a new cable carries, a connection's first
# packet is lost, and its kernel takes the path for one of seconds: every pause of that connection is longer then.
lab_passes() {
    # shellcheck disable=SC2016 # the inner shell expands it
    LC_ALL=C "${client[@]}" timeout 2 "$BASH" -c 'exec 3<>"/dev/tcp/$0/1"' "$1" 2>&1 | grep -q refused
}

# lab_link NAME PID NEAR FAR: a cable from the router, where its end is called NAME and has address NEAR, to
# the namespace of PID, where its end is called uplink and has address FAR.
lab_link() {
    local there=(nsenter --target "$2" --net --)
    ip link add "$1" type veth peer name uplink netns "$2"
    ip address add "$3/24" dev "$1"
    ip link set "$1" up
    "${there[@]}" ip address add "$4/24" dev uplink
    "${there[@]}" ip link set lo up
    "${there[@]}" ip link set uplink up
    "${there[@]}" ip route add default via "$3"
}

# lab_wide: IPv6 beside IPv4, on the same cables.
lab_wide() {
    lab_wide_link client "$client_pid" 2001:db8:1::1 "$client_address6"
    lab_wide_link server "$server_pid" 2001:db8:2::1 "$server_address6"
    echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
    lab_wait 60 lab_passes "$server_address6" || lab_fail "the cables carry no IPv6"
}

# lab_wide_link NAME PID NEAR FAR: as lab_link.
lab_wide_link() {
    local there=(nsenter --target "$2" --net --)
    ip address add "$3/64" dev "$1" nodad
    "${there[@]}" ip address add "$4/64" dev uplink nodad
    "${there[@]}" ip route add default via "$3"
}

# lab_nat SECONDS: the router hides the client behind its own address and forgets a connection that was silent
# for SECONDS. A packet of a forgotten connection is dropped without a word, as real ones do.
lab_nat() {
    local sysctl
    nft -f - <<'EOF' || lab_fail "the router cannot be given its rules"
table ip lab {
    chain from_client {
        type filter hook forward priority filter
        ct state invalid counter drop
    }
    chain to_router {
        type filter hook input priority filter
        ct state invalid counter drop
    }
    chain hide {
        type nat hook postrouting priority srcnat
        oifname "server" masquerade
    }
}
EOF
    sysctl="/proc/sys/net/netfilter/nf_conntrack_tcp"
    echo "$1" >${sysctl}_timeout_established || lab_fail "the router's memory cannot be set"
    echo 0 >${sysctl}_loose || lab_fail "the router cannot be made strict"
}

# The client's cable is pulled: nothing arrives, and nobody is told.
lab_cut_client() {
    "${client[@]}" ip link set uplink down
}

# lab_start WAY START PROGRAM: starts PROGRAM by `START LABEL PREFIX...`, which leaves its process id in
# pid[PROGRAM.LABEL]. A WAY is
#
#     LABEL=WORDS    with the words as PREFIX
#     LABEL@WORDS    without, and once it is connected the words are run with its process id after them
lab_start() {
    local label=${1%%[=@]*}
    # shellcheck disable=SC2086 # words
    case $1 in
    "$label="*) $2 "$label" ${1#*=} ;;
    *) $2 "$label" && ${1#*@} "${pid[$3.$label]}" >"$lab_dir/$3.$label.said" ;;
    esac
}

# lab_wait SECONDS COMMAND...: until COMMAND succeeds; fails when SECONDS have passed.
lab_wait() {
    local end=$((SECONDS + $1 * ${TEST_PATIENCE:-1} + 1)) # a machine that is emulated takes its time
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

# lab_listening PORT: something in the server's namespace listens there.
lab_listening() {
    "${server[@]}" ss -Htln "sport = :$1" | grep -q .
}

# lab_timer LINE: what the kernel has planned for the socket in that line of ss -o: `keepalive,1.884ms,0`, or
# `none`.
lab_timer() {
    local timer=${1##*timer:(}
    [ "$timer" = "$1" ] && echo none || echo "${timer%%)*}"
}

lab_fail() {
    echo "${0##*/}: $1" >&2
    exit 1
}
