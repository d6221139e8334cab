#!/bin/sh
# 0107-secrets.sh - a secret is in no file of cmem, by whatever door it came:
# hooks, transcripts, notes, edits, imported lines, MCP, HTTP, mem0, the index.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"
export CMEM_PROVIDER=none
cmem=$BIN/cmem
mkdir -p "$dir/app" "$dir/t"
cd "$dir/app" || exit 1
git init -q .

# key N: looks like a token, and is another one for each door.
key() { printf 'ghp_%s%02d' abcdefghijklmnopqrstuvwxyz01234567 "$1"; }
event() { # event HOOK NAME REST
    printf '{"session_id":"s","cwd":"%s","hook_event_name":"%s",%s}' \
        "$dir/app" "$2" "$3" | hook "$1" >/dev/null
}
# kept N WORD...: what came with the secret is there, the secret is not.
kept() {
    n=$1
    shift
    wait_for 20 there "$@" || { echo "$* is nowhere"; return 1; }
    if grep -rlaF "$(key "$n")" "$CMEM_HOME"; then
        return 1
    fi
}
there() { cat "$CMEM_HOME"/cmem.db* 2>/dev/null | grep -qa -- "$1"; }

event user-prompt UserPromptSubmit \
    "\"prompt\":\"The petrel token is $(key 1) for now\""
check "a prompt" kept 1 petrel
event post-tool-use PostToolUse "\"tool_name\":\"Bash\",\"tool_use_id\":\"t1\",
    \"tool_input\":{\"command\":\"export DUNLIN=$(key 2)\"},
    \"tool_response\":{\"stdout\":\"the godwit said $(key 3)\"}"
check "a tool's input" kept 2 DUNLIN
check "and output" kept 3 godwit
printf 'no JSON, a curlew and %s' "$(key 4)" | hook stop
check "what is no JSON" kept 4 curlew
event stop Stop "\"last_assistant_message\":\"Decision: the plover keeps $(key 5) because it must.\""
check "an answer, and what is made of it" kept 5 plover

printf '{"type":"user","uuid":"u","sessionId":"old","cwd":"%s","timestamp":"2026-02-01T10:00:00.000Z","message":{"role":"user","content":"Show the avocet %s"}}\n' \
    "$dir/app" "$(key 6)" >"$dir/t/old.jsonl"
"$cmem" import claude-code "$dir/t" >/dev/null 2>&1
check "a transcript" kept 6 avocet

"$cmem" add --title "Turnstone $(key 7)" "the turnstone has $(key 8)" >/dev/null
check "a note" kept 8 turnstone
check "its title" kept 7 Turnstone
"$cmem" search --all --json turnstone >"$dir/found"
id=$(sed -n 's/.*"results":\[{"id":"#\([0-9]*\)".*/\1/p' "$dir/found")
"$cmem" edit "$id" --text "the whimbrel has $(key 9)" \
    --metadata "{\"sanderling\":\"$(key 10)\"}" >/dev/null
check "an edited text" kept 9 whimbrel
check "and metadata" kept 10 sanderling
printf '{"text":"the redshank has %s","metadata":{"knot":"%s"}}\n' \
    "$(key 11)" "$(key 12)" | "$cmem" import --format jsonl - >/dev/null
check "an imported line" kept 11 redshank
check "and its metadata" kept 12 knot

call='{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"remember","arguments":{"text":"the ruff has '$(key 13)'"}}}'
{
    echo '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}'
    echo "$call"
} | "$cmem" mcp >/dev/null
check "what an agent remembers" kept 13 ruff

"$cmem" serve >/dev/null
A=$(cat "$CMEM_HOME/http.address")
post() { # post PATH BODY
    curl -s --noproxy '*' -m 20 -o "$dir/body" -H "Content-Type: application/json" \
        -H "Authorization: Bearer $(cat "$CMEM_HOME/http.token")" -d "$2" "$A$1"
}
post /api/v1/add "{\"text\":\"the stint has $(key 14)\"}"
check "a note over HTTP" kept 14 stint
post /v3/memories/add/ '{"infer":false,"user_id":"u","messages":"the snipe has '"$(key 15)"'","metadata":{"woodcock":"'"$(key 16)"'"}}'
check "a program's memory" kept 15 snipe
check "and its metadata" kept 16 woodcock
post /v3/memories/add/ '{"user_id":"u","messages":[{"role":"user","content":"I always keep the phalarope beside '"$(key 17)"'"}]}'
check "a program's messages" kept 17 phalarope
post /v3/memories/add/ '{"user_id":"u","messages":[{"role":"user","content":"I never feed the dotterel"}],"metadata":{"pratincole":"'"$(key 20)"'"}}'
check "and their metadata" kept 20 pratincole

# An edit brings the whole file, of which the function that it changed is kept.
event post-tool-use PostToolUse "\"tool_name\":\"Edit\",\"tool_use_id\":\"t2\",
    \"tool_input\":{\"file_path\":\"$dir/app/gull.py\",\"old_string\":\"one\",\"new_string\":\"two\"},
    \"tool_response\":{\"filePath\":\"$dir/app/gull.py\",\"oldString\":\"one\",\"newString\":\"two\",
    \"originalFile\":\"def kittiwake():\\n    fulmar = '$(key 21)'\\n    return one\\n\",
    \"structuredPatch\":[{\"oldStart\":3,\"oldLines\":1,\"newStart\":3,\"newLines\":1,
    \"lines\":[\"-    return one\",\"+    return two\"]}]}"
check "a function that was edited" kept 21 fulmar

printf 'def oystercatcher(x="%s"):\n    """Has %s."""\n' \
    "$(key 18)" "$(key 18)" >bird.py
"$cmem" index >/dev/null 2>&1
check "code that is indexed" kept 18 bird.py

kill_worker
event user-prompt UserPromptSubmit "\"prompt\":\"The lapwing lost $(key 19)\""
check "what waited for a worker" wait_for 20 there lapwing
spooled() { ! grep -rqaF "$(key 19)" "$CMEM_HOME"; }
check "is nowhere once it was taken" wait_for 20 spooled
done_testing
