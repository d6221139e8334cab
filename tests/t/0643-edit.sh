#!/bin/sh
# 0643-edit.sh - pinned, edited, expired; used; what retention takes is said.
set -u
. "$(dirname "$0")/../lib.sh"
export TZ=UTC
unset COLUMNS NO_COLOR PAGER
mkdir "$dir/w"
cd "$dir/w" || exit 1


check "a note" prints 0 '^remembered as #1$' add "the heron sleeps at noon"
check "pin" prints 0 '^pinned #1 ' pin 1
check "pinned already" prints 0 '^nothing to change in #1 ' pin 1
check "show says so" prints 0 'importance 4 .*, pinned' show 1
check "unpin" prints 0 '^unpinned #1 ' unpin 1
check "pin what is not there" prints 1 'there is no memory #9' pin 9
check "edit its text" prints 0 '^changed #1  the heron sleeps at ten' \
    edit 1 --text "the heron sleeps at ten" --importance 5
check "it is found by its new words" prints 0 'sleeps at ten' search heron ten
check "history has the old ones" prints 0 'before: the heron sleeps at noon' \
    history 1
check "and the change of importance" grep -q 'importance changed by user: 4 to 5' \
    "$dir/printed"
check "show says why it matters" prints 0 'importance 5 \(5 set by hand\)' show 1
check "nothing to change" prints 2 'what is to be changed' edit 1
check "a text that is empty is no edit" prints 2 'empty' edit 1 --text " "

check "one that expires" prints 0 '^remembered as #2$' \
    add --expires 2099-01-01 "the lease of the heron pond"
check "is found" prints 0 'heron pond' search pond
check "until then" prints 0 '^changed' edit 2 --expires 2020-01-01
check "afterwards it is left out" prints 1 '0 of' search pond
check "but kept" prints 0 'heron pond' search --history pond
check "and can be brought back" prints 0 '^changed' edit 2 --forever
check "for good" prints 0 'heron pond' search pond
check "metadata are given" prints 0 '^changed' \
    edit 2 --metadata '{"area": "garden"}' --time 2020-01-02T03:04:05Z
check "and found by" prints 0 'heron pond' \
    search pond --filter '{"metadata": {"area": "garden"}}'
check "history has both" prints 0 'to 2020-01-02T03:04:05Z' history 2
check "metadata that are no object are refused" prints 2 'JSON object' \
    edit 2 --metadata '[1]'
check "and taken away" prints 0 '^changed' edit 2 --metadata '{}'
check "so that nothing is found by them" prints 1 '0 of' \
    search pond --filter '{"metadata": {"area": "garden"}}'

used() { "$BIN/cmem" show --json 1 | grep -q '"used":{"times":[1-9]'; }
"$BIN/cmem" show 1 >/dev/null
check "a look is noted by the running worker" wait_for 5 used
uses() { "$BIN/cmem" show --json 1 | sed -n 's/.*"used":{"times":\([0-9]*\).*/\1/p'; }
kill_worker
before=$(uses)
check "without one a look is not felt" prints 0 'heron' show 1
check "and not noted" test "$(uses)" = "$before"
done_testing
