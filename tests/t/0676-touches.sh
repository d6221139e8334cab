#!/bin/sh
# 0676-touches.sh - what a session's edits touched, and which memories cite it.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/code.inc"
export TZ=UTC
unset COLUMNS NO_COLOR PAGER
mkdir -p "$dir/app/src"
cd "$dir/app" || exit 1

n=0
event() { # event NAME REST: one payload of session $id, as the client writes it
    n=$((n + 1))
    printf '{"session_id":"%s","cwd":"%s","hook_event_name":"%s",%s,"_ts":"2026-03-01T10:%02d:00.000Z"}\n' \
        "$id" "$PWD" "$1" "$2" "$n"
}
edit() { # edit PATH WAS NOW ORIGINAL HUNK: a tool call that changed a line
    event PostToolUse "\"tool_name\":\"Edit\",\"tool_use_id\":\"t$id$n\",\"tool_input\":{\"file_path\":\"$PWD/$1\",\"old_string\":\"$2\",\"new_string\":\"$3\"},\"tool_response\":{\"filePath\":\"$PWD/$1\",\"oldString\":\"$2\",\"newString\":\"$3\",\"originalFile\":\"$4\",\"structuredPatch\":[$5],\"userModified\":false,\"replaceAll\":false}"
}
C0='/* a.c */\nint add(int a, int b)\n{\n    return a + b;\n}\n\nint twice_of(int a)\n{\n    return a + a;\n}\n\nint untouched(void)\n{\n    return 0;\n}\n'
C1='/* a.c */\nint add(int a, int b)\n{\n    return b + a;\n}\n\nint twice_of(int a)\n{\n    return a + a;\n}\n\nint untouched(void)\n{\n    return 0;\n}\n'
PY='class Store:\n    def get(self, key):\n        return self.rows[key]\n\n    def put_row(self, key, row):\n        self.rows[key] = row\n'
READ='def helper_of_all():\n    return 1\n\n\ndef other():\n    return 2\n'
session() {
    event UserPromptSubmit '"prompt":"Make the sums in a.c faster and let the store check its keys"'
    edit src/a.c 'return a + b;' 'return b + a;' "$C0" \
        '{"oldStart":2,"oldLines":4,"newStart":2,"newLines":4,"lines":[" int add(int a, int b)"," {","-    return a + b;","+    return b + a;"," }"]}'
    edit src/a.c 'return a + a;' 'return 2 * a;' "$C1" \
        '{"oldStart":7,"oldLines":4,"newStart":7,"newLines":4,"lines":[" int twice_of(int a)"," {","-    return a + a;","+    return 2 * a;"," }"]}'
    edit src/store.py 'self.rows[key] = row' 'self.rows[str(key)] = row' "$PY" \
        '{"oldStart":5,"oldLines":2,"newStart":5,"newLines":2,"lines":["     def put_row(self, key, row):","-        self.rows[key] = row","+        self.rows[str(key)] = row"]}'
    event PostToolUse "\"tool_name\":\"Read\",\"tool_use_id\":\"t$id$n\",\"tool_input\":{\"file_path\":\"$PWD/src/read.py\"},\"tool_response\":{\"type\":\"text\",\"file\":{\"filePath\":\"$PWD/src/read.py\",\"content\":\"$READ\",\"numLines\":7,\"startLine\":1,\"totalLines\":7}}"
    event Stop '"last_assistant_message":"The sums are faster now. Decision: we keep `helper_of_all` as it is because every caller relies on it."'
}
symbols() { # symbols SESSION: of what it changed, a line each
    "$BIN/cmem" show --json "$1" | tr '{' '\n' |
        grep -o '"path":"[^"]*","symbol":"[^"]*"' | sort
}
symbols_are() { # symbols_are SESSION: the three definitions and nothing else
    symbols "$1" >"$dir/symbols"
    cat "$dir/symbols"
    [ "$(wc -l <"$dir/symbols")" = 3 ] &&
        grep -q '"src/a.c","symbol":"add"' "$dir/symbols" &&
        grep -q '"src/a.c","symbol":"twice_of"' "$dir/symbols" &&
        grep -q '"src/store.py","symbol":"Store.put_row"' "$dir/symbols"
}
remembers() { # remembers PATTERN: a memory says so
    for m in 1 2 3 4; do
        "$BIN/cmem" show --json $m
    done | grep -q "$1"
}

