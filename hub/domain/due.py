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


class Due(Struct, frozen=True):
    """A due date and how it was found.

    Attributes:
        on: Last day in time, inclusive; `None` for a duty without a limit, or whose days cannot be counted yet.
        steps: One sentence per step.
    """

    on: date | None
    steps: tuple[str, ...] = ()


def due_of(
    rule: Rule,
    started_on: date,
    counting: Counting,
    data: Mapping[str, Any] = NOTHING,
    legs: Mapping[str, date] = NOTHING,
) -> Due:
    """Return when a duty is due.

    Args:
        started_on: The day the duty began; for a limit counted from another date of the event (`of`) that one is read
            from `data`.
        data: Fields of the starting event.
        legs: By name, the dates of the further legs that are known.
    """
    dated = rule.limit_at(started_on, data)
    if dated is None:
        return Due(None, ("no number of days",))
    try:
        return _counted(dated, started_on, counting, data, legs)
    except NoCalendar:
        return Due(None, (f"{length(dated.limit)}: needs the school's calendar",))


def _counted(
    dated: DatedLimit, started_on: date, counting: Counting, data: Mapping[str, Any], legs: Mapping[str, date]
) -> Due:
    start = date.fromisoformat(data[dated.of]) if dated.of and data.get(dated.of) else started_on
    if dated.of and not data.get(dated.of) and data is not NOTHING:
        return Due(None, (f"no {dated.of.replace('_', ' ')} is known to count from",))
    found = [_leg(dated.limit, start, counting, data.get(dated.year) if dated.year else None)]
    steps = [_step(dated.limit, start, found[0])]
    for leg in dated.legs:
        if leg.name in legs:
            on = _leg(leg.limit, legs[leg.name], counting)
            steps.append(f"{leg.name.replace('_', ' ')}: {_step(leg.limit, legs[leg.name], on)}")
            found.append(on)
    due = max(found) if dated.takes == "later" else min(found)
    if len(found) > 1:
        steps.append(f"the {dated.takes} of these: {due}")
    return Due(due, tuple(steps))


def _leg(limit: Limit | DayOfYear, start: date, counting: Counting, year: object = None) -> date:
    if isinstance(limit, DayOfYear):
        return limit.due_on(int(str(year))) if year else limit.next_due(start)
    return due_on(start, limit, counting.holidays, counting.school)


def _step(limit: Limit | DayOfYear, start: date, due: date) -> str:
    return f"{length(limit)}, from {start:%a} {start}: {due:%a} {due}"
