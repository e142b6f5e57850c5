"""One child's timeline: every clock with the events behind it, and provision by week."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct

from hub.domain.errors import Forbidden, NotFound
from hub.queries.cases import Answered, answers_to
from hub.queries.conditions import visible_alerts, visible_children
from hub.queries.contacts import Reached, case_owners
from hub.queries.desk import Desk, day
from hub.queries.events import SESSIONS, EventSeen, live_events, visible_types
from hub.queries.moves import Moved, moved
from hub.queries.obligations import FIELDS, FROM, NEVER_SHOWN, Duty, as_duty
from hub.queries.people import Called, called

EXEMPT = ("exempt", "exempt_claimed")


class Clock(Struct, frozen=True):
    """One duty, what started it and what was heard of it since.

    Attributes:
        events: Events behind it that the actor may see, by date.
        unseen: How many more there are that the actor's role does not see.
        exempt_from: First day of the exception that covers the due date; `None` without one.
        exempt_until: Its last day; `None` while open.
    """

    duty: Duty
    owed_by: str
    events: tuple[EventSeen, ...]
    unseen: int
    exempt_from: date | None = None
    exempt_until: date | None = None


class AlertSeen(Struct, frozen=True):
    """An alert about the child."""

    area: str
    alert: str
    obligation: str
    rule: str
    role: str
    to: str
    state: str
    announced: str
    on: date | None
    reason: str
    text: str
    answers: tuple[Answered, ...] = ()


class Week(Struct, frozen=True):
    """One line of provision in one school week, in the line's own unit."""

    period: date
    promised: float
    delivered: float
    missed_by_provider: float
    missed_by_child: float
    not_reported: float
    state: str


class Line(Struct, frozen=True):
    """One line of the plan's provision, and its weeks in order."""

    line: str
    section: str
    kind: str
    quantity: str
    delivered_by: str
    weeks: tuple[Week, ...]


class ChildView(Struct, frozen=True):
    """All that one page shows of a child.

    Attributes:
        moved: Where it went, if another area answers for it now: the record here is closed.
    """

    area: str
    area_name: str
    on: date | None
    child: Called
    owner: Reached | None
    clocks: tuple[Clock, ...]
    alerts: tuple[AlertSeen, ...]
    lines: tuple[Line, ...]
    events: tuple[EventSeen, ...]
    moved: Moved | None = None


def child_view(desk: Desk, child: str) -> ChildView:
    """Return what the actor may see of one child.

    Raises:
        Forbidden: The role opens no single records, whoever it is about.
        NotFound: No such child, or not for this actor: the two are not told apart.
    """
    if not desk.access.may_open:
        desk.audit("child refused")
        raise Forbidden(desk.actor.role, "open a record", "this role reads lists without names")
    row = _row(desk, child)
    desk.audit(f"child {child}" if row else "child not found")
    if row is None:
        raise NotFound("child", "")
    area = desk.areas[row["area"]]
    events = live_events(desk, [child], visible_types(desk.access))
    duties = duties_of(desk, child)
    owner = case_owners(desk, [(area.area, child)], {child: events}).get((area.area, child))
    return ChildView(
        area.area, area.name, area.on, called(desk, {child: row["reference"] or child[:8]})[child], owner,
        tuple(_clock(desk, duty, events) for duty in duties), tuple(alerts_about(desk, child)),
        tuple(_lines(desk, child, events)), tuple(e for e in events if e.type not in SESSIONS),
        moved(desk, area.area, child),
    )  # fmt: skip


def _row(desk: Desk, child: str) -> dict[str, Any] | None:
    rows = desk.select(
        "SELECT c.area, c.child, c.reference FROM child c WHERE {} AND c.child = :child",
        visible_children(desk.access, desk.codes),
        child=child,
    )
    return rows[0] if rows else None


def duties_of(desk: Desk, child: str) -> list[Duty]:
    """Return every duty known for a child whom the actor may see, in order of start; none for any other child."""
    rows = desk.select(
        f"SELECT {FIELDS}, c.reference {FROM} WHERE {{}} AND o.child = :child"
        " ORDER BY o.started_on, o.due_on, o.rule, o.obligation",
        visible_children(desk.access, desk.codes),
        child=child,
    )
    found = [as_duty(desk, row) for row in rows]
    return [duty for duty in found if duty.state not in NEVER_SHOWN]


