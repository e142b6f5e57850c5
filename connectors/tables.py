"""CSV tables: which one a file is, whether it is whole, and its rows."""

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from connectors.base import Column, Held, Note, Part, Reading, Refusal, Refused, Row, Table
from connectors.cells import FLAGS, Cells, Layout, day, slug
from connectors.files import encoding_of, text_of
from hub.domain.instants import instant

MapRow = Callable[[str, Cells], Row]
ENOUGH = 3
"""Rows above, all with a filled last cell, that make an empty one at the very end of a file look cut."""
_END = "\x1e end of file \x1e"
_NOT_LETTERS = re.compile(r"[^a-z]+")


class Record(Struct):
    """One record of a CSV file: its cells, or why it cannot be read.

    Attributes:
        lines: The record as it stands in the file.
        is_cut: The file ends within this record.
    """

    values: list[str]
    lines: list[str]
    fault: str = ""
    is_cut: bool = False


class _Tap:
    """Lines on their way to the csv reader: kept for the record under way, and given back when a quote ran away."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._back = lines, deque[str]()
        self.taken: list[str] = []

    def __iter__(self) -> "_Tap":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines, _END)
        self.taken.append(line)
        return line

    def take(self) -> list[str]:
        taken, self.taken = self.taken, []
        return taken

    def give_back(self, lines: Sequence[str]) -> None:
        self._back.extendleft(reversed([line for line in lines if line != _END]))


def records(lines: Iterator[str]) -> Iterator[Record]:
    """Yield the records of a CSV text, the header first; blank lines are left out.

    A quote that is never closed, or closed in another row, costs its own line and not those after it.
    """
    tap = _Tap(lines)
    reader = csv.reader(tap, strict=True)
    width = 0
    while True:
        values = _next(reader)
        taken = tap.take()
        if taken == [_END]:
            return
        if len(taken) > 1 and _is_runaway(values, taken, width):
            rest = [line for line in taken[1:] if line != _END]
            if taken[-1] == _END and not any(_is_row(line, width) for line in rest):
                yield Record([], taken[:-1], "the file ends within quotes", is_cut=True)
                return
            tap.give_back(rest)
            yield Record([], taken[:1], "a quote is not closed")
        elif values is None:
            yield _lenient(taken[:1], width)
        elif any(values):
            width = width or len(values)
            yield Record(values, taken)


def _next(reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader)
    except csv.Error:
        return None


def _is_runaway(values: list[str] | None, lines: Sequence[str], width: int) -> bool:
    """Tell whether a record of several lines swallowed rows: it ends nowhere, does not fit, or holds a whole row."""
    if values is None or lines[-1] == _END or (width and len(values) != width):
        return True
    return any('"' not in line and _is_row(line, width) for line in lines[1:])


def _is_row(line: str, width: int) -> bool:
    return line.count('"') % 2 == 0 and len(next(csv.reader([line]), [])) == width


def _lenient(lines: list[str], width: int) -> Record:
    """Read a line with a quote in the wrong place as far as it fits."""
    values = next(csv.reader(lines), [])
    return Record(values, lines, "" if len(values) == width else "cannot be read: a quote in the wrong place")


def table_of(name: str, header: Sequence[str], tables: Sequence[Table]) -> Table | None:
    """Return the table that a file holds: by its name, else by its columns; `None` if neither tells.

    >>> table_of("requests (2).csv", ["a"], [Table("requests", "", (Column("a", ""),))]).name
    'requests'
    """
    stem = _NOT_LETTERS.sub("_", name.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()).strip("_")
    by_name = [t for t in tables if f"_{stem}_".startswith(f"_{t.name}_") or f"_{stem}_".endswith(f"_{t.name}_")]
    named = max(by_name, key=lambda table: len(table.name), default=None)
    if named and max(_share(header, named), _belongs(header, named)) >= 0.5:
        return named
    ranked = sorted(tables, key=lambda table: -_share(header, table))
    best = ranked[0]
    if _share(header, best) >= 0.5 and (len(ranked) == 1 or _share(header, best) > _share(header, ranked[1])):
        return best
    return named if named and _share(header, named) else None


def _share(header: Sequence[str], table: Table) -> float:
    """Return which share of a header and a table's columns are the same, leaving out what every table has."""
    known, given = _own(header, table)
    return len(known & given) / len(known | given) if known & given else 0.0


def _belongs(header: Sequence[str], table: Table) -> float:
    """Return which share of a header are a table's columns: a narrow file of a wide table is still that table's."""
    known, given = _own(header, table)
    return len(known & given) / len(given) if given else 0.0


def _own(header: Sequence[str], table: Table) -> tuple[set[str], set[str]]:
    common = {"record_key", "person_key", "updated_at", "area"}
    return {column.name for column in table.columns} - common, set(header) - common


