"""Write the data dictionary into the README: `python -m tools.data_dictionary`. A test holds the two together."""

import re
from pathlib import Path

from hub.queries.show import VIEWS

README = Path(__file__).parent.parent / "README.md"
PART = re.compile(r"(<!-- dictionary -->\n).*?(<!-- /dictionary -->)", re.DOTALL)


def dictionary() -> str:
    """Return the dictionary in Markdown: every column of every read view."""
    lines: list[str] = []
    for name, view in VIEWS.items():
        lines += [f"### {name}", "", "| column | meaning |", "|---|---|"]
        lines += [f"| `{column}` | {meaning} |" for column, meaning in view.columns.items()] + [""]
    return "\n".join(lines)


def written(text: str) -> str:
    """Return the README with the dictionary of today in its place."""
    return PART.sub(lambda found: f"{found[1]}\n{dictionary()}\n{found[2]}", text)


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
