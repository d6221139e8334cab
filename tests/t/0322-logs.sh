#!/bin/sh
# 0322-logs.sh - the end of a log, and what is added to it.
set -u
. "$(dirname "$0")/../lib.sh"

log=$CMEM_HOME/worker.log
mkdir -p "$CMEM_HOME"
chmod 700 "$CMEM_HOME"
is() { # is GOT WANT
    [ "$1" = "$2" ] || { echo "got \"$1\", not \"$2\""; return 1; }
}
line() { printf '2026-11-21T08:40:55.583Z info  line %s\n' "$1"; }

out=$("$BIN/cmem" logs 2>&1)
check "without a log: status 1, and why" is "$?:$(echo "$out" | grep -c 'has not run')" 1:1
check "no hook had to be stopped" sh -c \
    "'$BIN/cmem' logs --hooks 2>&1 | grep -q 'no hook had to be stopped'"

i=0
while [ $i -lt 60 ]; do
    i=$((i + 1))
    line $i
done >"$log"
check "the last fifty" is "$("$BIN/cmem" logs | wc -l | tr -d ' ')" 50
check "so many as are asked for" is "$("$BIN/cmem" logs -n 2)" "$(line 59; line 60)"
check "as JSON" is "$("$BIN/cmem" logs -n1 --json)" \
    "{\"file\":\"$log\",\"lines\":[\"$(line 60)\"]}"
check "controls do not reach the terminal" sh -c \
    "printf 'x \\033[31mred\\n' >>'$log'; ! '$BIN/cmem' logs | grep -q '\\[31m'"
mv "$log" "$log.1"
line new >"$log"
check "over a rotation" is "$("$BIN/cmem" logs -n 3 | tail -n 1)" "$(line new)"
check "with what was before it" is "$("$BIN/cmem" logs -n 3 | wc -l | tr -d ' ')" 3
echo '1763712000123 stop hard-stop' >"$CMEM_HOME/hooks.log"
check "the hooks' times can be read" is "$("$BIN/cmem" logs --hooks)" \
    "2025-11-21T08:00:00.123Z stop hard-stop"

# --- following ---
"$BIN/cmem" logs -f -n 1 >"$dir/followed" &
follower=$!
shows() { grep -q "line $1\$" "$dir/followed"; }
check "it begins with the end" wait_for 10 shows new
line added >>"$log"
check "what is added follows" wait_for 10 shows added
printf 'half' >>"$log"
mv "$log" "$log.1"
line rotated >"$log"
check "it goes on with the new log" wait_for 10 shows rotated
check "each line once" is "$(grep -c 'line added' "$dir/followed")" 1
kill -TERM $follower
wait $follower 2>/dev/null
check "and ends when it is told" is $? 143
mkfifo "$dir/pipe"
"$BIN/cmem" logs -f >"$dir/pipe" &
follower=$!
head -n 1 <"$dir/pipe" >/dev/null
check "it ends with its reader" timeout 10 tail --pid=$follower -f /dev/null
kill $follower 2>/dev/null
check "following has no JSON" sh -c "'$BIN/cmem' logs -f --json 2>/dev/null; [ \$? = 2 ]"
done_testing
