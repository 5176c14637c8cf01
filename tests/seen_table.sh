#!/bin/sh
# seen_table.sh SEEN TABLES PAGE: puts into PAGE, each between two marks, the lines of the file SEEN, which a whole `make test` wrote (a
# row for each system, C library, machine and way, its programs together), and the kit's tables in the folder TABLES (a row for each
# question, a column for each Windows).
set -eu
seen=$1 tables=$2 page=$3
[ -s "$seen" ] || { echo "seen_table.sh: no $seen: run make test first" >&2 && exit 1; }

# put NAME: standard input stands there from now on.
put() {
    table=$(cat)
    new=$(mktemp "$page.XXXXXX")
    trap 'rm -f "$new"' EXIT
    TABLE=$table awk -v begin="<!-- $1, by make seen -->" -v end="<!-- end of $1 -->" '
        $0 == end { skip = 0 }
        !skip
        $0 == begin { skip = found = 1; print "\n" ENVIRON["TABLE"] "\n" }
        END { exit !found || skip }' "$page" >"$new"
    cat "$new" >"$page"
    rm -f "$new"
}

LC_ALL=C sort -u "$seen" | awk -F ' [|] ' '
    BEGIN { print "| system | C library | machine | way | programs |\n|---|---|---|---|---|" }
    { row = $1 " | " $2 " | " $3 " | " $4 }
    row != last { printf "%s| %s | %s", last ? " |\n" : "", row, $5; last = row; next }
    { printf ", %s", $5 }
    END { print " |" }' | put seen

# A file may hold the tables of both word sizes. The question is what stands before the answer's own detail.
awk -F ' [|] ' '
    { sub(/\r$/, "") }
    /^# Windows / {
        split($0, word, ", ")
        name = FILENAME
        gsub(/.*\/|[.]txt$/, "", name)
        title[++columns] = index(name, word[3]) ? name : name " " word[3]
    }
    /^#/ || NF < 2 { next }
    !($1 in question) { order[++rows] = $1; question[$1] = $3; sub(/: .*/, "", question[$1]) }
    { said[$1, columns] = $2 }
    END {
        printf "| | question |"
        for (c = 1; c <= columns; c++) printf " %s |", title[c]
        printf "\n|---|---|"
        for (c = 1; c <= columns; c++) printf "---|"
        for (r = 1; r <= rows; r++) {
            printf "\n| %s | %s |", order[r], question[order[r]]
            for (c = 1; c <= columns; c++) printf " %s |", said[order[r], c]
        }
        print ""
    }' "$tables"/*.txt | put kit
