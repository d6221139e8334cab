#!/bin/sh
# 0740-browse.sh - cmem browse in a real terminal: what is seen, what keys do,
# and that the terminal is as before afterwards.
set -u
. "$(dirname "$0")/../lib.sh"
export CMEM_PROVIDER=none
unset NO_COLOR VISUAL EDITOR TMUX DISPLAY WAYLAND_DISPLAY 2>/dev/null || true
# tests/run.sh has no terminal, and the pane's is tmux's own.
export LC_ALL=C.UTF-8
app=$dir/app

# --- a project with code, a session, and notes ---------------------------------
mkdir -p "$app/src" "$dir/t"
git -C "$dir" init -q app
printf 'int first(void)\n{\n    return 1;\n}\n\nint retry_later(int n)\n{\n    return n;\n}\n' \
    >"$app/src/retry.c"
id=11111111-0000-4000-8000-000000000000
line() { # line UUID TYPE MESSAGE
    printf '{"type":"%s","uuid":"%s","sessionId":"%s","cwd":"%s","timestamp":"2026-02-01T10:00:00.000Z","message":%s}\n' \
        "$2" "$1" "$id" "$app" "$3"
}
{
    line u1 user '{"role":"user","content":"Make the heron stand in the water"}'
    line a1 assistant '{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Read","input":{"file_path":"'"$app"'/src/retry.c"}}]}'
    line u2 user '{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"int first"}]}'
} >"$dir/t/$id.jsonl"
cd "$app" || exit 1
{
    "$BIN/cmem" import claude-code "$dir/t"
    "$BIN/cmem" add "The kingfisher dives for xylophone fish"
    "$BIN/cmem" add "The 漢字漢字 bird is a xylophone too"
    "$BIN/cmem" add "Plain ascii title of a xylophone note"
    "$BIN/cmem" index
} >/dev/null 2>&1

cat >"$dir/editor" <<END
#!/bin/sh
printf '%s|%s\n' "\$1" "\$2" >"$dir/edited.new"
mv "$dir/edited.new" "$dir/edited"
END
cat >"$dir/claude" <<END
#!/bin/sh
printf '%s|%s\n' "\$PWD" "\$*" >"$dir/resumed.new"
mv "$dir/resumed.new" "$dir/resumed"
END
chmod 755 "$dir/editor" "$dir/claude"
export VISUAL="$dir/editor" CMEM_CLAUDE_BIN="$dir/claude"

# --- the terminal ----------------------------------------------------------------
tm() { tmux -S "$dir/tmux" -f /dev/null "$@"; }
screen() { tm capture-pane -p; }
keys() { tm send-keys "$@"; }
say() { keys -l "$1"; }
has() { screen | grep -qF -- "$1"; }
lacks() { ! has "$1"; }
seen() { wait_for 20 has "$1" || { screen; return 1; }; }
unseen() { wait_for 20 lacks "$1" || { screen; return 1; }; }
picked() { screen | grep '^▌' | grep -qF -- "$1"; }
chosen() { wait_for 20 picked "$1" || { screen; return 1; }; }
scope() { screen | sed -n 1p | grep -q " $1 "; }
prompt() { screen | grep -v '^$' | tail -n 1 | grep -q '^ready> *$'; }
ready() { wait_for 20 prompt || { screen; return 1; }; }
fresh() { # an empty screen with a few lines that must be there afterwards
    ready
    say "clear; echo line one; echo line two"
    keys Enter
    seen "line two" && ready
}
run() { # run COMMAND: typed into the shell
    say "$1"
    keys Enter
}
is() { [ "$1" = "$2" ] || { echo "got \"$1\", not \"$2\""; return 1; }; }
file_is() { # file_is FILE TEXT
    wait_for 20 test -s "$1" || { screen; return 1; }
    is "$(cat "$1")" "$2"
}

tm new-session -d -x 120 -y 30 -c "$app" \
    "cd '$app'; ENV= PS1='ready> ' PATH='$BIN:$PATH' exec sh -i"
trap 'tm kill-server 2>/dev/null; clean_up' EXIT
fresh
before=$(screen)

run "cmem search"
check "a bare cmem search opens it" seen "type to search"
check "the newest are there before a key is pressed" seen "kingfisher dives"
say "heron"
check "typing finds" chosen "stand in the water"
keys C-u
say "kingfisher"
check "another word finds another" chosen "kingfisher dives"
check "the preview says whose it is" seen "from user"
keys C-u
keys C-r
check "the scope key goes on" wait_for 20 scope branch
keys C-r
check "to a session" wait_for 20 scope "session latest"
keys C-r
check "and on to everything" wait_for 20 scope all
keys C-r
check "and round" wait_for 20 scope "repository app"
keys Escape 5
check "a kind by its number" unseen "kingfisher"
check "prompts alone" seen "heron stand"
keys Tab
check "sessions are the next" seen "session"
say "heron"
check "a session is found" seen "session"
keys C-u
keys Escape 1
say "xylophone"
seen "Plain ascii title" >/dev/null

# A wide character is two columns: the line between list and preview is straight.
straight() {
    screen | grep xylophone | grep '│' |
        sed 's/漢/aa/g; s/字/bb/g; s/▌/c/g; s/…/d/g; s/‹/e/g' |
        awk '{ at[index($0, "│")]++ } END { for (i in at) n++; exit !(n == 1) }'
}
check "wide characters keep the columns straight" straight
keys C-u
say "漢字"
check "and the cursor stands behind them" wait_for 20 sh -c \
    "[ \"\$(tmux -S '$dir/tmux' display-message -p '#{cursor_x}')\" = 6 ]"
keys C-u

