#!/bin/sh
# 0620-graph.sh - names become entities with relations, walked by cmem graph,
# and forgotten with what named them.
set -u
. "$(dirname "$0")/../lib.sh"
unset COLUMNS NO_COLOR PAGER
mkdir -p "$dir/w" && cd "$dir/w" || exit 1

printed() { cat "$dir/printed"; grep -Eq -- "$1" "$dir/printed"; }
lines() { # lines MOST: the last output has no more
    cat "$dir/printed"
    [ "$(wc -l <"$dir/printed")" -le "$1" ]
}
add() { "$BIN/cmem" add "$1" >/dev/null || echo "add: $1"; }

check "before anything is there" prints 1 'nothing is remembered yet' graph x

while read -r sentence; do
    add "$sentence"
done <<'EOF'
payments-api is owned by Dana
Dana's team deploys the payments-api to Fly.io
The payments-api depends on the ledger service and Redis.
Ada wrote the ledger-service in Rust.
The ledger-service is hosted on Hetzner
search-indexer uses Redis and runs on Kubernetes
web-frontend talks to payments-api
a1b2c3d fixes #12 in quuxTable
EOF
for i in 1 2 3 4 5 6 7 8 9; do
    add "unit$i-worker uses Kafka"
done

check "an owner" prints 0 '^  owned by +Dana \(person\)  #1$' graph payments-api
check "where it runs" printed '^  deploys to +Fly.io \(name\)  #2$'
check "two ways to write a name are one" \
    printed '^  depends on +ledger service \(name\)  #3$'
check "and a second step" printed '^    deploys to +Hetzner \(name\)  #5$'
check "one hop is one hop" prints 0 'owned by' graph --hops=1 payments-api
check "without the second" lacks Hetzner
check "only a kind" prints 0 'owned by +Dana' graph -k person payments-api
check "is only that" lacks 'Redis|Fly'
check "what is left out is told" prints 0 '^  and [0-9]+ more$' \
    graph -n 4 kafka
check "and no more than that is printed" lines 6
check "in any case, several words" prints 0 '^ledger service \(name\)' \
    graph Ledger Service
check "a slip has its nearest" prints 1 \
    'nothing is called paymnets-api; near to it: payments-api' \
    graph paymnets-api
check "without a name: the most connected" prints 0 \
    '^ +9 +9 +name +Kafka$' graph
check "as JSON" prints 0 '"relation":"owned by","incoming":true,"name":"Dana"' \
    graph payments-api --json
check "hops have a limit" prints 2 'hops is 1 to 4' graph --hops=9 kafka
check "a kind must be one" prints 2 'there is no kind zebra' graph -k zebra
check "show tells what a memory names" prints 0 '^Names: .*Fly.io' show 2

# --- forgetting ---
here() { cat "$CMEM_HOME"/cmem.db* | grep -a -c "$1"; }
found() { [ "$(here "$1")" -gt 0 ]; }
gone() { [ "$(here "$1")" = 0 ]; }
check "the name is in the files" found quuxTable
check "its memory is forgotten" prints 0 'deleted 1 memory' forget 8
check "and the name is in no file" gone quuxTable
check "in no case" gone quuxtable
check "nor is the commit" gone a1b2c3d
check "nothing is called so" prints 1 'nothing is called' graph quuxTable
check "what others name is still there" prints 0 'used by' graph redis

echo "1..$tap"
