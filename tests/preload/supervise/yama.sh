#!/bin/sh
# yama.sh TCPALIVE STRAIN: whatever takes a killed supervisor's place may look into the program as well, also an ordinary user's, which has
# no right but the one that Yama (kernel.yama.ptrace_scope, 1) lets a program give away: to the process that it names, and what descends
# from that.
if [ "$(cat /proc/sys/kernel/yama/ptrace_scope 2>/dev/null || echo 0)" -gt 1 ]; then
    echo "kernel.yama.ptrace_scope is above 1 here" && exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fails() { echo "$*" && cat "$work/lines" "$work/errors" && exit 1; }
until_so() {
    for _ in $(seq 600); do "$@" && return; sleep .1; done
    fails "never: $*"
}
export YAMA_TEST_OF=$$
process_of() {
    # shellcheck disable=SC2002
    for at in /proc/[0-9]*; do
        if [ "$(cat "$at/cmdline" 2>/dev/null | tr -d '\0')" = "$1" ] && grep -qsz "^YAMA_TEST_OF=$YAMA_TEST_OF\$" "$at/environ" 2>/dev/null; then
            echo "${at#/proc/}" && return
        fi
    done
    return 1
}
# Is it another process than the one with that number by now?
is_new() { found=$(process_of "$1") && [ "$found" != "$2" ]; }
has_answered() { [ "$(grep -c . "$work/lines")" -ge "$asked" ]; }
asked=0
is_reached() {
    echo >&3
    asked=$((asked + 1))
    until_so has_answered
    [ "$(tail -n 1 "$work/lines")" = "idle 41" ] || fails "not reached $1"
}
cp "$1" "$work/tcpalive" && cp "$2" "$work/strain" && chmod 755 "$work" "$work/tcpalive" "$work/strain" && mkfifo "$work/asks"
user=
[ "$(id -u)" != 0 ] || user="setpriv --reuid=65534 --regid=65534 --clear-groups"
$user timeout 300 "$work/tcpalive" run --idle 41 --method supervise -- "$work/strain" asked <"$work/asks" >"$work/lines" 2>"$work/errors" &
exec 3>"$work/asks"
is_reached "at first"
for _ in 1 2 3; do
    until_so process_of "tcpalive: guardian" >"$work/guardian"
    until_so process_of "tcpalive: supervisor" >"$work/server"
    server=$(cat "$work/server") guardian=$(cat "$work/guardian")
    kill -9 "$server"
    is_reached "by the guardian"
    until_so is_new "tcpalive: guardian" "$guardian"
    kill -STOP "$found"
    kill -9 "$guardian" "$found"
    is_reached "by what the standby started"
done
exec 3>&-
wait
