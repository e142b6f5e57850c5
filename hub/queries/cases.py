"""All that stands beside a duty so that somebody can act on it: names, events, other advice, the next date, answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from hub.queries.conditions import is_there, one_of, visible_alerts
from hub.queries.contacts import Reached, case_owners
from hub.queries.desk import Desk
from hub.queries.events import QUIET, SESSIONS, EventSeen, live_events, visible_types
from hub.queries.obligations import BY_DUE_DATE, FIELDS, FROM, Duty, as_duty
from hub.queries.people import Called, called

OUTSTANDING = ("open", "at_risk", "overdue", "past_due_unconfirmed", "not_known", "sent_not_recorded")
STATUTORY = ("act", "regulation", "tribunal_rule", "case")


class Answered(Struct, frozen=True):
    """What somebody answered to an alert."""

    kind: str
    actor: str
    reason: str
    until: str


class WorkRow(Struct, frozen=True):
    """One duty on the worklist.

    Attributes:
        owed_by: Name of the body that owes it.
        asked_on: Day the request was sent, where it is known apart from the day it was received (`duty.started_on`).
        alert: Id of the alert that was raised for this state; empty if none was.
        is_for_me: The alert is for the actor's role: only then may they answer it.
        last: Last event heard of in the matter.
        others: Other advice outstanding in the same process, by due date.
        next_at_risk: The next statutory date of the process that is still ahead.
        owner: Who works on the case at the council.
    """

    duty: Duty
    child: Called
    owed_by: str
    asked_on: date | None
    alert: str
    is_for_me: bool
    answers: tuple[Answered, ...]
    last: EventSeen | None
    others: tuple[Duty, ...]
    next_at_risk: Duty | None
    owner: Reached | None


def enriched(desk: Desk, found: Sequence[Duty]) -> list[WorkRow]:
    """Return visible duties with all that stands beside them, in the order given."""
    if not found:
        return []
    children = {duty.child: duty.reference for duty in found}
    names = called(desk, children)
    events = _by_child(
        live_events(desk, children, [t for t in visible_types(desk.access) if t not in (*QUIET, *SESSIONS)])
    )
    siblings = _siblings(desk, children)
    alerts, answers = _alerts(desk, found)
    owners = case_owners(desk, {(duty.area, duty.child) for duty in found}, events)
    rows = []
    for duty in found:
        alert, roles = alerts.get((duty.area, duty.obligation, duty.state), ("", ""))
        heard = events.get(duty.child, [])
        row = WorkRow(
            duty,
            names[duty.child].as_known_to(desk.code_of(duty.body)),
            desk.name_of_body(duty.body, duty.area),
            _asked_on(duty, heard),
            alert,
            may_answer(desk, roles),
            tuple(answers.get((duty.area, alert), ())),
            _last(duty, heard),
            _others(duty, siblings),
            _next_at_risk(desk, duty, siblings),
            owners.get((duty.area, duty.child)),
        )
        rows.append(row)
    return rows


def _by_child(events: list[EventSeen]) -> dict[str, list[EventSeen]]:
    found: dict[str, list[EventSeen]] = {}
    for event in events:
        found.setdefault(event.child, []).append(event)
    return found


def _siblings(desk: Desk, children: Iterable[str]) -> list[Duty]:
    """Every duty still outstanding for these children, whoever owes it: what the plan waits for is one matter."""
    if not desk.access.may_open:
        return []
    rows = desk.select(
        f"SELECT {FIELDS}, c.reference {FROM} WHERE {{}} AND {{}} AND {{}} ORDER BY {BY_DUE_DATE}",
        is_there(desk.access),
        one_of("o.child", "of_child", sorted(children)),
        one_of("o.state", "state", OUTSTANDING),
    )
    return [as_duty(desk, row) for row in rows]


def _alerts(
    desk: Desk, found: Sequence[Duty]
) -> tuple[dict[tuple[str, str, str], tuple[str, str]], dict[tuple[str, str], list[Answered]]]:
    wanted = one_of("a.obligation", "of_duty", sorted({duty.obligation for duty in found}))
    rows = desk.select(
        "SELECT a.area, a.alert, a.obligation, a.announced, a.role FROM alert a"
        " LEFT JOIN child c ON c.area = a.area AND c.child = a.child"
        " LEFT JOIN obligation o ON o.area = a.area AND o.obligation = a.obligation"
        " WHERE {} AND {} AND a.state = 'raised' ORDER BY a.alert",
        visible_alerts(desk.access, desk.codes),
        wanted,
    )
    alerts = {(row["area"], row["obligation"], row["announced"]): (row["alert"], row["role"]) for row in rows}
    return alerts, answers_to(desk, [alert for alert, _ in alerts.values()])


def may_answer(desk: Desk, roles: str) -> bool:
    """Tell whether the actor may answer an alert that is for these roles, joined by `;`."""
    return desk.access.may_answer and desk.actor.role in roles.split(";")


def answers_to(desk: Desk, alerts: Iterable[str]) -> dict[tuple[str, str], list[Answered]]:
    """Return the answers to visible alerts by area and alert, the latest first."""
    rows = desk.select(
        'SELECT n.area, n.alert, n.seq, n.kind, n.actor, n.reason, n."until" FROM answer n'
        " WHERE {} AND {} ORDER BY n.seq DESC",
        one_of("n.area", "of_area", tuple(desk.areas)),
        one_of("n.alert", "of_alert", sorted(set(alerts))),
    )
    found: dict[tuple[str, str], list[Answered]] = {}
    for row in rows:
        answer = Answered(row["kind"], row["actor"] or "", row["reason"] or "", row["until"] or "")
        found.setdefault((row["area"], row["alert"]), []).append(answer)
    return found


def _asked_on(duty: Duty, events: list[EventSeen]) -> date | None:
    start = next((e for e in events if duty.because and e.event == duty.because[0]), None)
    return _date(start.data, "sent_on") if start else None


def _last(duty: Duty, events: list[EventSeen]) -> EventSeen | None:
    """The last event of the same request; else of the same process; else of the child."""
    heard = [e for e in events if e.type != "CaseWorkerAssigned"]
    same_request = [e for e in heard if duty.advice_request and e.data.get("advice_request") == duty.advice_request]
    same_process = [e for e in heard if duty.process and e.data.get("process") == duty.process]
    by_body = [e for e in heard if duty.body and duty.body in (e.agency, e.data.get("body"), e.data.get("by_body"))]
    own = {e.event: e for e in (*same_request, *by_body)}
    candidates = list(own.values()) or same_process or heard
    return max(candidates, key=lambda e: (e.on or date.min, e.source, e.event), default=None)


def _others(duty: Duty, siblings: list[Duty]) -> tuple[Duty, ...]:
    return tuple(
        other
        for other in siblings
        if (other.area, other.child, other.process) == (duty.area, duty.child, duty.process)
        and other.advice_request
        and other.obligation != duty.obligation
    )


def _next_at_risk(desk: Desk, duty: Duty, siblings: list[Duty]) -> Duty | None:
    on = desk.areas[duty.area].on
    ahead = [
        other
        for other in siblings
        if (other.area, other.child) == (duty.area, duty.child)
        and other.obligation != duty.obligation
        and not other.advice_request
        and other.limit_force in STATUTORY
        and other.due_on is not None
        and (on is None or other.due_on >= on)
    ]
    same = [other for other in ahead if other.process == duty.process]
    return min(same or ahead, key=lambda d: (d.due_on or date.max, d.obligation), default=None)


def _date(data: Mapping[str, Any], name: str) -> date | None:
    text = data.get(name)
    return date.fromisoformat(str(text)[:10]) if text else None
