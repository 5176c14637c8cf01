#!/bin/bash
# completions.sh SHELL FOLDER: asks a real shell, with the completions in that folder, what may follow on a command line. For
# completions_test.c: says what is wrong on stdout and ends with 1 then; 77: there is no such shell here.
set -eu
shell=$1
folder=$2
here=$(realpath "$(dirname "$0")")
command -v "$shell" >/dev/null || { echo "$shell is not installed" && exit 77; }
work=$(mktemp -d)
coproc listener { exec python3 -c 'import socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
sys.stdin.read()'; }
read -r port <&"${listener[0]}"
trap 'eval "exec ${listener[1]}>&-"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"
mkdir bin
printf '#!/bin/sh\necho "old-server.service enabled"\n' >bin/systemctl
printf '#!/bin/sh\n' >bin/ancient-server
chmod +x bin/*
touch ancient.conf
export PATH="$work/bin:$PATH" HOME="$work" TERM=dumb

ask_bash() {
    bash --norc -c '. "$0/tcpalive.bash"
        plain=${1%%\"*} quoted=${1#"$plain"}
        read -ra COMP_WORDS <<<"${plain//=/ = }"
        [[ $1 == *" " || $quoted ]] && COMP_WORDS+=("$quoted")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _tcpalive
        printf "%s\n" "${COMPREPLY[@]}"' "$folder" "$1"
}

# It offers the whole word and its meaning.
ask_fish() {
    fish --no-config -c "source '$folder/tcpalive.fish'; complete -C '$1'" | cut -f 1 | sed 's/.*=//'
}

ask_zsh() {
    zsh -f "$here/completions.zsh" "$folder" "$1"
}

offers() { # LINE WORDS
    found=$("ask_$shell" "$1" | LC_ALL=C sort -u | xargs)
    [ "$found" = "$2" ] || { echo "$shell offers '$found' behind '$1', not '$2'" && exit 1; }
}

# Some shells offer the whole text, some what comes next.
behind_rule() { # RULES WORD
    found=$("ask_$shell" "tcpalive run --rules \"$1" | sed 's/^"//; s/^@//; s/.* //' | LC_ALL=C sort -u | xargs)
    [ "$found" = "$2" ] || [ "$found=" = "$2" ] || [ "$found" = "${2#*=}" ] || { echo "$shell offers '$found' in the rules '$1', not '$2'" && exit 1; }
}

offers_port() { # LINE
    "ask_$shell" "$1${port%?}" | sed 's/.*,//' | grep -qx "$port" || { echo "$shell does not offer $port behind '$1'" && exit 1; }
}

# Another process's number may begin like ours.
offers_itself() { # LINE
    "ask_$shell" "$1 $$" | grep -qx $$ || { echo "$shell does not offer $$ behind '$1'" && exit 1; }
}

offers 'tcpalive r' 'run'
offers 'tcpalive help exp' 'explain'
offers 'tcpalive attach --t' '--tree'
offers 'tcpalive attach 1 --t' '--tree'
offers 'tcpalive run --method s' 'supervise'
offers 'tcpalive run --mode ' 'enforce respect tighten'
offers 'tcpalive run --mode=t' 'tighten'
offers 'tcpalive run --log-file=s' 'stderr syslog'
offers 'tcpalive run --survive aws-n' 'aws-nat aws-nitro-v6 aws-nlb'
offers 'tcpalive explain ' ''
offers 'tcpalive run --idle ' system
offers 'tcpalive run --user-timeout=' 'match off system'
offers 'tcpalive run --rules ' 'accept any connect'
offers 'tcpalive run --rules "con' connect
behind_rule '@ancient.c' ancient.conf
behind_rule 'connect *:5432 us' 'user-timeout='
behind_rule 'any * off; accept *:22 o' off
behind_rule 'connect *:5432 idle=5s sur' 'survive='
behind_rule 'connect *:5432 survive=aws-nl' 'survive=aws-nlb'
offers_port 'tcpalive list --port '
offers_port 'tcpalive attach --port 80,'
offers_itself 'tcpalive attach'
offers_itself 'tcpalive list --pid'
offers 'tcpalive enable --now old' 'old-server.service'
offers 'tcpalive cgroup --unit old' 'old-server.service'
offers 'tcpalive run --strict ancient-' 'ancient-server'
offers 'tcpalive measure -- ancient-' 'ancient-server'
offers 'tcpalive run -- ancient-server --mode anc' 'ancient.conf'
