#!/bin/sh
# long.sh BUILD SECONDS NAME...: all fuzzers within SECONDS on all processors, each for as long as the others: a third under libFuzzer and the
# sanitizers, the rest with as many inputs as go in (many.c), from what libFuzzer has found. Prints a table with every count. Exit 1 when an
# input did harm: it is kept.
set -u
export BUILD="$1"
lanes=$(nproc)
export SHARE=$(($2 * lanes / ($# - 2)))
shift 2

echo "| fuzzer | inputs under libFuzzer, ASan, UBSan | inputs of all | harm |"
echo "|---|---|---|---|"
printf '%s\n' "$@" | xargs -P "$lanes" -n 1 tests/fuzz/long_one.sh >"$BUILD/fuzz/rows.txt"
bad=$?
sort "$BUILD/fuzz/rows.txt"
awk -F '|' '{ total += $4; harmful += $5 !~ /none/ } END { printf "soak: %.0f inputs over %d fuzzers, %d of these found harm\n", total, NR, harmful }' "$BUILD/fuzz/rows.txt"
[ "$bad" -eq 0 ]
