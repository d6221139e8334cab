#!/bin/sh
# hook.sh - what a hook costs beside an empty program that reads the same
# input: `make bench-hook`. ROUNDS=2000 by default.
#
# Three programs take turns: the empty one; the hook with a listener that
# answers at once and keeps nothing (what the hook itself and the wire cost);
# the hook with the real worker, which answers after its commit. The promise is
# about the last row at 4 KB: at most twice the first one's median.
set -eu

ROUNDS=${ROUNDS:-2000}
build=$(cd "${BUILD:-build}" && pwd)
hook=$build/bin/cmem-hook-post-tool-use
dir=$(mktemp -d "${TMPDIR:-/tmp}/cmem-bench-XXXXXX")
fake=
clean_up()
{
    [ -z "$fake" ] || kill "$fake" 2>/dev/null || :
    worker=$(cut -d' ' -f1 "$dir/worker/lock" 2>/dev/null) || :
    [ -z "$worker" ] || kill "$worker" 2>/dev/null || :
    tries=0 # its last words go into the directory, too
    while [ -e "$dir/worker/cmem.sock" ] || [ -e "$dir/worker/cmem.db-wal" ]; do
        tries=$((tries + 1))
        [ $tries -lt 250 ] || break
        sleep 0.02
    done
    rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM

wait_for_socket()
{
    tries=0
    until [ -S "$1" ]; do
        tries=$((tries + 1))
        [ $tries -lt 250 ] || { echo "no worker at $1" >&2; exit 1; }
        sleep 0.02
    done
}

# Nothing of the user's: no model, no client, no home.
export HOME="$dir/home"
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME CMEM_INTERNAL
mkdir "$HOME"
# One program each, so that they run in one series: the environment is what
# tells their workers apart.
for name in fake worker; do
    mkdir "$dir/$name"
done
CMEM_HOME=$dir/fake "$build/tests/tools/fake-worker" ack >/dev/null &
fake=$!
echo '{"session_id":"bench","cwd":"/tmp","hook_event_name":"SessionStart"}' |
    CMEM_HOME=$dir/worker "$build/bin/cmem-hook-session-start" >/dev/null
wait_for_socket "$dir/fake/cmem.sock"
wait_for_socket "$dir/worker/cmem.sock"

series() # ROUNDS BYTES
{
    "$build/bench/spawn" "$1" "$2" "empty=$build/bench/empty" \
        "hook, listener=$hook@$dir/fake" "hook, worker=$hook@$dir/worker"
}
series 50 4096 >/dev/null # caches, and the worker's first batch
for bytes in 4096 204800 1048576; do
    rounds=$ROUNDS
    [ "$bytes" -le 4096 ] || rounds=$((ROUNDS / 5))
    [ "$bytes" -le 204800 ] || rounds=$((ROUNDS / 10))
    echo "$bytes bytes, $rounds rounds"
    series "$rounds" "$bytes"
done
