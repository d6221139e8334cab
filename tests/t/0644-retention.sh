#!/bin/sh
# 0644-retention.sh - the setting retention_days: raw events go, memories and
# what they rest on stay, and every place that counts events says it.
set -u
. "$(dirname "$0")/../lib.sh"
export TZ=UTC

project="$CLAUDE_CONFIG_DIR/projects/-w"
mkdir -p "$project"
line() { # line N ROLE CONTENT: of session $id, a second each
    printf '{"type":"%s","uuid":"%s%s","sessionId":"%s","cwd":"%s","timestamp":"%sT10:00:%02d.000Z","message":{"role":"%s","content":%s}}\n' \
        "$2" "$id" "$1" "$id" "$dir" "$day" "$1" "$2" "$3"
}
session() { # session ID DAY: with twenty commands
    id=$1 day=$2
    line 1 user '"Please repair the frobnicator, always with bolts of brass"'
    i=1
    while [ $i -lt 20 ]; do
        i=$((i + 1))
        line $i assistant "[{\"type\":\"tool_use\",\"id\":\"$id$i\",\"name\":\"Bash\",\"input\":{\"command\":\"ls bolts-$i\"}}]"
        i=$((i + 1))
        line $i user "[{\"type\":\"tool_result\",\"tool_use_id\":\"$id$((i - 1))\",\"content\":\"bolt $i\"}]"
    done
    line 40 assistant '[{"type":"text","text":"The frobnicator runs again: its bolts of brass were loose."}]'
}
session old 2020-02-01 >"$project/old.jsonl"

total() { # total NAME: of cmem stats
    "$BIN/cmem" stats --json |
        sed -n "s/.*\"totals\":{[^}]*\"$1\":\([0-9]*\).*/\1/p"
}
some_went() { [ -n "$(total dropped)" ]; }
shows() { # shows PATTERN COMMAND...
    pattern=$1
    shift
    "$BIN/cmem" "$@" >"$dir/printed" 2>&1
    cat "$dir/printed"
    grep -Eq -- "$pattern" "$dir/printed"
}

check "a session of long ago is taken in" "$BIN/cmem" import claude-code
memories=$(total memories) events=$(total events)
check "with its events" [ "${events:-0}" -ge 10 ]
check "nothing is deleted by default" [ -z "$(total dropped)" ]
check "status says nothing of it" shows "memories of 1 session, $events events$" \
    status

session young "$(date -u -d yesterday +%Y-%m-%d)" >"$project/young.jsonl"
check "and one of yesterday" "$BIN/cmem" import claude-code
memories=$(total memories) events=$(total events)

check "a month is enough for raw events" "$BIN/cmem" config set retention_days 30
"$BIN/cmem" status >/dev/null # settings are read when somebody speaks to it
check "the worker that runs acts on it" wait_for 30 some_went
dropped=$(total dropped)
check "no memory is gone" [ "$(total memories)" = "$memories" ]
check "no event went uncounted" \
    [ "$(($(total events) + dropped))" = "$events" ]
check "status says how many" shows \
    "$(total events) events; $dropped deleted by age \(retention_days\)" status
check "status --json, too" shows "\"retired\":$dropped" status --json
check "so does doctor" shows "$dropped raw events older than 30 days" doctor
check "and stats" shows "$dropped events deleted by age" stats
check "and the session" shows "events? \($dropped deleted by age\)" show s1
check "yesterday is shown" shows "[1-9][0-9]* events, " show s2
check "and of it nothing is gone" sh -c '! grep -q "deleted by age" "$1"' - "$dir/printed"
check "what a memory rests on is there" shows "frobnicator" \
    search --all frobnicator brass
id=$("$BIN/cmem" search --all --json frobnicator brass |
    sed -n 's/.*"results":\[{"id":"#\([0-9]*\)".*/\1/p')
check "and is shown with it" shows "e[0-9]+ .*frobnicator" show "$id"
check "they do not come back with another import" \
    "$BIN/cmem" import claude-code
check "not one" [ "$(($(total events) + $(total dropped)))" = "$events" ]
stop_worker
check "nor with the worker's next start" shows "$dropped deleted by age" status
done_testing
