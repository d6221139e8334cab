#!/bin/sh
# check.sh - the web viewer in a real browser: Debian's Chromium, driven by
# playwright-core.
#
# NAUGHTY names a file with an array of nasty strings, which are stored and
# shown, too; SHOTS a directory for pictures of every page.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v chromium >/dev/null || {
    echo "check.sh: Debian's package chromium is needed" >&2
    exit 2
}
. "$here/../fetch.inc"
export CMEM_PROVIDER=none CMEM_BATCH_AGE_S=1 CMEM_HTTP_RATE=0
mkdir "$dir/heron"
node "$dir/check.mjs" "$BIN" "$dir/heron"