class Tables:
    """How a connector whose system gives CSV tables checks and reads its files."""

    def __init__(self, tables: Sequence[Table], map_row: MapRow) -> None:
        self._tables, self._map_row = tuple(tables), map_row

    def check(self, part: Part) -> str:
        """Say why the file is not whole; empty if it is."""
        encoding, fault = encoding_of(part)
        if fault:
            return fault
        with text_of(part, encoding) as text:
            found = records(text)
            head = next(found, None)
            if head is None:
                return "empty: not even a header"
            header = names_of(head.values)
            table = table_of(part.name, header, self._tables)
            if table is None:
                return _unknown_and_cut(head)
            last, length = self._run(found)
        return _cut(table, header, last or head, length, is_header=last is None)

    @staticmethod
    def _run(found: Iterator[Record]) -> tuple[Record | None, int]:
        """Return the last record, and how long the last cell above it is if that cell is filled in all rows above."""
        last, is_filled, above, length = None, True, 0, 0
        for record in found:
            if last is not None and last.values:
                is_filled = is_filled and bool(last.values[-1])
                above, length = above + 1, len(last.values[-1])
            last = record
        return last, length if is_filled and above >= ENOUGH else 0

    def read(self, parts: Sequence[Part]) -> Reading:
        """Map the rows of all files, table after table in the connector's order."""
        opened = [self._look(part) for part in parts]
        order = {table.name: index for index, table in enumerate(self._tables)}
        for part, encoding, table in sorted(
            opened, key=lambda one: (order.get(one[2].name, 99) if one[2] else 99, one[0].name)
        ):
            yield from self._rows(part, encoding, table)

    def _look(self, part: Part) -> tuple[Part, str, Table | None]:
        encoding, fault = encoding_of(part)
        if fault:
            return part, "", None
        with text_of(part, encoding) as text:
            head = next(records(text), None)
        return part, encoding, table_of(part.name, names_of(head.values), self._tables) if head else None

    def _rows(self, part: Part, encoding: str, table: Table | None) -> Reading:
        if not encoding:
            yield Held(part.name, encoding_of(part)[1])
            return
        with text_of(part, encoding) as text:
            found = records(text)
            head = next(found, None)
            if table is None or head is None:
                reason = "no table of this connector has these columns"
                yield Refusal(part.name, 0, "", reason, "".join(head.lines if head else ()).encode())
                return
            yield from self._mapped(part.name, table, head, found)

    def _mapped(self, file: str, table: Table, head: Record, found: Iterator[Record]) -> Reading:
        layout = Layout(table.columns, names_of(head.values))
        about_file = tuple(Note(name or "(no name)", "column not known: left out") for name in layout.extra)
        for number, record in enumerate(found, 1):
            if record.is_cut:
                yield Held(file, record.fault)
                return
            values = record.values
            if len(values) > layout.width and not any(values[layout.width :]):
                del values[layout.width :]
            try:
                if record.fault or len(values) != layout.width:
                    raise Refused("", record.fault or f"has {len(values)} fields, the header {layout.width}")
                row = self._map_row(table.name, Cells(layout, values))
            except Refused as refused:
                yield Refusal(file, number, refused.field, refused.reason, _content(head, record))
                continue
            yield replace(row, file=file, number=number, notes=about_file + row.notes)
            about_file = ()


def names_of(header: Sequence[str]) -> list[str]:
    """Return column names as the tables write them."""
    return [slug(name) for name in header]


def _content(head: Record, record: Record) -> bytes:
    """Return header and row as they came, so that a mended row can be read by itself."""
    lines = ["".join(part.lines).rstrip("\r\n") for part in (head, record)]
    return ("\r\n".join(lines) + "\r\n").encode()


def _unknown_and_cut(head: Record) -> str:
    return "" if "".join(head.lines).endswith(("\n", "\r")) else "ends within its header"


def _cut(table: Table, header: Sequence[str], last: Record, length: int, *, is_header: bool) -> str:
    """Say why a file looks cut short in its last record."""
    if last.is_cut:
        return last.fault
    if last.lines[-1].endswith(("\n", "\r")):
        return ""
    if is_header:
        known = {column.name for column in table.columns}
        return "" if header[-1] in known and known <= {*header} else "ends within its header"
    if len(last.values) < len(header):
        return "ends within its last row"
    column = next((column for column in table.columns if column.name == header[-1]), None)
    return "ends within its last field" if column and _is_part(column, last.values[-1].strip(), length) else ""


def _is_part(column: Column, text: str, length: int) -> bool:
    """Tell whether a last field looks cut; `length` is that of the field above it, 0 if any above is empty."""
    if not text:
        return column.required or bool(length)
    if column.form == "date":
        return day(text) is None
    if column.form == "instant":
        return (bool(length) and len(text) < length) or not _is_instant(text)
    if column.form == "flag":
        return text.lower() not in FLAGS
    if column.codes:
        return slug(text) not in map(slug, column.codes) and any(
            slug(code).startswith(slug(text)) for code in column.codes
        )
    if column.form == "ranges":
        return any(not _is_range(pair) for pair in text.split(";"))
    return False


def _is_range(text: str) -> bool:
    ends = text.split("..")
    return len(ends) == 2 and all(day(end.strip()) for end in ends)


def _is_instant(text: str) -> bool:
    try:
        return bool(instant(text))
    except (ValueError, OverflowError):
        return False


def template(tables: Sequence[Table]) -> dict[str, str]:
    """Return an empty file per table, by name."""
    out = {}
    for table in tables:
        text = io.StringIO()
        csv.writer(text).writerow([column.name for column in table.columns])
        out[f"{table.name}.csv"] = text.getvalue()
    return out
