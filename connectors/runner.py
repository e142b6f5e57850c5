"""What any connector can be asked: is a load whole, what does it hold, what would it say, how must it look."""

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from connectors.base import Column, Connector, Held, Part, Reading, Refusal, Row
from connectors.files import broken, parts_of


def check(connector: Connector, path: Path) -> list[Held]:
    """Return the files of a load that are not whole; if there is one, nothing of the load may begin.

    Args:
        connector: Who reads the path.
        path: A file, a folder or a zip.
    """
    found = []
    for part in parts_of(path, connector.suffixes):
        held = part if isinstance(part, Held) else _whole(connector, part)
        if held:
            found.append(held)
    return found


def _whole(connector: Connector, part: Part) -> Held | None:
    reason = broken(part) or connector.check(part)
    return Held(part.name, reason) if reason else None


def read(connector: Connector, path: Path) -> Reading:
    """Yield what each row of a load says, in a stable order whatever the files are called.

    Files are read as a stream. Call `check` first: a `Held` found here comes when rows before it are out already.
    """
    parts = parts_of(path, connector.suffixes)
    yield from (part for part in parts if isinstance(part, Held))
    yield from connector.read([part for part in parts if isinstance(part, Part)])


def read_content(connector: Connector, name: str, content: bytes) -> Reading:
    """Yield what the content says, as if it stood in a file of that name: a refused row, mended."""

    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        yield io.BytesIO(content)

    yield from connector.read([Part(name, opened)])


def dry_run(connector: Connector, path: Path) -> dict[str, Any]:
    """Return what an ingest would take, refuse and drop, and write nothing.

    Returns:
        `read` = `accepted` + `accepted_with_notes` + `refused`; `events` by type; `notes` by file, field and reason;
        `refusals` in file order; `held`, and then nothing is read. No value of any row.
    """
    held = check(connector, path)
    return {
        **counts([] if held else read(connector, path)),
        "held": [{"file": h.file, "reason": h.reason} for h in held],
    }


def counts(rows: Iterable[Row | Refusal | Held]) -> dict[str, Any]:
    """Return the counts of a reading as `dry_run` gives them."""
    accepted = with_notes = 0
    events: Counter[str] = Counter()
    notes: Counter[tuple[str, str, str]] = Counter()
    refusals: list[dict[str, Any]] = []
    for row in rows:
        if isinstance(row, Refusal):
            refusals.append({"file": row.file, "row": row.row, "field": row.field, "reason": row.reason})
        elif isinstance(row, Row):
            with_notes += bool(row.notes)
            accepted += not row.notes
            events.update(said.kind for said in row.said)
            notes.update((row.file, note.field, note.reason) for note in row.notes)
    return {
        "read": accepted + with_notes + len(refusals),
        "accepted": accepted,
        "accepted_with_notes": with_notes,
        "refused": len(refusals),
        "events": dict(sorted(events.items())),
        "notes": [{"file": f, "field": n, "reason": r, "count": count} for (f, n, r), count in sorted(notes.items())],
        "refusals": refusals,
    }


def template(connector: Connector, folder: Path) -> list[Path]:
    """Write files that show how the source must look, and a README.md that explains them; return their paths.

    Raises:
        FileExistsError: One of them is there already; nothing is written then.
    """
    files = {**connector.template(), "README.md": explained(connector)}
    paths = [folder / name for name in files]
    if there := [path.name for path in paths if path.exists()]:
        raise FileExistsError(f"already there: {', '.join(there)}")
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in zip(paths, files.values(), strict=True):
        path.write_text(content, encoding="utf-8", newline="")
    return paths


def explained(connector: Connector) -> str:
    """Return the columns of a connector's tables, explained in Markdown."""
    lines = [f"# {connector.name}: {connector.title}", "", connector.about.strip(), ""]
    for table in connector.tables:
        lines += [f"## {table.name}", "", table.about, ""]
        lines += ["| name | meaning | form | required | example |", "|---|---|---|---|---|"]
        lines += [_line(column) for column in table.columns] + [""]
    return "\n".join(lines)


def _line(column: Column) -> str:
    form = f"{column.form}: {', '.join(column.codes)}" if column.codes else column.form
    cells = (column.name, column.meaning, form, "yes" if column.required else "", column.example)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
