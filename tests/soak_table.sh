#!/bin/sh
# soak_table.sh BUILD: the table of the long runs, of every part of tests/soak.mk in its order: what it does, as the comment before it there
# says, and its last row from BUILD/soak (soak.sh).
set -u
build=$1
echo "# Long runs"
echo
echo "Every part of \`make soak\` as it went the last time, Linux $(uname -r | cut -d- -f1), $(nproc) processors; by itself it is \`make soak-PART\`. Written by \`make soak-table\`."
echo
echo "| part | what it does | day | minutes | result | what it found |"
echo "|---|---|---|---|---|---|"
sed -n 's/^# //p; /^SOAK += /{s/^SOAK += /+/p}; /^$/s/^/-/p' tests/soak.mk | awk '
    /^-$/ { text = ""; next }
    /^\+/ { print substr($0, 2) "|" text; next }
    { text = text (text ? " " : "") $0 }' | while IFS='|' read -r part does; do
    row=$build/soak/$part.row
    [ -s "$row" ] && row=$(cat "$row") || row="- | - | not run | "
    echo "| $part | $does | $row |"
done
