#!/bin/sh
# 0672-code-impact.sh - what a change reaches, in a real repository.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/code.inc"
export CMEM_PROVIDER=none
cmem="$BIN/cmem"
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE 2>/dev/null || true
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@localhost \
    GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@localhost
p=$dir/proj
mkdir -p "$p/src" "$p/tests"
cd "$p" || exit 1
cat >src/reply.py <<'END'
import os


def parse(text):
    return clean(text)


def clean(text):
    one = text
    two = one
    return two


def alone():
    return os
END
cat >src/client.py <<'END'
from src.reply import parse


def ask():
    return parse("x")


def never():
    return 1
END
cat >src/old_name.py <<'END'
def helper():
    return 1
END
cat >src/uses_old.py <<'END'
from src.old_name import helper


def go():
    return helper()
END
cat >tests/test_client.py <<'END'
from src.client import ask


def test_ask():
    assert ask()
END
cat >tests/test_reply.py <<'END'
from src.reply import parse


def test_parse():
    assert parse("y")
END
cat >tests/test_imports.py <<'END'
import src.reply


def test_nothing():
    assert src
END
git init -q . && git add -A && git commit -qm one
"$cmem" index >/dev/null 2>&1


check "nothing changed" status_is 1 "$cmem" code impact
check "is said" shows "nothing differs from HEAD" code impact

# One line inside of a function, without an index that knows.
sed -i 's/two = one/two = one + ""/' src/reply.py
check "the symbol whose line changed" said \
    '"qualified":"clean","kind":"function","file":"src/reply.py"' code impact
check "and no other of the file" unsaid '"qualified":"alone"' code impact
check "an index that is older is said to be" said '"stale":1' code impact
check "and to a person" shows "cmem index brings it" code impact
"$cmem" index >/dev/null 2>&1
check "one that is not, not" unsaid '"stale"' code impact
check "its caller" said '"qualified":"parse","kind":"function"' code impact
check "the caller of that" said \
    '"qualified":"ask","kind":"function","file":"src/client.py","line":4' \
    code impact
check "two away" said '"depth":2,"by":"parse"' code impact
check "the nearest test comes first" said \
    '"tests":[{"file":"tests/test_reply.py","depth":2,"by":"parse"' code impact
check "then the next" said \
    '{"file":"tests/test_client.py","depth":3,"by":"ask"' code impact
check "a test that only imports is last, and told so" said \
    '{"file":"tests/test_imports.py","imports":"src/reply.py"}]' code impact
check "tests are no callers" unsaid \
    '"callers":[{"name":"test_parse"' code impact
check "who imports the file" said \
    '"importers":[{"file":"src/client.py","line":1' code impact
check "what is not reached is not told" unsaid '"qualified":"never"' \
    code impact
check "a bound of depth" unsaid '"qualified":"ask"' code impact --depth 1
check "a cap says what it left out" said '"tests_left_out":2' \
    code impact -n 1
check "a person sees it" shows "tests/test_reply.py  2 steps away, by parse" \
    code impact
check "of a symbol, without git" said \
    '"tests":[{"file":"tests/test_client.py","depth":1' code impact ask
check "not of both" status_is 2 "$cmem" code impact ask --diff HEAD

# Configuration that would change what git prints.
git config diff.noprefix true
git config diff.mnemonicPrefix true
git config color.ui always
git config diff.external /bin/false
git config diff.context 9
git config diff.interHunkContext 50
git config core.quotePath false
git config diff.renames false
check "whatever the configuration" said '"qualified":"clean"' code impact
check "as before" unsaid '"qualified":"alone"' code impact

# Lines that are gone.
git checkout -q src/reply.py
sed -i '/two = one/d' src/reply.py
"$cmem" index >/dev/null 2>&1
check "a deleted line: the symbol around it" said \
    '"qualified":"clean"' code impact
check "and not the one beside it" unsaid '"qualified":"alone","kind"' \
    code impact

# A function that is gone, and one that came.
git checkout -q src/reply.py
sed -i 's/^def clean(text)/def tidy(text)/' src/reply.py
"$cmem" index >/dev/null 2>&1
check "a removed symbol is told" said \
    '"qualified":"clean","kind":"function","file":"src/reply.py","line":8' \
    code impact
check "as removed" said '"change":"removed"' code impact
check "the new one as added" said '"change":"added"' code impact
check "what still refers to it" said '"by":"clean","gone":"removed"' \
    code impact
check "a person sees that" shows "by clean, which was removed" code impact

# Files: new ones, renamed ones, deleted ones.
git checkout -q src/reply.py
git mv src/old_name.py src/new_name.py
printf 'def fresh():\n    return 1\n' >src/fresh.py
"$cmem" index >/dev/null 2>&1
check "a renamed file" said \
    '"file":"src/new_name.py","change":"renamed","from":"src/old_name.py"' \
    code impact
check "what imports its old name" said \
    '"file":"src/uses_old.py","line":1,"imports":"src/old_name.py"' code impact
check "a file that git does not know is new" said \
    '"file":"src/fresh.py","change":"added"' code impact
check "with its symbols" said '"qualified":"fresh"' code impact
git reset -q --hard
rm -f src/fresh.py src/old_name.py
"$cmem" index >/dev/null 2>&1
check "a deleted file" said \
    '"file":"src/old_name.py","change":"deleted"' code impact
check "what refers to what it had" said \
    '"qualified":"go","kind":"function","file":"src/uses_old.py"' code impact
check "knowing that it is gone" said '"by":"helper","gone":"removed"' \
    code impact

# Against other commits; below the top; elsewhere.
git commit -qam two
check "against an older commit" said '"file":"src/old_name.py"' \
    code impact --diff HEAD~1
check "one that there is not" status_is 1 "$cmem" code impact --diff nowhere
check "is said" shows "has no commit nowhere" code impact --diff nowhere
check "an option is no commit" status_is 2 "$cmem" code impact --diff=--output=x
check "and writes nothing" [ ! -e x ]
sed -i 's/return 1/return 2/' src/client.py
"$cmem" index src >/dev/null 2>&1
check "a tree below the repository's top has paths below itself" said \
    '"file":"client.py","change":"changed"' code impact --dir src
mkdir "$dir/plain"
echo 'def lonely(): pass' >"$dir/plain/a.py"
"$cmem" index "$dir/plain" >/dev/null 2>&1
check "no repository is said" shows "is in no git repository" \
    code impact --dir "$dir/plain"
mkdir "$dir/macros"
echo 'int add_up(int a) { return a; }' >"$dir/macros/sum.c"
cat >"$dir/macros/sum_test.c" <<'END'
TEST(sum, adds_up)
{
    CHECK(add_up(1) == 1);
}
END
"$cmem" index "$dir/macros" >/dev/null 2>&1
check "a test that a macro makes has a name" said \
    '"symbols":["sum::adds_up"]' code impact add_up --dir "$dir/macros"
check "what is not indexed says what to do" sh -c \
    "cd / && '$cmem' code impact 2>&1 | grep -q 'cmem index does it'"
done_testing
