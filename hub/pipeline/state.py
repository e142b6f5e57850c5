"""What one area knows: a fold of its journal, entry by entry. The same fold serves live work, rebuild and as-known-at."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.effects import Effects
from hub.domain.events.envelope import Event
from hub.domain.events.index import BY_NAME
from hub.domain.facts import AreaFacts, by_code, calendars_of
from hub.domain.identity.cluster import Clusters, Record
from hub.domain.identity.model import Model, Scorer
from hub.domain.identity.normalise import Person, hidden
from hub.domain.occasion import reference
from hub.pipeline.configured import Configured
from hub.pipeline.descriptions import Descriptions, Replacements, describes, replaces
from hub.pipeline.feeds import Feeds
from hub.pipeline.journal import Entry, encode
from hub.pipeline.memory import Memory
from hub.pipeline.moving import Moves
from hub.pipeline.telling import Told


class CalendarRow(Struct, frozen=True):
    """One published row of an institution's calendar."""

    revision: int
    institution: str
    closed_from: str
    reopens_on: str
    school_days: tuple[str, ...]


class AreaState:
    """One area as its journal leaves it after the last entry applied."""

    def __init__(self, area: str, memory: Memory, model: Model) -> None:
        self.area, self.memory = area, memory
        self.scorer = Scorer(model)
        self.linked_at: dict[int, Record] = {}
        self._compared: tuple[dict[str, Any], Person] = ({}, Person())
        self.seq, self.taken_at = 0, ""
        self.tick_seq, self.tick_on = 0, None
        self.configured = Configured(area)
        self.feeds = Feeds(area)
        self.shared: AreaFacts | None = None
        self.calendars: dict[str, CalendarRow] = {}
        self.clusters = Clusters()
        self.links: dict[Record, tuple[int, tuple[str, ...]]] = {}
        self.matches: dict[str, dict[str, Any]] = {}
        self.asked_of: dict[str, set[str]] = defaultdict(set)
        self._unshown: set[str] = set()
        self.described = Descriptions()
        self.replaced = Replacements(self.clusters.superseded)
        self.parted: set[tuple[Record, str]] = set()
        self.aliases: dict[str, str] = {}
        self.moved: dict[str, str] = {}
        self.placed: dict[Record, str] = {}
        self.forwards: list[tuple[Event, str]] = []
        self.moves = Moves(area)
        self.told = Told(area)
        self.quarantined: set[str] = set()
        self.erased: set[str] = set()
        self.touched: set[str] = set()
        self._shared_text: str | None = None
        self.shared_number = self.fixed_number = 0
        self.effects = Effects()

    tick_on: date | None

    # ── one entry ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def apply(self, entry: Entry) -> None:
        """Fold one entry that is no event, and note what it changes."""
        self._number(entry)
        APPLY[entry.kind](self, entry, entry.data())

    def apply_event(self, entry: Entry, event: Event | None) -> None:
        """Fold one agency event, after the decisions behind it; an erased one leaves no trace but its entry."""
        self._number(entry)
        if entry.load:  # what another area sent on belongs to no load of this one
            self.feeds.arrive(entry.source, entry.load, self.taken_at, self.effects)
        if event is None:
            return
        if event.subject_kind != "child":
            self._shared_event(event)
            return
        record = (event.subject.source, event.subject.local_id)
        here = self.clusters.child_of.get(record)
        if record in self.placed and self.moved.get(event.slot, here) == here:
            self.forwards.append((event, self.placed[record]))
        if self.is_elsewhere(record):
            return
        child = self.moved.get(event.slot) or self.clusters.child_of[record]
        self.moves.hear(event)
        self.effects.put("attribution", (self.area, event.id, entry.seq), (child, None, ""))
        feed = self.shared.feeds.get(event.source) if self.shared else None
        self.memory.add(child, event, entry.seq, feed.complete_to if feed else None)
        self.touched.add(child)
        if describes(event):
            self._describe(record, event)
        elif replaces(event):
            self.replaced.take(event)

    def _number(self, entry: Entry) -> None:
        self.seq, self.taken_at = max(self.seq, entry.seq), entry.taken_at

    # ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _describe(self, record: Record, event: Event) -> None:
        self.described.take(event)
        found = self.described.in_force(record)
        if found is None:
            self.clusters.describe(record, None)
            self.effects.remove("person", (self.area, *record))
        else:
            slot, told = found
            data = told.data or {}
            self.clusters.describe(record, self.person_of(record, data))
            row = (slot, told.revision, *(data.get(name) or "" for name in PERSON_COLUMNS))
            self.effects.put("person", (self.area, *record), row)
        self.show_child(self.clusters.child_of[record])
        self._show_closed()

    def show_child(self, child: str) -> None:
        """Let the child's row be written: alias, restriction and the short reference that stands for a name."""
        self._unshown.add(child)
        self.touched.add(child)

    def _show_children(self) -> None:
        for child in self._unshown:
            alias = self.aliases.get(child, "")
            # of an erased child nobody can tell any more whom it may be shown to
            is_erased = not alias and not self.clusters.records.get(child)
            restricted = int(is_erased or self.clusters.is_restricted(child))
            self.effects.put("child", (self.area, child), (alias, restricted, reference(child)))
        self._unshown.clear()

    def person_with(self, event: Event) -> Person | None:
        """Return what holds of a record's person once a description is taken; `None` if nothing does."""
        found = self.described.in_force((event.subject.source, event.subject.local_id), event)
        return self.person_of((event.subject.source, event.subject.local_id), found[1].data or {}) if found else None

    def person_of(self, record: Record, data: dict[str, Any]) -> Person:
        """Return what can be compared of a record that says this, as far as it may be."""
        held, person = self._compared
        if held is not data:
            person = self.scorer.person(data)
            self._compared = (data, person)
        if record in self.clusters.hidden:
            person = hidden(person)
        return msgspec.structs.replace(person, is_sealed=True) if self.clusters.is_sealed(record, person) else person

    def hide(self, record: Record, restricted: bool) -> None:
        """Take in whether an area that hands the record over says that its child is restricted."""
        if (record in self.clusters.hidden) == restricted:
            return
        (self.clusters.hidden.add if restricted else self.clusters.hidden.discard)(record)
        found = self.described.in_force(record)
        if record in self.clusters.people and found is not None:
            self.clusters.describe(record, self.person_of(record, found[1].data or {}))

    def _child_created(self, entry: Entry, data: dict[str, Any]) -> None:
        self.show_child(data["child"])

    def _record_linked(self, entry: Entry, data: dict[str, Any]) -> None:
        if "local_id" not in data:
            return
        record = (data["source"], data["local_id"])
        old, new = self.clusters.child_of.get(record, ""), data["child"]
        if old:
            self._close_link(record, entry.seq)
        if old and old != new:
            self._move(self.memory.events_of(record, old, self.moved), old, new, entry)
        self.link(record, new, data.get("by", ""))
        link = (new, data["how"], data.get("because", ""), data.get("by", ""))
        self.links[record] = (entry.seq, link)
        self.linked_at[entry.seq] = record
        self.clusters.created.setdefault(new, entry.seq)
        self.effects.put("source_record", (self.area, *record, entry.seq), (*link, None))
        for child in filter(None, (old, new)):
            self.show_child(child)
        self._show_closed()

    def link(self, record: Record, child: str, by: str) -> None:
        """Put the record into the child; only a person opens a record of a closed identity again."""
        clusters = self.clusters
        clusters.link(record, child)
        if by:
            clusters.decided.add(record)
        if child in clusters.sealed and record not in clusters.veiled:
            clusters.veil(record)
        elif by and child not in clusters.sealed and record in clusters.veiled:
            clusters.unveil(record)
            found = self.described.in_force(record)
            if found is not None:
                clusters.describe(record, self.person_of(record, found[1].data or {}))

    def _show_closed(self) -> None:
        for child in sorted(self.clusters.closed):
            self.show_child(child)
        self.clusters.closed.clear()

    def _close_link(self, record: Record, seq: int) -> None:
        since, link = self.links[record]
        self.effects.put("source_record", (self.area, *record, since), (*link, seq))

    def _children_merged(self, entry: Entry, data: dict[str, Any]) -> None:
        self.aliases[data["child"]] = data["into"]
        self.part()
        self.show_child(data["child"])

    def _events_moved(self, entry: Entry, data: dict[str, Any]) -> None:
        for slot in data["slots"]:
            self.moved[slot] = data["child"]
            self.effects.put("moved_slot", (self.area, slot), (data["child"],))
        found = self.memory.events_in(data["slots"])
        for old in sorted({child for _, child, _ in found}):
            mine = [(event, since) for event, child, since in found if child == old]
            if old != data["child"]:
                self._move(mine, old, data["child"], entry)

    def _move(self, events: list[tuple[Event, int]], old: str, new: str, entry: Entry) -> None:
        for event, since in events:
            self.effects.put("attribution", (self.area, event.id, since), (old, entry.seq, ""))
            self.effects.put("attribution", (self.area, event.id, entry.seq), (new, None, entry.id))
        self.memory.move([event for event, _ in events], old, new, entry.seq)
        self.touched |= {old, new}

    def _child_split(self, entry: Entry, data: dict[str, Any]) -> None:
        """Records go into a child of their own; one that a merge had retired is itself again."""
        if self.aliases.pop(data["into"], None) is not None:
            self.part()
            self.show_child(data["into"])

    def _identity_sealed(self, entry: Entry, data: dict[str, Any]) -> None:
        self.clusters.seal(data["child"])
        self._show_closed()

    def _review_raised(self, entry: Entry, data: dict[str, Any]) -> None:
        if "local_id" not in data:
            return
        self.matches[data["id"]] = data | {
            "state": "waiting",
            "by": "",
            "reason": "",
            "raised": entry.seq,
            "decided": 0,
        }
        self.asked_of[data["child"]].add(data["id"])
        self._show_match(data["id"])

    def _review_decided(self, entry: Entry, data: dict[str, Any]) -> None:
        raised = self.matches.get(data["id"])
        if raised is None:
            return
        self.matches[data["id"]] = (
            raised | {name: data[name] for name in ("state", "by", "reason")} | {"decided": entry.seq}
        )
        self._show_match(data["id"])

    def _show_match(self, name: str) -> None:
        match = self.matches[name]
        self.effects.put(
            "possible_match", (self.area, name),
            (match["source"], match["local_id"], match["child"], match["state"], match["rule"], match.get("score"), match["because"],
             match["by"], match["reason"], match["raised"], match["decided"]),
        )  # fmt: skip

    def _kept_apart(self, entry: Entry, data: dict[str, Any]) -> None:
        if "local_id" not in data:
            return
        record = (data["source"], data["local_id"])
        self.parted.add((record, data["child"]))
        self.part()
        self.effects.put("kept_apart", (self.area, *record, data["child"]), (data["by"],))

    def _apart_lifted(self, entry: Entry, data: dict[str, Any]) -> None:
        record = (data["source"], data["local_id"])
        for one, child in sorted(self.parted):
            if one == record and data["child"] in self._names(child):
                self.parted.discard((one, child))
                self.effects.remove("kept_apart", (self.area, *record, child))
        self.part()

    def part(self) -> None:
        """Keep records apart as people have said: from the children they named, and from what those were merged into."""
        self.clusters.apart = {(record, name) for record, child in self.parted for name in self._names(child)}

    def _names(self, child: str) -> list[str]:
        """Return the child's name and those it goes by since it was merged."""
        names = [child]
        while names[-1] in self.aliases:
            names.append(self.aliases[names[-1]])
        return names

    def _activated(self, entry: Entry, data: dict[str, Any]) -> None:
        self.scorer = scorer_of(data)

    # ── what the area shares ──────────────────────────────────────────────────────────────────────────────────────────

    def _shared_event(self, event: Event) -> None:
        row = self.calendars.get(event.slot)
        if row is not None and row.revision >= event.revision:
            return
        data = event.data
        if event.type == "SchoolCalendarPublished":
            days = tuple(data.get("school_days", ()))
            row = CalendarRow(
                event.revision, data["institution"], data.get("closed_from", ""), data.get("reopens_on", ""), days
            )
        else:
            row = CalendarRow(event.revision, "", "", "", ())
        self.calendars[event.slot] = row
        self.effects.put(
            "calendar", (self.area, event.slot),
            (row.revision, row.institution, row.closed_from, row.reopens_on, encode(row.school_days)),
        )  # fmt: skip

    def _configure(self, entry: Entry, data: dict[str, Any]) -> None:
        self.configured.configure(data, self.effects)
        self.show_area()

    def show_area(self) -> None:
        """Write the area's own row."""
        known = self.configured
        self.effects.put(
            "area", (self.area,),
            (known.name, known.live_from.isoformat() if known.live_from else None, self.seq, self.taken_at, self.tick_seq,
             self.tick_on.isoformat() if self.tick_on else None, self._shared_text,
             encode(known.modes), encode(known.leading)),
        )  # fmt: skip

    # ── feeds and ticks ───────────────────────────────────────────────────────────────────────────────────────────────

    def _load_started(self, entry: Entry, data: dict[str, Any]) -> None:
        self.feeds.load_started(data, self.effects)

    def _load_ended(self, entry: Entry, data: dict[str, Any]) -> None:
        self.feeds.load_ended(data, self.taken_at, self.effects)

    def flush(self) -> None:
        """Write what is kept back until the end of a batch: children, counts of loads, and the area's own row."""
        self._show_children()
        self.feeds.flush(self.effects)
        self.show_area()

    def facts_now(self) -> AreaFacts:
        """Return what the area shares at this entry."""
        known = self.configured
        return AreaFacts(
            self.area, known.live_from, dict(sorted(self.feeds.by_source.items())),
            dict(sorted(by_code(known.bodies.values()).items())),
            calendars_of(map(msgspec.structs.asdict, self.calendars.values())), dict(sorted(known.modes.items())),
            dict(sorted(known.leading.items())),
        )  # fmt: skip

    def share(self, facts: AreaFacts) -> None:
        """Hold the facts that children are judged by until the next tick."""
        before = self.shared
        self.shared_number += 1
        if before is None or but_feeds(before) != but_feeds(facts):
            self.fixed_number += 1
        self.shared, self._shared_text = facts, encode(facts)

    def _tick(self, entry: Entry, data: dict[str, Any]) -> None:
        self.share(self.facts_now())
        self.tick_seq, self.tick_on = entry.seq, date.fromisoformat(data["on"])
        self.show_area()

    # ── what was told ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _told(self, entry: Entry, data: dict[str, Any]) -> None:
        self.told.decided(entry.kind, data, self.effects)

    def _delivery_reported(self, entry: Entry, data: dict[str, Any]) -> None:
        self.told.reported(data, self.effects)

    def _answered(self, entry: Entry, data: dict[str, Any]) -> None:
        self.effects.put(
            "answer", (self.area, data["alert"], entry.seq),
            (data["kind"], data["actor"], data.get("reason", ""), data.get("until")),
        )  # fmt: skip

    def _quarantined(self, entry: Entry, data: dict[str, Any]) -> None:
        self.quarantined.add(data["child"])
        self.effects.put("quarantine", (self.area, data["child"]), (data["reason"], entry.taken_at))

    def _released(self, entry: Entry, data: dict[str, Any]) -> None:
        self.quarantined.discard(data["child"])
        self.effects.remove("quarantine", (self.area, data["child"]))
        self.touched.add(data["child"])

    def _erased(self, entry: Entry, data: dict[str, Any]) -> None:
        self.erased.add(data["name"])
        self.effects.put("erased", (self.area, data["name"]))

    def _placed(self, entry: Entry, data: dict[str, Any]) -> None:
        """An area answers for the subject now: it leaves `unplaced`, its history stays, and all of it is sent on."""
        record = (data.get("source", ""), data.get("local_id", ""))  # both are gone where the subject was erased since
        if not record[1]:
            return
        self.placed[record] = data["placed_in"]
        self.moves.settled.append(record)
        self.effects.put("placed", (self.area, *record), (data["placed_in"],))
        child = self.clusters.child_of.get(record)
        if child is None:
            return
        self._close_link(record, entry.seq)
        for event, since in self.memory.events_of(record, child, self.moved):
            self.effects.put("attribution", (self.area, event.id, since), (child, entry.seq, ""))
            self.forwards.append((event, data["placed_in"]))
        self.effects.remove("person", (self.area, *record))
        self.clusters.forget(record)
        self.described.forget(record)
        self.links.pop(record)
        self.memory.drop(child)
        self.show_child(child)

    # ── moves between areas ───────────────────────────────────────────────────────────────────────────────────────────

    def is_elsewhere(self, record: Record) -> bool:
        """Tell whether nothing of the record is kept here: it only waited for its area, and has one."""
        return record in self.placed and record not in self.clusters.child_of

    def present(self, child: str) -> str:
        """Return the child that a merged one is now."""
        while child in self.aliases:
            child = self.aliases[child]
        return child

    def _child_left(self, entry: Entry, data: dict[str, Any]) -> None:
        self.moves.child_left(entry, data, self.effects)
        self._judge_anew(data["child"])

    def _child_returned(self, entry: Entry, data: dict[str, Any]) -> None:
        self.moves.child_returned(data, self.effects)
        self._judge_anew(data["child"])

    def _judge_anew(self, child: str) -> None:
        self.memory.judge_anew(child)
        self.touched.add(child)

    def _record_left(self, entry: Entry, data: dict[str, Any]) -> None:
        if "local_id" not in data:  # erased since
            return
        record = (data["source"], data["local_id"])
        self.placed[record] = data["to"]
        self.effects.put("placed", (self.area, *record), (data["to"],))
        self.moves.leaving.append((record, data["child"], self.moves.left[data["child"]]))

    def _subject_moved(self, entry: Entry, data: dict[str, Any]) -> None:
        if "local_id" not in data:
            return
        record = (data["source"], data["local_id"])
        self.moves.settled.append(record)
        child = self.clusters.child_of.get(record)
        self.hide(record, data.get("restricted", False))
        if child is not None:
            self.show_child(child)
        if self.placed.get(record, data["moved_from"]) != data["moved_from"]:
            return  # it went to a third area meanwhile: what comes for it goes on there
        self.moves.arrive(entry, data, self.effects)
        if child is not None:
            self._judge_anew(child)
        if self.placed.pop(record, None) is not None:
            self.effects.remove("placed", (self.area, *record))

    def _nothing(self, entry: Entry, data: dict[str, Any]) -> None:
        """An input whose decisions, which stand behind it, say everything."""


