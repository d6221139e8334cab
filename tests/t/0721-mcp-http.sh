#!/bin/sh
# 0721-mcp-http.sh - the Model Context Protocol over HTTP, beside cmem mcp.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"

with_sanitizers

mkdir "$dir/work" "$dir/other"
cd "$dir/work" || exit 1
"$BIN/cmem" config set idle_exit_s 600 >/dev/null
"$BIN/cmem" serve >/dev/null
M=$(cat "$CMEM_HOME/http.address")/mcp
AUTH="Authorization: Bearer $(cat "$CMEM_HOME/http.token")"
type=application/json
accept="application/json, text/event-stream"
NEW="MCP-Protocol-Version: 2025-11-25"
HERE="$M?cwd=$dir/work"

# send CURL-ARGUMENT...: the status; head and body go to $dir/head and body.
send() {
    curl -s -m 20 -o "$dir/body" -D "$dir/head" -w '%{http_code}\n' \
        -H "$AUTH" -H "Content-Type: $type" -H "Accept: $accept" "$@"
}
is() { # is STATUS CURL-ARGUMENT...
    want=$1
    shift
    got=$(send "$@")
    [ "$got" = "$want" ] ||
        { echo "$got, not $want"; cat "$dir/body"; echo; false; }
}
has() { grep -qi -- "$1" "$dir/${2:-body}" || { cat "$dir/${2:-body}"; false; }; }
lacks() { ! has "$@" >/dev/null; }
call() { # call TOOL ARGUMENTS [ID]
    printf '{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"%s","arguments":%s}}' \
        "${3:-1}" "$1" "$2"
}
init() { # init VERSION
    printf '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s","capabilities":{"roots":{}},"clientInfo":{"name":"t","version":"1"}}}' \
        "$1"
}
ping='{"jsonrpc":"2.0","id":1,"method":"ping"}'
# same MESSAGE: is the reply byte for byte that of cmem mcp, in this directory?
same() {
    { init 2025-11-25; echo; echo "$1"; } | "$BIN/cmem" mcp |
        sed 1d | grep -v '"method":"roots/list"' >"$dir/stdio"
    send "$HERE" -H "$NEW" -d "$1" >/dev/null
    echo >>"$dir/body"
    [ "$(wc -c <"$dir/stdio")" -gt 40 ] && diff "$dir/stdio" "$dir/body"
}

# --- who is let in ---
nobody() {
    [ "$(curl -s -o "$dir/body" -w '%{http_code}' -d "$ping" "$M")" = 401 ]
}
check "without the token: 401" nobody
check "a page of another origin: 403" is 403 "$M" -d "$ping" \
    -H "Origin: http://example.org"

# --- the handshake ---
check "initialize" is 200 "$M" -d "$(init 2025-06-18)"
check "agrees on the version" has '"protocolVersion":"2025-06-18"'
check "as JSON" has '^content-type: application/json' head
check "with a name for the session" has '^mcp-session-id: [0-9a-f]\{32\}.$' head
session=$(sed -n 's/^mcp-session-id: \([0-9a-f]*\).*/\1/pI' "$dir/head")
check "a version that is not known" is 200 "$M" -d "$(init 1999-01-01)"
check "is answered with the newest" has '"protocolVersion":"2025-11-25"'
check "a notification: 202" is 202 "$M" -H "$NEW" \
    -d '{"jsonrpc":"2.0","method":"notifications/initialized"}'
check "and nothing else" [ ! -s "$dir/body" ]
check "an answer: 202" is 202 "$M" -H "$NEW" \
    -d '{"jsonrpc":"2.0","id":1,"result":{}}'
check "which others do not get" lacks mcp-session-id head
check "and which need not be it" is 200 "$M" -H "$NEW" \
    -H "Mcp-Session-Id: 12345" -d "$ping"
check "there is no stream to listen to: 405" is 405 "$M" -G
check "which takes POST" has '^allow: POST' head
check "and no session to end: 405" is 405 "$M" -X DELETE

# --- the header ---
check "a version of the header that is not known: 400" is 400 "$M" \
    -H "MCP-Protocol-Version: 1999-01-01" -d "$ping"
check "which says those that are" has '"code":-32600.*2025-11-25'
tools='{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
check "tools/list, without the header" is 200 "$M" -d "$tools"
check "is that of 2025-03-26" lacks outputSchema
for v in 2025-06-18 2025-11-25; do
    check "tools/list of $v" is 200 "$M" -H "mcp-protocol-version: $v" \
        -d "$tools"
    check "is that of $v" has outputSchema
done
check "a batch in 2025-03-26" is 200 "$M" \
    -H "MCP-Protocol-Version: 2025-03-26" -d "[$ping]"
check "is answered by one" has '^\[{"jsonrpc":"2.0","id":1,"result":{}}\]$'
check "notifications alone are not" is 202 "$M" \
    -d '[{"jsonrpc":"2.0","method":"notifications/initialized"}]'
