#!/bin/sh
# 0631-rerank.sh - a second opinion on the best of a search: a command of the
# user's, the language model, and everything that goes wrong with either.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"
export TZ=UTC
cd "$dir" || exit 1

for i in 1 2 3 4 5 6 7 8; do
    echo "{\"id\":\"m$i\",\"text\":\"The socket path of service n$i is kept beside file x$i\",\"time\":\"2026-01-1${i}T10:00:00Z\"}"
done >in.jsonl
check "memories are taken in" "$BIN/cmem" import --format=jsonl in.jsonl

# A reranker: what has the word $2 of its command line is the answer. It keeps
# the request, and who started it.
cat >"$dir/judge" <<'EOS'
#!/usr/bin/env node
const fs = require('fs');
const line = fs.readFileSync(0, 'utf8');
fs.writeFileSync(process.argv[2], line);
const ask = JSON.parse(line);
console.log('ready'); // what it prints before its answer is passed over
console.log(JSON.stringify({scores: ask.documents.map(
    d => d.text.includes(process.argv[3]) ? 7 : -7)}));
EOS
chmod +x "$dir/judge"

# search ARGUMENT...: a search of everything, as JSON in the file out.
search() { "$BIN/cmem" --json search --all socket path "$@" >out; }
# is EXPRESSION: true of what the last search gave, which is j.
is() {
    node -e "const j = JSON.parse(require('fs').readFileSync('out'));
        if (!($1)) { console.log(JSON.stringify(j)); process.exit(1); }"
}
set_to() { "$BIN/cmem" config set "$1" "$2" >/dev/null; }
problem() { # problem WORDS: it says so, and the order is the one without it
    search || return 1
    is "j.reranker && j.reranker.judged === 0 &&
        j.reranker.problem.includes('$1') &&
        j.results.map(r => r.id).join() === '$plain'" || return 1
    "$BIN/cmem" search --all socket path >shown
    grep -q "^not reranked: .*$1" shown
}

set_to embedder off # the same order on every machine
search
check "without a setting nobody is asked" is "!j.reranker"
plain=$(node -e 'console.log(JSON.parse(require("fs").readFileSync("out"))
    .results.map(r => r.id).join())')