APPLY: dict[str, Callable[[AreaState, Entry, dict[str, Any]], None]] = {
    "load_started": AreaState._load_started,
    "load_ended": AreaState._load_ended,
    "configure": AreaState._configure,
    "tick": AreaState._tick,
    "answer": AreaState._answered,
    "subject_placed": AreaState._placed,
    "subject_moved": AreaState._subject_moved,
    "move_child": AreaState._nothing,
    "child_left": AreaState._child_left,
    "child_returned": AreaState._child_returned,
    "record_left": AreaState._record_left,
    "decide_link": AreaState._nothing,
    "release_quarantine": AreaState._nothing,
    "split_child": AreaState._nothing,
    "move_events": AreaState._nothing,
    "merge_children": AreaState._nothing,
    "undo": AreaState._nothing,
    "activate_model": AreaState._activated,
    "child_split": AreaState._child_split,
    "identity_sealed": AreaState._identity_sealed,
    "apart_lifted": AreaState._apart_lifted,
    "erasure": AreaState._erased,
    "delivery_reported": AreaState._delivery_reported,
    "child_created": AreaState._child_created,
    "record_linked": AreaState._record_linked,
    "children_merged": AreaState._children_merged,
    "events_moved": AreaState._events_moved,
    "review_raised": AreaState._review_raised,
    "review_decided": AreaState._review_decided,
    "kept_apart": AreaState._kept_apart,
    "alert_raised": AreaState._told,
    "alert_retracted": AreaState._told,
    "alert_closed": AreaState._told,
    "subject_quarantined": AreaState._quarantined,
    "subject_released": AreaState._released,
}

PERSON_COLUMNS = (
    "nhs_number", "upn", "former_upn", "family_name", "given_names", "birth_date", "death_date", "postcode", "sex",
    "school_urn", "sensitivity", "ethnicity",
)  # fmt: skip


def scorer_of(data: dict[str, Any]) -> Scorer:
    """Return the model that was activated, with the rules that protect children: no file switches those off."""
    model = msgspec.convert(data["model"], Model, strict=False)
    return Scorer(msgspec.structs.replace(model, keeps_children=True))


def topic_of(event: Event) -> str:
    """Return the topic that an event travels on; a withdrawal takes that of what it withdraws."""
    kind = event.data.get("kind", "") if event.type == "SourceRecordWithdrawn" else event.type
    return BY_NAME[kind].topic


def but_feeds(facts: AreaFacts) -> AreaFacts:
    """Return shared facts without what feeds have told, to see whether anything else changed."""
    return msgspec.structs.replace(facts, feeds=dict.fromkeys(facts.feeds))
