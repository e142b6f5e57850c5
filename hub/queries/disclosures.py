"""Who saw, or was sent, a child's record while records of another child were in it: what has to be told after a mix-up.

A mix begins when a record comes to a child and ends when a person, or a rule, takes it out again. Looks at the child
and at its alerts are named in the audit by our own keyed ids; an extract or a query over many children names none, and
is listed as one that may have held it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct

from hub.domain.errors import NotFound
from hub.domain.instants import instant, local_date
from hub.queries.conditions import one_of
from hub.queries.desk import Desk
from hub.queries.stewardship import Children, check

OF_STEWARDS = ("identity_stewardship",)
"""Purposes for which both records were looked at as two: nobody took them for one."""

MANY = ("obligations", "alerts", "show ", "sql ", "measures ", "why ", "forecast")
"""How actions begin that show many children and name none."""


class Mixed(Struct, frozen=True, kw_only=True):
    """A time in which a child's record held records that were taken out of it later.

    Attributes:
        records: Systems and numbers of those records.
        into: Case references of the children that they went to.
        since: First day; `to`: the day on which they were taken out.
        why: How they had come there.
    """

    area: str
    child: str
    reference: str
    since_at: str
    to_at: str
    since: date
    to: date
    records: tuple[str, ...]
    into: tuple[str, ...]
    why: str


class Seen(Struct, frozen=True, kw_only=True):
    """Somebody who looked.

    Attributes:
        what: record, alert, list or extract.
        is_sure: The look is known to have shown this child; else it may have.
        times: How often.
    """

    actor: str
    role: str
    purpose: str
    what: str
    is_sure: bool
    first: date
    last: date
    times: int


class Sent(Struct, frozen=True, kw_only=True):
    """Something that was sent."""

    to: str
    channel: str
    kind: str
    rule: str
    announced: str
    on: date
    reference: str


class Disclosure(Struct, frozen=True, kw_only=True):
    """One time of mixing, who looked and what was sent in it."""

    mixed: Mixed
    seen: tuple[Seen, ...]
    sent: tuple[Sent, ...]


def disclosures(desk: Desk, child: str) -> list[Disclosure]:
    """Return, for each time in which the child's record was mixed, who saw it and who was sent word of it.

    Raises:
        NotFound: No such child, or not for this actor.
    """
    check(desk, f"identity disclosures {child}")
    children = Children(desk)
    rows = desk.select("SELECT area FROM child WHERE child = :child AND {}", one_of("area", "area", tuple(desk.areas)),
                       child=child)  # fmt: skip
    if not rows or not children.is_there(rows[0]["area"], child):
        raise NotFound("child", "")
    area = rows[0]["area"]
    return [
        Disclosure(mixed=one, seen=tuple(_seen(desk, one)), sent=tuple(_sent(desk, one)))
        for one in _mixed(desk, children, area, child)
    ]  # fmt: skip


def were_mixed(desk: Desk) -> list[tuple[str, str]]:
    """Return the children (id, case reference) out of whom somebody took a record, for a list of reports."""
    rows = desk.select(
        "SELECT DISTINCT r.area, r.child FROM source_record r JOIN source_record n ON n.area = r.area"
        " AND n.source = r.source AND n.local_id = r.local_id AND n.known_from = r.known_to"
        " WHERE {} AND (n.how = 'leaves' OR n.decided_by <> '') ORDER BY r.area, r.child",
        one_of("r.area", "area", tuple(desk.areas)),
    )
    children = Children(desk)
    children.read((row["area"], row["child"]) for row in rows)
    there = [row for row in rows if children.is_there(row["area"], row["child"])]
    found = [
        (r["child"], children.reference(r["area"], r["child"])) for r in there if _mixed(desk, children, *r.values())
    ]
    return sorted(found, key=lambda one: one[1])


def _mixed(desk: Desk, children: Children, area: str, child: str) -> list[Mixed]:
    """The records that were taken out of a child, together with those that came and went with them.

    A record goes on in the same child where two are merged: only one that was parted from others is a mix.
    """
    rows = desk.select(
        "SELECT r.source, r.local_id, r.known_from, r.known_to, r.how, n.child AS into_child, n.how AS next_how,"
        " n.decided_by, f.taken_at AS since_at, t.taken_at AS to_at FROM source_record r"
        " JOIN source_record n ON n.area = r.area AND n.source = r.source AND n.local_id = r.local_id AND n.known_from = r.known_to"
        " JOIN journal f ON f.area = r.area AND f.seq = r.known_from JOIN journal t ON t.area = r.area AND t.seq = r.known_to"
        " WHERE r.area = :area AND r.child = :child ORDER BY r.known_from, r.source, r.local_id",
        area=area, child=child,
    )  # fmt: skip
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        parted = row["next_how"] == "leaves" or bool(row["decided_by"])
        if parted and _stayed(desk, area, child, row["known_to"]):
            groups.setdefault((row["since_at"], row["to_at"], row["into_child"]), []).append(row)
    found = []
    for (since, to, into), gone in groups.items():
        if not children.is_there(area, into):
            continue
        found.append(
            Mixed(
                area=area, child=child, reference=children.reference(area, child), since_at=since, to_at=to,
                since=_day(since), to=_day(to), records=tuple(f"{r['source']} {r['local_id']}" for r in gone),
                into=(children.reference(area, into),), why=gone[0]["how"],
            )
        )  # fmt: skip
    return sorted(found, key=lambda m: (m.to_at, m.since_at), reverse=True)


def _stayed(desk: Desk, area: str, child: str, seq: int) -> bool:
    """Whether other records stayed in the child when some left it, so that it was parted and not merged away."""
    return bool(
        desk.select(
            "SELECT 1 AS one FROM journal WHERE area = :area AND kind = 'children_merged' AND seq > :seq AND seq <= :near"
            " AND body LIKE :child LIMIT 1",
            area=area,
            seq=seq,
            near=seq + 200,
            child=f'%"child":"{child}"%',
        )  # fmt: skip
        == []
    )


def _seen(desk: Desk, mixed: Mixed) -> Iterable[Seen]:
    alerts = {
        row["alert"] for row in desk.select("SELECT alert FROM alert WHERE area = :area AND child = :child",
                                            area=mixed.area, child=mixed.child)
    }  # fmt: skip
    rows = desk.select(
        "SELECT actor, role, purpose, action, at FROM audit WHERE area = :area AND at >= :since AND at < :to"
        " ORDER BY at, id",
        area=mixed.area, since=mixed.since_at, to=mixed.to_at,
    )  # fmt: skip
    looks: dict[tuple[str, str, str, str, bool], list[str]] = {}
    for row in rows:
        if row["purpose"] in OF_STEWARDS:
            continue
        what, is_sure = _what(row["action"], mixed.child, alerts)
        if what:
            looks.setdefault((row["actor"], row["role"], row["purpose"], what, is_sure), []).append(row["at"])
    for (actor, role, purpose, what, is_sure), at in sorted(looks.items(), key=lambda one: (not one[0][4], one[0])):
        yield Seen(
            actor=actor, role=role, purpose=purpose, what=what, is_sure=is_sure, first=_day(at[0]), last=_day(at[-1]),
            times=len(at),
        )  # fmt: skip


def _what(action: str, child: str, alerts: set[str]) -> tuple[str, bool]:
    kind, _, rest = action.partition(" ")
    if kind in ("child", "outstanding") and rest == child:
        return "record", True
    if kind == "alert" and rest in alerts:
        return "alert", True
    if kind == "shown" and child in rest.split():
        return "list", True
    return ("extract", False) if action.startswith(MANY) else ("", False)


def _sent(desk: Desk, mixed: Mixed) -> list[Sent]:
    rows = desk.select(
        'SELECT d.channel, d."to", d.kind, d."on", a.rule, a.announced FROM delivery d'
        " JOIN alert a ON a.area = d.area AND a.alert = d.alert"
        " WHERE d.area = :area AND a.child = :child AND d.state = 'sent' AND d.\"on\" >= :since AND d.\"on\" <= :to"
        ' ORDER BY d."on", d."to", d.delivery',
        area=mixed.area, child=mixed.child, since=mixed.since.isoformat(), to=mixed.to.isoformat(),
    )  # fmt: skip
    return [
        Sent(to=row["to"], channel=row["channel"], kind=row["kind"], rule=row["rule"] or "",
             announced=row["announced"] or "", on=date.fromisoformat(row["on"]), reference=mixed.reference)
        for row in rows
    ]  # fmt: skip


def _day(at: str) -> date:
    return local_date(instant(at))
