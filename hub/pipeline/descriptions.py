"""What a record's descriptions say together: a function of the set of them, whatever order they came in (invariant 2)."""

from typing import Any

from msgspec import Struct

from hub.domain.events.envelope import Event
from hub.domain.identity.cluster import Record


class Description(Struct, frozen=True):
    """What one slot says of a person now; without data it was withdrawn."""

    revision: int
    told_at: str
    data: dict[str, Any] | None


class Descriptions:
    """Every slot that describes a record, withdrawn ones as tombstones."""

    def __init__(self) -> None:
        self._slots: dict[Record, dict[str, Description]] = {}

    def take(self, event: Event) -> bool:
        """Take a description or a withdrawal in; return whether it was news of its slot."""
        slots = self._slots.setdefault((event.subject.source, event.subject.local_id), {})
        held = slots.get(event.slot)
        if held is not None and held.revision >= event.revision:
            return False
        slots[event.slot] = _description(event)
        return True

    def in_force(self, record: Record, also: Event | None = None) -> tuple[str, Description] | None:
        """Return slot and description that hold for the record: the one told last, by its source's own clock if it has one.

        Args:
            record: The record.
            also: A description that is not taken yet, as if it were.
        """
        slots = dict(self._slots.get(record, {}))
        if also is not None and (also.slot not in slots or slots[also.slot].revision < also.revision):
            slots[also.slot] = _description(also)
        live = [(told.told_at, slot) for slot, told in slots.items() if told.data is not None]
        return (max(live)[1], slots[max(live)[1]]) if live else None

    def forget(self, record: Record) -> None:
        """Forget all that describes the record."""
        self._slots.pop(record, None)


def describes(event: Event) -> bool:
    """Tell whether an event describes a person, or withdraws a description."""
    return event.type == "PersonDescribed" or event.data.get("kind") == "PersonDescribed"


def _description(event: Event) -> Description:
    """Return what an event says of its slot."""
    told = event.source_recorded_at or event.recorded_at
    return Description(event.revision, told.isoformat(), event.data if event.type == "PersonDescribed" else None)
