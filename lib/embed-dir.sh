#!/bin/sh
# embed-dir.sh FILE... - a C header with every FILE, and EMBEDDED, the table
# of them: an X(name, data) each.
set -eu
here=$(dirname "$0")
n=0
for f in "$@"; do
    sh "$here/embed.sh" "embedded_$n" <"$f"
    n=$((n + 1))
done
printf '#define EMBEDDED(X)'
n=0
for f in "$@"; do
    printf ' \\\n    X("%s", embedded_%d)' "${f##*/}" "$n"
    n=$((n + 1))
done
printf '\n'
