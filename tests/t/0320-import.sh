#!/bin/sh
# 0320-import.sh - transcripts on disk become memory, once, whatever happens.
set -u
. "$(dirname "$0")/../lib.sh"

project="$CLAUDE_CONFIG_DIR/projects/-w"
mkdir -p "$project/sub"

transcript() { # transcript SESSION TURNS: a session of so many tool calls
    printf '{"type":"user","uuid":"%s-u","sessionId":"%s","cwd":"%s",' "$1" "$1" "$dir"
    printf '"timestamp":"2026-02-01T10:00:00.000Z","message":{"role":"user",'
    printf '"content":"Please repair the frobnicator of %s"}}\n' "$1"
    i=0
    while [ $i -lt "$2" ]; do
        i=$((i + 1))
        printf '{"type":"assistant","uuid":"%s-a%s","sessionId":"%s",' "$1" $i "$1"
        printf '"cwd":"%s","timestamp":"2026-02-01T10:00:%02d.000Z",' "$dir" $((i % 60))
        printf '"message":{"role":"assistant","content":[{"type":"tool_use",'
        printf '"id":"toolu_%s_%s","name":"Bash","input":{"command":"make %s"}}]}}\n' "$1" $i $i
        printf '{"type":"user","uuid":"%s-r%s","sessionId":"%s",' "$1" $i "$1"
        printf '"cwd":"%s","timestamp":"2026-02-01T10:00:%02d.500Z",' "$dir" $((i % 60))
        printf '"message":{"role":"user","content":[{"type":"tool_result",'
        printf '"tool_use_id":"toolu_%s_%s","content":"done %s"}]}}\n' "$1" $i $i
    done
}
import() { "$BIN/cmem" import claude-code "$@"; }
field() { # field NAME: of the JSON in $out
    printf '%s' "$out" | sed -n "s/.*\"$1\":\([^,}]*\).*/\1/p"
}
is() { # is GOT WANT
    [ "$1" = "$2" ] || { echo "got \"$1\", not \"$2\""; return 1; }
}
stored() {
    "$BIN/cmem" stats --json 2>/dev/null |
        sed -n 's/.*"totals":{[^}]*"events":\([0-9]*\).*/\1/p'
}
status_is() { # status_is WANT COMMAND...
    want=$1
    shift
    "$@"
    is $? "$want"
}

transcript one 3 >"$project/one.jsonl"
transcript two 2 >"$project/sub/two.jsonl"
transcript three 2 | gzip >"$project/three.jsonl.gz"
ln -s .. "$project/sub/loop"

out=$("$BIN/cmem" import)
check "without a source it explains, with status 2" is $? 2
check "and names the source" test -n "$(echo "$out" | grep claude-code)"
check "a source it does not know is refused" status_is 2 "$BIN/cmem" import vi
check "a place that is not there is told" status_is 1 import "$dir/nowhere"

out=$(import --dry-run --json)
check "a dry run counts" is "$(field files)" 3
check "and starts no worker, makes no database" \
    test ! -e "$CMEM_HOME/cmem.db" -a -z "$(worker_pid)"

out=$(import --json)
check "three transcripts are taken" is "$(field imported)" 3
check "every item of them is new" is "$(field added)" "$(field items)"
check "memories are made of all" is "$(field waiting)" 0
check "they are found" sh -c "'$BIN/cmem' search --all frobnicator | grep -q three"
check "no plain copy is left" sh -c "! ls '$CMEM_HOME/cache' | grep plain-"
before=$(stored)
out=$(import --json)
check "a second time adds nothing" is "$(field added)" 0
check "and stores nothing" is "$(stored)" "$before"
out=$(import)
check "and says so" sh -c "echo '$out' | grep -q 'nothing new'"

mkdir "$dir/moved"
cp -R "$project/one.jsonl" "$project/sub/two.jsonl" "$dir/moved"
out=$(import --json "$dir/moved")
check "the same from another place adds nothing" is "$(field added)" 0
check "nor stores anything" is "$(stored)" "$before"
transcript four 1 >"$project/four.jsonl"
echo 'this is no gzip' >"$project/broken.jsonl.gz"
out=$(import --json)
check "a file that cannot be read has status 3" is $? 3
check "it is counted" is "$(field failed)" 1
check "and named" sh -c "printf '%s' '$out' | grep -q broken.jsonl.gz"
check "the others are taken" test "$(field added)" -ge 2
rm "$project/broken.jsonl.gz"

# --- what was queued while the agent worked has no directory in its line ---
{
    transcript queued 1
    printf '{"type":"queue-operation","operation":"enqueue","sessionId":"queued",'
    printf '"timestamp":"2026-02-01T10:00:09.000Z","content":"then polish the quuxifier"}\n'
    printf '{"type":"queue-operation","operation":"remove","sessionId":"queued",'
    printf '"timestamp":"2026-02-01T10:00:10.000Z"}\n'
} >"$project/queued.jsonl"
import >/dev/null 2>&1
check "it belongs where its session is" sh -c \
    "'$BIN/cmem' search --all --json -n 1 quuxifier | grep -q '\"project\":\"$(basename "$dir")\"'"

# --- the worker is killed meanwhile: nothing is lost, nothing comes twice ---
for nth in $(seq 60); do
    transcript "many$nth" 5 >"$project/many$nth.jsonl"
done
many=$(stored)
CMEM_HOME="$dir/clean" "$BIN/cmem" import claude-code --no-wait --json \
    >/dev/null 2>&1
clean=$(CMEM_HOME="$dir/clean" stored)
kill_worker "$dir/clean"
(import --json --no-wait >"$dir/killed" 2>&1; echo $? >"$dir/status") &
kills=0
while [ ! -s "$dir/status" ] && [ $kills -lt 5 ]; do
    pid=$(worker_pid) || { nap; continue; }
    at=$(stored)
    grown() { [ -s "$dir/status" ] || [ "$(stored)" -gt "${at:-0}" ]; }
    wait_for 10 grown
    kill -KILL "$pid" 2>/dev/null && kills=$((kills + 1))
done
wait
check "the worker was killed under it" test $kills -ge 1
check "the import ends well" is "$(cat "$dir/status")" 0
import >/dev/null 2>&1
check "everything is there, once" is "$(stored)" "$clean"
check "which is more than before" test "$clean" -gt "$many"

# --- interrupted: whole, and the next one goes on ---
export CMEM_HOME="$dir/interrupted"
"$BIN/cmem" import claude-code --no-wait >"$dir/said" 2>/dev/null &
importer=$!
some() { [ "$(stored)" -gt 0 ]; }
check "an import under way has stored some" wait_for 10 some
kill -TERM $importer
wait $importer
status=$?
# Over before the signal came: then there was nothing to interrupt.
if [ $status = 143 ]; then
    check "interrupted, it says what was done" grep -q '^interrupted: read' "$dir/said"
else
    check "it was over before the signal" is $status 0
fi
import >/dev/null 2>&1
check "the next import completes it" is "$(stored)" "$clean"
done_testing
