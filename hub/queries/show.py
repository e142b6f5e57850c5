"""The read views, one definition for `hub show`, `hub sql` and the data dictionary: columns, and who may see which rows."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from hub.queries import measure_view
from hub.queries.conditions import (
    Condition,
    all_of,
    one_of,
    visible_alerts,
    visible_children,
    visible_obligations,
)
from hub.queries.desk import Desk

_LISTS = ("because", "waits_for")


class View(Struct, frozen=True):
    """One read view.

    Attributes:
        select: Query with one `{}`, or with `{0}`, for the condition on who may see a row.
        order: Columns that order it.
        visible: That condition, from the desk.
        columns: Name and meaning, in order.
    """

    select: str
    order: str
    visible: Callable[[Desk], Condition]
    columns: dict[str, str]


def _child(desk: Desk) -> Condition:
    return visible_children(desk.access, desk.codes)


def _duty(desk: Desk) -> Condition:
    return visible_obligations(desk.access, desk.codes)


def _alert(desk: Desk) -> Condition:
    return visible_alerts(desk.access, desk.codes)


def _area(desk: Desk) -> Condition:
    return one_of("t.area", "area", desk.access.areas)


def _subject(desk: Desk) -> Condition:
    """Facts about a child pass with the child; facts that the area shares pass with the area."""
    area = _area(desk)
    there = all_of(area, visible_children(desk.access, desk.codes))
    return Condition(
        f"({there.sql} OR (t.subject_kind IN ('institution', 'area') AND {area.sql}))",
        there.parameters | area.parameters,
    )


VIEWS: dict[str, View] = {
    "record": View(
        "SELECT c.area AS area, c.child AS child, c.reference AS reference,"
        " (SELECT count(*) FROM source_record r WHERE r.area = c.area AND r.child = c.child AND r.known_to IS NULL) AS source_records,"
        " (SELECT count(*) FROM obligation o WHERE o.area = c.area AND o.child = c.child) AS obligations,"
        " (SELECT count(*) FROM obligation o WHERE o.area = c.area AND o.child = c.child AND o.state = 'overdue') AS overdue,"
        " CASE WHEN EXISTS (SELECT 1 FROM quarantine q WHERE q.area = c.area AND q.child = c.child) THEN 0 ELSE 1 END AS assessed,"
        " COALESCE((SELECT l.to_area FROM left_area l WHERE l.area = c.area AND l.child = c.child), '') AS left_to,"
        " (SELECT l.left_on FROM left_area l WHERE l.area = c.area AND l.child = c.child) AS left_on"
        " FROM child c WHERE {}",
        "area, child", _child,
        {
            "area": "code of the authority's area",
            "child": "the child's id in the area; never a number of another body",
            "reference": "short case reference shown to people in place of a name",
            "source_records": "how many agencies' records are linked to the child now",
            "obligations": "how many duties are known for the child",
            "overdue": "how many of them are overdue as at the area's last tick",
            "assessed": "0 while the child is in quarantine and not assessed",
            "left_to": "area that answers for the child now, where the record here is closed; else empty",
            "left_on": "since when",
        },
    ),
    "event": View(
        "SELECT t.area AS area, t.id AS id, t.slot AS slot, t.revision AS revision, t.type AS type, a.child AS child,"
        " t.source AS source, t.occurred_on AS occurred_on, t.recorded_at AS recorded_at,"
        " CASE WHEN t.type <> 'SourceRecordWithdrawn' AND t.body <> '' AND NOT EXISTS (SELECT 1 FROM journal n"
        " WHERE n.area = t.area AND n.slot = t.slot AND n.kind = 'event' AND n.revision > t.revision) THEN 1 ELSE 0 END AS live"
        " FROM journal t LEFT JOIN attribution a ON a.area = t.area AND a.event = t.id AND a.known_to IS NULL"
        " LEFT JOIN child c ON c.area = a.area AND c.child = a.child WHERE t.kind = 'event' AND {}",
        "area, slot, revision", _subject,
        {
            "area": "code of the authority's area",
            "id": "the event's id: keyed name of slot, revision and content",
            "slot": "the fact's place in its source",
            "revision": "1, 2, 3 …: the highest one is what the source says now",
            "type": "name of the event",
            "child": "whose it is now; empty for what the area shares",
            "source": "the source that told it",
            "occurred_on": "local date of the fact",
            "recorded_at": "when our intake had it",
            "live": "1 if it holds now: the highest revision of its slot, and not withdrawn",
        },
    ),
    "obligation": View(
        "SELECT o.obligation AS obligation, o.child AS child, o.area AS area, o.rule AS rule, o.process AS process,"
        " o.advice_request AS advice_request, o.body AS body, o.duty_holder AS duty_holder, o.duty_force AS duty_force,"
        " o.limit_force AS limit_force, o.started_on AS started_on, o.started_basis AS started_basis, o.due_on AS due_on,"
        " o.state AS state, o.was_late_by AS was_late_by, o.known_late_since AS known_late_since, o.because AS because"
        " FROM obligation o JOIN child c ON c.area = o.area AND c.child = o.child WHERE {}",
        "area, obligation", _duty,
        {
            "obligation": "the duty's id: hash of area, child, rule, body and the advice request or the process",
            "child": "for whom",
            "area": "code of the authority's area",
            "rule": "id of the rule in hub/rules",
            "process": "the source's key of the process",
            "advice_request": "key of the one request for advice, for duties to give advice",
            "body": "code of the body that owes it; empty for the area's own authority",
            "duty_holder": "kind of holder: local_authority, health, school, psychology, social_care …",
            "duty_force": "force of the duty: act, regulation, code, policy …",
            "limit_force": "force of its time limit",
            "started_on": "day 0, not counted",
            "started_basis": "how receipt is known: acknowledged, portal_timestamp, deemed, unknown; empty where it does not matter",
            "due_on": "last day in time, inclusive; empty without a limit",
            "state": "open, at_risk, overdue, met, met_late, not_known … (house words in the glossary)",
            "was_late_by": "days late, once discharged late",
            "known_late_since": "first day on which the hub could say that it is late",
            "because": "ids of the events behind it, the starting one first",
        },
    ),
    "measure": View(measure_view.SELECT, measure_view.ORDER, _duty, measure_view.COLUMNS),
    "provision": View(
        "SELECT p.child AS child, p.line AS line, p.period AS period, p.promised AS promised, p.delivered AS delivered,"
        " p.missed_by_provider AS missed_by_provider, p.missed_by_child AS missed_by_child, p.not_reported AS not_reported,"
        " p.state AS state, p.area AS area FROM provision p JOIN child c ON c.area = p.area AND c.child = p.child WHERE {}",
        "area, child, line, period", _child,
        {
            "child": "for whom",
            "line": "key of the provision line in the plan",
            "period": "Monday of the school week",
            "promised": "sessions (or minutes) that the line promises in the week",
            "delivered": "recorded as delivered",
            "missed_by_provider": "recorded as missed for the provider's reasons",
            "missed_by_child": "recorded as missed for the child's or family's reasons",
            "not_reported": "promised and neither delivered nor missed by any record",
            "state": "judged, or not_reported where no named source reports the line",
            "area": "code of the authority's area",
        },
    ),
    "alert": View(
        'SELECT a.alert AS alert, a.obligation AS obligation, a.role AS role, a.body AS body, a."to" AS "to",'
        ' a.state AS state, a."on" AS "on", a.reason AS reason, a.text AS text, a.announced AS announced, a.area AS area'
        " FROM alert a LEFT JOIN child c ON c.area = a.area AND c.child = a.child"
        " LEFT JOIN obligation o ON o.area = a.area AND o.obligation = a.obligation WHERE {}",
        "area, alert", _alert,
        {
            "alert": "the alert's id: hash of obligation, state announced and how often before",
            "obligation": "the duty it is about; empty for a silent feed, a shortfall or a summary",
            "role": "role of the people it is for",
            "body": "body it is about",
            "to": "references of the people it is for",
            "state": "raised, retracted, closed, backlog or shadow",
            "on": "day of its present state",
            "reason": "why these people, while it runs; then why it ended",
            "text": "what it says; never a name",
            "announced": "the state of the duty that was announced",
            "area": "code of the authority's area",
        },
    ),
    "delivery": View(
        'SELECT d.delivery AS delivery, d.alert AS alert, d.kind AS kind, d.channel AS channel, d."to" AS "to",'
        ' d.state AS state, d."on" AS "on", d.area AS area FROM delivery d JOIN alert a ON a.area = d.area AND a.alert = d.alert'
        " LEFT JOIN child c ON c.area = a.area AND c.child = a.child"
        " LEFT JOIN obligation o ON o.area = a.area AND o.obligation = a.obligation WHERE {}",
        "area, delivery", _alert,
        {
            "delivery": "the delivery's id; the Message-ID of a mail is made of it",
            "alert": "what is delivered",
            "kind": "immediate, digest, retraction or summary",
            "channel": "email, or outbox for a folder",
            "to": "address",
            "state": "pending, sent, cancelled or failed",
            "on": "day of its present state",
            "area": "code of the authority's area",
        },
    ),
    "source_record": View(
        "SELECT r.source AS source, r.local_id AS local_id, r.child AS child, r.how AS how, r.area AS area FROM source_record r"
        " JOIN child c ON c.area = r.area AND c.child = r.child WHERE r.known_to IS NULL AND {}",
        "area, source, local_id", _child,
        {
            "source": "the source",
            "local_id": "the source's own key of the person",
            "child": "the child it is linked to now",
            "how": "what put it there: provisional (it began the child), nhs_number, upn, score (names, birth date and home weighed),"
            " superseded (an NHS number was replaced), leaves (a number contradicts its former child), displaced (another"
            " record of its source fits better), decided (by a person)",
            "area": "code of the authority's area",
        },
    ),
    "audit": View(
        "SELECT t.actor AS actor, t.role AS role, t.purpose AS purpose, t.action AS action, t.at AS at, t.area AS area"
        " FROM audit t WHERE {}",
        "at, area, actor, action", _area,
        {
            "actor": "who",
            "role": "in which role",
            "purpose": "for which lawful purpose",
            "action": "what was read or done; never a name of a child",
            "at": "when, UTC",
            "area": "code of the authority's area",
        },
    ),
}  # fmt: skip


AUDITORS = ("assurance", "operations")
"""Roles that read the audit."""


def show(desk: Desk, kind: str, area: str = "") -> Iterator[dict[str, Any]]:
    """Yield the rows of a read view that the desk may see, in order; lists are read out of their JSON.

    Args:
        desk: Who asks, and for what.
        kind: Name of a view.
        area: Only this area; empty for all.
    """
    view = VIEWS[kind]
    desk.audit(f"show {kind}")
    visible = view.visible(desk) if kind != "audit" or desk.access.role in AUDITORS else Condition("1 = 0")
    inner = f"SELECT * FROM ({view.select}) shown WHERE (:only = '' OR area = :only) ORDER BY {_quoted(view.order)}"
    for row in desk.select(inner, visible, only=area):
        for name in _LISTS:
            if name in row:
                row[name] = json.loads(row[name])
        yield {name: row[name] for name in view.columns}


def _quoted(columns: str) -> str:
    return ", ".join(f'"{name.strip()}"' for name in columns.split(","))
