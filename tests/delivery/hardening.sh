#!/bin/sh
# hardening.sh BUILD: what each binary asks of the system and its compiler against misuse. A line for each thing that is missing, and exit 1.
set -u
build=$1
bad=0

missing() {
    echo "$1: $2"
    bad=1
}

# Of every ELF file: no stack that can be run, nothing that is written and run, relocations closed after the start.
elf() {
    segments=$(readelf -lW "$1")
    echo "$segments" | grep -q 'GNU_STACK .* RW ' || missing "$1" "its stack can be run"
    echo "$segments" | grep -q ' RWE ' && missing "$1" "a segment is written and run"
    echo "$segments" | grep -q GNU_RELRO || missing "$1" "relocations stay writable"
    readelf -dW "$1" | grep -q TEXTREL && missing "$1" "its code is relocated"
}

at_once() {
    readelf -dW "$1" | grep -q BIND_NOW || readelf -dW "$1" | grep -q 'Flags:.* NOW' || missing "$1" "functions are bound late"
}

guarded() {
    [ "$(objdump -d "$1" | grep -c 'call.*__stack_chk_fail\|bl.*__stack_chk_fail')" -gt 10 ] || missing "$1" "no stack is guarded"
}

random() {
    readelf -hW "$1" | grep -q 'Type: *DYN' || missing "$1" "its addresses are not random"
}

# The library as this machine and others have it; of those not all are built everywhere.
for library in "$build/libtcpalive.so" "$build"/*-linux-gnu/libtcpalive.so; do
    [ -e "$library" ] || continue
    elf "$library"
    at_once "$library"
    case $(readelf -hW "$library" | sed -n 's/ *Machine: *//p') in
    *X86-64 | *80386) readelf -nW "$library" | grep -q SHSTK || missing "$library" "it takes the shadow stack from whom it is loaded into" ;;
    esac
done

for command in "$build/tcpalive" "$build/static/tcpalive"; do
    elf "$command"
    guarded "$command"
    random "$command"
done
at_once "$build/tcpalive"
nm -D "$build/tcpalive" | grep -q '_chk@' || missing "$build/tcpalive" "the C library's checked functions are not called"
readelf -lW "$build/static/tcpalive" | grep -q INTERP && missing "$build/static/tcpalive" "a loader is asked for"

for word in x86_64 i686; do
    for file in tcpalive.exe tcpalive.dll; do
        flags=$(objdump -p "$build/windows/$word/$file" | sed -n '/^DllCharacteristics/,/^SizeOf/p')
        for flag in DYNAMIC_BASE NX_COMPAT; do
            echo "$flags" | grep -q $flag || missing "$word/$file" "no $flag"
        done
        [ $word = i686 ] || echo "$flags" | grep -q HIGH_ENTROPY_VA || missing "$word/$file" "no HIGH_ENTROPY_VA"
    done
done
exit $bad
