#!/bin/sh
# 0650-slot.sh - what a prompt brings: once, in time, or nothing.
set -u
. "$(dirname "$0")/../lib.sh"

mkdir -p "$dir/work" "$CMEM_HOME"
cd "$dir/work" || exit 1
cmem() { "$BIN/cmem" "$@"; }
echo 'prompt_bar = 0.1' >"$CMEM_HOME/config"
# Rare words tell, so there have to be others.
for what in parser printer menu colour clock driver ledger garden bridge \
    kettle violin harbour lantern meadow puzzle rocket saddle tunnel window; do
    for n in 1 2 3; do
        printf '{"text":"The %s of part %s was painted, measured and closed"}\n' \
            "$what" $n
    done
done >"$dir/others.jsonl"
cmem import --format=jsonl "$dir/others.jsonl" >/dev/null
cmem add 'The frobnicator cache must be flushed before the spool rotates, or records are lost' >/dev/null
cmem add 'Releases are signed with the key of the build host' >/dev/null
asked='why does the frobnicator cache lose records when the spool rotates?'

prompt() { # prompt SESSION TEXT: what the hook prints for it
    printf '{"session_id":"%s","cwd":"%s","hook_event_name":"UserPromptSubmit","prompt":"%s"}' \
        "$1" "$dir/work" "$2" | "$BIN/cmem-hook-user-prompt" 2>"$dir/err"
}
# A machine that runs tests is a busy one, and what does not come in 30 ms does
# not come: a session that got nothing asks again.
brings() { # brings SESSION TEXT WORDS
    prompt "$1" "$2" >"$dir/got"
    grep -q -- "$3" "$dir/got"
}
keeps() { # keeps SESSION TEXT: nothing is printed, and the event is stored
    before=$(events)
    prompt "$1" "$2" >"$dir/got"
    [ ! -s "$dir/got" ] || { cat "$dir/got"; return 1; }
    wait_for 10 more_than "$before"
}
more_than() { [ "$(events)" -gt "$1" ]; }
events() {
    cmem stats --json | sed -n 's/.*"totals":{[^}]*"events":\([0-9]*\).*/\1/p'
}
quiet() { # quiet N SESSION TEXT: in so many tries there is nothing
    tries=$1
    shift
    while [ "$tries" -gt 0 ]; do
        keeps "$@" || return 1
        tries=$((tries - 1))
    done
}
is_answer() {
    node -e 'const o = JSON.parse(require("fs").readFileSync(process.argv[1]));
        const h = o.hookSpecificOutput;
        process.exit(h.hookEventName === "UserPromptSubmit" &&
            h.additionalContext.startsWith("<cmem-memory") &&
            h.additionalContext.endsWith("</cmem-memory>") ? 0 : 1)' "$dir/got"
}

check "a prompt brings what is remembered about it" \
    wait_for 20 brings sess-one "$asked" frobnicator
check "as the answer of that hook" is_answer
check "with what it is and where it is from" grep -q '#[0-9]* note 20..-..-.. (user): ' "$dir/got"
check "and no more" sh -c "! grep -q 'signed' '$dir/got'"
check "nothing on standard error" test ! -s "$dir/err"
given() { [ "$(cmem why sess-one --json 2>/dev/null | grep -o '"source":"prompt"' | wc -l)" = 1 ]; }
check "the receipt is written" wait_for 10 given
check "never twice to one session" quiet 5 sess-one "$asked"
# Compacted, the session has it no more.
printf '{"session_id":"sess-one","cwd":"%s","hook_event_name":"PostCompact","compact_summary":"1. **Primary Request**:\\n   - Water the **tulips** at noon"}' \
    "$dir/work" | "$BIN/cmem-hook-pre-compact" >/dev/null 2>&1
check "a compaction takes it away: it is given again" \
    wait_for 20 brings sess-one "$asked" frobnicator
printf '{"session_id":"sess-one","cwd":"%s","hook_event_name":"Stop"}' \
    "$dir/work" | "$BIN/cmem-hook-stop" >/dev/null 2>&1
named() { cmem search --all tulips | grep -q 'compaction: Water the tulips at noon'; }
check "its summary is named by what it says" wait_for 20 named
check "another one gets it" wait_for 20 brings sess-two "$asked" frobnicator

check "nothing for a prompt that says nothing" quiet 3 sess-three 'yes, continue'
check "nor for a command" quiet 3 sess-three '/review the frobnicator cache and the spool'
check "nor for what the client says" quiet 3 sess-three \
    '<task-notification>the frobnicator cache spool records are lost</task-notification>'
check "nor for what is about something else" quiet 3 sess-three \
    'please translate the manual page of the installer into Portuguese'

subagent='{"session_id":"five","cwd":"'$dir/work'","hook_event_name":"UserPromptSubmit","agent_id":"a1","agent_type":"Explore","prompt":"'$asked'"}'
check "nothing in a subagent" sh -c \
    "[ -z \"\$(printf '%s' '$subagent' | '$BIN/cmem-hook-user-prompt')\" ]"

# What it brought is not stored again when it comes back.
printf '{"session_id":"six","cwd":"%s","hook_event_name":"UserPromptSubmit","prompt":"%s"}' \
    "$dir/work" "<cmem-memory for=\\\"prompt\\\">flushed by the quokka</cmem-memory>" |
    "$BIN/cmem-hook-user-prompt" >"$dir/got"
check "our own block brings nothing" test ! -s "$dir/got"
not_again() { ! cmem search --all --json 'quokka' | grep -q '"kind":"prompt"'; }
check "and is no memory" not_again

cmem config set prompt_context off >/dev/null
stop_worker
prompt sess-four start >/dev/null
wait_for 10 worker_pid
check "one setting turns it off" quiet 5 sess-four "$asked"
done_testing
