#!/bin/sh
# queries.sh DIRECTORY - a C header with each NAME.query of it as a string, and
# a table of them by name.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for f in "$1"/*.query; do
    sh "$here/../lib/embed.sh" "query_$(basename "$f" .query)" <"$f"
done
printf 'static const struct {\n    const char *name, *text;\n} code_queries[] = {\n'
for f in "$1"/*.query; do
    name=$(basename "$f" .query)
    printf '    {"%s", query_%s},\n' "$name" "$name"
done
printf '};\n'
