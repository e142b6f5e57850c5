"""A child's facts as they can be read on a date."""

from collections.abc import Container, Iterable, Mapping
from datetime import date, timedelta

import msgspec

from hub.domain.calendar import is_working_day
from hub.domain.facts import Fact
from hub.domain.rules import Start, Told

Hit = tuple[date, str, Fact]
"""The date that counts, the slot, and the fact."""


class Seen:
    """A child's live facts by type, as far as they can be read on a date.

    Facts of a kind with a leading source are left out where another source tells them: they are evidence only.

    Attributes:
        on: The date asked about; nothing dated later is read.
        wake: The first later date that was met and not read.
        under: Process to the process it belongs to.
    """

    def __init__(
        self,
        facts: Iterable[Fact],
        on: date,
        leading: Mapping[str, str],
        area: str = "",
        holidays: Container[date] = (),
    ) -> None:
        self.on, self._area, self._holidays = on, area, holidays
        self.wake: date | None = None
        self.under: dict[str, str] = {}
        self.by_type: dict[str, list[Fact]] = {}
        self._dated: dict[int, list[Hit]] = {}
        by_type = self.by_type
        for fact in facts:
            kind = fact.type
            if kind in leading and leading[kind] != fact.source and kind != "advice_requested":
                continue
            known = by_type.get(kind)
            if known is None:
                known = by_type[kind] = []
            known.append(fact)
            if "under" in fact.data and (above := fact.data["under"]):
                self.under[fact.data.get("process", "")] = above

    def has_come(self, day: date | None) -> bool:
        """Tell whether a date is not after the date asked about; a later one is remembered in `wake`."""
        if day is None:
            return False
        if day <= self.on:
            return True
        if self.wake is None or day < self.wake:
            self.wake = day
        return False

    def dated(self, told: Told) -> list[Hit]:
        """Return the facts that a rule means, with the dates that count, earliest first."""
        hits = self._dated.get(id(told))
        if hits is None:
            hits = []
            for fact in self.by_type.get(told.event, ()):
                if told.fits(fact.data, self._area) and self._gives_notice(told, fact):
                    day = told.day(fact)
                    if day is not None and self.has_come(day):
                        hits.append((day, fact.slot, fact))
            if len(hits) > 1:
                hits.sort(key=in_order)
            self._dated[id(told)] = hits
        return hits

    def _gives_notice(self, told: Told, fact: Fact) -> bool:
        notice = told.notice if isinstance(told, Start) else None
        if notice is None:
            return True
        since, upto = fact.day(notice.since), fact.day(notice.upto)
        if since is None or upto is None:
            return notice.less_than is None  # nothing says that it was late
        days = (since + timedelta(days=n) for n in range((upto - since).days))
        given = sum(is_working_day(day, self._holidays) for day in days)
        return given >= notice.at_least if notice.at_least is not None else given < (notice.less_than or 0)


def first(hits: Iterable[Hit]) -> Hit | None:
    """Return the earliest."""
    found = list(hits)
    return min(found, key=in_order) if len(found) > 1 else next(iter(found), None)


def in_order(hit: Hit) -> tuple[date, str, str, bytes, str]:
    """Sort key of hits: by date, then by what is said, so that no arrival and no key of ours decides which one counts."""
    day, slot, fact = hit
    return day, fact.type, fact.source, msgspec.json.encode(fact.data, order="deterministic"), slot