check "in the newer ones there are none: 400" is 400 "$M" -H "$NEW" -d "[$ping]"

# --- what is taken ---
accept=text/event-stream
check "who takes no JSON: 406" is 406 "$M" -d "$ping"
check "is told so" has '"code":-32600.*application/json'
accept='*/*'
check "who takes all: 200" is 200 "$M" -d "$ping"
accept="application/json, text/event-stream"
type=text/plain
check "another type of content: 415" is 415 "$M" -d "$ping"
type=application/json
check "what is not JSON: 400" is 400 "$M" -H "$NEW" -d '{"jsonrpc":'
check "in the protocol's words" has '"code":-32700'
check "nothing at all: 400" is 400 "$M" -H "$NEW" -d ''
check "what is no message: 400" is 400 "$M" -H "$NEW" -d '{"id":1}'
check "a method that is not there is answered" is 200 "$M" -H "$NEW" \
    -d '{"jsonrpc":"2.0","id":7,"method":"no/such"}'
check "with the protocol's error" has '"id":7,"error":{"code":-32601'
check "an unknown tool, too" is 200 "$M" -H "$NEW" -d "$(call unheard '{}')"
check "with another one" has '"code":-32602'
check "a directory is absolute: 400" is 400 "$M?cwd=work" -d "$ping"
{
    printf '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"'
    head -c 3000000 /dev/zero | tr '\0' 'x'
    printf '"}}'
} >"$dir/long"
check "a message of 3 MB is read" is 200 "$M" -H "$NEW" -d "@$dir/long"
{ cat "$dir/long" "$dir/long"; } >"$dir/longer"
check "one of 6 MB is not" is 400 "$M" -H "$NEW" -d "@$dir/longer"

# --- the same as over pipes ---
check "an empty memory" same "$(call search '{"query":"pump"}')"
check "remember" is 200 "$HERE" -H "$NEW" -d \
    "$(call remember '{"text":"The pump runs backwards when the fuse is warm","type":"discovery"}')"
check "tells the number" has '"text":"Remembered as #1."'
check "tools/list is that of cmem mcp" same "$tools"
check "search is" same "$(call search '{"query":"pump fuse"}')"
check "and finds" has '#1 '
check "wrong arguments are" same "$(call search '{"since":"whenever"}')"
check "and an answer to the model" has '"isError":true'
check "get_observations is" same "$(call get_observations '{"ids":[1]}')"
used() { # used TIMES: the first memory was opened so often
    "$BIN/cmem" show 1 --json >"$dir/show"
    grep -q "\"used\":{\"times\":$1," "$dir/show" ||
        { cat "$dir/show"; false; }
}
check "opened by either, it was used twice" wait_for 5 used 2
check "code that is not indexed is" same "$(call smart_search '{"query":"main"}')"
check "the context block is" same \
    '{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"cmem://context"}}'
check "a prompt is" same \
    '{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"recall","arguments":{"topic":"pump"}}}'
check "a note of the assistant" has '#1 '

# --- which project ---
say() { call remember "{\"text\":\"$1\"}"; }
find='{"query":"pump fan turbine"}'
check "remember in another directory" is 200 "$M?cwd=$dir/other" -H "$NEW" \
    -d "$(say 'The fan is at the other place')"
check "search there" is 200 "$M?cwd=$dir/other" -H "$NEW" -d "$(call search "$find")"
check "finds it" has 'in project other.*The fan is'
check "and not what is said here" lacks 'The pump'
check "without a directory" is 200 "$M" -H "$NEW" -d "$(call search "$find")"
check "all projects are asked" has 'The fan is'
check "this one, too" has 'The pump'
check "and what is remembered so" is 200 "$M" -H "$NEW" \
    -d "$(say 'Turbines are everywhere')"
check "is" is 200 "$HERE" -H "$NEW" -d "$(call search "$find")"
check "for every project" has 'Turbines are'

# --- several at once ---
batch() {
    printf '['
    i=0
    while [ $i -lt 64 ]; do
        [ $i = 0 ] || printf ','
        if [ $((i % 2)) = 0 ]; then
            call remember "{\"text\":\"Valve $i of the plant leaks\"}" $i
        else
            call search '{"query":"valve plant","limit":1}' $i
        fi
        i=$((i + 1))
    done
    printf ']'
}
batch >"$dir/batch"
check "a batch of 64 that write and read" is 200 "$HERE" -d "@$dir/batch"
check "is answered in their order" node -e '
    const v = JSON.parse(require("fs").readFileSync(process.argv[1]));
    const text = (r) => r.result.content[0].text;
    process.exit(v.length === 64 && v.every((r, i) => r.id === i &&
        (i % 2 ? text(r).includes("Valve") :
            text(r).startsWith("Remembered"))) ? 0 : 1);' "$dir/body"
check "and the worker serves on" is 200 "$M" -H "$NEW" -d "$ping"

