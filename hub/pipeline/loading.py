"""An area read back from its tables: what the fold of its journal left there."""

from datetime import date, datetime
from typing import Any

import msgspec

from hub.domain.alerts import AlertClosed, AlertRetracted, AlertRow, Announced, Delivery
from hub.domain.events.envelope import Event
from hub.domain.facts import AreaFacts, Feed, stored_body
from hub.domain.identity.cluster import Record
from hub.domain.identity.model import Model
from hub.domain.instants import day_in
from hub.pipeline.configured import CONTACT_COLUMNS, CONTACT_KEY
from hub.pipeline.descriptions import replaces
from hub.pipeline.feeds import Progress
from hub.pipeline.journal import EVENT
from hub.pipeline.memory import Memory
from hub.pipeline.moving import CHANGE, Arrived, Left
from hub.pipeline.state import AreaState, CalendarRow, scorer_of
from hub.ports import Reader


def load_state(reader: Reader, area: str, model: Model) -> AreaState:
    """Return the area as its last commit left it; an unknown area is an empty one, with the model that it begins with."""
    state = AreaState(area, Memory(reader, area), model)

    def rows(table: str, where: str = "", order: str = "") -> list[dict[str, Any]]:
        sql = f"SELECT * FROM {table} WHERE area = :area{where}{' ORDER BY ' + order if order else ''}"
        return reader.select(sql, area=area)

    for row in rows("area"):
        _area(state, row)
    _feeds(state, rows("feed"), rows("load_progress"))
    for row in rows("body"):
        state.configured.bodies[row["code"]] = stored_body(row)
    contacts = [{name: row[name] or "" for name in CONTACT_COLUMNS} for row in rows("contact")]
    state.configured.contacts = sorted(contacts, key=lambda row: tuple(row[name] for name in CONTACT_KEY))
    for row in rows("calendar"):
        days = tuple(msgspec.json.decode(row["school_days"], type=list[str]))
        state.calendars[row["slot"]] = CalendarRow(
            row["revision"], row["institution"], row["closed_from"], row["reopens_on"], days
        )
    _people(state, rows)
    for row in rows("possible_match"):
        state.matches[row["id"]] = row | {"by": row["decided_by"]}
        state.asked_of[row["child"]].add(row["id"])
    state.placed = {(row["source"], row["local_id"]): row["placed_in"] for row in rows("placed")}
    _moves(state, rows)
    state.moved = {row["slot"]: row["child"] for row in rows("moved_slot")}
    _told(state, rows)
    state.quarantined = {row["child"] for row in rows("quarantine")}
    state.erased = {row["name"] for row in rows("erased")}
    return state


def _area(state: AreaState, row: dict[str, Any]) -> None:
    known = state.configured
    known.name = row["name"] or ""
    known.live_from = day_in(row["live_from"])
    state.seq, state.taken_at = row["last_seq"], row["last_taken_at"]
    state.tick_seq = row["tick_seq"]
    state.tick_on = day_in(row["tick_on"])
    known.modes, known.leading = msgspec.json.decode(row["modes"]), msgspec.json.decode(row["leading"])
    if row["tick_facts"]:
        state.share(msgspec.json.decode(row["tick_facts"], type=AreaFacts))


def _feeds(state: AreaState, feeds: list[dict[str, Any]], progress: list[dict[str, Any]]) -> None:
    for row in feeds:
        to = day_in(row["complete_to"])
        at = datetime.fromisoformat(row["last_load_at"]) if row["last_load_at"] else None
        completed = msgspec.json.decode(row["completed"], type=tuple[tuple[date, date], ...])
        state.feeds.by_source[row["source"]] = Feed(row["source"], row["connector"], row["agency"], to, at, completed)
    for row in progress:
        state.feeds.progress[row["source"], row["load"]] = Progress(
            row["expected"], row["arrived"], row["complete_to"], row["ended_at"]
        )


def _people(state: AreaState, rows: Any) -> None:
    for row in rows("child"):
        if row["alias_of"]:
            state.aliases[row["child"]] = row["alias_of"]
    links = rows("source_record", order="known_from")
    _links(state, links)
    for row in rows("journal", " AND kind = 'activate_model'", "seq"):
        state.scorer = scorer_of(msgspec.json.decode(row["body"]))
    _described(state, links, rows)
    state.parted = {((row["source"], row["local_id"]), row["child"]) for row in rows("kept_apart")}
    state.part()


