#!/bin/sh
# run.sh [--system [PATTERN]] - runs the tests; the last line is
# "N passed, N failed". --system leaves the unit tests out; PATTERN is a part
# of a name in tests/t.
#
# Every system test gets a home and a temporary directory of its own, and five
# minutes. Only what fails is shown whole. BIN is where the programs are
# (build/bin).
set -u
cd "$(dirname "$0")/.." || exit 1
LIMIT=300 # seconds: ten times what the slowest takes on a busy machine
BIN=${BIN:-build/bin}

# One system test: run.sh --one LOGS FILE. Leaves FILE.tap in LOGS.
one() {
    logs=$1
    name=$(basename "$2" .sh)
    home=$(mktemp -d "$logs/home-XXXXXX") || exit 1
    started=$(date +%s)
    HOME=$home TMPDIR=$home BIN=$BIN timeout -k 5 "$LIMIT" sh "$2" \
        >"$logs/$name.out" 2>&1 </dev/null
    status=$?
    # A worker that nobody ended: it knows the directory by its environment.
    left=$(grep -lszx "TMPDIR=$home" /proc/[0-9]*/environ | cut -d/ -f3)
    # shellcheck disable=SC2086
    [ -z "$left" ] || kill -KILL $left 2>/dev/null
    chmod -R u+rwx "$home" 2>/dev/null
    rm -rf "$home"
    ok=$(grep -c '^ok ' "$logs/$name.out")
    bad=$(grep -c '^not ok ' "$logs/$name.out")
    planned=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$logs/$name.out" | tail -n 1)
    why=
    [ "$status" != 124 ] && [ "$status" != 137 ] ||
        why="it took more than $LIMIT seconds"
    [ -n "$why" ] || [ $((ok + bad)) -gt 0 ] || why="it tested nothing"
    [ -n "$why" ] || [ -z "$planned" ] || [ "$planned" = $((ok + bad)) ] ||
        why="it planned $planned tests and ran $((ok + bad))"
    [ -n "$why" ] || [ "$status" = 0 ] || [ "$bad" -gt 0 ] ||
        why="it ended with status $status"
    if [ -n "$why" ]; then
        bad=$((bad + 1))
        echo "not ok - $name: $why" >>"$logs/$name.out"
    fi
    echo "$ok $bad" >"$logs/$name.tap"
    line="$name: $ok passed, $bad failed, $(($(date +%s) - started)) s"
    [ -z "$left" ] || line="$line (left running: $(echo $left | wc -w))"
    if [ "$bad" = 0 ]; then
        echo "$line"
    else # in one write, so that two tests do not mix
        printf '%s\n%s\n' "$line" "$(sed 's/^/    /' "$logs/$name.out")"
    fi
}

if [ "${1:-}" = --one ]; then
    one "$2" "$3"
    exit 0
fi

logs=$(mktemp -d "${TMPDIR:-/tmp}/cmem-tests-XXXXXX") || exit 1
trap 'rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM

unit() {
    build/san/tests/unit-tests >"$logs/unit.out" 2>&1 </dev/null
    status=$?
    ok=$(grep -c '^ok ' "$logs/unit.out")
    bad=$(grep -c '^not ok ' "$logs/unit.out")
    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
    echo "$ok $bad" >"$logs/unit.tap"
    echo "unit tests: $ok passed, $bad failed"
    [ "$bad" = 0 ] || grep -v '^ok ' "$logs/unit.out" | sed 's/^/    /'
}

pattern=
case ${1:-} in
--system) pattern=${2:-} ;;
'') unit ;;
*)
    sed -n '2,4s/^# //p' "$0" >&2
    exit 2
    ;;
esac
if [ ! -x "$BIN/cmem" ]; then
    echo "$BIN/cmem is not built: make" >&2
    echo "0 1" >"$logs/build.tap"
fi
for t in tests/t/*"$pattern"*.sh; do
    [ -e "$t" ] && printf '%s\n' "$t"
done | BIN=$BIN xargs -r -P 2 -n 1 sh tests/run.sh --one "$logs"

cat "$logs"/*.tap 2>/dev/null | awk '
    { passed += $1; failed += $2 }
    END {
        printf "%d passed, %d failed\n", passed, failed
        exit failed || !passed
    }'
