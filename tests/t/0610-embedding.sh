#!/bin/sh
# 0610-embedding.sh - vectors made in the background: all memories get them,
# whatever is killed; what is forgotten is nowhere; rebuild changes no answer.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"

[ ! -e "$BIN/../lib/cmem/minilm.cmem.absent" ] || without_weights
mkdir -p "$CMEM_HOME" "$dir/w"
cd "$dir/w" || exit 1

field() { # field NAME: of cmem status
    "$BIN/cmem" status --json | grep -o "\"$1\": *[^,}]*" | sed 's/^[^:]*: *//'
}
settled() { # settled N: N memories, all with vectors, and nothing under way
    [ "$(field vectors)" = "$1" ] && [ "$(field vectors_of)" = "$1" ] &&
        [ "$(field embedding)" = false ]
}
# look ARGUMENT...: what the file of vectors holds, and what SQLite does not
# have to tell: node look.mjs FILE ids | bytes ID | has HEX
cat >"$dir/look.mjs" <<'EOF'
import fs from 'node:fs';
const [file, what, arg] = process.argv.slice(2);
const b = fs.readFileSync(file);
const dim = b.readUInt32LE(12), room = Number(b.readBigUInt64LE(16));
const idRoom = Number(b.readBigUInt64LE(24));
const up = (n) => Math.ceil(n / 64) * 64;
const memory = 4096 + up(room * 8);
const first = memory + up(room * 8) + 4 * up(room * 4);
const signs = first + up(idRoom * 4);
const v = signs + up(room * Math.ceil(dim / 64) * 8);
const stride = up(dim);
const at = (r) => Number(b.readBigInt64LE(memory + r * 8));
if (what === 'ids')
    for (let r = 0; r < room; r++)
        if (at(r)) console.log(at(r));
if (what === 'bytes')
    for (let r = 0; r < room; r++)
        if (at(r) === Number(arg))
            console.log(b.subarray(v + r * stride, v + r * stride + dim)
                .toString('hex'));
if (what === 'has')
    process.exit(b.includes(Buffer.from(arg, 'hex')) ? 0 : 1);
EOF
look() { node "$dir/look.mjs" "$CMEM_HOME/vectors" "$@"; }

n=0
while [ $n -lt 40 ]; do
    n=$((n + 1))
    echo "{\"id\":\"m$n\",\"text\":\"Memory number $n is about topic $((n % 7)) and the colour of thing $n.\"}"
done >"$dir/many.jsonl"

"$BIN/cmem" add "The parser reads one token ahead and never goes back." >/dev/null
"$BIN/cmem" add "Bread is baked with rye flour and a sourdough starter." >/dev/null
"$BIN/cmem" add "Trains to the coast leave every hour from platform nine." >/dev/null
check "memories get vectors by themselves" wait_for 60 settled 3
check "the file has them" [ "$(look ids | sort -n | tr '\n' ' ')" = "1 2 3 " ]
check "the file is nobody else's" \
    [ "$(stat -c %a "$CMEM_HOME/vectors")" = 600 ]
"$BIN/cmem" status >"$dir/status"
check "status says who and how many" \
    grep -q "^meaning .*MiniLM.*3 of 3 memories" "$dir/status"
"$BIN/cmem" doctor >"$dir/doctor" 2>&1
check "so does doctor" grep -q "^ok *meaning .*3 of 3" "$dir/doctor"

bytes=$(look bytes 2)
check "a memory's vector is in the file" look has "$bytes"
"$BIN/cmem" forget 2 >/dev/null 2>&1
lacks() { ! look has "$bytes"; }
check "what is forgotten is not, when forget returns" lacks
none_in_db() { node -e "
    const fs = require('fs');
    for (const f of fs.readdirSync('$CMEM_HOME'))
        if (f.startsWith('cmem.db') && !f.endsWith('shm') &&
            fs.readFileSync('$CMEM_HOME/' + f)
                .includes(Buffer.from('$bytes', 'hex'))) process.exit(1)"; }
check "nor in the database" none_in_db

# Killed while it embeds, again and again: the next one goes on.
"$BIN/cmem" import --format jsonl "$dir/many.jsonl" --no-wait >/dev/null 2>&1
i=0
while [ $i -lt 3 ]; do
    i=$((i + 1))
    kill_worker
    "$BIN/cmem" status >/dev/null
    "$BIN/cmem" add "note $i after a kill" >/dev/null
done
check "a worker that was killed is gone on from" wait_for 120 settled 45
check "each memory is in the file once" \
    [ "$(look ids | sort -n | uniq -d | wc -l)" -eq 0 ]
check "and all of them are" [ "$(look ids | wc -l)" -eq 45 ]

# A file that was damaged or lost is made anew.
stop_worker
rm -f "$CMEM_HOME/vectors"
"$BIN/cmem" add "one more, and a new file" >/dev/null
check "a lost file is made anew" wait_for 60 settled 46
whole() { [ "$(look ids | wc -l)" -eq 46 ]; }
check "with everything" wait_for 20 whole

# Rebuild: everything derived is made anew, and nothing looks different.
for q in "how does the syntax analyser look ahead" "thing 17" "topic colour"; do
    "$BIN/cmem" search --json -n 5 "$q"
done | grep -o '"id": *"[^"]*"' >"$dir/before"
"$BIN/cmem" rebuild --json >"$dir/rebuilt"
check "rebuild tells what it did" \
    grep -q '"memories": *46.*"vectors": *46.*"embedding": *false' "$dir/rebuilt"
for q in "how does the syntax analyser look ahead" "thing 17" "topic colour"; do
    "$BIN/cmem" search --json -n 5 "$q"
done | grep -o '"id": *"[^"]*"' >"$dir/after"
check "something was found" [ "$(wc -l <"$dir/before")" -ge 5 ]
check "rebuild changes no answer" cmp "$dir/before" "$dir/after"
check "the file is of the new vectors" [ "$(look ids | wc -l)" -eq 46 ]

# Idle, it uses no processor; and it does leave.
stop_worker
export CMEM_IDLE_EXIT_S=1
"$BIN/cmem" add "the last one" >/dev/null
pid=$(worker_pid)
check "a worker with nothing left to embed leaves" wait_for 60 is_gone "$pid"
unset CMEM_IDLE_EXIT_S
check "and has embedded first" settled 47

# Off, and without weights: a sentence, and no failure.
CMEM_EMBEDDER=off "$BIN/cmem" status >"$dir/status"
check "off is said" grep -q "^meaning .*off" "$dir/status"
stop_worker
export CMEM_MODEL="$dir/nothing-here"
"$BIN/cmem" add "not to be embedded now" >/dev/null
"$BIN/cmem" status >"$dir/status"
check "missing weights are said" grep -q "^meaning .*nothing-here" "$dir/status"
check "waiting for vectors that nobody makes ends" \
    timeout 20 "$BIN/cmem" rebuild
unset CMEM_MODEL
stop_worker
"$BIN/cmem" add "the weights are back" >/dev/null
check "when they are back all is made up for" wait_for 60 settled 49
done_testing