# --- what takes long ---
# A reranker that waits for its gate to be opened.
cat >"$dir/late" <<'EOS'
#!/bin/sh
echo $$ >>"$1/pids"
until [ -e "$1/gate" ]; do command sleep 0.02; done
EOS
chmod +x "$dir/late"
"$BIN/cmem" config set reranker command >/dev/null
"$BIN/cmem" config set reranker_ms 30000 >/dev/null
"$BIN/cmem" config set reranker_command "$dir/late $dir" >/dev/null
started() { [ "$(wc -l <"$dir/pids")" -ge "$1" ]; }
gate() { # gate open|shut
    : >"$dir/pids"
    case $1 in open) : >"$dir/gate" ;; shut) rm -f "$dir/gate" ;; esac
}
gate shut
slow() { # slow NAME ID META [CURL-ARGUMENT...]: a search in the background
    name=$1
    body='{"jsonrpc":"2.0","id":'$2',"method":"tools/call","params":{"name":"search","arguments":{"query":"valve"}'$3'}}'
    shift 3
    curl -s -N -m 60 -o "$dir/$name" -D "$dir/$name.head" -H "$AUTH" \
        -H "Content-Type: $type" -H "Accept: $accept" -H "$NEW" \
        -d "$body" "$@" "$HERE" &
    job=$!
}
slow stream 41 ',"_meta":{"progressToken":"t1"}'
told() { [ "$(grep -c 'notifications/progress' "$dir/stream")" -ge 2 ]; }
check "what takes long is told of, if it asked for that" wait_for 20 told
check "the reply is not there yet" lacks '"id":41' stream
gate open
wait "$job"
check "in an event stream" has '^content-type: text/event-stream' stream.head
check "with its token, and more each time" has \
    'data: .*"progressToken":"t1","progress":1,' stream
check "whose last event is the reply" sh -c \
    "grep '^data: ' '$dir/stream' | tail -n 1 | grep -q '\"id\":41,\"result\"'"
is_plain() {
    has '^content-type: application/json' "$1.head" && has '"id":42' "$1"
}
gate shut
accept=application/json
slow plain 42 ',"_meta":{"progressToken":"t2"}'
slow2=$job
accept="application/json, text/event-stream"
slow silent 42 ''
check "two more" wait_for 20 started 2
slow stream 43 ',"_meta":{"progressToken":"t3"}'
sleeper=$job
tick() { [ -s "$dir/stream" ] && has 't3' stream >/dev/null; }
check "a third waits for its turn and is told, too" wait_for 20 tick
gate open
wait "$slow2" "$sleeper"
check "who takes no stream has the reply alone" is_plain plain
wait
check "and who asked for none" is_plain silent

# Cancelled: by the one who asked, not by another one with the same id.
gate shut
slow mine 7 '' -H "Mcp-Session-Id: $session"
mine=$job
slow theirs 7 '' -H "Mcp-Session-Id: somebody"
other=$job
check "two with one id, in two sessions" wait_for 20 started 2
stop='{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}'
check "a cancellation without a session: 202" is 202 "$M" -H "$NEW" -d "$stop"
check "comes to none" sh -c "kill -0 $mine && kill -0 $other"
check "one of another id: 202" is 202 "$M" -H "$NEW" \
    -H "Mcp-Session-Id: $session" -d \
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":8}}'
check "neither" sh -c "kill -0 $mine && kill -0 $other"
check "one of the session: 202" is 202 "$M" -H "$NEW" \
    -H "Mcp-Session-Id: $session" -d "$stop"
wait "$mine"
check "ends the request" has '^content-type: text/event-stream' mine.head
check "without a reply" [ ! -s "$dir/mine" ]
check "and not that of the other" kill -0 "$other"
gate open
wait "$other"
check "which has its reply" has '"id":7,"result"' theirs
gate shut
slow stream 9 ',"_meta":{"progressToken":5}' -H "Mcp-Session-Id: $session"
begun() { has notifications/progress stream >/dev/null; }
check "one that is told of its progress" wait_for 20 begun
check "is cancelled" is 202 "$M" -H "$NEW" -H "Mcp-Session-Id: $session" \
    -d '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}}'
wait "$job"
check "and its stream ends without a reply" lacks '"id":9' stream
gate open
"$BIN/cmem" config set reranker off >/dev/null

# --- forgetting ---
check "forget" is 200 "$HERE" -H "$NEW" -d "$(call forget '{"ids":["#1"]}')"
check "forgets one" has '"memories":1'
check "and it is gone" same "$(call get_observations '{"ids":["#1"]}')"

# A client that does not wait leaves nothing behind.
curl -s -m 0.05 -o /dev/null -H "$AUTH" -H "Content-Type: $type" \
    -d "@$dir/batch" "$HERE"
check "a client that went away is missed by nobody" is 200 "$M" -H "$NEW" \
    -d "$ping"
pid=$(worker_pid)
check "the worker ends" stop_worker
check "and the sanitizers saw nothing" sh -c \
    "! cat '$dir'/sanitizer.* 2>/dev/null | grep ."
done_testing
