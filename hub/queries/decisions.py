"""What people decided about who is who, the latest first, each with what it did and whether it was undone."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.alert_texts import counted
from hub.domain.errors import NotFound
from hub.domain.instants import instant, local_date
from hub.queries.desk import Desk
from hub.queries.stewardship import Children, check

PAGE = 25
KINDS = "kind IN ('decide_link', 'merge_children', 'split_child', 'move_events', 'undo')"
"""As the journal's index has it, word for word."""

_BEHIND = frozenset({
    "child_created", "record_linked", "children_merged", "child_split", "events_moved", "review_raised", "review_decided",
    "kept_apart", "apart_lifted",
})  # fmt: skip
_MOST_BEHIND = 200


class Done(Struct, frozen=True, kw_only=True):
    """One decision of a person.

    Attributes:
        entry: Its entry of the journal, by which it is undone.
        words: What they wrote beside it, from the table of free texts.
        what: What it did, in plain words.
        outcome: linked, apart, second, merged, split, moved or undone.
        match: The question that it answered; empty for none.
        children: Those it is about, as they are now, with their case references.
        undone: Somebody took it back since.
    """

    area: str
    seq: int
    entry: str
    on: date
    by: str
    reason: str
    words: str
    what: str
    outcome: str
    match: str
    children: tuple[tuple[str, str], ...]
    undone: bool


def history(desk: Desk, before: str = "", limit: int = PAGE) -> tuple[list[Done], str]:
    """Return a page of decisions, and the entry before which the next page goes on (empty at the end).

    Decisions about a child who is not there for the actor are left out, and leave no gap.
    """
    check(desk, "identity history")
    undone, children = _undone(desk), Children(desk)
    found: list[tuple[str, Done]] = []
    while len(found) <= limit:
        rows = _latest(desk, before, limit + 1)
        if not rows:
            break
        before = rows[-1]["id"]
        for row in rows:
            done = _done(desk, row, _behind(desk, row["area"], row["seq"]), undone, children)
            if done is not None:
                found.append((row["id"], done))
    page = found[:limit]
    return [done for _, done in page], page[-1][0] if len(found) > limit else ""


def decision(desk: Desk, entry: str) -> Done:
    """Return one decision by its entry of the journal.

    Raises:
        NotFound: No such decision of a person, or it is about a child who is not there for the actor.
    """
    check(desk, "identity decision")
    undone, children = _undone(desk), Children(desk)
    sql = f"SELECT area, seq, id, kind, body, taken_at FROM journal WHERE area = :area AND id = :id AND {KINDS}"
    for row in (row for area in desk.areas for row in desk.select(sql, area=area, id=entry)):
        done = _done(desk, row, _behind(desk, row["area"], row["seq"]), undone, children)
        if done is not None:
            return done
    raise NotFound("decision", "")


def _latest(desk: Desk, before: str, limit: int) -> list[dict[str, Any]]:
    found = [
        row
        for area in desk.areas
        for row in desk.select(
            "SELECT taken_at, seq FROM journal WHERE area = :area AND id = :id", area=area, id=before
        )
    ]
    if before and not found:
        return []
    at, seq = (found[0]["taken_at"], found[0]["seq"]) if found else ("", 0)
    sql = (
        f"SELECT area, seq, id, kind, body, taken_at FROM journal WHERE area = :area AND {KINDS}"
        " AND (:at = '' OR taken_at < :at OR (taken_at = :at AND seq < :seq)) ORDER BY seq DESC LIMIT :most"
    )
    rows = [row for area in desk.areas for row in desk.select(sql, area=area, at=at, seq=seq, most=limit)]
    return sorted(rows, key=lambda row: (row["taken_at"], row["seq"]), reverse=True)[:limit]


def _undone(desk: Desk) -> set[str]:
    sql = f"SELECT body FROM journal WHERE area = :area AND {KINDS} AND kind = 'undo'"
    rows = [row for area in desk.areas for row in desk.select(sql, area=area)]
    return {msgspec.json.decode(row["body"]).get("entry", "") for row in rows if row["body"]}


