#!/bin/sh
# lint.sh - the rules of the house that a machine can check. TAP.
set -u
cd "$(dirname "$0")/.." || exit 1
n=0
found=$(mktemp) || exit 1
trap 'rm -f "$found"' EXIT

# verdict NAME: ok unless something was written to $found.
verdict() {
    n=$((n + 1))
    if [ -s "$found" ]; then
        echo "not ok $n - $1"
        sed 's/^/# /' "$found" | head -n 40
    else
        echo "ok $n - $1"
    fi
    : >"$found"
}

sources() { # sources DIRECTORY...: its C files
    for d in "$@"; do
        for f in "$d"/*.[ch]; do
            [ -e "$f" ] && printf '%s\n' "$f"
        done
    done
}

# layer DIRECTORY MAY...: its files include from these folders only. The link
# line says the same to the linker; this says it with a line number.
layer() {
    dir=$1
    shift
    sources "$dir" | while read -r f; do
        grep -Hn '^#include "' "$f"
    done | awk -v may=" $* " '{
        split($0, part, "\"")
        folder = part[2]
        if (!sub("/.*", "", folder))
            folder = "."
        if (index(may, " " folder " ") == 0)
            print $0
    }' >>"$found"
}

layer lib/base base
layer lib/embed base embed
layer lib/wire base wire
layer lib/agent base agent
layer lib/code base code .
layer lib/compress base compress .     # "." is what the build generates
layer lib/store base store .
layer lib/search base embed store search
layer lib/ops base code embed agent compress store search ops
layer lib/mcp base ops mcp
layer hooks base wire hooks
layer cli base embed wire agent code store search ops mcp cli
layer cli/browse base wire agent ops cli
layer worker base embed wire agent code store search compress ops mcp worker .
verdict "every folder includes only what stands below it"

# only HEADER WHERE: a third party's header has one home.
only() {
    grep -rn "^#include <$1" lib hooks cli worker --include='*.[ch]' |
        grep -v "^$2" >>"$found"
}
only sqlite3.h lib/store/
only cjson/ lib/base/json.c
only uv.h worker/
only curl/ worker/
only llhttp worker/http_conn.c
only tree_sitter/ lib/code/
only term.h cli/browse/caps.c
only n*curses cli/browse/caps.c
verdict "libraries of others are included in one place each"

sources lib/*/ hooks cli cli/browse worker | grep '\.c$' | while read -r f; do
    first=$(grep -m 1 '^#include' "$f")
    [ "$first" = '#include "base/common.h"' ] ||
        echo "$f: begins with $first"
done >>"$found"
verdict "common.h is included first"

all() { sources lib/*/ hooks cli cli/browse worker tests/unit tests/tools tests/fuzz; }

all | xargs wc -l | awk '$1 >= 1000 && $2 != "total" { print $2 ": " $1 }' \
    >>"$found"
verdict "no file has a thousand lines"

# A function's body stands between braces in the first column.
all | xargs awk '
    /^\{/ { began = FNR }
    /^\}/ {
        if (began && FNR - began - 1 > 100)
            print FILENAME ":" began ": a function of " FNR - began - 1 " lines"
        began = 0
    }' >>"$found"
verdict "no function has over a hundred lines"

all | while read -r f; do
    head -n 3 "$f" | grep -q "$(basename "$f") - " ||
        echo "$f: does not say what it is in its first line"
done >>"$found"
verdict "every file says what it is"

all | xargs grep -nE '[[:blank:]]+$' >>"$found"
all | xargs grep -n "$(printf '\t')" >>"$found"
verdict "no tabs, no blanks at the end of lines"

echo "1..$n"
