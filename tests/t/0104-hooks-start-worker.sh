#!/bin/sh
# A hook that finds no worker starts one, once, and leaves it nothing of its
# own session.
. "$(dirname "$0")/hooks.inc"

# Stands for the worker: notes how it was started, holds the lock and answers
# until it is told to go.
export CMEM_TEST_FAKE="$FAKE"
cat >"$BIN/cmemd" <<'END'
#!/bin/sh
echo $$ >>"$CMEM_HOME/launched"
exec 7<>"$CMEM_HOME/lock"
flock -n 7 || exit 0
env >"$CMEM_HOME/env.$$"
ls -l /proc/self/fd >"$CMEM_HOME/fds.$$"
# pid, command, state, parent, group, session
cut -d' ' -f1,4-6 /proc/$$/stat >"$CMEM_HOME/stat.$$"
pwd >"$CMEM_HOME/pwd.$$"
grep -e SigIgn -e SigBlk /proc/self/status >"$CMEM_HOME/signals.$$"
mkfifo "$CMEM_HOME/said.$$"
"$CMEM_TEST_FAKE" ack >"$CMEM_HOME/said.$$" &
listener=$!
read said <"$CMEM_HOME/said.$$" # that it listens
echo "$$ $listener" >>"$CMEM_HOME/started"
mkfifo "$CMEM_HOME/stay.$$"
read line <"$CMEM_HOME/stay.$$"
kill -9 $listener # its socket file stays behind
wait $listener
END
chmod 755 "$BIN/cmemd"
started()
{
    [ -f "$CMEM_HOME/started" ] &&
        [ "$(wc -l <"$CMEM_HOME/started")" -ge "$1" ] &&
        [ -p "$CMEM_HOME/stay.$(worker)" ]
}
worker()
{
    tail -n 1 "$CMEM_HOME/started" | cut -d' ' -f1
}
go() # ends the worker in charge
{
    echo go >"$CMEM_HOME/stay.$(worker)"
    until_ms 20000 is_gone "$(worker)"
}
is_gone() # or dead, and not yet fetched by its parent
{
    ! grep -q '^State:[[:space:]]*[A-Y]' "/proc/$1/status" 2>/dev/null
}
stop_all()
{
    [ ! -f "$CMEM_HOME/started" ] || kill $(cat "$CMEM_HOME/started")
    clean_up
}
trap 'stop_all 2>/dev/null' EXIT

secret="k$$" # no real key looks like this
(
    export CLAUDECODE=1 CLAUDE_CODE_SESSION_ID=s CLAUDE_CODE_NEW_THING=x
    export CLAUDE_PID=1 CLAUDE_ENV_FILE=/e CLAUDE_EFFORT=high
    export CLAUDE_PROJECT_DIR=/p CLAUDE_PLUGIN_ROOT=/r CLAUDE_PLUGIN_DATA=/d
    export CMEM_EVENT_TIME_MS=5
    export CLAUDE_CONFIG_DIR=/c CLAUDE_CODE_OAUTH_TOKEN=$secret
    export CLAUDE_CODE_USE_BEDROCK=1 ANTHROPIC_API_KEY=$secret TZ=UTC
    cd "$T" || exit 1
    exec 5>"$T/held" 6<"$T/event"
    trap '' PIPE
    event stop
    echo $ms >"$T/ms"
)
until_ms 20000 started 1
ok $? "a hook starts the worker"
[ "$(cat "$T/ms")" -lt $LIMIT_MS ]
ok $? "and does not wait for it"
pid=$(worker)
is "$(grep -c -e '^CLAUDECODE=' -e '^CLAUDE_CODE_[SN]' -e '^CLAUDE_PID' \
    -e '^CLAUDE_E' -e '^CLAUDE_P' -e '^CMEM_EVENT' "$CMEM_HOME/env.$pid")" 0 \
    "it has none of the session's variables"
is "$(grep -c -e '^CLAUDE_CONFIG_DIR=/c$' -e "^ANTHROPIC_API_KEY=$secret\$" \
    -e "^CLAUDE_CODE_OAUTH_TOKEN=$secret\$" -e '^CLAUDE_CODE_USE_BEDROCK=1$' \
    -e '^TZ=UTC$' -e '^PATH=' -e '^HOME=' -e '^CMEM_HOME=' \
    "$CMEM_HOME/env.$pid")" 8 "it has the others"
is "$(sed -n 's/.* \([0-9]*\) -> \(.*\)/\1 \2/p' "$CMEM_HOME/fds.$pid" |
    grep -v -e '/cmem/lock$' -e /bin/cmemd -e /cmem/fds -e ' /proc/')" \
    "0 /dev/null
2 /dev/null" "it has none of the hook's descriptors"
is "$(cat "$CMEM_HOME/pwd.$pid")" / "it stands in no directory of the user's"
read -r self parent group session <"$CMEM_HOME/stat.$pid"
[ "$session" != "$(cut -d' ' -f6 /proc/$$/stat)" ] && [ "$group" = "$session" ]
ok $? "it has its own session ($self $parent $group $session)"
# Of the signals up to 31: those behind are the C library's own, which no
# program can set through it.
signals=0
while read -r _ mask; do
    low=$(printf '%s' "$mask" | tail -c 8)
    signals=$((signals | (0x$low & 0x7fffffff)))
done <"$CMEM_HOME/signals.$pid"
is "$signals" 0 "it ignores and blocks no signals"

# --- once ---
n=0
while [ $n -lt 20 ]; do
    echo "$EVENT" | "$BIN/cmem-hook-stop" &
    n=$((n + 1))
done
wait
is "$(wc -l <"$CMEM_HOME/started" | tr -d ' ')" 1 \
    "one that lives is not started again"
go
rm -f "$CMEM_HOME/lock"
[ -S "$CMEM_HOME/cmem.sock" ]
ok $? "a socket file without a listener stays behind"
n=0
while [ $n -lt 20 ]; do
    echo "$EVENT" | "$BIN/cmem-hook-post-tool-use" &
    n=$((n + 1))
done
wait
until_ms 20000 started 2
is "$(wc -l <"$CMEM_HOME/started" | tr -d ' ')" 2 "twenty hooks start one"
# On a machine so busy that the first one took 300 ms to lock, another follows.
[ "$(wc -l <"$CMEM_HOME/launched")" -lt 6 ]
ok $? "and hardly one more is tried"
go
again()
{
    event stop
    started 3
}
until_ms 20000 again
ok $? "one that left comes back with a later event"
finish
