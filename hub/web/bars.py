"""The bar of one duty: from its dates to pieces on a line of time, and what stands beside it in a few words."""

from datetime import date

from msgspec import Struct

from hub.domain.alert_texts import counted
from hub.domain.processes import UNCONFIRMED
from hub.queries.child import Clock
from hub.queries.obligations import Duty
from hub.web.clocks import ENDED, Axis
from hub.web.wording import brief, tag_words

HEIGHT = 38
LEGEND = {
    "spent": "time used",
    "done": "time used, then done",
    "left": "time left",
    "warn": "due soon",
    "over": "past the date",
    "unsure": "not confirmed, or not heard yet",
    "window": "time to answer",
    "exempt": "exception, with evidence",
    "claimed": "exception claimed, no evidence recorded",
    "lapsed": "no longer owed",
}
"""Kinds of piece, and what the key beside the picture calls them."""

_PLACES = {"exempt": (1, 6), "claimed": (1, 6), "warn": (30, 5)}
_BAR = (10, 17)
_PAST = {"overdue": "over", "met_late": "over", "past_due_unconfirmed": "unsure", "not_known": "unsure",
         "sent_not_recorded": "unsure"}  # fmt: skip
_RUNNING = ("open", "at_risk", *_PAST)


class Piece(Struct, frozen=True):
    """A box on the line: place and width in per cent, top and height in pixels."""

    kind: str
    at: str
    width: str
    top: int
    height: int


class Bar(Struct, frozen=True):
    """One duty on a line; places in per cent.

    Attributes:
        pieces: In the order in which they are drawn.
        done: Where it was done; empty if it was not.
        owed_to: How far it is still owed as soon as practicable, without a limit; empty if it is not.
        is_sure: Whether its dates rest on a day of receipt that is confirmed.
        said: How it stands.
    """

    clock: Clock
    pieces: tuple[Piece, ...]
    start: str
    due: str
    done: str
    owed_to: str
    is_sure: bool
    is_window: bool
    said: str


def is_drawn(duty: Duty) -> bool:
    """Tell whether a duty has the two dates that a bar needs, and is owed."""
    return duty.started_on is not None and duty.due_on is not None and duty.state != "conditional"


def end_of(duty: Duty, on: date) -> date:
    """Return the last day that its bar is about: the day it ended, or the later of its date and the date asked about."""
    ended = duty.done_on if duty.state in ENDED and duty.done_on else on
    return max(ended, duty.due_on or ended)


def bar(clock: Clock, line: Axis, on: date, heard_to: date) -> Bar:
    """Return the bar of a duty that `is_drawn`.

    Args:
        heard_to: Last day up to which days past a date are counted; those after it may have brought what was owed.
    """
    duty = clock.duty
    assert duty.started_on is not None and duty.due_on is not None
    ended = duty.done_on if duty.state in ENDED else None
    is_window, is_sure = duty.duty_holder == "family", duty.started_basis not in UNCONFIRMED
    spans = _window(duty, duty.due_on) if is_window else _spans(clock, duty.due_on, ended or on, heard_to)
    spans += _exception(clock, line)
    pieces = tuple(piece for kind, first, last in spans if (piece := _piece(kind, first, last, line)) is not None)
    return Bar(
        clock, pieces, f"{line.at(duty.started_on)}%", f"{line.at(duty.due_on)}%",
        f"{line.at(duty.done_on)}%" if duty.done_on and duty.state in ("met", "met_late", "exempt", "exempt_claimed")
        else "", _owed_to(duty, duty.due_on, line, on), is_sure, is_window, said(clock, on, heard_to),
    )  # fmt: skip


