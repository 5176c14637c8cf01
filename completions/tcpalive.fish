# Completion of tcpalive for fish. The rows are the command's own tables: COMMAND FLAG VALUE HELP.
set -g __tcpalive_rows (string split \n '
@ROWS@
')

# What may stand behind a flag of a command; nothing where it takes none.
function __tcpalive_value -a command flag
    string match -rg -- "^$command $flag "'([^ -]\S*)' $__tcpalive_rows
end

# Those in use, at either end.
function __tcpalive_ports
    for port in (cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | string match -arg ':([0-9A-F]{4}) ' | sort -u)
        test $port = 0000; or math 0x$port
    end
end

# What may come next in a list of rules, each behind what is written already.
function __tcpalive_rules -a word
    set -l text (string replace -r '^[\'"]' '' -- $word)
    set -l parts (string match -rg '^(.*[ ;]|)([^ ;]*)$' -- "$text")
    set -l begun "$parts[1]"
    set -l words (string replace -r '.*;' '' -- "$begun" | string match -ar '\S+')
    if set -l name (string match -rg '^([^=]+)=' -- "$parts[2]")
        string replace -r '^' -- "$begun$name=" (__tcpalive_words (__tcpalive_value rule --$name) '')
    else if test (count $words) = 0
        string replace -r '^' -- "$begun" connect accept any
        string match -q '@*' -- "$text"; and string replace -r '^' @ (__fish_complete_path (string sub -s 2 -- "$text"))
    else if test (count $words) -ge 2
        test (count $words) = 2; and echo "$begun"off
        string replace -r '^' -- "$begun" (string match -rg '^rule --(\S+)' -- $__tcpalive_rows | string replace -r '$' '=')
    end
end

# Words for a place that takes such a VALUE.
function __tcpalive_words -a value word
    for kind in (string split '|' -- $value)
        switch $kind
            case '--*'
            case '*PROGRAM*'
                complete -C "$word"
            case '*PATH*'
                __fish_complete_path $word
            case '*PID*'
                __fish_complete_pids
            case 'PORT*'
                string replace -r '^' -- (string replace -r '[^,]*$' '' -- "$word") (__tcpalive_ports)
            case RULES
                __tcpalive_rules "$word"
            case UNIT
                begin
                    systemctl list-units --all --plain --no-legend
                    systemctl list-unit-files --no-legend
                end 2>/dev/null | string match -r '^\S+\.(?:service|slice|scope)'
            case NAMES
                cat /proc/*/comm 2>/dev/null
            case '*'
                string match -r '^[a-z].*' $kind
        end
    end
end

function __tcpalive
    set -l command
    set -l operands
    set -l value
    set -l program # what begins a command line of its own
    set -l word (commandline -ct)
    set -l words (commandline -opc)[2..]
    while set -q words[1]
        if test -n "$value"
            set value
        else if test -z "$command"
            set command $words[1]
            set operands (__tcpalive_value $command operands)
            switch "$operands"
                case '[--]*ARG*'
                    set program '^--$|^[^-]'
                case '*ARG*'
                    set program '^--$'
            end
        else if set -q program[1]; and string match -qr -- $program $words[1]
            test $words[1] = --; and set -e words[1]
            complete -C (string join ' ' -- (string escape -- $words) "$word")
            return
        else
            set value (__tcpalive_value $command $words[1])
        end
        set -e words[1]
    end
    if test -z "$command"
        string replace -rf '^(\S+) operands \S+ (.*)' '$1\t$2' $__tcpalive_rows
    else if set -l parts (string match -rg '^(--[^=]+=)(.*)' -- $word); and test -z "$value"
        set value (__tcpalive_value $command (string trim -rc = -- $parts[1]))
        string replace -r '^' -- $parts[1] (__tcpalive_words "$value" "$parts[2]")
    else if test -z "$value"; and string match -q -- '-*' $word
        string replace -rf "^$command (--\S+) \S+ (.*)" '$1\t$2' $__tcpalive_rows
    else
        test -n "$value"; or set value $operands
        __tcpalive_words "$value" "$word"
    end
end

complete -c tcpalive -f -a '(__tcpalive)'
