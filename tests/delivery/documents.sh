#!/bin/sh
# documents.sh CHECK BUILD [PORT]: one check of man pages, examples or README, for documents_test.c. Says what is wrong
# on stdout and ends with 1 then; 77: this machine has not what it takes. The last four become a recipe's program, a
# listener.
set -eu
check=$1 build=$2
failed=0

wrong() {
    echo "$*"
    failed=1
}

needs() {
    command -v "$1" >/dev/null || { echo "$1 is not installed" && exit 77; }
}

aliases() {
    sed -n 's/^    {"\([A-Z_]*\)", SETTING_.*/\1/p' core/alias.c
}

# plain PAGE: as a terminal without bold shows it.
plain() {
    mandoc -T ascii "$build/man/$1" | sed "s/.$(printf '\b')//g"
}

# missing_in NAME WORDS TEXT
missing_in() {
    for word in $2; do
        case $3 in
        *"$word"*) ;;
        *) wrong "$1 does not speak of $word" ;;
        esac
    done
}

commands() {
    "$build/tcpalive" help | sed -n 's/^  \([a-z]*\) .*/\1/p'
}

flags() {
    for topic in settings $(commands); do
        "$build/tcpalive" help "$topic" | sed -n 's/^  \(--[a-z-]*\).*/\1/p'
    done | sort -u
    echo --version
}

variables() {
    sed -n 's/^\.BR \(TCPALIVE[A-Z_]*\).*/\1/p' "$build/man/settings.roff"
}

# settings FILE...: runs `tcpalive explain` under each NAME=VALUE that the files show.
settings() {
    grep -ohE 'TCPALIVE_[A-Z_]+=("[^"]+"|[^] "`]+)' "$@" | sort -u | tr -d '"' | while IFS= read -r setting; do
        env -i "$setting" "$build/tcpalive" explain >/dev/null 2>&1 || echo "not accepted: $setting"
    done
}

drop_in() {
    units=$(mktemp -d)
    trap 'rm -rf "$units"' EXIT
    mkdir "$units/old.service.d"
    printf '[Service]\nExecStart=/bin/true\n' >"$units/old.service"
    mkdir "$units/old.socket.d"
    printf '[Socket]\nListenStream=127.0.0.1:1\n' >"$units/old.socket"
    here "${1#examples/}" >"$units/old.$2.d/tcpalive.conf"
    said=$(SYSTEMD_UNIT_PATH=$units: systemd-analyze verify "$units/old.$2" 2>&1) || true
    [ -z "$said" ] || wrong "$said"
    rm -rf "$units"
}

# here FILE: the recipe with our build in place of what is installed, and nc as the old program; a command a line.
here() {
    sed -E -e ':a' -e '/\\$/{N;s/\\\n *//;ba' -e '}' -e "s,/usr/local/(bin|lib)/(tcpalive/)?,$build/,g" \
        -e 's,(/usr/bin/)?old-client "\$@",nc -l 127.0.0.1 0,' "examples/$1"
}

case $check in
man-lint)
    needs mandoc
    said=$(mandoc -T lint "$build/man/tcpalive.1" "$build/man/libtcpalive.7" | grep -v 'input text line longer than 80') || true
    [ -z "$said" ] || wrong "$said"
    needs groff
    said=$(groff -ww -man -T utf8 "$build/man/tcpalive.1" "$build/man/libtcpalive.7" 2>&1 >/dev/null)
    [ -z "$said" ] || wrong "$said"
    ;;
man-examples) tests/delivery/examples.sh "$build" || exit $? ;;
man-complete)
    needs mandoc
    missing_in "tcpalive(1)" "$(commands) $(flags) $(variables)" "$(plain tcpalive.1)"
    missing_in "libtcpalive(7)" "$(aliases)" "$(plain libtcpalive.7)"
    ;;
readme-complete) missing_in README "$(variables) $(commands)" "$(cat README.md)" ;;
settings)
    said=$(settings README.md examples/*)
    [ -z "$said" ] || wrong "$said"
    ;;
recipes)
    # The problem in its first lines, then how to see that it took and how to undo it, in each document of it.
    for file in examples/* packaging/tcpalive.service; do
        parts=$(($(grep -c '^---$' "$file" || true) + 1))
        head -n 3 "$file" | grep -qE '^(#|rem) [A-Za-z].*[.:]' || wrong "$file does not begin with its problem"
        for part in 'It took: [a-z]' 'To undo: [a-z]'; do
            [ "$(grep -cE "^(#|rem) .*$part" "$file")" -ge "$parts" ] || wrong "$file does not say in each part: $part"
        done
    done
    ;;
systemd)
    needs systemd-analyze
    for file in systemd sshd go timer; do
        drop_in examples/$file.conf service
    done
    drop_in examples/socket.conf socket
    units=$(mktemp -d)
    trap 'rm -rf "$units"' EXIT
    here running.service >"$units/running.service"
    printf '[Service]\nExecStart=/bin/true\n' >"$units/old-server.service"
    sed "s,@BINDIR@,$build," packaging/tcpalive.service >"$units/tcpalive.service"
    said=$(SYSTEMD_UNIT_PATH=$units: systemd-analyze --man=no verify "$units/running.service" "$units/tcpalive.service" 2>&1) || true
    [ -z "$said" ] || wrong "$said"
    ;;
yaml)
    /usr/bin/python3 -c 'import yaml' 2>/dev/null || { echo "python3-yaml is not installed" && exit 77; }
    /usr/bin/python3 tests/delivery/documents_yaml.py "$build/tcpalive" examples/compose.yaml examples/kubernetes.yaml || failed=1
    ;;
schemas)
    needs tsc
    /usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null || { echo "python3-yaml or -jsonschema is not installed" && exit 77; }
    schemas=$(cd "$build" && pwd)/cache/schemas
    [ -e "$schemas/.complete" ] || { echo "no schemas: the npm registry did not answer" && exit 77; }
    for kind in compose kubernetes; do
        /usr/bin/python3 tests/delivery/schemas.py "$schemas" "$kind" "examples/$kind.yaml" || failed=1
    done
    ;;
workflows)
    needs node
    schemas=$(cd "$build" && pwd)/cache/schemas
    [ -d "$schemas/workflows" ] || { echo "no schemas: the npm registry did not answer" && exit 77; }
    for file in .github/workflows/*.yml; do
        node -e 'const said = require(process.argv[1]).validateWorkflow(require("fs").readFileSync(process.argv[2], "utf8"))
            for (const error of said.errors) console.log(process.argv[2], JSON.stringify(error))
            process.exit(said.errors.length ? 1 : 0)' "$schemas/workflows" "$file" || failed=1
    done
    ;;
wrapper) eval "$(here wrapper.sh)" ;;
libkeepalive) eval "$(here replace.sh | grep KEEPIDLE)" ;;
libdontdie) eval "$(here replace.sh | grep DD_)" ;;
inetd)
    here inetd.conf | sed "s,^finger,127.0.0.1:$3,; s,nobody,root,; s,/usr/sbin/in.fingerd,/bin/sleep 60," |
        inetd -i -E /dev/stdin
    ;;
*) wrong "unknown check '$check'" ;;
esac
exit $failed
