#!/bin/sh
# static_pie.sh CC...: what makes this compiler's programs static and lets the system choose their addresses; `-static` where it cannot.
# A wrapper for musl knows static programs at fixed addresses only: there musl's own start files are named to the linker.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'int main(void) { return 0; }' >"$work/a.c"

works() {
    "$@" -fPIE -o "$work/a" "$work/a.c" 2>/dev/null && readelf -hW "$work/a" | grep -q 'Type: *DYN' && ! readelf -lW "$work/a" | grep -q INTERP
}

files=$("$@" -### "$work/a.c" 2>&1 | tr -s ' "' '\n' | sed -n 's,/Scrt1\.o$,,p' | head -n 1)
for flags in -static-pie "-static -nostartfiles -Wl,-pie,--no-dynamic-linker,-z,text $files/rcrt1.o $files/crti.o $files/crtn.o"; do
    # shellcheck disable=SC2086 # words
    works "$@" $flags && echo "$flags" && exit
done
echo -static
