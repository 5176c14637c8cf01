#!/bin/bash
# The main job on real programs, before and after: a NAT that forgets silent connections, and a dead peer that
# a server should notice. Both run at once in private networks (root or user namespaces); where neither is
# allowed, the kernel's timers on loopback are shown instead. Exits 0 only when every expected difference was
# seen.
cd "${0%/*}/../.." || exit 1
. tests/labs/lab.sh

hold="build/tcpalive run --idle 2s --interval 1s --probes 3 --"
attach="build/tcpalive attach --idle 2s --interval 1s --probes 3"
packages="ip:iproute2 ss:iproute2 nft:nftables redis-cli:redis-tools redis-server:redis-server
    nc:netcat-openbsd busybox:busybox-static"
started=()
declare -A title=([redis-cli]="redis-cli subscribe" [nc]="nc" [busybox]="busybox nc (static)")

die() {
    echo "demo: $1" >&2
    exit 1
}

missing() {
    local each
    for each in $packages; do
        command -v "${each%:*}" >/dev/null || echo "${each#*:}"
    done | sort -u | tr '\n' ' '
}

prepare() {
    PATH=$PATH:/usr/sbin:/sbin
    [ -x build/tcpalive ] || die "build/tcpalive is not there: run make first"
    if [ -n "$(missing)" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing what the demo runs: $(missing)"
        tests/setup/packages.sh demo >/dev/null
    fi
    [ -z "$(missing)" ] || die "these packages are missing: $(missing)"
    if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
        bold=$'\e[1m' dim=$'\e[2m' good=$'\e[1;32m' bad=$'\e[1;31m' plain=$'\e[0m'
    else
        bold="" dim="" good="" bad="" plain=""
    fi
}

# Nothing stays, however we end: what was started is killed, and a lab goes with its first process.
leave() {
    kill -KILL "${started[@]}" 2>/dev/null
    wait "${started[@]}" 2>/dev/null
    rm -rf "$results"
}

# A dot a second while any of what was started runs.
dots() {
    local pid
    for pid in "${started[@]}"; do
        while kill -0 "$pid" 2>/dev/null; do
            printf '%s.%s' "$dim" "$plain"
            sleep 1
        done
    done
    printf '\n\n'
}

# timer_words TIMER: when the kernel will probe, as a person says it. ss writes 1.884ms for 1.884 s, 884ms for less.
timer_words() {
    local when=${1#keepalive,}
    when=${when%%,*}
    case $when in
    *.*ms) echo "next probe in ${when%??ms} s" ;;
    *ms) echo "next probe in 0.${when%??ms} s" ;;
    *sec) echo "next probe in ${when%sec} s" ;;
    none) echo "no probe, ever" ;;
    *) echo "next probe in $when" ;;
    esac
}

# row PROGRAM WORDS RESULT
row() {
    local colour=$bad
    case $3 in
    *received | gone) colour=$good ;;
    esac
    printf '    %-28s %-26s %s%s%s\n' "$1" "$2" "$colour" "$3" "$plain"
}

# nat_rows LABEL PROGRAM...
nat_rows() {
    local want program label result timer
    for want in "${@:2}"; do
        while read -r program label result timer; do
            [ "$label/$program" != "$1/$want" ] ||
                row "${title[$want]}" "$(timer_words "$timer")" "message $result"
        done <"$results/nat"
    done
}

# dead_peer_rows LABEL
dead_peer_rows() {
    local program label result seconds
    while read -r program label result seconds; do
        case $label/$result in
        "$1/gone") row "$program" "gave up after $seconds s" "gone" ;;
        "$1/ghost") row "$program" "watched for $seconds s" "a ghost: still established" ;;
        esac
    done < <(sort -r "$results/dead_peer")
}

# expect LAB LINE...: each LINE, the time after it left open, is among the lab's results.
expect() {
    local lab=$1 line
    shift
    for line; do
        grep -q "^$line" "$results/$lab" || {
            [ ! -e "$results/$lab.errors" ] || cat "$results/$lab.errors" >&2
            die "not seen: $lab, $line"
        }
    done
}

labs() {
    echo "Private networks of three hosts, client - router - server, real programs in them: 15 seconds."
    tests/labs/nat.sh "bare=" "held=$hold" "attached@$attach" >"$results/nat" 2>"$results/nat.errors" &
    started+=($!)
    tests/labs/dead_peer.sh "bare=" "held=$hold" >"$results/dead_peer" 2>"$results/dead_peer.errors" &
    started+=($!)
    LAB_COMMAND=build/tcpalive tests/labs/measure.sh shown >"$results/measure" 2>"$results/measure.errors" &
    started+=($!)
    dots
    started=()
    echo "${bold}A router forgets connections silent for 5 s. After 8 s of silence somebody speaks.$plain"
    echo "  without tcpalive" && nat_rows bare redis-cli nc busybox
    echo "  $hold" && nat_rows held redis-cli nc busybox
    echo "  started without, then $attach PID" && nat_rows attached nc
    echo
    echo "${bold}A client's cable is pulled. What does its server know?$plain"
    echo "  without tcpalive" && dead_peer_rows bare
    echo "  $hold" && dead_peer_rows held
    echo
    echo "${bold}How long does a router remember? build/tcpalive measure, against a router that says 6 s.$plain"
    sed -n '/^The path\|^Probes\|^Use/s/^/    /p' "$results/measure"
    echo
    expect measure "The path forgets a connection: between 5s and 6s"
    expect nat "redis-cli bare lost" "nc bare lost" "busybox bare lost" \
        "redis-cli held received" "nc held received" "busybox held received" "nc attached received"
    expect dead_peer "redis-server bare ghost" "redis-server held gone" "nc bare ghost" "nc held gone"
}

# socket_of STATE PID: that process's socket as ss shows it.
socket_of() {
    ss -Htnop state "$1" | grep "pid=$2,"
}

# loopback NAME PREFIX...: what the kernel plans for an nc that is connected on loopback goes to the results.
loopback() {
    local name=$1 listener line
    shift
    nc -l 127.0.0.1 0 </dev/null >/dev/null &
    listener=$!
    started+=("$listener")
    lab_wait 60 socket_of listening "$listener" >/dev/null || die "nc does not listen on loopback"
    read -r _ _ line _ <<<"$(socket_of listening "$listener")"
    mkfifo "$results/$name.in"
    "$@" nc 127.0.0.1 "${line##*:}" <>"$results/$name.in" >/dev/null &
    started+=($!)
    lab_wait 60 socket_of established $! >/dev/null || die "nc cannot connect on loopback"
    line=$(socket_of established $!)
    echo "nc $name plans $(lab_timer "$line")" >>"$results/loopback"
}

values() {
    local name timer
    echo "Namespaces are not allowed here, so there is no NAT, and no cable to pull."
    echo "Instead, what the kernel plans for an nc connected on loopback (the timer that ss -o shows):"
    echo
    loopback bare
    # shellcheck disable=SC2086 # words
    loopback held $hold
    while read -r _ name _ timer; do
        [ "$name" = bare ] && echo "  without tcpalive" || echo "  $hold"
        row nc "" "$(timer_words "$timer")"
    done <"$results/loopback"
    echo
    expect loopback "nc bare plans none" "nc held plans keepalive,"
}

prepare
results=$(mktemp -d)
trap leave EXIT
trap 'exit 130' INT TERM HUP
if lab_unshare >/dev/null; then
    labs
else
    values
fi
echo "All as promised."
