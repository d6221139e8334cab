#!/bin/sh
# prompt.sh - what a prompt costs with its slot beside an empty program that
# reads the same input: `make bench-prompt`. ROUNDS=500 by default.
#
# MEMORIES=DIR asks in a copy of that home, as if from DIRECTORY (else that of
# its latest session), with the prompts it remembers; without it in one of
# 10,000 memories that nobody has. Every round is a session of its own, so that
# nothing was given before. Three programs take turns: the empty one; the hook
# with the slot off; the hook that waits for what its prompt brings. The promise
# is that nobody waits longer than 30 ms and what the hook itself costs.
set -eu

ROUNDS=${ROUNDS:-500}
MEMORIES=${MEMORIES:-}
DIRECTORY=${DIRECTORY:-}
build=$(cd "${BUILD:-build}" && pwd)
hook=$build/bin/cmem-hook-user-prompt
dir=$(mktemp -d "${TMPDIR:-/tmp}/cmem-bench-XXXXXX")
stop_worker() # HOME
{
    worker=$(cut -d' ' -f1 "$1/lock" 2>/dev/null) || return 0
    [ -n "$worker" ] && [ -e "$1/cmem.sock" ] || return 0
    kill "$worker" 2>/dev/null || return 0
    tries=0
    while [ -e "$1/cmem.sock" ] && [ $tries -lt 250 ]; do
        tries=$((tries + 1))
        sleep 0.02
    done
}
clean_up()
{
    stop_worker "$dir/off"
    stop_worker "$dir/on"
    rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM

export HOME="$dir/home" CMEM_PROVIDER=none
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME CMEM_INTERNAL
mkdir "$HOME" "$dir/on"
cmem() { CMEM_HOME=$dir/on "$build/bin/cmem" "$@"; }
if [ -n "$MEMORIES" ]; then
    [ ! -e "$MEMORIES/cmem.sock" ] ||
        { echo "a worker is using $MEMORIES" >&2; exit 1; }
    cp "$MEMORIES/cmem.db" "$MEMORIES/vectors" "$dir/on"
    [ -n "$DIRECTORY" ] || DIRECTORY=$(cmem sessions --all -n 1 --json |
        sed -n 's/.*"cwd":"\([^"]*\)".*/\1/p')
    cmem export --all --kind=prompt |
        sed 's/^{"id":"[^"]*","text":\("\([^"\\]\|\\.\)*"\).*/\1/' >"$dir/said"
else
    CMEM_HOME=$dir/on "$build/bench/search-fill" 10000 >/dev/null
    DIRECTORY=/nowhere/bench
    for words in 'why does the parser of the table fail' \
        'add a retry to the socket of the worker' \
        'rename the field of the reply in lib/wire/frame.c' \
        'what did we decide about the cache of the index' \
        'the tests of the queue hang since the last change'; do
        echo "\"$words\""
    done >"$dir/said"
fi
cp -R "$dir/on" "$dir/off"
echo 'prompt_context = off' >"$dir/off/config"
awk -v n=$((ROUNDS + 50)) -v where="$DIRECTORY" '{ said[NR] = $0 }
    END { for (i = 0; i < n; i++)
        printf "{\"session_id\":\"bench-%d\",\"cwd\":\"%s\"," \
            "\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":%s}\n", \
            i, where, said[int(i * NR / n) + 1] }' "$dir/said" >"$dir/all"
head -n 50 "$dir/all" >"$dir/first"
tail -n +51 "$dir/all" >"$dir/prompts"
for name in off on; do
    printf '{"session_id":"bench","cwd":"%s","hook_event_name":"SessionStart"}' \
        "$DIRECTORY" |
        CMEM_HOME=$dir/$name "$build/bin/cmem-hook-session-start" >/dev/null
    CMEM_HOME=$dir/$name "$build/bin/cmem" status >/dev/null
done

series() # ROUNDS FILE
{
    "$build/bench/spawn" "$1" "@$2" "empty=$build/bench/empty" \
        "hook, slot off=$hook@$dir/off" "hook, slot on=$hook@$dir/on"
}
series 50 "$dir/first" >/dev/null # caches
echo "$(cmem stats --json | sed 's/.*"totals":{[^}]*"memories":\([0-9]*\).*/\1/') memories, $ROUNDS prompts"
series "$ROUNDS" "$dir/prompts"
