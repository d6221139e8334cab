#!/bin/sh
# 0340-update.sh - after an update of cmem: what is derived is made anew,
# whoever comes first.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"
cd "$dir" || exit 1

update() { # leave a home as an older version would
    stop_worker
    "$root/$TOOLS/older" "$CMEM_HOME/cmem.db"
}

"$BIN/cmem" add "The lighthouse is painted white" >/dev/null
update
"$BIN/cmem" search lighthouse >"$dir/out" 2>"$dir/err"
check "a search without a worker brings it up to date" [ $? = 0 ]
check "and finds" grep -q "painted white" "$dir/out"
check "and says nothing else" [ ! -s "$dir/err" ]
update
check "so does status" "$BIN/cmem" status
"$BIN/cmem" status >"$dir/out"
check "which tells of the memories" grep -q "^memory *1 memor" "$dir/out"

# A worker that runs since before the update makes way.
was=$(worker_pid)
"$root/$TOOLS/older" "$CMEM_HOME/cmem.db"
check "beside an older worker, too" "$BIN/cmem" search lighthouse
check "which is another one then" [ "$(worker_pid)" != "$was" ]

# Where no worker can be started, a sentence.
update
mkdir "$dir/alone"
cp "$BIN/cmem" "$dir/alone/cmem"
"$dir/alone/cmem" search lighthouse >"$dir/out" 2>"$dir/err"
check "without a worker's program it fails" [ $? -gt 1 ]
check "in one line" [ "$(wc -l <"$dir/err")" = 1 ]
check "that says what is missing" grep -q "bring it up to date" "$dir/err"
check "and nothing is lost" "$BIN/cmem" search lighthouse
done_testing
