"""Why an obligation stands as it does, and whom it would be told to."""

from datetime import date
from typing import Any

import msgspec

from hub.domain.access import ROLES
from hub.domain.errors import NotFound
from hub.domain.facts import Body, by_code, stored_body
from hub.domain.instants import day_in
from hub.domain.routing import CaseWorker, Matter, contacts_of, route
from hub.domain.rules import Rulebook
from hub.ports import Reader
from hub.queries.claims import refused
from hub.queries.conditions import one_of, visible_obligations
from hub.queries.delays import Delays, delays_of, lateness, said
from hub.queries.desk import Desk, day
from hub.queries.moves import moved


def why(desk: Desk, rulebook: Rulebook, obligation: str) -> dict[str, Any]:
    """Return the rule, the arithmetic, the events, the feeds and the mode behind an obligation, and its alerts.

    Raises:
        NotFound: No such obligation, or not for this role.
    """
    desk.audit("why an obligation")
    sql = "SELECT o.* FROM obligation o JOIN child c ON c.area = o.area AND c.child = o.child WHERE o.obligation = :name AND {}"
    rows = desk.select(sql, visible_obligations(desk.access, desk.codes), name=obligation)
    if not rows:
        raise NotFound("obligation", obligation)
    row = rows[0]
    area, rule = desk.areas[row["area"]], rulebook.by_id.get(row["rule"])
    events = _events(desk, row["area"], msgspec.json.decode(row["because"]))
    told_by = rule.told_by if rule else ()
    feeds = [
        {"source": f.source, "connector": f.connector, "complete_to": f.complete_to.isoformat() if f.complete_to else None}
        for f in desk.feeds.values() if f.area == row["area"] and f.connector in told_by
    ]  # fmt: skip
    alerts = desk.select(
        'SELECT alert, state, announced, "on", reason, text FROM alert WHERE area = :area AND obligation = :name ORDER BY "on", alert',
        area=row["area"], name=obligation,
    )  # fmt: skip
    mode = area.modes.get(row["rule"], "shadow")
    gone = moved(desk, row["area"], row["child"])
    result = {
        "obligation": obligation, "rule": row["rule"], "duty": rule.duty if rule else "", "source": rule.source if rule else "",
        "limit_force": row["limit_force"], "started_on": row["started_on"], "started_basis": row["started_basis"],
        "due_on": row["due_on"], "state": row["state"],
        "was_late_by": row["was_late_by"], "known_late_since": row["known_late_since"],
        "as_at": area.on.isoformat() if area.on else None, "mode": mode,
        "live_from": area.live_from.isoformat() if area.live_from else None, "told_by": list(told_by), "feeds": feeds,
        "events": events, "alerts": alerts, "refused_claims": refused(desk, rulebook, row),
        "moved_to": gone.area if gone else None, "moved_on": gone.on.isoformat() if gone else None,
    }  # fmt: skip
    return result | {"words": _words(result)}


def _events(desk: Desk, area: str, ids: list[str]) -> list[dict[str, Any]]:
    if not ids:
        return []
    sql = "SELECT id, type, source, occurred_on, recorded_at, body FROM journal WHERE area = :area AND {}"
    rows = {row["id"]: row | _delayed(row) for row in desk.select(sql, one_of("id", "event", ids), area=area)}
    return [{name: v for name, v in rows[one].items() if name != "body"} for one in ids if one in rows]


def _delayed(row: dict[str, Any]) -> dict[str, Any]:
    return msgspec.structs.asdict(delays_of(row))


