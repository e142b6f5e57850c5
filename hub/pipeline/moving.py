"""Children that moved to another area or came from one, as part of the area's fold.

What an area knows of moves: which children left it (`left`), which subjects another area handed over (`arrived`), and what
sources say of the responsible authority (`heard`). Deciding who leaves, and handing over, is in `handover.py`.
"""

from datetime import date
from typing import Any

from msgspec import Struct

from hub.domain.effects import Effects
from hub.domain.events.envelope import Event
from hub.domain.identity.cluster import Record
from hub.domain.moves import Change, Settled, change_of
from hub.pipeline.journal import Entry

CHANGE = "ResponsibleBodyChanged"


class Left(Struct, frozen=True):
    """A child that another area answers for; its record here is closed.

    Attributes:
        slot: The change of the responsible body by which it left.
        seq: Number of the entry that says so.
    """

    to: str
    on: date
    slot: str
    seq: int


class Arrived(Struct, frozen=True):
    """A subject that another area handed over."""

    came_from: str
    on: date
    slot: str
    seq: int


class Heard(Struct, frozen=True):
    """What one slot says of the responsible authority now; no change where it was withdrawn."""

    record: Record
    revision: int
    source: str
    change: Change | None


class Moves:
    """All that one area knows of moves.

    Attributes:
        leaving: Subjects that leave in the batch under way, with their child and where it goes.
        settled: Subjects whose hand-over ended in the batch under way.
    """

    def __init__(self, area: str) -> None:
        self.area = area
        self.left: dict[str, Left] = {}
        self.arrived: dict[Record, Arrived] = {}
        self.heard: dict[str, Heard] = {}
        self.leaving: list[tuple[Record, str, Left]] = []
        self.settled: list[Record] = []

    def hear(self, event: Event) -> None:
        """Take in what an event says of the responsible authority, if it says anything; the highest revision wins."""
        if event.type != CHANGE and event.data.get("kind") != CHANGE:
            return
        held = self.heard.get(event.slot)
        if held is None or held.revision < event.revision:
            change = change_of(event.slot, event.data, event.occurred_on) if event.type == CHANGE else None
            record = (event.subject.source, event.subject.local_id)
            self.heard[event.slot] = Heard(record, event.revision, event.source, change)

    def child_left(self, entry: Entry, data: dict[str, Any], effects: Effects) -> None:
        """Mark a child as one that another area answers for."""
        left = self.left[data["child"]] = Left(data["to"], date.fromisoformat(data["on"]), data["because"], entry.seq)
        effects.put("left_area", (self.area, data["child"]), (left.to, data["on"], left.slot, left.seq))

    def child_returned(self, data: dict[str, Any], effects: Effects) -> None:
        """Take the mark off again."""
        self.left.pop(data["child"], None)
        effects.remove("left_area", (self.area, data["child"]))

    def arrive(self, entry: Entry, data: dict[str, Any], effects: Effects) -> None:
        """Note that another area handed a subject over."""
        record = (data["source"], data["local_id"])
        arrived = self.arrived[record] = Arrived(
            data["moved_from"], date.fromisoformat(data["on"]), data["because"], entry.seq
        )
        effects.put("arrived", (self.area, *record), (arrived.came_from, data["on"], arrived.slot, arrived.seq))

    def settlement(self, child: str, records: set[Record]) -> Settled:
        """Return where the child was last found to belong, by the number of the entry that says so."""
        found = [(one.seq, Settled(self.area, one.on, one.slot)) for r in records if (one := self.arrived.get(r))]
        left = self.left.get(child)
        if left is not None:
            found.append((left.seq, Settled(left.to, left.on, left.slot)))
        return max(found, key=lambda one: one[0])[1] if found else Settled(self.area)

    def since(self, records: set[Record]) -> date | None:
        """Return the day on which a child came from another area; `None` if it did not."""
        return max((one.on for r in records if (one := self.arrived.get(r))), default=None) if self.arrived else None

    def in_force(self, child: str, on: date) -> date:
        """Return the date up to which the area answers for what is delivered to the child: `on`, or when it left."""
        left = self.left.get(child)
        return min(on, left.on) if left else on
