#!/bin/sh
# check.sh - the web viewer in a real browser: Debian's Chromium, driven by
# playwright-core.
#
# The package of package-lock.json is fetched once by the npm client, which
# checks its integrity, into ${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build.
# NAUGHTY names a file with an array of nasty strings, which are stored and
# shown, too; SHOTS a directory for pictures of every page.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${BIN:-build/bin}" && pwd)
sum=$(cksum <"$here/package-lock.json" | cut -d' ' -f1)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build/peers/viewer-$sum

command -v chromium >/dev/null || {
    echo "check.sh: Debian's package chromium is needed" >&2
    exit 2
}
if [ ! -e "$cache/done" ]; then
    mkdir -p "$cache"
    cp "$here/package.json" "$here/package-lock.json" "$cache/"
    (cd "$cache" && npm ci --silent --ignore-scripts --no-audit --no-fund) ||
        { echo "check.sh: npm could not fetch the package" >&2; exit 2; }
    : >"$cache/done"
fi
# By a link, so that the module is found from where the program stands.
tmp=$(mktemp -d)
export CMEM_HOME="$tmp/cmem" HOME="$tmp" CMEM_PROVIDER=none \
    CMEM_BATCH_AGE_S=1 CMEM_HTTP_RATE=0
leave() {
    pid=$(cut -d' ' -f1 "$CMEM_HOME/lock" 2>/dev/null) &&
        [ -n "$pid" ] && kill "$pid" 2>/dev/null &&
        while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    rm -rf "$tmp"
}
trap leave EXIT
cp "$here"/*.mjs "$tmp/"
ln -s "$cache/node_modules" "$tmp/node_modules"
mkdir "$tmp/heron"
node "$tmp/check.mjs" "$bin" "$tmp/heron"
