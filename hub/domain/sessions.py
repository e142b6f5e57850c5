"""Sessions recorded for a child's provision lines, added up by line, source and week."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from msgspec import Struct

from hub.domain.calendar import week_of
from hub.domain.facts import Fact
from hub.domain.promise import Version
from hub.domain.seen import Seen

MISSED_BY_CHILD = frozenset({"child_absent", "refused_by_family"})
"""Reasons that lie with the child or family; all others lie with whoever provides."""


class Week(Struct):
    """What one source recorded of one line in one week, in sessions and in minutes."""

    delivered: int = 0
    delivered_minutes: float = 0.0
    by_child: int = 0
    by_child_minutes: float = 0.0
    by_provider: int = 0
    by_provider_minutes: float = 0.0
    reasons: dict[str, int] | None = None

    def deliver(self, minutes: float) -> None:
        """Count a session that took place."""
        self.delivered += 1
        self.delivered_minutes += minutes

    def miss(self, because: str, minutes: float) -> None:
        """Count a session that did not."""
        if because in MISSED_BY_CHILD:
            self.by_child += 1
            self.by_child_minutes += minutes
        else:
            self.by_provider += 1
            self.by_provider_minutes += minutes
        self.reasons = self.reasons or {}
        self.reasons[because] = self.reasons.get(because, 0) + 1


class Sessions:
    """All sessions recorded up to the date asked about.

    A session that makes up for a missed one counts in the missed one's week, and that one is not missed then. One that
    names no line belongs to the only line of its kind in force that day; if there are more, it is not shared out.

    Attributes:
        weeks: By line and source, then by number of the week.
        later: By line and source the first session after that date.
    """

    def __init__(self, seen: Seen, lines: Mapping[str, Sequence[Version]], since: date = date.min) -> None:
        """Add them up.

        Args:
            since: Earlier sessions are left out.
        """
        self._since = since
        self.weeks: dict[tuple[str, str], dict[int, Week]] = {}
        self.later: dict[tuple[str, str], date] = {}
        self._lines = lines
        delivered, missed = seen.by_type.get("session_delivered", ()), seen.by_type.get("session_missed", ())
        made_up = {
            (fact.data.get("line") or fact.data.get("kind"), fact.data["made_up_for"])
            for fact in delivered
            if "made_up_for" in fact.data and seen.has_come(_day(fact))
        }
        for fact in delivered:
            if (week := self._week(fact, seen.on)) is not None:
                week.deliver(fact.data.get("minutes") or 0.0)
        for fact in missed:
            data = fact.data
            if made_up and (data.get("line") or data.get("kind"), data.get("on")) in made_up:
                continue
            if (week := self._week(fact, seen.on)) is not None:
                week.miss(data.get("because", ""), data.get("minutes") or 0.0)

    def _week(self, fact: Fact, on: date) -> Week | None:
        data = fact.data
        day = _day(fact)
        if day is None or day < self._since:
            return None
        key = (data.get("line") or self._of_kind(data, day), fact.source)
        if day > on:
            if day < self.later.get(key, date.max):
                self.later[key] = day
            return None
        if "made_up_for" in data:
            day = _read(data["made_up_for"])
        weeks = self.weeks.get(key)
        if weeks is None:
            weeks = self.weeks[key] = {}
        number = week_of(day)
        week = weeks.get(number)
        if week is None:
            week = weeks[number] = Week()
        return week

    def _of_kind(self, data: Mapping[str, Any], day: date) -> str:
        kind = data.get("kind", "")
        fitting = [
            line
            for line, versions in self._lines.items()
            if any(v.since <= day <= v.until and v.fact.data.get("kind", "") == kind for v in versions)
        ]
        return fitting[0] if len(fitting) == 1 else ""


def _day(fact: Fact) -> date | None:
    text = fact.data.get("on")
    return _read(text) if text else fact.occurred_on


@lru_cache(maxsize=8192)
def _read(text: str) -> date:
    """The date of a text: sessions of many children fall on few days."""
    return date.fromisoformat(text)
