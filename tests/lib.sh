# lib.sh - what system tests share: . "$(dirname "$0")/../lib.sh"
#
# A test has a private directory $dir as HOME and for CMEM_HOME, removed at its
# end together with the workers that live there. check NAME COMMAND... prints
# a TAP line; wait_for SECONDS COMMAND... tries until it holds. Workers end by
# stop_worker and kill_worker, which wait until they are gone.

BIN=$(cd "${BIN:-build/bin}" && pwd)
TOOLS=${TOOLS:-build/tests/tools}
dir=$(mktemp -d "${TMPDIR:-/tmp}/cmem-t-XXXXXX")
export HOME="$dir" CMEM_HOME="$dir/cmem" CLAUDE_CONFIG_DIR="$dir/.claude"
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME \
    CMEM_INTERNAL CLAUDE_PROJECT_DIR 2>/dev/null || true
tap=0

worker_pid() { # the pid of the worker of this test's home, if it is one
    pid=$(cut -d' ' -f1 "${1:-$CMEM_HOME}/lock" 2>/dev/null)
    [ -n "$pid" ] && grep -q '^cmemd' "/proc/$pid/comm" 2>/dev/null &&
        printf '%s\n' "$pid"
}

is_gone() { # is_gone PID: dead, all threads of it, fetched by its parent or not
    ! kill -0 "$1" 2>/dev/null ||
        { grep -q '^State:[[:space:]]*[ZX]' "/proc/$1/status" 2>/dev/null &&
            [ "$(ls "/proc/$1/task" 2>/dev/null | wc -l)" -le 1 ]; }
}

end_worker() { # end_worker SIGNAL [HOME]
    signal=$1
    shift
    ended=$(worker_pid "$@") || return 0
    kill "-$signal" "$ended" 2>/dev/null || return 0
    wait "$ended" 2>/dev/null || : # where it is a child of this shell
    wait_for 10 is_gone "$ended"
}
stop_worker() { end_worker TERM "$@"; } # stop_worker [HOME]: as when idle
# kill_worker [HOME]: kills it and waits until it is gone. While it dies it may
# still be making a file; and whoever asks for it, a moment after it began, takes
# it for one that is coming up: an event then waits in the spool for the next.
kill_worker() { end_worker KILL "$@"; }

clean_up() { # a test may have had several homes, and each its worker
    set +e # a step that fails leaves the next one to do
    for lock in $(find "$dir" -name lock -type f 2>/dev/null); do
        kill_worker "${lock%/lock}"
    done
    rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

check() { # check NAME COMMAND...
    name=$1
    shift
    tap=$((tap + 1))
    if "$@" >"$dir/.out" 2>&1; then
        echo "ok $tap - $name"
    else
        echo "not ok $tap - $name"
        sed 's/^/# /' "$dir/.out" | head -n 40
    fi
}

# A pause between two looks at a condition; never instead of one.
nap() { command sleep 0.05; }

# wait_for SECONDS COMMAND...: the seconds are those of a machine that has
# nothing else to do; one that runs tests gets three times as many.
wait_for() {
    end=$(($(date +%s) + 3 * $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt "$end" ] || return 1
        nap
    done
}

# prints STATUS PATTERN COMMAND...: cmem ends with the status, and a line of its
# output, which stays in $dir/printed, is like the (extended) pattern.
prints() {
    want=$1 pattern=$2
    shift 2
    "$BIN/cmem" "$@" >"$dir/printed" 2>&1
    got=$?
    cat "$dir/printed"
    [ "$got" = "$want" ] || { echo "status $got"; return 1; }
    grep -Eq -- "$pattern" "$dir/printed"
}
lacks() { # lacks PATTERN: there is an output, and it has no such line
    cat "$dir/printed"
    [ -s "$dir/printed" ] && ! grep -Eq -- "$1" "$dir/printed"
}

# serve SCRIPT, by a test that has set $root: a model server on loopback that answers so, at $port, until
# stop_serving; what it was asked is in $dir/log.jsonl, a line a call.
serve() {
    rm -f "$dir/port"
    printf '%s' "$1" >"$dir/script.json"
    : >"$dir/log.jsonl"
    node "$root/tests/model-server.mjs" --script "$dir/script.json" \
        --log "$dir/log.jsonl" --port-file "$dir/port" --max-seconds 300 \
        >/dev/null 2>&1 &
    server=$!
    wait_for 20 [ -s "$dir/port" ]
    port=$(cat "$dir/port")
}
stop_serving() {
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
}
calls() { wc -l <"$dir/log.jsonl" | tr -d ' '; }

# with_sanitizers: the worker is the one that the sanitizers watch, where that
# was built after the other: a request that is touched after its answer shows
# there only. What they say of it goes to $dir/sanitizer.*
with_sanitizers() {
    export ASAN_OPTIONS="log_path=$dir/sanitizer" \
        UBSAN_OPTIONS="log_path=$dir/sanitizer"
    case $BIN in */build/bin) ;; *) return 0 ;; esac
    watched=${BIN%/bin}/san/bin/cmemd
    [ "$watched" -nt "$BIN/cmemd" ] || return 0
    mkdir "$dir/bin"
    cp "$BIN"/* "$dir/bin/"
    cp "$watched" "$dir/bin/"
    BIN=$dir/bin
    echo "# the worker runs under the sanitizers"
}

# Tests of the embedder where the build left its weights out: what is promised
# then, instead.
without_weights() {
    "$BIN/cmem" add "The heron stands in the water" >/dev/null
    "$BIN/cmem" search --json heron >"$dir/found"
    check "without weights words find" grep -q "stands in the" "$dir/found"
    "$BIN/cmem" status >"$dir/status"
    check "and status says why meaning does not" \
        grep -q "^meaning *none: no weights" "$dir/status"
    done_testing
    exit 0
}

hook() { # hook NAME: payload on stdin
    "$BIN/cmem-hook-$1"
}

# How many hooks had to stop hard, because the machine let them stand still for
# half a second: each says so, and may have delivered nothing.
stops() { cat "$CMEM_HOME/hooks.log" 2>/dev/null | wc -l | tr -d ' '; }
accounted() { # accounted GOT WANT: no event is missing but those, none is too many
    [ "$1" -le "$2" ] && [ $(($1 + $(stops))) -ge "$2" ] ||
        { echo "$1, not $2; hard stops: $(stops)"; return 1; }
}

done_testing() { echo "1..$tap"; }
