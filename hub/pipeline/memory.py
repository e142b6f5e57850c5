"""The children an area worker has at hand: their live facts and the rows last written for them.

A cache over the store and nothing more: it is dropped after any failed commit, and a child that is not in it is read
again. What the batch under way adds waits in `pending` until the child is recalled.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Container, Iterable
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct, field

from hub.domain.effects import Key, Row
from hub.domain.events.envelope import Event
from hub.domain.events.index import SNAKE
from hub.domain.facts import Fact
from hub.domain.identity.cluster import Record
from hub.domain.obligation import Judgement
from hub.domain.obligations import OF_LINES_ALONE
from hub.domain.provision import Kept
from hub.pipeline.journal import DECISIONS, EVENT
from hub.ports import Reader

NOT_JUDGED = frozenset({"PersonDescribed", "IdentifierSuperseded", "IdentifierTraced"})
"""Kinds that no rule reads: identity has them."""

SESSIONS = frozenset({"session_delivered", "session_missed"})

JUDGED_TABLES = {
    "obligation": ("area", "obligation"),
    "provision": ("area", "child", "line", "period"),
    "shortfall": ("area", "child", "line"),
    "unmatched": ("area", "child", "event"),
    "timer": ("area", "child"),
}
"""Tables that hold what was judged of a child, with the columns of their keys."""


class Half(Struct, frozen=True):
    """One half of a judgement, and what it was judged by.

    Attributes:
        on: The date judged at.
        shared: Number of the area's shared facts.
        fixed: Number of those of them that are no feeds.
        reads_feeds: How far feeds are complete may change it.
        rows: Its read rows.
        kept: What the next judgement of lines need not find again, as long as this half is kept.
    """

    judgement: Judgement
    on: date
    shared: int
    fixed: int
    reads_feeds: bool
    rows: dict[tuple[str, Key], Row]
    kept: Kept | None = None


class Child(Struct):
    """One child at hand.

    Attributes:
        slots: Slot to its highest revision and the fact in it; `None` for a withdrawn slot and for what is not judged.
        rows: What was judged last, by table and key.
        judged: The halves of the last judgement, kept while nothing that they read has changed.
        reporters: (line, source) of every session that the half about lines has read.
        sent_on: Slots of what another area sent on with the child.
    """

    slots: dict[str, tuple[int, Fact | None]] = field(default_factory=dict)
    rows: dict[tuple[str, Key], Row] = field(default_factory=dict)
    judged: dict[str, Half] = field(default_factory=dict)
    reporters: set[tuple[str, str]] = field(default_factory=set)
    sent_on: set[str] = field(default_factory=set)

    def fold(self, event: Event, complete_to: date | None = None) -> None:
        """Take an event in; the highest revision of a slot wins, in whatever order they come.

        Args:
            event: The event.
            complete_to: How far its source was complete at the last tick.
        """
        if was_sent_on(event) and event.slot not in self.sent_on:
            self.sent_on.add(event.slot)
            self.judged.clear()
        held = self.slots.get(event.slot)
        if held is not None and event.revision <= held[0]:
            return
        fact = fact_of(event)
        self.slots[event.slot] = (event.revision, fact)
        kinds = {known.type for known in (fact, held[1] if held else None) if known is not None}
        if kinds and not (held is None and fact is not None and self._is_too_new(fact, complete_to)):
            self.judged.pop("lines", None)
        if not kinds <= OF_LINES_ALONE:
            self.judged.pop("duties", None)

    def _is_too_new(self, fact: Fact, complete_to: date | None) -> bool:
        """Whether it is one more session, of a week that is not judged before its source is complete to that week."""
        if complete_to is None or fact.type not in SESSIONS or "made_up_for" in fact.data:
            return False
        day = fact.day("on") or fact.occurred_on
        return day is not None and day > complete_to and (fact.data.get("line", ""), fact.source) in self.reporters

    def facts(self) -> list[Fact]:
        """Return the live facts in order of slot, so that nothing depends on the order of arrival."""
        return [fact for _, (_, fact) in sorted(self.slots.items()) if fact is not None]


def was_sent_on(event: Event) -> bool:
    """Tell whether another area sent the event on: it is of no load here, and nothing that a person recorded here."""
    return not event.load and event.agency != event.area


def fact_of(event: Event) -> Fact | None:
    """Return what rules read of an event, or `None` for a withdrawal and for what no rule reads."""
    if event.type == "SourceRecordWithdrawn" or event.type in NOT_JUDGED:
        return None
    return Fact(SNAKE[event.type], event.id, event.slot, event.source, event.occurred_on, event.recorded_at, event.data)


class Fresh(Struct, frozen=True):
    """An event whose child this batch decided: since which entry it is the child's. The store does not know it yet."""

    event: Event
    child: str
    since: int