def _words(r: dict[str, Any]) -> list[str]:
    lines = [
        f"{r['rule']}: {r['duty']} ({r['source']})",
        f"started {r['started_on']}"
        + (f" (receipt {r['started_basis']})" if r["started_basis"] else "")
        + f", due {r['due_on'] or 'at no fixed date'}",
        f"state as at {r['as_at']}: {r['state']}",
    ]
    late = lateness(r["was_late_by"], day(r["known_late_since"]))
    lines += [late] if late else []
    lines += [
        f"  {e['type']} on {e['occurred_on']} from {e['source']}, recorded {e['recorded_at'][:10]}{_heard(e)}"
        for e in r["events"]
    ]
    lines += [
        f"  exception claimed from {c['since']} ({c['ground'].replace('_', ' ')}) does not reach it: {c['reason']}"
        for c in r["refused_claims"]
    ]
    lines += [f"  feed {f['source']} complete to {f['complete_to'] or 'no date'}" for f in r["feeds"]]
    if not r["feeds"]:
        lines.append(f"  no feed of this area tells its discharge ({', '.join(r['told_by'])})")
    if r["moved_to"]:
        lines.append(
            f"moved to area {r['moved_to']} on {r['moved_on']}: the record here is closed, nobody here is told more"
        )
    lines.append(f"the rule is {r['mode']} in this area, live from {r['live_from']}")
    lines += [f"alert {a['alert'][:12]} {a['state']} on {a['on']}: {a['text']}" for a in r["alerts"]]
    if not r["alerts"]:
        lines.append("no alert: " + _silence(r))
    return lines


def _heard(event: dict[str, Any]) -> str:
    words = said(Delays(event["entry_delay_days"], event["transfer_delay_days"]))
    return f": {words}" if words else ""


def _silence(r: dict[str, Any]) -> str:
    if r["state"] == "not_known":
        return "no feed has spoken past the due date; the owner of the feed is told"
    if r["state"] not in ("overdue", "at_risk", "past_due_unconfirmed", "sent_not_recorded"):
        return f"{r['state']} calls for none"
    if r["mode"] == "off":
        return "the rule is off in this area"
    if r["moved_to"]:
        return f"area {r['moved_to']} answers for the child"
    return "it has not been announced yet; alerts come at a tick"


def route_of(reader: Reader, rulebook: Rulebook, obligation: str, role: str) -> dict[str, Any]:
    """Return to whom an alert of the obligation would go, and why them.

    Raises:
        NotFound: No such obligation, or a restricted child's and the role is not one that may know of it.
    """
    level = ROLES[role].level if role in ROLES else 0
    sql = (
        "SELECT o.* FROM obligation o JOIN child c ON c.area = o.area AND c.child = o.child"
        " WHERE o.obligation = :name AND c.restricted <= :level"
    )
    rows = reader.select(sql, name=obligation, level=level)
    if not rows or rows[0]["rule"] not in rulebook.by_id:
        raise NotFound("obligation", obligation)
    row = rows[0]
    area, rule = row["area"], rulebook.by_id[row["rule"]]
    ticked = reader.select("SELECT tick_on FROM area WHERE area = :area", area=area)[0]["tick_on"]
    rows = reader.select("SELECT * FROM contact WHERE area = :area ORDER BY role, name_ref", area=area)
    contacts = contacts_of(rows)
    matter = Matter(area, row["body"], workers=_workers(reader, area, row["child"]))
    found = [
        route(matter, r.role, contacts, bodies_of(reader, area), date.fromisoformat(ticked)) for r in rule.alert_to
    ]
    return {
        "to": [contact.name_ref or contact.address for routed in found for contact in routed.to],
        "because": "; ".join(routed.because for routed in found),
        "fallback_used": any(routed.fallback_used for routed in found),
    }


def bodies_of(reader: Reader, area: str) -> dict[str, Body]:
    """Return the bodies that an area knows, by code and by alias."""
    rows = reader.select("SELECT * FROM body WHERE area = :area ORDER BY code", area=area)
    return by_code(map(stored_body, rows))


def _workers(reader: Reader, area: str, child: str) -> tuple[CaseWorker, ...]:
    sql = (
        "SELECT j.seq, j.body FROM journal j JOIN attribution a ON a.area = j.area AND a.event = j.id AND a.known_to IS NULL"
        " WHERE j.area = :area AND a.child = :child AND j.type = 'CaseWorkerAssigned' AND j.body <> ''"
    )
    found = [
        msgspec.json.decode(row["body"])["data"]
        for row in sorted(reader.select(sql, area=area, child=child), key=lambda row: row["seq"])
    ]
    return tuple(CaseWorker(data["worker_ref"], data.get("role", ""), day_in(data.get("since"))) for data in found)
