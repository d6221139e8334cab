#!/bin/sh
# 0321-replay.sh - payloads go through the real hooks and are accounted for.
set -u
. "$(dirname "$0")/../lib.sh"

payload() { # payload SESSION EVENT N: with its time
    printf '{"session_id":"%s","cwd":"%s","hook_event_name":"%s",' "$1" "${cwd:-$dir}" "$2"
    case $2 in
    SessionStart) printf '"source":"startup",' ;;
    UserPromptSubmit) printf '"prompt":"Repair the carburettor %s",' "$3" ;;
    PostToolUse) printf '"tool_name":"Bash","tool_use_id":"%s-%s",' "$1" "$3"
        printf '"tool_input":{"command":"make %s"},' "$3"
        printf '"tool_response":{"stdout":"done %s"},' "$3" ;;
    Stop) printf '"last_assistant_message":"The carburettor is repaired.",' ;;
    esac
    printf '"_ts":"2026-02-20T09:47:%02d.159Z"}\n' $(($3 % 60))
}
session() { # session NAME TOOLS
    payload "$1" SessionStart 0
    payload "$1" UserPromptSubmit 1
    n=1
    while [ $n -le "$2" ]; do
        n=$((n + 1))
        payload "$1" PostToolUse $n
    done
    payload "$1" Stop 58
    payload "$1" SessionEnd 59
}
replay() { "$BIN/cmem" replay "$@"; }
field() { # field NAME: of the JSON in $out
    printf '%s' "$out" | sed -n "s/.*\"$1\":\([^,}]*\).*/\1/p"
}
is() { # is GOT WANT
    [ "$1" = "$2" ] || { echo "got \"$1\", not \"$2\""; return 1; }
}

{ session first 3; session second 2; } >"$dir/good.jsonl"
out=$(replay --json "$dir/good.jsonl")
check "a good recording has status 0" is $? 0
check "all lines are sent" is "$(field lines):$(field sent)" 13:13
check "all are stored" is "$(field stored)" 13
check "of two sessions, both new" is "$(field sessions):$(field new_sessions)" 2:2
check "memories were made" test "$(field prompt)" -eq 2 -a "$(field summary)" -eq 2
check "nothing waits, nothing is missing" is "$(field waiting):$(field missing)" 0:0
check "every event is accounted for" is "$(field accounted)" true
check "an event happened when its line says" sh -c \
    "'$BIN/cmem' sessions --all --json | grep -q 2026-02-20T09:47"

out=$(replay --json "$dir/good.jsonl")
check "again: tool calls are known" is "$(field known)" 5
check "and accounted for" is "$(field accounted)" true

gzip -c "$dir/good.jsonl" >"$dir/good.jsonl.gz"
out=$(replay --json "$dir/good.jsonl.gz")
check "a compressed one is read" is "$(field sent)" 13
check "no plain copy is left" sh -c "! ls '$CMEM_HOME/cache' | grep plain-"
out=$(CMEM_INTERNAL=1 replay --json - <"$dir/good.jsonl")
check "standard input too, whatever the environment says" is "$(field accounted)" true
out=$(replay --json - <"$dir/good.jsonl.gz" 2>/dev/null)
check "compressed standard input is refused" is $? 3

out=$(replay "$dir/good.jsonl")
check "for a person it says the same" sh -c \
    "echo '$out' | grep -q 'every event is accounted for'"

{ payload third UserPromptSubmit 1; echo 'no JSON'; echo '[1]'; echo
  payload third Notification 2; payload third Stop 3; } >"$dir/bad.jsonl"
out=$(replay --json "$dir/bad.jsonl")
check "bad lines have status 1" is $? 1
check "they are counted" is "$(field bad):$(field foreign):$(field sent)" 2:1:2
check "and the first is named" sh -c "printf '%s' '$out' | grep -q 'line 2'"

mkdir -p "$dir/private"
printf 'exclude = %s\n' "$dir/private" >"$CMEM_HOME/config"
stop_worker
cwd=$dir/private session secret 2 >"$dir/private.jsonl"
out=$(replay --json "$dir/private.jsonl")
check "an excluded directory's events are refused" is "$(field refused)" 6
check "which accounts for them" is "$(field accounted)" true
rm "$CMEM_HOME/config"

"$BIN/cmem" off >/dev/null
out=$(replay "$dir/good.jsonl" 2>&1)
check "switched off, it refuses" is $? 3
check "and says how to switch on" sh -c "echo '$out' | grep -q 'cmem on'"
"$BIN/cmem" on >/dev/null
check "a file that is not there has status 1" sh -c \
    "'$BIN/cmem' replay '$dir/none' 2>/dev/null; [ \$? = 1 ]"

# --- the worker is killed meanwhile ---
export CMEM_HOME="$dir/killed"
for nth in $(seq 40); do
    session "s$nth" 10
done >"$dir/long.jsonl"
(replay --json "$dir/long.jsonl" >"$dir/account" 2>/dev/null
echo $? >"$dir/status") &
kills=0
while [ ! -s "$dir/status" ] && [ $kills -lt 3 ]; do
    pid=$(worker_pid) || { nap; continue; }
    kill -KILL "$pid" 2>/dev/null && kills=$((kills + 1))
    another() {
        [ -s "$dir/status" ] || { other=$(worker_pid) && [ "$other" != "$pid" ]; }
    }
    wait_for 10 another
done
wait
status=$(cat "$dir/status")
out=$(cat "$dir/account")
check "the worker was killed under it" test $kills -ge 1
check "every event was sent" is "$(field sent)" 560
check "and still every event is stored" accounted "$(field stored)" 560
check "which its status says" is $status $(($(field stored) < 560))
done_testing
