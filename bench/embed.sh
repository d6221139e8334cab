#!/bin/sh
# embed.sh CACHE - the embedder's speed beside an independent runtime's, in one
# run: `make bench-embed`. Then what a query costs in a fresh process.
set -eu
build=$(cd "${BUILD:-build}" && pwd)
program=$build/tests/tools/embed
weights=$build/lib/cmem/minilm.cmem
cd "$(dirname "$0")/.."

[ -s "$weights" ] || { echo "the build left the weights out" >&2; exit 1; }
if oracle=$(sh tests/embed/fetch.sh "$1"); then
    node bench/embed.mjs "$oracle" "$program" "$weights"
else
    echo "the runtime to compare with cannot be had: ours alone"
    for words in 6 25 110; do
        awk -v n=$words 'BEGIN { while (n-- > 0) printf "failure " }' |
            "$program" "$weights" bench 2
    done
fi

echo "a query in a fresh process, ms until its vector is there (21 processes)"
fresh() {
    i=0
    while [ $i -lt 21 ]; do
        $1
        echo "why does the build fail after the update" |
            "$program" "$weights" bench 0 |
            sed 's/.*"first_ms":\([0-9.]*\).*"resident_kb":\([0-9]*\).*/\1 \2/'
        i=$((i + 1))
    done | sort -n | awk '{ ms[NR] = $1; kb = $2 }
        END { printf "%s (resident %.1f MB)\n", ms[11], kb / 1024 }'
}
echo "  weights in memory: $(fresh :)"
cold() { # writes nothing; asks the kernel to drop the file's pages
    dd if="$weights" iflag=nocache count=0 status=none
}
echo "  weights on disk:   $(fresh cold)"
