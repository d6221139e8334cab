#!/bin/sh
# fetch.sh CACHE OUT - the C sources of tree-sitter and of the grammars.
#
# Whatever package-lock.json names and CACHE has not yet comes in one call of
# the npm client; each tarball's SHA-512 is checked against the lock and only
# its C is unpacked, into CACHE/NAME@VERSION (with '+' for '/'). No script of a
# package ever runs. When the registry cannot be reached, OUT/absent says why
# and the build goes on: cmem then knows no code. GRAMMARS=no leaves them out
# on purpose.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=$1 out=$2
mkdir -p "$cache" "$out"

absent() { # absent WHY
    echo "$1" >"$out/absent"
    echo "without grammars ($1): cmem will not know your code"
    exit 0
}

[ "${GRAMMARS:-yes}" != no ] || absent "GRAMMARS=no"
# A network that was not there ten minutes ago keeps nobody waiting again.
if [ -n "$(find "$out/absent" -mmin -10 2>/dev/null)" ] &&
    [ "$(cat "$out/absent")" != "GRAMMARS=no" ]; then
    echo "still without grammars: $(cat "$out/absent")"
    exit 0
fi
if ! command -v npm >/dev/null 2>&1 || ! command -v node >/dev/null 2>&1; then
    absent "npm and node are needed to fetch them"
fi

# Two builds at once: the second one finds what the first one fetched.
exec 9>"$cache/lock"
flock 9
tmp=$(mktemp -d "$cache/fetch.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

# name, version, integrity, directory
node -e '
    const { packages } = require(process.argv[1]);
    for (const [path, p] of Object.entries(packages)) {
        if (!path) continue;
        const name = path.slice("node_modules/".length);
        const dir = `${name.replace("/", "+")}@${p.version}`;
        console.log([name, p.version, p.integrity, dir].join("\t"));
    }' "$here/package-lock.json" >"$tmp/rows"
tab=$(printf '\t')
while IFS=$tab read -r name version integrity dir; do
    [ -d "$cache/$dir" ] || printf '%s\n' "$name@$version"
done <"$tmp/rows" >"$tmp/missing"
if [ -s "$tmp/missing" ]; then
    echo "fetching $(wc -l <"$tmp/missing") packages of grammars"
    mkdir "$tmp/tar"
    # shellcheck disable=SC2046
    (cd "$tmp/tar" && npm pack --silent $(cat ../missing)) \
        >"$tmp/log" 2>&1 || absent "npm could not fetch them"
fi

# npm names a tarball after its package: "@a/b" at 1.0 is a-b-1.0.tgz.
while IFS=$tab read -r name version integrity dir; do
    [ ! -d "$cache/$dir" ] || continue
    file=$(printf '%s' "$name" | sed 's,^@,,; s,/,-,')-$version.tgz
    [ -s "$tmp/tar/$file" ] || absent "npm brought no $name@$version"
    got=sha512-$(sha512sum "$tmp/tar/$file" | cut -c1-128 | tr 'a-f' 'A-F' |
        basenc --base16 -d | basenc --base64 -w0)
    if [ "$got" != "$integrity" ]; then
        echo "fetch: $name@$version has integrity $got, the lock says" \
            "$integrity" >&2
        exit 1
    fi
    mkdir "$tmp/new"
    # Not what is for Node, nor parsers that no row of ./sources asks for.
    tar -xzf "$tmp/tar/$file" -C "$tmp/new" --strip-components=1 --wildcards \
        --no-same-owner --exclude='*/prebuilds' --exclude='*/bindings' \
        --exclude='*/parser_abi*' --exclude='*/php_only' \
        --exclude='*/grammars/type' --exclude='*-inline' '*.c' '*.h'
    tar -xzf "$tmp/tar/$file" -C "$tmp/new" --strip-components=1 --wildcards \
        --no-same-owner '*/LICENSE*' 2>/dev/null || true
    mv "$tmp/new" "$cache/$dir"
done <"$tmp/rows"
flock -u 9
rm -f "$out/absent"
