#!/bin/sh
# 0420-model.sh - the worker with a language model on loopback, in every
# protocol, and with a model that fails in every way: no event is lost, and
# what the model does not do the rules do.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"

home() { # home NAME PROVIDER [SETTING...]: a fresh home with that provider
    export CMEM_HOME="$dir/$1"
    mkdir -p "$CMEM_HOME"
    provider=$2
    shift 2
    {
        echo "provider = $provider"
        echo "model = test-model"
        echo "base_url = http://127.0.0.1:$port$path"
        for line; do echo "$line"; done
    } >"$CMEM_HOME/config"
    name=$(case $provider in
        anthropic) echo ANTHROPIC_API_KEY ;;
        gemini) echo GEMINI_API_KEY ;;
        *) echo OPENAI_API_KEY ;;
        esac)
    echo "$name=loopback" >"$CMEM_HOME/keys"
    chmod 600 "$CMEM_HOME/keys"
}
leave() { # the worker of this home, and the server
    stop_worker
    stop_serving
}
one() { # the first session of the tour, as hooks bring it
    head -n 9 "$root/docs/tour.jsonl" >"$dir/one.jsonl"
    "$BIN/cmem" replay "$dir/one.jsonl" --json "$@" >"$dir/replay.json"
}
by() { # by NAME: who wrote the observations
    "$BIN/cmem" search --all --kind observation --json -n 20 |
        grep -q "\"provider\": *\"$1\"" ||
        "$BIN/cmem" show $("$BIN/cmem" search --all --kind observation \
            --json -n 20 | grep -o '"id": *"#[0-9]*"' | grep -o '[0-9]*') \
            --json | grep -q "\"provider\": *\"$1\""
}
waiting() { "$BIN/cmem" status --json | grep -q "\"waiting_events\": *$1[,}]"; }
logged() { grep -q "$1" "$CMEM_HOME/worker.log"; }

for row in openai:/v1 anthropic: gemini: ollama:; do
    path=${row#*:}
    serve '{"routes":[],"turns":[{"derive":true}]}'
    home "good-${row%%:*}" "${row%%:*}"
    check "${row%%:*}: a turn is compressed" one
    check "${row%%:*}: by the model" by test-model
    check "${row%%:*}: in one call" [ "$(calls)" = 1 ]
    leave
done

path=/v1
serve '{"routes":[],"turns":[{"prose":"I would rather talk about it."}]}'
home prose openai
one
check "prose: asked once more, then left to the rules" by rules
check "prose: two calls" [ "$(calls)" = 2 ]
check "prose: the reply is kept and the log says so" logged "refused twice"
check "prose: nothing waits" waiting 0
leave

serve '{"routes":[],"turns":[{"prose":"Sorry."},{"derive":true}]}'
home again openai
one
check "a second, better reply is taken" by test-model
leave

serve '{"routes":[],"turns":[{"status":500}]}'
home down openai
one --wait 5
check "a server that fails: the events stay" waiting 7
check "and the log says why" wait_for 10 logged "could not be asked"
stop_serving
kill_worker
"$BIN/cmem" config set provider none >/dev/null
"$BIN/cmem" replay "$root/docs/tour.jsonl" >/dev/null
check "without the model the rules take them up" wait_for 20 waiting 0
leave 2>/dev/null

serve '{"routes":[],"turns":[{"status":401}]}'
home key openai
one
check "a key that is refused: the rules do it" by rules
check "and the log has the reason" logged "the built-in rules do it"
leave

serve '{"routes":[],"turns":[{"derive":true}]}'
home cap openai "daily_tokens = 1"
one
"$BIN/cmem" replay "$root/docs/tour.jsonl" >/dev/null
check "past the day's cap no call is made" [ "$(calls)" = 1 ]
check "and the rules go on" by rules
leave
done_testing
