#!/bin/sh
# 0400-worker.sh - the worker's life: one at a time, back with the next event,
# nothing lost when it is asked to leave or killed.
set -u
. "$(dirname "$0")/../lib.sh"

event() { # event N
    printf '{"session_id":"s","cwd":"%s","hook_event_name":"PostToolUse",' "$dir"
    printf '"tool_name":"Bash","tool_input":{"command":"echo %s"},' "$1"
    printf '"tool_response":{"stdout":"%s"},"tool_use_id":"t%s"}\n' "$1" "$1"
}
stored() { # how many events are in the database
    "$BIN/cmem" stats --json 2>/dev/null |
        sed -n 's/.*"events": *\([0-9]*\).*/\1/p' | head -n 1
}
has() { [ "$(stored)" = "$1" ]; }
up() { [ -n "$(worker_pid)" ] && [ -S "$CMEM_HOME/cmem.sock" ]; }
down() { [ -z "$(worker_pid)" ]; }

event 1 | hook post-tool-use
check "the first event starts a worker" wait_for 10 up
check "and is stored" wait_for 10 has 1
first=$(worker_pid)
check "the socket is private" [ "$(stat -c %a "$CMEM_HOME/cmem.sock")" = 600 ]
check "the directory is private" [ "$(stat -c %a "$CMEM_HOME")" = 700 ]
check "the database is private" [ "$(stat -c %a "$CMEM_HOME/cmem.db")" = 600 ]

"$BIN/cmemd"
check "a second worker leaves at once" [ "$(worker_pid)" = "$first" ]

kill -TERM "$first"
check "SIGTERM ends it" wait_for 10 down
check "its socket is gone" [ ! -e "$CMEM_HOME/cmem.sock" ]
check "and so is the write-ahead log" [ ! -s "$CMEM_HOME/cmem.db-wal" ]
event 2 | hook post-tool-use
check "the next event brings it back" wait_for 10 has 2

kill_worker
event 3 | hook post-tool-use
check "after kill -9 too" wait_for 10 has 3

kill -STOP "$(worker_pid)"
stopped=$(worker_pid)
event 4 | hook post-tool-use
check "a worker that hangs leaves the event in the spool" \
    [ -s "$CMEM_HOME/spool/events.spool" ]
kill -CONT "$stopped"
check "and takes it when it goes on, once" wait_for 10 has 4

stop_worker
cat >"$CMEM_HOME/config" <<'C'
idle_exit_s = 1
C
event 5 | hook post-tool-use
wait_for 10 has 5
check "it leaves when there is nothing to do" wait_for 15 down
rm "$CMEM_HOME/config"

one_worker() {
    n=0
    while [ $n -lt 20 ]; do
        n=$((n + 1))
        export CMEM_HOME="$dir/two$n"
        mkdir -p "$CMEM_HOME"
        "$BIN/cmemd" &
        a=$!
        "$BIN/cmemd" &
        b=$!
        wait_for 10 up || return 1
        pid=$(worker_pid)
        # The other one must be gone by itself, with status 0.
        if [ "$pid" = "$a" ]; then other=$b; else other=$a; fi
        wait "$other" || return 1
        kill -0 "$pid" || return 1
        kill -TERM "$pid"
        wait "$pid" || return 1
    done
}
check "of two started at once one stays, twenty times" one_worker
export CMEM_HOME="$dir/cmem"
done_testing
