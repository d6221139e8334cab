#!/bin/sh
# 0640-life.sh - facts with a life: what contradicts, what was true when, and
# old transcripts that come late.
set -u
. "$(dirname "$0")/../lib.sh"
export TZ=UTC
unset COLUMNS NO_COLOR PAGER
mkdir "$dir/shop"
cd "$dir/shop" || exit 1

session() { # session ID TIME PROMPT: one turn, through the hooks
    {
        printf '{"session_id":"%s","cwd":"%s","hook_event_name":"SessionStart","source":"startup","_ts":"%sT10:00:00.000Z"}\n' "$1" "$PWD" "$2"
        printf '{"session_id":"%s","cwd":"%s","hook_event_name":"UserPromptSubmit","prompt":"%s","_ts":"%sT10:00:01.000Z"}\n' "$1" "$PWD" "$3" "$2"
        printf '{"session_id":"%s","cwd":"%s","hook_event_name":"Stop","last_assistant_message":"Understood.","_ts":"%sT10:00:09.000Z"}\n' "$1" "$PWD" "$2"
        printf '{"session_id":"%s","cwd":"%s","hook_event_name":"SessionEnd","reason":"other","_ts":"%sT10:00:10.000Z"}\n' "$1" "$PWD" "$2"
    } >"$dir/$1.jsonl"
    "$BIN/cmem" replay "$dir/$1.jsonl" >"$dir/replayed" 2>&1 ||
        { cat "$dir/replayed"; return 1; }
}

# --- said through the hooks, the newer one first ---
check "a session says what holds now" session late-one 2026-03-01 \
    "From now on we use bun instead of pnpm for installs."
check "an older one comes later" session early-one 2026-02-01 \
    "We always use pnpm for installs in this repository."
check "the newer one holds" prints 0 'use bun instead' \
    search --kind fact installs
check "and alone" lacks 'We always use pnpm'
check "as of then the older one did" prints 0 'We always use pnpm' \
    search --kind fact --as-of 2026-02-15 installs
check "and alone, too" lacks 'bun'
check "before it was said there was nothing" prints 1 'matched' \
    search --kind fact --as-of 2026-01-15 installs
check "with history both" prints 0 'We always use pnpm' \
    search --kind fact --history installs
old=$(sed -n 's/^#\([0-9]*\).*We always use pnpm.*/\1/p' "$dir/printed")
check "its end is the time of the other one" \
    prints 0 '^> #[0-9]+ +2026-02-01 10:00 to 2026-03-01 10:00  from user, then #' \
    history "$old"
check "and the chain goes on" prints 0 '2026-03-01 10:00 to now' history "$old"
check "said again it is counted" session again-one 2026-03-05 \
    "From now on we use bun instead of pnpm for installs."
check "once" prints 0 'said 2|2 times' show \
    $("$BIN/cmem" search --kind fact --json installs |
        sed 's/.*"results":\[{"id":"#\([0-9]*\)".*/\1/')

# --- notes ---
check "a note" prints 0 '^remembered as #' add "The API port is 8080"
note=$(sed 's/.*#//' "$dir/printed")
check "the same in other words" prints 0 "^known already: #$note\$" \
    add "API port: 8080"
check "another value" prints 0 '^remembered as #' add "The API port is now 9090"
check "which takes its place" lacks "#$note\$"
check "reads show it" prints 0 'port is now 9090' search API port
check "and not the old one" lacks 8080
check "the session block too" prints 0 'port is now 9090' context
check "without the old one" lacks 8080
check "another subject is left alone" prints 0 '^remembered as #' \
    add "The admin port is 7070"
check "so that the other stands" prints 0 '^> #[0-9]+ .* to now' \
    history $((note + 1))

# --- topics ---
check "a topic" prints 0 '^remembered as #' add --topic db "SQLite, for now"
topic=$(sed 's/.*#//' "$dir/printed")
check "and its next revision" prints 0 'revision 2' \
    add --topic db "Postgres, after all"
check "history has both" prints 0 'before: SQLite, for now' history "$topic"

# --- by meaning, where there are weights to find it with ---
if "$BIN/cmem" status --json | grep -q '"meaning_ready": *true'; then
    "$BIN/cmem" add "Ada maintains the billing service" >/dev/null
    joined() {
        ! "$BIN/cmem" search --json billing service | grep -q "maintained by Ada"
    }
    check "said in other words it is another one at first" \
        prints 0 '^remembered as #' \
        add "The billing service is maintained by Ada"
    check "until its meaning is known: then it is one" wait_for 20 joined
    check "what is only alike stays" prints 0 '^remembered as #' \
        add "Bob maintains the billing service"
fi

# --- scopes ---
check "of a person" prints 0 '^remembered as #' \
    add --user ada --agent coder "The API port is 1234"
check "contradicts nobody else's" prints 0 'port is now 9090' search API port
check "and is shown with its person" \
    sh -c "'$BIN/cmem' search --user ada --json port | grep -q '\"user\":\"ada\"'"

# --- a topic's text as it was ---
check "a note on a topic" prints 0 '^remembered' \
    add --topic store "orders are kept in Postgres 14"
now() { date -u +%Y-%m-%dT%H:%M:%S.%3NZ; }
then=$(now)
later() { [ "$(now)" != "$then" ]; }
wait_for 5 later
check "its next revision" prints 0 'revision 2' \
    add --topic store "orders are kept in Postgres 16 now"
check "holds" prints 0 'Postgres 16 now' search orders kept
check "as of then it said" prints 0 'Postgres 14' search --as-of "$then" orders kept
check "and nothing of what it says today" lacks 'Postgres 16'

done_testing
