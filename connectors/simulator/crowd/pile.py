"""Rows that come household by household and leave in order of time, without all being in memory."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

_LINES_AT_ONCE = 2_000


class Pile:
    """Lines with a time between 0 and 1, kept in files by slices of time until they are read."""

    def __init__(self, folder: Path, slices: int) -> None:
        self._paths = [folder / f"slice-{n:04}" for n in range(slices)]
        self._waiting: list[list[str]] = [[] for _ in range(slices)]

    def add(self, at: float, line: str) -> None:
        """Keep a line, which has no line break."""
        here = min(int(at * len(self._paths)), len(self._paths) - 1)
        waiting = self._waiting[here]
        waiting.append(f"{at:.15f}\t{line}\n")
        if len(waiting) >= _LINES_AT_ONCE:
            self._write(here)

    def _write(self, here: int) -> None:
        with self._paths[here].open("ab") as file:
            file.write("".join(self._waiting[here]).encode())
        self._waiting[here].clear()

    def in_order(self) -> Iterator[str]:
        """Yield all lines by time, without it; the files are gone afterwards."""
        for here, path in enumerate(self._paths):
            self._write(here)
            lines = path.read_text(encoding="utf-8").split("\n")[:-1]
            path.unlink()
            for line in sorted(lines):
                yield line.partition("\t")[2]


class Sheet:
    """A packed CSV file, the same bytes for the same lines."""

    def __init__(self, path: Path, header: Iterable[str]) -> None:
        self._file: BinaryIO = path.open("wb")
        self._packed = gzip.GzipFile(filename="", mode="wb", fileobj=self._file, compresslevel=6, mtime=0)
        self._lines = [",".join(header)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._packed.close()
        self._file.close()

    def add(self, fields: Iterable[str]) -> None:
        """Add a row; no field holds a comma, a quotation mark or a line break."""
        self._lines.append(",".join(fields))
        if len(self._lines) >= _LINES_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._lines:
            self._packed.write("".join(f"{line}\n" for line in self._lines).encode())
            self._lines.clear()
