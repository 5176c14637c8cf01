#!/bin/sh
# faults.sh TCPALIVE STRAIN: system calls of the supervisor's processes that fail, now and then, while a program connects: each of its
# connects is made all the same, and none waits for good.
command -v strace >/dev/null || { echo "strace is missing" && exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# PROCESS INJECT...: `when` is which calls of that name, as strace(1) has it.
# shellcheck disable=SC2016
play() {
    FAULTS="$work $4" timeout 200 "$1" run --method supervise --log info --log-file "$work/lines" \
        --rules 'connect 127.0.0.1 idle=9; any 10.0.0.1 idle=8' -- sh -c '
        until [ "$pid" ]; do
            for found in $(pgrep -x "$1"); do
                grep -qsz "^FAULTS=$FAULTS\$" "/proc/$found/environ" && pid=$found
            done
            sleep .02
        done
        for inject in $2; do
            names=$names${names:+,}${inject%%:*}
            options="$options -e inject=$inject"
        done
        strace -qq -o /dev/null -e "trace=$names" $options -p "$pid" &
        until grep -qs "^TracerPid:.[1-9]" "/proc/$pid/status"; do sleep .05; done
        "$0" steady 300
        kill $!' "$2" "$3" "$4" >"$work/$3 $4" 2>&1
    grep -q '^300 of 300$' "$work/$3 $4" || { echo "$3, $4:" && cat "$work/$3 $4" && false; }
}

failed=0 jobs=
while read -r process injects; do
    play "$1" "$2" "$process" "$injects" &
    jobs="$jobs $!"
done <<'TABLE'
tcpalive ioctl:error=EINTR:when=3+7
tcpalive ioctl:error=EINTR:when=5+7
tcpalive ioctl:error=EINTR:when=6+5 poll:error=EINTR:when=2+3 pidfd_open:error=ESRCH:when=1
tcpalive pidfd_getfd:error=EMFILE:when=2+3 setsockopt:error=ENOMEM:when=2+3 close:error=EINTR:when=2+3
tcpalive getsockopt:error=ENOBUFS:when=2+3 openat:error=EMFILE:when=1+2 process_vm_readv:error=EPERM:when=2+3
tcpalive-guard poll:error=EINTR:when=1+2 openat:error=EMFILE:when=1+2 getdents64:error=EIO:when=1+2
keepalive wait4:error=EINTR:when=1+1
TABLE
for job in $jobs; do
    wait "$job" || failed=1
done
exit $failed
