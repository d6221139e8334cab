#!/bin/sh
# 0660-jsonl.sh - memories as lines of JSON, in and out.
set -u
. "$(dirname "$0")/../lib.sh"
cmem="$BIN/cmem"
is() { # is GOT WANT
    [ "$1" = "$2" ] || { echo "got \"$1\", not \"$2\""; return 1; }
}
field() { # field NAME: of the JSON in $out
    printf '%s' "$out" | sed -n "s/.*\"$1\":\([^,}]*\).*/\1/p"
}
lines() { # lines N: so many memories
    awk -v n="$1" 'BEGIN { for (i = 1; i <= n; i++)
        printf "{\"id\":\"m%d\",\"text\":\"memory %d speaks of word%d\"," \
            "\"time\":\"2026-01-01T10:%02d:%02dZ\",\"app\":\"app%d\"," \
            "\"run\":\"run%d\",\"order\":%d,\"metadata\":{\"n\":%d}}\n",
            i, i, i % 97, int(i / 60) % 60, i % 60, i % 3, i % 50, i, i }'
}

lines 3000 >"$dir/in.jsonl"
out=$($cmem import --format jsonl --json "$dir/in.jsonl")
check "import ends well" is $? 0
check "it took every line" is "$(field added)" 3000
$cmem export --all >"$dir/out.jsonl"
check "export writes as many" is "$(wc -l <"$dir/out.jsonl" | tr -d ' ')" 3000
check "ids are kept" grep -q '^{"id":"m2999","text":"memory 2999 speaks' "$dir/out.jsonl"
CMEM_HOME="$dir/other" $cmem import --format=jsonl --no-wait - <"$dir/out.jsonl" >/dev/null
CMEM_HOME="$dir/other" $cmem export --all >"$dir/again.jsonl"
check "what was exported and imported is the same" cmp "$dir/out.jsonl" "$dir/again.jsonl"
out=$($cmem import --format jsonl --json "$dir/in.jsonl")
check "a second time adds nothing" is "$(field added)" 0
check "export takes one project" is \
    "$($cmem export --project app1 | wc -l | tr -d ' ')" 1000
check "export takes one kind" sh -c \
    "'$cmem' export --all --kind fact >'$dir/none'; [ \$? = 1 ] && [ ! -s '$dir/none' ]"

{
    echo '{"id":"good","text":"the one before"}'
    echo 'no JSON'
    printf '{"text":"bytes that are no text: \377\376"}\n'
    awk 'BEGIN { printf "{\"text\":\""; for (i = 0; i < 600000; i++) printf "long word "; print "\"}" }'
    echo '{"id":"nothing"}'
    printf '{"id":"last","text":"without a newline"}'
} >"$dir/bad.jsonl"
said=$($cmem import --format jsonl "$dir/bad.jsonl" 2>&1)
check "bad lines give status 1" is $? 1
check "they are named" sh -c "printf '%s' '$said' | grep -q 'bad.jsonl, line 2: '"
check "one that is too long too" sh -c \
    "printf '%s' '$said' | grep -q 'bad.jsonl, line 4: the line is longer'"
check "and one without a text" sh -c \
    "printf '%s' '$said' | grep -q 'bad.jsonl, line 5: text is missing'"
check "the rest goes in" sh -c "'$cmem' export --all | grep -c '\"good\"\|\"last\"\|no text' | grep -qx 3"
printf '' | $cmem import --format jsonl - >/dev/null
check "an empty file is fine" is $? 0
said=$($cmem import --format jsonl 2>&1)
check "without a file it says what it needs" is $? 2
said=$($cmem import --format csv "$dir/in.jsonl" 2>&1)
check "another format is refused" is $? 2
said=$($cmem import --format jsonl "$dir/nowhere" 2>&1)
check "a file that is not there is told" sh -c "echo '$said' | grep -q '$dir/nowhere'"

# --- interrupted: what is in is whole, and the same command goes on ---
export CMEM_HOME="$dir/interrupted"
mkfifo "$dir/fifo"
exec 9<>"$dir/fifo" # open for writing here too: its reader never sees an end
$cmem import --format jsonl - <"$dir/fifo" >"$dir/said" 9<&- &
reader=$!
cat "$dir/in.jsonl" >&9
some() { [ "$($cmem export --all 2>/dev/null | wc -l)" -gt 0 ]; }
check "an import under way has stored some" wait_for 10 some
kill -INT $reader
wait $reader
check "an interrupt ends it as a signal does" is $? 130
check "having said what was done" grep -q '^interrupted: took' "$dir/said"
before=$($cmem export --all | wc -l)
$cmem import --format jsonl "$dir/in.jsonl" >/dev/null
check "the same command goes on" is "$($cmem export --all | wc -l | tr -d ' ')" 3000
check "from what was there" test "$before" -gt 0
done_testing
