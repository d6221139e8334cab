#!/bin/sh
# check.sh - mem0's own client and command line, unchanged, against a worker.
#
# Telemetry is off, and guard.cjs lets them connect to this machine alone. The
# last line is "N passed, N failed".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# Without the databases that the client could be used with.
fetch_options=--legacy-peer-deps
. "$here/../fetch.inc"
NODE_OPTIONS="--require $dir/guard.cjs" GUARD_LOG="$dir/elsewhere" \
    node "$dir/check.mjs" "$BIN"
