#!/bin/bash
# nat.sh WAY...: clients behind a router that forgets connections silent for 5 s stay silent for 8 s, then a
# message is sent: by the server to a redis-cli, by an nc to its server. Each client, a static busybox among
# them, is started once in every WAY (lab_start says what that is). Prints for each of them
#
#     PROGRAM LABEL received|lost TIMER
#
# where TIMER is what the kernel had planned for the silent connection: `keepalive,1.5sec,0`, or `none`.
# Exits 77, saying why, where there can be no lab.
. "${0%/*}/lab.sh"

forget_after=5
silence=8
declare -A pid timer port
names=()

start_server() {
    "${server[@]}" redis-server --bind "$server_address" --protected-mode no --save "" --dir "$lab_dir" \
        >"$lab_dir/redis.log" &
    lab_wait 60 redis PING >/dev/null || lab_fail "redis-server does not answer"
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
    lab_wait 60 grep -qs subscribe "$heard" || lab_fail "redis-cli cannot subscribe"
}

start_nc() {
    start_talker nc nc "$@"
}

start_busybox() {
    start_talker busybox "busybox nc" "$@"
}

# start_talker NAME COMMAND LABEL PREFIX...
start_talker() {
    local name=$1.$3 command=$2 fd
    local heard=$lab_dir/$name
    shift 3
    port[$name]=$((7000 + ${#port[@]}))
    "${server[@]}" nc -l -p "${port[$name]}" >"$heard" &
    lab_wait 60 lab_listening "${port[$name]}" || lab_fail "nc does not listen"
    mkfifo "$heard.in"
    exec {fd}<>"$heard.in" # held open, so that the client sees no end of input
    "${client[@]}" "$@" $command "$server_address" "${port[$name]}" <"$heard.in" >/dev/null &
    pid[$name]=$! names+=("$name")
    lab_wait 60 connected "$name" || lab_fail "${name%.*} cannot connect"
}

connected() {
    socket_of "$1" | grep -qs .
}

socket_of() {
    "${client[@]}" ss -Htnop state established | grep "pid=${pid[$1]},"
}

speak() {
    redis PUBLISH news hello >/dev/null
    local name
    for name in "${!port[@]}"; do
        echo hello >"$lab_dir/$name.in"
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

lab_needs redis-server redis-cli nc busybox
lab_enter "$@"
lab_nat $forget_after
start_server
for way; do
    lab_start "$way" start_redis_cli redis-cli
    lab_start "$way" start_nc nc
    lab_start "$way" start_busybox busybox
done
for name in "${names[@]}"; do
    timer[$name]=$(lab_timer "$(socket_of "$name")")
done
sleep $silence
speak
lab_wait 6 all_heard
for name in "${names[@]}"; do
    echo "${name%%.*} ${name#*.} $(heard "$name" && echo received || echo lost) ${timer[$name]}"
done
