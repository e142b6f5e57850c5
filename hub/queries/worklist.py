"""The worklist: what an officer has to see today, and enough beside each duty to act on it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from hub.queries.conditions import ALWAYS, Condition, all_of, is_there, one_of, visible_alerts, visible_obligations
from hub.queries.contacts import Reached, case_owners
from hub.queries.desk import Desk, day
from hub.queries.events import QUIET, SESSIONS, EventSeen, live_events, visible_types
from hub.queries.obligations import FIELDS, FROM, Duty, as_duty, duties
from hub.queries.people import Called, called

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "health": ("overdue", "past_due_unconfirmed", "at_risk", "open"),
    "social_care": ("overdue", "past_due_unconfirmed", "at_risk", "open"),
    "school": ("overdue", "past_due_unconfirmed", "at_risk", "open"),
    "area": ("overdue", "sent_not_recorded", "past_due_unconfirmed", "at_risk", "open"),
    "quality": ("not_known", "sent_not_recorded", "past_due_unconfirmed"),
    "none": (),
}
"""States listed, in the order of the page, by scope. What is sent but not recorded is the council's to mend."""

OUTSTANDING = ("open", "at_risk", "overdue", "past_due_unconfirmed", "not_known", "sent_not_recorded")
STATUTORY = ("act", "regulation", "tribunal_rule", "case")
_PAST = ("overdue", "past_due_unconfirmed", "sent_not_recorded", "not_known")
_MATCHING = "b.area = o.area AND b.obligation = o.obligation AND b.announced = o.state"
_RAISED = f"EXISTS (SELECT 1 FROM alert b WHERE {_MATCHING} AND b.state = 'raised')"
_QUIET = f"EXISTS (SELECT 1 FROM alert b WHERE {_MATCHING} AND b.state IN ('backlog', 'shadow'))"
_SNOOZED = (
    "EXISTS (SELECT 1 FROM alert b JOIN answer n ON n.area = b.area AND n.alert = b.alert"
    f" WHERE {_MATCHING} AND b.state = 'raised' AND n.kind = 'snooze' AND n.\"until\" > r.tick_on)"
)
IS_ANNOUNCED = Condition(f"({_RAISED} OR NOT {_QUIET})")
"""Neither in the backlog of what was late before the area went live, nor of a rule that is still in shadow."""
IS_SNOOZED, IS_AWAKE = Condition(_SNOOZED), Condition(f"NOT {_SNOOZED}")


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
    answers: tuple[Answered, ...]
    last: EventSeen | None
    others: tuple[Duty, ...]
    next_at_risk: Duty | None
    owner: Reached | None


class Section(Struct, frozen=True):
    """Duties of one state.

    Attributes:
        count: How many there are in all.
        after: Where the next page begins; empty at the end.
    """

    state: str
    count: int
    rows: tuple[WorkRow, ...] = ()
    after: str = ""


class Notice(Struct, frozen=True):
    """An alert without a duty of the law behind it, or one that was withdrawn."""

    area: str
    alert: str
    child: str
    reference: str
    name: str
    rule: str
    on: date | None
    reason: str
    text: str


class Worklist(Struct, frozen=True):
    """The page's content.

    Attributes:
        as_at: Area to the date of its last tick.
        backlog: How many duties were late before the area went live.
        not_known: How many duties cannot be judged because a feed is silent.
    """

    as_at: dict[str, date | None]
    sections: tuple[Section, ...]
    snoozed: Section
    shortfalls: tuple[Notice, ...]
    retracted: tuple[Notice, ...]
    backlog: int
    not_known: int


def worklist(desk: Desk, state: str = "", after: str = "", limit: int = 20) -> Worklist:
    """Return the worklist of the actor's role.

    Args:
        desk: Who asks.
        state: Only the section of that state; all where it is empty.
        after: Key after which that section goes on.
        limit: Rows in a section.
    """
    desk.audit("worklist")
    states = SECTIONS[desk.access.scope]
    counts = _counts(desk, states)
    wanted = [one for one in states if state in ("", one)]
    listed = {one: _page(desk, one, after if state else "", limit) for one in wanted if counts.get(one)}
    asleep = duties(desk, all_of(_of_states(states), IS_SNOOZED, IS_ANNOUNCED), _ORDER, limit) if not state else []
    rows = _enriched(desk, [duty for page, _ in listed.values() for duty in page] + asleep)
    sections = [
        Section(
            one,
            counts.get(one, 0),
            tuple(rows[d.obligation] for d in listed.get(one, ([], ""))[0]),
            listed.get(one, ([], ""))[1],
        )
        for one in wanted
    ]
    return Worklist(
        {area.area: area.on for area in desk.areas.values()},
        tuple(sections),
        Section("snoozed", len(asleep), tuple(rows[duty.obligation] for duty in asleep)),
        tuple(_notices(desk, "a.announced = 'shortfall' AND a.state = 'raised'")),
        tuple(_notices(desk, "a.state = 'retracted'")[:5]),
        _count(desk, Condition(f"({_QUIET} AND NOT {_RAISED})"), _PAST),
        _count(desk, ALWAYS, ("not_known",)),
    )  # fmt: skip


_ORDER = "COALESCE(o.due_on, '9999-12-31'), o.obligation"


