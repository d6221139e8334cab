#!/bin/sh
# check.sh - mem0's own client and command line, unchanged, against a worker.
#
# The packages of package-lock.json are fetched once by the npm client, which
# checks their integrity, into ${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build; no
# script of a package is run. Telemetry is off, and guard.cjs lets them connect
# to this machine alone. The last line is "N passed, N failed".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${BIN:-build/bin}" && pwd)
sum=$(cksum <"$here/package-lock.json" | cut -d' ' -f1)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build/peers/mem0-$sum

if [ ! -e "$cache/done" ]; then
    mkdir -p "$cache"
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    # Without the databases that the client could be used with.
    (cd "$cache" && npm ci --silent --ignore-scripts --no-audit --no-fund \
        --legacy-peer-deps) ||
        { echo "check.sh: npm could not fetch the packages" >&2; exit 2; }
    : >"$cache/done"
fi
# By a link, so that the modules are found from where the program stands.
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp "$here"/*.mjs "$here"/*.cjs "$tmp/"
ln -s "$cache/node_modules" "$tmp/node_modules"
NODE_OPTIONS="--require $tmp/guard.cjs" GUARD_LOG="$tmp/elsewhere" \
    node "$tmp/check.mjs" "$bin"
