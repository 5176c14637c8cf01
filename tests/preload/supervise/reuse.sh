#!/bin/sh
# reuse.sh TCPALIVE HOSTILE: calls whose process is gone by the time that the supervisor asks for it, in a namespace of twenty process
# numbers, of which each is somebody else's soon: processes outside of the supervisor's tree. No socket of theirs may be touched.
# The supervisor is slowed down in that very place.
case $(uname -r) in
[0-5].* | 6.?.* | 6.1[0-3].*) echo "before Linux 6.14 a namespace cannot have few process numbers of its own" && exit 77 ;;
esac
if [ "$(id -u)" != 0 ] || ! unshare --pid --fork --mount-proc true 2>/dev/null; then
    echo "no namespace of processes here" && exit 77
fi
command -v strace >/dev/null || { echo "strace is missing" && exit 77; }
unshare --pid --fork --mount-proc --kill-child sh -s "$@" <<'INSIDE'
    echo 320 >/proc/sys/kernel/pid_max
    "$2" victims 3000 &
    victims=$!
    "$1" run --method supervise --idle 9 -- sh -c '
        sleep .5
        strace -qq -o /dev/null -e trace=pidfd_open -e inject=pidfd_open:delay_enter=20000 -p "$(pgrep -x tcpalive)" &
        sleep .3
        "$0" reuse 2000
        kill $!' "$2"
    wait $victims
INSIDE
