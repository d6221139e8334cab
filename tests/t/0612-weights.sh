#!/bin/sh
# 0612-weights.sh - the embedder's weights are missing, cut off, damaged or not
# weights at all: words go on finding, and doctor says what to do.
set -u
. "$(dirname "$0")/../lib.sh"
good=$(cd "$BIN/../lib/cmem" && pwd)/minilm.cmem
[ ! -e "$good.absent" ] || without_weights

shows() { # shows PATTERN COMMAND...
    pattern=$1
    shift
    "$BIN/cmem" "$@" >"$dir/printed" 2>&1
    cat "$dir/printed"
    tr '\n' ' ' <"$dir/printed" | tr -s ' ' | grep -Eq -- "$pattern"
}
finds() { "$BIN/cmem" search --all "$@" | grep -q "heron"; }

export CMEM_MODEL="$dir/model"
echo '{"id":"a","text":"the heron sleeps at noon"}' >"$dir/in"
check "without weights memories are taken in" \
    "$BIN/cmem" import --format jsonl "$dir/in"
check "and found by words" finds herons
check "doctor says what is missing" shows \
    "warn meaning searching goes by words alone: no weights .*$dir/model.*make install" \
    doctor
check "so does status" shows "meaning none: no weights" status

head -c 100000 "$good" >"$dir/model"
check "weights that are cut off: words find" finds herons
check "doctor says it" shows "words alone: $dir/model has 100000 bytes" doctor
echo "no weights at all, but a text that somebody put there" >"$dir/model"
check "a file of something else: words find" finds herons
check "doctor says it" shows "words alone: $dir/model holds no" doctor
: >"$dir/model"
check "an empty file: words find" finds herons
stop_worker

cp "$good" "$dir/model"
printf 'XXXXXXXXXXXXXXXX' |
    dd of="$dir/model" bs=1 seek=12000000 conv=notrunc 2>/dev/null
check "damaged weights: words find" finds herons
check "doctor reads all of them, and says it" shows \
    "fail meaning [^ ]+ is damaged.* make install .*; then cmem rebuild" doctor
cp "$good" "$dir/model"
check "whole again: rebuild" "$BIN/cmem" rebuild
meant() { "$BIN/cmem" search --all a wading bird that rests | grep -q heron; }
check "meaning finds" wait_for 30 meant
check "and doctor is content" shows "ok meaning .*1 of 1 memories" doctor
done_testing
