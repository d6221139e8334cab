#!/bin/sh
# 0411-full-disk-projects.sh - a project that came with events which could not be
# committed is no project yet: when there is room again, what the next one gets
# is not its events.
set -u
. "$(dirname "$0")/../lib.sh"

event() { # event DIRECTORY N: some 20 KB
    printf '{"session_id":"s-%s","cwd":"%s","hook_event_name":"PostToolUse",' \
        "${1##*/}" "$1"
    printf '"tool_name":"Bash","tool_input":{"command":"echo %s"},' "$2"
    printf '"tool_response":{"stdout":"'
    head -c 20000 /dev/zero | tr '\0' 'x'
    printf '"},"tool_use_id":"t-%s-%s"}\n' "${1##*/}" "$2"
}
up() { [ -n "$(worker_pid)" ] && [ -S "$CMEM_HOME/cmem.sock" ]; }
fails() { grep -q "not committed" "$CMEM_HOME/worker.log"; }
spooled() { find "$CMEM_HOME/spool" -type f -size +"$1"k | grep -q .; }
project_of() { # project_of SESSION: the base name of its directory, and of whose
    "$BIN/cmem" sessions --all --json | node -e '
        const j = JSON.parse(require("fs").readFileSync(0));
        const s = j.sessions.find((s) => s.uid === process.argv[1]);
        console.log(s ? s.project : "none");' "$1"
}
is() { # is WANT COMMAND...
    want=$1
    shift
    got=$("$@")
    [ "$got" = "$want" ] || { echo "got $got"; return 1; }
}

mkdir -p "$CMEM_HOME" "$dir/one" "$dir/two" "$dir/three"
(
    ulimit -S -f 2048
    exec "$BIN/cmemd"
) 2>/dev/null &
check "the worker starts" wait_for 10 up
n=0
while [ $n -lt 150 ] && ! fails; do
    n=$((n + 1))
    event "$dir/one" $n | hook post-tool-use
done
check "the disk fills up" fails
event "$dir/two" 1 | hook post-tool-use
check "an event of a new project waits in the spool" spooled 19
prlimit --pid "$(worker_pid)" --fsize=unlimited:
event "$dir/three" 1 | hook post-tool-use
event "$dir/two" 2 | hook post-tool-use
check "with room again the next project is stored" \
    wait_for 10 is three project_of s-three
check "and the one that had to wait is itself" \
    wait_for 20 is two project_of s-two
check "nothing was refused" \
    sh -c "! grep -q 'FOREIGN KEY' '$CMEM_HOME/worker.log'"
done_testing
