#!/bin/sh
# check.sh - cmem mcp with the protocol's own client, inspector and schemas.
#
# The packages of package-lock.json are fetched once by the npm client, which
# checks their integrity, into ${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build; no
# script of a package is run. MCP_SCHEMAS names a directory with the protocol's
# JSON schemas (VERSION.schema.json); without it the client's own checks stand
# alone. The last line is "N passed, N failed".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${BIN:-build/bin}" && pwd)
sum=$(cksum <"$here/package-lock.json" | cut -d' ' -f1)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build/peers/mcp-$sum

if [ ! -e "$cache/done" ]; then
    mkdir -p "$cache"
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --silent --ignore-scripts --no-audit --no-fund) ||
        { echo "check.sh: npm could not fetch the packages" >&2; exit 2; }
    : >"$cache/done"
fi
# By a link, so that the modules are found from where the program stands.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp "$here/check.mjs" "$tmp/"
ln -s "$cache/node_modules" "$tmp/node_modules"
node "$tmp/check.mjs" "$bin"
