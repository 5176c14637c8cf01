# completions.zsh FOLDER LINE: what zsh offers at the end of that line, one a line. Asked of a shell with a terminal of its own,
# where compadd tells what it would add.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "fpath=(${(q)1} \$fpath)"' PROMPT=
autoload -U compinit && compinit -u
compadd() {
    [[ ${@[1,(i)(-|--)]} == *-[OAD]\ * ]] && { builtin compadd "$@"; return }
    local -a offered
    builtin compadd -A offered "$@"
    print -l -- "<"$^offered">"
}
last() { print "<""end>" }
comppostfuncs=(last)
bindkey "^I" complete-word
print "<""ready>"'
zpty -r -m shell line '*<ready>*'
zpty -w -n shell "$2"$'\t'
zpty -r -m shell line '*<end>*'
print -r -- "$line" | grep -o '<[^>]*>' | tr -d '<>' | grep -vx end
zpty -d shell
