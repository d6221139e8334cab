#!/bin/sh
# code.sh [TREE] - the code index beside parsing alone: `make bench-code`.
#
# Without TREE it takes what most machines have: Python's library and the C
# headers, copied, so that nothing changes meanwhile. The promises: at least
# 120,000 lines a CPU second written, a third of the parse floor or more, 60 MB
# at most (a tree of some 400,000 lines), a second scan of it in 60 ms, an
# edited file in 20 ms, a search in 1 ms and its whole process in 8 ms.
set -eu
build=$(cd "${BUILD:-build}" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/cmem-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT PIPE TERM
export CMEM_GRAMMARS="$build/lib/cmem/grammars" CMEM_PROVIDER=none

tree=${1:-}
if [ -z "$tree" ]; then
    tree=$work/tree
    mkdir -p "$tree"
    for d in /usr/lib/python3.[0-9]*; do
        [ -e "$d/argparse.py" ] && cp -rL "$d" "$tree/python" && break
    done 2>/dev/null || true
    for d in linux sys asm-generic openssl bits; do
        [ -d "/usr/include/$d" ] && cp -rL "/usr/include/$d" "$tree/$d"
    done 2>/dev/null || true
    find "$tree" -type f -exec touch -d '1 day ago' {} +
fi
tree=$(cd "$tree" && pwd)
edited=$(cd "$tree" && find . -name '*.py' -o -name '*.c' -o -name '*.js' |
    head -n 400 | while read -r f; do
        printf '%s %s\n' "$(wc -l <"$f")" "${f#./}"
    done | sort -n | awk '$1 > 300 { print $2; exit }')
echo "tree: $tree"
# A file changed within the last seconds is read again by the next scan, as it
# must be; one that was just copied would be, too.
sleep 2
mkdir "$work/home"
"$build/bench/code-run" "$work/home" "$tree" "$edited" "$build/bin/cmem"

# What it found, beside an exact oracle.
if command -v python3 >/dev/null; then
    CMEM_HOME="$work/home" python3 bench/code-oracle.py \
        "$build/bin/cmem" "$tree"
fi
