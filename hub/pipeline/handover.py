"""Who leaves the area, and the hand-over: live events go on to the area that answers for the child now.

Decided at a tick, when no load is half-way, or by a person. A child leaves with all its records; what still comes for them
is kept with the closed record and sent on, so that the other area never holds a stale revision.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from hub.domain.alert_texts import moved
from hub.domain.directory import names_of
from hub.domain.events.education import ResponsibleBodyChanged
from hub.domain.events.envelope import Event, Subject
from hub.domain.facts import by_code
from hub.domain.identifiers import Keyed
from hub.domain.identity.cluster import Record
from hub.domain.instants import instant
from hub.domain.moves import Change, Settled, belongs_to
from hub.pipeline.descriptions import describes
from hub.pipeline.journal import EVENT
from hub.pipeline.memory import by_seq
from hub.pipeline.moving import CHANGE, Left
from hub.pipeline.resolve import Decided
from hub.pipeline.state import AreaState, topic_of
from hub.ports import Reader, Unit

OPERATOR = "operator"
"""Source of a change that a person recorded here; it counts whoever leads."""


# ── who leaves ────────────────────────────────────────────────────────────────────────────────────────────────────────


def due(reader: Reader, state: AreaState, today: date) -> list[Decided]:
    """Return the decisions about all children that belong to another area today, or here again."""
    changes = _changes(state)
    present = {child for child in changes.keys() | state.moves.left.keys() if child not in state.aliases}
    found: list[Decided] = []
    for child in sorted(present):
        settled = state.moves.settlement(child, state.clusters.records.get(child, set()))
        found += _moved(state, child, belongs_to(changes.get(child, ()), settled, today))
    return [*found, *_records(reader, state, found)]


def returned(state: AreaState, record: Record) -> list[Decided]:
    """Return the decision that a child is here again, a subject of it having been handed over."""
    child = state.clusters.child_of.get(record)
    if child is None or state.moves.settlement(child, state.clusters.records[child]).area != state.area:
        return []
    return [("child_returned", {"child": child})] if child in state.moves.left else []


def by_person(reader: Reader, state: AreaState, body: dict[str, Any], event: Event) -> list[Decided]:
    """Return the decisions of a person that a child belongs elsewhere, the event that says so being taken."""
    settled = Settled(body["to"], date.fromisoformat(body["on"]), event.slot)
    found = _moved(state, state.present(body["child"]), settled, body["by"])
    return [*found, *_records(reader, state, found)]


def recorded(state: AreaState, body: dict[str, Any], name: str, keyed: Keyed, taken_at: str) -> Event:
    """Return the event that a person's decision is for rules and for the other area: another authority is responsible.

    It stands with the record that identifies the child best. When the authority became aware is not known and not said.

    Args:
        state: The area.
        body: The command: child, to, on.
        name: Name of the command.
        keyed: Our names.
        taken_at: When it was taken.
    """
    child, on = state.present(body["child"]), date.fromisoformat(body["on"])
    people = state.clusters.people
    records = sorted(state.clusters.records[child])
    record = max(records, key=lambda r: bool(people[r].nhs_number) + bool(people[r].upn) + 1 if r in people else 0)
    said = ResponsibleBodyChanged(body_kind="local_authority", old=state.area, new=body["to"], moved_on=on)
    slot = keyed.name("slot", OPERATOR, name)
    return Event(
        id=keyed.name("event", slot, 1), type=CHANGE, slot=slot, revision=1, source=OPERATOR, load="", agency=state.area,
        area=state.area, subject=Subject(*record), recorded_at=instant(taken_at), occurred_on=on,
        data=msgspec.to_builtins(said),
    )  # fmt: skip


def _changes(state: AreaState) -> dict[str, list[Change]]:
    """By child, what holds of its responsible authority, with the codes that the area has for bodies."""
    codes = by_code(state.configured.bodies.values())
    leading = state.configured.leading.get("responsible_body_changed")
    found: dict[str, list[Change]] = {}
    for slot, heard in state.moves.heard.items():
        child = state.moved.get(slot) or state.clusters.child_of.get(heard.record)
        if heard.change is None or child is None or leading not in (None, heard.source) and heard.source != OPERATOR:
            continue
        body = codes.get(heard.change.to)
        change = msgspec.structs.replace(heard.change, to=body.code) if body else heard.change
        found.setdefault(child, []).append(change)
    return found


def _moved(state: AreaState, child: str, now: Settled, by: str = "") -> list[Decided]:
    left = state.moves.left.get(child)
    if now.area == state.area:
        return [("child_returned", {"child": child})] if left else []
    if now.on is None or left is not None and (left.to, left.on) == (now.area, now.on):
        return []
    body = {"child": child, "to": now.area, "on": now.on.isoformat(), "because": now.slot}
    return [("child_left", body | ({"by": by} if by else {}))]


def _records(reader: Reader, state: AreaState, decided: Iterable[Decided]) -> list[Decided]:
    """Return which records of children that left go on to areas of this hub; those that are there already do not."""
    where = {child: left.to for child, left in state.moves.left.items()}
    for kind, body in decided:
        where.pop(body["child"], None)
        if kind == "child_left":
            where[body["child"]] = body["to"]
    waiting = [
        (record, child, to)
        for child, to in sorted(where.items())
        for record in sorted(state.clusters.records.get(child, ()))
        if state.placed.get(record) != to
    ]
    areas = sorted({to for *_, to in waiting})
    rows = reader.select("SELECT area FROM area WHERE area IN :areas", areas=areas) if areas else []
    served = {row["area"] for row in rows}
    return [
        ("record_left", {"source": record[0], "local_id": record[1], "child": child, "to": to})
        for record, child, to in waiting
        if to in served
    ]


def in_words(state: AreaState, child: str) -> str:
    """Return where a child went and when, as its alerts say it; empty for one that is here."""
    left = state.moves.left.get(child)
    if left is None:
        return ""
    body = by_code(state.configured.bodies.values()).get(left.to)
    return moved((body.name if body else "") or left.to, left.on)


# ── the hand-over ─────────────────────────────────────────────────────────────────────────────────────────────────────


def send_on(unit: Unit, state: AreaState, keyed: Keyed, taken_at: str) -> bool:
    """Write into the outbox, within the batch's transaction, what other areas must have; tell whether it was anything.

    Args:
        unit: The transaction; the batch is written.
        state: The area.
        keyed: Our names.
        taken_at: The present in a simulated past, else empty.
    """
    rows: list[tuple[Any, ...]] = []
    rows += (_row(event, to, taken_at) for event, to in state.forwards)
    settling: list[tuple[str, str, str]] = []
    for record, child, left in state.moves.leaving:
        rows += (_row(event, left.to, taken_at) for event in _live(unit, state.area, record, child))
        rows.append(_notice(state, record, left, keyed, taken_at))
        settling.append((*record, left.to))
        _place(unit, state, record, left.to, keyed)
    unit.put("outbox", rows)
    unit.remove("settling", state.moves.settled)
    unit.put("settling", settling)
    state.forwards, state.moves.leaving, state.moves.settled = [], [], []
    return bool(rows)


def _row(event: Event, area: str, taken_at: str) -> tuple[Any, ...]:
    """Return an event as the other area gets it: of no load, for no load there counted it."""
    body = msgspec.json.encode(msgspec.structs.replace(event, area=area, load="")).decode()
    return area, topic_of(event), "event", event.id, body, taken_at


def _live(unit: Unit, area: str, record: Record, child: str) -> list[Event]:
    """Return what the record's slots say now, withdrawals too, descriptions first: nobody is there before they are known."""
    sql = (
        "SELECT j.seq, j.body FROM journal j JOIN attribution a ON a.area = j.area AND a.event = j.id AND a.known_to IS NULL"
        " WHERE j.area = :area AND j.source = :source AND j.local_id = :local_id AND j.kind = 'event' AND j.body <> ''"
        " AND a.child = :child"
    )
    slots: dict[str, Event] = {}
    for row in by_seq(unit.select(sql, area=area, source=record[0], local_id=record[1], child=child)):
        event = EVENT.decode(row["body"])
        if event.slot not in slots or slots[event.slot].revision < event.revision:
            slots[event.slot] = event
    return sorted(slots.values(), key=lambda event: not describes(event))


