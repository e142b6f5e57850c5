"""An area read back from its tables: what the fold of its journal left there."""

from datetime import date, datetime
from typing import Any

import msgspec

from hub.domain.alerts import AlertClosed, AlertRetracted, AlertRow, Announced, Delivery
from hub.domain.facts import AreaFacts, Feed, stored_body
from hub.domain.identity.model import Model, Scorer
from hub.domain.instants import day_in
from hub.pipeline.configured import CONTACT_COLUMNS, CONTACT_KEY
from hub.pipeline.feeds import Progress
from hub.pipeline.journal import EVENT
from hub.pipeline.memory import Memory
from hub.pipeline.moving import CHANGE, Arrived, Left
from hub.pipeline.state import AreaState, CalendarRow
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
    _links(state, rows)
    for row in rows("journal", " AND kind = 'activate_model'", "seq"):
        state.scorer = Scorer(msgspec.convert(msgspec.json.decode(row["body"])["model"], Model, strict=False))
    _described(state, rows)
    for row in rows("journal", " AND kind = 'identity_sealed'", "seq"):
        state.clusters.seal(msgspec.json.decode(row["body"])["child"])
    for row in rows("kept_apart"):
        child = row["child"]
        while child:
            state.clusters.apart.add(((row["source"], row["local_id"]), child))
            child = state.aliases.get(child, "")


def _links(state: AreaState, rows: Any) -> None:
    for row in rows("source_record"):
        record = (row["source"], row["local_id"])
        state.linked_at[row["known_from"]] = record
        created = state.clusters.created  # a child's first record was linked right behind its creation
        created[row["child"]] = min(created.get(row["child"], row["known_from"]), row["known_from"])
        if row["known_to"] is not None:
            continue
        state.clusters.link(record, row["child"])
        state.links[record] = (row["known_from"], (row["child"], row["how"], row["because"], row["decided_by"]))
        if row["decided_by"]:
            state.clusters.decided.add(record)


def _described(state: AreaState, rows: Any) -> None:
    """Read what every record says and said, in the order in which it came, so that the indexes are as live work left them."""
    withdrawn = "(type = 'SourceRecordWithdrawn' AND body LIKE '%\"kind\":\"PersonDescribed\"%')"
    kinds = f"(type IN ('PersonDescribed', 'IdentifierSuperseded') OR {withdrawn})"
    handed_over = "(kind = 'subject_moved' AND local_id <> '')"
    for row in rows("journal", f" AND (kind = 'event' AND body <> '' AND {kinds} OR {handed_over})", "seq"):
        if row["kind"] == "subject_moved":
            state.hide((row["source"], row["local_id"]), msgspec.json.decode(row["body"]).get("restricted", False))
            continue
        event = EVENT.decode(row["body"])
        record = (event.subject.source, event.subject.local_id)
        if event.type == "IdentifierSuperseded":
            if event.data.get("system") == "nhs_number":
                state.clusters.superseded[event.data["old"]] = event.data.get("new", "")
        elif record in state.clusters.child_of:
            state.described.take(event)
            found = state.described.in_force(record)
            state.clusters.describe(record, state.person_of(record, found[1].data or {}) if found else None)


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
