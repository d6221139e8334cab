#!/bin/sh
# 0711-viewer-settings.sh - settings as the web viewer changes them: which ones,
# how, and that a worker that runs goes by them.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"

"$BIN/cmem" serve >/dev/null
at=$(cat "$CMEM_HOME/http.address")
token=$(cat "$CMEM_HOME/http.token")
fetch() { # fetch PATH CURL-OPTION...: head in $dir/head, body in $dir/body
    path=$1
    shift
    curl -s -m 10 -D "$dir/head" -o "$dir/body" "$@" "$at$path"
}
head_has() { tr -d '\r' <"$dir/head" | grep -qi "$1"; }
fetch /api/v1/session -X POST -H "Authorization: Bearer $token"
cookie=$(tr -d '\r' <"$dir/head" | sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\).*/\1/p')

# --- what may be changed, and by whom --------------------------------------
change() { # change JSON [ORIGIN [TYPE]]
    fetch /viewer/api/settings -H "Cookie: $cookie" -H "Origin: ${2:-$at}" \
        -H "Content-Type: ${3:-application/json}" -d "$1"
}
value() { "$BIN/cmem" config get "$1"; }
change '{"context_tokens":"800","prompt_bar":"0.7"}'
check "two settings are changed at once" head_has '^HTTP/1.1 200 '
check "in the file that cmem config writes" \
    [ "$(value context_tokens) $(value prompt_bar)" = "800 0.7" ]
check "and told" grep -q '"name":"context_tokens","value":"800","origin":"file' \
    "$dir/body"
change '{"prompt_bar":null}'
check "null takes one out" [ "$(value prompt_bar)" = 0.55 ]
change '{"context_tokens":"900","prompt_bar":"2"}'
check "a value that is not allowed" head_has '^HTTP/1.1 400 '
check "is told with its limits" grep -q 'number from 0 to 1' "$dir/body"
check "and nothing is changed" [ "$(value context_tokens)" = 800 ]
change '{"context_tokens":900}'
check "values are texts" head_has '^HTTP/1.1 400 '
change '{"contxt":"1"}'
check "an unknown setting" head_has '^HTTP/1.1 400 '
change '[]'
check "no object" head_has '^HTTP/1.1 400 '
change '{"context_tokens":"700\nclaude_bin = /bin/false"}'
check "a second line is no way into the file" head_has '^HTTP/1.1 400 '
check "nor is one that was smuggled" [ "$(value claude_bin)" = claude ]
for option in provider model base_url api_key_env claude_bin embedder \
    embedder_model embedder_url embedder_key_env reranker reranker_command \
    exclude http http_port; do
    change "{\"context_tokens\":\"900\",\"$option\":\"on\"}"
    check "$option is not set from the page" head_has '^HTTP/1.1 403 '
    change "{\"$option\":null}"
    check "nor unset" head_has '^HTTP/1.1 403 '
done
check "the refusal has the command" grep -q 'cmem config set http_port' "$dir/body"
check "nothing of that was written" [ "$(value context_tokens)" = 800 ]
cp "$CMEM_HOME/config" "$dir/config.before"
change '{"context_tokens":"900"}' http://127.0.0.1:1
check "a page of another port changes nothing" head_has '^HTTP/1.1 403 '
fetch /viewer/api/settings -H "Cookie: $cookie" \
    -H 'Content-Type: application/json' -d '{"context_tokens":"900"}'
check "nor one that does not say whose it is" head_has '^HTTP/1.1 403 '
change '{"context_tokens":"900"}' "$at" text/plain
check "nor a form" head_has '^HTTP/1.1 415 '
fetch '/viewer/api/settings?context_tokens=900' -H "Cookie: $cookie" \
    -H 'Sec-Fetch-Site: same-origin'
fetch /viewer/api/settings -H 'Content-Type: application/json' \
    -d '{"context_tokens":"900"}'
check "nor whoever has no cookie" head_has '^HTTP/1.1 401 '
check "the file is as it was" cmp "$dir/config.before" "$CMEM_HOME/config"

# --- as if -------------------------------------------------------------------------
for i in 1 2 3 4 5 6 7 8 9; do
    "$BIN/cmem" add "Number $i of the herons was counted at the northern pond \
before dawn, and once more at the southern one when the mist had gone" >/dev/null
done
"$BIN/cmem" config set context_tokens 800 >/dev/null
tokens() { # tokens [ARGUMENT...]: of the block
    "$BIN/cmem" context --json "$@" |
        sed 's/.*"source":"[a-z]*","tokens":\([0-9]*\).*/\1/'
}
check "a block as it would be is smaller" \
    [ "$(tokens --set context_tokens=150)" -lt "$(tokens)" ]
