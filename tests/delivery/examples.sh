#!/bin/bash
# examples.sh BUILD: every line under EXAMPLES of both man pages, run as it stands, on a machine of its own: network, processes, control
# groups, a host db.example with a service, an old client and an old server. What ends has to end well, what goes on has to be there a
# moment later, and neither says anything on stderr. Needs root; 77: this machine has not what it takes. Nothing stays.
set -u
build=$(cd "$1" && pwd)
[ "$(id -u)" -eq 0 ] || { echo "it takes root" && exit 77; }
if [ -z "${EXAMPLES_INSIDE:-}" ]; then
    hierarchy=$(grep -m1 ' cgroup2 ' /proc/self/mounts | cut -d' ' -f2)
    group=$hierarchy/tcpalive-examples-$$
    work=$(mktemp -d)
    mkdir "$group" || { echo "no control group may be made here" && exit 77; }
    EXAMPLES_INSIDE=$work bash -c 'echo 0 >"$1/cgroup.procs" && exec unshare --mount --net --pid --cgroup --fork --kill-child \
        --mount-proc "$2" "$3"' sh "$group" "$0" "$build"
    status=$?
    for _ in $(seq 300); do
        find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null
        [ -d "$group" ] || break
        sleep 0.1
    done
    rm -rf "$work"
    exit $status
fi

work=$EXAMPLES_INSIDE
place() {
    ip link set lo up
    mount -t cgroup2 cgroup2 /sys/fs/cgroup && mkdir -p /sys/fs/cgroup/system.slice/old.service
    echo '127.0.0.1 localhost db.example' >"$work/hosts" && mount --bind "$work/hosts" /etc/hosts
    mkdir -p "$work/bin" "$work/lib/tcpalive"
    cp "$build/tcpalive" "$work/bin/"
    cp "$build/libtcpalive.so" "$work/lib/tcpalive/"
    printf '#!/bin/sh\nexec nc db.example 5432\n' >"$work/bin/psql"
    printf '#!/bin/sh\nexec nc db.example 5432 </dev/null >/dev/null\n' >"$work/old-client"
    printf '#!/bin/sh\nexec nc -l 127.0.0.1 4711\n' >"$work/old-server"
    chmod 755 "$work"/bin/psql "$work"/old-*
    cd "$work" || exit 1
    PATH=$work/bin:$PATH
    socat TCP-LISTEN:5432,fork,reuseaddr EXEC:cat &
    sleep 1000 &
    daemon=$!
    for _ in $(seq 300); do
        nc -z 127.0.0.1 5432 && break
        sleep 0.1
    done
}
# As a reader sees them, wherever the last `make install` said that things are; the process that a page names is ours.
lines() {
    mandoc -T ascii -O width=200 "$1" | sed -e "s/.$(printf '\b')//g" -e "s,[^= ]*/tcpalive/libtcpalive.so,$work/lib/tcpalive/libtcpalive.so,g" -e "s,\b1234\b,$daemon,g" |
        sed -n '/^EXAMPLES/,/^[A-Z]/{s/^  *//p}'
}
# try NUMBER LINE
try() {
    said=$work/said.$1
    timeout --signal=INT 2 sh -c "$2" >"$said" 2>"$said.errors" </dev/null
    status=$?
    [ ! -s "$said.errors" ] || echo "$2: said: $(cat "$said.errors")"
    case $status in
    0 | 124) ;;
    *) echo "$2: ended with $status: $(cat "$said")" ;;
    esac
}

for program in mandoc socat nc ip; do
    command -v "$program" >/dev/null || { echo "$program is not installed" && exit 77; }
done
place
count=0
tried=()
while IFS= read -r line; do
    count=$((count + 1))
    try "$count" "$line" >"$work/wrong.$count" &
    tried+=($!)
done < <(lines "$build/man/tcpalive.1"; lines "$build/man/libtcpalive.7")
[ "$count" -ge 10 ] || echo "only $count examples were found" >"$work/wrong.0"
wait "${tried[@]}"
cat "$work"/wrong.*
[ -z "$(cat "$work"/wrong.*)" ]
