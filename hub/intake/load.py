"""One load of one source: rows become revisions, revisions become events in the outbox."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct, field

from hub.domain.errors import Unusable
from hub.domain.events.envelope import Event, Subject
from hub.domain.events.index import BY_NAME
from hub.domain.identifiers import Keyed
from hub.domain.instants import day_in, stamp
from hub.domain.said import Held, Refusal, Row, Said
from hub.intake import ledger
from hub.intake.ledger import Change, Entry, Slot, table_of
from hub.intake.placing import UNPLACED, Placing, subject_name
from hub.intake.recovery import is_lost, recovered
from hub.ports import Store, Unit

BLOCK = 2000
KEYLESS = "content"
"""Stands for the table in the ledger's keys of rows that have no key of their own."""

HELD_SHARE, HELD_ROWS = 0.02, 20
"""A load that would withdraw more than this share of the rows it covers, and more than this many, waits for a person."""


class Source(Struct, frozen=True):
    """A configured source."""

    source: str
    connector: str
    agency: str
    areas: tuple[str, ...] = ()


class Extract(Struct, frozen=True):
    """What is said about an extract by whoever brings it.

    Attributes:
        kind: `full` (absence means something inside `covers`) or `changes`.
        covers: First and last date of the facts that a full extract holds, both inclusive.
        complete_to: Last date up to which the source has told everything, inclusive.
        extracted_at: When the source made it; the second half of every row's version.
        recorded_at: When it reached us.
        is_simulated: The hub's clock follows `recorded_at` (a simulated past) instead of the present.
        is_released: A person has seen what it withdraws and let it through.
    """

    kind: str
    extracted_at: datetime
    recorded_at: datetime
    covers: tuple[date, date] | None = None
    complete_to: date | None = None
    is_simulated: bool = False
    is_released: bool = False


class Outcome(Struct):
    """What a load did; `read` is the sum of accepted, accepted_with_notes and refused."""

    load: str = ""
    read: int = 0
    accepted: int = 0
    accepted_with_notes: int = 0
    refused: int = 0
    withdrawn: int = 0
    held: bool = False
    held_because: str = ""
    events: Counter[str] = field(default_factory=Counter)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    notes: Counter[tuple[str, str]] = field(default_factory=Counter)


