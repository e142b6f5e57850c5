"""What intake says of its own work: topic `sources`.

A feed is complete to a date only when all events that its end counted have arrived.
"""

from datetime import date, datetime

from msgspec import Struct


class LoadStarted(Struct, frozen=True, kw_only=True):
    """A load of a source has begun; one for each area that the source serves."""

    id: str
    source: str
    connector: str
    agency: str
    load: str
    complete_to: date | None
    recorded_at: datetime
    extract: str
    area: str


class LoadEnded(Struct, frozen=True, kw_only=True):
    """A load of a source has ended; `topics` counts the distinct events that went to the area, by topic."""

    id: str
    source: str
    connector: str
    agency: str
    load: str
    complete_to: date | None
    recorded_at: datetime
    extract: str
    topics: dict[str, int]
    area: str


class SubjectPlaced(Struct, frozen=True, kw_only=True):
    """A subject that waited in `unplaced` has an area now; what was known of them follows on the area's own topics."""

    id: str
    source: str
    local_id: str
    placed_in: str


class SubjectMoved(Struct, frozen=True, kw_only=True):
    """Another area answers for a subject from a day on; what it knows of them went before this on the area's own topics.

    Attributes:
        because: Slot of the change of responsible body by which the subject moved.
    """

    id: str
    source: str
    local_id: str
    moved_from: str
    moved_to: str
    on: date
    because: str


OWN: tuple[type[Struct], ...] = (LoadStarted, LoadEnded, SubjectPlaced, SubjectMoved)
