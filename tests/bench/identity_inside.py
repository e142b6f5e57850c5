"""What the verbs do not say of identity: `python -m tests.bench.identity_inside FOLDER [MERGES]`; prints one JSON object.

One file of records is streamed into an embedded SQLite store. Then: is a rebuild byte-identical, do the parts of every
journalled score add up, how long does a worker need to read its index anew, and how long does it take to undo a merge
after later events on both children.
"""

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from consumers import inbox
from consumers.rebuild import rebuild
from hub.bootstrap import Hub, digest_of, tables_of
from hub.commands.inbox import By, send
from hub.config import Config
from hub.domain.events.envelope import Event, Subject
from hub.domain.identifiers import name_of
from hub.domain.identity.safety import union_breaks
from hub.domain.instants import instant
from hub.pipeline.area import AreaWorker
from hub.pipeline.journal import Input
from hub.verbs.columns import mapping_for
from hub.verbs.evaluating import AREA, AT, described, inputs
from hub.verbs.records import header, read

MERGES = 200
LATER = "2026-01-06T07:00:00.000000Z"
STEWARD = By("steward", "steward", "identity_stewardship")
Record = tuple[str, str]


def run(records: Path, merges: int) -> dict[str, Any]:
    """Return what was measured; with no merge to undo only how long a worker takes to start."""
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(Config(data=Path(folder)))
        columns = mapping_for(header(records))
        worker = AreaWorker(hub.store, AREA, hub.keyed, hub.rulebook, hub.model)
        rows = list(inputs(read(records), columns))
        for start in range(0, len(rows), 200):
            worker.take(rows[start : start + 200], AT)
        found = parts(hub) | undone(hub, worker, merges) | replayed(hub) if merges else {}
        began = time.perf_counter()
        again = AreaWorker(hub.store, AREA, hub.keyed, hub.rulebook, hub.model)
        assert again.state.seq == worker.state.seq
        found["index_read_anew_s"] = round(time.perf_counter() - began, 2)
        hub.close()
    return found


def parts(hub: Hub) -> dict[str, Any]:
    """Return how far the parts of any journalled score are from it, in bits."""
    worst, count = 0.0, 0
    for row in hub.store.select(
        "SELECT body FROM journal WHERE kind IN ('record_linked', 'review_raised') AND body <> ''"
    ):
        body = msgspec.json.decode(row["body"])
        if "parts" in body:
            count += 1
            worst = max(worst, abs(body["score"] - sum(bits for _, _, bits in body["parts"])))
    return {"scores": count, "worst_deviation_bits": round(worst, 4)}


def replayed(hub: Hub) -> dict[str, Any]:
    """Fold the journal again into fresh tables, and return which differ: none should."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = hub.rebuilt(Path(folder) / "fresh")
        began = time.perf_counter()
        rebuild(hub.store, fresh, hub.keyed, hub.rulebook, hub.model)
        seconds = time.perf_counter() - began
        ours, theirs = tables_of(hub.store), tables_of(fresh)
        differ = sorted(name for name in ours if digest_of(ours[name]()) != digest_of(theirs[name]()))
        entries = hub.store.select("SELECT count(*) AS n FROM journal")[0]["n"]
        fresh.close()
    return {
        "tables": len(ours),
        "tables_that_differ": differ,
        "journal_entries": entries,
        "rebuild_s": round(seconds, 1),
    }


# ── unmerge ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def undone(hub: Hub, worker: AreaWorker, merges: int) -> dict[str, Any]:
    """Merge pairs of children as a person does, let events come for both, and undo each merge.

    Measured from the command taken out of the inbox to its rows committed. An undo holds if every record is back with the
    child it was in, the later events went with their records, and neither is joined again.
    """
    times, held, done = [], 0, 0
    for one, other in pairs(worker, merges):
        before = {record: child for child in (one, other) for record in worker.state.clusters.records[child]}
        events = later(worker, before)
        number = command(hub, worker, "merge_children", {"child": other, "into": one})
        entry = name_of("command", AREA, number)
        together = {worker.state.clusters.child_of[record] for record in before}
        worker.take(events, LATER)
        number = send(hub.store, AREA, "undo", {"entry": entry, "by": "steward", "reason": "measured"}, STEWARD, LATER)
        (row,) = inbox.waiting(hub.store, AREA)
        assert row["n"] == number
        began = time.perf_counter()
        result = inbox.take(worker, hub.store, row, LATER)
        times.append(time.perf_counter() - began)
        done += 1
        held += len(together) == 1 and "error" not in result and is_as_before(hub, worker, before, events)
    ranked = sorted(times)
    p50, p99 = (round(1000 * ranked[int(share * (len(ranked) - 1))], 2) for share in (0.5, 0.99))
    return {"merges_undone": done, "that_hold": held, "undo_p50_ms": p50, "undo_p99_ms": p99}


def pairs(worker: AreaWorker, count: int) -> Iterator[tuple[str, str]]:
    """Yield pairs of children that nothing forbids to be one, none twice; always the same ones."""
    clusters = worker.state.clusters
    first = {min(records): child for child, records in clusters.records.items() if records}
    children = [child for _, child in sorted(first.items())]
    random.Random(7).shuffle(children)
    while children and count:
        one, other = children.pop(), children.pop()
        if not union_breaks(clusters.persons(one), clusters.persons(other), clusters):
            count -= 1
            yield one, other


def later(worker: AreaWorker, before: dict[Record, str]) -> list[Input]:
    """Return events for every record of both children: a new description, and something that happened."""
    state, found = worker.state, []
    for record in sorted(before):
        slot, told = state.described.in_force(record) or ("", None)
        if told is not None:
            data = dict(told.data or {}) | {"postcode": "ZZ1 1AA"}
            found.append(described(record, told.revision + 1, data))
        kind, name = "BecameLookedAfter", name_of("slot", "later", *record)
        event = Event(
            id=name_of("event", name, 1), type=kind, slot=name, revision=1, source=record[0], load=f"{record[0]}-1",
            agency=record[0], area=AREA, subject=Subject(*record), recorded_at=instant(LATER), data={"legal_status": "V2"},
        )  # fmt: skip
        found.append(Input("event", event.id, msgspec.json.encode(event).decode(), LATER))
    return found


def command(hub: Hub, worker: AreaWorker, kind: str, body: dict[str, Any]) -> int:
    """Take one command through the inbox and return its number there."""
    said = {"by": "steward", "reason": "measured"}
    number = send(hub.store, AREA, kind, body | said, STEWARD, LATER)
    for row in inbox.waiting(hub.store, AREA):
        inbox.take(worker, hub.store, row, LATER)
    return number


def is_as_before(hub: Hub, worker: AreaWorker, before: dict[Record, str], events: list[Input]) -> bool:
    """Tell whether records, and the events that came after the merge, are with the children they belong to."""
    clusters = worker.state.clusters
    if any(clusters.child_of[record] != child for record, child in before.items()):
        return False
    sql = (
        "SELECT j.source, j.local_id, a.child FROM attribution a JOIN journal j ON j.area = a.area AND j.id = a.event"
        " WHERE a.area = :area AND a.known_to IS NULL AND a.event IN :ids"
    )
    rows = hub.store.select(sql, area=AREA, ids=[one.id for one in events])
    return len(rows) == len(events) and all(before[row["source"], row["local_id"]] == row["child"] for row in rows)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), int((sys.argv[2:] or [str(MERGES)])[0]))) + "\n")
