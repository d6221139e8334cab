#!/bin/sh
# What a hook sends, and what session-start prints.
. "$(dirname "$0")/hooks.inc"

# field FRAME FROM BYTES - from the file of recorded frames, as a number or,
# for the id, in hexadecimal. All recorded bodies have the size of $EVENT.
size=$((36 + ${#EVENT} + 1))
field()
{
    tail -c +$(($1 * size + $2 + 1)) "$T/recorded" | head -c "$3" |
        od -An -v -tu1 | tr -s ' \n' ' ' | sed 's/^ //; s/ $//'
}

fake record "$T/recorded"
export CMEM_EVENT_TIME_MS=1763712000123
for one in $HOOKS; do
    event "$one"
done
unset CMEM_EVENT_TIME_MS
event session-start --capture
event stop
recorded() { [ "$(wc -c <"$T/recorded")" -ge $((8 * size)) ]; }
until_ms 20000 recorded
is "$(wc -c <"$T/recorded" | tr -d ' ')" $((8 * size)) "eight frames arrive"
kinds=
for i in 0 1 2 3 4 5 6 7; do
    kinds="$kinds$(field $i 0 8);"
done
is "$kinds" "67 77 69 77 1 1 1 1;67 77 69 77 1 1 2 1;67 77 69 77 1 1 3 0;\
67 77 69 77 1 1 4 0;67 77 69 77 1 1 5 0;67 77 69 77 1 1 6 0;\
67 77 69 77 1 1 1 0;67 77 69 77 1 1 4 0;" \
    "version, type, kind; who prints wants context, --capture does not"
# 1763712000123 = 0x19aa56d607b
is "$(field 0 12 8)" "123 96 109 165 154 1 0 0" \
    "CMEM_EVENT_TIME_MS is the event's time"
time=$(field 7 12 8 | awk '{ for (i = 8; i > 0; i--) n = n * 256 + $i
                             printf "%.0f", n }')
age=$(($(now_ms) - time))
[ $age -ge 0 ] && [ $age -lt 60000 ]
ok $? "otherwise it is now"
for i in 0 1 2 3 4 5 6 7; do
    field $i 20 16 && echo
done >"$T/ids"
is "$(sort -u "$T/ids" | wc -l | tr -d ' ')" 8 "every event has its own id"
tail -c +37 "$T/recorded" | head -c ${#EVENT} >"$T/body"
is "$(cat "$T/body")" "$EVENT" "the body is the input"

# --- switched off ---
drain >/dev/null # what the fake worker was late for
: >"$T/recorded"
(export CMEM_INTERNAL=1 && event stop)
: >"$CMEM_HOME/off"
event session-start
rm "$CMEM_HOME/off"
is "$(wc -c <"$T/recorded" | tr -d ' ')$(drain)" 0 \
    "CMEM_INTERNAL and the file off: nothing is sent or spooled"

# --- context from the worker ---
context='{"hookSpecificOutput":{"additionalContext":"we were here \u00e9"}}'
printf '%s' "$context" >"$T/context"
fake ack "$T/context"
prints "$context" "session-start prints the worker's answer" session-start
event session-start --capture
is "$(cat "$T/out")" "" "with --capture it prints nothing"
node -e 'process.stdout.write(JSON.stringify({a: "x".repeat(60000)}))' \
    >"$T/context"
fake ack "$T/context"
whole() { event session-start && cmp -s "$T/out" "$T/context"; }
until_ms 20000 whole
ok $? "an answer of 60,000 bytes is printed whole"
for text in 'not an object' '{"cut":"off' '[1]' ''; do
    printf '%s' "$text" >"$T/context"
    fake ack "$T/context"
    event session-start
    is "$rc:$(cat "$T/out")" "0:" "no object, not printed: '$text'"
done
node -e 'process.stdout.write(JSON.stringify({a: "x".repeat(70000)}))' \
    >"$T/context"
fake ack "$T/context"
event session-start
is "$rc:$(cat "$T/out")" "0:" "an answer beyond 64 KB is not printed"
no_fake

# --- context without the worker ---
# The file's name comes from the directory: FNV-1a, as in base/paths.h.
cached()
{
    node -e '
        let h = 0xcbf29ce484222325n;
        for (const c of Buffer.from(process.argv[2]))
            h = BigInt.asUintN(64, (h ^ BigInt(c)) * 0x100000001b3n);
        console.log(process.argv[1] + "/cache/context-" +
            h.toString(16).padStart(16, "0") + ".json");' "$CMEM_HOME" "$1"
}
mkdir -p "$CMEM_HOME/cache" "$T/project/deep"
project=$(cd "$T/project" && pwd -P)
cd "$project" || exit 1
event session-start
is "$(cat "$T/out")" "" "no worker and no cached block: nothing"
printf '%s\n' "$context" >"$(cached "$project")"
prints "$context" "no worker: the cached block is printed" session-start
event session-start --capture
is "$(cat "$T/out")" "" "but not with --capture"
event user-prompt
is "$(cat "$T/out")" "" "nor by another hook"
cd deep || exit 1
export CLAUDE_PROJECT_DIR="$project"
prints "$context" "else the project directory's block" session-start
printf '{"here":1}' >"$(cached "$project/deep")"
prints '{"here":1}' "the working directory's comes first" session-start
fake mute
prints '{"here":1}' "also when the worker does not answer" session-start
no_fake
printf 'text' >"$(cached "$project/deep")"
event session-start
is "$(cat "$T/out")" "" "a cached file that is no object is not printed"
node -e 'process.stdout.write(JSON.stringify({a: "x".repeat(70000)}))' \
    >"$(cached "$project/deep")"
unset CLAUDE_PROJECT_DIR
event session-start
is "$rc:$(cat "$T/out")" "0:" "nor one beyond 64 KB"
finish
