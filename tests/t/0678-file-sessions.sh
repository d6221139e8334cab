#!/bin/sh
# 0678-file-sessions.sh - which sessions touched a file: all of them and no
# other, whatever else is called so.
set -u
. "$(dirname "$0")/../lib.sh"
export CMEM_PROVIDER=none
mkdir -p "$dir/t"
# Ids are of 36 characters, as the client's.
id() { printf '%s-0000-4000-8000-000000000000' "$1"; }

reads() { # reads FILE-ID SESSION-ID CWD PATH: a transcript, appended to
    f=$dir/t/$(id "$1").jsonl
    printf '{"type":"user","uuid":"u%s%s","sessionId":"%s","cwd":"%s","timestamp":"2026-02-01T10:00:00.000Z","message":{"role":"user","content":"Look at what %s says"}}\n' \
        "$2" "$4" "$(id "$2")" "$3" "$2" >>"$f"
    printf '{"type":"assistant","uuid":"a%s%s","sessionId":"%s","cwd":"%s","timestamp":"2026-02-01T10:00:01.000Z","message":{"role":"assistant","content":[{"type":"tool_use","id":"toolu_%s%s","name":"Read","input":{"file_path":"%s"}}]}}\n' \
        "$2" "$4" "$(id "$2")" "$3" "$2" "$4" "$4" >>"$f"
    printf '{"type":"user","uuid":"r%s%s","sessionId":"%s","cwd":"%s","timestamp":"2026-02-01T10:00:02.000Z","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_%s%s","content":"1"}]}}\n' \
        "$2" "$4" "$(id "$2")" "$3" "$2" "$4" >>"$f"
}
sessions() { # sessions PATH: first digits of those that are found
    "$BIN/cmem" search --all --json -n 100 --file "$1" >"$dir/found"
    tr ',{' '\n\n' <"$dir/found" | sed -n 's/^"session":"\(s[0-9]*\)"$/\1/p' |
        sort -u | while read -r s; do
        "$BIN/cmem" show --json "$s" | tr ',{' '\n\n' |
            sed -n 's/^"uid":"\([0-9a-f]*\)-.*/\1/p' | head -n 1
    done | sort | tr '\n' ' '
}
is() { [ "$1" = "$2" ] || { echo "got \"$1\", not \"$2\""; return 1; }; }

reads 11111111 11111111 /w/app /w/app/package.json
reads 22222222 22222222 /w/app /w/app/front/package.json
reads 33333333 33333333 /w/app/.worktrees/x /w/app/.worktrees/x/package.json
reads 44444444 44444444 /w/app /elsewhere/app/package.json
# Goes on from one that is not here: its lines carry that one's name.
reads 55555555 66666666 /w/app /w/app/lost.c
reads 55555555 55555555 /w/app /w/app/own.c
# Goes on from one that is.
reads 77777777 11111111 /w/app /w/app/package.json
reads 77777777 77777777 /w/app /w/app/other.c
check "transcripts are taken" "$BIN/cmem" import claude-code "$dir/t"

check "a path at the top is that, in worktrees and on other machines too" \
    is "$(sessions package.json)" "11111111 33333333 44444444 "
check "one further down is another" is "$(sessions front/package.json)" \
    "22222222 "
check "a name that is at no top is any that ends so" \
    is "$(sessions app/package.json)" "11111111 44444444 "
check "a directory is all below it" is "$(sessions front)" "22222222 "
check "lines of a session that is not here are the file's" \
    is "$(sessions lost.c)" "55555555 "
check "with its own" is "$(sessions own.c)" "55555555 "
check "what was copied from one that is here is that one's" \
    is "$(sessions other.c)" "77777777 "
check "nothing of another name" is "$(sessions age.json)" ""
done_testing