def _notice(state: AreaState, record: Record, left: Left, keyed: Keyed, taken_at: str) -> tuple[Any, ...]:
    body: dict[str, Any] = {
        "source": record[0], "local_id": record[1], "moved_from": state.area, "moved_to": left.to,
        "on": left.on.isoformat(), "because": left.slot,
    }  # fmt: skip
    if _is_restricted_for(state, record, left.to):  # what is as by default is left out, as on the wire
        body["restricted"] = True
    name = keyed.name("subject_moved", state.area, *record, left.to, left.slot, left.seq)
    return left.to, "sources", "subject_moved", name, msgspec.json.encode(body).decode(), taken_at


def _is_restricted_for(state: AreaState, record: Record, to: str) -> bool:
    """Tell whether a record's child is restricted by more than the record and than what the other area said of it before."""
    clusters, arrived = state.clusters, state.moves.arrived
    child = clusters.child_of[record]
    told = {one for one in clusters.hidden if one not in arrived or arrived[one].came_from != to}
    together = clusters.records[child]
    others = [clusters.people[one] for one in together - {record} if one in clusters.people]
    themselves = (msgspec.structs.replace(person, is_hidden=False) for person in others)
    return child in clusters.sealed or not told.isdisjoint(together) or any(one.is_restricted for one in themselves)


def _place(unit: Unit, state: AreaState, record: Record, to: str, keyed: Keyed) -> None:
    """Let intake send what it reads from now on to the other area, where the source serves that; and look there."""
    unit.execute(
        "UPDATE intake_subject SET area = :to WHERE source = :s AND local_id = :l AND area = :here AND NOT EXISTS"
        " (SELECT 1 FROM source WHERE source = :s AND areas <> '' AND ' ' || areas || ' ' NOT LIKE :like)",
        to=to, s=record[0], l=record[1], here=state.area, like=f"% {to} %",
    )  # fmt: skip
    who = state.clusters.people.get(record)
    for name in names_of(keyed, who).values() if who else ():
        unit.execute("UPDATE directory SET area = :to WHERE name = :n AND area = :here", to=to, n=name, here=state.area)
