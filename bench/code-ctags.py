"""code-ctags.py - definitions beside universal-ctags', both ways.

    python3 code-ctags.py CMEM TREE LANGUAGE [EXAMPLES]

CMEM_HOME's index has the tree. A definition is (file, name, line): ours is that
in which it begins, ctags' that of its name, so a name within ours is the same.
Prints how much of ctags' we have and the other way round; then what only one
has, by its kind, with examples: docs/code-ctags.md says why for each.
"""
import collections
import json
import os
import subprocess
import sys

from code_symbols import symbols

NAMES = {"c": "C", "cpp": "C++", "go": "Go", "rust": "Rust", "java": "Java",
         "ruby": "Ruby"}


def ctags(top, language):
    # C's headers are C, whatever ctags takes them for.
    out = subprocess.run(
        ["ctags", "-R", "--output-format=json", "--fields=+neKl", "-f", "-",
         "--languages=" + language, "--langmap=%s:+.h" % language
         if language in ("C", "C++") else "--sort=no", "."],
        cwd=top, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        check=True).stdout
    for line in out.decode("utf-8", "replace").splitlines():
        tag = json.loads(line)
        if tag.get("_type") == "tag":
            yield os.path.normpath(tag["path"]), tag["name"], tag["line"], tag["kind"]


def show(title, only, examples):
    kinds = collections.defaultdict(list)
    for key, kind in sorted(only.items()):
        named = "__anon" in key[1]
        kinds[kind + (", named by ctags" if named else "")].append(key)
    for kind, keys in sorted(kinds.items(), key=lambda x: -len(x[1]))[:15]:
        step = max(1, len(keys) // max(1, examples))
        print("    %s %6d %-24s %s" % (title, len(keys), kind, "  ".join(
            "%s:%d %s" % (f, line, name)
            for f, name, line in keys[::step][:examples])))


def pair(have, want):
    """have: key -> (kind, last line). The keys of each that the other has."""
    ours = have.keys() & want.keys()
    theirs = set(ours)
    starts = collections.defaultdict(list)
    for f, name, line in have.keys() - ours:
        starts[f, name].append(line)
    for f, name, line in want.keys() - ours:
        around = [at for at in starts[f, name]
                  if at < line <= have[f, name, at][1]]
        if around:
            theirs.add((f, name, line))
            ours.add((f, name, max(around)))
    return ours, theirs


def pair_tests(have, want, ours, theirs):
    """ctags names every TEST(Suite, Name) {...} after the macro, we after its
    arguments: the same definition. How many."""
    tests = {(f, line): (f, name, line) for (f, name, line), v in have.items()
             if v[0] == "test"}
    again = 0
    for key in want.keys() - theirs:
        mine = tests.get((key[0], key[2]))
        if mine and mine not in ours and want[key] == "function" \
                and "TEST" in key[1].upper():
            theirs.add(key)
            ours.add(mine)
            again += 1
    return again


def main(cmem, top, language, examples="1"):
    have, files = {}, set()
    for s in symbols(cmem, top):
        files.add(s["file"])
        have[s["file"], s["name"], s["line"]] = s["kind"], s["end_line"]
    want = {}
    for f, name, line, kind in ctags(top, NAMES[language]):
        if f in files:
            want[f, name, line] = kind
    files = {k[0] for k in want}
    have = {k: v for k, v in have.items() if k[0] in files}
    ours, theirs = pair(have, want)
    tests = pair_tests(have, want, ours, theirs)
    print("    of ctags' %d we have %.3f; of our %d ctags has %.3f" %
          (len(want), len(theirs) / max(1, len(want)),
           len(have), len(ours) / max(1, len(have))))
    if tests:
        print("    the same under the name of its macro: %d tests" % tests)
    show("only ctags", {k: v for k, v in want.items() if k not in theirs},
         int(examples))
    show("only ours ", {k: v[0] for k, v in have.items() if k not in ours},
         int(examples))


main(*sys.argv[1:])