def _links(state: AreaState, links: list[dict[str, Any]]) -> None:
    decided: set[Record] = set()
    for row in links:
        record = (row["source"], row["local_id"])
        state.linked_at[row["known_from"]] = record
        state.clusters.created.setdefault(row["child"], row["known_from"])
        if row["decided_by"]:  # and wherever its child was merged since
            decided.add(record)
        if row["known_to"] is not None:
            continue
        state.clusters.link(record, row["child"])
        state.links[record] = (row["known_from"], (row["child"], row["how"], row["because"], row["decided_by"]))
    state.clusters.decided = decided & state.clusters.child_of.keys()


def _described(state: AreaState, links: list[dict[str, Any]], rows: Any) -> None:
    """Read what every record says and said, in the order in which it came, so that the indexes are as live work left them."""
    of_kind = '(body LIKE \'%"kind":"PersonDescribed"%\' OR body LIKE \'%"kind":"IdentifierSuperseded"%\')'
    kinds = f"(type IN ('PersonDescribed', 'IdentifierSuperseded') OR (type = 'SourceRecordWithdrawn' AND {of_kind}))"
    handed_over = "(kind = 'subject_moved' AND local_id <> '')"
    found = rows("journal", f" AND (kind = 'event' AND body <> '' AND {kinds} OR {handed_over})", "seq")
    sealed = rows("journal", " AND kind = 'identity_sealed'", "seq")
    for row in sorted([*found, *sealed, *_through_seals(state, links, sealed)], key=_seq) if sealed else found:
        if row["kind"] == "identity_sealed":
            state.clusters.seal(msgspec.json.decode(row["body"])["child"])
        elif row["kind"] == "record_linked":
            state.link((row["source"], row["local_id"]), row["child"], row["decided_by"])
        elif row["kind"] == "subject_moved":
            state.hide((row["source"], row["local_id"]), msgspec.json.decode(row["body"]).get("restricted", False))
        else:
            _event(state, EVENT.decode(row["body"]))
    state.clusters.closed.clear()


def _event(state: AreaState, event: Event) -> None:
    record = (event.subject.source, event.subject.local_id)
    if replaces(event):
        state.replaced.take(event)
    elif record in state.clusters.child_of:
        state.described.take(event)
        found = state.described.in_force(record)
        state.clusters.describe(record, state.person_of(record, found[1].data or {}) if found else None)


def _through_seals(state: AreaState, links: list[dict[str, Any]], sealed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the links of records that were ever of a closed identity, and put these back to where they were first."""
    closed = {msgspec.json.decode(row["body"])["child"] for row in sealed}
    inside = {(row["source"], row["local_id"]) for row in links if row["child"] in closed}
    theirs = [row for row in links if (row["source"], row["local_id"]) in inside & state.clusters.child_of.keys()]
    for row in reversed(theirs):
        state.clusters.link((row["source"], row["local_id"]), row["child"])
    return [row | {"kind": "record_linked", "seq": row["known_from"]} for row in theirs]


def _seq(row: dict[str, Any]) -> int:
    return int(row["seq"])


def _moves(state: AreaState, rows: Any) -> None:
    for row in rows("left_area"):
        on = date.fromisoformat(row["left_on"])
        state.moves.left[row["child"]] = Left(row["to_area"], on, row["because"], row["seq"])
    for row in rows("arrived"):
        on = date.fromisoformat(row["arrived_on"])
        arrived = Arrived(row["came_from"], on, row["because"], row["seq"], bool(row["restricted"]))
        state.moves.arrived[row["source"], row["local_id"]] = arrived
    withdrawn = f"(type = 'SourceRecordWithdrawn' AND body LIKE '%\"kind\":\"{CHANGE}\"%')"
    for row in rows("journal", f" AND kind = 'event' AND body <> '' AND (type = '{CHANGE}' OR {withdrawn})"):
        event = EVENT.decode(row["body"])
        if not state.is_elsewhere((event.subject.source, event.subject.local_id)):
            state.moves.hear(event)


def _told(state: AreaState, rows: Any) -> None:
    for row in rows("announced"):
        state.told.hold(msgspec.json.decode(row["body"], type=Announced))
    for row in rows("alert"):
        state.told.alerts[row["alert"]] = msgspec.convert(row, AlertRow)
    for row in rows("delivery"):
        state.told.deliveries[row["alert"]][row["delivery"]] = msgspec.convert(row, Delivery)
    told_of_closing = "(kind = 'alert_closed' AND body LIKE '%\"to\":[{%')"
    for row in rows("journal", f" AND (kind = 'alert_retracted' OR {told_of_closing})", "seq"):
        ended: type[AlertRetracted | AlertClosed] = AlertRetracted if row["kind"] == "alert_retracted" else AlertClosed
        state.told.was_ended(msgspec.json.decode(row["body"], type=ended))
