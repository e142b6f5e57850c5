"""What the verbs do by which people decide whose a record or an event is."""

from typing import Any

import msgspec

from hub.bootstrap import Audits, Hub
from hub.commands.inbox import By
from hub.domain.access import EVERY, STEWARDSHIP, Actor
from hub.domain.errors import NotFound
from hub.queries import decisions, stewardship
from hub.queries import disclosures as disclosing
from hub.queries.desk import Desk
from hub.verbs.feeding import area_of, command


def queue(hub: Hub, area: str) -> list[dict[str, Any]]:
    """Return the questions that wait for a person, the most harmful first; none that touches a restricted child."""
    return [
        {
            "area": one.area, "id": one.match, "source": one.source, "child": one.child, "with": one.here, "rule": one.rule,
            "because": one.because, "harm": one.harm, "state": one.state, "asked_by": one.asked_by, "score": one.score,
            "raised_on": one.raised_on.isoformat(), "age_working_days": one.age, "target_working_days": one.target,
            "is_late": one.is_late,
        }
        for one in stewardship.queue(_desk(hub), hub.rulebook.holidays, area)
    ]  # fmt: skip


def decide(hub: Hub, match: str, verdict: str, who: str, reason: str) -> dict[str, Any]:
    """Decide a possible match: link or apart."""
    body = {"match": match, "verdict": verdict, "by": who, "reason": reason}
    return command(hub, area_of(hub, "possible_match", "id", match), "decide_link", body, _by(who))


def merge(hub: Hub, child: str, into: str, who: str, reason: str) -> dict[str, Any]:
    """Say that two children are one; where both have an open plan, a second person must say so too."""
    body = {"child": child, "into": into, "by": who, "reason": reason}
    area = area_of(hub, "child", "child", child)
    result = command(hub, area, "merge_children", body, _by(who))
    sql = (
        "SELECT m.id, m.state FROM possible_match m JOIN journal j ON j.area = m.area AND j.id = :entry"
        " WHERE m.area = :area AND m.raised > j.seq ORDER BY m.raised LIMIT 1"
    )
    asked = hub.store.select(sql, area=area, entry=result.get("entry", ""))
    return result | ({"match": asked[0]["id"], "state": asked[0]["state"]} if asked else {})


def undo(hub: Hub, entry: str, who: str, reason: str) -> dict[str, Any]:
    """Take back what was decided behind one entry of the journal, and nothing that came later."""
    areas = [row["area"] for row in hub.store.select("SELECT area FROM area ORDER BY area")]
    sql = "SELECT 1 AS one FROM journal WHERE area = :area AND id = :id"
    area = next((one for one in areas if hub.store.select(sql, area=one, id=entry)), "")
    if not area:
        raise NotFound("decision", entry)
    return command(hub, area, "undo", {"entry": entry, "by": who, "reason": reason}, _by(who))


def history(hub: Hub, limit: int) -> list[dict[str, Any]]:
    """Return what people decided, the latest first; nothing about a restricted child."""
    return [
        {
            "area": one.area, "entry": one.entry, "on": one.on.isoformat(), "by": one.by, "what": one.what, "reason": one.reason,
            "match": one.match, "children": " ".join(child for child, _ in one.children), "undone": one.undone,
        }
        for one in decisions.history(_desk(hub), limit=limit)[0]
    ]  # fmt: skip


def disclosures(hub: Hub, child: str) -> dict[str, Any]:
    """Return who saw, or was sent word of, a child's record while records of another were in it."""
    found: dict[str, Any] = msgspec.to_builtins(disclosing.disclosures(_desk(hub), child))
    return {"child": child, "mixed": found}


def disclosures_in_words(result: dict[str, Any]) -> str:
    """Return the report as lines."""
    lines = []
    for one in result["mixed"]:
        mixed = one["mixed"]
        lines.append(
            f"{mixed['since']} to {mixed['to']}: held {', '.join(mixed['records'])}, now with {', '.join(mixed['into'])}"
        )
        for seen in one["seen"]:
            sure = "saw" if seen["is_sure"] else "may have seen"
            lines.append(
                f"  {seen['actor']} ({seen['role']}, {seen['purpose']}) {sure} it: {seen['what']}, {seen['times']} times"
            )
        lines += [f"  sent to {sent['to']} on {sent['on']}: {sent['rule']} {sent['announced']}" for sent in one["sent"]]
        lines += [] if one["seen"] or one["sent"] else ["  nobody is known to have seen it or been told of it"]
    return "\n".join(lines) or "no record was ever taken out of this child's"


def split(hub: Hub, source: str, local_id: str, who: str, reason: str, into: str = "") -> dict[str, Any]:
    """Take one source record, with its events, out of its child; into one that a merge had retired, if that is named."""
    sql = "SELECT area FROM source_record WHERE source = :s AND local_id = :l AND known_to IS NULL"
    rows = hub.store.select(sql, s=source, l=local_id)
    if not rows:
        raise NotFound("source record", source)
    body: dict[str, Any] = {"source": source, "local_id": local_id, "by": who, "reason": reason}
    if into:
        body["into"] = into
    return command(hub, rows[0]["area"], "split_child", body, _by(who))


def move(hub: Hub, event: str, child: str, who: str, reason: str) -> dict[str, Any]:
    """Move one event, with all its revisions to come, to another child."""
    sql = (
        "SELECT j.area, j.slot FROM journal j JOIN child c ON c.area = j.area AND c.child = :child"
        " WHERE j.id = :id AND j.kind = 'event'"
    )
    rows = hub.store.select(sql, id=event, child=child)
    if not rows:
        raise NotFound("event or child", event)
    body = {"slots": [rows[0]["slot"]], "child": child, "by": who, "reason": reason}
    return command(hub, rows[0]["area"], "move_events", body, _by(who))


def quarantined(hub: Hub) -> list[dict[str, Any]]:
    """Return the children in quarantine; no restricted one."""
    sql = (
        "SELECT q.area, q.child, q.reason, q.since FROM quarantine q JOIN child c ON c.area = q.area AND c.child = q.child"
        " WHERE c.restricted = 0 ORDER BY q.area, q.child"
    )
    return hub.store.select(sql)


def release(hub: Hub, child: str, who: str) -> dict[str, Any]:
    """Let a child out of quarantine; it is assessed in the same batch."""
    area = area_of(hub, "quarantine", "child", child)
    return command(
        hub, area, "release_quarantine", {"children": [child], "by": who}, By(who, "operations", "operations")
    )


def _desk(hub: Hub) -> Desk:
    """The desk of whoever is at the command line: as a steward of every area, and audited as one."""
    return Desk(hub.store, Audits(hub), Actor("operator", "steward", EVERY), STEWARDSHIP)


def _by(who: str) -> By:
    return By(who, "steward", STEWARDSHIP)
