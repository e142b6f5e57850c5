"""Counting days as the law does: on local dates, never on hours."""

from bisect import bisect_left, bisect_right
from collections.abc import Container
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from hub.domain.facts import SchoolCalendar

Unit = Literal["days", "weeks", "months", "working_days", "tribunal_days", "school_days"]
FirstDay = Literal["excluded", "counted"]
LastDay = Literal["stands", "next_working_day", "next_tribunal_day"]
Direction = Literal["after", "before"]

_DAY = timedelta(days=1)


class Limit(Struct, frozen=True):
    """Length of a time limit; the unit travels with the number.

    Attributes:
        unit: tribunal_days are working days that leave out 25 December to 1 January and August (SI 2008/2699 r.12, as
            far as read); school_days are days on which the school meets pupils (Education Act 1996 s.579).
        first_day: `excluded` for "within N weeks of"; `counted` for "beginning with" and "starting with" a day.
        last_day: `stands` even where it is no working day, or moves to the next working or tribunal day.
        direction: `before` for "at least N before" a day: the due date is that long before it, the day itself not counted.
    """

    count: int
    unit: Unit
    first_day: FirstDay = "excluded"
    last_day: LastDay = "stands"
    direction: Direction = "after"


class DayOfYear(Struct, frozen=True):
    """A limit that is a date in the calendar: "before 15 February" is due on 14 February."""

    month: int
    day: int

    def due_on(self, year: int) -> date:
        """Return the last day before the date, in its year or the one before.

        >>> DayOfYear(2, 15).due_on(2027)
        datetime.date(2027, 2, 14)
        """
        return date(year, self.month, self.day) - _DAY

    def next_due(self, started_on: date) -> date:
        """Return the first such due date that is not before a day."""
        due = self.due_on(started_on.year)
        return due if due >= started_on else self.due_on(started_on.year + 1)


class NoCalendar(Exception):
    """School days cannot be counted: no calendar, or one that ends too early."""


def due_on(started_on: date, limit: Limit, closed: Container[date] = (), school: SchoolCalendar | None = None) -> date:
    """Return the last day on which a duty can still be discharged in time.

    Args:
        started_on: Local date (Europe/London) of the starting event, or of what must not come sooner.
        limit: Length of the time limit and how its ends are counted.
        closed: Dates that are not working days besides Saturdays and Sundays.
            Read only when the limit counts working or tribunal days or moves its last day.
        school: Calendar of the school; read only when the limit counts school days.

    Returns:
        The due date, inclusive.

    Raises:
        NoCalendar: School days are counted and the calendar does not reach so far.

    >>> due_on(date(2025, 3, 3), Limit(6, "weeks"))
    datetime.date(2025, 4, 14)
    >>> due_on(date(2025, 12, 18), Limit(15, "days", first_day="counted"))
    datetime.date(2026, 1, 1)
    >>> due_on(date(2025, 9, 1), Limit(12, "months", first_day="counted"))
    datetime.date(2026, 8, 31)
    >>> due_on(date(2026, 9, 1), Limit(5, "months", direction="before"))
    datetime.date(2026, 4, 1)
    """
    if limit.unit == "school_days":
        return _school_days_on(started_on, limit, school)
    if limit.unit == "months":
        last = _months_on(started_on, limit)
    elif limit.unit in ("working_days", "tribunal_days"):
        last = _working_days_on(started_on, limit, closed)
    else:
        days = limit.count * (7 if limit.unit == "weeks" else 1) - (limit.first_day == "counted")
        last = started_on + timedelta(days=days if limit.direction == "after" else -days)
    if limit.last_day != "stands":
        is_due = is_working_day if limit.last_day == "next_working_day" else is_tribunal_day
        while not is_due(last, closed):
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
    if limit.direction == "before":
        return add_months(started_on, -limit.count)
    same_day = add_months(started_on, limit.count)
    if limit.first_day == "excluded":
        return same_day
    # Twelve months starting with 29 February end with the last day of February (law.md 2.3, row 7).
    return same_day if same_day.day < started_on.day else same_day - _DAY


def is_working_day(day: date, closed: Container[date] = ()) -> bool:
    """Tell whether a day is Monday to Friday and not in `closed`."""
    return day.weekday() < 5 and day not in closed


def is_tribunal_day(day: date, closed: Container[date] = ()) -> bool:
    """Tell whether a day counts for a party to an appeal: a working day outside 25 December to 1 January and August."""
    is_break = day.month == 8 or (day.month, day.day) >= (12, 25) or (day.month, day.day) == (1, 1)
    return not is_break and is_working_day(day, closed)


def _working_days_on(started_on: date, limit: Limit, closed: Container[date]) -> date:
    counts = is_working_day if limit.unit == "working_days" else is_tribunal_day
    step = _DAY if limit.direction == "after" else -_DAY
    day, left = started_on, limit.count
    if limit.first_day == "counted" and counts(day, closed):
        left -= 1
    while left > 0:
        day += step
        left -= counts(day, closed)
    return day


def _school_days_on(started_on: date, limit: Limit, school: SchoolCalendar | None) -> date:
    days = school_days(school) if school else ()
    start = started_on.toordinal()
    first = bisect_left(days, start) if limit.first_day == "counted" else bisect_right(days, start)
    if first + limit.count > len(days) or not days or start < days[0] - 60:
        raise NoCalendar
    return date.fromordinal(days[first + limit.count - 1])


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
def school_days(calendar: SchoolCalendar) -> tuple[int, ...]:
    """Return the school's days as ordinals, in order: Monday to Friday, in a published range and in no published closure."""
    return tuple(
        sorted(
            ordinal
            for first, last in calendar.school_days
            for ordinal in range(first.toordinal(), last.toordinal() + 1)
            if (day := date.fromordinal(ordinal)).weekday() < 5
            and not any(c.closed_from <= day < c.reopens_on for c in calendar.closures)
        )
    )


@lru_cache(maxsize=4096)
def school_weeks(calendar: SchoolCalendar) -> tuple[int, ...]:
    """Return the numbers of the weeks with at least one school day, in order."""
    return tuple(sorted({(ordinal - 1) // 7 for ordinal in school_days(calendar)}))
