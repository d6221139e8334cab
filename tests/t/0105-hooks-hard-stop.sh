#!/bin/sh
# A hook that cannot go on stops hard and leaves a line for the doctor.
. "$(dirname "$0")/hooks.inc"

printf '{"a":1}' >"$T/context"
fake ack "$T/context"
# Standard output is a pipe that is full and that nobody reads: the write of
# the context never returns.
mkfifo "$T/full"
exec 8<>"$T/full"
head -c 65536 /dev/zero >&8
from=$(now_ms)
echo "$EVENT" | timeout 30 "$BIN/cmem-hook-session-start" >&8 2>"$T/err"
rc=$?
ms=$(($(now_ms) - from))
exec 8<&-
is "$rc:$(cat "$T/err")" "0:" "it exits with 0 and says nothing"
[ $ms -ge 490 ] && [ $ms -lt $LIMIT_MS ]
ok $? "after 500 ms ($ms)"
has_line()
{
    [ -s "$CMEM_HOME/hooks.log" ]
}
until_ms 20000 has_line
is "$(sed 's/^[0-9]\{13\} //' "$CMEM_HOME/hooks.log" 2>/dev/null)" \
    "session-start hard-stop" "hooks.log has a line about it"
is "$(stat -c %a "$CMEM_HOME/hooks.log")" 600 "hooks.log is private"
event stop
is "$(wc -l <"$CMEM_HOME/hooks.log" | tr -d ' ')" 1 "a good run leaves none"

# Its directory may not be there yet.
export XDG_STATE_HOME="$T/state/deep" XDG_DATA_HOME="$T/data"
unset CMEM_HOME
fake ack "$T/context"
rm -rf "$T/state"
exec 8<>"$T/full"
head -c 65536 /dev/zero >&8
echo "$EVENT" | timeout 30 "$BIN/cmem-hook-session-start" >&8
exec 8<&-
CMEM_HOME=$T/state/deep/cmem
until_ms 20000 has_line
ok $? "the log's directory is made"
finish