def _behind(desk: Desk, area: str, seq: int) -> list[dict[str, Any]]:
    """The decisions that stand behind a command, in order."""
    found: list[dict[str, Any]] = []
    for row in desk.select(
        "SELECT kind, body FROM journal WHERE area = :area AND seq > :seq AND seq <= :last ORDER BY seq",
        area=area, seq=seq, last=seq + _MOST_BEHIND,
    ):  # fmt: skip
        if row["kind"] not in _BEHIND:
            break
        found.append({"kind": row["kind"], **(msgspec.json.decode(row["body"]) if row["body"] else {})})
    return found


def _done(
    desk: Desk, row: dict[str, Any], behind: Sequence[dict[str, Any]], undone: set[str], children: Children
) -> Done | None:
    area = row["area"]
    body = msgspec.json.decode(row["body"]) if row["body"] else {}
    about = _about(desk, area, body, behind)
    children.read((area, child) for child in about)
    if not about or not all(children.is_there(area, child) for child in about):
        return None
    outcome, what = _what(row["kind"], body, behind)
    now = tuple(dict.fromkeys(children.now(area, child) for child in about))
    return Done(
        area=area, seq=row["seq"], entry=row["id"], on=local_date(instant(row["taken_at"])), by=body.get("by", ""),
        reason=body.get("reason", ""),
        words=_words(desk, area, body.get("words_ref", "")), what=what, outcome=outcome, match=body.get("match", ""),
        children=tuple((child, children.reference(area, child)) for child in now), undone=row["id"] in undone,
    )  # fmt: skip


def _words(desk: Desk, area: str, ref: str) -> str:
    rows = desk.select("SELECT body FROM text WHERE area = :area AND ref = :ref", area=area, ref=ref) if ref else []
    return str(rows[0]["body"]) if rows else ""


def _about(desk: Desk, area: str, body: dict[str, Any], behind: Iterable[dict[str, Any]]) -> list[str]:
    found: dict[str, None] = {}
    for one in (body, *behind):
        for name in ("child", "into", "from"):
            if one.get(name):
                found[one[name]] = None
    matches = [one["id"] for one in behind if one["kind"] == "review_decided"] + [body.get("match", "")]
    for match in dict.fromkeys(filter(None, matches)):
        sql = (
            "SELECT m.child, r.child AS here FROM possible_match m LEFT JOIN source_record r ON r.area = m.area"
            " AND r.source = m.source AND r.local_id = m.local_id AND r.known_to IS NULL WHERE m.area = :area AND m.id = :id"
        )
        for row in desk.select(sql, area=area, id=match):
            found |= {child: None for child in (row["child"], row["here"]) if child}
    return list(found)


def _what(kind: str, body: dict[str, Any], behind: Sequence[dict[str, Any]]) -> tuple[str, str]:
    moved = sum(one["kind"] == "record_linked" for one in behind)
    states = {one["state"] for one in behind if one["kind"] == "review_decided"}
    if kind == "undo":
        return (
            "undone",
            f"Took a decision back: {counted(moved, 'record')} went back" if moved else "Took a decision back",
        )
    if kind == "move_events":
        return "moved", f"Moved {counted(len(body.get('slots', ())), 'recorded fact')} to another child"
    if kind == "split_child":
        revived = " into the child they were before" if body.get("into") else ""
        return "split", f"Took {counted(moved, 'record')} out{revived}"
    if "second" in states:
        return "second", "Said to be the same child; waits for a second person"
    if body.get("verdict") == "apart":
        return "apart", f"Not the same child: {counted(moved, 'record')} taken out" if moved else "Not the same child"
    outcome = "merged" if kind == "merge_children" else "linked"
    return outcome, f"The same child: {counted(moved, 'record')} joined" if moved else "The same child"
