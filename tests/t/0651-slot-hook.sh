#!/bin/sh
# 0651-slot-hook.sh - the hook of a prompt prints what comes in time, and says
# so; whatever else comes, or nothing, it ends as every hook does.
. "$(dirname "$0")/hooks.inc"

context='{"hookSpecificOutput":{"additionalContext":"we were here"}}'
said() { [ -e "$T/context.printed" ]; }

printf '%s' "$context" >"$T/context"
fake more "$T/context"
# 30 ms is little on a busy machine: what is late is not printed.
prints "$context" "what follows the answer is printed" user-prompt
until_ms 20000 said
ok $? "and that it was printed is said"
rm -f "$T/context.printed"
event stop
is "$(cat "$T/out")" "" "other hooks do not wait for more"
event user-prompt --capture
is "$(cat "$T/out")" "" "nor does one that is to capture only"

for text in 'not an object' '{"cut":"off' ''; do
    printf '%s' "$text" >"$T/context"
    fake more "$T/context"
    event user-prompt
    is "$rc:$(cat "$T/out")" "0:" "no object, not printed: '$text'"
done
said
is $? 1 "and never said to be printed"

fake late "$T/context"
drain >/dev/null
event user-prompt
is "$rc:$(cat "$T/out")" "0:" "what does not come in time is not waited for"
is_quiet
ok $? "quietly"
unspooled() { [ -z "$(drain)" ] || { event user-prompt && false; }; }
until_ms 20000 unspooled
ok $? "the event is the worker's: nothing is spooled"

# An answer of the kind that a session's start gets is no slot.
printf '%s' "$context" >"$T/context"
fake ack "$T/context"
event user-prompt
is "$(cat "$T/out")" "" "an answer without more to follow is not printed"

(exec >&-; "$BIN/cmem-hook-user-prompt" <"$T/event" 2>"$T/err")
is "$?:$(cat "$T/err")" "0:" "closed standard output"
no_fake
finish
