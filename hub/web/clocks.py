"""The picture of a clock: where its start, its last day in time and today stand on one line of time, in per cent."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct

from hub.domain.alert_texts import counted, day
from hub.queries.obligations import Duty
from hub.web.wording import brief, lower_first, tag_words

_ENDED = {
    "met": "done in time on",
    "met_late": "done on",
    "exempt": "an exception applies since",
    "exempt_claimed": "an exception is claimed since",
    "lapsed": "no longer owed since",
    "sent_not_recorded": "sent, as its sender says, on",
}
_LATE = ("overdue", "met_late", "past_due_unconfirmed", "not_known", "sent_not_recorded")
_LABELS_AT_MOST = 6


class Mark(Struct, frozen=True):
    """A labelled place on the line."""

    at: str
    label: str


class Axis(Struct, frozen=True):
    """A line of time; both ends inclusive.

    Attributes:
        marks: First days of months, few enough to be read on a phone.
    """

    first: date
    last: date
    marks: tuple[Mark, ...] = ()

    def at(self, when: date) -> float:
        """Return where a date stands, from 2 to 98."""
        share = (when - self.first) / max(self.last - self.first, timedelta(days=1))
        return round(2 + 96 * min(max(share, 0), 1), 2)


class Bar(Struct, frozen=True):
    """One duty on an axis; places and widths in per cent, widths empty where there is nothing to draw.

    Attributes:
        spent: From the start to the end of the duty, or to today, as far as it is in time.
        left: From there to the due date.
        over: From the due date to the end, or to today.
        is_judged: Whether what is over is known to be over.
    """

    start: str
    due: str
    today: str
    done: str
    spent: str
    left_at: str
    left: str
    over: str
    is_judged: bool
    words: str


def axis(duties: Iterable[Duty], on: date) -> Axis | None:
    """Return the line on which all these duties fit, `None` if none of them has begun."""
    known = list(duties)
    dates = [d for duty in known for d in (duty.started_on, duty.due_on, duty.done_on) if d]
    if not dates:
        return None
    first, last = min(*dates, on), max(*dates, on)
    plain = Axis(first, last)
    return Axis(first, last, tuple(Mark(f"{plain.at(m)}%", brief(m, m)) for m in _months(first, last)))


def bar(duty: Duty, line: Axis, on: date) -> Bar | None:
    """Return where one duty stands, `None` before its start or without a due date."""
    if duty.started_on is None or duty.due_on is None:
        return None
    ended = duty.done_on if duty.state in _ENDED and duty.done_on else on
    start, due, until = line.at(duty.started_on), line.at(duty.due_on), line.at(max(ended, duty.started_on))
    in_time = min(until, due)
    is_over = ended > duty.due_on and duty.state in _LATE
    return Bar(
        f"{start}%", f"{due}%", f"{line.at(on)}%", f"{until}%" if duty.state in _ENDED and duty.done_on else "",
        _width(start, in_time), f"{in_time}%", _width(in_time, due), _width(due, until) if is_over else "",
        duty.state in ("overdue", "met_late"), words(duty, on),
    )  # fmt: skip


def words(duty: Duty, on: date) -> str:
    """Return in words what the picture shows."""
    said = [f"Started {day(duty.started_on)}" if duty.started_on else "Not started"]
    if duty.due_on:
        said.append(f"last day in time {day(duty.due_on)}")
    if duty.state in _ENDED and duty.done_on:
        said.append(f"{_ENDED[duty.state]} {day(duty.done_on)}")
    elif duty.due_on and (duty.due_on - on).days >= 0:
        said.append(f"{counted((duty.due_on - on).days, 'day')} left on {day(on)}")
    elif duty.due_on and duty.state == "overdue":
        said.append(f"{counted((on - duty.due_on).days, 'day')} over on {day(on)}")
    else:
        said.append(f"{lower_first(tag_words(duty.state, duty.limit_force))} on {day(on)}")
    return ", ".join(said) + "."


def _width(start: float, end: float) -> str:
    return f"{round(end - start, 2)}%" if end > start else ""


def _months(first: date, last: date) -> Sequence[date]:
    month, found = first.replace(day=1), []
    while month <= last:
        if month >= first:
            found.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    step = -(-len(found) // _LABELS_AT_MOST) or 1
    return found[::step]
