#!/bin/sh
# 0900-readme.sh - the README's examples are run, and print what it says.
#
# In each block marked "console" a line that begins with "$ " is a command; the
# lines under it must be among what it prints, in any number of others. Digits
# count as equal: ids, dates and times differ between runs.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"
export TZ=UTC COLUMNS=200
PATH="$BIN:$PATH"
cd "$root" || exit 1

alike() { sed -e 's/[0-9][0-9]*/0/g' -e 's/[[:space:]][[:space:]]*/ /g'; }

# One directory a command: command, and what the README prints under it.
mkdir "$dir/tour"
awk -v to="$dir/tour" '
    /^```console/ { inside = 1; next }
    /^```/ { inside = 0 }
    inside && /^\$ / { n++; print substr($0, 3) > (to "/" n ".cmd"); next }
    inside && NF { print > (to "/" n ".want") }' README.md

says() { # says N: is every line of N.want in N.got?
    alike <"$dir/tour/$1.got" >"$dir/tour/got"
    [ ! -e "$dir/tour/$1.want" ] || alike <"$dir/tour/$1.want" |
        while read -r line; do
            grep -qF -e "$line" "$dir/tour/got" || {
                echo "not printed: $line"
                echo "but:"
                cat "$dir/tour/$1.got"
                exit 1
            }
        done
}

n=0
while [ -e "$dir/tour/$((n + 1)).cmd" ]; do
    n=$((n + 1))
    command=$(cat "$dir/tour/$n.cmd")
    case $command in
    "export CMEM_HOME="*) continue ;; # this test has its own
    esac
    check "runs: $command" sh -c "$command >'$dir/tour/$n.got'"
    check "and prints what the README shows" says "$n"
done
check "the README has a tour" [ $n -ge 8 ]
lines=$(wc -l <README.md)
check "and at most 200 lines" [ "$lines" -le 200 ]
done_testing
