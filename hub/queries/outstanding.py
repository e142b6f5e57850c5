"""Days outstanding of a child's processes, as far as the desk may see the child and the feeds are complete."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

import msgspec
from msgspec import Struct

from hub.domain.errors import Conflict, Forbidden, NotFound
from hub.domain.obligation import Obligation, State
from hub.domain.outstanding import BodyDays, Outstanding, Span, counts_for_a_body
from hub.domain.outstanding import outstanding as count
from hub.domain.rules import Rule, Rulebook
from hub.queries.child import duties_of
from hub.queries.conditions import visible_children
from hub.queries.desk import Desk
from hub.queries.obligations import Duty
from hub.queries.processes import Process, is_live, processes

_KEPT = [name for name in Obligation.__struct_fields__ if name in Duty.__struct_fields__]
Leading = dict[str, str]
"""Event to the source whose word alone counts for it in an area."""


class Evidence(Struct, frozen=True):
    """One duty behind a body's days."""

    obligation: str
    rule: str
    due_on: date | None
    done_on: date | None
    state: str


class BodySeen(Struct, frozen=True):
    """Days on which one body was past its own date: alone, or with others; and the duties and dates that say so."""

    body: str
    name: str
    sole_days: int
    shared_days: int
    because: tuple[Evidence, ...]


class SpanSeen(Struct, frozen=True):
    """Days on which the same was awaited and the same bodies were past their date; both ends inclusive.

    Attributes:
        step: Rule whose due date is the next among those under way; empty where none was.
        bodies: Codes, in the order of `names`.
    """

    first: date
    last: date
    days: int
    step: str
    bodies: tuple[str, ...]
    names: tuple[str, ...]


class ProcessDays(Struct, frozen=True):
    """The days of one process. Numbers as in `hub.domain.outstanding.Outstanding`.

    Attributes:
        counted_to: Last day on which days past a date were counted: the feeds that would tell are complete to it.
        not_heard_days: Those of `in_time_days` that come later and on which somebody may have been past a date.
    """

    process: str
    kind: str
    started_on: date
    ended_on: date | None
    elapsed_days: int
    in_time_days: int
    sole_days: int
    shared_days: int
    counted_to: date
    not_heard_days: int
    spans: tuple[SpanSeen, ...]
    bodies: tuple[BodySeen, ...]


class ChildDays(Struct, frozen=True):
    """The processes of one child, the newest first, and the date they were judged on."""

    area: str
    child: str
    reference: str
    on: date | None
    processes: tuple[ProcessDays, ...]


def outstanding(desk: Desk, rulebook: Rulebook, child: str) -> ChildDays:
    """Return the days outstanding of a child, found by its id or its case reference.

    Raises:
        Forbidden: The role opens no single records, whoever it is about.
        NotFound: No such child, or not for this actor: the two are not told apart.
        Conflict: More than one child that the actor may see has that reference.
    """
    if not desk.access.may_open:
        desk.audit("outstanding refused")
        raise Forbidden(desk.actor.role, "open a record", "this role reads lists without names")
    rows = _rows(desk, child)
    desk.audit(f"outstanding {rows[0]['child']}" if len(rows) == 1 else "outstanding not found")
    if not rows:
        raise NotFound("child", "")
    if len(rows) > 1:
        raise Conflict("reference", "more than one child has it: ask by the child's id")
    (row,) = rows
    found = process_days(desk, rulebook, duties_of(desk, row["child"]))
    return ChildDays(row["area"], row["child"], row["reference"] or "", desk.areas[row["area"]].on, found)


def process_days(desk: Desk, rulebook: Rulebook, duties: Iterable[Duty]) -> tuple[ProcessDays, ...]:
    """Return the days of each process of one child's duties, the newest first."""
    found = (days_of(desk, rulebook, process) for process in processes(duties, rulebook))
    return tuple(one for one in found if one is not None)


