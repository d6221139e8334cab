#!/bin/sh
# 0720-mcp.sh - cmem mcp as a client has it: lines in, lines out, over pipes.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"
mkdir "$dir/work" "$dir/other"
cd "$dir/work" || exit 1

cat >"$dir/get.cjs" <<'END'
// get.cjs FILE ID EXPRESSION: does the reply with that id fulfil it?
const [file, id, expression] = process.argv.slice(2);
const lines = require('fs').readFileSync(file, 'utf8').split('\n')
    .filter(Boolean).map((l) => JSON.parse(l));
const r = lines.find((l) => String(l.id) === id);
const text = r?.result?.content?.[0]?.text ?? '';
const ok = new Function('r', 'text', 'lines', `return (${expression})`)(
    r, text, lines);
if (!ok)
    console.log(JSON.stringify(r ?? lines, null, 1));
process.exit(ok ? 0 : 1);
END
is() { # is NAME ID EXPRESSION: of the last conversation
    check "$1" node "$dir/get.cjs" "$dir/out" "$2" "$3"
}
init() { # init VERSION CAPABILITIES
    printf '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s","capabilities":%s,"clientInfo":{"name":"t","version":"1"}}}\n' \
        "$1" "$2"
    echo '{"jsonrpc":"2.0","method":"notifications/initialized"}'
}
call() { # call ID TOOL ARGUMENTS
    printf '{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"%s","arguments":%s}}\n' \
        "$1" "$2" "$3"
}
talk() { "$BIN/cmem" mcp >"$dir/out" 2>"$dir/err"; }

# --- before anything is there ---
{
    init 2025-11-25 '{}'
    call 1 search '{"query":"pump"}'
    call 2 smart_search '{"query":"main"}'
} | talk
check "it ends with its input, without a word on stderr" [ ! -s "$dir/err" ]
is "an empty memory is told apart from an empty result" 1 \
    'r.result.isError && text.includes("nothing is remembered yet")'
is "code that is not indexed, too" 2 'r.result.isError'

# --- writing and finding ---
{
    init 2025-11-25 '{}'
    call 1 remember '{"text":"The pump runs backwards when the fuse is warm","type":"discovery"}'
    call 2 search '{"query":"pump fuse"}'
    call 3 get_observations '{"ids":[1]}'
    call 4 timeline '{"anchor":"#1"}'
    call 5 remember '{"text":"The pump runs backwards when the fuse is warm"}'
} | talk
is "the handshake" 0 'r.result.protocolVersion === "2025-11-25" &&
    r.result.instructions.includes("timeline")'
is "remember starts a worker and writes" 1 'text === "Remembered as #1."'
is "what is written is found" 2 'text.includes("#1 ") &&
    r.result.structuredContent.results[0].id === "#1"'
is "as what the assistant said, not the user" 2 \
    'r.result.structuredContent.results[0].from === "assistant"'
is "its text whole" 3 'text.includes("  | The pump runs backwards")'
is "its time" 4 'text.includes("> #1 ")'
is "said again it is known" 5 'text.includes("Known already as #1")'

# --- versions ---
{ init 2025-03-26 '{}'; echo '[{"jsonrpc":"2.0","id":1,"method":"ping"}]'; } |
    talk
check "a batch in the oldest version" grep -q '^\[{.*"result":{}}\]$' "$dir/out"
{
    init 2025-06-18 '{}'
    echo '[{"jsonrpc":"2.0","id":1,"method":"ping"}]'
    printf '{"jsonrpc":"2.0","id":2,"method":"pi'
} | talk
check "none in the newer ones" grep -q -- '-32600' "$dir/out"
check "a line that ends too early is one that cannot be read" \
    grep -q -- '-32700' "$dir/out"

# --- bounds ---
{
    init 2025-11-25 '{}'
    head -c 6000000 /dev/zero | tr '\0' 'x'
    echo
    echo '{"jsonrpc":"2.0","id":1,"method":"ping"}'
    i=0
    while [ $i -lt 300 ]; do
        call "\"q$i\"" search '{}'
        i=$((i + 1))
    done
} | talk
is "a line that is too long is refused and passed over" 1 \
    'r.result && lines.some((l) => l.error?.code === -32600)'
check "three hundred questions at once are each answered or refused" \
    [ "$(wc -l <"$dir/out")" = 303 ]

# --- a conversation that goes on ---
mkfifo "$dir/to"
"$BIN/cmem" mcp <"$dir/to" >"$dir/out" 2>"$dir/err" &
server=$!
exec 3>"$dir/to"
has() { grep -q "$1" "$dir/out"; }
init 2025-11-25 '{"roots":{}}' >&3
check "a client with roots is asked for them" wait_for 5 has '"roots/list"'
call 1 remember '{"text":"Said at another place"}' >&3
echo '{"jsonrpc":"2.0","id":2,"method":"ping"}' >&3
check "a ping is answered while a question waits for them" \
    wait_for 5 has '"id":2,"result":{}'
check "which waits" sh -c "! grep -q '\"id\":1,\"result\"' '$dir/out'"
printf '{"jsonrpc":"2.0","id":1,"result":{"roots":[{"uri":"file://%s"}]}}\n' \
    "$dir/other" >&3
check "then it is answered" wait_for 5 has '"id":1,"result":{"content"'
at_other() { (cd "$dir/other" && "$BIN/cmem" search another) | grep -q Said; }
check "in the project of the root" at_other
check "and not in that of the directory" \
    sh -c "! '$BIN/cmem' search another | grep -q '^#.*Said'"

pid=$(worker_pid) && kill -STOP "$pid"
call 3 remember '{"text":"While the worker hangs"}' |
    sed 's/"arguments"/"_meta":{"progressToken":"p"},"arguments"/' >&3
check "progress is told of what takes long" \
    wait_for 10 has '"progressToken":"p","progress":1'
echo '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}' >&3
echo '{"jsonrpc":"2.0","id":4,"method":"ping"}' >&3
check "pings are answered meanwhile" wait_for 5 has '"id":4,"result":{}'
kill -KILL "$pid"
call 5 remember '{"text":"A new worker writes this"}' >&3
check "a worker that was killed is replaced" \
    wait_for 20 has '"id":5,"result":{"content":\[{"type":"text","text":"Rem'
check "what was cancelled is not answered" sh -c "! grep -q '\"id\":3' '$dir/out'"
exec 3>&-
wait "$server"
check "and it ends well" [ $? = 0 ]

# --- a client that goes away ---
{
    init 2025-11-25 '{}'
    call 1 search '{}'
} | "$BIN/cmem" mcp | head -c 1 >/dev/null
check "a reader that is gone ends it quietly" [ $? = 0 ]
done_testing
