#!/bin/bash
# measure.sh CASE...: what `tcpalive measure` says of paths and services whose limits are known. Each CASE is a
# network of its own, all at once; prints for each a line
#
#     CASE EXIT JSON what was said on standard error
#
# Cases are the functions case_NAME below. LAB_COMMAND is the command, ./tcpalive when not given. Exits 77, saying
# why, where there can be no lab.
. "${0%/*}/lab.sh"

tcpalive=${LAB_COMMAND:-./tcpalive}
service=7001

# mute_service [ARGUMENTS of mute.py]: a service that keeps silent clients.
mute_service() {
    lab_needs python3
    "${server[@]}" python3 "$scripts/mute.py" "$@" "$service" >"$lab_dir/mute" 2>&1 &
    lab_wait 60 lab_listening "$service" || lab_fail "the service does not listen: $(cat "$lab_dir/mute")"
}

# measure ARGUMENTS...: the line of the case, with what the command said on standard error beside it.
measure() {
    "${client[@]}" "$tcpalive" measure --json "$@" >"$lab_dir/said" 2>"$lab_dir/errors" </dev/null
    echo "$case $? $(cat "$lab_dir/said") $(tr '\n' ' ' <"$lab_dir/errors")"
}

# lossy: one packet in ten goes, either way.
lossy() {
    nft "add chain ip lab wire { type filter hook forward priority -10; }"
    nft "add rule ip lab wire numgen random mod 10 == 0 drop"
}

# loose: the router picks up connections that it does not know.
loose() {
    echo 1 >/proc/sys/net/netfilter/nf_conntrack_tcp_loose
}

# deaf_to_probes SECONDS: a middlebox that counts payload and handshakes only: what carries none goes once the last that
# did is older.
deaf_to_probes() {
    nft -f - <<EOF2 || lab_fail "the middlebox cannot be given its rules"
table ip deaf {
    set spoken {
        type inet_service
        flags dynamic, timeout
        timeout ${1}s
    }
    chain wire {
        type filter hook forward priority -20
        iifname client tcp flags & (syn | fin) != 0 update @spoken { tcp sport timeout ${1}s } accept
        iifname client ip length > 60 update @spoken { tcp sport timeout ${1}s } accept
        iifname client tcp sport != @spoken drop
    }
}
EOF2
}

case_six() {
    lab_nat 6
    mute_service
    measure --up-to 20s "$server_address:$service"
}

case_twelve() {
    lab_nat 12
    mute_service
    measure --up-to 30s "$server_address:$service"
}

case_thirty() {
    lab_nat 30
    mute_service
    measure --up-to 60s "$server_address:$service"
}

case_fine() {
    lab_nat 30
    mute_service
    measure --from 20s --up-to 60s --precision 2s "$server_address:$service"
}

case_reject() {
    lab_nat 6
    nft "flush chain ip lab from_client"
    nft "add rule ip lab from_client iifname client ct state invalid reject with tcp reset"
    mute_service
    measure --up-to 20s "$server_address:$service"
}

case_loose() {
    lab_nat 6
    loose
    mute_service
    measure --up-to 12s "$server_address:$service"
}

case_far() {
    lab_nat 6
    "${server[@]}" "$tcpalive" measure --serve "$server_address:$service" >"$lab_dir/serve" &
    lab_wait 60 lab_listening "$service" || lab_fail "measure --serve does not listen"
    measure --up-to 14s --direction in "$server_address:$service"
}

case_far_loose() {
    lab_nat 4
    loose
    "${server[@]}" "$tcpalive" measure --serve "$service" >"$lab_dir/serve" &
    lab_wait 60 lab_listening "$service" || lab_fail "measure --serve does not listen"
    measure --from 2s --up-to 10s --direction in "$server_address:$service"
}

case_deaf() {
    lab_nat 600
    deaf_to_probes 6
    mute_service
    measure --up-to 14s "$server_address:$service"
}

case_closes() {
    lab_nat 600
    mute_service --close-after 8
    measure --up-to 20s "$server_address:$service"
}

case_three() {
    lab_nat 6
    mute_service --most 3
    measure --up-to 14s "$server_address:$service"
}

case_lossy() {
    lab_nat 8
    lossy
    mute_service
    measure --up-to 20s "$server_address:$service"
}

