#!/bin/bash
# image.sh: examples/Dockerfile built by buildah, and its program looked at in a container. The images that it begins with are made here
# and never asked for elsewhere: Debian from the root with services, Alpine from one of musl and busybox, with an old server in it. Needs
# root. Nothing stays. Exit 0 when all held, 1 with what did not, 77: this machine has not what it takes.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
cannot() {
    echo "$1"
    exit 77
}
[ "$(id -u)" -eq 0 ] || cannot 'only root can make a root file system'
command -v buildah >/dev/null || cannot 'buildah is not installed'
debian=$top/build/cache/service
[ -e "$debian/.complete" ] || cannot 'no root of Debian to make an image of'
# shellcheck source=fresh_musl.sh
. "$top/tests/delivery/fresh_musl.sh"
can_make_root
work=$(mktemp -d)
root=$work/alpine
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The options that every command of it takes: nothing of this machine's own images, no runtime needed.
do_buildah() {
    command=$1
    shift
    case $command in
    build | run | from) set -- --isolation chroot "$@" ;;
    esac
    buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$command" "$@"
}
step() {
    echo "== $(printf '%4d s' $SECONDS) $1"
    shift
    "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log"; echo "failed: $*"; exit 1; }
}
# image NAME DIRECTORY: an image of what is in it.
image() {
    made=$(do_buildah from scratch) && do_buildah copy --quiet "$made" "$2" / >/dev/null &&
        do_buildah commit --quiet --rm "$made" "$1" >/dev/null
}
alpine() {
    new_root && image alpine:3 "$root"
}
old_server() {
    make -C "$top" build/cache/roots/musl/tcpalive/probe && install -D "$top/build/cache/roots/musl/tcpalive/probe" "$root/usr/bin/old-server" &&
        image old-server-as-it-was "$root"
}
from_recipe() {
    (cd "$top" && git archive HEAD) | tar -x -C "$work/sources" &&
        do_buildah build --layers --pull-never "$@" -f "$work/sources/examples/Dockerfile" "$work/sources"
}
# Its entry point's words, with those that its program takes.
entry() {
    do_buildah inspect --type image --format '{{range .OCIv1.Config.Entrypoint}}{{println .}}{{end}}' old-server | grep .
}
# As somebody who is not root there.
protected() {
    mapfile -t words < <(entry)
    container=$(do_buildah from --pull-never old-server)
    # shellcheck disable=SC2016 # for the shell in there
    do_buildah run --user 10001:10001 "$container" -- sh -c '"$@" & i=0
        until /tcpalive/tcpalive list --program old-server | grep -q " LISTEN on *175s *35s *5 "; do
            sleep 0.2; i=$((i + 1)); [ $i -lt 150 ] || exit 1; done
        kill $!' sh "${words[@]}" serve inet accept 1
}

mkdir "$work/sources"
step "Debian's image" image debian:12 "$debian"
step "Alpine's image" alpine
step 'an image with an old server' old_server
step 'docker build' from_recipe -t old-server
step 'docker build --target tcpalive' from_recipe --target tcpalive -t tcpalive
step 'its program is under the policy' protected
echo "holds, $SECONDS s"
