"""Days outstanding: for each day of a process, what was awaited, and which bodies were past their own confirmed date.

Facts about days, never blame: a body counts only from the day after its own due date to the day it was done, as far as a
feed confirms both ends. Days inside a body's time, a family's window, an exception, a receipt nobody confirmed, or before
a body was asked count against nobody, and neither does anything a local target says.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct

from hub.domain.obligation import Obligation
from hub.domain.processes import UNCONFIRMED
from hub.domain.rules import Rulebook

LABEL = "days outstanding"
NOTHING_AWAITED = ""
_DAY = timedelta(days=1)
_LATE = frozenset({"overdue", "met_late"})
_OVER = frozenset({"met", "met_late", "lapsed", "not_owed", "disabled"})


class Span(Struct, frozen=True):
    """Days on which the same was awaited and the same bodies were past their date; both ends inclusive.

    Attributes:
        step: Rule whose due date is the next among those under way; empty where none was.
        bodies: In order of code; the authority's own code is the area's.
        because: Obligations past their date, in order of id.
    """

    first: date
    last: date
    step: str
    bodies: tuple[str, ...]
    because: tuple[str, ...]

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


class BodyDays(Struct, frozen=True):
    """Days on which one body was past its own date: alone, or with others.

    Attributes:
        because: Obligations that were, in order of id.
    """

    body: str
    sole_days: int
    shared_days: int
    because: tuple[str, ...]


class Outstanding(Struct, frozen=True):
    """The days of one process.

    Attributes:
        started_on: Day 0, not counted.
        ended_on: Day on which nothing of it was owed any more; `None` while it runs.
        elapsed_days: Days from the day after the start to the end, or to the date asked about. The sum of the three next.
        in_time_days: Days on which nobody was past a confirmed date.
        sole_days: Days on which one body was.
        shared_days: Days on which several were; each day once.
        spans: Without gap or overlap, in order.
        bodies: In order of code.
    """

    process: str
    started_on: date
    ended_on: date | None
    elapsed_days: int
    in_time_days: int
    sole_days: int
    shared_days: int
    spans: tuple[Span, ...]
    bodies: tuple[BodyDays, ...]


class _Late(Struct, frozen=True):
    """One obligation's days past its date, both ends inclusive."""

    first: date
    last: date
    body: str
    obligation: str


def outstanding(
    obligations: Iterable[Obligation], rulebook: Rulebook, on: date, heard_to: date | None = None
) -> tuple[Outstanding, ...]:
    """Return the days of each process of a child, in order of process.

    Args:
        obligations: All of one child, as judged on that date.
        on: The date asked about; later days are not looked at.
        heard_to: Last day up to which the feeds that tell of discharges are complete; an overdue duty counts no later
            day, for it may have been done since. `None`: all are.
    """
    by_process: dict[str, list[Obligation]] = {}
    for owed in obligations:
        if owed.process and owed.started_on is not None and owed.started_on <= on:
            by_process.setdefault(owed.process, []).append(owed)
    return tuple(_of_process(name, owed, rulebook, on, heard_to) for name, owed in sorted(by_process.items()))


def counts_for_a_body(duty_holder: str, limit_force: str, started_basis: str) -> bool:
    """Tell whether days past a duty's date count for whoever owes it: no family's, no local target's, of a receipt confirmed."""
    return duty_holder != "family" and limit_force != "policy" and started_basis not in UNCONFIRMED


def _of_process(
    process: str, obligations: Sequence[Obligation], rulebook: Rulebook, on: date, heard_to: date | None
) -> Outstanding:
    start = min(owed.started_on for owed in obligations if owed.started_on)
    timed = [owed for owed in obligations if owed.due_on is not None and owed.state not in ("conditional", "not_owed")]
    ended = _ended(timed)
    ended = max(ended, start) if ended else None  # what lapsed before it began was never owed
    end = min(on, ended or on)
    late = [days for owed in timed if (days := _late(owed, rulebook, end, heard_to)) is not None]
    spans = tuple(_spans(start + _DAY, end, timed, late))
    return Outstanding(
        process=process,
        started_on=start,
        ended_on=ended if ended is not None and ended <= on else None,
        elapsed_days=(end - start).days,
        in_time_days=sum(span.days for span in spans if not span.bodies),
        sole_days=sum(span.days for span in spans if len(span.bodies) == 1),
        shared_days=sum(span.days for span in spans if len(span.bodies) > 1),
        spans=spans,
        bodies=tuple(_of_body(body, spans, late) for body in sorted({days.body for days in late})),
    )


def _ended(timed: Sequence[Obligation]) -> date | None:
    if not timed or any(owed.state not in _OVER for owed in timed):
        return None
    return max(owed.done_on or owed.due_on or date.min for owed in timed)


def _late(owed: Obligation, rulebook: Rulebook, end: date, heard_to: date | None) -> _Late | None:
    if owed.state not in _LATE or owed.due_on is None or owed.rule not in rulebook.by_id:
        return None
    if not counts_for_a_body(owed.duty_holder, owed.limit_force, owed.started_basis):
        return None
    last = owed.done_on if owed.state == "met_late" else min(end, heard_to or end)
    last = min(last or end, end)
    body = owed.body or owed.area
    return _Late(owed.due_on + _DAY, last, body, owed.obligation) if owed.due_on < last else None


def _spans(first: date, end: date, timed: Sequence[Obligation], late: Sequence[_Late]) -> Iterable[Span]:
    """Cut the days wherever something begins or ends, and join those between which nothing changed."""
    cuts = {first, end + _DAY}
    for owed in timed:
        cuts |= {day + _DAY for day in (owed.started_on, _done(owed)) if day is not None}
    for days in late:
        cuts |= {days.first, days.last + _DAY}
    ordered = sorted(day for day in cuts if first <= day <= end + _DAY)
    found: list[Span] = []
    for day, after in pairwise(ordered):
        there = sorted((one for one in late if one.first <= day <= one.last), key=lambda one: one.obligation)
        span = Span(
            day, after - _DAY, _awaited(timed, day), tuple(sorted({one.body for one in there})),
            tuple(one.obligation for one in there),
        )  # fmt: skip
        if _is_same(found, span):
            found[-1] = Span(found[-1].first, span.last, span.step, span.bodies, span.because)
        else:
            found.append(span)
    return found


def _is_same(found: Sequence[Span], span: Span) -> bool:
    last = found[-1] if found else None
    return last is not None and (last.step, last.bodies, last.because) == (span.step, span.bodies, span.because)


def _awaited(timed: Sequence[Obligation], day: date) -> str:
    """Return the rule whose due date comes first among the duties under way on a day."""
    under_way = [
        (owed.due_on, owed.rule)
        for owed in timed
        if owed.due_on is not None
        and owed.started_on is not None
        and owed.started_on < day <= (_done(owed) or date.max)
    ]
    return min(under_way)[1] if under_way else NOTHING_AWAITED


def _done(owed: Obligation) -> date | None:
    if owed.state in _OVER:
        return owed.done_on
    return owed.done_on if owed.state in ("exempt", "exempt_claimed") else None


def _of_body(body: str, spans: Sequence[Span], late: Sequence[_Late]) -> BodyDays:
    mine = [span for span in spans if body in span.bodies]
    return BodyDays(
        body,
        sum(span.days for span in mine if len(span.bodies) == 1),
        sum(span.days for span in mine if len(span.bodies) > 1),
        tuple(sorted(days.obligation for days in late if days.body == body)),
    )
