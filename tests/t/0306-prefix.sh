#!/bin/sh
# 0306-prefix.sh - copied into a prefix: complete, upgradable, removable.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/install.inc"
prefix=$dir/a\ prefix
client 2.1.329
stage=$(dirname "$BIN")

check "copies" sh lib/install.sh "$stage" "$prefix"
check "every program" [ "$(ls "$prefix/bin")" = "$(ls "$stage/bin")" ]
check "the manual page" cmp docs/cmem.1 "$prefix/share/man/man1/cmem.1"
check "completions" [ -s "$prefix/share/zsh/site-functions/_cmem" ]
if [ -s "$stage/lib/cmem/minilm.cmem" ]; then
    check "the embedder's weights" cmp "$stage/lib/cmem/minilm.cmem" \
        "$prefix/lib/cmem/minilm.cmem"
fi
if [ -d "$stage/lib/cmem/grammars" ]; then
    check "the grammars" [ "$(ls "$prefix/lib/cmem/grammars")" = \
        "$(ls "$stage/lib/cmem/grammars")" ]
fi
for link in "$prefix"/share/claude-plugins/cmem/bin/*; do
    [ "$(readlink -f "$link")" = "$prefix/bin/$(basename "$link")" ] ||
        echo "$link"
done >"$dir/wrong"
check "the plugin's links lead to its programs" [ ! -s "$dir/wrong" ]
check "installs from there" "$prefix/bin/cmem" install --no-import
check "links to there" [ "$(readlink "$CLAUDE_CONFIG_DIR/skills/cmem")" = \
    "$prefix/share/claude-plugins/cmem" ]

echo '{"session_id":"s","hook_event_name":"Stop","cwd":"/"}' |
    "$CLAUDE_CONFIG_DIR/skills/cmem/bin/cmem-hook-stop"
check "the worker starts from there" wait_for 10 worker_pid
running() { "$prefix/bin/cmem" status --json | grep -q '"worker":{'; }
wait_for 10 running
first=$(worker_pid)
check "it is the one there" [ "$(readlink "/proc/$first/exe")" = \
    "$prefix/bin/cmemd" ]
nap_until_next_second() {
    now=$(date +%s)
    later() { [ "$(date +%s)" -gt $((now + 1)) ]; }
    wait_for 5 later
}
nap_until_next_second
check "copies over running programs" sh lib/install.sh "$stage" "$prefix"
says "installs again" "is installed already" \
    "$prefix/bin/cmem" install --no-import
gone() { ! kill -0 "$first" 2>/dev/null || [ "$(worker_pid)" != "$first" ]; }
check "the old worker has left" wait_for 10 gone
check "removes" sh lib/install.sh --remove "$prefix"
check "no program is left" [ -z "$(ls "$prefix/bin")" ]
check "nor any file" [ -z "$(find "$prefix" -type f)" ]
check "nor the link" [ ! -L "$CLAUDE_CONFIG_DIR/skills/cmem" ]
check "the memory is" [ -s "$CMEM_HOME/cmem.db" ]

# Below ~/.local the programs and the memory are neighbours.
export CMEM_HOME=
data=$HOME/.local/share/cmem
sh lib/install.sh "$stage" "$HOME/.local" >/dev/null
"$HOME/.local/bin/cmem" install --no-import >/dev/null
check "the memory's directory is private" [ "$(stat -c %a "$data")" = 700 ]
echo precious >"$data/cmem.db"
sh lib/install.sh "$stage" "$HOME/.local" >/dev/null
check "installing again leaves the memory" [ "$(cat "$data/cmem.db")" = precious ]
sh lib/install.sh --remove "$HOME/.local" >/dev/null
check "so does removing" [ "$(cat "$data/cmem.db")" = precious ]
done_testing
