"""What the verbs do by which people decide whose a record or an event is."""

from typing import Any

from hub.bootstrap import Hub
from hub.commands.inbox import By
from hub.domain.errors import NotFound
from hub.verbs.feeding import area_of, command


def queue(hub: Hub, area: str) -> list[dict[str, Any]]:
    """Return possible matches that wait; none that touches a restricted child."""
    sql = (
        "SELECT m.area, m.id, m.source, m.child, m.because FROM possible_match m"
        " JOIN child c ON c.area = m.area AND c.child = m.child"
        " JOIN source_record r ON r.area = m.area AND r.source = m.source AND r.local_id = m.local_id AND r.known_to IS NULL"
        " JOIN child o ON o.area = r.area AND o.child = r.child"
        " WHERE m.state = 'waiting' AND c.restricted = 0 AND o.restricted = 0 AND (:area = '' OR m.area = :area)"
        " ORDER BY m.area, m.id"
    )
    return hub.store.select(sql, area=area)


def decide(hub: Hub, match: str, verdict: str, who: str, reason: str) -> dict[str, Any]:
    """Decide a possible match: link or apart."""
    body = {"match": match, "verdict": verdict, "by": who, "reason": reason}
    return command(hub, area_of(hub, "possible_match", "id", match), "decide_link", body, _by(who))


def split(hub: Hub, source: str, local_id: str, who: str, reason: str) -> dict[str, Any]:
    """Take one source record, with its events, out of its child."""
    sql = "SELECT area FROM source_record WHERE source = :s AND local_id = :l AND known_to IS NULL"
    rows = hub.store.select(sql, s=source, l=local_id)
    if not rows:
        raise NotFound("source record", source)
    body = {"source": source, "local_id": local_id, "by": who, "reason": reason}
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


def _by(who: str) -> By:
    return By(who, "steward", "identity_stewardship")