def _page(desk: Desk, state: str, after: str, limit: int) -> tuple[list[Duty], str]:
    due_on, _, obligation = after.partition("~")
    going_on = Condition(
        "(COALESCE(o.due_on, '9999-12-31') > :after_due OR"
        " (COALESCE(o.due_on, '9999-12-31') = :after_due AND o.obligation > :after_id))",
        {"after_due": due_on, "after_id": obligation},
    )
    found = duties(
        desk, all_of(_of_states([state]), IS_ANNOUNCED, IS_AWAKE, going_on if after else ALWAYS), _ORDER, limit + 1
    )
    page = found[:limit]
    return page, key_of(page[-1]) if len(found) > limit else ""


def key_of(duty: Duty) -> str:
    """Return where a duty stands in the order of a section."""
    return f"{duty.due_on or '9999-12-31'}~{duty.obligation}"


def _of_states(states: Iterable[str]) -> Condition:
    return one_of("o.state", "state", list(states))


def _counts(desk: Desk, states: Iterable[str]) -> dict[str, int]:
    rows = desk.select(
        f"SELECT o.state, COUNT(*) AS n {FROM} WHERE {{}} AND {{}} GROUP BY o.state ORDER BY o.state",
        visible_obligations(desk.access, desk.codes),
        all_of(_of_states(states), IS_ANNOUNCED, IS_AWAKE),
    )
    return {row["state"]: row["n"] for row in rows}


def _count(desk: Desk, where: Condition, states: Iterable[str]) -> int:
    rows = desk.select(
        f"SELECT COUNT(*) AS n {FROM} WHERE {{}} AND {{}}",
        visible_obligations(desk.access, desk.codes),
        all_of(where, _of_states(states)),
    )
    return int(rows[0]["n"])


def _notices(desk: Desk, where: str) -> list[Notice]:
    rows = desk.select(
        'SELECT a.area, a.alert, a.child, a.rule, a."on", a.reason, a.text, c.reference FROM alert a'
        " LEFT JOIN child c ON c.area = a.area AND c.child = a.child"
        " LEFT JOIN obligation o ON o.area = a.area AND o.obligation = a.obligation"
        f" WHERE {{}} AND {where} AND COALESCE(a.child, '') <> '' ORDER BY a.\"on\" DESC, a.alert LIMIT 50",
        visible_alerts(desk.access, desk.codes),
    )
    names = called(desk, {row["child"]: row["reference"] or "" for row in rows})
    return [
        Notice(
            row["area"], row["alert"], row["child"], row["reference"] or "", names[row["child"]].name,
            row["rule"] or "",
            day(row["on"]), row["reason"] or "", row["text"] or "",
        )
        for row in rows
    ]  # fmt: skip


def enriched(desk: Desk, found: list[Duty]) -> list[WorkRow]:
    """Return visible duties with all that stands beside them, in the order given."""
    rows = _enriched(desk, found)
    return [rows[duty.obligation] for duty in found]


def _enriched(desk: Desk, found: list[Duty]) -> dict[str, WorkRow]:
    if not found:
        return {}
    children = {duty.child: duty.reference for duty in found}
    names = called(desk, children)
    events = _by_child(
        live_events(desk, children, [t for t in visible_types(desk.access) if t not in (*QUIET, *SESSIONS)])
    )
    siblings = _siblings(desk, children)
    alerts, answers = _alerts(desk, found)
    owners = case_owners(desk, {(duty.area, duty.child) for duty in found}, events)
    rows = {}
    for duty in found:
        alert, heard = alerts.get((duty.area, duty.obligation, duty.state), ""), events.get(duty.child, [])
        rows[duty.obligation] = WorkRow(
            duty, names[duty.child].as_known_to(desk.code_of(duty.body)), desk.name_of_body(duty.body, duty.area), _asked_on(duty, heard), alert,
            tuple(answers.get((duty.area, alert), ())), _last(duty, heard), _others(duty, siblings),
            _next_at_risk(desk, duty, siblings), owners.get((duty.area, duty.child)),
        )  # fmt: skip
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
        f"SELECT {FIELDS}, c.reference {FROM} WHERE {{}} AND {{}} AND {{}} ORDER BY {_ORDER}",
        is_there(desk.access),
        one_of("o.child", "of_child", sorted(children)),
        _of_states(OUTSTANDING),
    )
    return [as_duty(desk, row) for row in rows]


def _alerts(
    desk: Desk, found: list[Duty]
) -> tuple[dict[tuple[str, str, str], str], dict[tuple[str, str], list[Answered]]]:
    wanted = one_of("a.obligation", "of_duty", sorted({duty.obligation for duty in found}))
    rows = desk.select(
        "SELECT a.area, a.alert, a.obligation, a.announced FROM alert a"
        " LEFT JOIN child c ON c.area = a.area AND c.child = a.child"
        " LEFT JOIN obligation o ON o.area = a.area AND o.obligation = a.obligation"
        " WHERE {} AND {} AND a.state = 'raised' ORDER BY a.alert",
        visible_alerts(desk.access, desk.codes),
        wanted,
    )
    alerts = {(row["area"], row["obligation"], row["announced"]): row["alert"] for row in rows}
    return alerts, answers_to(desk, alerts.values())


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