class Load:
    """A load under way. Make one, call `run`."""

    def __init__(self, store: Store, keyed: Keyed, source: Source, extract: Extract) -> None:
        self._store, self._keyed, self._source, self._extract = store, keyed, source, extract
        self._placing = Placing(store, keyed, source)
        self.out = Outcome(load=self._number())
        self._sent: dict[str, Counter[str]] = {area: Counter() for area in source.areas}
        self._seen: set[str] = set()
        self._equal: Counter[str] = Counter()
        self._at = stamp(extract.extracted_at)
        self._is_lost = is_lost(store, source.source)
        self._taken_at = stamp(extract.recorded_at) if extract.is_simulated else ""

    def run(self, rows: Iterable[Row | Refusal | Held], absent: Iterable[str] = ()) -> Outcome:
        """Read all rows, write what is new, and say how it went.

        Args:
            rows: The connector's reading, in file order; no `Held` may be among them any more.
            absent: Keys of rows that the ledger has, the extract covers and does not hold (`missing`).
        """
        self._mark("running", "load_started")
        for block in _blocks(rows):
            with self._store.begin() as unit:
                self._take(unit, block)
        absent = list(absent)
        for start in range(0, len(absent), BLOCK):
            with self._store.begin() as unit:
                self._withdraw(unit, absent[start : start + BLOCK])
        self._cover()
        self._mark("ended", "load_ended")
        return self.out

    def hold(self, because: str, path: str) -> Outcome:
        """Record that the load waits for a person; nothing of it begins."""
        self.out.held, self.out.held_because = True, because
        with self._store.begin() as unit:
            unit.put("load", [self.load_row(self._source, self._extract, self.out, "held", path)])
        return self.out

    # ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, unit: Unit, block: list[Row | Refusal | Held]) -> None:
        block = [self._named(item) if isinstance(item, Row) else item for item in block]
        block = [self._without_erased(item) if isinstance(item, Row) else item for item in block]
        refusals = [item for item in block if isinstance(item, Refusal)]
        pieces = [piece for item in block if isinstance(item, Row) for piece in self._pieces(item)]
        self._placing.learn([(row, said) for row, _, said in pieces])
        entries = self._entries(unit, {key for _, key, _ in pieces})
        if self._is_lost:
            unknown = [piece for piece in pieces if piece[1] not in entries]
            entries |= recovered(unit, self._keyed, self._source.source, unknown)
        changes: list[tuple[Row, Change]] = []
        refused: set[int] = set()
        for row, key, said in pieces:
            try:
                self._piece(row, key, said, entries, changes)
            except ledger.TwoContents:
                refused.add(id(row))
                refusals.append(Refusal(row.file, row.number, "version", "two contents, one version"))
        self._count([item for item in block if isinstance(item, Row)], refused)
        self._placing.know(unit, {change.local_id for _, change in changes})
        self._placing.remember(change.said for _, change in changes if change.said is not None)
        self._placing.write(unit)
        self._emit(unit, changes, entries)
        self._settle(unit)
        self._refuse(unit, refusals)

    def _named(self, row: Row) -> Row:
        names = {one.local_id: subject_name(self._keyed, self._source.source, one.local_id) for one in row.said}
        if all(old == new for old, new in names.items()):
            return row
        said = tuple(msgspec.structs.replace(one, local_id=names[one.local_id]) for one in row.said)
        return msgspec.structs.replace(row, said=said)

    def _without_erased(self, row: Row) -> Row:
        """Leave out what is said of erased subjects, before anything of it is remembered anywhere."""
        said = tuple(one for one in row.said if not self._placing.is_erased(one.local_id))
        return row if len(said) == len(row.said) else msgspec.structs.replace(row, said=said)

    def _pieces(self, row: Row) -> Iterator[tuple[Row, str, list[Said]]]:
        """Yield what the row says by slot key: its own, and those it shares with other rows."""
        key = row.key or self._content_key(row)
        own = [
            said if row.key else msgspec.structs.replace(said, key=key)
            for said in row.said
            if said.key in (row.key, "")
        ]
        yield row, key, own
        shared: dict[str, list[Said]] = {}
        for said in row.said:
            if said.key not in (row.key, ""):
                shared.setdefault(said.key, []).append(said)
        for other, said_there in shared.items():
            yield row, other, said_there

    def _content_key(self, row: Row) -> str:
        content = self._keyed.name("content", *[ledger.digest(ledger.content_of(said)) for said in row.said])
        self._equal[content] += 1
        return f"{KEYLESS}:{content}:{self._equal[content]}"

    def _piece(
        self, row: Row, key: str, said: list[Said], entries: dict[str, Entry], changes: list[tuple[Row, Change]]
    ) -> None:
        entry = entries.get(key)
        version = (row.version, self._at)
        if entry is None and (not said or self._placing.is_gone(said, self._at)):
            return  # nothing said where nothing was said before needs no memory
        self._seen.add(key)
        try:
            made, new = ledger.compare(said, version, entry, self._keyed.name, self._source.source)
        except ledger.TwoContents:
            if key != row.key:  # what many rows share is settled by the first of them
                return
            raise
        changes += ((row, change) for change in made)
        if new is not None:
            new.table = table_of(key)
            entries[key] = new

    def _entries(self, unit: Unit, keys: set[str]) -> dict[str, Entry]:
        sql = "SELECT * FROM intake_row WHERE source = :source AND key IN :keys"
        rows = unit.select(sql, source=self._source.source, keys=sorted(keys)) if keys else []
        self._before = {row["key"]: _entry(row) for row in rows}
        return dict(self._before)

    def _write_entries(self, unit: Unit, entries: dict[str, Entry]) -> None:
        source = self._source.source
        unit.put(
            "intake_row",
            [
                (source, key, entry.version[0], entry.version[1], entry.hash,
                 entry.row_on.isoformat() if entry.row_on else None, entry.table, msgspec.json.encode(entry.slots).decode())
                for key, entry in entries.items()
                if self._before.get(key) is not entry
            ],
        )  # fmt: skip

    # ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _emit(self, unit: Unit, changes: Sequence[tuple[Row | None, Change]], entries: dict[str, Entry]) -> None:
        ids: dict[str, str] = {}
        rows: list[tuple[Any, ...]] = []
        for row, change in changes:
            for area in self._placing.areas_of(change.local_id, change.subject_kind, row.area if row else ""):
                event = self._event(change, area)
                ids[change.slot] = event.id
                topic = BY_NAME[change.kind].topic
                rows.append((area, topic, "event", event.id, msgspec.json.encode(event).decode(), self._taken_at))
                self._sent.setdefault(area, Counter())[topic] += 1
                self.out.events[event.type] += 1
        for entry in entries.values():
            for slot in entry.slots:
                if not slot.event and slot.slot in ids:
                    slot.event = ids[slot.slot]
        unit.put("outbox", rows)
        self._write_entries(unit, entries)

    def _settle(self, unit: Unit) -> None:
        """Tell `unplaced` of subjects that have an area now: it sends on all that it has of them, and what still comes."""
        rows: list[tuple[Any, ...]] = []
        settled = self._placing.settled()
        for source, local_id, area in settled:
            body = msgspec.json.encode({"source": source, "local_id": local_id, "placed_in": area}).decode()
            name = self._keyed.name("subject_placed", source, local_id)
            rows.append((UNPLACED, "sources", "subject_placed", name, body, self._taken_at))
        unit.put("settling", settled)
        unit.put("outbox", rows)

    def _event(self, change: Change, area: str) -> Event:
        said = change.said
        return Event(
            id=self._keyed.name("event", change.slot, change.revision, change.content),
            type=said.kind if said else "SourceRecordWithdrawn",
            slot=change.slot,
            revision=change.revision,
            source=self._source.source,
            load=self.out.load,
            agency=self._source.agency,
            area=area,
            subject=Subject(self._source.source, change.local_id),
            subject_kind=sys.intern(change.subject_kind),  # type: ignore[arg-type]  # the default is left out by identity
            recorded_at=self._extract.recorded_at,
            occurred_on=said.occurred_on if said else None,
            source_recorded_at=said.source_recorded_at if said else None,
            supersedes=change.supersedes,
            data=msgspec.to_builtins(said.payload) if said else {"kind": change.kind},
        )

    def _withdraw(self, unit: Unit, keys: list[str]) -> None:
        entries = self._entries(unit, set(keys))
        changes: list[tuple[Row | None, Change]] = []
        for key, entry in entries.items():
            made = [change for slot in entry.slots for change in ledger.withdrawal(slot)]
            self.out.withdrawn += bool(made)
            changes += ((None, change) for change in made)
            slots = [ledger.emptied(slot) for slot in entry.slots]
            entries[key] = Entry((entry.version[0], self._at), "", entry.table, slots, entry.row_on)
        self._placing.know(unit, {change.local_id for _, change in changes})
        self._emit(unit, changes, entries)

    # ── counts, refusals, marks ───────────────────────────────────────────────────────────────────────────────────────

    def _count(self, rows: list[Row], refused: set[int]) -> None:
        for row in rows:
            self.out.read += 1
            if id(row) in refused:
                continue
            self.out.accepted_with_notes += bool(row.notes)
            self.out.accepted += not row.notes
            for note in row.notes:
                self.out.notes[(f"{row.file}: {note.field}", note.reason)] += 1
        self.out.read -= len(refused)

    def _refuse(self, unit: Unit, refusals: list[Refusal]) -> None:
        rows = []
        for refusal in refusals:
            self.out.read += 1
            self.out.refused += 1
            name = self._keyed.name("refusal", self._source.source, refusal.file, refusal.content or refusal.row)
            self.out.refusals.append(
                {"file": refusal.file, "row": refusal.row, "field": refusal.field, "reason": refusal.reason}
            )
            rows.append(
                (self._source.source, name, self.out.load, refusal.file, refusal.row, refusal.field, refusal.reason, "",
                 "waiting", refusal.content, self._source.areas[0] if len(self._source.areas) == 1 else "",
                 stamp(self._extract.recorded_at))
            )  # fmt: skip
        unit.put("refusal", rows)

    def _cover(self) -> None:
        if self._extract.kind != "full" or not self._extract.covers:
            return
        first, last = (day.isoformat() for day in self._extract.covers)
        tables = sorted({table_of(key) for key in self._seen})
        inside = "covers_from >= :first AND covers_to <= :last AND extracted_at < :at"  # the newer one says more
        with self._store.begin() as unit:
            for table in tables:
                unit.execute(
                    f"DELETE FROM coverage WHERE source = :s AND table_name = :t AND {inside}",
                    s=self._source.source, t=table, first=first, last=last, at=self._at,
                )  # fmt: skip
            known = unit.select("SELECT * FROM coverage WHERE source = :s", s=self._source.source)
            newer = {row["table_name"] for row in known if (row["covers_from"], row["covers_to"]) == (first, last)}
            unit.put("coverage", [(self._source.source, t, first, last, self._at) for t in tables if t not in newer])

    def _mark(self, state: str, kind: str) -> None:
        source, extract, out = self._source, self._extract, self.out
        complete_to = extract.complete_to.isoformat() if extract.complete_to else None
        with self._store.begin() as unit:
            unit.execute(  # of a load that broke off nothing more comes; this one sends what it left
                "UPDATE load SET state = 'broken off' WHERE source = :s AND state = 'running'", s=source.source
            )
            unit.put("load", [self.load_row(source, extract, out, state)])
            body = {
                "source": source.source, "connector": source.connector, "agency": source.agency, "load": out.load,
                "complete_to": complete_to, "recorded_at": stamp(extract.recorded_at), "extract": extract.kind,
            }  # fmt: skip
            marks = []
            for area in sorted(self._sent):
                counts = {"topics": dict(sorted(self._sent[area].items()))} if kind == "load_ended" else {}
                name = self._keyed.name(kind, source.source, out.load, area)
                text = msgspec.json.encode(body | counts | {"area": area}).decode()
                marks.append((area, "sources", kind, name, text, self._taken_at))
            if marks:
                unit.put("outbox", marks)

    @staticmethod
    def load_row(source: Source, extract: Extract, out: Outcome, state: str, path: str = "") -> tuple[Any, ...]:
        """Return the row of the `load` table."""
        covers = "..".join(day.isoformat() for day in extract.covers) if extract.covers else None
        complete_to = extract.complete_to.isoformat() if extract.complete_to else None
        return (
            source.source, out.load, state, extract.kind, covers, complete_to, stamp(extract.extracted_at),
            stamp(extract.recorded_at), out.read, out.accepted, out.accepted_with_notes, out.refused, out.withdrawn,
            msgspec.json.encode(dict(sorted(out.events.items()))).decode(), out.held_because, path, " ".join(source.areas),
            msgspec.json.encode([[*what, count] for what, count in sorted(out.notes.items())]).decode(),
        )  # fmt: skip

    def _number(self) -> str:
        sql = "SELECT count(*) AS n FROM load WHERE source = :source"
        return f"{self._source.source}-{self._store.select(sql, source=self._source.source)[0]['n'] + 1:05d}"


