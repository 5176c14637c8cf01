#!/bin/sh
# seen_table.sh SEEN PAGE: puts the lines of the file SEEN, which a whole `make test` wrote, as a table between the two
# marks in PAGE: a row for each system, C library, machine and way, its programs together.
set -eu
seen=$1 page=$2
[ -s "$seen" ] || { echo "seen_table.sh: no $seen: run make test first" >&2 && exit 1; }

table=$(LC_ALL=C sort -u "$seen" | awk -F ' [|] ' '
    { row = $1 " | " $2 " | " $3 " | " $4 }
    row != last { printf "%s| %s | %s", last ? " |\n" : "", row, $5; last = row; next }
    { printf ", %s", $5 }
    END { print " |" }')
new=$(mktemp "$page.XXXXXX")
trap 'rm -f "$new"' EXIT
TABLE=$table awk '
    /^<!-- end of seen -->$/ { skip = 0 }
    !skip
    /^<!-- seen, by make seen -->$/ {
        skip = found = 1
        print "\n| system | C library | machine | way | programs |\n|---|---|---|---|---|\n" ENVIRON["TABLE"] "\n"
    }
    END { exit !found || skip }' "$page" >"$new"
cat "$new" >"$page"
