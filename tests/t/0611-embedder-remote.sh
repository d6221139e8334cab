#!/bin/sh
# 0611-embedder-remote.sh - embedders behind an API, on loopback: every
# protocol, failures of every sort, and another model while searches go on.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"
mkdir -p "$dir/w"
cd "$dir/w" || exit 1

home() { # home NAME EMBEDDER [SETTING...]: a fresh home with that embedder
    export CMEM_HOME="$dir/$1"
    mkdir -p "$CMEM_HOME"
    {
        echo "embedder = $2"
        echo "embedder_url = http://127.0.0.1:$port$path"
    } >"$CMEM_HOME/config"
    shift 2
    for line; do echo "$line" >>"$CMEM_HOME/config"; done
    echo "OPENAI_API_KEY=loopback" >"$CMEM_HOME/keys"
    echo "GEMINI_API_KEY=loopback" >>"$CMEM_HOME/keys"
    chmod 600 "$CMEM_HOME/keys"
}
leave() { # the worker of this home, and the server
    stop_worker
    stop_serving
}
fill() {
    "$BIN/cmem" add "The parser reads one token ahead." >/dev/null
    "$BIN/cmem" add "Bread is baked with rye flour." >/dev/null
    "$BIN/cmem" add "Trains leave from platform nine." >/dev/null
}
field() { # field NAME: of cmem status
    "$BIN/cmem" status --json | grep -o "\"$1\": *[^,}]*" | sed 's/^[^:]*: *//'
}
settled() {
    [ "$(field vectors)" = "$1" ] && [ "$(field vectors_of)" = "$1" ] &&
        [ "$(field embedding)" = false ]
}
says() { "$BIN/cmem" status | grep -q "$1"; }
logged() { grep -q "$1" "$dir/log.jsonl"; }

for row in openai:/v1 ollama: gemini:; do
    path=${row#*:}
    who=${row%%:*}
    serve '{"turns":[{"embed":{}}]}'
    home "$who" "$who" "embedder_model = test-$who"
    fill
    check "$who: memories get vectors" wait_for 30 settled 3
    check "$who: status names the model" says "^meaning .*test-$who.*3 of 3"
    check "$who: it was asked in its own way" logged "\"$who-embed\""
    was=$(calls)
    "$BIN/cmem" search --json "rye flour in bread" >"$dir/found"
    asked() { [ "$(calls)" -gt "$was" ]; }
    check "$who: a query is embedded, too" asked
    check "$who: and finds" grep -q "Bread" "$dir/found"
    check "$who: tokens are counted" [ "$(field tokens_today)" -gt 0 ]
    leave
done

# The dimension that the settings ask for.
path=/v1
serve '{"turns":[{"embed":{}}]}'
home dims openai "embedder_dimensions = 16"
fill
check "a dimension is asked for" wait_for 30 settled 3
check "and sent" logged '"dimensions":16'
leave

# Failures that pass: the same again later, nothing is lost.
serve '{"turns":[{"status":429,"retry_after":1},{"status":503},
    {"raw":"no JSON at all"},{"embed":{}}]}'
home busy openai
fill
check "a server that is busy is asked again" wait_for 60 settled 3
leave
serve '{"turns":[{"embed":{}},{"embed":{"less":1}},{"embed":{"bad":true}},
    {"embed":{"dim":5000}},{"embed":{}}]}'
home garbage openai
fill
check "vectors that are none are asked for again" wait_for 60 settled 3
leave

# Failures that do not: a sentence, and no more requests.
serve '{"turns":[{"status":401,"message":"no such key"}]}'
home refused openai
fill
check "a refusal is said" wait_for 30 says "no such key"
was=$(calls)
"$BIN/cmem" add "one more" >/dev/null
"$BIN/cmem" search "bread" >"$dir/found"
check "words still find" grep -q "rye" "$dir/found"
check "nobody is asked in vain" [ "$(calls)" -le $((was + 1)) ]
leave
home nokey openai
rm "$CMEM_HOME/keys"
sed -i '/embedder_url/d' "$CMEM_HOME/config"
fill
check "a missing key is said" wait_for 10 says "OPENAI_API_KEY"
stop_worker

# One text that the server never takes costs one memory its vector.
serve '{"routes":[{"match":{"user":"POISON"},
    "turns":[{"status":400,"message":"bad input"}]}],
    "turns":[{"embed":{}}]}'
home poison openai
fill
"$BIN/cmem" add "This is POISON to the server." >/dev/null
check "one refused text holds nobody up" wait_for 30 settled 4
check "and it is told" grep -q "gets no vector: .*bad input" \
    "$CMEM_HOME/worker.log"
leave
# A server to which everything is a bad request: nothing is given up.
serve '{"routes":[{"match":{"user":"^cmem$"},"turns":[{"embed":{}},
    {"status":400,"message":"API key not valid"}]}],
    "turns":[{"status":400,"message":"API key not valid"}]}'
home wrongkey openai
fill
check "a server that refuses all is not believed about texts" \
    wait_for 30 says "API key not valid"
check "and all wait" [ "$(field vectors)" = 0 ]
leave

# A slow one: queries do not wait for it.
serve '{"routes":[{"match":{"user":"^slowly"},"turns":[{"hang":true}]}],
    "turns":[{"embed":{}}]}'
home slow openai
fill
wait_for 30 settled 3
check "a query that is not answered goes by words" \
    timeout 10 "$BIN/cmem" search "slowly rye"
leave

# The daily cap is one for all.
serve '{"turns":[{"embed":{}}]}'
home capped openai "daily_tokens = 1"
fill
check "the daily cap holds" wait_for 30 says "cap of 1 tokens"
leave

# Another model: searches go by the old vectors until the new ones are all
# there, whatever is killed meanwhile.
serve '{"routes":[{"match":{"model":"second"},
    "turns":[{"embed":{"dim":32},"delay_ms":300}]}],"turns":[{"embed":{}}]}'
home change openai "embedder_model = first"
n=0
while [ $n -lt 120 ]; do
    n=$((n + 1))
    echo "{\"id\":\"m$n\",\"text\":\"Thing $n has colour $((n % 5)).\"}"
done >"$dir/many.jsonl"
"$BIN/cmem" import --format jsonl "$dir/many.jsonl" >/dev/null 2>&1
check "120 memories by the first model" wait_for 60 settled 120
"$BIN/cmem" config set embedder_model second >/dev/null
"$BIN/cmem" add "said while the model changes" >/dev/null
check "the first one goes on meanwhile" wait_for 30 says "first (goes on) until second"
"$BIN/cmem" search --json "thing with colour" >"$dir/found"
check "and is asked for queries" grep -q '"model":"first"' "$dir/log.jsonl"
kill_worker
"$BIN/cmem" status >/dev/null
"$BIN/cmem" add "and after a kill" >/dev/null
changed() { settled 122 && says "^meaning *second.*122 of 122"; }
check "then the second one has all" wait_for 90 changed
"$BIN/cmem" config set embedder_model first >/dev/null
"$BIN/cmem" add "and back again" >/dev/null
back() { settled 123 && says "^meaning *first.*123 of 123"; }
check "and back" wait_for 90 back
leave
done_testing