def days_of(desk: Desk, rulebook: Rulebook, process: Process) -> ProcessDays | None:
    """Return the days of a process, of duties that the desk was given; `None` before the first tick or without a start.

    Rules on trial in the area count for nothing: nobody is told what they find.
    """
    area = desk.areas[process.duties[0].area]
    known = [duty for duty in process.duties if duty.due_on is not None and is_live(duty, area)]
    if area.on is None or not known or not (process.key or process.is_series):
        return None
    heard_to = _heard_to(desk, rulebook, known)
    owed = [_obligation(desk, duty) for duty in known]
    found = next(iter(count(owed, rulebook, area.on, heard_to)), None)
    return _seen(desk, process, found, min(area.on, heard_to or area.on), known) if found else None


def _rows(desk: Desk, child: str) -> list[dict[str, Any]]:
    sql = "SELECT c.area, c.child, c.reference FROM child c WHERE {} AND (c.child = :asked OR c.reference = :asked)"
    return desk.select(sql + " ORDER BY c.area, c.child", visible_children(desk.access, desk.codes), asked=child)


def _obligation(desk: Desk, duty: Duty) -> Obligation:
    """Return a duty as the domain knows it, all of one process, its body by that body's own code."""
    kept = {name: getattr(duty, name) for name in _KEPT}
    kept |= {"process": "1", "body": desk.code_of(duty.body), "state": cast(State, duty.state)}
    return Obligation(**kept)


def _heard_to(desk: Desk, rulebook: Rulebook, duties: Iterable[Duty]) -> date | None:
    """Return the last day up to which every duty that is overdue could have been told done; `None` if none is."""
    late = [duty for duty in duties if duty.rule in rulebook.by_id and _may_count(duty)]
    if not late:
        return None
    leading = _leading(desk, late[0].area)
    return min(_told_to(desk, duty, rulebook.by_id[duty.rule], leading) for duty in late)


def _may_count(duty: Duty) -> bool:
    return duty.state == "overdue" and counts_for_a_body(duty.duty_holder, duty.limit_force, duty.started_basis)


def _told_to(desk: Desk, duty: Duty, rule: Rule, leading: Leading) -> date:
    told = [
        feed.complete_to
        for feed in desk.feeds.values()
        if feed.complete_to and feed.area == duty.area and rule.may_be_told_by(feed.connector, feed.source, leading)
    ]
    return max(told, default=duty.due_on or date.min)


def _leading(desk: Desk, area: str) -> Leading:
    rows = desk.select('SELECT "leading" FROM area WHERE area = :area', area=area)
    return msgspec.json.decode(rows[0]["leading"] or "{}", type=Leading) if rows else {}


def _seen(desk: Desk, process: Process, found: Outstanding, to: date, duties: Sequence[Duty]) -> ProcessDays:
    area = duties[0].area
    by_id = {duty.obligation: duty for duty in duties}
    return ProcessDays(
        process.key, process.kind, found.started_on, found.ended_on, found.elapsed_days, found.in_time_days,
        found.sole_days, found.shared_days, to, sum(span.days for span in found.spans if span.first > to and not span.bodies),
        tuple(_span(desk, area, span) for span in found.spans),
        tuple(_body(desk, area, body, by_id) for body in found.bodies),
    )  # fmt: skip


def _span(desk: Desk, area: str, span: Span) -> SpanSeen:
    names = tuple(desk.name_of_body(body, area) for body in span.bodies)
    return SpanSeen(span.first, span.last, span.days, span.step, span.bodies, names)


def _body(desk: Desk, area: str, body: BodyDays, by_id: dict[str, Duty]) -> BodySeen:
    behind = [by_id[one] for one in body.because]
    because = tuple(Evidence(d.obligation, d.rule, d.due_on, d.done_on, d.state) for d in behind)
    return BodySeen(body.body, desk.name_of_body(body.body, area), body.sole_days, body.shared_days, because)
