#!/usr/bin/env python3
"""code-files.py - does `cmem code files` find what a commit changed?

    python3 bench/code-files.py REPOSITORY REV [COUNT]

The tree as it was at REV is indexed in a home of its own; each of the COUNT
(200) commits behind it is a question, its message without the "area:" in
front, and the files of that tree that it changed (one to eight) are the
answer. Nothing that is asked about has happened in the tree yet. Beside it a
plain BM25 over the words of paths and names of symbols: what grep -i and
patience would find. Prints hit@1, @5, @10 (one of the files is among the
first so many) and the mean reciprocal rank.
"""
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

CMEM = os.environ.get("CMEM", "build/bin/cmem")


def git(repo, *args):
    return subprocess.run(["git", "-C", repo, *args], check=True, text=True,
                          capture_output=True).stdout


def words(text):
    text = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    return [w for w in re.findall(r"[a-z]{2,}", text.lower())]


class Plain:
    def __init__(self, symbols, files):
        self.doc = {f: words(f) for f in files}
        for s in symbols:
            self.doc.setdefault(s["file"], words(s["file"])).extend(
                words(s["name"]))
        self.df = {}
        for d in self.doc.values():
            for w in set(d):
                self.df[w] = self.df.get(w, 0) + 1
        self.mean = sum(map(len, self.doc.values())) / len(self.doc)

    def rank(self, text):
        n, score = len(self.doc), {}
        for f, d in self.doc.items():
            for w in set(words(text)):
                tf = d.count(w)
                if tf:
                    idf = math.log(1 + (n - self.df[w] + .5) /
                                   (self.df[w] + .5))
                    score[f] = score.get(f, 0) + idf * tf * 2.2 / (
                        tf + 1.2 * (.25 + .75 * len(d) / self.mean))
        return sorted(score, key=lambda f: (-score[f], f))


def cmem(*args):
    out = subprocess.run([CMEM, args[0], args[1], "--json", *args[2:]], text=True,
                         capture_output=True).stdout
    return json.loads(out)


def questions(repo, rev, count, known):
    for commit in git(repo, "rev-list", "--reverse", "--no-merges",
                      rev + "..HEAD").split()[:count]:
        gold = {f for f in git(repo, "diff-tree", "-r", "--no-commit-id",
                               "--name-only", "--diff-filter=M",
                               commit).splitlines() if f in known}
        text = git(repo, "log", "-1", "--format=%B", commit).strip()
        text = re.sub(r"^[\w ,/-]+: ", "", text)
        if 1 <= len(gold) <= 8:
            yield text, gold


def main():
    repo, rev = sys.argv[1], sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    tmp = tempfile.mkdtemp(prefix="code-files-")
    os.environ["CMEM_HOME"] = tmp + "/home"
    os.environ["CMEM_PROVIDER"] = "none"
    try:
        os.mkdir(tmp + "/tree")
        tar = subprocess.Popen(["git", "-C", repo, "archive", rev],
                               stdout=subprocess.PIPE)
        subprocess.run(["tar", "x", "-C", tmp + "/tree"], stdin=tar.stdout,
                       check=True)
        subprocess.run([CMEM, "index", tmp + "/tree"], check=True,
                       capture_output=True)
        symbols = cmem("code", "symbols", "-n", "200000", "--dir",
                       tmp + "/tree")["symbols"]
        known = {s["file"] for s in symbols}
        plain = Plain(symbols, known)
        got = {"plain": [], "cmem": []}
        for text, gold in questions(repo, rev, count, known):
            ranked = [f["file"] for f in cmem("code", "files", "-n", "50",
                                              "--dir", tmp + "/tree", "--",
                                              text)["files"]]
            for name, v in (("plain", plain.rank(text)), ("cmem", ranked)):
                got[name].append(next((i for i, f in enumerate(v[:50], 1)
                                       if f in gold), 0))
        for name, v in got.items():
            print("%-6s %d questions, %d files:" % (name, len(v), len(known)),
                  " ".join("hit@%d %.3f" % (k, sum(0 < r <= k for r in v) /
                                            len(v)) for k in (1, 5, 10)),
                  "MRR %.3f" % (sum(1 / r for r in v if r) / len(v)))
    finally:
        pid = open(tmp + "/home/lock").read().split()[0] \
            if os.path.exists(tmp + "/home/lock") else ""
        if pid.isdigit():
            subprocess.run(["kill", pid])
        shutil.rmtree(tmp, ignore_errors=True)


main()
