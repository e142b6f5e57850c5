"""What descriptions and replaced numbers say together: a function of the set of them, in whatever order (invariant 2)."""

from typing import Any

from msgspec import Struct

from hub.domain.events.envelope import Event
from hub.domain.identifiers import nhs_number
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


class Replacement(Struct, frozen=True):
    """What one slot says of an NHS number that was replaced; without `old` it was withdrawn, without `new` made invalid."""

    revision: int
    told_at: str
    old: str = ""
    new: str = ""


class Replacements:
    """Every slot that says which NHS number took the place of another, withdrawn ones as tombstones.

    Args:
        in_force: Kept up to date: old number to new; where two slots tell of one number, the one told last holds.
    """

    def __init__(self, in_force: dict[str, str]) -> None:
        self._in_force = in_force
        self._slots: dict[str, Replacement] = {}
        self._of: dict[str, set[str]] = {}

    def take(self, event: Event) -> None:
        """Take a replacement or its withdrawal in."""
        held = self._slots.get(event.slot)
        if held is not None and held.revision >= event.revision:
            return
        now = self._slots[event.slot] = replacement(event)
        for old in {now.old, held.old if held else ""} - {""}:
            slots = self._of.setdefault(old, set())
            (slots.add if old == now.old else slots.discard)(event.slot)
            self._in_force.pop(old, None)
            if slots:
                self._in_force[old] = max((self._slots[slot].told_at, slot, self._slots[slot].new) for slot in slots)[2]

    def holds(self, event: Event) -> bool:
        """Tell whether what an event says would be in force: it is news of its slot, and nobody told otherwise later."""
        held, says = self._slots.get(event.slot), replacement(event)
        others = self._of.get(says.old, set()) - {event.slot}
        latest = max(((self._slots[slot].told_at, slot) for slot in others), default=("", ""))
        return (held is None or held.revision < event.revision) and latest < (says.told_at, event.slot)

    def ended_by(self, event: Event) -> Replacement | None:
        """Return what held until this event and does not hold any more; `None` if it ends nothing."""
        held = self._slots.get(event.slot)
        if held is None or not held.old or held.revision >= event.revision:
            return None
        others = self._of[held.old] - {event.slot}
        says = replacement(event)
        still = {(held.old, self._slots[slot].new) for slot in others} | {(says.old, says.new)}
        return None if (held.old, held.new) in still else held


def replaces(event: Event) -> bool:
    """Tell whether an event says that an identifier was replaced, or withdraws that."""
    return event.type == "IdentifierSuperseded" or event.data.get("kind") == "IdentifierSuperseded"


def replacement(event: Event) -> Replacement:
    """Return what an event says of its slot; a number that is none, and another kind of identifier, are absent."""
    told = (event.source_recorded_at or event.recorded_at).isoformat()
    data = event.data if event.type == "IdentifierSuperseded" and event.data.get("system") == "nhs_number" else {}
    old, new = (nhs_number(data.get(name) or "") or "" for name in ("old", "new"))
    if not old or old == new or (data.get("new") and not new):
        return Replacement(event.revision, told)
    return Replacement(event.revision, told, old, new)


def describes(event: Event) -> bool:
    """Tell whether an event describes a person, or withdraws a description."""
    return event.type == "PersonDescribed" or event.data.get("kind") == "PersonDescribed"


def _description(event: Event) -> Description:
    """Return what an event says of its slot."""
    told = event.source_recorded_at or event.recorded_at
    return Description(event.revision, told.isoformat(), event.data if event.type == "PersonDescribed" else None)
