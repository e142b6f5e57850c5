"""Run steps of the command line and die by SIGKILL within the Nth transaction: `python -m tests.property.dies HUB STEPS N BEFORE|AFTER`.

STEPS is a file with one JSON list of arguments per line; the number of steps done is written beside it.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conformance.commands import CommandLine


def main(folder: Path, steps: Path, number: int, when: str) -> None:
    line = CommandLine(folder)
    store = line.hub.store
    begin, count = store.begin, 0

    @contextmanager
    def counted() -> Iterator[Any]:
        nonlocal count
        count += 1
        mine = count
        with begin() as unit:
            yield unit
            if mine == number and when == "BEFORE":
                os.kill(os.getpid(), signal.SIGKILL)
        if mine == number:
            os.kill(os.getpid(), signal.SIGKILL)

    store.begin = counted  # type: ignore[method-assign]
    for done, step in enumerate(steps.read_text().splitlines()):
        steps.with_suffix(".done").write_text(str(done))
        line.ok(*json.loads(step))
    steps.with_suffix(".count").write_text(str(count))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
