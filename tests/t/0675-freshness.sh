#!/bin/sh
# 0675-freshness.sh - a session edits a function; later it is changed, moved,
# renamed, deleted: each time show, context, search, stale and blame say so.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/code.inc"
export CMEM_PROVIDER=none TZ=UTC
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
unset COLUMNS NO_COLOR PAGER
cmem="$BIN/cmem"
mkdir -p "$dir/app/src"
cd "$dir/app" || exit 1
git init -q -b main .

body() { # body NAME: the function as the session leaves it
    printf 'def %s(reply, now):\n    """Seconds to wait, as the server said."""\n    value = reply.headers.get("Retry-After")\n    if value is None:\n        return 1.0\n    if value.isdigit():\n        return min(float(value), 60.0)\n    return max(0.0, parse_date(value) - now)\n' "$1"
}
rest() { printf '\n\ndef parse_date(text):\n    return to_seconds(text.strip())\n'; }
{ body retry_after | grep -v 'min(float' | sed 's/if value.isdigit():/if value.isdigit(): return float(value)/'; rest; } >src/net.py
git add . && git commit -qm one

# An edit of a file, done and told as the client does.
cat >"$dir/edit.mjs" <<'END'
import fs from 'node:fs';
const [path, oldString, newString] = process.argv.slice(2);
const file = process.cwd() + '/' + path;
const originalFile = fs.readFileSync(file, 'utf8');
const now = originalFile.replace(oldString, () => newString);
fs.writeFileSync(file, now);
const at = originalFile.slice(0, originalFile.indexOf(oldString)).split('\n').length;
const from = originalFile.split('\n'), to = now.split('\n');
const more = to.length - from.length, count = oldString.split('\n').length;
const structuredPatch = [{
    oldStart: at, oldLines: count, newStart: at, newLines: count + more,
    lines: [...from.slice(at - 1, at - 1 + count).map((l) => '-' + l),
            ...to.slice(at - 1, at - 1 + count + more).map((l) => '+' + l)],
}];
console.log(JSON.stringify({
    session_id: 'story', cwd: process.cwd(), hook_event_name: 'PostToolUse',
    tool_name: 'Edit', tool_use_id: 'edit' + Date.now(),
    tool_input: {file_path: file, old_string: oldString, new_string: newString},
    tool_response: {filePath: file, oldString, newString, originalFile,
                    structuredPatch, userModified: false, replaceAll: false},
}));
END
event() { # event HOOK NAME REST [SESSION]
    printf '{"session_id":"%s","cwd":"%s","hook_event_name":"%s"%s}' \
        "${4:-story}" "$PWD" "$2" "$3" | hook "$1"
}
says() { # says TEXT COMMAND...
    want=$1
    shift
    "$@" >"$dir/out" 2>&1
    grep -qF -- "$want" "$dir/out" || { cat "$dir/out"; return 1; }
}
starts=0
start() { # what a session that begins now is given
    starts=$((starts + 1))
    event session-start SessionStart ',"source":"startup"' "later$starts"
}
# On a busy machine the worker's answer may be late, and what is printed the
# block of before.
start_says() {
    wait_for 10 says "$1" start || { cat "$dir/out"; return 1; }
}
start_lacks() {
    wait_for 10 lacks "$1" start || { start; return 1; }
}

event session-start SessionStart ',"source":"startup"' >/dev/null
event user-prompt UserPromptSubmit \
    ',"prompt":"Bound the wait in retry_after to a minute"' >/dev/null
node "$dir/edit.mjs" src/net.py '    if value.isdigit(): return float(value)' \
    '    if value.isdigit():
        return min(float(value), 60.0)' >"$dir/edit.json"
hook post-tool-use <"$dir/edit.json" >/dev/null
event stop Stop ',"last_assistant_message":"Decision: retry_after waits a minute at most, because the server once said a day."' >/dev/null
git add . && git commit -qm two

m=
cites() {
    m=$("$cmem" search --json retry_after -n 30 | tr '{' '\n' |
        sed -n 's/^"id":"#\([0-9]*\)","kind":"observation".*/\1/p' |
        while read -r id; do
            "$cmem" show --json "$id" | grep -q '"symbol":"retry_after"' &&
                echo "$id"
        done | head -n 1)
    [ -n "$m" ]
}
check "a memory cites the function" wait_for 20 cites
cites
check "the code is indexed" says "1 files" "$cmem" index

check "it is as it was" says "retry_after  as it was" "$cmem" show "$m"
check "the session tells what it changed" \
    says "src/net.py:1-8  retry_after  as it was" "$cmem" show s1
