#!/bin/sh
# 0302-install-settings.sh - the settings form: changed little, back exactly.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/install.inc"
settings=$CLAUDE_CONFIG_DIR/settings.json

there_and_back() { # there_and_back: installs and uninstalls; same bytes?
    cp -p "$settings" "$dir/was"
    cmem install --no-import || return 1
    cmp -s "$settings" "$dir/was" && { echo "nothing was added"; return 1; }
    grep -q cmem-hook-stop "$settings" || return 1
    cmem uninstall || return 1
    cmp "$settings" "$dir/was" &&
        [ "$(stat -c %a "$settings")" = "$(stat -c %a "$dir/was")" ] &&
        [ "$(ls -A "$CLAUDE_CONFIG_DIR")" = settings.json ]
}

is_json() { # by a program that is not ours, where there is one
    command -v node >/dev/null 2>&1 || return 0
    node -e 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))' \
        "$1"
}

client 2.0.76
check "installs where there is no ~/.claude" cmem install --no-import
check "makes a settings file" is_json "$settings"
check "of mode 600" [ "$(stat -c %a "$settings")" = 600 ]
says "a second time says so" "is installed already" cmem install --no-import
check "uninstalls" cmem uninstall
check "nothing is left" [ ! -e "$CLAUDE_CONFIG_DIR" ]

mkdir "$CLAUDE_CONFIG_DIR"
printf '{}' >"$settings"
check "an empty object comes back" there_and_back
printf '' >"$settings"
check "an empty file comes back" there_and_back
printf '{\n\t"model": "opus",\n\t"permissions": {"allow": ["Bash(ls:*)"]}\n}\n' \
    >"$settings"
chmod 640 "$settings"
check "tabs, and the mode, come back" there_and_back
printf '{\r\n  "a": 1\r\n}\r\n' >"$settings"
check "CRLF comes back" there_and_back
cat >"$settings" <<'END'
{
  "hooks": {
    "Stop": [
      { "hooks": [ { "type": "command", "command": "say done" } ] }
    ],
    "PreToolUse": [{"matcher": "Bash", "hooks": []}]
  },
  "env": {"X": "é \u00e9"}
}
END
check "hooks of others come back" there_and_back
cmem install --no-import >/dev/null
check "with both it is JSON" is_json "$settings"
check "a copy is kept" cmp "$dir/was" "$settings.cmem-backup"
check "hooks of others are kept" grep -q 'say done' "$settings"
check "no event that this client does not know" \
    sh -c '! grep -q "PostCompact\|StopFailure" "$1"' sh "$settings"
check "no exec form for this client" \
    sh -c '! grep -q "\"args\"" "$1"' sh "$settings"

# The command of this form is for a shell.
command=$(sed -n "s/.*\"command\": \"\\(.*cmem-hook-stop'\\)\".*/\\1/p" \
    "$settings" | head -n 1)
echo '{"session_id":"s","hook_event_name":"Stop","cwd":"/"}' | sh -c "$command"
check "a hook run by a shell starts the worker" wait_for 10 worker_pid

sed -i 's/say done/say ready/' "$settings"
says "changed since: says so" "was changed since" cmem uninstall
check "only our entries are out" \
    [ "$(cat "$settings")" = "$(sed 's/say done/say ready/' "$dir/was")" ]

client 2.1.200
cp "$dir/was" "$settings"
rm -f "$settings.cmem-backup"
cmem install --no-import --settings >/dev/null
check "a newer client gets the exec form" grep -q '"args"' "$settings"
check "and all events" grep -q '"PostCompact"' "$settings"
says "status knows the form" '"hooks":"settings"' cmem status --json
cmem install --no-import >/dev/null
check "the plugin form takes over" [ -L "$CLAUDE_CONFIG_DIR/skills/cmem" ]
check "and the settings are as before" cmp "$settings" "$dir/was"
cmem install --no-import --settings >/dev/null
check "and back" [ ! -e "$CLAUDE_CONFIG_DIR/skills/cmem" ]
check "there is one set of hooks" \
    [ "$(grep -c cmem-hook-session-end "$settings")" = 1 ]
