"""Run the commands README.md promises: every ```sh block with ``<!-- runs -->`` on the line before it.

Each block runs with `sh -e`, from the top of the tree, with .venv/bin first on PATH, in one data folder that is
thrown away afterwards. A block that leaves with anything but 0 fails the check.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
MARK = "<!-- runs -->"
BLOCK = re.compile(
    rf"^{re.escape(MARK)}[ ]*\n(?P<fence>```+)sh[ ]*\n(?P<script>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL
)
TIMEOUT_S = 600


class Block(NamedTuple):
    """One runnable block: the number of its first line in the file, and its text."""

    line: int
    script: str


def runnable(markdown: str) -> list[Block]:
    r"""Return the marked blocks in the order of the page.

    Raises:
        ValueError: A mark is not followed by a ```sh block, so that a typing error cannot switch a check off.

    >>> runnable("<!-- runs -->\n```sh\nhub --help\n```\n\n```sh\nnot this\n```\n")
    [Block(line=3, script='hub --help\n')]
    """
    blocks = [
        Block(markdown.count("\n", 0, found.start("script")) + 1, found["script"]) for found in BLOCK.finditer(markdown)
    ]
    marks = sum(line.strip() == MARK for line in markdown.splitlines())
    if marks != len(blocks):
        raise ValueError(f"{marks} lines say {MARK} but only {len(blocks)} are followed by a ```sh block")
    return blocks


def environment(data: Path) -> dict[str, str]:
    """Return the caller's environment without its HUB_ names, with our commands first and our data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    kept["PATH"] = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{kept['PATH']}"
    return kept | {"HUB_DATA": str(data)}


def main() -> int:
    """Run the blocks; print the output of the one that fails."""
    readme = ROOT / "README.md"
    if not readme.exists():
        print("README.md is missing")
        return 1
    blocks = runnable(readme.read_text(encoding="utf-8"))
    if not blocks:
        print(f"README.md marks no block with {MARK}: nobody would notice when its commands stop working")
        return 1
    with tempfile.TemporaryDirectory(prefix="hub-readme-") as data:
        for block in blocks:
            ran = subprocess.run(
                ["sh", "-e", "-c", block.script],
                stdin=subprocess.DEVNULL,
                cwd=data,
                env=environment(Path(data)),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=TIMEOUT_S,
                check=False,
            )
            if ran.returncode:
                print(f"README.md:{block.line} leaves with {ran.returncode}:\n{block.script}\n{ran.stdout}")
                return 1
    print(f"README.md: {len(blocks)} blocks run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
