"""What a connector is, and what it makes of a source: rows mapped, rows refused, files held."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO

from msgspec import Struct

from hub.domain.events.index import BY_NAME
from hub.domain.said import Held, Note, Refusal, Row, Said

__all__ = ["Column", "Connector", "Held", "Note", "Part", "Reading", "Refusal", "Refused", "Row", "Said", "Table"]

Reading = Iterator[Row | Refusal | Held]
"""Rows in file order; a `Held` ends its file."""


class Refused(Exception):
    """A mapping's word for a row that cannot be used: it has no key, no date of the fact, or cannot be read."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


class Column(Struct, frozen=True):
    """One column, element or path of a source, explained for whoever fills it.

    Attributes:
        form: text, key, ref (a code or reference, never free text), date, instant, flag, number, code or list.
        codes: Allowed codes, in the order to show them; empty where any code goes.
    """

    name: str
    meaning: str
    form: str = "text"
    example: str = ""
    codes: tuple[str, ...] = ()
    required: bool = False


class Table(Struct, frozen=True):
    """One table, resource type or element of a source."""

    name: str
    about: str
    columns: tuple[Column, ...]


class Part(Struct, frozen=True):
    """One file of a load: by itself, in a folder or in an archive. `open` may be called again and again."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]


class Connector(Struct, frozen=True):
    """One kind of source system.

    Attributes:
        reports: Kinds of event that it can tell; a rule's `told_by` counts on them.
        suffixes: Endings of its files, in small letters. A file given by itself may have any.
        check: Say in one cheap pass why a file is not whole; empty if it is.
        read: Map the files of a load.
        template: File names and contents that show how the source must look.
    """

    name: str
    title: str
    about: str
    suffixes: tuple[str, ...]
    tables: tuple[Table, ...]
    reports: tuple[str, ...]
    check: Callable[[Part], str]
    read: Callable[[Sequence[Part]], Reading]
    template: Callable[[], dict[str, str]]

    @property
    def topics(self) -> dict[str, str]:
        """Return the topic of each kind of event that it reports."""
        return {kind: BY_NAME[kind].topic for kind in self.reports}
