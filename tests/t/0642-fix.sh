#!/bin/sh
# 0642-fix.sh - errors that a session had and got rid of answer later ones.
set -u
. "$(dirname "$0")/../lib.sh"
export TZ=UTC
unset COLUMNS NO_COLOR PAGER
mkdir -p "$dir/app/src"
cd "$dir/app" || exit 1

n=0
event() { # event NAME REST: one payload of session $id
    n=$((n + 1))
    printf '{"session_id":"%s","cwd":"%s","hook_event_name":"%s",%s,"_ts":"2026-03-0%sT10:%02d:00.000Z"}\n' \
        "$id" "$PWD" "$1" "$2" "$day" "$n"
}
fails() { event PostToolUseFailure "\"tool_name\":\"Bash\",\"tool_use_id\":\"t$id$n\",\"tool_input\":{\"command\":\"$1\"},\"error\":\"Exit code 1\\n$2\""; }
passes() { event PostToolUse "\"tool_name\":\"Bash\",\"tool_use_id\":\"t$id$n\",\"tool_input\":{\"command\":\"$1\"},\"tool_response\":{\"stdout\":\"ok\",\"stderr\":\"\"}"; }
edits() { event PostToolUse "\"tool_name\":\"Edit\",\"tool_use_id\":\"t$id$n\",\"tool_input\":{\"file_path\":\"$PWD/$1\",\"old_string\":\"$2\",\"new_string\":\"$3\"},\"tool_response\":{\"filePath\":\"$PWD/$1\"}"; }
begin() { id=$1 day=$2 n=0; event UserPromptSubmit '"prompt":"Please make the tests pass again"'; }
finish() { event Stop '"last_assistant_message":"The tests pass."'; event SessionEnd '"reason":"other"'; }
take() { "$BIN/cmem" replay "$dir/$1.jsonl" >"$dir/replayed" 2>&1 || cat "$dir/replayed"; }

check "before anything happened" prints 1 'nothing is remembered yet' \
    fix some error
{
    begin first 1
    fails 'make test' 'src/parse.c:7:3: error: the operand stack is empty'
    edits src/parse.c 'return pop(s);' 'return s->n ? pop(s) : 0;'
    passes 'make test'
    fails 'npm run lint' "Error: Cannot find module 'left-pad'"
    passes 'npm install left-pad'
    passes 'npm run lint'
    finish
} >"$dir/first.jsonl"
take first
check "the edit that ended it" prints 0 'edit src/parse.c' \
    fix 'src/parse.c:99:1: error: the operand stack is empty'
check "what changed" grep -q '+ return s->n ? pop(s) : 0;' "$dir/printed"
check "how often it held, and where" \
    grep -Eq 'held 1 time, last 2026-03-01, app, s1, e[0-9]+' "$dir/printed"
check "the command that ended it" prints 0 'run  npm install left-pad' \
    fix "Cannot find module 'left-pad'"
check "in another place of the code it is alike" prints 0 'edit src/parse.c' \
    fix '/x/y/eval.c:3: error: the operand stack is empty'
check "nothing alike: so it says, with what is near" \
    prints 1 'none of 2 errors that ended is like this one' \
    fix 'the disk is full of cats'
check "--json" sh -c "'$BIN/cmem' fix --json operand stack is empty |
    grep -q '\"matched\":1,.*\"held\":1,\"failed\":0'"
check "show of the session tells them" prints 0 'Errors and fixes' show s1
check "with what ended them" sh -c 'grep -q "edit src/parse.c" "$1" &&
    grep -q "run  npm install left-pad" "$1" && grep -q "held 1 time" "$1"' \
    - "$dir/printed"
check "in the order in which they ended" sh -c "'$BIN/cmem' show s1 --json |
    grep -q '\"fixes\":\[{\"error\":\"[^\"]*operand.*\"passed_in\":\"e[0-9]*\"},{\"error\":\"[^\"]*left-pad'"
take first
check "told again it counts once" prints 0 'held 1 time,' \
    fix 'error: the operand stack is empty parse.c'
{
    begin second 3
    fails 'make test' 'src/parse.c:7:3: error: the operand stack is empty'
    finish
} >"$dir/second.jsonl"
take second
check "back in a later session it did not hold" \
    prints 0 'held 0 times, was back 1 time' \
    fix 'src/parse.c: error: the operand stack is empty'
check "one in which nothing ended has none" \
    sh -c "! '$BIN/cmem' show s2 --json | grep -q '\"fixes\"'"
check "without words it is a wrong command line" prints 2 'TEXT' fix
done_testing
