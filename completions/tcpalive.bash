# Completion of tcpalive for bash. The rows are the command's own tables: COMMAND FLAG VALUE HELP.
_tcpalive_rows=$'
@ROWS@
'

# What may stand behind a flag of a command; nothing where it takes none.
_tcpalive_value() { # COMMAND FLAG
    [[ $_tcpalive_rows =~ $'\n'"$1 $2 "([^ -][^ ]*) ]] && echo "${BASH_REMATCH[1]}"
}

_tcpalive_units() {
    {
        systemctl list-units --all --plain --no-legend
        systemctl list-unit-files --no-legend
    } 2>/dev/null | grep -oE '^[^ ]+\.(service|slice|scope)'
}

# Those in use, at either end.
_tcpalive_ports() {
    local port
    for port in $(grep -ohE ':[0-9A-F]{4} ' /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u); do
        port=$((16#${port:1:4}))
        ((port)) && echo $port
    done
}

# What may come next in a list of rules, each behind what is written already.
_tcpalive_rules() { # WORD
    local text=${1#[\'\"]} begun last name words
    last=${text##*[ ;]}
    begun=${text%"$last"}
    read -ra words <<<"${begun##*;}"
    if [[ $last == *=* ]]; then
        name=${last%%=*}
        compgen -P "$begun$name=" -W "$(_tcpalive_words "$(_tcpalive_value rule "--$name")" '')" -- "${last#*=}"
        return
    fi
    case ${#words[@]} in
    0) compgen -P "$begun" -W 'connect accept any' -- "$last" ;;
    1) ;;
    *)
        ((${#words[@]} == 2)) && compgen -P "$begun" -W off -- "$last"
        compgen -P "$begun" -S = -W "$(sed -n 's/^rule --\([^ ]*\).*/\1/p' <<<"$_tcpalive_rows")" -- "$last"
        ;;
    esac
    [[ $text == @* ]] && compgen -P @ -A file -- "${text#@}"
}

# Words for a place that takes such a VALUE.
_tcpalive_words() { # VALUE WORD
    local kind kinds processes
    IFS='|' read -ra kinds <<<"$1"
    for kind in "${kinds[@]}"; do
        case $kind in
        --*) ;;
        *PROGRAM*) compgen -A command -A file -- "$2" ;;
        *PATH*) compgen -A file -- "$2" ;;
        *PID*) processes=(/proc/[0-9]*) && compgen -W "${processes[*]##*/}" -- "$2" ;;
        PORT*) compgen -P "${2%"${2##*,}"}" -W "$(_tcpalive_ports)" -- "${2##*,}" ;;
        RULES) _tcpalive_rules "$2" ;;
        UNIT) compgen -W "$(_tcpalive_units)" -- "$2" ;;
        NAMES) compgen -W "$(cat /proc/[0-9]*/comm 2>/dev/null)" -- "$2" ;;
        [[:lower:]]*) compgen -W "$kind" -- "$2" ;;
        esac
    done | sort -u
}

_tcpalive_reply() { # VALUE WORD
    [[ $1 == *@(PATH|PROGRAM)* ]] && compopt -o filenames 2>/dev/null
    [[ $1 == RULES ]] && compopt -o nospace 2>/dev/null
    mapfile -t COMPREPLY < <(_tcpalive_words "$1" "$2")
}

# What is behind the options of `run` is a command line of its own.
_tcpalive_program() { # POSITION
    local kind=PROGRAM
    (($1 < COMP_CWORD)) && kind=PATH
    if declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    else
        _tcpalive_reply $kind "${COMP_WORDS[COMP_CWORD]}"
    fi
}

_tcpalive() {
    local i word words command='' operands='' value='' current=${COMP_WORDS[COMP_CWORD]#=}
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $word == = ]]; then
            continue # readline has cut --mode=enforce in three
        elif [[ $value ]]; then
            value=''
        elif [[ ! $command ]]; then
            command=$word
            operands=$(_tcpalive_value "$command" operands)
        elif [[ $operands == *ARG* && ($word == -- || ($word != -* && $operands == '[--]'*)) ]]; then
            [[ $word == -- ]] && ((i++))
            _tcpalive_program "$i"
            return
        else
            value=$(_tcpalive_value "$command" "$word")
        fi
    done
    if [[ ! $command ]]; then
        words=$(sed -n 's/ operands .*//p' <<<"$_tcpalive_rows")
    elif [[ ! $value && $current == -* ]]; then
        words=$(sed -n "s/^$command \(--[^ ]*\).*/\1/p" <<<"$_tcpalive_rows")
    else
        _tcpalive_reply "${value:-$operands}" "$current"
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _tcpalive tcpalive
