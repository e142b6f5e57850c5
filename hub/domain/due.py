"""When a duty is due: the limit in force at its start, its further legs, and each step of the arithmetic in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from hub.domain.calendar import DayOfYear, Limit, NoCalendar, due_on
from hub.domain.facts import SchoolCalendar
from hub.domain.rules import NOTHING, DatedLimit, Rule
from hub.domain.words import length


class Counting(Struct, frozen=True):
    """What days are counted by.

    Attributes:
        holidays: Bank holidays in England and Wales.
        school: Calendar of the child's school; without one, a limit in school days has no date.
    """

    holidays: frozenset[date] = frozenset()
    school: SchoolCalendar | None = None


class Given(Struct, frozen=True):
    """What a due date depends on besides the day it is counted from.

    Attributes:
        data: Fields of the starting event; a limit counted from another date of it (`of`) reads that one there.
        legs: By name, the dates of the further legs that are known.
    """

    data: Mapping[str, Any] = NOTHING
    legs: Mapping[str, date] = NOTHING


class Count(Struct, frozen=True):
    """One way of counting: from which day, and what it came to; `name` is empty for the limit's own."""

    name: str
    limit: Limit | DayOfYear
    start: date
    due: date

    def step(self) -> str:
        """Return it as a sentence."""
        named = f"{self.name.replace('_', ' ')}: " if self.name else ""
        return f"{named}{length(self.limit)}, from {self.start:%a} {self.start}: {self.due:%a} {self.due}"


class Due(Struct, frozen=True):
    """A due date and how it was found.

    Attributes:
        on: Last day in time, inclusive; `None` for a duty without a limit, or whose days cannot be counted yet.
        counts: Every way of counting, the limit's own first; which of them `takes` effect.
        why_not: Why there is no date.
    """

    on: date | None
    counts: tuple[Count, ...] = ()
    takes: str = ""
    why_not: str = ""

    def steps(self) -> list[str]:
        """Return how the date was found, one sentence per step."""
        if self.why_not:
            return [self.why_not]
        steps = [count.step() for count in self.counts]
        return [*steps, f"the {self.takes} of these: {self.on}"] if len(steps) > 1 else steps


def due_of(rule: Rule, started_on: date, counting: Counting, given: Given) -> Due:
    """Return when a duty is due that began on a day."""
    dated = rule.limit_at(started_on, given.data)
    return due_by(dated, started_on, counting, given) if dated else Due(None, why_not="no number of days")


def due_by(dated: DatedLimit, started_on: date, counting: Counting, given: Given) -> Due:
    """Return when a duty is due by one limit."""
    day = started_on
    if dated.of and given.data is not NOTHING:
        if not given.data.get(dated.of):
            return Due(None, why_not=f"no {dated.of.replace('_', ' ')} is known to count from")
        day = date.fromisoformat(given.data[dated.of])
    year = str(given.data.get(dated.year) or "") if dated.year else ""
    if year and not (year.isdigit() and len(year) == 4):
        return Due(None, why_not=f"{year!r} is no year to count in")
    try:
        counts = [Count("", dated.limit, day, _last_day(dated.limit, day, counting, year))]
        for leg in dated.legs:
            if on := given.legs.get(leg.name):
                counts.append(Count(leg.name, leg.limit, on, _last_day(leg.limit, on, counting)))
    except NoCalendar:
        return Due(None, why_not=f"{length(dated.limit)}: needs the school's calendar")
    found = [count.due for count in counts]
    return Due(max(found) if dated.takes == "later" else min(found), tuple(counts), dated.takes)


def _last_day(limit: Limit | DayOfYear, start: date, counting: Counting, year: str = "") -> date:
    if isinstance(limit, DayOfYear):
        return limit.due_on(int(year)) if year else limit.next_due(start)
    return due_on(start, limit, counting.holidays, counting.school)
