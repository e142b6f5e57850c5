"""Counting days as the law does: on local dates, never on hours."""

from collections.abc import Container
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from hub.domain.facts import SchoolCalendar

Unit = Literal["days", "weeks", "months", "working_days"]
FirstDay = Literal["excluded", "counted"]
LastDay = Literal["stands", "next_working_day"]

_DAY = timedelta(days=1)


class Limit(Struct, frozen=True):
    """Length of a time limit; the unit travels with the number.

    Attributes:
        first_day: `excluded` for "within N weeks of"; `counted` for "beginning with" and "starting with" a day.
        last_day: `stands` even where it is no working day, or moves to the `next_working_day`.
    """

    count: int
    unit: Unit
    first_day: FirstDay = "excluded"
    last_day: LastDay = "stands"


def due_on(started_on: date, limit: Limit, closed: Container[date] = ()) -> date:
    """Return the last day on which a duty can still be discharged in time.

    Args:
        started_on: Local date (Europe/London) of the starting event.
        limit: Length of the time limit and how its ends are counted.
        closed: Dates that are not working days besides Saturdays and Sundays.
            Read only when the limit counts working days or moves its last day.

    Returns:
        The due date, inclusive.

    >>> due_on(date(2025, 3, 3), Limit(6, "weeks"))
    datetime.date(2025, 4, 14)
    >>> due_on(date(2025, 12, 18), Limit(15, "days", first_day="counted"))
    datetime.date(2026, 1, 1)
    >>> due_on(date(2025, 9, 1), Limit(12, "months", first_day="counted"))
    datetime.date(2026, 8, 31)
    """
    if limit.unit == "months":
        last = _months_on(started_on, limit)
    elif limit.unit == "working_days":
        last = _working_days_on(started_on, limit, closed)
    else:
        days = limit.count * (7 if limit.unit == "weeks" else 1)
        last = started_on + timedelta(days=days - (limit.first_day == "counted"))
    while limit.last_day == "next_working_day" and not is_working_day(last, closed):
        last += _DAY
    return last


def add_months(day: date, months: int) -> date:
    """Return the corresponding date, or the last day of the month where there is none.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return day.replace(year=year, month=month + 1, day=min(day.day, (first_of_next - _DAY).day))


def _months_on(started_on: date, limit: Limit) -> date:
    same_day = add_months(started_on, limit.count)
    if limit.first_day == "excluded":
        return same_day
    # Twelve months starting with 29 February end with the last day of February (law.md 2.3, row 7).
    return same_day if same_day.day < started_on.day else same_day - _DAY


def is_working_day(day: date, closed: Container[date] = ()) -> bool:
    """Tell whether a day is Monday to Friday and not in `closed`."""
    return day.weekday() < 5 and day not in closed


def _working_days_on(started_on: date, limit: Limit, closed: Container[date]) -> date:
    day, left = started_on, limit.count
    if limit.first_day == "counted" and is_working_day(day, closed):
        left -= 1
    while left > 0:
        day += _DAY
        left -= is_working_day(day, closed)
    return day


def before(day: date, count: int, unit: Literal["days", "weeks"]) -> date:
    """Return the date that many days or weeks earlier."""
    return day - timedelta(days=count * (7 if unit == "weeks" else 1))


@lru_cache(maxsize=8192)
def week_of(day: date) -> int:
    """Return the number of the day's week, Monday to Sunday, counted from the first week of year 1.

    >>> monday_of(week_of(date(2026, 1, 1)))
    datetime.date(2025, 12, 29)
    """
    return (day.toordinal() - 1) // 7


def monday_of(week: int) -> date:
    """Return the Monday of a week given by its number."""
    return date.fromordinal(week * 7 + 1)


@lru_cache(maxsize=4096)
def school_weeks(calendar: SchoolCalendar) -> tuple[int, ...]:
    """Return the numbers of the weeks with at least one school day, in order.

    A school day is Monday to Friday, inside a published range and outside every published closure.
    """
    weeks = set()
    for first, last in calendar.school_days:
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day.weekday() < 5 and not any(c.closed_from <= day < c.reopens_on for c in calendar.closures):
                weeks.add((ordinal - 1) // 7)
    return tuple(sorted(weeks))
