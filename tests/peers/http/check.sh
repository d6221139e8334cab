#!/bin/sh
# check.sh - cmem's HTTP server with programs of others: a validator of OpenAPI
# documents, and node's own client, which asks what the document says there is.
#
# The last line is "N passed, N failed".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../fetch.inc"
export CMEM_PROVIDER=none
"$BIN/cmem" add "The heron stands in the water" >/dev/null
"$BIN/cmem" serve >/dev/null
node "$dir/check.mjs" "$(cat "$CMEM_HOME/http.address")" \
    "$(cat "$CMEM_HOME/http.token")"
