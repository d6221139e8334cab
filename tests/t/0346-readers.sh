#!/bin/sh
# 0346-readers.sh - questions over HTTP are read by several readers, which are
# there for as long as there is something to read.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"
cd "$dir" || exit 1

with_sanitizers

"$BIN/cmem" config set http_rate 0 >/dev/null
"$BIN/cmem" config set idle_exit_s 600 >/dev/null
i=0
while [ $i -lt 200 ]; do
    i=$((i + 1))
    echo "{\"id\":\"m$i\",\"text\":\"Harbour $i closes at $((i % 24))\"}"
done >in.jsonl
"$BIN/cmem" import --format jsonl in.jsonl >/dev/null 2>&1
"$BIN/cmem" serve >/dev/null
URL=$(cat "$CMEM_HOME/http.address")
AUTH="Authorization: Bearer $(cat "$CMEM_HOME/http.token")"
vectors() { "$BIN/cmem" status | grep -Eq 'meaning .*(200 of 200|none|off)'; }
wait_for 60 vectors
pid=$(worker_pid)

# Connections, by the log that each has open: of the database itself some that
# were closed stay open, because closing them would let go of its locks.
opened() {
    n=0
    for fd in /proc/"$pid"/fd/*; do
        case $(readlink "$fd") in */cmem.db-wal) n=$((n + 1)) ;; esac
    done
    echo "$n"
}
ask() { # ask N: so many questions, sixteen at once; how many were answered
    : >answers
    curl -s -Z --parallel-max 16 -H "$AUTH" -o /dev/null -w '%{http_code}\n' \
        "$URL/api/v1/search?words=harbour+[1-$1]" >answers
    grep -c '^200$' answers
}

one() { [ "$(ask 1)" = 1 ]; }
check "a question is answered" one
few=$(opened)
cores=$(nproc)
[ "$cores" -le 4 ] || cores=4
all() { [ "$(ask 200)" = 200 ]; }
more() { all && [ "$(opened)" -gt "$few" ]; }
if [ "$cores" -gt 1 ]; then
    check "many at once have several readers" wait_for 30 more
else
    check "many at once are answered by one reader" all
fi
check "not more than there are cores" \
    [ "$(opened)" -le $((few + cores - 1)) ]
asked() { "$BIN/cmem" search --json "harbour 7" | grep -q '"results":\[{'; }
check "the terminal is answered, too" asked
back() { [ "$(opened)" -le "$few" ]; }
check "when nobody asks they are gone" wait_for 20 back
check "and come back" all

check "a worker that was asked a moment ago leaves" stop_worker
check "and the sanitizers saw nothing" sh -c \
    "! cat '$dir'/sanitizer.* 2>/dev/null | grep ."
done_testing
