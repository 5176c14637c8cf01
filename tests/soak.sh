#!/bin/sh
# soak.sh BUILD HOURS PART...: runs `make soak-PART` one after the other, within HOURS in all, and prints their table (soak_table.sh). What
# each said is in BUILD/soak/PART.txt, its row in BUILD/soak/PART.row, which stands until the part is run again. Exit 1 when a part failed
# or the time ended before it did.
set -u
build=$1 hours=$2
shift 2
mkdir -p "$build/soak"
deadline=$(($(date +%s) + hours * 3600))
bad=0

# What a part found says itself, in lines that begin with `soak: `; else its last line is shown.
found() {
    sed -n 's/^soak: //p' "$1" | paste -s -d ';' | sed 's/;/; /g' | grep . || grep -v '^make' "$1" | tail -n 1
}

for part in "$@"; do
    said=$build/soak/$part.txt
    begun=$(date +%s)
    left=$((deadline - begun))
    result="no time left"
    : >"$said"
    if [ "$left" -gt 0 ]; then
        timeout --kill-after=60 "$left" make -s --no-print-directory "BUILD=$build" "SOAK_HOURS=$hours" "soak-$part" >"$said" 2>&1
        case $? in
        0) result=holds ;;
        124 | 137) result="not at its end in time" ;;
        *) result="**does not hold**" ;;
        esac
    fi
    [ "$result" = holds ] || bad=1
    echo "$(date +%F) | $((($(date +%s) - begun + 59) / 60)) | $result | $(found "$said" | tr '|' ',' | cut -c 1-240)" >"$build/soak/$part.row"
    echo "$part: $result"
done
tests/soak_table.sh "$build"
exit $bad
