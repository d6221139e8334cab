#!/bin/sh
# 0500-crash.sh - hooks and workers killed at random while 5,000 events come:
# none is lost, none is there twice, the database is whole.
set -u
bin=${BIN:-build/bin}
tools=${TOOLS:-build/tests/tools}
dir=$(mktemp -d "${TMPDIR:-/tmp}/cmem-crash-XXXXXX")
trap 'rm -rf "$dir"' EXIT

events=5000
n=0
for seed in 1 2; do
    n=$((n + 1))
    if out=$("$tools/crash" --bin "$bin" --home "$dir/$seed" \
        --events $((events / 2)) --seed "$seed"); then
        echo "ok $n - $((events / 2)) events survive, seed $seed"
    else
        echo "not ok $n - $((events / 2)) events survive, seed $seed"
    fi
    echo "$out"
done
echo "1..$n"
