#!/bin/sh
# 0410-full-disk.sh - a worker that cannot write acknowledges nothing: the hooks
# spool, and a worker that can write has every event in the end.
set -u
. "$(dirname "$0")/../lib.sh"

event() { # event N: some 20 KB
    printf '{"session_id":"s","cwd":"%s","hook_event_name":"PostToolUse",' "$dir"
    printf '"tool_name":"Bash","tool_input":{"command":"echo %s"},' "$1"
    printf '"tool_response":{"stdout":"%s' "$1"
    head -c 20000 /dev/zero | tr '\0' 'x'
    printf '"},"tool_use_id":"t%s"}\n' "$1"
}
stored() {
    "$BIN/cmem" stats --json 2>/dev/null |
        sed -n 's/.*"events": *\([0-9]*\).*/\1/p' | head -n 1
}
has() { accounted "$(stored)" "$1"; }
up() { [ -n "$(worker_pid)" ] && [ -S "$CMEM_HOME/cmem.sock" ]; }

mkdir -p "$CMEM_HOME"
# Files of at most 1 MB: the database's log reaches that after some events.
(
    ulimit -f 2048
    exec "$BIN/cmemd"
) 2>/dev/null &
check "the worker starts" wait_for 10 up
n=0
quiet=yes
while [ $n -lt 120 ]; do
    n=$((n + 1))
    out=$(event $n | hook post-tool-use 2>&1) || quiet=no
    [ -z "$out" ] || quiet=no
done
check "hooks stay silent and end with 0" [ $quiet = yes ]
check "what could not be stored is in the spool" \
    [ "$(find "$CMEM_HOME/spool" -type f -size +1k | wc -l)" -gt 0 ]
check "the worker says so in its log" grep -q "not " "$CMEM_HOME/worker.log"
kill_worker
event 121 | hook post-tool-use
check "with room again nothing is missing" wait_for 20 has 121
check "and the spool is empty" wait_for 10 \
    [ "$(find "$CMEM_HOME/spool" -type f -size +1k | wc -l)" = 0 ]
done_testing