def _clock(desk: Desk, duty: Duty, events: Iterable[EventSeen]) -> Clock:
    behind = [e for e in events if e.event in duty.because]
    claim = next((e for e in behind if e.type == "ExceptionClaimed"), None) if duty.state in EXEMPT else None
    return Clock(
        duty, desk.name_of_body(duty.body, duty.area), tuple(behind), len(set(duty.because)) - len(behind),
        (day(claim.data.get("since")) or claim.on) if claim else None, day(claim.data.get("until")) if claim else None,
    )  # fmt: skip


def alerts_about(desk: Desk, child: str) -> list[AlertSeen]:
    """Return the alerts about a child that the actor may see, the latest first."""
    return _alerts(desk, "a.child = :child", child=child)


def alert_view(desk: Desk, alert: str) -> tuple[AlertSeen, str]:
    """Return one alert and the child it is about (empty for a feed's).

    Raises:
        NotFound: No such alert, or not for this actor.
    """
    found = _alerts(desk, "a.alert = :alert", alert=alert)
    desk.audit(f"alert {alert}" if found else "alert not found")
    if not found:
        raise NotFound("alert", "")
    rows = desk.select("SELECT child FROM alert WHERE area = :area AND alert = :alert", area=found[0].area, alert=alert)
    return found[0], rows[0]["child"] or ""


def _alerts(desk: Desk, where: str, **parameters: object) -> list[AlertSeen]:
    rows = desk.select(
        'SELECT a.area, a.alert, a.obligation, a.rule, a.role, a."to", a.state, a.announced,'
        ' a."on", a.reason, a.text FROM alert a'
        " LEFT JOIN child c ON c.area = a.area AND c.child = a.child"
        " LEFT JOIN obligation o ON o.area = a.area AND o.obligation = a.obligation"
        f' WHERE {{}} AND {where} ORDER BY a."on" DESC, a.alert',
        visible_alerts(desk.access, desk.codes),
        **parameters,
    )
    answers = answers_to(desk, [row["alert"] for row in rows])
    return [_alert(row, tuple(answers.get((row["area"], row["alert"]), ()))) for row in rows]


def _alert(row: dict[str, Any], answers: tuple[Answered, ...]) -> AlertSeen:
    return AlertSeen(
        row["area"], row["alert"], row["obligation"] or "", row["rule"] or "", row["role"] or "", row["to"] or "",
        row["state"] or "", row["announced"] or "", day(row["on"]), row["reason"] or "", row["text"] or "", answers,
    )  # fmt: skip


def _lines(desk: Desk, child: str, events: Iterable[EventSeen]) -> list[Line]:
    rows = desk.select(
        "SELECT v.line, v.period, v.promised, v.delivered, v.missed_by_provider, v.missed_by_child,"
        " v.not_reported, v.state FROM provision v JOIN child c ON c.area = v.area AND c.child = v.child"
        " WHERE {} AND v.child = :child"
        " ORDER BY v.line, v.period",
        visible_children(desk.access, desk.codes),
        child=child,
    )
    specified = {e.data.get("line"): e for e in events if e.type == "ProvisionSpecified"}
    weeks: dict[str, list[Week]] = {}
    for row in rows:
        weeks.setdefault(row["line"], []).append(_week(row))
    return [_line(desk, line, specified.get(line), tuple(found)) for line, found in weeks.items()]


def _week(row: dict[str, Any]) -> Week:
    return Week(
        date.fromisoformat(row["period"]), row["promised"] or 0, row["delivered"] or 0, row["missed_by_provider"] or 0,
        row["missed_by_child"] or 0, row["not_reported"] or 0, row["state"] or "",
    )  # fmt: skip


def _line(desk: Desk, line: str, event: EventSeen | None, weeks: tuple[Week, ...]) -> Line:
    said = event.data if event else {}
    quantity = ""
    if said.get("quantity") and said.get("unit"):
        quantity = f"{said['quantity']:g} {said['unit']} per {said.get('per') or 'week'}"
    body = str(said.get("delivered_by") or "")
    name = desk.bodies[body].name if body in desk.bodies else body
    return Line(line, str(said.get("section") or ""), str(said.get("kind") or ""), quantity, name, weeks)