last=${plain##*,}
word=n${last#\#}

set_to reranker command
set_to reranker_ms 20000
set_to reranker_command "$dir/judge  $dir/asked $word"
check "a command is asked" search
check "and what it likes comes first" is "j.results[0].id === '$last' &&
    j.reranker.by === 'command' && j.reranker.judged === 8 &&
    !j.reranker.problem && j.results[0].score > j.results[1].score &&
    j.results.every(r => r.score > 0 && r.score < 1)"
check "it got one line, with the question and each text" node -e '
    const t = require("fs").readFileSync("asked", "utf8");
    const j = JSON.parse(t);
    process.exit(t.endsWith("\n") && t.trim().split("\n").length === 1 &&
        j.query === "socket path" && j.documents.length === 8 &&
        j.documents.every(d => /^#\d+$/.test(d.id) &&
            d.text.includes("socket path")) ? 0 : 1)'
rm -f asked
check "--no-rerank: it is not" search --no-rerank
check "and the order is the plain one" is "!j.reranker &&
    j.results.map(r => r.id).join() === '$plain'"
check "nor was it started" [ ! -e asked ]
check "--explain: what it said, and what each signal gave" search --explain
check "of each result" is "j.results[0].reranked > 0.9 &&
    j.results[1].reranked < 0.1 && j.results.every(r => r.signals.words > 0 &&
    r.factors.age > 0)"
"$BIN/cmem" search --all --explain socket path >shown
check "in words, too" grep -q 'score 0\.[0-9]*, reranked 0\.98; before: words' \
    shown
check "and who it was" grep -q '^8 reranked by your command in' shown
echo '{"id":1,"query":"socket path"}
{"id":2,"query":"socket path","rerank":false}' >queries
"$BIN/cmem" search --all --queries queries >answers
check "--queries asks it, line by line" node -e '
    const [a, b] = require("fs").readFileSync("answers", "utf8").trim()
        .split("\n").map(l => JSON.parse(l));
    process.exit(a.results[0].reranked > 0.9 && a.results[0].id === "m" +
        process.argv[1].slice(1) && b.results[0].reranked === undefined
        ? 0 : 1)' "$word"
set_to reranker off
check "off, and asked for with --rerank" search --rerank
check "it is asked" is "j.results[0].id === '$last'"

set_to reranker command
set_to reranker_command ""
check "no command" problem "there is no reranker_command"
set_to reranker_command "$dir/nowhere"
check "a command that is not there" problem "No such file"
set_to reranker_command false
check "one that fails" problem "ended with status 1"
set_to reranker_command "echo none"
check "one that gives no JSON" problem "no JSON"
set_to reranker_command 'echo {"scores":[1,2]}'
check "one that gives too few" problem "2 scores for 8"
set_to reranker_command 'head -c 100000 /dev/zero'
check "one that floods" problem "more than"
set_to reranker_command 'echo $HOME;touch '"$dir/shell"
check "no shell reads it" problem "no JSON"
check "and nothing was touched" [ ! -e "$dir/shell" ]

# One that is late, and what it started, are gone with its time.
cat >"$dir/late" <<'EOS'
#!/bin/sh
echo $$ >"$1"
command sleep 60 &
echo $! >>"$1"
wait
EOS
chmod +x "$dir/late"
set_to reranker_command "$dir/late $dir/pids"
set_to reranker_ms 400
none_left() { # a zombie is gone: nobody may have waited for it yet
    for pid in $(cat "$dir/pids"); do
        ! grep -q '^State:[[:space:]]*[^ZX]' "/proc/$pid/status" 2>/dev/null ||
            return 1
    done
}
check "one that is late" problem "within 400 ms"
check "it had begun" [ "$(wc -l <"$dir/pids")" = 2 ]
check "and is gone, with what it started" wait_for 5 none_left

# --- the model ----------------------------------------------------------------


set_to reranker model
set_to reranker_ms 20000
set_to model test-model
check "no model is set" problem "provider is none"
set_to provider openai
echo "OPENAI_API_KEY=loopback" >"$CMEM_HOME/keys"
chmod 600 "$CMEM_HOME/keys"

# Notes come best first: the last of the plain order is note 8.
serve '{"routes":[{"name":"judge","match":{"system":"You judge which notes",
    "user":"QUESTION.*socket path.*NOTE 8.*Score notes 1 to 8"},
    "turns":[{"json":{"scores":[{"id":8,"score":95},{"id":2,"score":30}]}},
        {"prose":"The best is:\n```json\n{\"scores\": [{\"id\": \"8\", \"score\": \"95\"},]}\n```"},
        {"prose":"I would rather not say."},
        {"prose":"I would rather not say."},
        {"status":503},{"status":503},
        {"hang":true}]}]}'
set_to base_url "http://127.0.0.1:$port/v1"
check "the model is asked" search
check "and what it likes comes first" is "j.results[0].id === '$last' &&
    j.reranker.by === 'model' && j.reranker.judged === 8"
check "in one call" [ "$(calls)" = 1 ]
check "a reply in prose is mended" search
check "and used" is "j.results[0].id === '$last' && !j.reranker.problem"
booked() {
    "$BIN/cmem" --json stats | node -e "
        const s = require('fs').readFileSync(0, 'utf8');
        process.exit(/test-model/.test(s) ? 0 : 1)"
}
check "it costs, and the cost is written down" booked
check "a reply without scores" problem "no scores"
check "an overloaded model" problem "503"
check "one call each, no second try" [ "$(calls)" = 6 ]
set_to reranker_ms 500
check "a model that is late" problem "500 ms"
stop_serving
set_to reranker_ms 20000
check "a model that is not there" problem "127.0.0.1"
set_to daily_tokens 1
check "past the daily cap nobody is asked" problem "daily_tokens"
pid=$(worker_pid)
check "the worker leaves when told" kill -TERM "$pid"
done_testing
