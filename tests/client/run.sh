#!/bin/sh
# run.sh - runs cmem in real clients; fetches those that are not given.
#
#   run.sh [options of run.mjs]
#
# CMEM_CLIENT and CMEM_CLIENT_OLD name a client each: its program, or the
# directory that npm installed it into; "none" leaves it out. One that is not
# named is fetched once with npm, checked against clients.tsv and kept below
# ${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build/client. No script of a package
# is run.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cmem-build/client

die() {
    echo "run.sh: $*" >&2
    exit 2
}

# fetch VERSION: prints the directory of the client, which it fills if needed.
fetch() {
    dir=$cache/$1
    if [ -d "$dir" ]; then
        echo "$dir"
        return
    fi
    arch=$(node -p process.arch)
    row=$(awk -F '\t' -v v="$1" -v a="linux-$arch" \
        '$1 == v && ($2 ~ a "$" || $2 ~ /code$/)' "$here/clients.tsv")
    [ -n "$row" ] || die "clients.tsv has no client $1 for linux-$arch"
    package=$(printf '%s\n' "$row" | cut -f 2)
    want=$(printf '%s\n' "$row" | cut -f 3)

    mkdir -p "$cache"
    tmp=$(mktemp -d "$cache/fetch.XXXXXX")
    trap 'rm -rf "$tmp"' EXIT
    echo "# fetching $package@$1" >&2
    (cd "$tmp" && npm pack --silent --ignore-scripts "$package@$1") \
        >"$tmp/name" || die "npm cannot fetch $package@$1"
    tgz=$tmp/$(tail -n 1 "$tmp/name")
    is=sha512-$(node -e 'const h = require("crypto").createHash("sha512");
        require("fs").createReadStream(process.argv[1])
            .on("data", (d) => h.update(d))
            .on("end", () => console.log(h.digest("base64")));' "$tgz")
    [ "$is" = "$want" ] || die "$package@$1 is $is, expected $want"
    tar -xzf "$tgz" -C "$tmp"
    # Whoever comes second finds the directory there and has lost nothing.
    mv -T "$tmp/package" "$dir" 2>/dev/null || [ -d "$dir" ] ||
        die "cannot fill $dir"
    echo "$dir"
}

command -v node >/dev/null || die 'node (18 or later) is missing'
[ "$(node -p 'parseInt(process.versions.node)')" -ge 18 ] ||
    die "node $(node --version) is too old, 18 or later is needed"

new=${CMEM_CLIENT:-$(fetch 2.1.329)}
old=${CMEM_CLIENT_OLD:-$(fetch 2.0.76)}
[ "$old" = none ] || set -- --client "$old" "$@"
[ "$new" = none ] || set -- --client "$new" "$@"
exec node "$here/run.mjs" "$@"
