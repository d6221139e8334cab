#!/bin/sh
# search.sh - how long a search takes with many memories: `make bench-search`.
# SIZES="10000 100000" by default; 1000000 takes some minutes to make. ROUNDS=30.
#
# Databases are kept in $BENCH_DIR (below the build cache) and used again until
# what is in them changes. The program is measured while a worker runs, as one
# does while anybody works: it has the worker search. The promises: in the
# worker 1.5 ms at 10,000 memories, 4 ms at 100,000, 25 ms at 1,000,000
# (median); the program at most 4 ms more; the worker at 100,000 has at most
# 120 MB mapped, 40 MB of its own.
set -eu

SIZES=${SIZES:-10000 100000}
ROUNDS=${ROUNDS:-30}
build=$(cd "${BUILD:-build}" && pwd)
BENCH_DIR=${BENCH_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build/bench}
mkdir -p "$BENCH_DIR"
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME CMEM_INTERNAL
# Our own: no model, no home of the user's.
export CMEM_PROVIDER=none

# Everything that decides what is in a database.
stamp=$(cat bench/corpus.c bench/corpus.h bench/search-fill.c schema.sql \
    lib/store/*.h | cksum)

worker_pid() { cut -d' ' -f1 "$CMEM_HOME/lock" 2>/dev/null; }
stop_worker()
{
    pid=$(worker_pid) || return 0
    [ -n "$pid" ] && [ -e "$CMEM_HOME/cmem.sock" ] || return 0
    kill "$pid" 2>/dev/null || return 0
    tries=0
    while kill -0 "$pid" 2>/dev/null && [ $tries -lt 500 ]; do
        tries=$((tries + 1))
        sleep 0.02
    done
}
trap 'stop_worker' EXIT
trap 'exit 1' HUP INT PIPE TERM

start_worker()
{
    printf '{"session_id":"bench","cwd":"/nowhere/bench","hook_event_name":"SessionStart","source":"startup"}' |
        "$build/bin/cmem-hook-session-start" >/dev/null
    tries=0
    until [ -S "$CMEM_HOME/cmem.sock" ] || [ $tries -ge 500 ]; do
        tries=$((tries + 1))
        sleep 0.02
    done
}

# What the worker holds just after questions: its own memory, and what it has
# mapped of files; a page that it has twice is one page (Pss). Some seconds
# later it has given the files back.
memory()
{
    for words in "why does the parser of the table fail" "add a retry to the socket"; do
        printf '{"session_id":"bench","cwd":"/nowhere/bench","hook_event_name":"UserPromptSubmit","prompt":"%s"}' \
            "$words" | "$build/bin/cmem-hook-user-prompt" >/dev/null
    done
    "$build/bin/cmem" status --json >/dev/null
    awk '/^Pss:/ { rss = $2 } /^Anonymous:/ { own = $2 }
        END { kept = rss <= 120 * 1024 && own <= 40 * 1024
            printf "  the worker: %.0f MB mapped, %.0f MB of its own", rss / 1024,
                own / 1024
            if (n == 100000)
                printf "; promised 120 and 40: %s", kept ? "kept" : "missed"
            print "" }' n="$1" "/proc/$(worker_pid)/smaps_rollup"
}

for n in $SIZES; do
    export CMEM_HOME="$BENCH_DIR/search-$n"
    if [ "$(cat "$CMEM_HOME/stamp" 2>/dev/null)" != "$stamp" ]; then
        rm -rf "$CMEM_HOME"
        "$build/bench/search-fill" "$n"
        printf '%s\n' "$stamp" >"$CMEM_HOME/stamp"
    fi
    echo "$n memories, $(du -m "$CMEM_HOME/cmem.db" | cut -f1) MB, $ROUNDS rounds"
    start_worker
    "$build/bench/search-run" "$ROUNDS" "$build/bin/cmem" "$build/bench/empty"
    memory "$n"
    stop_worker
done
