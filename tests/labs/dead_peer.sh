#!/bin/bash
# dead_peer.sh WAY...: a client connects to servers, then its cable is pulled. Each server is started once in
# every WAY (lab_start says what that is). Prints for each of them
#
#     PROGRAM LABEL gone|ghost SECONDS
#
# how long after the cut the server's kernel gave the connection up, or how long it was watched standing.
# Exits 77, saying why, where there can be no lab.
. "${0%/*}/lab.sh"

forget_after=600 # the router remembers: only the peer is dead
watch=12
declare -A pid port
names=()

# start_redis_server LABEL PREFIX...
start_redis_server() {
    local label=$1
    claim "redis-server.$label"
    shift
    "${server[@]}" "$@" redis-server --port "$next_port" --bind "$server_address" --protected-mode no \
        --save "" --dir "$lab_dir" >"$lab_dir/redis.$label.log" &
    pid[redis-server.$label]=$!
    join "redis-server.$label"
}

# start_nc LABEL PREFIX...
start_nc() {
    local label=$1
    claim "nc.$label"
    shift
    "${server[@]}" "$@" nc -l -p "$next_port" >"$lab_dir/nc.$label" &
    pid[nc.$label]=$!
    join "nc.$label"
}

claim() {
    names+=("$1")
    next_port=$((7000 + ${#names[@]}))
    port[$1]=$next_port
}

# The client of server NAME: greets and stays.
join() {
    lab_wait 60 lab_listening "${port[$1]}" || lab_fail "$1 does not listen"
    local fd
    mkfifo "$lab_dir/$1.in"
    exec {fd}<>"$lab_dir/$1.in" # held open, so that the client sees no end of input
    echo PING >"$lab_dir/$1.in"
    "${client[@]}" nc "$server_address" "${port[$1]}" <"$lab_dir/$1.in" >/dev/null &
    lab_wait 60 established "$1" || lab_fail "nobody connects to $1"
}

established() {
    "${server[@]}" ss -Htn state established "sport = :${port[$1]}" | grep -q .
}

# The time in tenths of a second.
now() {
    local us=${EPOCHREALTIME/[.,]/}
    echo $((us / 100000))
}

# Prints each connection's end when it comes, and after `watch` seconds those that still stand.
watch_them_die() {
    local cut passed name
    declare -A gone
    cut=$(now)
    while passed=$(($(now) - cut)) && [ $passed -lt $((watch * 10)) ]; do
        for name in "${names[@]}"; do
            if [ -z "${gone[$name]:-}" ] && ! established "$name"; then
                gone[$name]=1
                report "$name" gone $passed
            fi
        done
        sleep 0.1
    done
    for name in "${names[@]}"; do
        [ -n "${gone[$name]:-}" ] || report "$name" ghost $passed
    done
}

# report NAME RESULT TENTHS
report() {
    echo "${1%%.*} ${1#*.} $2 $(($3 / 10)).$(($3 % 10))"
}

lab_needs redis-server nc
lab_enter "$@"
lab_nat $forget_after
for way; do
    lab_start "$way" start_redis_server redis-server
    lab_start "$way" start_nc nc
done
lab_cut_client
watch_them_die
