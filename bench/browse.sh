#!/bin/sh
# browse.sh - how long cmem browse lets one wait: `make bench-browse`.
# SIZES="10000 100000" by default. The databases are those of search.sh, which
# makes them. Promised at 100,000 memories: 30 ms to the first paint, 15 ms from
# a key to its results (median).
set -eu

SIZES=${SIZES:-10000 100000}
build=$(cd "${BUILD:-build}" && pwd)
BENCH_DIR=${BENCH_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build/bench}
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME CMEM_INTERNAL TMUX
export CMEM_PROVIDER=none

stop_worker() {
    pid=$(cut -d' ' -f1 "$CMEM_HOME/lock" 2>/dev/null) || return 0
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
}
trap 'stop_worker' EXIT

for n in $SIZES; do
    export CMEM_HOME="$BENCH_DIR/search-$n"
    if [ ! -e "$CMEM_HOME/cmem.db" ]; then
        mkdir -p "$CMEM_HOME"
        "$build/bench/search-fill" "$n"
    fi
    echo "$n memories"
    # A worker that runs, and has what it needs at hand.
    printf '{"session_id":"bench","cwd":"/nowhere/bench","hook_event_name":"SessionStart","source":"startup"}' |
        "$build/bin/cmem-hook-session-start" >/dev/null
    python3 bench/browse.py "$build/bin/cmem" "${ROUNDS:-10}"
    stop_worker
done
