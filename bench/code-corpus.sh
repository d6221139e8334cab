#!/bin/sh
# code-corpus.sh CACHE NAME - the tree NAME of bench/corpora: prints where it
# is, fetched at the first time. Why it cannot be had goes to standard error.
#
# Source packages come through apt with a configuration of our own (nothing of
# the system's is changed), from where the system has its packages; npm's by
# name, version and integrity, as every package that the build fetches.
set -eu
cache=$1/bench/code name=$2
here=$(cd "$(dirname "$0")" && pwd)
tab=$(printf '\t')
row=$(grep "^$name$tab" "$here/corpora") ||
    { echo "$name is no row of bench/corpora" >&2; exit 1; }
from=$(echo "$row" | cut -f2)
package=$(echo "$row" | cut -f3)
parts=$(echo "$row" | cut -f4)
out=$cache/$name
[ ! -d "$out" ] || { echo "$out"; exit 0; }
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
tmp=$(mktemp -d "$cache/fetch.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/down" "$tmp/tree"

absent() # absent WHY
{
    echo "$name ($package) cannot be had: $1" >&2
    exit 1
}

# unpack TAR [OPTION]: its parts, into the tree. What it has none of is told by
# tar, and only that nothing fits counts.
unpack()
{
    (
        set -f
        file=$1 option=${2:-}
        set --
        for p in $parts; do
            set -- "$@" "*/$p"
        done
        # shellcheck disable=SC2086 # one or none
        tar -xf "$file" -C "$tmp/tree" $option --no-same-owner --wildcards \
            --wildcards-match-slash "$@" 2>"$tmp/log" || :
    )
}

# A list of source packages, a day long.
sources()
{
    command -v apt-get >/dev/null || absent "there is no apt-get"
    apt=$cache/apt
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    # shellcheck disable=SC2016 # apt's own fields
    at=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' 'Origin: Debian' 'Component: main' |
        head -n 1)
    [ -n "$at" ] || absent "this is no Debian"
    echo "deb-src $at" >"$apt/sources.list"
    cat >"$apt/conf" <<END
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt";
END
    export APT_CONFIG="$apt/conf"
    [ -n "$(find "$apt/updated" -mtime -1 2>/dev/null)" ] ||
        { apt-get update -qq && touch "$apt/updated"; } >"$tmp/log" 2>&1 ||
        absent "apt reaches no source packages"
}

case $from in
debian)
    sources
    echo "fetching the source of $package" >&2
    (cd "$tmp/down" && apt-get source -qq --download-only "$package") \
        >"$tmp/log" 2>&1 || : # Debian's own part of it is not needed
    file=$(find "$tmp/down" -name '*.orig.tar.*[z2]' | head -n 1)
    [ -n "$file" ] || absent "$(tail -n 1 "$tmp/log")"
    basename "$file" .orig.tar >"$tmp/version"
    unpack "$file" --strip-components=1
    ;;
package)
    command -v apt-get >/dev/null || absent "there is no apt-get"
    # A package that only names the newest one.
    newest=$(apt-cache depends "$package" 2>/dev/null |
        sed -n "s/^  Depends: \($package-.*\)/\1/p")
    package=${newest:-$package}
    echo "fetching $package" >&2
    (cd "$tmp/down" && apt-get download -qq "$package") >"$tmp/log" 2>&1 ||
        absent "$(tail -n 1 "$tmp/log")"
    file=$(find "$tmp/down" -name '*.deb' | head -n 1)
    basename "$file" | sed 's/_[^_]*$//' >"$tmp/version"
    dpkg-deb --fsys-tarfile "$file" | unpack -
    # A kernel is an archive in the package.
    file=$(find "$tmp/tree" -name '*.tar.xz' | head -n 1)
    if [ -n "$file" ]; then
        mv "$file" "$tmp/down/tree.tar.xz"
        rm -rf "$tmp/tree"
        mkdir "$tmp/tree"
        tar -xf "$tmp/down/tree.tar.xz" -C "$tmp/tree" --strip-components=1 \
            --no-same-owner
        # Its .gitignore is one for a package's repository: it leaves all out.
        echo '!/*' >"$tmp/tree/.cmemignore"
    fi
    ;;
npm)
    sh "$here/../lib/fetch-package.sh" "$package" "$tmp/down" >&2 || exit 1
    # shellcheck disable=SC2086
    (set -f && cd "$tmp/down" && for p in $parts; do
        find . -path "./$p" -type f
    done | tar -cf - -T -) | tar -xf - -C "$tmp/tree"
    grep -P "^$package\t" "$here/../lib/packages.lock" | cut -f2,3 |
        tr '\t' ' ' >"$tmp/version"
    ;;
esac
[ -n "$(find "$tmp/tree" -type f | head -n 1)" ] ||
    absent "nothing of it fits $parts"
# A file that is young is looked at again by every scan.
find "$tmp/tree" -exec touch -h -d '1 day ago' {} +
sed 's/\.orig\.tar.*//; s/_/ /' "$tmp/version" >"$out.version"
mv "$tmp/tree" "$out"
echo "$out"
