#!/bin/sh
# 0304-help.sh - help, the manual page, completion, and how errors are said.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/install.inc"
commands=$("$BIN/cmem" help --json | tr '{' '\n' |
    sed -n 's/^"name":"\([a-z]*\)","summary".*/\1/p')

same() { "$@" | cmp - "$file"; }
file=docs/cmem.1
check "docs/cmem.1 is what help --man writes" same cmem help --man
if command -v groff >/dev/null 2>&1; then
    groff -man -ww -Tascii docs/cmem.1 >"$dir/man.txt" 2>"$dir/man.err"
    check "and groff finds nothing wrong" [ ! -s "$dir/man.err" ]
fi
check "there are commands" [ "$(echo "$commands" | wc -l)" -ge 20 ]
for c in $commands; do
    says "help $c" "Usage: cmem $c" cmem help "$c"
done
says "--help is the same" "Usage: cmem import" cmem import --help
says "alone it helps" "Usage: cmem COMMAND" cmem
check "its version" [ "$(cmem --version)" = "cmem $(sed -n \
    's/.*"version": "\(.*\)".*/\1/p' plugin/.claude-plugin/plugin.json)" ]

cmem completion bash >"$dir/c.bash"
if command -v bash >/dev/null 2>&1; then
    complete_words() { # complete_words WORD...: what bash would offer
        bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            compopt() { :; }; _cmem; printf "%s " "${COMPREPLY[@]}"; echo' \
            bash "$dir/c.bash" "$@"
    }
    says "bash completes commands" "install import" complete_words cmem i
    says "and their options" "--no-import" complete_words cmem install --no
    says "and settings" "context_tokens" complete_words cmem config get cont
fi
for shell in zsh fish; do
    cmem completion $shell >"$dir/c.$shell"
    command -v $shell >/dev/null 2>&1 &&
        check "$shell takes its completion" $shell -n "$dir/c.$shell"
done
status 2 "another shell is refused" cmem completion tcsh

status 2 "an unknown command" cmem serch x
says "names the nearest" "did you mean search?" cmem serch x
status 2 "an unknown command to explain" cmem help serch
says "names the nearest, too" "did you mean search?" cmem help serch
says "-V is the version" "cmem $(cmem --version | cut -d' ' -f2)" cmem -V
status 0 "code alone" cmem code
says "tells what it can" "outline what a file of code defines" cmem code
says "so does help" "outline what a file of code defines" cmem help code
says "of one of them, too" "Usage: cmem code-search" cmem help code search
status 2 "an unknown one of them" cmem code serch x
says "names the nearest of them" "did you mean code search?" cmem code serch x
status 2 "an unknown option" cmem search --kid fact x
says "names the nearest" "did you mean --kind?" cmem search --kid fact x
status 2 "a missing word" cmem show
says "says which" "show needs ID" cmem show
status 2 "a value of the wrong kind" cmem search -n many x
says "and of which option" "cmem: -n is a whole number" cmem search -n many x
status 2 "an option without its value" cmem search x -n
says "by the name it has" "cmem: -n needs a value" cmem search x -n
status 1 "nothing there" cmem search x
says "as JSON too" '{"error":{"code":"not-found","message":"' \
    cmem search x --json
check "on standard output" sh -c \
    "'$BIN/cmem' search x --json 2>/dev/null | grep -q '^{\"error\"'"
check "a reader that goes away is no error" sh -c \
    "'$BIN/cmem' help --man | head -c 1 >/dev/null"
check "a full disk is one" ends_with 3 sh -c \
    "'$BIN/cmem' help --man >/dev/full"
done_testing