class Memory:
    """Children of one area, at most `limit` of them between batches."""

    def __init__(self, reader: Reader, area: str, limit: int = 2000) -> None:
        self._reader, self._area, self._limit = reader, area, limit
        self._children: OrderedDict[str, Child] = OrderedDict()
        self._fresh: dict[str, Fresh] = {}
        self._fresh_of: dict[str, set[str]] = defaultdict(set)
        self._fresh_by: dict[Record, set[str]] = defaultdict(set)

    def add(self, child: str, event: Event, since: int, complete_to: date | None) -> None:
        """Note an event attributed to the child in this batch.

        Args:
            child: The child.
            event: The event.
            since: Number of its entry.
            complete_to: How far its source was complete at the last tick.
        """
        self._note(Fresh(event, child, since))
        held = self._children.get(child)
        if held is not None:
            held.fold(event, complete_to)

    def move(self, events: list[Event], old: str, new: str, since: int) -> None:
        """Note that events go from one child to another."""
        self._children.pop(old, None)
        self._children.pop(new, None)
        for event in events:
            self._note(Fresh(event, new, since))

    def _note(self, fresh: Fresh) -> None:
        name = fresh.event.id
        before = self._fresh.get(name)
        if before is not None:
            self._fresh_of[before.child].discard(name)
        self._fresh[name] = fresh
        self._fresh_of[fresh.child].add(name)
        self._fresh_by[fresh.event.subject.source, fresh.event.subject.local_id].add(name)

    def judge_anew(self, child: str) -> None:
        """Keep nothing of a child's last judgement but its rows: what it was judged by has changed."""
        if (held := self._children.get(child)) is not None:
            held.judged.clear()

    def drop(self, child: str) -> None:
        """Forget a child, so that it is read again."""
        self._children.pop(child, None)

    def recall(self, children: Iterable[str]) -> dict[str, Child]:
        """Return the children, reading those that are not at hand."""
        wanted = sorted(children)
        missing = [child for child in wanted if child not in self._children]
        for child in missing:
            self._children[child] = Child()
        self._read_facts(missing)
        self._read_rows(missing)
        for child in missing:
            for name in self._fresh_of.get(child, ()):
                self._children[child].fold(self._fresh[name].event)
        for child in wanted:
            self._children.move_to_end(child)
        return {child: self._children[child] for child in wanted}

    def committed(self) -> None:
        """Trim after a commit: the store knows all of it now."""
        self._fresh.clear()
        self._fresh_of.clear()
        self._fresh_by.clear()
        while len(self._children) > self._limit:
            self._children.popitem(last=False)

    def events_of(self, record: Record, child: str, moved: Container[str]) -> list[tuple[Event, int]]:
        """Return the record's events that the child has, with the start of their attribution, leaving out moved slots."""
        sql = (
            "SELECT j.seq, j.body, a.known_from FROM journal j JOIN attribution a ON a.area = j.area AND a.event = j.id"
            " WHERE j.area = :area AND j.source = :source AND j.local_id = :local_id AND j.kind = 'event'"
            " AND a.child = :child AND a.known_to IS NULL AND j.body <> ''"
        )
        rows = by_seq(self._reader.select(sql, area=self._area, source=record[0], local_id=record[1], child=child))
        found = [(EVENT.decode(row["body"]), row["known_from"]) for row in rows]
        found = [(event, since) for event, since in found if event.id not in self._fresh]
        fresh = (self._fresh[name] for name in self._fresh_by.get(record, ()))
        found += sorted(((one.event, one.since) for one in fresh if one.child == child), key=lambda pair: pair[1])
        return [(event, since) for event, since in found if event.slot not in moved]

    def events_in(self, slots: list[str]) -> list[tuple[Event, str, int]]:
        """Return the attributed events in the slots: event, child, start of the attribution."""
        sql = (
            "SELECT j.seq, j.body, a.child, a.known_from FROM journal j"
            " JOIN attribution a ON a.area = j.area AND a.event = j.id"
            " WHERE j.area = :area AND j.slot IN :slots AND j.kind = 'event' AND a.known_to IS NULL AND j.body <> ''"
        )
        rows = by_seq(self._reader.select(sql, area=self._area, slots=sorted(slots)))
        found = [(EVENT.decode(row["body"]), row["child"], row["known_from"]) for row in rows]
        wanted = set(slots)
        fresh = [(one.event, one.child, one.since) for one in self._fresh.values() if one.event.slot in wanted]
        return [one for one in found if one[0].id not in self._fresh] + sorted(fresh, key=lambda one: one[2])

    def child_before(self, record: Record, seq: int) -> str:
        """Return the child that the record was in until the entry with that number linked it elsewhere; empty if none."""
        sql = "SELECT child FROM source_record WHERE area = :area AND source = :source AND local_id = :local_id AND known_to = :seq"
        rows = self._reader.select(sql, area=self._area, source=record[0], local_id=record[1], seq=seq)
        return str(rows[0]["child"]) if rows else ""

    def because_of(self, number: int) -> list[int]:
        """Return the entries that the link of an entry hangs on: those that linked the records it agreed with."""
        sql = "SELECT body FROM journal WHERE area = :area AND seq = :seq AND kind = 'record_linked'"
        rows = self._reader.select(sql, area=self._area, seq=number)
        return list(msgspec.json.decode(rows[0]["body"]).get("because_of", ())) if rows else []

    def records_of(self, slots: list[str]) -> dict[str, Record]:
        """Return for each slot the record whose events are in it."""
        sql = "SELECT DISTINCT slot, source, local_id FROM journal WHERE area = :area AND slot IN :slots AND local_id <> ''"
        rows = self._reader.select(sql, area=self._area, slots=sorted(slots))
        return {row["slot"]: (row["source"], row["local_id"]) for row in rows}

    def behind(self, entry: str) -> list[tuple[int, str, dict[str, Any]]]:
        """Return the decisions behind an entry: number, kind and body, in order; none for an unknown one."""
        at = self._reader.select("SELECT seq FROM journal WHERE area = :area AND id = :id", area=self._area, id=entry)
        found: list[tuple[int, str, dict[str, Any]]] = []
        sql = "SELECT seq, kind, body FROM journal WHERE area = :area AND seq > :seq ORDER BY seq LIMIT 1000"
        for row in self._reader.select(sql, area=self._area, seq=at[0]["seq"]) if at else ():
            if row["kind"] not in DECISIONS:
                break
            found.append((row["seq"], row["kind"], msgspec.json.decode(row["body"])))
        return found

    def select(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Return rows of the area as it was committed."""
        return self._reader.select(sql, area=self._area, **parameters)

    def _read_facts(self, children: list[str]) -> None:
        sql = (
            "SELECT a.child, j.body FROM attribution a JOIN journal j ON j.area = a.area AND j.id = a.event"
            " WHERE a.area = :area AND a.known_to IS NULL AND j.body <> '' AND a.child IN :children"
        )
        for row in self._reader.select(sql, area=self._area, children=children) if children else ():
            event = EVENT.decode(row["body"])
            if event.id not in self._fresh:
                self._children[row["child"]].fold(event)

    def _read_rows(self, children: list[str]) -> None:
        for table, key in JUDGED_TABLES.items() if children else ():
            for row in self._reader.select(
                f"SELECT * FROM {table} WHERE area = :area AND child IN :children", area=self._area, children=children
            ):
                child = row["child"]
                of_key: tuple[Any, ...] = tuple(row.pop(name) for name in key)
                self._children[child].rows[table, of_key] = tuple(row.values())


def by_seq(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows in journal order. Asked to sort them, SQLite would walk the whole journal instead of an index."""
    return sorted(rows, key=lambda row: row["seq"])