check "over HTTP, too" sh -c '
    curl -s -m 10 -G -H "X-API-Key: $1" --data-urlencode "cwd=$3" \
        --data-urlencode set=context_tokens=150 "$2/api/v1/context" |
        grep -q "\"tokens\":$4,"' - "$token" "$at" "$(pwd)" \
    "$(tokens --set context_tokens=150)"
check "with context off there is none" sh -c '
    "$1/cmem" context --json --set context=off | grep -q "\"text\":\"\""' - "$BIN"
check "nothing was set by that" \
    [ "$(value context) $(value context_tokens)" = "on 800" ]
check "what the block does not rest on is refused" sh -c '
    "$1/cmem" context --set batch_kb=9 2>&1 |
        grep -q "not rest on batch_kb, but on context and context_tokens"' - "$BIN"
check "a value that is not allowed is" sh -c '
    "$1/cmem" context --set context_tokens=9 2>&1 | grep -q "from 100 to 2500"' \
    - "$BIN"
check "a prompt's bar as it would be" sh -c '
    "$1/cmem" why-not --json --set prompt_bar=0.9 herons |
        grep -q "\"bar\":0.9"' - "$BIN"

# --- a worker that runs goes by it -------------------------------------------------
started() { # what a session that begins here is told
    printf '{"session_id":"%s","hook_event_name":"SessionStart","source":"startup","cwd":"%s"}' \
        "$1" "$(pwd)" | hook session-start
}
worker=$(worker_pid)
check "a session is told something" sh -c 'printf %s "$1" | grep -q herons' - \
    "$(started s1)"
no_cache() { [ -z "$(find "$dir" -name 'context-*.json')" ]; }
prepared() { ! no_cache; }
check "and that is prepared, for when there is no worker" wait_for 10 prepared
change '{"context":"off"}'
check "context off: nothing is prepared any more" wait_for 10 no_cache
check "and nothing told" [ -z "$(started s2)" ]
change '{"context":"on"}'
check "context on: told again" sh -c 'printf %s "$1" | grep -q herons' - \
    "$(started s3)"
"$BIN/cmem" add "The cormorant colony moved to the lighthouse island" >/dev/null
turn=0
behind() { # is something put behind the prompt of a new session? What is late
    turn=$((turn + 1)) # on a busy machine is not, so that it is asked again
    printf '{"session_id":"p%s","hook_event_name":"UserPromptSubmit","prompt":"Where has the cormorant colony moved, to the lighthouse island?","cwd":"%s"}' \
        "$turn" "$(pwd)" | hook user-prompt >"$dir/behind"
    [ -s "$dir/behind" ]
}
not_behind() { ! behind && ! behind && ! behind; }
change '{"prompt_bar":"0.01"}'
check "prompt_bar low: something is put behind a prompt" wait_for 10 behind
change '{"prompt_context":"off"}'
check "prompt_context off: nothing" not_behind
change '{"prompt_context":null}'
check "and with it on again" wait_for 10 behind
change '{"prompt_bar":"1"}'
check "prompt_bar high: nothing" not_behind
change '{"prompt_bar":null}'
change '{"event_kb":"4"}'
long=$(head -c 20000 /dev/zero | tr '\0' y)
printf '{"session_id":"s9","hook_event_name":"PostToolUse","cwd":"%s","tool_name":"Bash","tool_input":{"command":"yes"},"tool_response":{"stdout":"%s"},"tool_use_id":"y"}' \
    "$(pwd)" "$long" | hook post-tool-use
bytes_kept() { # of the newest event
    newest=$("$BIN/cmem" stats --json | sed 's/.*"events":\([0-9]*\).*/\1/')
    "$BIN/cmem" show --json "e$newest" | grep -Eo 'y{50,}' | tail -n 1 | wc -c
}
is_cut() { n=$(bytes_kept) && [ "$n" -gt 100 ] && [ "$n" -lt 4096 ]; }
check "event_kb: the next event is cut to it" wait_for 5 is_cut
# So fast one after the other that the file's time may be the same.
same=0
for n in 150 200 300 150 200 300 150 200 300; do
    change "{\"context_tokens\":\"$n\"}"
    fetch "/api/v1/context?cwd=$(pwd)" -H "X-API-Key: $token"
    want=$(tokens --set "context_tokens=$n")
    grep -q "\"tokens\":$want," "$dir/body" && same=$((same + 1))
