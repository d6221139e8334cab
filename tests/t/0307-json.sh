#!/bin/sh
# 0307-json.sh - what --json prints is what docs/json.md says.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/install.inc"
client 2.1.329

# fields SECTION JSON: every field of the value (or of its first element) is
# named in that section of the page.
cat >"$dir/fields.mjs" <<'END'
import fs from 'node:fs';
const [section, text] = process.argv.slice(2);
const page = fs.readFileSync('docs/json.md', 'utf8');
const part = page.split(/^## /m).find((p) => p.startsWith(section + '\n'));
if (!part)
    throw new Error(`docs/json.md has no section ${section}`);
const said = new Set([...part.matchAll(/`([a-z0-9_]+)`/g)].map((m) => m[1]));
let value = JSON.parse(text);
if (Array.isArray(value))
    value = value[0];
const missing = Object.keys(value).filter((k) => !said.has(k));
if (missing.length)
    throw new Error(`${section}: not documented: ${missing.join(' ')}`);
END
fields() { # fields SECTION COMMAND...
    section=$1
    shift
    node "$dir/fields.mjs" "$section" "$("$BIN/cmem" "$@" --json 2>&1)"
}

check "status before all" fields status status
check "install" fields install install --no-import
echo '{"session_id":"s","hook_event_name":"Stop","cwd":"/"}' | hook stop
running() { cmem status --json | grep -q '"worker":{'; }
wait_for 10 running
check "status" fields status status
cmem status --json >"$dir/status.json"
check "status tells of the worker and of totals" \
    grep -q '"worker":{"version".*"totals":{' "$dir/status.json"
echo nonsense >"$CMEM_HOME/config"
check "status with a problem" fields status status
rm "$CMEM_HOME/config"
check "doctor" fields doctor doctor
check "config list" fields config config list
check "config get" fields config config get model
check "logs" fields logs logs
mkdir -p "$CLAUDE_CONFIG_DIR/projects"
check "import" fields import import claude-code
echo '{"session_id":"t","hook_event_name":"Stop","cwd":"/"}' >"$dir/one.jsonl"
check "replay" fields replay replay "$dir/one.jsonl"
check "off" fields on off
check "on" fields on on
check "help" fields help help
check "uninstall" fields uninstall uninstall
for c in $(cmem help --json | tr '{' '\n' |
    sed -n 's/^"name":"\([a-z]*\)","summary".*/\1/p'); do
    case $c in
    off | completion) ;; # with on, with help
    *) check "$c has a section" grep -qx "## $c" docs/json.md ;;
    esac
done
done_testing
