#!/bin/sh
# embed.sh NAME < FILE - a C header with FILE as `static const char NAME[]`.
set -eu
name=$1
printf '/* Made by lib/embed.sh; do not edit. */\n'
printf 'static const char %s[] = {\n' "$name"
od -An -v -tx1 | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
printf '0};\n'