def said(clock: Clock, on: date, heard_to: date) -> str:
    """Return how a duty stands, short enough to stand beside its bar; neutral, and the same whoever owes it."""
    duty = clock.duty
    due, done = brief(duty.due_on, on), brief(duty.done_on, on)
    if duty.duty_holder == "family":
        return f"Answered {done}" if duty.state == "met" else f"{'Until' if _left(duty, on) >= 0 else 'Ended'} {due}"
    if duty.state == "met":
        return f"Done {done}, in time"
    if duty.state == "met_late":
        late = duty.was_late_by
        return f"Done {done}, {counted(late, 'day')} after its date" if late else f"Done {done}; was due {due}"
    if duty.state in ("exempt", "exempt_claimed"):
        return _exempt_words(clock, on)
    if duty.state == "lapsed":
        return f"No longer owed since {done}" if done else "No longer owed"
    return _overdue_words(duty, due, on, min(on, heard_to)) if duty.state == "overdue" else _running_words(duty, on)


def _overdue_words(duty: Duty, due: str, on: date, to: date) -> str:
    if duty.limit_force == "policy":
        return f"Local target was {due}; not recorded as done"
    until = f" to {brief(to, on)}" if to < on else ""
    return f"Was due {due}; {counted(max(-_left(duty, to), 0), 'day')} outstanding{until}"


def _running_words(duty: Duty, on: date) -> str:
    over, due, done = -_left(duty, on), brief(duty.due_on, on), brief(duty.done_on, on)
    if duty.state == "sent_not_recorded":
        return f"Was due {due}; sent {done}, says its sender, and not recorded yet"
    if duty.state == "not_known":
        return f"Was due {due}; not known, nothing heard yet"
    if duty.started_basis in UNCONFIRMED:
        return f"Not due before {due}; receipt not confirmed"
    if over > 0:
        return f"Was due {due}; {tag_words(duty.state, duty.limit_force)}"
    return f"Due {due}, {'today' if over == 0 else 'in ' + counted(-over, 'day')}"


def _exempt_words(clock: Clock, on: date) -> str:
    since = f" from {brief(clock.exempt_from, on)}" if clock.exempt_from else ""
    since += f" to {brief(clock.exempt_until, on)}" if clock.exempt_until else ""
    what = "Exception" if clock.duty.state == "exempt" else "Exception claimed, no evidence recorded,"
    done = f"; done {brief(clock.duty.done_on, on)}" if clock.duty.done_on else ""
    return f"{what}{since}: no fixed limit{done}"


def _left(duty: Duty, on: date) -> int:
    return (duty.due_on - on).days if duty.due_on else 0


def _owed_to(duty: Duty, due: date, line: Axis, on: date) -> str:
    if duty.state not in ("exempt", "exempt_claimed"):
        return ""
    until = duty.done_on or on
    return f"{line.at(until)}%" if until > due else ""


def _window(duty: Duty, due: date) -> list[tuple[str, date, date]]:
    return [("window", duty.started_on or due, due)]


def _spans(clock: Clock, due: date, end: date, heard_to: date) -> list[tuple[str, date, date]]:
    duty = clock.duty
    start = duty.started_on or due
    used = "done" if duty.state in ("met", "met_late") else "lapsed" if duty.state == "lapsed" else "spent"
    is_sure = duty.started_basis not in UNCONFIRMED
    found = [(used if is_sure or used != "spent" else "unsure", start, min(end, due))]
    if duty.state in (*_RUNNING, "exempt", "exempt_claimed"):
        found.append(("left", max(min(end, due), start), due))
    if duty.warns_on and duty.state in ("open", "at_risk"):
        found.append(("warn", max(duty.warns_on, start), due))
    if duty.state in _PAST and end > due:
        known_to = max(min(end, heard_to), due) if duty.state == "overdue" else end
        found.append((_PAST[duty.state] if is_sure else "unsure", due, known_to))
        found.append(("unsure", known_to, end))
    return found


def _exception(clock: Clock, line: Axis) -> list[tuple[str, date, date]]:
    if clock.exempt_from is None:
        return []
    kind = "exempt" if clock.duty.state == "exempt" else "claimed"
    return [(kind, clock.exempt_from, clock.exempt_until or line.last)]


def _piece(kind: str, first: date, last: date, line: Axis) -> Piece | None:
    start, end = line.at(first), line.at(last)
    if end <= start:
        return None
    return Piece(kind, f"{start}%", f"{round(end - start, 2)}%", *_PLACES.get(kind, _BAR))
