"""How an area's sources fit together: how complete each is, how well joined, and what of it fits nothing."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from hub.domain.events.index import SNAKE
from hub.domain.rules import Rulebook
from hub.ports import Reader
from hub.queries.explain import bodies_of


def reconcile(reader: Reader, area: str, rulebook: Rulebook) -> dict[str, Any]:
    """Return, per source of the area, how complete and how well joined it is, and what of it fits nothing.

    Restricted children are left out, but for the rows that files held. `live_but_never_told` lists rules that are live and
    whose discharge no source of the area has ever told: what nobody records looks like what nobody did.
    """
    sql = (
        "SELECT r.source, r.child, p.nhs_number, p.upn FROM source_record r"
        " JOIN child c ON c.area = r.area AND c.child = r.child AND c.restricted = 0"
        " LEFT JOIN person p ON p.area = r.area AND p.source = r.source AND p.local_id = r.local_id"
        " WHERE r.area = :area AND r.known_to IS NULL"
    )
    feeds = reader.select("SELECT * FROM feed WHERE area = :area ORDER BY source", area=area)
    agency = {row["source"]: row["agency"] for row in feeds}
    records: dict[str, list[dict[str, Any]]] = defaultdict(list)
    agencies: dict[str, set[str]] = defaultdict(set)
    for row in reader.select(sql, area=area):
        records[row["source"]].append(row)
        agencies[row["child"]].add(agency.get(row["source"], row["source"]))
    misfits, unknown = _misfits(reader, area), _unknown_bodies(reader, area)
    return {
        "area": area,
        "live_but_never_told": _never_told(reader, area, rulebook),
        "sources": [
            _source(reader, feed, records[feed["source"]], agencies)
            | misfits[feed["source"]]
            | {"unknown_bodies": sorted(unknown[feed["source"]])}
            for feed in feeds
        ],
    }


def _never_told(reader: Reader, area: str, rulebook: Rulebook) -> list[str]:
    rows = reader.select("SELECT modes FROM area WHERE area = :area", area=area)
    live = (
        {rule for rule, mode in msgspec.json.decode(rows[0]["modes"] or "{}").items() if mode == "live"}
        if rows
        else set()
    )
    sql = "SELECT DISTINCT type FROM journal WHERE area = :area AND kind = 'event'"
    told = {SNAKE.get(row["type"], "") for row in reader.select(sql, area=area)}
    return [
        rule.id
        for rule in rulebook.rules
        if rule.id in live
        and rule.limits
        and not rule.is_window
        and not any(d.event in told for d in rule.discharged_by)
    ]


def _source(
    reader: Reader, feed: dict[str, Any], rows: list[dict[str, Any]], agencies: dict[str, set[str]]
) -> dict[str, Any]:
    loads = reader.select(
        "SELECT load, read, refused, notes FROM load WHERE source = :s ORDER BY load", s=feed["source"]
    )
    notes = [note for row in loads for note in msgspec.json.decode(row["notes"] or "[]")]
    return {
        "source": feed["source"], "connector": feed["connector"], "agency": feed["agency"],
        "last_load": loads[-1]["load"] if loads else None, "last_load_at": feed["last_load_at"],
        "complete_to": feed["complete_to"], "rows": sum(row["read"] or 0 for row in loads),
        "refused": sum(row["refused"] or 0 for row in loads), "records": len(rows),
        "share_with_nhs_number_or_upn": _share(bool(row["nhs_number"] or row["upn"]) for row in rows),
        "share_joined_to_another_agency": _share(len(agencies[row["child"]]) > 1 for row in rows),
        "unmapped_codes": sum(count for _, reason, count in notes if "code" in reason),
    }  # fmt: skip


def _share(flags: Iterable[bool]) -> float | None:
    found = list(flags)
    return round(sum(found) / len(found), 4) if found else None


def _misfits(reader: Reader, area: str) -> dict[str, dict[str, int]]:
    """Per source: events that say that something is done and fit nothing; those about advice counted apart."""
    sql = (
        "SELECT j.source, j.type FROM unmatched u JOIN journal j ON j.area = u.area AND j.id = u.event"
        " JOIN child c ON c.area = u.area AND c.child = u.child AND c.restricted = 0 WHERE u.area = :area"
    )
    found: dict[str, dict[str, int]] = defaultdict(lambda: {"advice_without_a_request": 0, "unmatched_discharges": 0})
    for row in reader.select(sql, area=area):
        found[row["source"]]["advice_without_a_request"] += row["type"] in ("AdviceReceived", "AdviceSent")
        found[row["source"]]["unmatched_discharges"] += 1
    return found


def _unknown_bodies(reader: Reader, area: str) -> dict[str, set[str]]:
    """Per source: bodies that it asks for advice and that bodies.csv does not know."""
    known = bodies_of(reader, area)
    sql = (
        "SELECT j.source, j.body FROM journal j JOIN attribution a ON a.area = j.area AND a.event = j.id AND a.known_to IS NULL"
        " JOIN child c ON c.area = a.area AND c.child = a.child AND c.restricted = 0"
        " WHERE j.area = :area AND j.type = 'AdviceRequested' AND j.body <> ''"
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in reader.select(sql, area=area):
        body = msgspec.json.decode(row["body"])["data"].get("body", "")
        if body and body not in known:
            found[row["source"]].add(body)
    return found
