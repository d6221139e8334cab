#!/bin/sh
# code-linux.sh TREE - a tree of 28 million lines, indexed as a person has it
# done, with everything that comes between: Ctrl-C, a worker that is killed,
# hooks and an edit meanwhile. Prints rows of a name and a number, for code.sh.
#
# CMEM_GRAMMARS and the programs' places are code.sh's.
set -eu
tree=$(cd "$1" && pwd)
build=$(cd "${BUILD:-build}" && pwd)
cmem=$build/bin/cmem
dir=$(mktemp -d "${TMPDIR:-/tmp}/cmem-bench-XXXXXX")
export CMEM_HOME="$dir/cmem"
added=$tree/cmem-bench-edited.c
pid() { cut -d' ' -f1 "$CMEM_HOME/lock" 2>/dev/null; }
index=
clean_up()
{
    # Who waits for a scan starts its worker again.
    [ -z "$index" ] || kill -KILL "$index" 2>/dev/null || :
    p=$(pid) || :
    [ -z "$p" ] || kill "$p" 2>/dev/null || :
    tries=0
    while [ -e "$CMEM_HOME/cmem.sock" ] && [ $tries -lt 250 ]; do
        tries=$((tries + 1))
        sleep 0.02
    done
    rm -rf "$dir" "$added"
}
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.3f", b - a }'; }
ticks=$(getconf CLK_TCK)
# Processor seconds and peak resident MB of the worker that runs.
cpu() { awk -v t="$ticks" '{ print ($14 + $15) / t }' "/proc/$(pid)/stat"; }
peak() { awk '/VmHWM/ { print $2 / 1024 }' "/proc/$(pid)/status"; }
known()
{
    "$cmem" index --status --json "$tree" |
        sed 's/.*"files":\([0-9]*\).*/\1/'
}
total=0
plus() { awk -v a="$total" -v b="$1" 'BEGIN { print a + b }'; }

echo 'int begun;' >"$added"
begun=$(now)
"$cmem" index "$tree" >"$dir/one" 2>&1 &
index=$!
sleep 15
kill -INT "$index"
wait "$index" && { echo "Ctrl-C ended nothing" >&2; exit 1; }
grep -q interrupted "$dir/one" || { cat "$dir/one" >&2; exit 1; }
echo "after_interrupt $(known)"

# A worker that is killed is started again by whoever waits for it.
"$cmem" index "$tree" >"$dir/two" 2>&1 &
index=$!
sleep 15
total=$(plus "$(cpu)")
echo "peak_killed_mb $(peak)"
kill -KILL "$(pid)"
echo "after_kill $(known)"

sleep 10
"$build/bench/spawn" 200 4096 "empty=$build/bench/empty" \
    "hook=$build/bin/cmem-hook-post-tool-use@$CMEM_HOME" |
    awk '$1 == "hook" { print "hook_ms", $3 / 1000
                        print "hook_99_ms", $6 / 1000 }'
worst=0 i=0
while [ $i -lt 20 ]; do
    from=$(now)
    known >/dev/null
    took=$(since "$from")
    worst=$(awk -v a="$worst" -v b="$took" 'BEGIN { print (a > b ? a : b) }')
    i=$((i + 1))
    sleep 0.2
done
echo "status_ms $(awk -v s="$worst" 'BEGIN { print s * 1000 }')"
"$build/bench/code-run" event "$CMEM_HOME" "$tree" "${added##*/}" \
    "$build/bin/cmem-hook-post-tool-use" || echo "event_ms" # none: it failed
kill -0 "$index" 2>/dev/null || echo "the tree is too small for this" >&2
wait "$index" || { cat "$dir/two" >&2; exit 1; }
echo "wall_s $(since "$begun")"
echo "cpu_s $(plus "$(cpu)")"
echo "peak_mb $(peak)"
echo "progress $(cat "$dir/one" "$dir/two" | grep -c '^files of code: ')"
echo "database_mb $(du -m "$CMEM_HOME/cmem.db" | cut -f1)"
echo "lines $("$cmem" index --status --json "$tree" |
    sed 's/.*"lines":\([0-9]*\).*/\1/')"
from=$(now)
"$cmem" index "$tree" >/dev/null 2>&1
echo "again_s $(since "$from")"
cd "$tree"
from=$(now)
"$cmem" code search kmalloc >/dev/null
echo "search_ms $(awk -v s="$(since "$from")" 'BEGIN { print s * 1000 }')"
