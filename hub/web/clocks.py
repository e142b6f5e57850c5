"""The line of time under a picture, in per cent of its width, and what a clock says in words."""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from hub.domain.alert_texts import counted, day
from hub.queries.obligations import Duty
from hub.web.wording import brief, lower_first, tag_words

ENDED = {
    "met": "done in time on",
    "met_late": "done on",
    "exempt": "done under the exception on",
    "exempt_claimed": "done under the exception claimed on",
    "lapsed": "no longer owed since",
    "sent_not_recorded": "sent, as its sender says, on",
}
"""States of a duty that has an end, if it has a day for it, and what is said of that day."""

_LABELS_AT_MOST, _LABELS_ON_A_PHONE = 8, 4
_EDGE = 1.0


class Mark(Struct, frozen=True):
    """A first day of a month on the line.

    Attributes:
        label: Empty for a tick alone.
        is_wide: The label has room on a wide screen only.
        anchor: start, middle or end: which part of the label stands there.
    """

    at: str
    label: str
    is_wide: bool
    anchor: str


class Axis(Struct, frozen=True):
    """A line of time; both ends inclusive."""

    first: date
    last: date

    def at(self, when: date) -> float:
        """Return where a date stands, from 1 to 99 per cent; what lies outside stands at the end.

        >>> Axis(date(2026, 1, 1), date(2026, 1, 11)).at(date(2026, 1, 6))
        50.0
        """
        share = (when - self.first) / max(self.last - self.first, timedelta(days=1))
        return round(_EDGE + (100 - 2 * _EDGE) * min(max(share, 0), 1), 2)

    def anchor(self, when: date, room: float) -> str:
        """Return which part of a label stands at a date, so that it stays inside; room is what it needs, in per cent."""
        share = self.at(when)
        return "start" if share < room else "end" if share > 100 - room else "middle"

    def marks(self) -> list[Mark]:
        """Return the months, with few enough labels to be read; the first and each January have their year."""
        months = _months(self.first, self.last)
        step, on_a_phone = _step(len(months), _LABELS_AT_MOST), _step(len(months), _LABELS_ON_A_PHONE)
        return [
            Mark(f"{self.at(m)}%", _label(m, n == 0) if n % step == 0 else "", n % on_a_phone > 0, self.anchor(m, 6))
            for n, m in enumerate(months)
        ]


def words(duty: Duty, on: date) -> str:
    """Return in words how a duty with a date stands."""
    said = [f"Started {day(duty.started_on)}" if duty.started_on else "Not started"]
    if duty.due_on:
        said.append(f"last day in time {day(duty.due_on)}")
    if duty.state in ENDED and duty.done_on:
        said.append(f"{ENDED[duty.state]} {day(duty.done_on)}")
    elif duty.due_on and (duty.due_on - on).days >= 0:
        said.append(f"{counted((duty.due_on - on).days, 'day')} left on {day(on)}")
    elif duty.due_on and duty.state == "overdue":
        said.append(f"{counted((on - duty.due_on).days, 'day')} over on {day(on)}")
    else:
        said.append(f"{lower_first(tag_words(duty.state, duty.limit_force))} on {day(on)}")
    return ", ".join(said) + "."


def _months(first: date, last: date) -> Sequence[date]:
    month, found = first.replace(day=1), []
    while month <= last:
        if month >= first:
            found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def _step(count: int, at_most: int) -> int:
    return -(-count // at_most) or 1


def _label(month: date, is_first: bool) -> str:
    name = brief(month, month).split()[1]
    return f"{name} {month.year}" if is_first or month.month == 1 else name
