"""The simulator's own calendar and its own copy of the limits, written from the law and not from our rules."""

from datetime import date, timedelta

TODAY = date(2026, 6, 29)
LIVE_FROM = date(2026, 1, 5)
HISTORY_FROM = date(2023, 1, 1)
SILENT_FROM = date(2026, 6, 1)
"""After this Monday the second area's casework says nothing more."""

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
MONDAYS = tuple(LIVE_FROM + WEEK * n for n in range((TODAY - LIVE_FROM).days // 7 + 1))

WEEKS = {
    "ehcna-decision": 6,
    "ehcna-advice-health": 6,
    "ehcna-advice-school": 6,
    "ehcna-advice-ep": 6,
    "ehcna-advice-social-care": 6,
    "ehcna-no-plan-decision": 16,
    "ehcp-final": 20,
}
"""Regs 5(1), 8(1), 10(1) and 13(2) of S.I. 2014/1530; Code of Practice ch. 9 for those who are not health bodies."""

TERMS = (
    (date(2025, 9, 1), date(2025, 10, 24)),
    (date(2025, 11, 3), date(2025, 12, 19)),
    (date(2026, 1, 5), date(2026, 2, 13)),
    (date(2026, 2, 23), date(2026, 3, 27)),
    (date(2026, 4, 13), date(2026, 5, 22)),
    (date(2026, 6, 1), date(2026, 7, 17)),
)
"""School days from Monday to Friday, both ends inclusive; terms begin on a Monday so that every week is whole."""

CLOSURES = (
    (date(2025, 7, 19), date(2025, 9, 1)),
    (date(2025, 12, 20), date(2026, 1, 5)),
    (date(2026, 3, 28), date(2026, 4, 13)),
    (date(2026, 7, 18), date(2026, 9, 1)),
)
"""First closed day and the day of re-opening."""

SCHOOL_WEEKS = tuple(
    first + WEEK * n
    for first, last in TERMS
    for n in range((last - first).days // 7 + 1)
    if first + WEEK * (n + 1) <= TODAY
)
"""Mondays of the school weeks that are over by today."""

FLOODED = (date(2026, 2, 2), date(2026, 2, 9))
"""The fourth school of each area is closed from the first to the second day, and opens again on it."""

OF_NO_SCHOOL = ""
"""The area's own calendar, which had no such closure."""


def due_on(rule: str, started_on: date) -> date:
    """Return the last day in time, inclusive.

    >>> due_on("ehcp-final", date(2025, 11, 10))
    datetime.date(2026, 3, 30)
    >>> due_on("review-next", date(2025, 9, 1))
    datetime.date(2026, 8, 31)
    """
    if rule in ("review-first", "review-next"):  # the 12 months starting with the plan or its last review: s.44(1)
        return started_on.replace(year=started_on.year + 1) - DAY
    return started_on + WEEK * WEEKS[rule]


def school_weeks(school: str) -> list[date]:
    """Return the Mondays of the weeks in which a school was open, up to the last that is over."""
    return [monday for monday in SCHOOL_WEEKS if not (is_flooded(school) and FLOODED[0] <= monday < FLOODED[1])]


def is_flooded(school: str) -> bool:
    """Tell whether a school is one that had a closure of its own."""
    return school.endswith("04")


def weekday(day: date) -> date:
    """Return the day, or the Monday after a weekend; never 29 February, whose anniversary is in doubt."""
    if day.month == 2 and day.day == 29:
        day += DAY
    late = day.weekday() - 4
    return day if late <= 0 else day + DAY * (3 - late)