cmem uninstall >/dev/null
check "after all that the same bytes" cmp "$settings" "$dir/was"

client 2.1.120
cmem install --no-import >/dev/null
client 2.1.156
cmem install --no-import >/dev/null
check "a client that was updated gets what it knows now" \
    grep -q '"PostCompact"' "$settings"
cmem uninstall >/dev/null
check "and the bytes come back" cmp "$settings" "$dir/was"

exec 9>"$CMEM_HOME/install.lock"
flock 9
status 124 "an install waits for another one" \
    timeout 1 "$BIN/cmem" install --no-import
exec 9>&-
check "and has changed nothing" cmp "$settings" "$dir/was"
parallel_install
check "two installs at once make one set of hooks" \
    [ "$(grep -c cmem-hook-session-end "$settings")" = 1 ]
cmem uninstall >/dev/null
check "which comes out" cmp "$settings" "$dir/was"

mv "$settings" "$dir/dotfile"
ln -s "$dir/dotfile" "$settings"
cmem install --no-import >/dev/null
check "a symbolic link stays one" [ -L "$settings" ]
check "what it leads to is changed" grep -q cmem-hook "$dir/dotfile"
cmem uninstall >/dev/null
check "and comes back" cmp "$dir/dotfile" "$dir/was"
rm "$settings"

echo '{"disableAllHooks": true}' >"$settings"
says "hooks that are switched off are told of" "disableAllHooks" \
    cmem install --no-import
cmem uninstall >/dev/null
rm "$settings"

printf '{\n  // mine\n  "a": 1\n}\n' >"$settings"
cp "$settings" "$dir/was"
status 3 "comments are refused" cmem install --no-import
says "in one sentence" "line 2 is not JSON (JSON has no comments)" \
    cmem install --no-import
check "and left alone" cmp "$settings" "$dir/was"
rm "$settings"
mkdir "$settings"
status 3 "a directory of that name is refused" cmem install --no-import
rmdir "$settings"
if [ "$(id -u)" != 0 ]; then
    echo '{}' >"$settings"
    chmod 500 "$CLAUDE_CONFIG_DIR"
    status 3 "a read-only directory is refused" cmem install --no-import
    chmod 700 "$CLAUDE_CONFIG_DIR"
fi

# The server of cmem mcp, for clients that do not load the plugin.
cmem uninstall >/dev/null
rm -rf "$CLAUDE_CONFIG_DIR"
mkdir "$CLAUDE_CONFIG_DIR"
state=$CLAUDE_CONFIG_DIR/.claude.json
says "where there is no such file, one is made" " tools $state " \
    cmem install --no-import
check "with the server in it" grep -qF "\"$BIN/cmem\"" "$state"
cmem uninstall >/dev/null
check "which goes again" [ ! -e "$state" ]
printf '{\n  "numStartups": 3,\n  "mcpServers": {}\n}' >"$state"
cp "$state" "$dir/state"
cmem install --no-import >/dev/null
check "the server is registered" grep -qF "\"$BIN/cmem\"" "$state"
check "in JSON" is_json "$state"
cp "$state" "$dir/state.once"
cmem install --no-import >/dev/null
check "once" cmp "$state" "$dir/state.once"
sed 's/"cmem": /"mine": /' "$state" >"$dir/mine" && cp "$dir/mine" "$state"
says "without it doctor says that agents have no tools" "agents have no tools" \
    cmem doctor
cp "$dir/state.once" "$state"
cmem uninstall >/dev/null
check "and the file is as it was" cmp "$state" "$dir/state"
printf '{"mcpServers":{"cmem":{"command":"other"}}}' >"$state"
says "another server called cmem is left alone" "it was left alone" \
    cmem install --no-import
check "to the byte" grep -qx '{"mcpServers":{"cmem":{"command":"other"}}}' \
    "$state"
client 2.1.329
rm "$state"
cmem install --no-import >/dev/null
check "with the plugin the file is not made" [ ! -e "$state" ]
check "the plugin brings it" \
    grep -q '"mcp"' "$CLAUDE_CONFIG_DIR/skills/cmem/.mcp.json"
done_testing
