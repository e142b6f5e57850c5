"""Exceptions that were claimed in a case and do not reach a duty, each with the reason."""

from datetime import date
from typing import Any

import msgspec

from hub.domain.events.envelope import Event
from hub.domain.events.index import SNAKE
from hub.domain.facts import AreaFacts, Fact
from hub.domain.obligations import OF_LINES_ALONE, refused_claims
from hub.domain.rules import Rulebook
from hub.queries.desk import Desk

_EVENTS = (
    "SELECT j.body FROM journal j JOIN attribution a ON a.area = j.area AND a.event = j.id AND a.known_to IS NULL"
    " WHERE j.area = :area AND a.child = :child AND j.kind = 'event' AND j.body <> '' ORDER BY j.slot, j.revision"
)


def refused(desk: Desk, rulebook: Rulebook, duty: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the claims refused for one duty, as at the area's last tick; call it for a duty that may be seen.

    Args:
        duty: Row of the table `obligation`.
    """
    rule, area = rulebook.by_id.get(duty["rule"]), duty["area"]
    ticked = desk.select("SELECT tick_on, tick_facts FROM area WHERE area = :area", area=area)
    if rule is None or not rule.exemptions or not ticked or not ticked[0]["tick_facts"]:
        return []
    facts = _facts(desk, area, duty["child"])
    shared, on = msgspec.json.decode(ticked[0]["tick_facts"], type=AreaFacts), date.fromisoformat(ticked[0]["tick_on"])
    found = refused_claims(duty["child"], shared, facts, on, rulebook).get(duty["obligation"], ())
    return [
        {"event": one.event, "ground": one.ground, "since": one.since.isoformat(), "reason": one.reason}
        for one in found
    ]


def _facts(desk: Desk, area: str, child: str) -> list[Fact]:
    """Return the child's live facts: of each slot the last revision, without those withdrawn."""
    last = {}
    for row in desk.select(_EVENTS, area=area, child=child):
        event = msgspec.json.decode(row["body"], type=Event)
        last[event.slot] = event
    return [
        Fact(SNAKE[e.type], e.id, e.slot, e.source, e.occurred_on, e.recorded_at, e.data)
        for e in last.values()
        if e.type != "SourceRecordWithdrawn" and SNAKE.get(e.type, "") not in OF_LINES_ALONE
    ]
