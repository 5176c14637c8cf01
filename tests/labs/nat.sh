#!/bin/bash
# nat.sh LABEL=PREFIX...: clients behind a router that forgets connections silent for 5 s stay silent for 8 s, then
# a message is sent: by the server to a redis-cli, by the client of an nc to its server. Each client is started once
# for every LABEL, with the words of PREFIX before its name. Prints for each of them
#
#     PROGRAM LABEL received|lost TIMER
#
# where TIMER is what the kernel had planned for the silent connection: `keepalive,1.5sec,0`, or `none`.
# Exits 77 where namespaces are not allowed.
. "${0%/*}/lab.sh"

forget_after=5
silence=8
declare -A pid timer port
names=()

start_server() {
    "${server[@]}" redis-server --bind "$server_address" --protected-mode no --save "" --dir "$lab_dir" \
        >"$lab_dir/redis.log" &
    lab_wait 10 redis PING >/dev/null || lab_fail "redis-server does not answer"
}

redis() {
    "${server[@]}" redis-cli -h "$server_address" "$@" 2>/dev/null
}

# start_redis_cli LABEL PREFIX...
start_redis_cli() {
    local label=$1 heard=$lab_dir/redis-cli.$1
    shift
    "${client[@]}" "$@" redis-cli -h "$server_address" subscribe news >"$heard" &
    pid[redis-cli.$label]=$! names+=("redis-cli.$label")
    lab_wait 10 grep -qs subscribe "$heard" || lab_fail "redis-cli cannot subscribe"
}

# start_nc LABEL PREFIX...
start_nc() {
    local label=$1 heard=$lab_dir/nc.$1 fd
    shift
    port[$label]=$((7000 + ${#port[@]}))
    "${server[@]}" nc -l -p "${port[$label]}" >"$heard" &
    lab_wait 10 lab_listening "${port[$label]}" || lab_fail "nc does not listen"
    mkfifo "$heard.in"
    exec {fd}<>"$heard.in" # held open, so that the client sees no end of input
    "${client[@]}" "$@" nc "$server_address" "${port[$label]}" <"$heard.in" >/dev/null &
    pid[nc.$label]=$! names+=("nc.$label")
    lab_wait 10 connected "nc.$label" || lab_fail "nc cannot connect"
}

connected() {
    socket_of "$1" | grep -qs .
}

socket_of() {
    "${client[@]}" ss -Htnop state established | grep "pid=${pid[$1]},"
}

speak() {
    redis PUBLISH news hello >/dev/null
    local label
    for label in "${!port[@]}"; do
        echo hello >"$lab_dir/nc.$label.in"
    done
}

heard() {
    grep -qs hello "$lab_dir/$1"
}

all_heard() {
    local name
    for name in "${names[@]}"; do
        heard "$name" || return 1
    done
}

lab_enter "$@"
lab_nat $forget_after
start_server
for variant; do
    # shellcheck disable=SC2086 # the words of PREFIX
    for program in redis_cli nc; do
        start_$program "${variant%%=*}" ${variant#*=}
    done
done
for name in "${names[@]}"; do
    timer[$name]=$(lab_timer "$(socket_of "$name")")
done
sleep $silence
speak
lab_wait 3 all_heard
for name in "${names[@]}"; do
    echo "${name%%.*} ${name#*.} $(heard "$name" && echo received || echo lost) ${timer[$name]}"
done