done
check "each of nine changes has its effect at once" [ "$same" = 9 ]
change '{"log_level":"debug"}'
fetch "/api/v1/stats" -H "X-API-Key: $token"
check "log_level" wait_for 5 grep -q ' debug ' "$CMEM_HOME/worker.log"
change '{"http_rate":"3"}'
limited() {
    for i in 1 2 3 4 5 6 7 8 9; do fetch /api/v1/ping -H "X-API-Key: $token"; done
    head_has '^HTTP/1.1 429 '
}
check "http_rate" wait_for 5 limited
"$BIN/cmem" config unset http_rate >/dev/null
printf '{"session_id":"b","hook_event_name":"PostToolUse","cwd":"/nowhere/b","tool_name":"Bash","tool_input":{"command":"true"},"tool_response":{"stdout":"done"},"tool_use_id":"t"}' |
    hook post-tool-use >/dev/null
waits() { "$BIN/cmem" status --json | grep -q '"waiting_events":[1-9]'; }
nothing_waits() { "$BIN/cmem" status --json | grep -q '"waiting_events":0'; }
check "an event waits for its turn to end" wait_for 5 waits
change '{"batch_age_s":"1"}'
check "batch_age_s: what waits already is due now" wait_for 10 nothing_waits
check "all of it in one worker" [ "$(worker_pid)" = "$worker" ]

# --- and without one ---------------------------------------------------------------
prepare() { # something new, so that blocks are prepared
    "$BIN/cmem" config set context on >/dev/null
    "$BIN/cmem" add "$1" >/dev/null
    wait_for 10 prepared
}
check "it is prepared again" prepare "A crane stands by the river"
kill_worker
"$BIN/cmem" config set context off >/dev/null
check "context off without a worker: nothing is prepared, either" no_cache
check "and again" prepare "A stork nests on the chimney"
kill_worker
echo "context = off" >>"$CMEM_HOME/config" # by hand: nobody was told
"$BIN/cmem" serve >/dev/null
check "a worker that starts sees it" wait_for 5 no_cache
"$BIN/cmem" serve --stop >/dev/null
"$BIN/cmem" config set idle_exit_s 1 >/dev/null
left() { [ -z "$(worker_pid)" ]; }
check "idle_exit_s: it leaves sooner than it meant to" wait_for 30 left

# --- while a model is being asked ----------------------------------------------------
serve '{"routes":[],"turns":[{"hang":true},{"derive":true},{"derive":true}]}'
cat >"$CMEM_HOME/config" <<END
provider = openai
model = first-model
base_url = http://127.0.0.1:$port/v1
model_timeout_s = 3
END
echo "OPENAI_API_KEY=loopback" >"$CMEM_HOME/keys"
chmod 600 "$CMEM_HOME/keys"
edits() { # edits SESSION: a turn that is worth a memory
    printf '{"session_id":"%s","hook_event_name":"PostToolUse","cwd":"%s","tool_name":"Edit","tool_input":{"file_path":"%s/egret.c","old_string":"wings","new_string":"two wings"},"tool_response":{"filePath":"%s/egret.c"},"tool_use_id":"%s"}' \
        "$1" "$(pwd)" "$(pwd)" "$(pwd)" "$1" | hook post-tool-use
    printf '{"session_id":"%s","hook_event_name":"Stop","cwd":"%s","last_assistant_message":"The egret has two wings now."}' \
        "$1" "$(pwd)" | hook stop
}
asked() { [ "$(calls)" -ge "$1" ]; }
"$BIN/cmem" status >/dev/null
edits m1
check "a model is asked" wait_for 20 asked 1
"$BIN/cmem" config set model second-model >/dev/null
"$BIN/cmem" config set context off >/dev/null
check "what is set meanwhile has effect at once" [ -z "$(started m2)" ]
check "while the call is under way" [ "$(calls)" = 1 ]
check "which is then tried again" wait_for 20 asked 2
wait_for 20 nothing_waits
edits m3
check "and the next one asks the model that was set" \
    wait_for 20 grep -q second-model "$dir/log.jsonl"
stop_worker
stop_serving
done_testing
