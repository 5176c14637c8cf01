#!/bin/sh
# soak.sh BUILD HOURS PART...: runs `make soak-PART` one after the other, within HOURS in all, and prints one table with the day. What each said
# is in BUILD/soak/PART.txt. Exit 1 when a part failed or the time ended before it did.
set -u
build=$1 hours=$2
shift 2
mkdir -p "$build/soak"
deadline=$(($(date +%s) + hours * 3600))
bad=0

echo "$(date +%F), Linux $(uname -r), $(nproc) processors, $hours hours at most"
echo
echo "| part | minutes | result | what it said last |"
echo "|---|---|---|---|"
for part in "$@"; do
    said=$build/soak/$part.txt
    begun=$(date +%s)
    left=$((deadline - begun))
    result="no time left"
    : >"$said"
    if [ "$left" -gt 0 ]; then
        timeout --kill-after=60 "$left" make --no-print-directory "BUILD=$build" "SOAK_HOURS=$hours" "soak-$part" >"$said" 2>&1
        case $? in
        0) result=holds ;;
        124 | 137) result="not at its end in time" ;;
        *) result="does not hold" ;;
        esac
    fi
    [ "$result" = holds ] || bad=1
    echo "| $part | $((($(date +%s) - begun) / 60)) | $result | $(tail -n 1 "$said" | tr '|' ',' | cut -c 1-120) |"
done
exit $bad
