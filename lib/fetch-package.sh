#!/bin/sh
# fetch-package.sh KEY DIR [MEMBER...] - members of a locked package.
#
# Finds name, version and integrity of KEY in packages.lock, has the npm
# client fetch the tarball, checks its SHA-512 against the lock, and unpacks
# only the members (flat) into DIR; without a member, all of it as it lies.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
key=$1 dir=$2
shift 2

row=$(grep -P "^$key\t" "$here/packages.lock") ||
    { echo "fetch-package: no row $key in packages.lock" >&2; exit 1; }
name=$(printf '%s' "$row" | cut -f2)
version=$(printf '%s' "$row" | cut -f3)
integrity=$(printf '%s' "$row" | cut -f4)
command -v npm >/dev/null 2>&1 || {
    [ "$key" != sqlite ] || hint=" (or build with: make SQLITE=system)"
    echo "fetch-package: npm is needed to fetch $name@$version${hint:-}" >&2
    exit 1
}

mkdir -p "$dir"
tmp=$(mktemp -d "$dir/fetch.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
echo "fetching $name@$version"
if ! (cd "$tmp" && npm pack --silent "$name@$version") >"$tmp/log" 2>&1; then
    (cd "$tmp" && npm pack "$name@$version" 2>&1 | tail -n 5) >&2
    echo "fetch-package: npm could not fetch $name@$version" >&2
    exit 1
fi
tarball=$(find "$tmp" -name '*.tgz' | head -n 1)
[ -n "$tarball" ] || { echo "fetch-package: npm brought nothing" >&2; exit 1; }
got=sha512-$(sha512sum "$tarball" | cut -c1-128 | tr 'a-f' 'A-F' |
    basenc --base16 -d | basenc --base64 -w0)
if [ "$got" != "$integrity" ]; then
    echo "fetch-package: $name@$version has integrity $got, the lock says" \
        "$integrity" >&2
    exit 1
fi
[ $# -gt 0 ] || tar -xzf "$tarball" -C "$dir" --strip-components=1
for member; do
    tar -xzf "$tarball" -O "$member" > "$tmp/member"
    mv "$tmp/member" "$dir/$(basename "$member")"
done
