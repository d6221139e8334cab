# browse.py - how long cmem browse lets one wait: see browse.sh.
#
#     python3 bench/browse.py CMEM ROUNDS
#
# Drives the program through a pseudo terminal of 120 by 40. It draws once for
# every key and once for every answer, and each drawing ends with the sequence
# that ends a synchronized update: the first after a key is its echo, the second
# has the results. Between two keys nothing comes for a while, so that what is
# measured belongs to the key. Beside it `cmem search` from start to end: what a
# program without a list to keep would take for the same words.
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

END = b"\x1b[?2026l"
QUIET = 0.4  # s: what is behind the first screen has come by then, too
WORDS = ["socket", "parse table", "retry", "why does it fail", "middleware"]


def spawn(cmem):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(cmem, [cmem, "browse", "--all"])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    return pid, fd


def frames(fd, began, want):
    """Times of the first frames since `began`, in ms, until it is quiet."""
    times = []
    data = b""
    while select.select([fd], [], [], QUIET if len(times) >= want else 5)[0]:
        try:
            data += os.read(fd, 65536)
        except OSError:
            break
        now = (time.perf_counter() - began) * 1000
        times += [now] * data.count(END)
        cut = data.rfind(END)
        if cut >= 0:
            data = data[cut + len(END):]
    return times


def line(name, values, promise, beside=None):
    values = sorted(values)
    p50 = values[len(values) // 2]
    p99 = values[min(len(values) - 1, len(values) * 99 // 100)]
    text = (f"  {name:24} least {values[0]:6.2f} ms  p50 {p50:6.2f} ms"
            f"  p99 {p99:6.2f} ms")
    if beside:
        text += f"  {p50 / beside:5.2f} of cmem search"
    if promise:
        text += f"  promised {promise}: {'kept' if p50 <= promise else 'missed'}"
    print(text)


def main():
    cmem, rounds = sys.argv[1], int(sys.argv[2])
    paint, first, echo, found, alone = [], [], [], [], []
    for _ in range(rounds):
        began = time.perf_counter()
        pid, fd = spawn(cmem)
        times = frames(fd, began, 2)
        paint.append(times[0])
        first.append(times[1])
        os.write(fd, b"\x03")
        os.waitpid(pid, 0)
        os.close(fd)
    pid, fd = spawn(cmem)
    frames(fd, time.perf_counter(), 2)
    for words in WORDS:
        os.write(fd, b"\x15")
        frames(fd, time.perf_counter(), 1)
        for c in words:
            began = time.perf_counter()
            os.write(fd, c.encode())
            times = frames(fd, began, 2)
            echo.append(times[0])
            found.append(times[1])
    os.write(fd, b"\x03")
    os.waitpid(pid, 0)
    for words in [w[:n + 1] for w in WORDS for n in range(len(w))]:
        began = time.perf_counter()
        subprocess.run([cmem, "search", "--all", words],
                       stdout=subprocess.DEVNULL, check=False)
        alone.append((time.perf_counter() - began) * 1000)
    beside = sorted(alone)[len(alone) // 2]
    line("first paint", paint, 30)
    line("the newest are listed", first, None)
    line("a key is on the screen", echo, None)
    line("and its results", found, 15, beside)
    line("cmem search", alone, None)


main()
