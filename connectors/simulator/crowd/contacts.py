"""Which agencies write about a child, how often, and when."""

from bisect import bisect
from collections.abc import Iterator
from datetime import date
from random import Random

from msgspec import Struct

from connectors.simulator.crowd.numbers import Numbers
from connectors.simulator.crowd.people import Child
from connectors.simulator.crowd.records import Clerk, Record

_COUNTS = (0.386, 0.619, 0.766, 0.856, 0.915, 0.946, 0.968, 0.981, 0.988)
"""Shares of children with at most one, two, ... nine records; the rest have ten."""
SOURCES = ("HEALTH", "EDU", "EHC", "CSC", "FAMILY")
_WEIGHTS = (0.375, 0.7, 0.84, 0.97, 1.0)
_WEIGHTS_SMALL = (0.78, 0.8, 0.84, 0.98, 1.0)
"""Running shares of the sources in records; of children too young for school the second."""
_WEIGHTS_LOOKED_AFTER = (0.25, 0.5, 0.66, 0.98, 1.0)
_SCHOOL_AGE = date(2022, 9, 1)
_NEW_KEY = {"HEALTH": 0.3, "EDU": 0.28}
"""How often a source that knows the child opens a second record: another hospital, another school."""


class Contact(Struct, frozen=True):
    """One record as it arrives."""

    at: float
    source: str
    local_id: str
    record: Record
    kinds: tuple[str, ...]


class Contacts:
    """Decides when agencies write, and has them write."""

    def __init__(self, seed: int, numbers: Numbers, clerk: Clerk) -> None:
        self._rng = Random(f"{seed}/contacts")
        self._numbers, self._clerk = numbers, clerk

    def of(self, child: Child, brood: tuple[Child, ...]) -> Iterator[Contact]:
        """Yield all records of a child, the earliest first."""
        rng = self._rng
        since, until = child.lives
        times = sorted(rng.uniform(since, until) for _ in range(bisect(_COUNTS, rng.random()) + 1))
        known: dict[str, tuple[str, Record]] = {}
        for at in times:
            source = SOURCES[min(bisect(_weights(child), rng.random()), len(SOURCES) - 1)]
            if source in known and rng.random() >= _NEW_KEY.get(source, 0.0):
                key, last = known[source]
                record = self._clerk.again(child, brood, source, at, last)
                kinds = (*record.kinds(), _resent(last, record))
            else:
                key = self._numbers.local_id(source)
                record = self._clerk.first(child, brood, source, at, source not in known)
                kinds = record.kinds()
            known[source] = (key, record)
            yield Contact(at, source, key, record, kinds)


def _weights(child: Child) -> tuple[float, ...]:
    if child.is_looked_after:
        return _WEIGHTS_LOOKED_AFTER
    return _WEIGHTS_SMALL if child.born >= _SCHOOL_AGE else _WEIGHTS


def _resent(last: Record, record: Record) -> str:
    old, new = last.ids[0][0], record.ids[0][0]
    if old and new and old != new:
        return "resent_other_nhs_number"
    parts = (
        record.name[0] == last.name[0],
        record.born[0] == last.born[0],
        record.place[0] == last.place[0],
        old == new,
    )
    return "resent_unchanged" if all(parts) else "resent_changed"
