#!/bin/sh
# code-mutate.sh [QUERY...] - takes every line out of the queries, one at a time, and
# says which ones no sample misses. Run from the repository's root, after
# make; nothing is written. EVERY=N takes each Nth line only. Fails when a line
# is not missed.
set -u
tool=${TOOL:-build/tests/tools/code}
CMEM_GRAMMARS=${CMEM_GRAMMARS:-build/lib/cmem/grammars}
export CMEM_GRAMMARS
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# The languages of a query, as their directories.
of_query() {
    case $1 in
    javascript) echo javascript jsx ;;
    typescript) echo typescript tsx ;;
    vue) echo vue svelte ;;
    *) echo "$1" ;;
    esac
}

[ $# -gt 0 ] || set -- grammars/queries/*.query
total=0 missed=0 rules=0
for query; do
    name=$(basename "$query" .query)
    dirs=$(of_query "$name")
    lines=$(wc -l <"$query")
    i=0
    while [ "$i" -lt "$lines" ]; do
        i=$((i + 1))
        line=$(sed -n "${i}p" "$query")
        case $line in '' | '#'*) continue ;; esac
        rules=$((rules + 1))
        [ $((rules % ${EVERY:-1})) = 0 ] || continue
        total=$((total + 1))
        sed "${i}d" "$query" >"$tmp/$name.query"
        seen=no
        for d in $dirs; do
            files=$(find "tests/code/$d" -type f ! -name expect.txt |
                LC_ALL=C sort)
            # shellcheck disable=SC2086
            "$tool" -q "$tmp/$name.query" $files >"$tmp/got" 2>&1
            cmp -s "$tmp/got" "tests/code/$d/expect.txt" || seen=yes
        done
        if [ "$seen" = no ]; then
            missed=$((missed + 1))
            echo "$query:$i: $line"
        fi
    done
done
echo "$total lines, $missed that no sample misses"
[ "$total" -gt 0 ] && [ "$missed" = 0 ]