case_none() {
    lab_nat 600
    mute_service
    measure --up-to 8s "$server_address:$service"
}

# The first address of the name has no service.
case_names() {
    lab_nat 6
    printf '%s two.example\n' 198.51.100.9 "$server_address" >"$lab_dir/hosts"
    mount --bind "$lab_dir/hosts" /etc/hosts
    "${server[@]}" ip address add 198.51.100.9/24 dev uplink
    "${server[@]}" nft "add table ip none; add chain ip none in { type filter hook input priority 0; }"
    "${server[@]}" nft "add rule ip none in ip daddr 198.51.100.9 reject with tcp reset"
    mute_service
    measure --up-to 14s "two.example:$service"
}

# IPv6, with no router that forgets.
case_six_wide() {
    lab_wide
    nft "add table ip6 lab; add chain ip6 lab wire { type filter hook forward priority filter; }"
    nft "add rule ip6 lab wire ct state invalid drop"
    echo 6 >/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established
    echo 0 >/proc/sys/net/netfilter/nf_conntrack_tcp_loose
    mute_service
    measure --up-to 14s "[$server_address6]:$service"
}

case_nobody() {
    lab_nat 600
    measure --up-to 8s "$server_address:9"
}

case_no_route() {
    "${client[@]}" ip route del default
    measure --up-to 8s "$server_address:9"
}

# A client that the user brings, one of them static.
case_nc() {
    lab_nat 6
    mute_service
    measure --up-to 14s -- nc "$server_address" "$service"
}

case_busybox() {
    lab_nat 6
    mute_service
    measure --up-to 14s --port "$service" -- busybox nc "$server_address" "$service"
}

# A service that ends who does not log in, through the client that does.
case_psql() {
    local bin as=()
    bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
    lab_nat 6
    if [ "$(id -u)" = 0 ] && [ "$(cat /proc/self/uid_map | awk '{ print $3 }')" -gt 1 ]; then
        as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    fi
    mkdir "$lab_dir/db" && chmod 777 "$lab_dir" "$lab_dir/db"
    "${as[@]}" "$bin/initdb" -D "$lab_dir/db/data" -U u -A trust >"$lab_dir/initdb" 2>&1 || lab_fail "$(cat "$lab_dir/initdb")"
    echo "host all all 0.0.0.0/0 trust" >>"$lab_dir/db/data/pg_hba.conf"
    "${server[@]}" "${as[@]}" "$bin/postgres" -D "$lab_dir/db/data" -h "$server_address" -p "$service" -k "$lab_dir/db" \
        -c fsync=off >"$lab_dir/postgres" 2>&1 &
    lab_wait 60 lab_listening "$service" || lab_fail "$(cat "$lab_dir/postgres")"
    measure --up-to 14s -- psql -h "$server_address" -p "$service" -U u postgres
}

case_redis() {
    lab_nat 6
    "${server[@]}" redis-server --bind "$server_address" --port "$service" --protected-mode no --save "" \
        --dir "$lab_dir" >"$lab_dir/redis" &
    lab_wait 60 lab_listening "$service" || lab_fail "redis-server does not listen"
    measure --up-to 14s -- redis-cli -h "$server_address" -p "$service" subscribe news
}

# For people, in make demo.
case_shown() {
    lab_nat 6
    "${server[@]}" redis-server --bind "$server_address" --port "$service" --protected-mode no --save "" \
        --dir "$lab_dir" >"$lab_dir/redis" &
    lab_wait 60 lab_listening "$service" || lab_fail "redis-server does not listen"
    "${client[@]}" "$tcpalive" measure --up-to 20s "$server_address:$service"
}

# The client ends by itself: nothing is known, and what it said is shown.
case_ends() {
    lab_nat 600
    measure --up-to 8s -- sh -c "echo no such host; exit 3"
}

scripts=$(cd "${0%/*}" && pwd)
if [ $# -gt 1 ]; then # all at once, a network each
    for case; do
        "$BASH" "$0" "$case" &
        runs+=($!)
    done
    status=0
    for run in "${runs[@]}"; do
        wait "$run" || status=$?
    done
    exit $status
fi
case=$1
lab_enter "$@"
"case_$case"
