#!/bin/sh
# 0722-http-elsewhere.sh - over HTTP, too, a search asks the remote embedder and
# the reranker that are set, and nobody else waits for them.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"
cd "$dir" || exit 1

with_sanitizers

begin() { # begin LINE...: a fresh home with these settings, served
    rm -rf "$CMEM_HOME"
    mkdir -p "$CMEM_HOME"
    for line; do echo "$line"; done >"$CMEM_HOME/config"
    echo "idle_exit_s = 600" >>"$CMEM_HOME/config"
    echo "OPENAI_API_KEY=loopback" >"$CMEM_HOME/keys"
    chmod 600 "$CMEM_HOME/keys"
    i=0
    while [ $i -lt 8 ]; do
        i=$((i + 1))
        echo "{\"id\":\"m$i\",\"user\":\"ada\",\"text\":\"The socket path of service n$i is kept beside file x$i\",\"time\":\"2026-01-1${i}T10:00:00Z\"}"
    done >in.jsonl
    "$BIN/cmem" import --format=jsonl in.jsonl >/dev/null
    "$BIN/cmem" serve >/dev/null
    URL=$(cat "$CMEM_HOME/http.address")
    AUTH="Authorization: Bearer $(cat "$CMEM_HOME/http.token")"
}
leave() {
    check "the worker leaves" stop_worker
    stop_serving
}
get() { # get PATH [SECONDS]: into the file out
    curl -s -f -m "${2:-20}" -H "$AUTH" "$URL$1" >out
}
post() { # post PATH BODY
    curl -s -f -m 20 -H "$AUTH" -H "Content-Type: application/json" \
        -d "$2" "$URL$1" >out
}
find='/api/v1/search?words=socket+path&all=true'
search() { get "$find$*"; }
mcp() {
    post /mcp '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"'"$1"'","all":true}}}'
}
is() { # is EXPRESSION: true of what came, which is j
    node -e "const j = JSON.parse(require('fs').readFileSync('out'));
        if (!($1)) { console.log(JSON.stringify(j)); process.exit(1); }"
}
asked() { # asked WORDS: the embedder got them
    grep '"openai-embed"' "$dir/log.jsonl" | grep -q "\"$1\""
}

# --- the embedder ---------------------------------------------------------------

serve '{"routes":[{"match":{"user":"^slowly"},"turns":[{"hang":true}]},
    {"match":{"user":"^never"},"turns":[{"status":503}]}],
    "turns":[{"embed":{}}]}'
begin "embedder = openai" "embedder_url = http://127.0.0.1:$port/v1"
settled() {
    "$BIN/cmem" status --json | grep -q '"vectors":8,"vectors_of":8'
}
check "memories get vectors" wait_for 30 settled
check "a search" get "/api/v1/search?words=where+is+it+kept&all=true&explain=true"
check "has the query embedded" asked "where is it kept"
check "and goes by it" is "j.results[0].signals.meaning > 0"
was=$(calls)
check "the same again" get "/api/v1/search?words=where+is+it+kept&all=true"
check "asks nobody" [ "$(calls)" = "$was" ]
check "a search of mem0's" post /v2/memories/search/ \
    '{"query":"mem0 asks","filters":{"AND":[{"user_id":"ada"}]}}'
check "has, too" asked "mem0 asks"
check "a tool's" mcp "an agent asks"
check "has, too" asked "an agent asks"
check "one that is refused" get "/api/v1/search?words=never+socket&all=true"
check "goes by words" is "j.results.length > 0"

# More that hang than there are readers: others are answered meanwhile.
slow() {
    curl -s -m 20 -H "$AUTH" -o "$dir/slow.$1" -w '%{http_code}\n' \
        "$URL/api/v1/search?words=slowly+socket+$1&all=true" >"$dir/code.$1"
}
jobs=
for n in 1 2 3 4 5 6 7 8; do
    slow $n &
    jobs="$jobs $!"
