"""How long a fact took to reach us, split: until its agency entered it, and from there until our intake had it."""

import json
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from hub.domain.alert_texts import counted, day
from hub.domain.instants import instant, local_date

_ENVELOPE_FIELD = "source_recorded_at"


class Delays(Struct, frozen=True):
    """Whole days by the calendar of Europe/London; `None` where one of the two dates is not known.

    Attributes:
        entry_delay_days: From the day of the fact to the day its agency's system had it: the agency's. Negative where it
            was entered ahead.
        transfer_delay_days: From there to the day our intake had it: the feed's. `None` also where the agency's clock
            is ahead of ours.
    """

    entry_delay_days: int | None = None
    transfer_delay_days: int | None = None


def delays(occurred_on: date | None, entered_at: datetime | None, recorded_at: datetime | None) -> Delays:
    """Return the two delays of an event.

    >>> delays(date(2026, 1, 5), instant("2026-01-08T16:30"), instant("2026-01-17T03:00"))
    Delays(entry_delay_days=3, transfer_delay_days=9)
    """
    if entered_at is None:
        return Delays()
    entered = local_date(entered_at)
    moved = (local_date(recorded_at) - entered).days if recorded_at else None
    return Delays(
        (entered - occurred_on).days if occurred_on else None, moved if moved is not None and moved >= 0 else None
    )


def delays_of(row: dict[str, Any]) -> Delays:
    """Return the delays of a row of the journal with its occurred_on, recorded_at and body; an erased one has none."""
    occurred, recorded = row["occurred_on"], row["recorded_at"]
    return delays(
        date.fromisoformat(occurred[:10]) if occurred else None,
        _entered(row["body"]),
        instant(recorded) if recorded else None,
    )


def said(found: Delays) -> str:
    """Return the delays in words, empty where nothing is known.

    >>> said(Delays(3, 9)), said(Delays(0, 1)), said(Delays(-4, None)), said(Delays())
    ('entered 3 days after, reached us 9 days later', 'entered the same day, reached us 1 day later', 'entered 4 days before', '')
    """
    parts = []
    if (entry := found.entry_delay_days) is not None:
        when = f"{counted(abs(entry), 'day')} {'after' if entry > 0 else 'before'}" if entry else "the same day"
        parts.append(f"entered {when}")
    if (moved := found.transfer_delay_days) is not None:
        parts.append(f"reached us {counted(moved, 'day')} later" if moved else "reached us the day it was entered")
    return ", ".join(parts)


def lateness(was_late_by: int | None, known_late_since: date | None) -> str:
    """Return in words by how many days a duty was late and since when that could be known; empty where neither is.

    >>> lateness(5, date(2025, 12, 16))
    'It was done 5 days after its date. That the date had passed could be known from 16 December 2025.'
    """
    found = [f"It was done {counted(was_late_by, 'day')} after its date."] if was_late_by else []
    if known_late_since:
        found.append(f"That the date had passed could be known from {day(known_late_since)}.")
    return " ".join(found)


def _entered(body: object) -> datetime | None:
    try:
        read = json.loads(str(body or "{}"))
        return instant(read[_ENVELOPE_FIELD]) if isinstance(read, dict) and read.get(_ENVELOPE_FIELD) else None
    except ValueError:
        return None
