#!/bin/sh
# check.sh - cmem's HTTP server with programs of others: a validator of OpenAPI
# documents, and node's own client, which asks what the document says there is.
#
# The last line is "N passed, N failed".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../fetch.inc"
export CMEM_HOME="$tmp/cmem" HOME="$tmp" CMEM_PROVIDER=none
leave() {
    "$bin/cmem" serve --stop >/dev/null 2>&1 || true
    pid=$(cut -d' ' -f1 "$CMEM_HOME/lock" 2>/dev/null) &&
        [ -n "$pid" ] && kill "$pid" 2>/dev/null
    rm -rf "$tmp"
}
trap leave EXIT
"$bin/cmem" add "The heron stands in the water" >/dev/null
"$bin/cmem" serve >/dev/null
node "$tmp/check.mjs" "$(cat "$CMEM_HOME/http.address")" \
    "$(cat "$CMEM_HOME/http.token")"