done
hanging() { [ "$(grep -c '"slowly socket' "$dir/log.jsonl")" = 8 ]; }
check "eight wait for the embedder" wait_for 15 hanging
check "nobody else does" get "/api/v1/sessions?all=true" 1.5
# shellcheck disable=SC2086 # a list
wait $jobs
answered() {
    for n in 1 2 3 4 5 6 7 8; do
        [ "$(cat "$dir/code.$n")" = 200 ] &&
            grep -q '"results":\[{' "$dir/slow.$n" || return 1
    done
}
check "and they go by words when their time is up" answered

slow 9 &
job=$!
waits() { grep -q '"slowly socket 9"' "$dir/log.jsonl"; }
check "one waits" wait_for 15 waits
leave
wait $job

# --- the model as reranker --------------------------------------------------------

serve '{"routes":[{"match":{"system":"You judge which notes"},
    "turns":[{"json":{"scores":[{"id":8,"score":95},{"id":2,"score":30}]}},
        {"json":{"scores":[{"id":8,"score":95},{"id":2,"score":30}]}},
        {"json":{"scores":[{"id":8,"score":95},{"id":2,"score":30}]}},
        {"prose":"I would rather not say."},
        {"hang":true}]}]}'
begin "embedder = off" "provider = openai" "model = test-model" \
    "base_url = http://127.0.0.1:$port/v1" "reranker = model" \
    "reranker_ms = 20000"
check "rerank=false" search "&rerank=false"
check "asks nobody" is "!j.reranker"
plain=$(node -e 'console.log(JSON.parse(require("fs").readFileSync("out"))
    .results.map(r => r.id).join())')
last=${plain##*,}
check "a search asks the model" search
check "and what it likes comes first" is "j.results[0].id === '$last' &&
    j.reranker.by === 'model' && j.reranker.judged === 8 &&
    j.reranker.ms > 0 && !j.reranker.problem"
check "in one call" [ "$(calls)" = 1 ]
check "a tool does" mcp "socket path"
check "and has the same first" sh -c \
    "node -e 'console.log(JSON.parse(require(\"fs\").readFileSync(\"out\"))
        .result.content[0].text)' | grep -m1 '#[0-9]' | grep -q '$last '"
check "mem0's does" post /v2/memories/search/ \
    '{"query":"socket path","filters":{"AND":[{"user_id":"ada"}]}}'
word=n${last#\#}
check "and, too" is "(j.results ?? j)[0].memory.includes('$word ')"
problem() { # problem WORDS: it says so, and the order is the one without it
    search && is "j.reranker.problem.includes('$1') && j.reranker.judged === 0
        && j.results.map(r => r.id).join() === '$plain'"
}
check "a model that will not say" problem "no scores"
"$BIN/cmem" config set reranker_ms 500 >/dev/null
check "one that is late" problem "within 500 ms"
"$BIN/cmem" config set daily_tokens 1 >/dev/null
check "past the daily cap nobody is asked" problem "daily_tokens"

# --- a program as reranker ----------------------------------------------------------

cat >"$dir/judge" <<'EOS'
#!/usr/bin/env node
const ask = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify({scores: ask.documents.map(
    d => d.text.includes(process.argv[2]) ? 7 : -7)}));
EOS
chmod +x "$dir/judge"
"$BIN/cmem" config set reranker command >/dev/null
"$BIN/cmem" config set reranker_ms 20000 >/dev/null
"$BIN/cmem" config set reranker_command "$dir/judge $word" >/dev/null
check "a program is asked" search
check "and, too, brings what it likes" is "j.results[0].id === '$last' &&
    j.reranker.by === 'command' && j.reranker.judged === 8"
"$BIN/cmem" config set reranker_command "$dir/nowhere" >/dev/null
check "one that is not there" problem "No such file"
printf '#!/bin/sh\nread -r line <"%s"\n' "$dir/gate" >"$dir/late"
chmod +x "$dir/late"
mkfifo "$dir/gate"
"$BIN/cmem" config set reranker_ms 5000 >/dev/null
"$BIN/cmem" config set reranker_command "$dir/late" >/dev/null
jobs=
for n in 1 2 3 4; do
    curl -s -m 40 -H "$AUTH" "$URL$find" >"$dir/slow.$n" &
    jobs="$jobs $!"
done
running() { pgrep -f "^/bin/sh $dir/late" >"$dir/pids"; }
check "programs that take long" wait_for 10 running
check "hold nobody up" get "$find&rerank=false" 2
check "and not more than two run" [ "$(wc -l <"$dir/pids")" -le 2 ]
# shellcheck disable=SC2086 # a list
wait $jobs
late() {
    for n in 1 2 3 4; do
        grep -q '5000 ms' "$dir/slow.$n" || return 1
    done
}
check "each is told that it was late" late
leave
check "and the sanitizers saw nothing" sh -c \
    "! cat '$dir'/sanitizer.* 2>/dev/null | grep ."
done_testing
