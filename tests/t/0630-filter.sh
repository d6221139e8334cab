#!/bin/sh
# 0630-filter.sh - conditions on what is read: --filter, and scopes by name.
set -u
. "$(dirname "$0")/../lib.sh"
export TZ=UTC
cd "$dir" || exit 1

cat >in.jsonl <<'EOF'
{"id":"a1","text":"Ada likes the socket parser","user":"ada","run":"r1","app":"one","time":"2026-01-10T10:00:00Z","importance":5,"metadata":{"area":"code","n":1,"a.b":"x"}}
{"id":"a2","text":"Ada wrote parser tests","user":"ada","agent":"bot","run":"r1","app":"one","time":"2026-02-10T10:00:00Z","group":"g1","metadata":{"area":"tests","n":2}}
{"id":"b1","text":"Bob broke the parser","user":"bob","run":"r2","app":"two","time":"2026-03-10T10:00:00Z","metadata":{"area":"code","tags":["x","y"]}}
{"id":"c1","text":"nobody owns this parser","time":"2026-04-10T10:00:00Z"}
EOF
check "memories are taken in" "$BIN/cmem" import --format=jsonl in.jsonl

# finds IDS ARGUMENT...: a search names exactly these, in any order.
finds() {
    want=$1
    shift
    "$BIN/cmem" --json search --all "$@" >out || [ "$want" = "" ] || return 1
    cat out
    got=$(node -e 'const j = JSON.parse(require("fs").readFileSync("out"));
        const t = {Ada: {likes: "a1", wrote: "a2"}, Bob: {broke: "b1"},
                   nobody: {owns: "c1"}};
        console.log(j.results.map(r => { const w = r.title.split(" ");
            return t[w[0]][w[1]]; }).sort().join(" "))')
    [ "$got" = "$want" ]
}
# refuses STATUS WORDS ARGUMENT...: the command fails and says why.
refuses() {
    status=$1 words=$2
    shift 2
    "$BIN/cmem" "$@" >out 2>&1
    got=$?
    cat out
    [ "$got" = "$status" ] && grep -q -- "$words" out
}

check "without a filter all are found" finds "a1 a2 b1 c1" parser
check "--user" finds "a1 a2" parser --user ada
check "--agent" finds "a2" parser --agent bot
check "--run" finds "b1" parser --run r2
check "--app, and what is of none" finds "b1 c1" parser --app two
check "--group" finds "a2" parser --group g1
check "scopes join" finds "" parser --user ada --run r2
check "a filter by user" finds "b1" parser --filter '{"user_id":"bob"}'
check "and, or, not" finds "a1 c1" parser --filter \
    '{"AND":[{"NOT":[{"user_id":"bob"}]},{"OR":[{"importance":{"gte":4}},{"user_id":null}]}]}'
check "a range of time" finds "a2 b1" parser --filter \
    '{"event_at":{"gte":"2026-02-01","lt":"2026-04-01"}}'
check "metadata" finds "a1 b1" parser --filter '{"metadata":{"area":"code"}}'
check "metadata: a number" finds "a2" parser --filter \
    '{"metadata":{"n":{"gt":1}}}'
check "metadata: a key with a dot" finds "a1" parser --filter \
    '{"metadata":{"a.b":"x"}}'
check "metadata: a list" finds "b1" parser --filter \
    '{"metadata":{"tags":{"contains":"y"}}}'
check "app and run" finds "a1 a2" parser --filter \
    '{"app_id":"one","run_id":["r1","r2"]}'
check "a quote is a value and no SQL" finds "" parser --filter \
    "{\"user_id\":\"x' OR 1=1 --\"}"
check "without words, too" finds "b1" --filter '{"user_id":"bob"}'
check "as of a time, with a filter" finds "a1" parser \
    --as-of 2026-01-31 --filter '{"user_id":"ada"}'

check "timeline" sh -c '"$1" timeline --all --at 2026-03-01 --filter \
    "{\"user_id\":\"ada\"}" >out && grep -q likes out && ! grep -q broke out' \
    x "$BIN/cmem"
check "sessions" sh -c '"$1" --json sessions --all --filter \
    "{\"user_id\":\"bob\"}" >out && grep -q r2 out && ! grep -q r1 out' \
    x "$BIN/cmem"
check "export" sh -c '"$1" export --all --filter "{\"user_id\":\"bob\"}" >out &&
    [ "$(wc -l <out)" = 1 ] && grep -q "\"b1\"" out' x "$BIN/cmem"
check "search --queries: a filter of its own for each line" sh -c '
    printf "%s\n" "{\"id\":1,\"query\":\"parser\",\"filter\":{\"user_id\":\"bob\"}}" \
        >q.jsonl && "$1" search --all --queries q.jsonl --json >out &&
    grep -q "\"b1\"" out && ! grep -q "\"a1\"" out' x "$BIN/cmem"

check "a query that is a time: what there is of it" finds "a2" \
    'what happened in February 2026?'
check "and one that bounds it" finds "b1 c1" since 2026-03-01
check "of a time without memories the words are asked, which is said" \
    refuses 1 'nothing from 2025-02-01 until 2025-03-01' \
    search --all in February 2025
check "nothing to look for: the newest, which is said" \
    refuses 0 'no word to look for; 4 shown' search --all '?!'

check "no JSON: says so" refuses 2 'filter: ' search x --filter '{"a'
check "an unknown field: names it" refuses 2 'no field colour' \
    search x --filter '{"colour":1}'
check "an unknown operator: names it" refuses 2 'no operator like' \
    search x --filter '{"user_id":{"like":"a"}}'
check "an unknown run" refuses 1 'there is no run r9' search x --run r9
check "an unknown app" refuses 1 'there is no app nine' search x --app nine
done_testing
