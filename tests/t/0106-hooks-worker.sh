#!/bin/sh
# 0106-hooks-worker.sh - hooks with the real worker: every input is stored,
# also when it is no JSON, and no hook says a word about it.
set -u
. "$(dirname "$0")/../lib.sh"

data=$(cd "$(dirname "$0")/../data/malformed" && pwd)
stored() {
    "$BIN/cmem" stats --json 2>/dev/null |
        sed -n 's/^{"totals":{[^}]*"events":\([0-9]*\).*/\1/p'
}
has() { accounted "$(stored)" "$1"; }
up() { [ -S "$CMEM_HOME/cmem.sock" ]; }
quiet() { # quiet HOOK FILE: status 0 and no word
    said=$("$BIN/cmem-hook-$1" <"$2" 2>&1)
    status=$?
    [ "$status" = 0 ] || echo "$1 with $2: status $status"
    [ "$1" = session-start ] || [ -z "$said" ] || echo "$1 with $2: $said"
}

printf '{"session_id":"s","hook_event_name":"Stop"}' >"$dir/stop.json"
quiet stop "$dir/stop.json" >"$dir/bad"
check "the first hook starts a worker" wait_for 10 up
want=1
for file in "$data"/*.json; do
    for name in session-start user-prompt post-tool-use stop session-end \
        pre-compact; do
        quiet $name "$file"
    done >>"$dir/bad"
    [ ! -s "$file" ] || want=$((want + 6)) # no input is no event
done
check "malformed input to every hook: not a word" [ ! -s "$dir/bad" ]
sed 's/^/# /' "$dir/bad"
check "and all of it is stored" wait_for 20 has "$want"
has "$want" | sed 's/^/# /'
head -c 10485760 /dev/urandom >"$dir/10m"
quiet stop "$dir/10m" >"$dir/bad"
check "10 MB of no JSON: not a word" [ ! -s "$dir/bad" ]
check "and it is stored" wait_for 20 has $((want + 1))
done_testing
