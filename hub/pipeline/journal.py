"""Entries of an area's journal: inputs, and behind each the decisions that it caused."""

from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.events.envelope import Event

DECISIONS = frozenset({
    "child_created", "record_linked", "children_merged", "child_split", "events_moved", "review_raised", "review_decided",
    "kept_apart", "apart_lifted", "identity_sealed", "child_left", "child_returned", "record_left",
    "alert_raised", "alert_retracted", "alert_closed", "subject_quarantined", "subject_released",
})  # fmt: skip
"""Kinds that stand behind the input that caused them and are never taken again."""


class Input(Struct, frozen=True):
    """What arrives for an area, before it has a number.

    Attributes:
        taken_at: Instant (our stamp form) for a simulated past; empty for the present.
    """

    kind: str
    id: str
    body: str
    taken_at: str = ""


class Entry(Struct, frozen=True):
    """One entry, in the column order of the journal table after `area`."""

    seq: int
    taken_at: str
    kind: str
    id: str
    type: str = ""
    slot: str = ""
    revision: int = 0
    source: str = ""
    local_id: str = ""
    subject_kind: str = ""
    occurred_on: str | None = None
    recorded_at: str = ""
    load: str = ""
    body: str = ""

    def data(self) -> dict[str, Any]:
        """Return the body of anything but an event."""
        read: dict[str, Any] = msgspec.json.decode(self.body) if self.body else {}
        return read

    def event(self) -> Event | None:
        """Return the event, or `None` where it was erased."""
        return EVENT.decode(self.body) if self.body else None


EVENT = msgspec.json.Decoder(Event)
COLUMNS = Entry.__struct_fields__


def row(entry: Entry) -> tuple[Any, ...]:
    """Return the entry as the rest of its journal row."""
    return msgspec.structs.astuple(entry)[1:]


def entry(found: dict[str, Any]) -> Entry:
    """Return the entry in a row of the journal table."""
    return Entry(*(found[name] for name in COLUMNS))


def encode(body: object) -> str:
    """Return canonical JSON: same content, same bytes."""
    return msgspec.json.encode(body, order="sorted").decode()


def of_event(seq: int, taken_at: str, event: Event, body: str) -> Entry:
    """Return the entry of an agency's event."""
    return Entry(
        seq, taken_at, "event", event.id, event.type, event.slot, event.revision, event.subject.source,
        event.subject.local_id, event.subject_kind, _iso(event.occurred_on), event.recorded_at.isoformat(), event.load, body,
    )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
