#!/bin/sh
# 0670-code.sh - the code index: made, kept current, asked.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/code.inc"
export CMEM_PROVIDER=none
cmem="$BIN/cmem"
p=$dir/proj
mkdir -p "$p/src" "$p/out" "$p/node_modules/x"
(cd "$p" && git init -q .)
echo 'out/' >"$p/.gitignore"
printf 'def parse_reply(text):\n    """Takes an answer apart."""\n    return helper(text)\n\n\ndef helper(t):\n    return t\n' >"$p/src/reply.py"
printf 'from src.reply import parse_reply\n\n\nclass Client:\n    def ask(self):\n        return parse_reply("x")\n' >"$p/main.py"
printf 'def hidden(): pass\n' >"$p/out/gen.py"
printf 'function vendored() {}\n' >"$p/node_modules/x/i.js"
cd "$p" || exit 1


check "indexes what .gitignore and the rules let through" \
    has "2 files, 2 parsed" "$cmem" index
check "elsewhere it says what to do" \
    has "cmem index does it" sh -c "cd /; '$cmem' code search parse"
check "and fails as nothing found" \
    status_is 1 sh -c "cd /; '$cmem' code search parse"
check "opens nothing twice" has "2 files, 0 parsed" sh -c \
    "touch -d '1 hour ago' src/reply.py main.py; '$cmem' index"
check "finds by parts of a name" \
    has "src/reply.py:1" "$cmem" code search reply parse
check "finds by the words of a doc" \
    has "parse_reply" "$cmem" code search answer apart
check "finds a name in any case" has "main.py:4" "$cmem" code search CLIENT
check "leaves out by kind" status_is 1 "$cmem" code search parse_reply -k class
check "refuses a kind there is not" \
    status_is 2 "$cmem" code search parse_reply -k thing
check "nothing of what is left out" lacks hidden "$cmem" code search hidden
check "nor of what is vendored" status_is 1 "$cmem" code search vendored
check "an empty answer says of how many" \
    has "0 of 4 symbols" "$cmem" code search nowhere
check "outlines a file" has "def helper(t)" "$cmem" code outline src/reply.py
check "unfolds a symbol of a file" \
    has "return t" "$cmem" code unfold src/reply.py helper
check "a member by its class" \
    has "return parse_reply" "$cmem" code unfold main.py Client.ask
check "the innermost at a line" \
    has "Client.ask" "$cmem" code unfold main.py:6
check "a symbol wherever it is" \
    has "src/reply.py:6" "$cmem" code unfold helper
check "everything, for programs" has \
    '"qualified":"Client.ask","kind":"method","file":"main.py","line":5,"end_line":6' \
    "$cmem" code symbols --json
check "below a path" lacks Client "$cmem" code symbols --json src
check "goes on behind a file" has '"name":"helper"' \
    "$cmem" code symbols --json --after main.py
check "and says what it left out" has '"left_out":2,"after":"main.py"' \
    "$cmem" code symbols --json -n 1
check "status" has "2 files" "$cmem" index --status
check "coverage" has "python" "$cmem" index --coverage

# A hook's event brings an edit at once.
printf 'def renamed_by_edit():\n    return 1\n' >"$p/src/reply.py"
printf '{"session_id":"s1","cwd":"%s","hook_event_name":"PostToolUse","tool_name":"Edit","tool_use_id":"t1","tool_input":{"file_path":"%s/src/reply.py","old_string":"a","new_string":"b"},"tool_response":{}}' \
    "$p" "$p" | hook post-tool-use
check "an edited file is indexed from its event" \
    wait_for 5 has renamed_by_edit "$cmem" code search renamed_by_edit
check "what it had is gone" lacks src/reply.py "$cmem" code search helper

"$cmem" index "$p/src" >/dev/null 2>&1
printf 'def in_both_trees():\n    return 1\n' >"$p/src/reply.py"
printf '{"session_id":"s1","cwd":"%s","hook_event_name":"PostToolUse","tool_name":"Write","tool_use_id":"t2","tool_input":{"file_path":"%s/src/reply.py","content":"x"},"tool_response":{}}' \
    "$p" "$p" | hook post-tool-use
check "in the tree that it is in" wait_for 5 has reply.py:1 \
    "$cmem" code search in_both_trees --dir "$p/src"
check "and in the one around that" wait_for 5 has src/reply.py:1 \
    "$cmem" code search in_both_trees --dir "$p"
"$cmem" index --drop "$p/src" >/dev/null 2>&1
printf 'def renamed_by_edit():\n    return 1\n' >"$p/src/reply.py"

# The end of a turn brings what was changed in other ways.
printf 'def made_by_a_shell(): pass\n' >"$p/src/shell.py"
turn_ends() {
    printf '{"session_id":"s1","cwd":"%s/src","hook_event_name":"Stop"}' "$p" |
        hook stop >/dev/null
    "$cmem" code search made_by_a_shell
}
check "what a shell wrote is there when the turn has ended" \
    wait_for 12 turn_ends
rm "$p/src/shell.py"
rm main.py
check "a deleted file goes" has "1 files" "$cmem" index
check "with its symbols" status_is 1 "$cmem" code search Client

check "rebuild keeps the tree and scans it again" \
    has indexed "$cmem" rebuild --no-wait
check "soon" wait_for 5 has src/reply.py "$cmem" code search renamed_by_edit
check "a directory that is not there" \
    status_is 1 "$cmem" index "$dir/none"
kill_worker
printf 'def after_the_kill(): pass\n' >"$p/src/late.py"
check "a killed worker's index goes on" has "2 files" "$cmem" index
check "and is whole" has src/late.py "$cmem" code search after_the_kill

key=$(printf 'ghp_%s%s' abcdefghijklmnopqr stuvwxyz0123456789)
printf '#define KEY "%s"\n/* or %s */\nint f(void);\n' "$key" "$key" >"$p/src/key.h"
"$cmem" index >/dev/null 2>&1
check "a credential in code is not stored" \
    lacks "$key" "$cmem" code search KEY
check "nowhere" sh -c '! grep -qaF -- "$1" "$2"/cmem.db*' - "$key" "$CMEM_HOME"
check "its definition is" has "redacted" "$cmem" code search KEY

mkdir "$dir/second"
echo 'def lonely(): pass' >"$dir/second/a.py"
"$cmem" index "$dir/second" >/dev/null 2>&1
check "a scan that is not waited for is begun" has "begun: cmem index --status" \
    "$cmem" index --no-wait "$dir/second"
mkdir "$dir/third"
echo '/*' >"$dir/third/.gitignore"
cp "$dir/second/a.py" "$dir/third"
check "a tree whose rules leave out everything says so" \
    has "entries are left out by .gitignore" "$cmem" index "$dir/third"
echo '!/*' >"$dir/third/.cmemignore"
check "and how it is taken back" has "1 files, 1 parsed" \
    "$cmem" index "$dir/third"
"$cmem" index --drop "$dir/third" >/dev/null 2>&1
check "one tree is dropped" has "not indexed any more" "$cmem" index --drop
check "and not the other" has lonely "$cmem" code search lonely \
    --dir "$dir/second"
check "what is not indexed cannot be" status_is 1 "$cmem" index --drop
check "the last one, too" has "not indexed any more" \
    "$cmem" index --drop "$dir/second"
check "then there is none" status_is 1 "$cmem" index --status
done_testing
