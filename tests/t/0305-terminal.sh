#!/bin/sh
# 0305-terminal.sh - colours, the pager and Ctrl-C on a terminal.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/install.inc"
no_client
esc=$(printf '\033')
export TERM=xterm PAGER=cat
unset NO_COLOR CMEM_PAGER

# on_terminal COMMAND: its output when it has a terminal of 80 by 24.
on_terminal() {
    script -qec "stty cols 80 rows 24; $1" /dev/null </dev/null
}
has_colour() { on_terminal "$1" | grep -q "$esc\\["; }
not() { ! "$@"; }

check "a pipe gets no colours" not sh -c \
    "'$BIN/cmem' help | grep -q '$esc'"
check "unless asked to" sh -c \
    "'$BIN/cmem' help --color=always | grep -q '$esc'"
check "a terminal gets colours" has_colour "$BIN/cmem help"
NO_COLOR=1 check "but not with NO_COLOR" not has_colour "$BIN/cmem help"
TERM=dumb check "nor a dumb one" not has_colour "$BIN/cmem help"
check "nor with --color=never" not has_colour "$BIN/cmem help --color=never"
status 2 "another word is refused" cmem help --color=maybe

printf '#!/bin/sh\necho paged\ncat >/dev/null\n' >"$dir/pager"
chmod 755 "$dir/pager"
export PAGER="$dir/pager"
says "what is longer than the screen is paged" paged \
    on_terminal "$BIN/cmem help search"
check "what is shorter is not" not has_words paged \
    on_terminal "$BIN/cmem --version"
check "nor with --no-pager" not has_words paged \
    on_terminal "$BIN/cmem help search --no-pager"
check "nor JSON" not has_words paged on_terminal "$BIN/cmem help --json"
check "nor into a pipe" not has_words paged cmem help search
export CMEM_PAGER="$dir/no-such-pager"
says "a pager that is not there is done without" "find memories" \
    on_terminal "$BIN/cmem help search"
CMEM_PAGER='' says "none is none" "find memories" \
    on_terminal "$BIN/cmem help search"

check "lines fit a narrow terminal" sh -c \
    "script -qec 'stty cols 40 rows 200; $BIN/cmem help doctor' /dev/null \
     </dev/null | sed 's/$esc\\[[0-9;]*m//g' | tr -d '\r' |
     awk 'length > 40 { print; bad = 1 } END { exit bad }'"
done_testing
