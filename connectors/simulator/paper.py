"""Files that grow while lives go by: rows are kept back and written in blocks, so that memory stays small."""

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

KEPT_BACK = 40_000


class Style(Struct, frozen=True):
    """How a source's system writes text."""

    encoding: str = "utf-8"
    newline: str = "\n"


class _Sheet(Struct):
    style: Style
    rows: list[Sequence[object]]
    pieces: list[str]
    head: str = ""
    between: str = ""
    foot: str = ""
    is_begun: bool = False


class Paper:
    """All files of one run, by path below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._sheets: dict[str, _Sheet] = {}
        self._kept = 0

    def table(self, path: str, header: Sequence[str], style: Style) -> None:
        """Begin a CSV file with its header; nothing if it has begun."""
        if path not in self._sheets:
            self._sheets[path] = _Sheet(style, [header], [])

    def row(self, path: str, row: Sequence[object]) -> None:
        """Add a row to a table that has begun."""
        self._sheets[path].rows.append(row)
        self._keep()

    def text(self, path: str, head: str = "", between: str = "", foot: str = "") -> None:
        """Begin a file of pieces; nothing if it has begun."""
        if path not in self._sheets:
            self._sheets[path] = _Sheet(Style(), [], [], head, between, foot)

    def piece(self, path: str, piece: str) -> None:
        """Add a piece to a file that has begun."""
        self._sheets[path].pieces.append(piece)
        self._keep()

    def has(self, path: str) -> bool:
        """Tell whether a file has begun."""
        return path in self._sheets

    def close(self) -> None:
        """Write out everything and end every file."""
        self._flush()
        for path, sheet in self._sheets.items():
            if sheet.head or sheet.foot or not sheet.is_begun:
                self._append(path, sheet, ("" if sheet.is_begun else sheet.head) + sheet.foot)

    def cut(self, path: str) -> None:
        """Cut a closed file in the middle of its last line."""
        file = self._root / path
        whole = file.read_bytes()
        last = whole.rstrip().rfind(b"\n") + 1
        file.write_bytes(whole[: last + (len(whole.rstrip()) - last) // 2])

    def zip(self, folder: str) -> None:
        """Put a closed folder of files into an archive of the same name, and take the folder away."""
        place = self._root / folder
        with zipfile.ZipFile(self._root / f"{folder}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(place.iterdir()):
                archive.writestr(zipfile.ZipInfo(file.name, (2026, 1, 1, 0, 0, 0)), file.read_bytes())
                file.unlink()
        place.rmdir()

    def _keep(self) -> None:
        self._kept += 1
        if self._kept >= KEPT_BACK:
            self._flush()

    def _flush(self) -> None:
        for path, sheet in self._sheets.items():
            if sheet.rows or sheet.pieces:
                self._append(path, sheet, "")
        self._kept = 0

    def _append(self, path: str, sheet: _Sheet, end: str) -> None:
        file = self._root / path
        if not sheet.is_begun:
            file.parent.mkdir(parents=True, exist_ok=True)
        mode = "a" if sheet.is_begun else "w"
        with file.open(mode, encoding=sheet.style.encoding, newline="") as out:
            csv.writer(out, lineterminator=sheet.style.newline).writerows(sheet.rows)
            if sheet.pieces:
                out.write(sheet.between if sheet.is_begun else sheet.head)
                out.write(sheet.between.join(sheet.pieces))
            out.write(end)
        sheet.is_begun = True
        sheet.rows, sheet.pieces = [], []
