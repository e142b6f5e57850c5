"""Exceptions that were claimed in a case and do not reach a duty, each with the reason."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from hub.domain.events.index import SNAKE
from hub.domain.facts import AreaFacts, Fact
from hub.domain.instants import day_in, instant
from hub.domain.obligations import OF_LINES_ALONE, refused_claims
from hub.domain.rules import Rulebook
from hub.queries.desk import Desk

_EVENTS = (
    "SELECT j.id, j.type, j.slot, j.source, j.occurred_on, j.recorded_at, j.body"
    " FROM journal j JOIN attribution a ON a.area = j.area AND a.event = j.id AND a.known_to IS NULL"
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
    rows = desk.select(_EVENTS, area=area, child=duty["child"])
    if not any(row["type"] == "ExceptionClaimed" for row in rows):
        return []
    facts = _facts(rows)
    shared, on = msgspec.json.decode(ticked[0]["tick_facts"], type=AreaFacts), date.fromisoformat(ticked[0]["tick_on"])
    found = refused_claims(duty["child"], shared, facts, on, rulebook).get(duty["obligation"], ())
    return [
        {"event": one.event, "ground": one.ground, "since": one.since.isoformat(), "reason": one.reason}
        for one in found
    ]


def _facts(rows: Iterable[dict[str, Any]]) -> list[Fact]:
    """Return the child's live facts: of each slot the last revision, without those withdrawn."""
    last = {row["slot"]: row for row in rows}
    return [
        Fact(
            SNAKE[row["type"]], row["id"], row["slot"], row["source"], day_in(row["occurred_on"]),
            instant(row["recorded_at"]), msgspec.json.decode(row["body"]).get("data", {}),
        )
        for row in last.values()
        if row["type"] in SNAKE and row["type"] != "SourceRecordWithdrawn" and SNAKE[row["type"]] not in OF_LINES_ALONE
    ]  # fmt: skip
