#!/bin/bash
# in_flight.sh SECONDS PREFIX...: connections from a client that is started with PREFIX before its command, through a router, while
# data is unacknowledged. Prints, in any order,
#
#     dead DETECTED ERROR    the peer vanished: after how many seconds the client was told what
#     outage RESULT          packets were lost for half of SECONDS
#     window RESULT          the peer lives, but read nothing for three times SECONDS
#     own DETECTED ERROR     as `dead`, where the client itself had asked for a user timeout of 2 s
#
# where RESULT is `lives` or the error, and DETECTED is `-` where the client was told nothing within 3 times SECONDS.
# Exits 77, saying why, where there can be no lab.
. "${0%/*}/lab.sh"

lab_needs python3
lab_enter "$@"
nft -f - <<'EOF' || lab_fail "the router cannot be given its rules"
table ip lab {
    set lost {
        type inet_service
    }
    chain through {
        type filter hook forward priority filter
        tcp dport @lost drop
        tcp sport @lost drop
    }
}
EOF
"${server[@]}" python3 "${0%/*}/in_flight.py" serve &
for port in 9001 9002 9003 9004; do
    lab_wait 60 lab_listening $port || lab_fail "nobody listens at $port"
done
seconds=$1
shift
"${client[@]}" "$@" python3 "${0%/*}/in_flight.py" "$seconds" $$ "$server_address"
