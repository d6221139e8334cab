#!/bin/sh
# install.sh STAGE PREFIX - copies the programs and what belongs to them.
# install.sh --remove PREFIX - takes the hooks out and removes them again.
set -eu

programs="cmem cmemd cmem-hook-session-start cmem-hook-user-prompt
cmem-hook-post-tool-use cmem-hook-stop cmem-hook-session-end
cmem-hook-pre-compact"

# Ours alone. Not share/cmem: below ~/.local that is where the memory lies.
plugin=share/claude-plugins/cmem
model=lib/cmem/minilm.cmem
grammars=lib/cmem/grammars
shared="share/man/man1/cmem.1
share/bash-completion/completions/cmem
share/zsh/site-functions/_cmem
share/fish/vendor_completions.d/cmem.fish"

# Takes the new file's place at once: a program that is running keeps its own
# (copying over it would fail with "text file busy").
place() { # place FROM TO MODE
    cp "$1" "$2.new.$$"
    chmod "$3" "$2.new.$$"
    mv -f "$2.new.$$" "$2"
}

remove() {
    prefix=$1
    if [ -x "$prefix/bin/cmem" ]; then
        "$prefix/bin/cmem" uninstall || {
            echo "the hooks could not be taken out; nothing was removed" >&2
            exit 1
        }
    fi
    for p in $programs; do
        rm -f "$prefix/bin/$p"
    done
    for f in $shared; do
        rm -f "$prefix/$f"
    done
    rm -rf "${prefix:?}/$plugin"
    rmdir "$prefix/${plugin%/*}" 2>/dev/null || true
    rm -f "$prefix/$model"
    rm -rf "${prefix:?}/$grammars"
    rmdir "$prefix/${model%/*}" 2>/dev/null || true
    echo "removed cmem from $prefix"
}

if [ "$1" = --remove ]; then
    remove "$2"
    exit 0
fi

stage=$1
prefix=$2
mkdir -p "$prefix/bin" "$prefix/share"
for p in $programs; do
    place "$stage/bin/$p" "$prefix/bin/$p" 755
done
for f in $shared; do
    mkdir -p "$prefix/$(dirname "$f")"
    place "$stage/$f" "$prefix/$f" 644
done
if [ -s "$stage/$model" ]; then
    mkdir -p "$prefix/${model%/*}"
    cmp -s "$stage/$model" "$prefix/$model" ||
        place "$stage/$model" "$prefix/$model" 644
fi
# Grammars: what is the same stays, what is no more goes.
if [ -d "$stage/$grammars" ]; then
    mkdir -p "$prefix/$grammars"
    for so in "$prefix/$grammars"/*; do
        [ -e "$stage/$grammars/${so##*/}" ] || rm -f "$so"
    done
    for so in "$stage/$grammars"/*; do
        [ -e "$so" ] || continue
        cmp -s "$so" "$prefix/$grammars/${so##*/}" ||
            place "$so" "$prefix/$grammars/${so##*/}" 644
    done
fi
# The plugin: made beside and moved into place.
mkdir -p "$prefix/${plugin%/*}"
rm -rf "$prefix/$plugin.new"
cp -R "$stage/$plugin" "$prefix/$plugin.new"
rm -rf "${prefix:?}/$plugin"
mv "$prefix/$plugin.new" "$prefix/$plugin"
echo "installed cmem in $prefix"
