#!/bin/sh
# 0641-branch.sh - what was made on a branch belongs to it until it is merged,
# by a merge, a fast-forward, or squashed with the branch gone.
set -u
. "$(dirname "$0")/../lib.sh"
unset COLUMNS NO_COLOR PAGER
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_CONFIG_NOSYSTEM=1
git init -q "$dir/r" && cd "$dir/r" || exit 1
git symbolic-ref HEAD refs/heads/main
commit() { git commit -q --allow-empty -m "$1"; }
commit one

begin() { # a session begins here: prints what it is told
    printf '{"session_id":"%s","hook_event_name":"SessionStart","source":"startup","cwd":"%s"}' \
        "$1" "$PWD" | CLAUDE_PROJECT_DIR="$PWD" hook session-start >"$dir/told"
    cat "$dir/told"
}
tells() { begin "$1" >/dev/null; grep -q "$2" "$dir/told"; }
not_tells() { ! tells "$@"; }
# On a busy machine the worker's answer may be late, and what is printed the
# block of before.
told() { wait_for 10 tells "$@" || { cat "$dir/told"; return 1; }; }
untold() { wait_for 10 not_tells "$@" || { cat "$dir/told"; return 1; }; }

# --- merged ---
git checkout -q -b topic/cold
check "on a new branch, before its first commit" prints 0 '^remembered' \
    add "the fresh gizmo hums"
commit work
check "and behind it" prints 0 '^remembered' add "the cold gizmo sings"
check "from the branch both are seen" prints 0 '2 of 2 matched' search gizmo
check "and a session there is told" told s1 'cold gizmo sings'
git checkout -q main
check "from main neither" \
    prints 1 '2 of other branches left out' search gizmo
check "unless asked for: all branches" prints 0 'cold gizmo sings' \
    search --all-branches gizmo
check "or that branch" prints 0 'cold gizmo sings' \
    search --branch topic/cold gizmo
check "a session on main is not told" untold s2 gizmo
check "what was said on main is seen there" prints 0 '^remembered' \
    add "the main gizmo rests"
git checkout -q topic/cold
check "and on the branch" prints 0 '3 of 3 matched' search gizmo
git checkout -q main
git merge -q --no-ff -m merge topic/cold
check "merged: the next session on main is told" told s3 'cold gizmo sings'
check "of both" grep -q 'fresh gizmo hums' "$dir/told"
check "and searches find them" prints 0 '3 of 3 matched' search gizmo
check "history says so" prints 0 'belongs to every branch by cmem: merged' \
    history 2

# --- rebased, then fast-forwarded ---
git checkout -q -b topic/fast
commit fast
check "on a branch that is rebased" prints 0 '^remembered' \
    add "the rebased widget spins"
git commit -q --amend --allow-empty -m 'fast, in other words'
check "it is still the branch's" prints 0 'widget spins' search widget
git checkout -q main
check "and main's not" untold s4 'widget spins'
git merge -q --ff-only topic/fast
check "until it is merged" told s5 'widget spins'

# --- squashed, the branch gone ---
git checkout -q -b topic/squashed
commit squashed
check "on a branch that is squashed" prints 0 '^remembered' \
    add "the squashed lever clicks"
git checkout -q main
commit 'squashed (#7)'
check "its commit is nowhere on main" untold s6 'lever clicks'
git branch -q -D topic/squashed
check "gone, it belongs to all" told s7 'lever clicks'

# --- worktrees, packed refs, another default ---
git worktree add -q -b topic/tree "$dir/tree"
cd "$dir/tree" || exit 1
commit tree
check "in a worktree" prints 0 '^remembered' add "the tree pump leaks"
check "seen there" prints 0 'pump leaks' search pump
cd "$dir/r" || exit 1
check "not in the main one" prints 1 'left out' search pump
git merge -q --no-ff -m tree topic/tree
git pack-refs --all
check "with packed refs, merged" told s8 'pump leaks'

# --- for all from the start ---
git checkout -q -b topic/any
commit any
check "a note for any branch" prints 0 '^remembered' \
    add --branch any "the loose screw rattles"
git checkout -q main
check "is seen on main" prints 0 'screw rattles' search screw
check "one that is said on both belongs to both" prints 0 '^remembered' \
    add --branch topic/any "the bound screw holds"
check "by hand it can be freed" \
    prints 0 '^changed' edit --any-branch \
    "$(sed 's/.*#//' "$dir/printed")"
check "and is seen" prints 0 'bound screw holds' search bound screw

# --- no git to ask ---
git checkout -q -b topic/nogit
commit nogit
check "on a branch" prints 0 '^remembered' add "the blind valve opens"
git checkout -q main
git merge -q --no-ff -m nogit topic/nogit
kill_worker
mkdir "$dir/bin"
for tool in sh cat grep sed cut head date sleep; do
    ln -s "$(command -v $tool)" "$dir/bin/"
done
path=$PATH
PATH="$dir/bin"
begin s9 >/dev/null
check "a worker without git is as good" wait_for 10 worker_pid
check "it promotes nothing, and nothing fails" \
    prints 1 '1 of other branches left out' search valve
PATH=$path
kill_worker
begin s10 >/dev/null
freed() { "$BIN/cmem" search valve | grep -q 'valve opens'; }
check "with it, the next one does" wait_for 10 freed
done_testing
