"""What the suites of connectors share: rows without their file, and the samples in other clothes."""

import shutil
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec.structs import replace

from connectors import runner
from connectors.base import Connector, Held, Refusal, Row

Outcome = Row | Refusal | Held


def rows_of(connector: Connector, path: Path) -> list[Outcome]:
    return [bare(one) for one in runner.read(connector, path)]


def bare(one: Outcome) -> Outcome:
    """The same without the file's name."""
    return replace(one, file="")


def good(rows: Iterable[Outcome]) -> list[Row]:
    return [replace(row, number=0) for row in rows if isinstance(row, Row)]


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def copied(folder: Path, to: Path, change: Callable[[bytes], bytes]) -> Path:
    for path in files_in(folder):
        target = to / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(change(path.read_bytes()))
    return to


def renamed(folder: Path, to: Path) -> Path:
    to.mkdir()
    for number, path in enumerate(files_in(folder)):
        name = [f"{path.stem} (2){path.suffix}", f"{path.stem}_20260105{path.suffix.upper()}", f"Copy of {path.name}"]
        shutil.copy(path, to / name[number % 3])
    return to


def nameless(folder: Path, to: Path) -> Path:
    to.mkdir()
    for number, path in enumerate(files_in(folder)):
        shutil.copy(path, to / f"export{number:02}{path.suffix}")
    return to


def nested(folder: Path, to: Path) -> Path:
    for path in files_in(folder):
        (to / "in" / path.stem).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, to / "in" / path.stem / path.name)
    (to / "README.txt").write_text("not a table")
    (to / ".DS_Store").write_bytes(b"\0\1")
    return to


def zipped(folder: Path, to: Path) -> Path:
    archive_path = to.with_suffix(".zip")
    with zipfile.ZipFile(archive_path, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files_in(folder):
            archive.write(path, f"export/{path.relative_to(folder)}")
        archive.writestr("__MACOSX/export/._x", b"\0")
    return archive_path


def tell(line: str) -> None:
    """Say what was found; seen with `pytest -s` or `-rP`."""
    sys.stdout.write(f"{line}\n")
