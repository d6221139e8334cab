#!/bin/sh
# 0673-code-map.sh - a tree's map, and the files for a described problem.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/code.inc"
export CMEM_PROVIDER=none
cmem="$BIN/cmem"
p=$dir/proj
mkdir -p "$p/src" "$p/tests"
(cd "$p" && git init -q .)
cat >"$p/src/money.py" <<'END'
class Money:
    def rounded(self):
        return self

    def spare(self):
        return self


def round_amount(x):
    """Rounds to the smallest coin."""
    return Money().rounded()
END
for i in a b c d; do
    cat >"$p/src/$i.py" <<END
from src.money import round_amount


def total_of_$i(x):
    return round_amount(x)
END
done
cat >"$p/tests/test_a.py" <<'END'
from src.a import total_of_a


def test_total():
    assert total_of_a(1)
END
cd "$p" || exit 1
"$cmem" index >"$dir/out" 2>&1 || cat "$dir/out"

first() { # first FILE COMMAND...: the first file of the answer
    want=$1
    shift
    "$cmem" "$@" --json >"$dir/out" 2>&1
    got=$(sed 's/.*"files":\[{"file":"\([^"]*\)".*/\1/' "$dir/out" | head -n 1)
    [ "$got" = "$want" ] || { cat "$dir/out"; return 1; }
}
hides() {
    want=$1
    shift
    "$cmem" "$@" >"$dir/out" 2>&1
    ! grep -qF -- "$want" "$dir/out" || { cat "$dir/out"; return 1; }
}
same() {
    "$cmem" code map --json >"$dir/one" && "$cmem" code map --json >"$dir/two" &&
        cmp "$dir/one" "$dir/two"
}

check "the map begins with what the rest leans on" \
    first src/money.py code map
check "and shows signatures" shows "def round_amount(x)" code map
check "a member below what it is a member of" shows "    2    def rounded" code map
check "no test" hides "test_total" code map
check "unless it is in focus" shows "test_total" code map -f tests/test_a.py
check "which moves the map" first src/c.py code map --focus src/c.py
check "by the end of a path" first src/c.py code map --focus c.py
check "a focus that there is not" status_is 1 "$cmem" code map -f nowhere.py
check "few tokens are kept to" hides "total_of_d" code map -t 50
check "and what is left out is said" shows "left out:" code map -t 50
check "too few are refused" status_is 2 "$cmem" code map -t 3
check "the same every time" same
check "elsewhere it says what to do" sh -c \
    "cd / && '$cmem' code map 2>&1 | grep -q 'cmem index does it'"

check "words of a doc find the file" first src/money.py \
    code files amounts are not rounded to the smallest coin
check "with what spoke for it" shows "round_amount:9" \
    code files amounts are not rounded to the smallest coin
check "a named path is first" first src/d.py code files rounding in src/d.py
check "and said to be named" shows "named" code files rounding in src/d.py
check "a stack trace is" first src/b.py code files \
    'File "/srv/app/src/b.py", line 5, in total_of_b'
check "tests come behind" first src/a.py code files total_of_a is wrong
check "a cap says what it left out" shows "more: -n shows more" \
    code files -n 1 total_of_a is wrong
check "nothing found" status_is 1 "$cmem" code files zebra crossings
check "says of how many" shows "0 of 6 files" code files zebra crossings
check "a text is needed" status_is 2 "$cmem" code files

# What sessions about the same changed.
say() { # say HOOK JSON
    printf '%s' "$2" | hook "$1" >/dev/null
}
base='"session_id":"s1","cwd":"'$p'","transcript_path":"/nowhere"'
say session-start "{$base,\"hook_event_name\":\"SessionStart\",\"source\":\"startup\"}"
say user-prompt "{$base,\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\"The quarterly ledger export loses its umlauts\"}"
say post-tool-use "{$base,\"hook_event_name\":\"PostToolUse\",\"tool_name\":\"Edit\",\"tool_use_id\":\"t1\",\"tool_input\":{\"file_path\":\"$p/src/c.py\",\"old_string\":\"a\",\"new_string\":\"b\"},\"tool_response\":{}}"
say stop "{$base,\"hook_event_name\":\"Stop\",\"last_assistant_message\":\"The quarterly ledger export keeps its umlauts now.\"}"
say session-end "{$base,\"hook_event_name\":\"SessionEnd\",\"reason\":\"exit\"}"
check "what a session about this changed is remembered" wait_for 15 \
    shows "changed in a session about this" \
    code files umlauts of the quarterly ledger export in src
done_testing
