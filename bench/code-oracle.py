"""code-oracle.py - definitions of Python files beside Python's own parser.

    python3 code-oracle.py CMEM TREE

A definition is (file, name, function or class, line of its def). Prints how
many the oracle has, F1, and the share of those that both have which end in the
same line; then up to ten that only one has (+ ours, - the oracle's).
"""
import ast
import os
import sys

from code_symbols import symbols

KINDS = {"function": "f", "method": "f", "constructor": "f", "class": "c"}


def ours(cmem, top):
    found, files = {}, set()
    for s in symbols(cmem, top):
        if s["file"].endswith(".py"):
            files.add(s["file"])
            if s["kind"] in KINDS:
                key = (s["file"], s["name"], KINDS[s["kind"]], s["line"])
                found[key] = s["end_line"]
    return found, files


def main(cmem, top):
    have, files = ours(cmem, top)
    want = {}
    for f in files:
        try:
            with open(os.path.join(top, f), "rb") as source:
                tree = ast.parse(source.read())
        except (SyntaxError, ValueError, OSError):  # not Python 3: no oracle
            have = {k: v for k, v in have.items() if k[0] != f}
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef,
                                 ast.ClassDef)):
                kind = "c" if isinstance(node, ast.ClassDef) else "f"
                want[(f, node.name, kind, node.lineno)] = node.end_lineno
    both = have.keys() & want.keys()
    ends = sum(have[k] == want[k] for k in both)
    print("%d %.4f %.4f" % (len(want),
                            2 * len(both) / max(1, len(have) + len(want)),
                            ends / max(1, len(both))))
    for k in sorted(have.keys() ^ want.keys())[:10]:
        print("    %s %s" % ("+" if k in have else "-", k))
    for k in [k for k in sorted(both) if have[k] != want[k]][:5]:
        print("    ends in %d, not in %d: %s" % (have[k], want[k], k))


main(*sys.argv[1:])
