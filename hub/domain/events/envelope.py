"""The envelope that every event travels in, and the base of what it carries (`events.md`)."""

from datetime import date, datetime
from typing import Any, ClassVar, Literal

from msgspec import Struct

SubjectKind = Literal["child", "institution", "area"]


class Subject(Struct, frozen=True):
    """Who an event is about, as its source knows them, and nothing more."""

    source: str
    local_id: str


class Payload(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of what an event says; one subclass per Avro record.

    Optional fields are empty strings, `None` or empty tuples, and are left out of `Event.data` then.
    """

    topic: ClassVar[str] = "agency.education"


class OfProcess(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """An event of a process: the source's own key for it, its kind, and the process it belongs to."""

    process: str = ""
    process_kind: str = ""
    under: str = ""


class Event(Struct, frozen=True, omit_defaults=True):
    """An immutable fact in a slot.

    Attributes:
        type: Name of the payload's class, such as `AdviceReceived`.
        id: Keyed name of slot, revision and content; not of the area.
        slot: Keyed name of source, natural key of the row, kind of event and ordinal within the row.
        revision: 1, 2, 3 …; the highest one is what the row says now.
        occurred_on: Local date (Europe/London) of the fact; `None` where the source gives none (a person's description).
        source_recorded_at: When the agency's own system had it.
        recorded_at: When our intake had it.
        data: The payload's fields, dates as ISO strings, without those that are empty.
    """

    id: str
    type: str
    slot: str
    revision: int
    source: str
    load: str
    agency: str
    area: str
    subject: Subject
    recorded_at: datetime
    subject_kind: SubjectKind = "child"
    occurred_on: date | None = None
    source_recorded_at: datetime | None = None
    supersedes: str = ""
    data: dict[str, Any] = {}
