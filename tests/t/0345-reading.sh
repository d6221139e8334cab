#!/bin/sh
# 0345-reading.sh - a worker that runs searches for the terminal program, which
# gets the same answer as by itself.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"
cd "$dir" || exit 1
unset TZ
mkdir -p "$CMEM_HOME"
echo "log_level = debug" >"$CMEM_HOME/config"

"$BIN/cmem" add "The lighthouse is painted white" >/dev/null
"$BIN/cmem" add "The harbour closes at nine" >/dev/null
by_worker() { grep -c 'search: read for who asked' "$CMEM_HOME/worker.log"; }
reads() { # reads N: the worker has searched so often
    [ "$(by_worker)" = "$1" ]
}
vectors() { "$BIN/cmem" status | grep -Eq 'meaning .*(2 of 2|none|off)'; }
wait_for 20 vectors

"$BIN/cmem" search --json "when does the harbour close" >"$dir/warm"
check "a search is made by the worker" wait_for 5 reads 1
TZ=Asia/Tokyo "$BIN/cmem" search --json "when does the harbour close" >"$dir/zone"
CMEM_CONTEXT_TOKENS=700 "$BIN/cmem" search --json \
    "when does the harbour close" >"$dir/setting"
check "not in another time zone, nor by other settings" reads 1
"$BIN/cmem" search --rerank --json harbour >"$dir/reranked" 2>/dev/null
check "nor reranked" reads 1
"$BIN/cmem" search --since=nonsense harbour >"$dir/refused" 2>&1
check "what is refused is refused in the same words" \
    grep -q "since" "$dir/refused"
check "by the worker first" wait_for 5 reads 2
"$BIN/cmem" config set embedder openai >/dev/null
"$BIN/cmem" search --json harbour >/dev/null
check "nor with an embedder somewhere else" reads 2
"$BIN/cmem" config set embedder builtin >/dev/null

small() { # of the weights, vectors and database little is mapped
    awk '/^[0-9a-f]+-/ { ours = /minilm\.cmem$|\/vectors$|cmem\.db$/ }
        /^Rss:/ && ours { kb += $2 } END { exit kb > 1000 }' \
        "/proc/$(worker_pid)/smaps"
}
check "what was mapped for it is given back" wait_for 15 small

pid=$(worker_pid) && kill -STOP "$pid"
check "a worker that hangs is not waited for" \
    sh -c "timeout 10 '$BIN/cmem' search harbour | grep -q nine"
kill -CONT "$pid"
kill_worker
"$BIN/cmem" search --json "when does the harbour close" >"$dir/cold"
check "without a worker the same comes out" cmp "$dir/warm" "$dir/cold"
check "as it did with another setting" cmp "$dir/warm" "$dir/setting"
check "and there it is" grep -q "closes at nine" "$dir/cold"
done_testing
