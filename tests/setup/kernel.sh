#!/bin/sh
# kernel.sh DIRECTORY SUITE: the kernel of a Debian release, made ready for tests/kernels/boot.sh:
#   DIRECTORY/SUITE/vmlinuz   DIRECTORY/SUITE/initrd   DIRECTORY/SUITE/lib/modules/VERSION
# Made once, again when the release has a newer one. Fails, saying why, where it cannot be had.
set -eu

suite=$2
mkdir -p "$1"
directory=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# shellcheck source=release.sh
. "$here/release.sh"

fail() {
    echo "kernel.sh: no kernel of $suite: $1" >&2
    exit 1
}

find_mirror || fail "this machine's apt has no Debian"
download_release "$suite" "$work" linux-image-amd64 || fail "$(tail -n 1 "$work/log")"
package=$(dpkg-deb -f "$work"/packages/linux-image-amd64_*.deb Depends | cut -d ' ' -f 1)
kernel=$directory/$suite
made_of="$package $(cksum <"$here/../kernels/init")"
[ "$(cat "$kernel/.complete" 2>/dev/null)" != "$made_of" ] || exit 0

(cd "$work/packages" && APT_CONFIG=$work/apt.conf apt-get -qq download "$package" >>"$work/log" 2>&1) ||
    fail "$(tail -n 1 "$work/log")"
rm -rf "$kernel"
mkdir -p "$kernel/lib" "$work/image" "$work/first"
dpkg-deb -x "$work/packages/$package"_*.deb "$work/image"
cp "$work"/image/boot/vmlinuz-* "$kernel/vmlinuz"
cp -r "$work"/image/lib/modules "$kernel/lib/" 2>/dev/null || cp -r "$work"/image/usr/lib/modules "$kernel/lib/"
version=$(ls "$kernel/lib/modules")
depmod -b "$kernel" "$version"

# What it takes to reach the machine's own files.
cp /bin/busybox "$here/../kernels/init" "$work/first"
for module in virtio_pci 9pnet_virtio 9p overlay; do
    modprobe -d "$kernel" -S "$version" --show-depends "$module"
done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' >"$work/modules"
while read -r module; do
    name=$(basename "${module%.xz}")
    case $module in
    *.xz) xz -dc "$module" >"$work/first/$name" ;;
    *) cp "$module" "$work/first/$name" ;;
    esac
    echo "$name" >>"$work/first/modules"
done <"$work/modules"
(cd "$work/first" && find . | cpio --quiet -o -H newc | gzip -1) >"$kernel/initrd"
echo "$made_of" >"$kernel/.complete"
