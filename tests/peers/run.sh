#!/bin/sh
# run.sh - cmem with programs of other projects: every tests/peers/*/check.sh.
# The last line is "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
passed=0 failed=0
for t in tests/peers/*/check.sh; do
    echo "# $t"
    out=$(sh "$t" 2>&1)
    status=$?
    printf '%s\n' "$out"
    ok=$(printf '%s\n' "$out" | grep -c '^ok ')
    bad=$(printf '%s\n' "$out" | grep -c '^not ok ')
    if [ "$status" != 0 ] && [ "$bad" = 0 ]; then
        echo "not ok - $t ended with status $status"
        bad=1
    fi
    passed=$((passed + ok)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