def missing(
    store: Store, source: Source, extract: Extract, present: set[str], whole: bool, doubtful: set[str]
) -> tuple[list[str], str]:
    """Return the keys of rows that a full extract withdraws by leaving them out, and why it must be held, if it must.

    Only rows inside the coverage, of the tables that the extract holds, and older than it count; a row without the date
    of a fact is never withdrawn by absence.

    Args:
        store: Where the ledger is.
        source: The source.
        extract: What is said of the extract.
        present: Keys that the extract holds.
        whole: Whether every file that the source gave before is there.
        doubtful: Tables of which a row was refused: nobody is absent from them.
    """
    if extract.kind != "full" or not extract.covers or not whole:
        return [], ""
    first, last = extract.covers
    tables = {table_of(key) for key in present} - doubtful
    sql = (
        "SELECT key, extracted_at, table_name FROM intake_row"
        " WHERE source = :source AND row_on >= :first AND row_on <= :last AND hash <> ''"
    )
    rows = store.select(sql, source=source.source, first=first.isoformat(), last=last.isoformat())
    covered = [row for row in rows if row["table_name"] in tables]
    at = stamp(extract.extracted_at)
    gone = [row["key"] for row in covered if row["key"] not in present and row["extracted_at"] < at]
    if len(gone) > HELD_ROWS and len(gone) > HELD_SHARE * len(covered):
        return gone, f"would withdraw {len(gone)} of {len(covered)} rows"
    return gone, ""


def usable_source(store: Store, name: str) -> Source:
    """Return the configured source; raise `Unusable` if there is none of that name."""
    rows = store.select("SELECT * FROM source WHERE source = :name", name=name)
    if not rows:
        raise Unusable(name, "source", "not configured: add it with `hub source add`")
    row = rows[0]
    return Source(row["source"], row["connector"], row["agency"], tuple(row["areas"].split()))


def _entry(row: dict[str, Any]) -> Entry:
    on = day_in(row["row_on"])
    slots = msgspec.json.decode(row["slots"], type=list[Slot])
    return Entry((row["version"], row["extracted_at"]), row["hash"], row["table_name"], slots, on)


def _blocks(rows: Iterable[Row | Refusal | Held]) -> Iterator[list[Row | Refusal | Held]]:
    walk = iter(rows)
    while block := list(islice(walk, BLOCK)):
        yield block
