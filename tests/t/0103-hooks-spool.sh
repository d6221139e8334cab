#!/bin/sh
# Events that find no worker wait in the spool: all of them, once.
. "$(dirname "$0")/hooks.inc"

i=0
while [ $i -lt 40 ]; do
    echo "3 $((100 + i))"
    i=$((i + 1))
done | sort >"$T/want"
forty()
{
    rm -f "$CMEM_HOME/hooks.log"
    i=0
    while [ $i -lt 40 ]; do
        printf '%0*d' $((100 + i)) 0 | "$BIN/cmem-hook-post-tool-use" &
        i=$((i + 1))
    done
    wait
    drain | sort >"$T/got"
    [ ! -e "$CMEM_HOME/hooks.log" ] # one that stopped hard kept nothing
}
until_ms 30000 forty
cmp -s "$T/want" "$T/got"
ok $? "forty hooks at once"
is "$(drain)" "" "the spool is empty afterwards"
is "$(stat -c %a "$CMEM_HOME" "$CMEM_HOME/spool" | tr '\n' ' ')" "700 700 " \
    "its directories are private"
event stop
is "$(stat -c %a "$CMEM_HOME/spool/events.spool")" 600 "and so is its file"
drain >/dev/null

# --- killed at any time: whole or not there ---
# A fast machine lets all forty end: together they fit in the spool's 64 MB.
head -c 1000000 /dev/urandom >"$T/1m"
i=0
lost=0
while [ $i -lt 40 ]; do
    "$BIN/cmem-hook-stop" <"$T/1m" &
    pid=$!
    # From at once to after its end, in steps of a small program's run.
    n=$((i % 8))
    while [ $n -gt 0 ]; do
        /bin/true
        n=$((n - 1))
    done
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    event stop
    [ "$rc" = 0 ] || lost=1
    i=$((i + 1))
done
drain >"$T/got"
stopped=$(cat "$CMEM_HOME/hooks.log" 2>/dev/null | wc -l)
kept=$(grep -c "^4 $((${#EVENT} + 1))\$" "$T/got")
[ "$kept" -le 40 ] && [ $((kept + stopped)) -ge 40 ]
ok $? \
    "hooks killed while they write hide no event of others"
is "$(grep -v -e "^4 $((${#EVENT} + 1))\$" -e '^4 1000000$' "$T/got")" "" \
    "and leave nothing that is not whole"
is $lost 0 "nor do they disturb them"

# --- full ---
export CMEM_SPOOL_MB=1
head -c 300000 /dev/zero >"$T/300k"
for n in 1 2 3 4; do
    hook post-tool-use <"$T/300k"
done
head -c 100000 /dev/zero >"$T/100k"
hook post-tool-use <"$T/100k"
hook user-prompt <"$T/100k"
hook stop <"$T/100k"
hook stop <"$T/100k"
is "$(wc -c <"$CMEM_HOME/spool/dropped" | tr -d ' ')" 3 \
    "what finds no room is counted"
is "$(drain | sort | uniq -c | tr -s ' ' | tr '\n' ';')" \
    " 1 2 100000; 1 3 100000; 3 3 300000;" \
    "prompts and stops have a tenth more room than tool events"
finish
