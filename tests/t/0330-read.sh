#!/bin/sh
# 0330-read.sh - what is printed of a recorded day: two sessions go through
# the real hooks and the worker, and every reading command is looked at.
set -u
. "$(dirname "$0")/../lib.sh"
export TZ=UTC
unset COLUMNS NO_COLOR PAGER
data=$(cd "$(dirname "$0")/../data" && pwd)
cd "$dir" || exit 1

# is_json STATUS EXPRESSION COMMAND...: one JSON value j that fulfils it.
is_json() {
    want=$1 expression=$2
    shift 2
    "$BIN/cmem" --json "$@" >"$dir/printed" 2>&1
    got=$?
    cat "$dir/printed"
    [ "$got" = "$want" ] || { echo "status $got"; return 1; }
    node -e 'const j = JSON.parse(require("fs").readFileSync(process.argv[1]));
        process.exit((0, eval)("(j) => " + process.argv[2])(j) ? 0 : 1)' \
        "$dir/printed" "$expression"
}
id_of() { # id_of KIND-OR-TYPE: the number of the first such memory
    "$BIN/cmem" show s1 | sed -n "s/^  #\([0-9]*\) .* $1 .*/\1/p" | head -n 1
}

# --- before anything is there ---
check "without a database, search says so" \
    prints 1 'nothing is remembered yet' search anything

check "the day is replayed whole" \
    prints 0 'every event is accounted for' replay "$data/session.jsonl"

# --- search ---
check "search: id, date, type and title on a line" \
    prints 0 '^#[0-9]+ +2026-03-02 +bugfix +tool +Fixed: combined units' \
    search combined units
check "search: how many matched" prints 0 '^[0-9]+ of [0-9]+ matched' \
    search combined units
check "search: no marks and no colours in a pipe" lacks '\*\*|\[[0-9;]*m'
esc=$(printf '\033')
check "search --color: the words found stand out" \
    prints 0 "$esc\[1;35mcombined" search --color=always combined
check "search: a misspelt word is taken for what was meant, which is said" \
    prints 0 'matched.*nothing has "combind", looked for combined' \
    search combind
check "search: a part of a word" \
    prints 0 'nothing has "uratio", looked for duration' search uratio
check "search: a short word has nearest ones" \
    prints 1 '^0 of [0-9]+ matched; nearest: ' search unts
check "search --by session: under its title" \
    prints 0 '^s1  2026-03-02 09:00  tempo  parse_duration takes' \
    search --by session combined
check "search --json" is_json 0 \
    'j.results[0].id[0] === "#" && j.of > 0 && j.matched > 0' search combined
check "search --json that finds nothing has the same status" is_json 1 \
    'j.matched === 0 && j.results.length === 0' search zzyzx

# --- show ---
fix=$(id_of bugfix)
check "show: a memory with its facts" prints 0 '^bugfix, 2026-03-02' \
    show "$fix"
check "show: and its file" prints 0 '^  src/duration.c$' show "$fix"
check "show: and what it rests on" \
    prints 0 '^  e5 +2026-03-02 09:01  Bash +make test$' show "$fix"
check "show: a session with its summary" \
    prints 0 'Decided to parse recursively' show s1
check "show: and what it changed, below its directory" \
    prints 0 '^  src/duration.c$' show s1
check "show: an edit as a diff" \
    prints 0 '^  \+ +return n \* 3600 \+ \(end' show e6
check "show: a failure with its output" prints 0 'not ok 2 - combined units' \
    show e5
check "show: what is missing is named" prints 1 '^there is no #99999$' \
    show 1 99999
check "show --json" is_json 0 \
    'j.items[0].kind === "session" && j.items[0].summary.data.request' show s1

# --- sessions, summary, timeline ---
check "sessions: newest first" \
    prints 0 '^s2 +2026-03-03 14:00 +3m +1 +7 +tempo +The manual page' sessions
check "sessions: how many there was no line for" prints 0 \
    '^and 1 more: -n shows them$' sessions -n 1
check "sessions: in JSON, too" is_json 0 'j.left_out === 1' sessions -n 1
check "sessions --json" is_json 0 \
    'j.sessions.map((s) => s.id).join() === "s2,s1"' sessions
check "sessions: none since a time to come" \
    prints 1 '^no sessions' sessions --since 2099-01-01
