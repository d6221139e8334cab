#!/bin/sh
# code.sh CACHE [PART...] - the figures of the code index, each beside what was
# promised: `make bench-code`. PART: tree, event, languages, oracles, ctags,
# linux; all but the last one by itself.
#
# The code comes from packages (bench/corpora) and is fetched at the first time.
# TREE=DIRECTORY: another tree for the part "tree". LINUX=DIRECTORY: a kernel's
# source, for "linux", instead of fetching one. What cannot be had is said so.
set -eu
cache=$1
shift
build=$(cd "${BUILD:-build}" && pwd)
bench=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/cmem-bench-XXXXXX")
worker=
clean_up()
{
    [ -z "$worker" ] || kill "$worker" 2>/dev/null || :
    tries=0 # its last words go into the directory, too
    while [ -e "$work/home/cmem.sock" ] && [ $tries -lt 250 ]; do
        tries=$((tries + 1))
        sleep 0.02
    done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT PIPE TERM
export CMEM_GRAMMARS="$build/lib/cmem/grammars" CMEM_PROVIDER=none
export PYTHONDONTWRITEBYTECODE=1
user=$HOME # whose npm fetches
export HOME="$work/user"
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME CMEM_INTERNAL
mkdir "$HOME"
: >"$work/missed"

corpus() # corpus NAME: where it is
{
    HOME=$user sh "$bench/code-corpus.sh" "$cache" "$1"
}

version() { cat "$cache/bench/code/$1.version"; }

# promise WHAT VALUE UNIT [<=|>= LIMIT]
promise()
{
    awk -v what="$1" -v v="$2" -v unit="$3" -v op="${4:-}" -v limit="${5:-0}" '
        function n(x) {
            return sprintf(x >= 1000 ? "%.0f" : x >= 10 ? "%.1f" : "%.4g", x)
        }
        BEGIN {
            printf "  %-46s %9s %-8s", what, n(v), unit
            if (op == "") { print ""; exit }
            kept = op == "<=" ? v <= limit : v >= limit
            printf " %s %-7s %s\n", op, limit, kept ? "kept" : "MISSED"
            exit !kept
        }' || echo "$1" >>"$work/missed"
}

value() { awk -v name="$2" '$1 == name { print $2 }' "$1"; }
# A row of the program's, as it was measured.
figure() # figure WHAT ROW UNIT [<=|>= LIMIT]
{
    v=$(value "$work/rows" "$2")
    [ -n "$v" ] || { echo "  $1: failed"; echo "$1" >>"$work/missed"; return; }
    row=$1 unit=$3
    shift 3
    promise "$row" "$v" "$unit" "$@"
}

# --- a tree of the size of redis --------------------------------------------

# The file of it whose length is the median one.
middle_file()
{
    find . -name '*.py' -o -name '*.c' -o -name '*.js' -type f |
        while read -r f; do
            echo "$(wc -l <"$f") ${f#./}"
        done | awk '$1 > 100' | sort -n |
        awk '{ v[NR] = $2 } END { print v[int((NR + 1) / 2)] }'
}

# The tree, copied, so that nothing changes meanwhile and it may be edited.
lay_tree()
{
    tree=$work/tree
    [ ! -d "$tree" ] || return 0
    if [ -n "${TREE:-}" ]; then
        cp -a "$TREE" "$tree"
        from=$TREE
    else
        redis=$(corpus redis) && zstd=$(corpus zstd) || return 1
        cp -a "$redis" "$tree"
        cp -a "$zstd" "$tree/zstd"
        from="$(version redis) with $(version zstd)"
    fi
    edited=$(cd "$tree" && middle_file)
}

ctags_cost()
{
    if ! ctags --version 2>/dev/null | grep -q Universal; then
        echo "  universal-ctags is not here to compare with"
        return
    fi
    # shellcheck disable=SC2016 # for the inner shell
    sh -c 'cd "$1" && ctags -R -f "$2/tags" --fields=+neKS . 2>/dev/null
        times' - "$tree" "$work" | awk 'NR == 2 {
            n = split($0, t, /[ms ]+/)
            print t[1] * 60 + t[2] + t[3] * 60 + t[4] }' >"$work/ctags"
    promise "universal-ctags, names only: processor time" \
        "$(cat "$work/ctags")" s
    promise "its file of tags" \
        "$(($(wc -c <"$work/tags") / 1000))" kB
}

tree_part()
{
    echo "A tree of the size of redis"
    lay_tree || return 0
    mkdir -p "$work/tree-home"
    "$build/bench/code-run" tree "$work/tree-home" "$tree" \
        "$build/bin/cmem" >"$work/rows" 2>"$work/words" ||
        { cat "$work/words"; return 1; }
    echo "  $from: $(value "$work/rows" files) files of code," \
        "$(value "$work/rows" lines) lines"
    lines=$(value "$work/rows" lines)
    figure "the whole index, processor time" index_s s
    promise "  for 365,000 lines of it" "$(awk -v l="$lines" \
        -v s="$(value "$work/rows" index_s)" \
        'BEGIN { print s * 365000 / l }')" s "<=" 2.5
    figure "  of it to walk, read and parse" read_s s
    figure "  of it to write" write_s s
    figure "  wall" wall_s s
    figure "  lines a processor second" lines_s "" ">=" 120000
    figure "  share of parsing alone" floor_share "" ">=" 0.333
    figure "peak resident" peak_mb MB "<=" 60
    figure "database" database_mb MB "<=" 25
    ctags_cost
    figure "a second scan, nothing changed" again_ms ms "<=" 60
    figure "  files opened by it" again_opened ""
    figure "words, the slowest of five questions" words_ms ms "<=" 1
    figure "cmem code search, the whole process" process_ms ms "<=" 8
    figure "  of it processor time" process_cpu_ms ms
    cat "$work/words"
}

# --- an edit, from the hook --------------------------------------------------

# The shortest one of C that has 5,000 lines.
long_file()
{
    find . -name '*.c' -type f | while read -r f; do
        echo "$(wc -l <"$f") ${f#./}"
    done | awk '$1 >= 5000' | sort -n | awk 'NR == 1 { print $2 }'
}

# edit_cost FILE: alone in a directory, and edited there
edit_cost()
{
    rm -rf "$work/one" "$work/edit-home"
    mkdir -p "$work/one" "$work/edit-home"
    cp "$tree/$1" "$work/one/"
    "$build/bench/code-run" edit "$work/edit-home" "$work/one" "${1##*/}" \
        >"$work/rows"
    echo "  $1, $(wc -l <"$tree/$1") lines, processor time:"
    figure "    edited for the first time" edit_first_ms ms
    figure "    edited again, median" edit_ms ms "<=" 20
    figure "      of it to read and parse" edit_read_ms ms
    figure "      of it to write" edit_write_ms ms
    figure "    peak resident, with the trees kept" edit_peak_mb MB
}

event_part()
{
    echo "An edited file"
    lay_tree || return 0
    edit_cost "$edited"
    long=$(cd "$tree" && long_file)
    [ -z "$long" ] || edit_cost "$long"
    echo "  From the start of its hook until a reader finds it, in $edited:"
    mkdir -p "$work/home"
    CMEM_HOME="$work/home" "$build/bin/cmem" index "$tree" >/dev/null 2>&1
    worker=$(cut -d' ' -f1 "$work/home/lock")
    "$build/bench/code-run" event "$work/home" "$tree" "$edited" \
        "$build/bin/cmem-hook-post-tool-use" >"$work/rows"
    figure "median of 21 edits" event_ms ms "<=" 20
    figure "the slowest" event_worst_ms ms
}

# --- every first-class language ----------------------------------------------

# Where no package has code of a language: the tests' sample, 200 times.
samples() # samples LANGUAGE
{
    mkdir -p "$work/samples/$1"
    for f in "$bench/../tests/code/$1"/*."$1"; do
        i=0
        while [ $i -lt 200 ]; do
            cp "$f" "$work/samples/$1/$i-$(basename "$f")"
            i=$((i + 1))
        done
    done
    find "$work/samples/$1" -type f -exec touch -d '1 day ago' {} +
    echo "$work/samples/$1"
}

languages_part()
{
    echo "Every first-class language, beside parsing alone (at least 0.333)"
    printf '  %-11s %9s %9s %9s %6s\n' '' lines lines/s parsed/s share
    for l in c cpp python javascript jsx typescript tsx go rust java kotlin \
        swift csharp ruby php scala lua bash haskell ocaml elixir zig dart; do
        if grep -q "^$l	" "$bench/corpora"; then
            dir=$(corpus $l) || continue
            from=$(version $l)
        else
            dir=$(samples $l) from="no package has any: the tests' sample"
        fi
        mkdir -p "$work/speed"
        "$build/bench/code-run" speed "$work/speed" "$dir" >"$work/rows"
        awk -v l=$l -v from="$from" '{ v[$1] = $2 } END {
            kept = v["floor_share"] >= 1 / 3
            printf "  %-11s %9d %9d %9d %6.2f %-6s %s\n", l, v["lines"],
                v["lines_s"], v["floor_lines_s"], v["floor_share"],
                kept ? "kept" : "MISSED", from
            exit !kept }' "$work/rows" || echo "$l" >>"$work/missed"
    done
}

# --- beside exact oracles, and ctags -----------------------------------------

indexed() # indexed NAME: a home whose database knows the tree
{
    mkdir -p "$work/$1"
    [ -s "$work/$1/cmem.db" ] ||
        "$build/bench/code-run" index "$work/$1" "$2" >&2
    echo "$work/$1"
}

f1() # f1 WHO NUMBER SHARE ENDS
{
    promise "$1: F1 of $2 definitions" "$3" "" ">=" 0.98
    promise "  end line exact" "$4" "" ">=" 0.99
}

oracles_part()
{
    echo "Definitions beside the languages' own parsers"
    if ! command -v python3 >/dev/null; then
        echo "  python3 is not here"
    elif dir=$(corpus python); then
        home=$(indexed python "$dir")
        CMEM_HOME=$home python3 "$bench/code-oracle.py" "$build/bin/cmem" \
            "$dir" >"$work/found"
        # shellcheck disable=SC2046 # the figures are words
        f1 "Python's ast, $(version python)" $(head -n 1 "$work/found")
        sed 1d "$work/found"
    fi
    ts=$cache/oracle-typescript
    [ -e "$ts/package.json" ] ||
        HOME=$user sh "$bench/../lib/fetch-package.sh" code-oracle "$ts" >&2 ||
        { echo "  TypeScript's compiler cannot be had"; return 0; }
    for l in typescript tsx; do
        dir=$(corpus $l) || continue
        home=$(indexed $l "$dir")
        CMEM_HOME=$home node "$bench/code-oracle.js" "$ts" \
            "$build/bin/cmem" "$dir" >"$work/found"
        # shellcheck disable=SC2046
        f1 "TypeScript's compiler, $(version $l)" $(head -n 1 "$work/found")
        sed 1d "$work/found"
    done
}

ctags_part()
{
    echo "Definitions beside universal-ctags (docs/code-ctags.md explains)"
    if ! ctags --version 2>/dev/null | grep -q +json; then
        echo "  universal-ctags with JSON is not here"
        return
    fi
    for l in c go rust java ruby cpp; do
        dir=$(corpus $l) || continue
        home=$(indexed $l "$dir")
        echo "  $l: $(version $l)"
        CMEM_HOME=$home python3 "$bench/code-ctags.py" "$build/bin/cmem" \
            "$dir" $l "${CTAGS_EXAMPLES:-1}"
    done
}

# --- 28 million lines --------------------------------------------------------

linux_part()
{
    echo "Linux: begun, interrupted, killed, resumed"
    dir=${LINUX:-}
    [ -d "$dir" ] || dir=$(corpus linux) || return 0
    sh "$bench/code-linux.sh" "$dir" >"$work/rows"
    echo "  $(version linux 2>/dev/null || echo "$dir"):" \
        "$(value "$work/rows" lines) lines"
    figure "all of it, wall" wall_s s
    figure "processor time" cpu_s s
    figure "peak resident" peak_mb MB "<=" 400
    figure "database" database_mb MB
    figure "known when Ctrl-C came" after_interrupt files
    figure "known when the worker was killed" after_kill files
    figure "progress, times shown" progress "" ">=" 1
    figure "a hook meanwhile, median" hook_ms ms
    figure "  99 of 100" hook_99_ms ms
    figure "an edited file meanwhile, median" event_ms ms
    figure "  the slowest" event_worst_ms ms
    figure "cmem index --status meanwhile, the slowest" status_ms ms
    figure "a second scan, nothing changed, wall" again_s s
    figure "cmem code search afterwards" search_ms ms
}

[ $# -gt 0 ] || set -- tree event languages oracles ctags
for part; do
    "${part}_part"
done
if [ -s "$work/missed" ]; then
    echo "missed:"
    sed 's/^ */  /' "$work/missed"
else
    echo "everything was kept"
fi