id=hooked
session >"$dir/hooked.jsonl"
while read -r line; do
    case $line in
    *UserPromptSubmit*) kind=user-prompt ;;
    *'"Stop"'*) kind=stop ;;
    *) kind=post-tool-use ;;
    esac
    printf '%s\n' "$line" | hook $kind >/dev/null
done <"$dir/hooked.jsonl"
check "the hooks' edits become definitions" wait_for 20 symbols_are s1
check "and the memory says them exactly" wait_for 20 remembers \
    'src/a.c (add, twice_of'
cited() { # cited SYMBOL: by a memory of the session
    for m in 1 2 3 4; do
        "$BIN/cmem" show --json $m
    done | grep -o '"cites":.*' | grep -q "\"symbol\":\"$1\""
}
check "which cites them" cited twice_of
check "and the method, not its class" cited Store.put_row
check "a definition that was only read, when it is spoken of" \
    cited helper_of_all
not_cited() { ! cited "$1"; }
check "and nothing else of that file" not_cited other
"$BIN/cmem" replay "$dir/hooked.jsonl" >"$dir/replayed" 2>&1
check "told again they are there once" symbols_are s1

id=spooled n=0
session >"$dir/spooled.jsonl"
"$BIN/cmem" replay "$dir/spooled.jsonl" >"$dir/replayed" 2>&1
check "another session has its own" wait_for 20 symbols_are s2

# A worker that is killed in the milliseconds behind an event's ACK: the next
# one finds what the event touched from the file on the disk.
id=killed n=0
printf '%s\n' "$(event UserPromptSubmit '"prompt":"Now the other way round"')" |
    hook user-prompt >/dev/null
wait_for 10 worker_pid >/dev/null
C2='/* a.c */\nint add(int a, int b)\n{\n    return b + a;\n}\n\nint twice_of(int a)\n{\n    return 2 * a;\n}\n\nint untouched(void)\n{\n    return 0;\n}\n'
pid=$(worker_pid)
printf "$C1" >src/a.c
edit src/a.c 'return a + b;' 'return b + a;' "$C0" \
    '{"oldStart":2,"oldLines":4,"newStart":2,"newLines":4,"lines":[" int add(int a, int b)"," {","-    return a + b;","+    return b + a;"," }"]}' >"$dir/k1"
edit src/a.c 'return a + a;' 'return 2 * a;' "$C1" \
    '{"oldStart":7,"oldLines":4,"newStart":7,"newLines":4,"lines":[" int twice_of(int a)"," {","-    return a + a;","+    return 2 * a;"," }"]}' >"$dir/k2"
n=2
printf 'class Store:\n    def put_row(self, key):\n        return key\n' >src/store.py
event PostToolUse "\"tool_name\":\"Write\",\"tool_use_id\":\"t$id$n\",\"tool_input\":{\"file_path\":\"$PWD/src/store.py\",\"content\":\"class Store:\n    def put_row(self, key):\n        return key\n\"},\"tool_response\":{\"type\":\"create\",\"filePath\":\"$PWD/src/store.py\",\"content\":\"\",\"structuredPatch\":[]}" >"$dir/k3"
hook post-tool-use <"$dir/k1" >/dev/null
printf "$C2" >src/a.c
hook post-tool-use <"$dir/k2" >/dev/null
hook post-tool-use <"$dir/k3" >/dev/null
kill -9 "$pid"
gone() { ! kill -0 "$pid" 2>/dev/null; }
wait_for 10 gone
event Stop '"last_assistant_message":"Done."' | hook stop >/dev/null
killed_are() {
    symbols s3 >"$dir/symbols"
    cat "$dir/symbols"
    grep -q '"src/a.c","symbol":"add"' "$dir/symbols" &&
        grep -q '"src/a.c","symbol":"twice_of"' "$dir/symbols" &&
        grep -q '"src/store.py","symbol":"Store' "$dir/symbols"
}
check "what a killed worker had not looked at is not lost" \
    wait_for 20 killed_are
done_testing
