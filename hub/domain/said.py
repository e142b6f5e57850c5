"""What a connector makes of a source: rows mapped, rows refused, files held."""

from datetime import date, datetime

from msgspec import Struct

from hub.domain.events.envelope import Payload, SubjectKind


class Note(Struct, frozen=True):
    """A field that was dropped, and why. Never the value."""

    field: str
    reason: str


class Said(Struct, frozen=True):
    """One thing that a source row says; it becomes an event when it is new.

    Attributes:
        key: Natural key of the row within its table; another key than the row's own names a slot shared by many rows.
        kind: Name of the payload's class.
        ordinal: Counts things of one kind within the row.
        local_id: The subject as the source knows them.
    """

    key: str
    kind: str
    ordinal: int
    local_id: str
    subject_kind: SubjectKind
    occurred_on: date | None
    source_recorded_at: datetime | None
    payload: Payload


class Row(Struct, frozen=True):
    """One source row, mapped.

    Attributes:
        key: Natural key; empty if the source has none: then content and ordinal among equals are the key.
        version: The row's own version, comparable as text; empty if it has none.
        number: Position in its file, from 1.
        area: What the row says of the responsible authority, if anything.
    """

    key: str
    version: str
    said: tuple[Said, ...]
    notes: tuple[Note, ...] = ()
    file: str = ""
    number: int = 0
    area: str = ""


class Refusal(Struct, frozen=True):
    """A row that cannot be used. `content` is the row as it came, kept for mending and never shown."""

    file: str
    row: int
    field: str
    reason: str
    content: bytes = b""


class Held(Struct, frozen=True):
    """A file that is not whole: nothing of its load may begin."""

    file: str
    reason: str
