"""code_symbols.py - every definition that cmem knows below a directory."""
import json
import subprocess


def symbols(cmem, top):
    """CMEM_HOME's index must have the directory; yields rows of the JSON."""
    after = []
    while True:  # an answer that is not all says where to go on
        answer = json.loads(subprocess.run(
            [cmem, "code", "symbols", "--json", "-n", "100000", *after],
            cwd=top, stdout=subprocess.PIPE, check=True).stdout)
        yield from answer["symbols"]
        if "after" not in answer:
            return
        after = ["--after", answer["after"]]
