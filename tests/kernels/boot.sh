#!/bin/sh
# boot.sh KERNEL COMMAND...: runs the command under another Linux (KERNEL as kernel.sh made it) in a machine of its own, in this
# directory, on a copy of this machine's files that is lost afterwards. Its output and exit status are the command's. It
# takes qemu and patience: the processor is emulated, since not every machine lets another one run its own.
set -eu

kernel=$1
shift
script=$(mktemp)
log=$(mktemp)
trap 'rm -f "$script" "$log"' EXIT
trap 'exit 130' INT TERM
{
    echo "export PATH='$PATH' HOME=/root LC_ALL=C TEST_PATIENCE=10"
    echo "ip link set lo up; cd '$PWD' && exec \\"
    for word; do
        printf "'%s' " "$word"
    done
} >"$script"
timeout "${BOOT_LIMIT:-900}" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -m 2048 -smp 2 -nographic -no-reboot -nic none \
    -kernel "$kernel/vmlinuz" -initrd "$kernel/initrd" \
    -append "console=ttyS0 quiet loglevel=1 panic=-1 no_timer_check rdinit=/init modules=$kernel/lib/modules command=$script" \
    -virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap </dev/null |
    tr -d '\r' | sed -u -n '1,/begins$/d; /^ended with [0-9]*$/{s/ended with //w '"$log"'
q};p'
status=$(cat "$log")
[ -n "$status" ] || { echo "boot.sh: it did not come to its end" >&2 && status=1; }
exit "$status"
