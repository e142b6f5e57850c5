"""The cells of one CSV row, read by form: a bad one is dropped with a note, never with the row."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import NoReturn

from connectors.base import Column, Note, Refused, Row
from connectors.facts import Fact, said_of
from hub.domain.events.envelope import SubjectKind
from hub.domain.identifiers import nhs_number, postcode, upn
from hub.domain.instants import instant, stamp

NOT_A_DATE = "not an ISO date (YYYY-MM-DD)"
MISSING = "missing"
FLAGS = {**dict.fromkeys(("true", "1", "yes", "y", "t"), True), **dict.fromkeys(("false", "0", "no", "n", "f"), False)}
FIRST_YEAR, LAST_YEAR = 1900, 2100
_SLUG = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?")
_REF = re.compile(r"\S{1,120}")


def day(text: str) -> date | None:
    """Return the date written as YYYY-MM-DD, a time after it left aside; `None` if it is none or not of these times.

    >>> day("2026-01-05 00:00:00"), day("05/01/2026"), day("0206-01-05")
    (datetime.date(2026, 1, 5), None, None)
    """
    if len(text) < 10 or text[4] != "-" or text[7] != "-" or (len(text) > 10 and text[10] not in "T "):
        return None
    try:
        read = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).date()
    except ValueError:
        return None
    return read if FIRST_YEAR <= read.year <= LAST_YEAR else None


def slug(text: str) -> str:
    """Return a code in small letters with underscores.

    >>> slug("Speech and Language")
    'speech_and_language'
    """
    return _SLUG.sub("_", text.lower()).strip("_")


class Layout:
    """A table's columns, compiled once per file: where each stands and which codes it takes."""

    def __init__(self, columns: Sequence[Column], header: Sequence[str]) -> None:
        known = {column.name for column in columns}
        self.at = {name: index for index, name in enumerate(header) if name in known}
        self.width = len(header)
        self.extra = [name for name in header if name not in known]
        self.codes = {column.name: {slug(code): code for code in column.codes} for column in columns if column.codes}


class Cells:
    """One row. Getters return what a cell says and keep a note where it says nothing usable."""

    __slots__ = ("_at", "_codes", "_values", "notes")

    def __init__(self, layout: Layout, values: Sequence[str]) -> None:
        self._at, self._codes, self._values = layout.at, layout.codes, values
        self.notes: list[Note] = []

    def note(self, name: str, reason: str) -> None:
        """Keep a note about a field."""
        self.notes.append(Note(name, reason))

    def text(self, name: str) -> str:
        """Return the cell without outer blanks; empty if the column is missing."""
        at = self._at.get(name)
        return self._values[at].strip() if at is not None else ""

    def needed(self, name: str) -> str:
        """Return the cell, or refuse the row."""
        return self.text(name) or _refuse(name, MISSING)

    def on(self, name: str) -> date | None:
        """Return the cell's date, or `None` with a note if it is none."""
        text = self.text(name)
        if not text:
            return None
        read = day(text)
        if read is None:
            self.note(name, NOT_A_DATE)
        return read

    def fact_date(self, name: str, *others: str) -> date:
        """Return the date of the fact, from the first column that is filled; refuse the row without one."""
        for column in (name, *others):
            if text := self.text(column):
                return day(text) or _refuse(column, NOT_A_DATE)
        return _refuse(name, MISSING)

    def code(self, name: str) -> str:
        """Return the cell's code as the column's list spells it, or nothing with a note."""
        text = self.text(name)
        if not text:
            return ""
        return self._or_note(self._codes[name].get(slug(text)), name, "unknown code")

    def slug(self, name: str) -> str:
        """Return the cell as a code of an open list."""
        return slug(self.text(name))

    def ref(self, name: str) -> str:
        """Return a code or reference; free text stays behind with a note, for it may say anything of anybody."""
        text = self.text(name)
        if not text or _REF.fullmatch(text):
            return text
        return self._or_note(None, name, "free text is not taken: give a code or a reference")

    def flag(self, name: str) -> bool | None:
        """Return yes or no."""
        text = self.text(name)
        if not text:
            return None
        read = FLAGS.get(text.lower())
        if read is None:
            self.note(name, "neither yes nor no")
        return read

    def number(self, name: str) -> float | None:
        """Return a number that is not below zero."""
        text = self.text(name)
        if not text:
            return None
        read = float(text) if _NUMBER.fullmatch(text) else None
        if read is None:
            self.note(name, "not a number")
        return read

    def items(self, name: str) -> tuple[str, ...]:
        """Return the parts between semicolons."""
        text = self.text(name)
        return tuple(filter(None, (part.strip() for part in text.split(";")))) if text else ()

    def checked(self, name: str, check: Callable[[str], str | None], what: str) -> str:
        """Return an identifier in its proper form, or nothing with a note."""
        text = self.text(name)
        if not text:
            return ""
        return self._or_note(check(text), name, f"not a valid {what}")

    def nhs_number(self) -> str:
        """Return the NHS number if its check digit holds."""
        return self.checked("nhs_number", nhs_number, "NHS number")

    def upn(self, name: str = "upn") -> str:
        """Return the UPN if its check letter holds."""
        return self.checked(name, upn, "UPN")

    def postcode(self) -> str:
        """Return the postcode if its form holds."""
        return self.checked("postcode", postcode, "postcode")

    def moment(self, name: str) -> datetime | None:
        """Return an instant in UTC; without a zone it is London's."""
        text = self.text(name)
        if not text:
            return None
        try:
            return instant(text)
        except (ValueError, OverflowError):
            self.note(name, "not an ISO instant")
            return None

    def _or_note(self, read: str | None, name: str, reason: str) -> str:
        if not read:
            self.notes.append(Note(name, reason))
        return read or ""


def row_of(cells: Cells, key: str, subject: tuple[str, SubjectKind], facts: Iterable[Fact]) -> Row:
    """Return the row that says these facts.

    Args:
        cells: The row's cells; `updated_at` is its version, `area` its area.
        key: Natural key, empty if it has none.
        subject: Local id and kind.
        facts: What the row says, in order.
    """
    updated_at = cells.moment("updated_at")
    said = said_of(facts, key, subject, updated_at)
    return Row(key, stamp(updated_at) if updated_at else "", said, tuple(cells.notes), area=cells.text("area"))


def _refuse(name: str, reason: str) -> NoReturn:
    raise Refused(name, reason)
