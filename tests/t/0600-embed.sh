#!/bin/sh
# 0600-embed.sh - the embedder beside an independent runtime's vectors, on every
# kernel that this processor runs.
set -u
. "$(dirname "$0")/../lib.sh"
weights=$(dirname "$BIN")/lib/cmem/minilm.cmem
embed=$TOOLS/embed
[ ! -e "$weights.absent" ] || without_weights

golden() {
    "$embed" "$weights" golden tests/embed/golden.jsonl \
        tests/embed/golden.vectors >"$dir/golden"
    cat "$dir/golden"
    grep -q '^texts 500, cosine at least 0.99: 500,' "$dir/golden"
}
check "500 texts: a cosine of 0.99 at least" golden

# The portable kernel takes its time: a few texts.
sed -n 's/^{"text":"\([^"\\]*\)","ids".*/\1/p' tests/embed/golden.jsonl |
    head -n 90 | awk 'NR % 6 == 1' >"$dir/texts"
check "there are texts" [ "$(wc -l <"$dir/texts")" -ge 10 ]
wanted=$("$embed" "$weights" hash <"$dir/texts")
ran=0
for kernel in avx512-vnni avx2 neon-dotprod neon scalar; do
    got=$(CMEM_KERNEL=$kernel "$embed" "$weights" hash <"$dir/texts" \
        2>"$dir/why")
    if [ -z "$got" ]; then
        check "$kernel does not run here, and says so" \
            grep -q "no kernel $kernel runs here" "$dir/why"
        continue
    fi
    ran=$((ran + 1))
    check "$kernel gives the same bytes" [ "$got" = "$wanted" ]
done
check "one kernel ran at least" [ "$ran" -ge 1 ]

head -c 5000000 "$weights" >"$dir/cut"
"$embed" "$dir/cut" hash <"$dir/texts" 2>"$dir/why" >"$dir/out"
check "a file cut off is refused" grep -q "it was not written to its end" \
    "$dir/why"
done_testing
