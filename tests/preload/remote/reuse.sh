#!/bin/sh
# reuse.sh TCPALIVE PROBE: a process number is another process's by the time that attach takes its sockets, or looks again. That one
# was not meant: its sockets stay as they are.
if [ "$(id -u)" != 0 ] || ! unshare --pid --fork --mount-proc sh -c 'echo 99 >/proc/sys/kernel/ns_last_pid' 2>/dev/null; then
    echo "no namespace of processes here" && exit 77
fi
command -v strace >/dev/null || { echo "strace is missing" && exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$2" "$work/meant" && cp "$2" "$work/other" && mkfifo "$work/open"
unshare --pid --fork --mount-proc --kill-child sh -s "$1" "$work" <<'INSIDE'
    us=$1 work=$2
    exec 3<>"$work/open" # what they wait for
    fails() { echo "$*" && cat "$work"/*.log && exit 1; }
    until_so() {
        for _ in $(seq 600); do eval "$1" && return; sleep .05; done
        fails "never: $1"
    }
    # NAME NUMBER: a program that has that number.
    start() {
        echo $(($2 - 1)) >/proc/sys/kernel/ns_last_pid
        "$work/$1" serve inet accept 1 <&3 >"$work/$1.log" 2>&1 &
        [ $! = "$2" ] || fails "$1 is $!, not $2"
        until_so "grep -q ready $work/$1.log"
    }
    is_off() {
        "$us" list --pid "$1" --json >"$work/list.log"
        grep -q '"keepalive":false' "$work/list.log" && ! grep -q '"keepalive":true' "$work/list.log"
    }
    # The kernel tells when a process began in hundredths of a second (proc_pid_stat(5)): two of one number must differ in them.
    instead() {
        sleep .1
        kill -9 "$1" && wait "$1"
        start other "$1"
    }

    start meant 300
    "$us" attach --watch --idle 9 300 >"$work/watch.log" 2>&1 &
    watch=$!
    until_so '! is_off 300'
    kill -STOP $watch
    instead 300
    kill -CONT $watch
    until_so "! grep -qs '^State:.[^Z]' /proc/$watch/status"
    is_off 300 || fails "what has the number of a watched process was attached to"

    for look in 1 2; do # each that attach has at what the process runs
        number=$((look * 100 + 300))
        start meant $number
        strace -qq -o "$work/strace.log" -P /proc/$number/exe -e trace=?readlink,readlinkat -e inject=?readlink,readlinkat:signal=STOP:when=$look \
            "$us" attach --program meant --idle 9 $number >"$work/named.log" 2>&1 &
        strace=$!
        until_so "grep -qs 'stopped by SIGSTOP' $work/strace.log || ! grep -qs '^State:.[^Z]' /proc/$strace/status"
        instead $number
        kill -CONT "$(pgrep -P $strace)"
        wait $strace
        is_off $number || fails "what has the number of a process by that name was attached to"
    done
INSIDE
