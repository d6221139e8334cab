#!/bin/sh
# 0430-log.sh - the database's write-ahead log stays short while a lot is
# written by the worker itself (an import), not by hooks.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"

mkdir -p "$dir/t"
node -e '
const out = [], at = (i) => new Date(1790000000000 + i * 1000).toISOString();
const base = { sessionId: "s", cwd: "/srv/x", isSidechain: false };
for (let i = 0; i < 600; i++) {
    out.push({ ...base, type: "assistant", uuid: "a" + i, timestamp: at(i),
        message: { role: "assistant", content: [{ type: "tool_use",
            id: "t" + i, name: "Bash", input: { command: "echo " + i } }] } });
    out.push({ ...base, type: "user", uuid: "u" + i, timestamp: at(i),
        message: { role: "user", content: [{ type: "tool_result",
            tool_use_id: "t" + i, content: String(i).repeat(30000 /
                String(i).length) }] } });
}
console.log(out.map((x) => JSON.stringify(x)).join("\n"));
' >"$dir/t/s.jsonl"

bytes() { stat -c %s "$CMEM_HOME/$1" 2>/dev/null || echo 0; }
moved() { [ "$(bytes cmem.db)" -gt 8000000 ]; }
short() { [ "$(bytes cmem.db-wal)" -lt 16000000 ]; }

check "some 18 MB are imported" "$BIN/cmem" import claude-code "$dir/t"
check "they are moved into the database meanwhile" wait_for 10 moved
check "and the log is short" wait_for 10 short
done_testing
