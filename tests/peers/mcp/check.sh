#!/bin/sh
# check.sh - cmem mcp with the protocol's own client, inspector and schemas.
#
# MCP_SCHEMAS names a directory with the protocol's JSON schemas
# (VERSION.schema.json); without it the client's own checks stand alone. The last
# line is "N passed, N failed".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../fetch.inc"
node "$dir/check.mjs" "$BIN"
