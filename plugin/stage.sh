#!/bin/sh
# stage.sh SOURCE BUILD - lays BUILD/share out as it will be installed.
#
# BUILD then looks like an installed prefix: bin/ and share/. The plugin's
# programs are links to those of bin/, so that there is one copy of each.
set -eu
source=$1
build=$2
plugin=$build/share/claude-plugins/cmem

mkdir -p "$plugin/bin" "$build/share/man/man1"
for f in .claude-plugin .mcp.json hooks README.md; do
    cp -R "$source/$f" "$plugin/"
done
for program in cmem cmemd cmem-hook-session-start cmem-hook-user-prompt \
    cmem-hook-post-tool-use cmem-hook-stop cmem-hook-session-end \
    cmem-hook-pre-compact; do
    ln -s "../../../../bin/$program" "$plugin/bin/$program"
done
cp "$source/../docs/cmem.1" "$build/share/man/man1/"

completion() { # completion SHELL DIRECTORY FILE
    mkdir -p "$build/share/$2"
    "$build/bin/cmem" completion "$1" >"$build/share/$2/$3"
}
completion bash bash-completion/completions cmem
completion zsh zsh/site-functions _cmem
completion fish fish/vendor_completions.d cmem.fish
