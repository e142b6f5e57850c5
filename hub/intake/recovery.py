"""A ledger that was lost is made again from the journal (invariant 1), slot by slot as rows come in.

What a row said is not in the journal, only the names of its slots are; but the key gives those names again, and the id of
an event says whether its content is the same. So an unchanged row still gives nothing, a changed one the next revision, and
one that says another kind of thing now withdraws what it said. A row that says nothing at all any more names no subject:
what it said before the loss is then not withdrawn.
"""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from hub.domain.events.envelope import Event
from hub.domain.events.index import BY_NAME
from hub.domain.identifiers import Keyed
from hub.domain.instants import stamp
from hub.domain.said import Row, Said
from hub.intake import ledger
from hub.intake.ledger import Entry, Slot
from hub.ports import Reader, Store

UNKNOWN = "lost"
"""Stands for the hash of a row whose ledger entry was lost: equal to none."""


def is_lost(store: Store, source: str) -> bool:
    """Tell whether the source's ledger was lost: it has events in a journal and had no row here. Said once, it stays so."""
    mark = f"ledger lost: {source}"
    if store.select("SELECT value FROM meta WHERE key = :mark", mark=mark):
        return True
    if store.select("SELECT key FROM intake_row WHERE source = :source LIMIT 1", source=source):
        return False
    if not store.select("SELECT id FROM journal WHERE source = :source AND kind = 'event' LIMIT 1", source=source):
        return False
    with store.begin() as unit:
        unit.put("meta", [(mark, "1")])
    return True


class _Told(Struct):
    """What the journal has of one slot: its newest event, and the newest version of its row."""

    event: Event
    version: tuple[str, str]


def recovered(
    reader: Reader, keyed: Keyed, source: str, pieces: Iterable[tuple[Row, str, Sequence[Said]]]
) -> dict[str, Entry]:
    """Return ledger entries, by key, for those rows of which the journal has a slot."""
    named = {
        keyed.name("slot", source, one.key, one.local_id, kind, ordinal): (key, kind, one)
        for _, key, said in pieces
        for one in said
        for kind in BY_NAME
        for ordinal in range(len(said) + 1)
    }
    contents = {
        keyed.name("slot", source, one.key, one.local_id, one.kind, one.ordinal): ledger.digest(ledger.content_of(one))
        for _, _, said in pieces
        for one in said
    }
    found: dict[str, Entry] = {}
    for slot, told in _told(reader, source, set(named)).items():
        key, kind, one = named[slot]
        entry = found.setdefault(key, Entry(("", ""), UNKNOWN, ledger.table_of(key), []))
        entry.slots.append(_slot(keyed, kind, one, told.event, contents.get(slot, "")))
        entry.version = max(entry.version, told.version)
    return found


def _told(reader: Reader, source: str, slots: set[str]) -> dict[str, _Told]:
    """By slot; the version of a row is when its source last wrote it, and when the load that brought it was extracted."""
    loads = reader.select("SELECT load, extracted_at FROM load WHERE source = :source", source=source)
    extracted = {row["load"]: row["extracted_at"] for row in loads}
    sql = "SELECT body FROM journal WHERE kind = 'event' AND body <> '' AND slot IN :slots ORDER BY slot, revision, load DESC"
    found: dict[str, _Told] = {}
    for row in reader.select(sql, slots=sorted(slots)) if slots else ():
        event = msgspec.json.decode(row["body"], type=Event)
        written = stamp(event.source_recorded_at) if event.source_recorded_at else ""
        last = found.get(event.slot)
        if last is not None and last.event.id == event.id and not event.load:
            continue  # the same as another area has it, which it was sent on to without its load
        written = max(written, last.version[0] if last else "")
        found[event.slot] = _Told(event, (written, extracted.get(event.load, stamp(event.recorded_at))))
    return found


def _slot(keyed: Keyed, kind: str, said: Said, event: Event, content: str) -> Slot:
    same = keyed.name("event", event.slot, event.revision, content) == event.id
    live = event.type != "SourceRecordWithdrawn"
    held = content if same else ""
    return Slot(event.slot, kind, event.revision, held, said.local_id, said.subject_kind, event.id, live)
