"""How the days of a limit are counted: the simulator's own arithmetic, written from the law (law.md 2.1)."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from connectors.simulator.weeks import CLOSURES, DAY, FLOODED, TERMS, WEEK, is_flooded

BANK_HOLIDAYS = frozenset({
    date(2025, 1, 1), date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 5), date(2025, 5, 26), date(2025, 8, 25),
    date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4),
    date(2026, 5, 25), date(2026, 8, 31), date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1),
})  # fmt: skip
"""England and Wales."""

Due = Callable[[date, str], date]
"""From the day a clock starts, and the code of the child's school, to the last day in time, inclusive."""


def weeks(count: int) -> Due:
    """Within so many weeks of the start, which is not counted.

    >>> weeks(5)(date(2026, 3, 27), "")
    datetime.date(2026, 5, 1)
    """
    return lambda start, _: start + WEEK * count


def days(count: int) -> Due:
    """Within so many calendar days of the start, which is not counted.

    >>> days(30)(date(2026, 12, 7), "")
    datetime.date(2027, 1, 6)
    """
    return lambda start, _: start + DAY * count


def days_beginning(count: int) -> Due:
    """So many calendar days beginning with the start.

    >>> days_beginning(15)(date(2025, 12, 18), "")
    datetime.date(2026, 1, 1)
    """
    return lambda start, _: start + DAY * (count - 1)


def months(count: int) -> Due:
    """The corresponding date so many months later, or the last day of that month."""
    return lambda start, _: months_on(start, count)


def months_starting(count: int) -> Due:
    """So many months starting with the day: the day before the corresponding date.

    >>> months_starting(12)(date(2025, 9, 1), "")
    datetime.date(2026, 8, 31)
    """
    return lambda start, _: months_on(start, count) - DAY


def working_days(count: int) -> Due:
    """Within so many working days of the start, which is not counted.

    >>> working_days(3)(date(2026, 12, 23), "")
    datetime.date(2026, 12, 30)
    """
    return lambda start, _: _working(start, count)


def working_days_beginning(count: int) -> Due:
    """So many working days beginning with the start.

    >>> working_days_beginning(15)(date(2026, 12, 21), "")
    datetime.date(2027, 1, 13)
    """
    return lambda start, _: _working(start - DAY, count)


def working_days_before(count: int) -> Due:
    """At least so many working days before the day that is counted from.

    >>> working_days_before(5)(date(2026, 4, 9), "")
    datetime.date(2026, 3, 31)
    """
    return lambda day, _: _working_back(day, count)


def months_before(count: int) -> Due:
    """At least so many months before the day that is counted from.

    >>> months_before(5)(date(2026, 9, 1), "")
    datetime.date(2026, 4, 1)
    """
    return lambda day, _: months_on(day, -count)


def on_the_day(day: date, _: str) -> date:
    """On that very day."""
    return day


def school_days_beginning(count: int) -> Due:
    """So many days on which the child's school is open, beginning with the start."""
    return lambda start, school: _school(start - DAY, count, school)


def school_days(count: int) -> Due:
    """Within so many days on which the child's school is open, the start not counted."""
    return lambda start, school: _school(start, count, school)


def weeks_before(count: int) -> Due:
    """At least so many weeks before the day that is counted from.

    >>> weeks_before(2)(date(2026, 7, 14), "")
    datetime.date(2026, 6, 30)
    """
    return lambda day, _: day - WEEK * count


def before_day(month: int, day: int) -> Due:
    """Before a day of the year: the day before it, the next that comes.

    >>> before_day(2, 15)(date(2025, 11, 3), "")
    datetime.date(2026, 2, 14)
    """

    def due(start: date, _: str) -> date:
        last = date(start.year, month, day) - DAY
        return last if last >= start else date(start.year + 1, month, day) - DAY

    return due


def next_working_day(due: Due) -> Due:
    """The same, moved to the next working day where it falls on another (Interpretation of art. 12(3) by the ICO)."""
    return lambda start, school: _roll(due(start, school), is_working_day)


def next_tribunal_day(due: Due) -> Due:
    """The same, moved on out of 25 December to 1 January, of August and of other days that are no working days.

    >>> next_tribunal_day(months(2))(date(2026, 6, 24), "")
    datetime.date(2026, 9, 1)
    """
    return lambda start, school: _roll(due(start, school), is_tribunal_day)


def months_on(day: date, count: int) -> date:
    """Return the corresponding date, or the last day of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    first_after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_after - DAY).day))


def is_working_day(day: date) -> bool:
    """Tell whether it is Monday to Friday and no bank holiday."""
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def is_tribunal_day(day: date) -> bool:
    """Tell whether a party's limit can end on it: rule 12 of S.I. 2008/2699, as far as read."""
    return is_working_day(day) and day.month != 8 and not (day.month == 12 and day.day >= 25)


def _roll(day: date, is_good: Callable[[date], bool]) -> date:
    while not is_good(day):
        day += DAY
    return day


def _working(day: date, count: int) -> date:
    while count:
        day += DAY
        count -= is_working_day(day)
    return day


def _working_back(day: date, count: int) -> date:
    while count:
        day -= DAY
        count -= is_working_day(day)
    return day


def _school(start: date, count: int, school: str) -> date:
    return [day for day in _open_days(is_flooded(school)) if day > start][count - 1]


@lru_cache(maxsize=2)
def _open_days(has_flood: bool) -> tuple[date, ...]:
    """Return the school days of the year, of a school that was flooded or of the others."""
    shut = (*CLOSURES, FLOODED) if has_flood else CLOSURES
    term = (first + timedelta(n) for first, last in TERMS for n in range((last - first).days + 1))
    return tuple(day for day in term if day.weekday() < 5 and not any(a <= day < b for a, b in shut))
