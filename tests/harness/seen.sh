#!/bin/sh
# seen.sh WAY FILE [ROOT [NOTE]]: prints the line that seen.h describes, for tests in C and in shell. FILE may be a
# name that PATH knows, or /proc/PID/exe; ROOT is where the program's C library is.
set -eu
way=$1 file=$2 root=${3:-} note=${4:-}

case $file in
/proc/*) process=${file%/exe} name=$(cat "${file%/exe}/comm") root=$process/root ;;
*) name=${file##*/} file=$(command -v "$file") ;;
esac

for release in "$root/etc/os-release" "$root/usr/lib/os-release" /etc/os-release; do
    [ ! -r "$release" ] || break
done
# shellcheck source=/dev/null disable=SC2153 # what os-release sets
system=$(. "$release" && echo "${NAME%% *} ${VERSION_ID:-$VERSION_CODENAME}")

# e_machine of elf(5).
case $(od -An -tx2 -j18 -N2 "$file") in
*003e) machine=x86_64 ;;
*0003) machine=i386 ;;
*00b7) machine=aarch64 ;;
*) echo "seen.sh: '$file' is for an unknown machine" >&2 && exit 1 ;;
esac

loader=$(readelf -lW "$file" | sed -n 's/.*program interpreter: \(.*\)]/\1/p')
case $loader in
"") c_library="none (static)" ;;
*/ld-musl-*) c_library="musl $("$root$loader" 2>&1 | sed -n 's/^Version //p')" ;;
*)
    loader=$(readlink -f "$root$loader")
    c_library="glibc $(grep -ao 'GNU C Library.*version [0-9.]*[0-9]' "${loader%/*}/libc.so.6" | sed 's/.* //')"
    ;;
esac

# The version is its package's, without what Debian counts; a package may know the file under the name it had before
# /bin moved to /usr/bin. (dpkg-query -S says the same six times slower.)
path=$(readlink -f "$file")
package=$(grep -lxF -e "$path" -e "${path#/usr}" /var/lib/dpkg/info/*.list | sed 's,.*/\(.*\)\.list,\1,') || true
if [ -n "$package" ]; then
    version=$(dpkg-query -W -f '${Version}' "$package" | sed 's/^[0-9]*://; s/[-+~].*//')
fi

echo "seen: $system | $c_library | $machine | $way | $name${version:+ $version}${note:+ ($note)}"