tm resize-window -x 60 -y 24
check "a narrow terminal has the preview below" seen "────"
tm resize-window -x 20 -y 5
check "the smallest still lists" unseen "────"
fits() { [ "$(screen | awk '{ print }' | wc -l)" -le 5 ]; }
check "within its rows" fits
tm resize-window -x 120 -y 30
check "and grows again" seen "│"

say "kingfisher"
chosen "kingfisher dives" >/dev/null
keys C-y
check "copying is told" seen "copied 39 bytes"
check "and tmux has it" is "$(tm show-buffer)" \
    "The kingfisher dives for xylophone fish"
keys C-s
check "pinning is told" seen "pinned #"
check "and shown" wait_for 20 sh -c \
    "tmux -S '$dir/tmux' capture-pane -p | grep -q '^▌\\*'"
keys C-u
say "Plain ascii"
chosen "Plain ascii" >/dev/null
keys C-x
check "forgetting asks" seen "for good"
say "n"
check "no is no" seen "nothing was forgotten"
keys C-x
seen "for good" >/dev/null
say "y"
check "yes is told" seen "forgot #"
check "and it is gone" sh -c "cd '$app'; '$BIN/cmem' search Plain ascii title |
    grep -q 'Plain ascii' && exit 1 || exit 0"
keys C-u
keys Escape 8
say "retry_later"
check "symbols are found" seen "src/retry.c:6"
keys C-o
check "the editor opens at the line" file_is "$dir/edited" \
    "+6|$app/src/retry.c"
check "and the list is back" seen "src/retry.c:6"
keys F1
check "help lists the keys" seen "copy its text"
keys Escape
unseen "copy its text" >/dev/null
keys Escape
ready
check "quitting brings the screen back" is "$(screen | grep -v 'cmem search')" \
    "$(printf '%s\n' "$before" | sed '3s/.*/ready>/')"

# --- below the cursor ------------------------------------------------------------
fresh
run "cmem browse --height 8 heron"
check "inline, the lines above stay" seen "stand in the water"
check "they do" has "line one"
keys C-c
ready
check "and the rows are wiped" lacks "stand in the water"
check "the prompt stands where it did" is "$(screen | grep -c .)" 4

# --- ways out --------------------------------------------------------------------
browser() { # browser WORDS: the one of this test that looks for them
    for pid in $(pgrep -f "cmem browse $1\$"); do
        grep -qzx "CMEM_HOME=$CMEM_HOME" "/proc/$pid/environ" && echo "$pid"
    done
}
mode() { # mode NAME END...: the terminal's mode is the same after END
    name=$1
    fresh
    rm -f "$dir/left"
    run "stty -g >'$dir/was'; cmem browse out$2; echo \$? >'$dir/left'; stty -g >'$dir/is'"
    seen "> out$2" >/dev/null
    shift 2
    "$@"
    wait_for 20 test -s "$dir/is" && ready
    check "$name" cmp "$dir/was" "$dir/is"
    rm -f "$dir/is"
}
signalled() { kill "-$1" "$(browser "out$1")"; }
mode "Ctrl-C leaves the terminal as it was" 1 keys C-c
check "and is no failure" is "$(cat "$dir/left")" 0
mode "SIGTERM does" TERM signalled TERM
check "and is told to the shell" is "$(cat "$dir/left")" 143
mode "SIGHUP does" HUP signalled HUP
mode "a crash does" SEGV signalled SEGV
lines() { has "line one" && has "line two"; }
check "the lines of before are there" lines

fresh
run "cmem browse heron"
seen "stand in the water" >/dev/null
keys C-z
check "Ctrl-Z gives the shell back" seen "Stopped"
run "fg"
check "and fg the list" seen "Tab kind"
check "as it was" has "stand in the water"
kill_worker
keys C-u
say "kingfisher"
check "without its worker it goes on" seen "kingfisher dives"
keys C-c

# --- copying where there is no tmux, no colours --------------------------------------
fresh
tm set -s set-clipboard on
tm delete-buffer 2>/dev/null
run "TMUX= cmem browse kingfisher"
seen "kingfisher dives" >/dev/null
keys Escape y
seen "copied" >/dev/null
check "a terminal's clipboard is asked" wait_for 20 sh -c \
    "tmux -S '$dir/tmux' show-buffer | grep -q '^#[0-9]*\$'"
keys C-c
fresh
run "NO_COLOR=1 cmem browse kingfisher"
seen "kingfisher dives" >/dev/null
check "NO_COLOR has none" sh -c "! tmux -S '$dir/tmux' capture-pane -pe |
    grep '│' | grep -qE '\\[([0-9]+;)*3[0-7]m'"
keys C-c
ready

fresh
run "cmem browse -k prompts heron"
seen "stand in the water" >/dev/null
keys C-g
check "a session goes on in its directory" file_is "$dir/resumed" \
    "$app|--resume $id"
ready

# --- no terminal ---------------------------------------------------------------------
"$BIN/cmem" browse >"$dir/out" 2>&1 </dev/null
check "without a terminal it ends with 2" is "$?" 2
check "and one sentence" is "$(cat "$dir/out")" \
    "cmem: browse needs a terminal for input and output; cmem search WORDS does without"
fresh
run "TERM=dumb cmem browse"
check "a dumb terminal is told so" seen "cannot move its cursor"
run "TERM=nosuch cmem browse"
check "an unknown one, too" seen "nothing is known of the terminal"
run "clear; CMEM_HOME=$dir/none cmem browse"
check "and one who remembers nothing" seen "nothing is remembered yet"
check "a bare search into a pipe lists" sh -c \
    "cd '$app'; '$BIN/cmem' search | grep -q kingfisher"
done_testing
