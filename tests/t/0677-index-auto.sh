#!/bin/sh
# 0677-index-auto.sh - a repository that a session starts in is indexed without
# being asked, unless it is large, was dropped, or the setting says no.
set -u
. "$(dirname "$0")/../lib.sh"
export CMEM_PROVIDER=none GIT_CONFIG_NOSYSTEM=1
cmem="$BIN/cmem"

repo() { # repo NAME: with one tracked file
    mkdir -p "$dir/$1"
    printf 'def heron_%s(x):\n    return x\n' "$1" >"$dir/$1/a.py"
    (cd "$dir/$1" && git init -q . && git add a.py)
}
starts() { # starts NAME SESSION: a session in that directory
    printf '{"session_id":"%s","hook_event_name":"SessionStart","source":"startup","cwd":"%s"}' \
        "$2" "$dir/$1" | hook session-start >/dev/null
}
finds() { (cd "$dir/$1" && "$cmem" code search "heron_$1" | grep -q a.py); }
left() { "$cmem" index --status >"$dir/status" && ! grep -q "$dir/$1" "$dir/status"; }

repo first
starts first s1
check "a session's repository is indexed" wait_for 20 finds first
mkdir -p "$dir/plain"
cp "$dir/first/a.py" "$dir/plain/"
starts plain s2
repo dropped
starts dropped s3
check "the next one, too" wait_for 20 finds dropped
check "a directory without git is not" left plain
(cd "$dir/dropped" && "$cmem" index --drop) >/dev/null
starts dropped s4
repo last
starts last s5
wait_for 20 finds last
check "what was dropped stays out" eval '! finds dropped'
check "until somebody asks" sh -c "cd '$dir/dropped' && '$cmem' index"
check "then it is there" finds dropped

"$cmem" config set index_files 1 >/dev/null
repo large
(cd "$dir/large" && printf 'x = 1\n' >b.py && git add b.py)
starts large s6
repo small
starts small s7
check "a small one while large ones are left alone" wait_for 20 finds small
check "a large one is not begun unasked" eval '! finds large'

rm -rf "$dir/last"
stop_worker
starts first s8
check "what is no more leaves the index" \
    wait_for 20 left last
check "and nothing else does" finds first
stop_worker
done_testing
