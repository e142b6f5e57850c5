"""A process that outlives the test run and clears up after it. Standard library only; run as a script.

Reads lines from its standard input: `watch PID`, `forget PID`, `remove FOLDER`. When the other end is gone, however
it went (returned, Ctrl-C, kill -9), it kills what is still watched, newest first, and removes the folders.
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterable


def obey(lines: Iterable[str]) -> None:
    pids: dict[int, None] = {}
    folders: dict[str, None] = {}
    for line in lines:
        verb, _, what = line.rstrip("\n").partition(" ")
        if verb == "watch":
            pids[int(what)] = None
        elif verb == "forget":
            pids.pop(int(what), None)
        elif verb == "remove":
            folders[what] = None
    for pid in reversed(pids):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    obey(sys.stdin)
