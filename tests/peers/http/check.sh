#!/bin/sh
# check.sh - cmem's HTTP server with programs of others: a validator of OpenAPI
# documents, and node's own client, which asks what the document says there is.
#
# The packages of package-lock.json are fetched once by the npm client, which
# checks their integrity, into ${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build; no
# script of a package is run. The last line is "N passed, N failed".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${BIN:-build/bin}" && pwd)
sum=$(cksum <"$here/package-lock.json" | cut -d' ' -f1)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build/peers/http-$sum

if [ ! -e "$cache/done" ]; then
    mkdir -p "$cache"
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --silent --ignore-scripts --no-audit --no-fund) ||
        { echo "check.sh: npm could not fetch the packages" >&2; exit 2; }
    : >"$cache/done"
fi
# By a link, so that the modules are found from where the program stands.
tmp=$(mktemp -d)
export CMEM_HOME="$tmp/cmem" HOME="$tmp" CMEM_PROVIDER=none
leave() {
    "$bin/cmem" serve --stop >/dev/null 2>&1 || true
    pid=$(cut -d' ' -f1 "$CMEM_HOME/lock" 2>/dev/null) &&
        [ -n "$pid" ] && kill "$pid" 2>/dev/null
    rm -rf "$tmp"
}
trap leave EXIT
cp "$here/check.mjs" "$tmp/"
ln -s "$cache/node_modules" "$tmp/node_modules"
"$bin/cmem" add "The heron stands in the water" >/dev/null
"$bin/cmem" serve >/dev/null
node "$tmp/check.mjs" "$(cat "$CMEM_HOME/http.address")" \
    "$(cat "$CMEM_HOME/http.token")"