check "summary: of the latest session" prints 0 '^s2  2026-03-03 14:00, 3m' \
    summary
check "summary: under labels" prints 0 '^Completed$' summary s1
check "summary: without empty ones" lacks '^Notes$'
check "summary --json" is_json 0 'j.session.id === "s1" && j.summary.id' \
    summary s1
check "timeline: the anchor is marked" \
    prints 0 "^> #$fix +2026-03-02 09:03  bugfix" timeline "$fix"
check "timeline: around a moment" prints 0 '^> +2026-03-03 00:00$' \
    timeline --at 2026-03-03
check "timeline --json" is_json 0 'j.items.some((m) => m.anchor)' \
    timeline "$fix"

# --- context, stats ---
check "context: the block" prints 0 '^## Where we left off \(2026-03-03, s2\)' \
    context --project tempo
exact() { # byte for byte what is in the JSON
    "$BIN/cmem" context --project tempo >"$dir/block" || return 1
    "$BIN/cmem" context --project tempo --json | node -e '
        const j = JSON.parse(require("fs").readFileSync(0));
        process.stdout.write(j.text.replace(/\n?$/, "\n"))' |
        cmp - "$dir/block"
}
check "context: as it is injected" exact
check "context --explain: what is in, and why" \
    prints 0 '^in +[0-9]+  request of the last session +Asked: The manual' \
    context --project tempo --explain
check "stats: in numbers" prints 0 \
    '^[0-9]+ memories of 16 events in 2 sessions$' stats
check "stats: by project" prints 0 '^  tempo +[0-9]+ +2 +16 +2026-03-03 ' stats
check "stats --json" is_json 0 'j.totals.events === 16 && j.kinds.length' stats

# --- two projects of one name ---
mkdir -p "$dir/twin/tempo"
cd "$dir/twin/tempo" || exit 1
"$BIN/cmem" add the other tempo >/dev/null
check "a name that two projects have: which one is meant is said" prints 0 \
    '^cmem: 2 projects are called tempo; this is .*, the one used last' \
    sessions -p tempo
check "in JSON, too" is_json 0 'j.namesakes === 1 && j.project_root' \
    sessions -p tempo
check "a directory is one project" is_json 0 \
    'j.project === "tempo" && !j.namesakes' search -p "$dir/twin/tempo" other

# --- a plan that is to be carried out ---
printf '{"session_id":"plan","cwd":"%s","hook_event_name":%s,"prompt":"%s"}' \
    "$dir/twin/tempo" '"UserPromptSubmit"' "Implement the following plan:\\n\\n\
# Plan: Count beats in thirds\\n\\n## Context\\n\\nThey drift." | hook user-prompt
check "a prompt with a plan goes by the plan's name" wait_for 10 prints 0 \
    '^#[0-9]+ .* Implement the plan "Count beats in thirds"$' search -k prompt
check "and so does its session" prints 0 \
    'Implement the plan "Count beats in thirds"$' sessions

# --- add, forget ---
mkdir "$dir/other"
cd "$dir/other" || exit 1
check "context: nothing to tell in a new project" \
    prints 1 'told nothing yet$' context
check "add" prints 0 '^remembered as #[0-9]+$' add the moon is made of cheese
note=$(sed 's/.*#//' "$dir/printed")
check "add: the same again" prints 0 "^known already: #$note\$" \
    add the moon is made of cheese
check "add --json" is_json 0 'j.added === false && j.kind === "note"' \
    add the moon is made of cheese
check "add without words is a wrong command line" prints 2 'TEXT' add
check "a note is found in its project" \
    prints 0 '^1 of 1 matched in other$' search cheese
check "words that only other projects have" \
    prints 1 '^0 of 1 matched in other; [0-9]+ in other projects \(--all\)' \
    search recursively
check "forget" prints 0 '^deleted 1 memory$' forget "$note"
check "forgotten" prints 1 '^there is no ' show "$note"
check "forget again" prints 1 'there is no memory' forget "$note"
check "forget a session: everything from it" \
    prints 0 '^deleted [0-9]+ memories, 9 events and 1 session$' \
    forget --session s1
check "and it is listed no more" prints 0 '^s2 ' sessions --all
check "with what it had" prints 1 '^0 of ' search --all recursively
done_testing
