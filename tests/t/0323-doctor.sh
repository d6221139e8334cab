#!/bin/sh
# 0323-doctor.sh - each illness is found, and its remedy is one.
set -u
. "$(dirname "$0")/../lib.sh"

is() { # is GOT WANT
    [ "$1" = "$2" ] || { echo "got \"$1\", not \"$2\""; return 1; }
}
finds() { # finds LEVEL TOPIC TEXT
    "$BIN/cmem" doctor --json | tr '{' '\n' |
        grep "\"level\":\"$1\",\"topic\":\"$2\"" | grep -q -- "$3"
}
remedy() { # remedy TOPIC: runs what the doctor advises
    sh -c "$("$BIN/cmem" doctor --json | tr '{' '\n' | grep "fail.*\"$1\"" |
        sed -n 's/.*"remedy":"\([^"]*\)".*/\1/p' | head -n 1)"
}
status() {
    "$BIN/cmem" doctor >/dev/null 2>&1
    echo $?
}

# A client in the client's place.
mkdir -p "$dir/clients" "$CLAUDE_CONFIG_DIR"
printf '#!/bin/sh\necho "2.1.329 (Claude Code)"\n' >"$dir/clients/claude"
chmod +x "$dir/clients/claude"
export CMEM_CLAUDE_BIN="$dir/clients/claude"

check "not installed is a failure" finds fail install 'nothing of cmem'
check "with status 1" is "$(status)" 1
check "nothing was made by looking" test ! -e "$CMEM_HOME"
check "no database is none" finds ok database 'nothing is remembered'
check "the client is found" finds ok client 2.1.329
check "cmem install helps" "$BIN/cmem" install --no-import
check "and then all is well" is "$(status)" 0
check "the worker is not started" test -z "$(worker_pid)"

# --- the installation ---
settings=$CLAUDE_CONFIG_DIR/settings.json
printf '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"%s"}]}]}}\n' \
    "$dir/gone/cmem-hook-stop" >"$settings"
check "hooks in the settings beside the plugin come twice" finds fail install twice
check "a program that is missing is named" finds fail install "$dir/gone/cmem-hook-stop"
rm "$settings"
export CMEM_CLAUDE_BIN="$dir/clients/none"
check "without a client it goes on" finds warn client none
check "which it sums up" sh -c '"$0" doctor | grep -q "^Nothing has to be fixed; 1 to look at"' "$BIN/cmem"
export CMEM_CLAUDE_BIN="$dir/clients/claude"

# --- files ---
echo '{"session_id":"s","cwd":"/tmp","hook_event_name":"Stop"}' | hook stop
check "the worker answers" wait_for 10 finds ok worker 'answers in'
check "the database passes its check" finds ok database 'passes its check'
chmod 755 "$CMEM_HOME"
check "a home that others can read is a failure" finds fail files 0755
remedy files
check "and the remedy helps" finds ok files 'yours alone'
chmod 644 "$CMEM_HOME/cmem.db"
check "so is a database" finds fail files cmem.db
remedy files
check "and its remedy helps" is "$(status)" 0

# --- what hooks left ---
mkdir -p "$CMEM_HOME/spool"
printf xx >"$CMEM_HOME/spool/dropped"
check "dropped events are counted" finds fail spool '2 events were dropped'
rm "$CMEM_HOME/spool/dropped"
printf '%s stop hard-stop\n' "$(date +%s)000" >"$CMEM_HOME/hooks.log"
chmod 600 "$CMEM_HOME/hooks.log"
check "a hard stop is counted" finds warn stops '1 hooks'
rm "$CMEM_HOME/hooks.log"
"$BIN/cmem" off >/dev/null
check "switched off is said" finds warn settings 'switched off'
"$BIN/cmem" on >/dev/null

# --- hook times ---
mkdir -p "$CLAUDE_CONFIG_DIR/projects/p"
for ms in 5 5 900; do
    printf '{"attachment":{"type":"hook_success","hookEvent":"SessionStart",'
    printf '"command":"/x/cmem-hook-session-start","durationMs":%s}}\n' $ms
    printf '{"attachment":{"type":"hook_success","hookEvent":"SessionStart",'
    printf '"command":"/x/other.sh","durationMs":%s}}\n' $ms
done >"$CLAUDE_CONFIG_DIR/projects/p/s.jsonl"
check "a slow hook of ours is a warning" finds warn times '900 ms'
check "others' are in the table" sh -c "'$BIN/cmem' doctor | grep -q 'other.sh .* 900'"
rm "$CLAUDE_CONFIG_DIR/projects/p/s.jsonl"

# --- settings and the model ---
echo 'colour = red' >"$CMEM_HOME/config"
check "a setting that is none is a failure" finds fail settings colour
# Port 1 of this machine: nobody listens there.
printf 'provider = ollama\nbase_url = http://127.0.0.1:1\n' >"$CMEM_HOME/config"
check "a model is not asked unbidden" finds ok model ollama
check "with --ping it is" sh -c \
    "'$BIN/cmem' doctor --ping --json | grep -q '\"fail\",\"topic\":\"model\"'"
rm "$CMEM_HOME/config"

# --- the worst ---
kill_worker
rm -f "$CMEM_HOME"/cmem.db-*
echo 'this was a database once' >"$CMEM_HOME/cmem.db"
check "a database that is none is a failure" finds fail database cmem.db
check "with status 1" is "$(status)" 1
check "who asks it is sent to the doctor" sh -c \
    "'$BIN/cmem' search x 2>&1 | grep -q 'cmem.db is damaged.*: cmem doctor'"
check "status says so in its line" sh -c \
    "'$BIN/cmem' status | grep -q '^memory *[^ ].* is damaged'"
"$BIN/cmem" add x >/dev/null 2>&1
check "a worker that cannot start is not tried hundreds of times" \
    [ "$(grep -c 'does not start' "$CMEM_HOME/worker.log")" -lt 40 ]
done_testing
