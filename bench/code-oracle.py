"""code-oracle.py - definitions of Python files beside Python's own parser.

    python3 code-oracle.py CMEM TREE

A definition is (file, name, function or class, line of its def); precision and
recall count those that both have, and how many of these end on the same line.
"""
import ast
import json
import os
import subprocess
import sys

KINDS = {"function": "f", "method": "f", "constructor": "f", "class": "c"}
ours, theirs, files = {}, {}, set()
cmem, top = sys.argv[1:]
after = []
while True:  # an answer that is not all says where to go on
    answer = json.loads(subprocess.run(
        [cmem, "code", "symbols", "--json", "-n", "100000", *after],
        cwd=top, stdout=subprocess.PIPE, check=True).stdout)
    for s in answer["symbols"]:
        if s["file"].endswith(".py"):
            files.add(s["file"])
            if s["kind"] in KINDS:
                key = (s["file"], s["name"], KINDS[s["kind"]], s["line"])
                ours[key] = s["end_line"]
    if "after" not in answer:
        break
    after = ["--after", answer["after"]]
for f in files:
    try:
        with open(os.path.join(top, f), "rb") as source:
            tree = ast.parse(source.read())
    except (SyntaxError, ValueError, OSError):  # not Python 3: no oracle
        ours = {k: v for k, v in ours.items() if k[0] != f}
        continue
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef,
                             ast.ClassDef)):
            kind = "c" if isinstance(node, ast.ClassDef) else "f"
            theirs[(f, node.name, kind, node.lineno)] = node.end_lineno
both = ours.keys() & theirs.keys()
ends = sum(ours[k] == theirs[k] for k in both)
total = len(ours) + len(theirs)
if total:
    print("Python's own ast: %d definitions, F1 %.4f, end line exact %.4f" %
          (len(theirs), 2 * len(both) / total, ends / max(1, len(both))))
for k in sorted(ours.keys() ^ theirs.keys())[:10]:
    print("  %s %s" % ("+" if k in ours else "-", k))
