"""One partition number of all input topics: its areas, its position, what it takes. Synchronous; SQL and folding only."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from consumers import inbox
from consumers.embedded import Deliver
from consumers.position import Guarded, Position
from hub.domain.errors import Unusable
from hub.domain.identifiers import Keyed, name_of
from hub.domain.identity.model import Model
from hub.domain.instants import stamp
from hub.domain.rules import Rulebook
from hub.domain.topics import Topics
from hub.intake.placing import UNPLACED
from hub.pipeline.area import AreaWorker
from hub.pipeline.journal import Input
from hub.ports import Codec, EventLog, Now, Store, Unit

LOGGER = logging.getLogger("tell_once.worker")


class Parts(Struct, frozen=True):
    """What a worker is made of; bootstrap wires it.

    Attributes:
        log: Publishes what the worker decided.
        deliver: Sends what a tick left pending, and takes the reports in.
    """

    store: Store
    log: EventLog
    codec: Codec
    topics: Topics
    keyed: Keyed
    rulebook: Rulebook
    model: Model
    now: Now
    deliver: Deliver | None = None


class Record(Protocol):
    """A record as the Kafka client gives it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Partition:
    """The one worker of every area in one partition number, until another one takes it over."""

    def __init__(self, parts: Parts, number: int, owner: str, beat: Callable[[], None] = lambda: None) -> None:
        """Take the partition over from whoever had it, and finish what they left half done.

        Raises:
            Conflict: Another worker was faster.
        """
        self.number, self._parts = number, parts
        self._position = Position(parts.store, number, owner)
        self._store = Guarded(parts.store, self._position, beat)
        self._workers: dict[str, AreaWorker] = {}
        self.refused: list[dict[str, Any]] = []
        for area in areas_in(parts, "visit"):  # a tick broken off
            if parts.topics.partition(area) == number:
                self._worker(area).take([], stamp(parts.now()))
        for area in areas_in(parts, "delivery", "state = 'pending'"):
            if parts.topics.partition(area) == number:
                self._send_what_waits(area)

    @property
    def next(self) -> dict[str, int]:
        """By topic, the first offset that was not taken; a topic never read is not in it."""
        return self._position.taken.next

    def take(self, fetched: Mapping[str, Sequence[Record]]) -> int:
        """Take a batch: all its areas' effects, then the position with the last of them; return how many were news.

        Areas are taken one after another, each in its own transactions, and the position moves in the last one. A crash
        in between leaves the position where it was: the batch comes again, and areas that were done drop what
        their journal holds already (by id). So nothing is lost and nothing is taken twice, as if all were one.
        """
        news = [record for record in self._in_order(fetched) if record.offset >= self.next.get(record.topic, 0)]
        if not news:
            return 0
        now = stamp(self._parts.now())
        offsets: dict[str, int] = {}
        by_area: dict[str, list[Input]] = {}
        dead: list[tuple[Any, ...]] = []
        for record in news:
            offsets[record.topic] = record.offset + 1
            read = self._read(record)
            if isinstance(read, Unusable):
                dead.append(self._dead_letter(record, read, now))
            else:
                by_area.setdefault(read[0], []).append(read[1])
        self._write(by_area, dead, offsets, now)
        return len(news)

    def _write(
        self, by_area: dict[str, list[Input]], dead: list[tuple[Any, ...]], offsets: dict[str, int], now: str
    ) -> None:
        committed: list[Callable[[], None]] = []

        def finish(unit: Unit) -> None:
            unit.put("dead_letter", dead)
            committed.append(self._position.advance(unit, offsets))

        areas = sorted(by_area)
        for area in areas[:-1]:
            self._worker(area).take(by_area[area], now)
        if areas:
            self._worker(areas[-1]).take(by_area[areas[-1]], now, finish)
        else:
            with self._store.begin() as unit:
                finish(unit)
        committed[-1]()

    def skip_to(self, topic: str, offset: int) -> None:
        """Accept that the topic has nothing before the offset any more."""
        with self._store.begin() as unit:
            committed = self._position.advance(unit, {topic: offset})
        committed()

    # ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def take_command(self, row: dict[str, Any]) -> None:
        """Take one command from the inbox; after a tick, send what waits."""
        inbox.take(self._worker(row["area"]), self._store, row, stamp(self._parts.now()))
        if row["kind"] == "tick":
            self._send_what_waits(row["area"])

    def has_sent_on(self) -> bool:
        """Tell whether areas left something in the outbox for other areas since this was asked last."""
        found = [worker for worker in self._workers.values() if worker.sent_on]
        for worker in found:
            worker.sent_on = False
        return bool(found)

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _send_what_waits(self, area: str) -> None:
        if self._parts.deliver is not None:
            worker = self._worker(area)
            self._parts.deliver(worker, worker.state.taken_at)

    def _worker(self, area: str) -> AreaWorker:
        if area not in self._workers:
            started = time.monotonic()
            worker = AreaWorker(self._store, area, self._parts.keyed, self._parts.rulebook, self._parts.model)
            records = len(worker.state.clusters.people)
            LOGGER.info("area %s: %d records at hand after %.1f s", area, records, time.monotonic() - started)
            self._workers[area] = worker
        return self._workers[area]

    def _read(self, record: Record) -> tuple[str, Input] | Unusable:
        headers = {name: value.decode(errors="replace") for name, value in record.headers}
        area = headers.get("area") or _key(record)
        if not area or self._parts.topics.partition(area) != self.number:
            return Unusable("topic", "area", f"none of partition {self.number}")
        try:
            kind, id, body = self._parts.codec.decode(record.value or b"")
        except Unusable as error:
            return error
        return area, Input(kind, id, body, headers.get("taken_at", ""))

    def _in_order(self, fetched: Mapping[str, Sequence[Record]]) -> list[Record]:
        """Return the records as they were published, as far as their times tell; within a topic order is kept."""
        rank = {topic: n for n, topic in enumerate(self._parts.topics.inputs)}
        keyed: list[tuple[int, int, int, Record]] = []
        for topic, records in fetched.items():
            latest = 0
            for record in records:
                latest = max(latest, record.timestamp)
                keyed.append((latest, rank[topic], record.offset, record))
        return [record for *_, record in sorted(keyed, key=lambda item: item[:3])]

    def _dead_letter(self, record: Record, why: Unusable, now: str) -> tuple[Any, ...]:
        """Return the row of a record that no area can read, bytes and all."""
        where = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        name, area = name_of("dead letter", *where.values()), _key(record) or UNPLACED
        note = where | {"field": why.field, "reason": why.reason}
        self.refused.append({"area": area, "id": name, **note})
        return area, name, "record", why.reason, now, msgspec.json.encode(note | {"value": record.value}).decode()


def _key(record: Record) -> str:
    return (record.key or b"").decode(errors="replace").replace("\0", "")


def areas_in(parts: Parts, table: str, where: str = "1 = 1") -> list[str]:
    """Return the areas that have such rows in a table, in order."""
    return [row["area"] for row in parts.store.select(f"SELECT DISTINCT area FROM {table} WHERE {where} ORDER BY area")]


def by_number(fetched: Mapping[Any, Sequence[Record]]) -> dict[int, dict[str, Sequence[Record]]]:
    """Return what was fetched by partition number, then by topic."""
    found: dict[int, dict[str, Sequence[Record]]] = {}
    for place, records in fetched.items():
        if records:
            found.setdefault(place.partition, {})[place.topic] = records
    return found


def incomplete(assigned: Iterable[Any], topics: Sequence[str]) -> dict[int, list[str]]:
    """Return, by partition number, the topics of it that somebody else holds; empty if all is well."""
    held: dict[int, set[str]] = {}
    for place in assigned:
        held.setdefault(place.partition, set()).add(place.topic)
    return {number: sorted(set(topics) - names) for number, names in sorted(held.items()) if set(topics) - names}
