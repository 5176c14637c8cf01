#!/bin/bash
# load.sh ARGUMENTS of load.py: with a control group of its own where one may be made.
in_groups() {
    unshare --mount -- sh -c 'mount -t cgroup2 groups /run && exec "$@"' sh "$@" 2>/dev/null
}
group=tcpalive-load-$$
here=$(cd "${0%/*}" && pwd)
if [ "$(id -u)" = 0 ] && in_groups mkdir "/run/$group"; then
    trap 'in_groups rmdir "/run/$group"' EXIT
    trap 'exit 130' INT TERM HUP
    LOAD_GROUP=/mnt/$group unshare --mount --pid --fork --kill-child --mount-proc -- \
        sh -c 'mount -t cgroup2 groups /mnt && exec "$@"' sh python3 "$here/load.py" "$@"
else
    python3 "$here/load.py" "$@"
fi
