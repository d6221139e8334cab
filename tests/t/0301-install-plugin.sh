#!/bin/sh
# 0301-install-plugin.sh - the plugin form: a link, and nothing else touched.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/install.inc"
link=$CLAUDE_CONFIG_DIR/skills/cmem
plugin=$(cd "$BIN/../share/claude-plugins/cmem" && pwd)

client 2.1.329
check "installs where there is no ~/.claude" cmem install --no-import
check "makes the link" [ "$(readlink "$link")" = "$plugin" ]
check "the link leads to the hooks" [ -x "$link/bin/cmem-hook-stop" ]
check "settings are not touched" [ ! -e "$CLAUDE_CONFIG_DIR/settings.json" ]
before=$(ls -li "$CLAUDE_CONFIG_DIR/skills")
says "a second time says so" "is installed already" cmem install --no-import
check "and changes nothing" [ "$(ls -li "$CLAUDE_CONFIG_DIR/skills")" = "$before" ]
says "tells what a running session needs" "/reload-plugins" fresh_install
says "status knows the form" '"hooks":"plugin"' cmem status --json
check "uninstalls" cmem uninstall
check "nothing is left" [ ! -e "$CLAUDE_CONFIG_DIR" ]
check "not even an empty directory of ours" [ ! -e "$CMEM_HOME" ]
says "a second uninstall finds nothing" "knew nothing of cmem" cmem uninstall

mkdir -p "$CLAUDE_CONFIG_DIR/skills/other"
cmem install --no-import >/dev/null
cmem uninstall >/dev/null
check "directories of others stay" [ -d "$CLAUDE_CONFIG_DIR/skills/other" ]

ln -s /nowhere/share/claude-plugins/cmem "$link"
cmem install --no-import >/dev/null
check "a link of ours that leads nowhere is replaced" \
    [ "$(readlink "$link")" = "$plugin" ]
cmem uninstall >/dev/null

mkdir "$link"
echo mine >"$link/SKILL.md"
status 3 "a skill of that name is refused" cmem install --no-import
check "and stays" [ "$(cat "$link/SKILL.md")" = mine ]
rm -r "$link"
ln -s "$dir" "$link"
status 3 "so is a link to somewhere else" cmem install --no-import
cmem uninstall >/dev/null
check "which uninstall leaves alone" [ "$(readlink "$link")" = "$dir" ]
rm "$link"

no_client
says "without a client it goes by the newest" "was not found" \
    cmem install --no-import
check "and makes the link" [ -L "$link" ]
cmem uninstall >/dev/null

client 2.1.329
parallel_install
check "two installs at once leave one link" \
    [ "$(ls "$CLAUDE_CONFIG_DIR/skills")" = "cmem
other" ]

hang_client
says "a client that hangs is not waited for" "was not found" \
    within 8 cmem install --no-import

event='{"session_id":"s","hook_event_name":"Stop","cwd":"/"}'
echo "$event" | "$link/bin/cmem-hook-stop"
check "a hook through the link starts the worker" wait_for 10 worker_pid
echo x >"$CMEM_HOME/cache/context-1.json"
says "uninstall stops it" "the worker has left" cmem uninstall
gone() { [ -z "$(worker_pid)" ]; }
check "it is gone" wait_for 5 gone
check "the prepared context too" [ ! -e "$CMEM_HOME/cache/context-1.json" ]
check "the memory stays" [ -s "$CMEM_HOME/cmem.db" ]

echo foreign >"$CMEM_HOME/mine.txt"
status 2 "purging needs a yes" cmem uninstall --purge
check "and had none" [ -s "$CMEM_HOME/cmem.db" ]
check "purges" cmem uninstall --purge --yes
check "everything of ours and nothing else" [ "$(find "$CMEM_HOME" -type f)" = \
    "$CMEM_HOME/mine.txt" ]
done_testing
