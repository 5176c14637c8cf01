#!/bin/sh
# long_one.sh NAME: one fuzzer for SHARE seconds, of long.sh's table one row. Exit 1 when an input did harm.
set -u
found=$BUILD/fuzz/corpus/$1 harm=none
mkdir -p "$found"
cp "$BUILD/fuzz/seed/$1"/* "$found/"
"$BUILD/fuzz/fuzz_$1" -max_total_time=$((SHARE / 3 + 1)) -detect_leaks=0 -timeout=60 -rss_limit_mb=512 -max_len=4096 -dict=tests/fuzz/words \
    -artifact_prefix="$BUILD/fuzz/$1-" "$found" >"$BUILD/fuzz/$1.log" 2>&1 || harm=$BUILD/fuzz/$1.log
guided=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$BUILD/fuzz/$1.log")
many=$("$BUILD/fuzz/many_$1" $((SHARE - SHARE / 3)) "$BUILD/fuzz/$1-harm" "$found" tests/fuzz/words) || harm=$BUILD/fuzz/$1-harm
echo "| $1 | ${guided:-?} | $((${guided:-0} + ${many:-0})) | $harm |"
[ "$harm" = none ]
