#!/bin/sh
# doors.sh - a search through each door, beside its floor: `make bench-doors`.
# SIZE=100000 ROUNDS=300. With wrk installed, also what many askers get at once.
#
# The database is bench-search's, made when it is not there.
set -eu

SIZE=${SIZE:-100000}
ROUNDS=${ROUNDS:-300}
build=$(cd "${BUILD:-build}" && pwd)
BENCH_DIR=${BENCH_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build/bench}
mkdir -p "$BENCH_DIR"
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME CMEM_INTERNAL
export CMEM_PROVIDER=none CMEM_HTTP_RATE=0 CMEM_HOME="$BENCH_DIR/search-$SIZE"

stamp=$(cat bench/corpus.c bench/corpus.h bench/search-fill.c schema.sql \
    lib/store/*.h | cksum)
if [ "$(cat "$CMEM_HOME/stamp" 2>/dev/null)" != "$stamp" ]; then
    rm -rf "$CMEM_HOME"
    "$build/bench/search-fill" "$SIZE"
    printf '%s\n' "$stamp" >"$CMEM_HOME/stamp"
fi

leave() {
    pid=$(cut -d' ' -f1 "$CMEM_HOME/lock" 2>/dev/null) || return 0
    [ -z "$pid" ] || [ ! -S "$CMEM_HOME/cmem.sock" ] || kill "$pid" || :
}
trap leave EXIT
trap 'exit 1' HUP INT PIPE TERM

"$build/bin/cmem" serve >/dev/null
DOORS_HOST=$(sed 's,http://,,' "$CMEM_HOME/http.address")
DOORS_TOKEN=$(cat "$CMEM_HOME/http.token")
export DOORS_HOST DOORS_TOKEN
echo "$SIZE memories, $ROUNDS rounds, one asker"
"$build/bench/doors-run" "$ROUNDS" "$build/bin/cmem"

command -v wrk >/dev/null || { echo "  (wrk would tell what many get)"; exit 0; }
echo "16 askers at once (wrk, 10 s each)"
for door in "ping /api/v1/ping" "http /api/v1/search?words=parser+table"; do
    wrk -t1 -c16 -d10s --latency -H "Authorization: Bearer $DOORS_TOKEN" \
        "http://$DOORS_HOST${door#* }" | awk -v door="${door%% *}" '
        $1 == "50%" { p50 = $2 }
        $1 == "99%" { p99 = $2 }
        /Requests\/sec/ { rate = $2 }
        /Non-2xx/ { bad = ", " $NF " refused" }
        END { printf "  %-8s p50 %s, p99 %s, %.0f a second%s\n", door, p50, p99,
            rate, bad }'
done
