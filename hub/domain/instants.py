"""Instants and local dates: computed on dates, never on hours, so that clock changes move no due date."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def stamp(instant: datetime) -> str:
    """Return an instant as text in UTC that sorts by time.

    >>> stamp(datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    '2026-06-30T23:30:00.000000Z'
    """
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(text: str) -> datetime:
    """Return the instant that the text names; a bare date is its first moment in Europe/London, no zone means London."""
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=LONDON)).astimezone(UTC)


def day_in(text: str | None) -> date | None:
    """Return the date written in a text; `None` where nothing is.

    >>> day_in("2026-06-30"), day_in("")
    (datetime.date(2026, 6, 30), None)
    """
    return date.fromisoformat(text) if text else None


def local_date(moment: datetime) -> date:
    """Return the date of an instant in Europe/London.

    >>> local_date(datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    datetime.date(2026, 7, 1)
    """
    return moment.astimezone(LONDON).date()


def at_six(day: date) -> datetime:
    """Return 06:00 Europe/London of the day, when an area's daily tick comes."""
    return datetime.combine(day, time(6), LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Return the first instant after the day in Europe/London: exclusive end of what was known on it."""
    return datetime.combine(day + timedelta(days=1), time(0), LONDON).astimezone(UTC)
