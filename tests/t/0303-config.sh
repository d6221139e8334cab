#!/bin/sh
# 0303-config.sh - settings from the command line; status, off and on.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/install.inc"
no_client

says "the default, and where it is from" "context_tokens 1000 default" \
    cmem config list
says "sets" "800" cmem config set context_tokens 800
says "keeps it in the file" "context_tokens = 800" cat "$CMEM_HOME/config"
check "which is private" [ "$(stat -c %a "$CMEM_HOME/config")" = 600 ]
says "gets" "800" cmem config get context_tokens
says "says that it is the file's" "context_tokens 800 file $CMEM_HOME/config" \
    cmem config list
CMEM_CONTEXT_TOKENS=700 says "the environment is stronger" \
    "context_tokens 700 environment CMEM_CONTEXT_TOKENS" cmem config list
CMEM_CONTEXT_TOKENS=700 says "which set does not hide" \
    "the environment's value stays stronger: 700" \
    cmem config set context_tokens 900
says "unsets" "1000" cmem config unset context_tokens
status 2 "refuses what is out of range" cmem config set context_tokens 9
says "with the range" "from 100 to 2500" cmem config set context_tokens 9
status 2 "refuses what is no choice" cmem config set provider nobody
status 2 "refuses an unknown setting" cmem config get contxt_tokens
says "and knows the nearest" "did you mean context_tokens?" \
    cmem config get contxt_tokens
says "a line that is wrong is said" "not used: $CMEM_HOME/config line 1" \
    sh -c "echo nonsense >'$CMEM_HOME/config'; '$BIN/cmem' config list"
cmem config example >"$CMEM_HOME/config"
says "the example file is valid" "default" cmem config list
check "all of it" sh -c "! '$BIN/cmem' config list | grep -q 'not used'"
says "as JSON" '"name":"provider","value":"none","origin":"default"' \
    cmem config list --json

says "status without a worker" "not running" cmem status
says "and without a memory" "nothing yet" cmem status
says "as JSON" '"waiting_events":0' cmem status --json
event='{"session_id":"s","hook_event_name":"Stop","cwd":"/"}'
cmem off >/dev/null
echo "$event" | hook stop
check "off: no worker starts" [ -z "$(worker_pid)" ]
check "off: nothing is kept" [ -z "$(ls "$CMEM_HOME/spool" 2>/dev/null)" ]
says "off: status says so" "cmem is off" cmem status
cmem on >/dev/null
echo "$event" | hook stop
check "on: the worker starts" wait_for 10 worker_pid
running() { cmem status --json | grep -q '"worker":{'; }
check "and tells of itself" wait_for 10 running
says "to a person too" "running, pid $(worker_pid)" cmem status
done_testing
