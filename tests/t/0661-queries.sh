#!/bin/sh
# 0661-queries.sh - search --queries: a line in, a line out.
set -u
. "$(dirname "$0")/../lib.sh"
cmem="$BIN/cmem"
ask() { $cmem search --queries - --json "$@"; }
says() { # says NAME WANT: $out has this line
    check "$1" sh -c 'printf "%s\n" "$1" | grep -qF -- "$2" || { printf "%s\n" "$1"; exit 1; }' \
        sh "$out" "$2"
}
is() { [ "$1" = "$2" ] || { echo "got \"$1\", not \"$2\""; return 1; }; }

$cmem import --format jsonl - >/dev/null <<'END'
{"id":"k1","text":"the kettle boils in the kitchen","app":"home","run":"r1","user":"ada","time":"2024-01-01T00:00:00Z"}
{"id":"k2","text":"the kettle is broken","app":"home","run":"r10","user":"bob","time":"2024-06-01T00:00:00Z"}
{"id":"k3","text":"the kettle at work is red","app":"work","run":"r2","group":"mugs","time":"2025-01-01T00:00:00Z"}
{"text":"a kettle of no scope","time":"2025-06-01T00:00:00Z"}
END

out=$(printf '%s\n' '{"id":"x","query":"kettle in the kitchen"}' '{"id":[7,null],"query":"zebra"}' | ask)
check "all is well" is $? 0
says "ids are echoed, in order" '{"id":"x","results":[{"id":"k'
says "whatever they are, and nothing found is no error" '{"id":[7,null],"results":[],"ms":'
says "without an id of its own a memory has ours" '"id":"#4"'
out=$(echo '{"id":1,"query":"kettle in the kitchen","app":"home","n":1}' | ask)
check "n of a line" is "$(printf '%s' "$out" | grep -o '"id":"k' | wc -l | tr -d ' ')" 1
out=$(echo '{"id":1,"query":"kettle","app":"work","user":""}' | ask)
check "an app hides the others'" sh -c '! printf "%s" "$1" | grep -q "k1\|k2"' sh "$out"
says "and has its own" '"k3"'
out=$(echo '{"id":1,"query":"kettle","user":"bob"}' | ask)
says "a user's" '"k2"'
check "and nobody else's" sh -c '! printf "%s" "$1" | grep -q "k1\|k3\|#4"' sh "$out"
out=$(echo '{"id":1,"query":"kettle","run":"r1"}' | ask)
says "a run's" '"k1"'
check "r10 is another run" sh -c '! printf "%s" "$1" | grep -q "k2"' sh "$out"
out=$(echo '{"id":1,"query":"kettle","until":"2024-03-01"}' | ask)
says "until" '"k1"'
check "leaves out what is newer" sh -c '! printf "%s" "$1" | grep -q "k2\|k3\|#4"' sh "$out"
out=$(echo '{"id":1,"query":"kettle","by":"run"}' | ask)
says "runs by their names" '"id":"r10"'
out=$(echo '{"id":1,"query":"kettle"}' | ask --by=run)
says "also from the command line" '"id":"r10"'

out=$(echo '{"id":1,"query":"red kettle at work","by":"group"}' | ask)
says "groups by theirs" '"results":[{"id":"mugs"'
says "what is of none has no name" '"id":null,'
check "nor the name of a run" sh -c '! printf "%s" "$1" | grep -q "\"id\":\"r"' \
    sh "$out"
out=$($cmem --json search --all --by group red kettle at work)
says "a plain search, too" '"groups":[{"group":"mugs","score":'
out=$($cmem search --all --by group red kettle at work | head -n 1)
check "in words" is "$out" mugs
out=$($cmem search --all --by week kettle 2>&1)
check "a word that is none of these" is $? 2
says "says which there are" 'memory, session, run or group, not week'

out=$(printf '%s\n' 'no JSON' '{"id":2}' '[]' '{"id":3,"query":"x","n":"many"}' \
    '{"id":4,"query":"x","app":"none"}' '{"id":5,"query":"kettle"}' | ask)
check "lines in error give status 1" is $? 1
check "each gives a line" is "$(printf '%s\n' "$out" | wc -l | tr -d ' ')" 6
says "no JSON" '{"id":null,"error":"not JSON'
says "no query" '{"id":2,"error":"query is missing","line":2}'
says "a wrong number" '{"id":3,"error":"search: n is a whole number"'
says "an unknown app" '{"id":4,"error":"there is no app none"'
says "the rest is answered" '{"id":5,"results":[{'
out=$(printf '{"id":1,"query":"kettle \377\376"}' | ask)
says "bytes that are no text" '{"id":1,"results":[{'
out=$( (awk 'BEGIN { printf "{\"query\":\""; for (i = 0; i < 300000; i++) printf "word "; print "\"}" }'
    echo '{"id":2,"query":"kettle"}') | ask)
says "a line that is too long" 'the line is longer than 1024 KB'
says "hides no other" '{"id":2,"results":[{'
out=$(printf '' | ask)
check "an empty file is fine" is $? 0
check "and gives nothing" is "$out" ""
awk 'BEGIN { for (i = 0; i < 2000; i++) printf "{\"id\":%d,\"query\":\"kettle\"}\n", i }' >"$dir/q"
check "a reader that goes away is no error" sh -c \
    "'$cmem' search --queries '$dir/q' --json 2>'$dir/err' | head -n 1 >/dev/null; [ ! -s '$dir/err' ]"
$cmem search --queries "$dir/q" --json >"$dir/1"
$cmem search --queries "$dir/q" --json | sed 's/"ms":[0-9.]*//' >"$dir/2"
check "two runs say the same" sh -c "sed 's/\"ms\":[0-9.]*//' '$dir/1' | cmp - '$dir/2'"
check "an operation has no such parameter" sh -c \
    "'$cmem' search kettle --queries '$dir/q' 2>&1 | grep -q 'the words are in the file'"
done_testing