check "nothing is stale" status_is 1 "$cmem" stale
check "of those that cite code" says "0 of" "$cmem" stale
check "nothing is said of what holds" lacks "code " "$cmem" search retry_after
check "nor at a session's start" start_lacks "(code"
check "blame knows who, and what had been asked" \
    says "asked: Bound the wait" "$cmem" blame src/net.py:3
check "a line means the definition around it" \
    says "src/net.py:1-8  retry_after" "$cmem" blame src/net.py:3
check "and the memory" says "#$m" "$cmem" blame src/net.py retry_after
check "of all the file, too" says "retry_after 1-8" "$cmem" blame src/net.py
check "a line outside of any" status_is 1 "$cmem" blame src/net.py:9

# Changed by somebody else, and further down.
{ printf 'import time\n\n\n'; body retry_after | sed 's/60.0/30.0/'; rest; } >src/net.py
"$cmem" index >/dev/null 2>&1
check "changed: show says so, and where it is now" \
    says "retry_after  changed, now 4-11" "$cmem" show "$m"
check "search, before the title" \
    says "(code changed since) " "$cmem" search retry_after
check "and for programs" \
    says '"freshness":{"state":"changed"' "$cmem" search --json retry_after
check "timeline" says "(code changed since) " "$cmem" timeline "$m"
check "context" says "(code changed since):" "$cmem" context
check "and what the hook of a session's start prints" \
    start_says "(code changed since):"
check "stale lists it" says "retry_after  changed, now 4-11" "$cmem" stale
check "and counts" says "1 changed" "$cmem" stale
check "shows what it was" \
    says "-        return min(float(value), 60.0)" "$cmem" stale --diff
check "and what it is" \
    says "+        return min(float(value), 30.0)" "$cmem" stale --diff "$m"
check "the session, too" says "retry_after  changed" "$cmem" show s1
check "blame goes on" says "asked: Bound" "$cmem" blame src/net.py:6

# Moved.
{ printf 'import time\n'; rest; } >src/net.py
{ printf '# waiting\n\n\n'; body retry_after; } >src/wait.py
"$cmem" index >/dev/null 2>&1
check "moved: show says where to" \
    says "moved to src/wait.py:4-11" "$cmem" show "$m"
check "search" says "(now in src/wait.py) " "$cmem" search retry_after
check "context" says "(now in src/wait.py):" "$cmem" context
check "the hook" start_says "(now in src/wait.py):"
check "stale" says "1 moved" "$cmem" stale
check "blame of where it is tells who wrote it where it was" \
    says "asked: Bound the wait" "$cmem" blame src/wait.py:7
check "and what it was" \
    says "before that src/net.py  retry_after" "$cmem" blame src/wait.py:7
check "blame of where it was tells where it is" \
    says "now src/wait.py:4-11" "$cmem" blame src/net.py retry_after

# Renamed.
{ printf '# waiting\n\n\n'; body seconds_to_wait; } >src/wait.py
"$cmem" index >/dev/null 2>&1
check "renamed: show says how it is called" \
    says "moved to src/wait.py:4-11 seconds_to_wait" "$cmem" show "$m"
check "blame follows it back" says "before that src/net.py  retry_after" \
    "$cmem" blame src/wait.py:seconds_to_wait

# Deleted, and the file that it was in.
rm src/net.py
printf '# nothing\n' >src/wait.py
"$cmem" index >/dev/null 2>&1
check "deleted: show says so" says "retry_after  gone" "$cmem" show "$m"
check "search" says "(code gone) " "$cmem" search retry_after
check "the hook" start_says "(code gone):"
check "stale" says "1 gone" "$cmem" stale
check "shows what it was, whole" says "-def retry_after(reply, now):" \
    "$cmem" stale --diff
check "blame works for a file that is no more" \
    says "asked: Bound the wait" "$cmem" blame src/net.py:retry_after
check "and says that it is gone" says "gone" \
    "$cmem" blame src/net.py:retry_after
check "of a file that nobody changed" status_is 1 "$cmem" blame src/none.py

# Without an index nobody says anything.
"$cmem" index --drop >/dev/null 2>&1
check "not indexed: stale says what to do" says "cmem index" "$cmem" stale
check "and fails" status_is 1 "$cmem" stale
check "search says nothing" lacks "(code" "$cmem" search retry_after
check "nor does the start" start_lacks "(code"
check "show still says what is cited" \
    says "retry_after  not known" "$cmem" show "$m"
done_testing
