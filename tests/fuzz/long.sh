#!/bin/sh
# long.sh BUILD SECONDS NAME...: each fuzzer for its share of SECONDS, a third of it under libFuzzer and the sanitizers, the rest with as many
# inputs as go in (many.c), from what libFuzzer has found. Prints a table with every count. Exit 1 when an input did harm: it is kept.
set -u
build=$1 seconds=$2
shift 2
share=$((seconds / $#))
total=0 bad=0

echo "| fuzzer | inputs under libFuzzer, ASan, UBSan | inputs of all | harm |"
echo "|---|---|---|---|"
for name in "$@"; do
    found=$build/fuzz/corpus/$name
    mkdir -p "$found"
    cp "$build/fuzz/seed/$name"/* "$found/"
    harm=none
    "$build/fuzz/fuzz_$name" -max_total_time=$((share / 3 + 1)) -detect_leaks=0 -timeout=10 -rss_limit_mb=512 -max_len=4096 \
        -dict=tests/fuzz/words -artifact_prefix="$build/fuzz/$name-" "$found" >"$build/fuzz/$name.log" 2>&1 || harm="$build/fuzz/$name.log"
    guided=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$build/fuzz/$name.log")
    many=$("$build/fuzz/many_$name" $((share - share / 3 + 1)) "$build/fuzz/$name-harm" "$found" tests/fuzz/words) || harm="$build/fuzz/$name-harm"
    [ "$harm" = none ] || bad=1
    sum=$((${guided:-0} + ${many:-0}))
    total=$((total + sum))
    echo "| $name | ${guided:-?} | $sum | $harm |"
done
echo "| all | | $total | |"
[ "$bad" -eq 0 ]
