"""The host on Kafka: a service that owns its consumer, takes batches and keeps the six rules that losses taught.

1. Whatever was fetched and not committed is fetched again (`seek`); a batch that begins later than we stand is fetched
   again once, and only a gap seen twice is accepted.
2. The database ends a transaction of a worker that froze in it (set by the store).
3. After any database error the connection is dropped (by the store), and the partition is taken over anew.
4. `on_stop` takes the batch's lock before anything is closed; the work tests `should_stop` once it has the lock.
5. Commits to Kafka are advice to onlookers: they may fail at any time.
6. Whoever reads what we publish drops ids it knows.
"""

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import mode
import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import (
    ConsumerStoppedError,
    GroupAuthorizationFailedError,
    IllegalStateError,
    InconsistentGroupProtocolError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from msgspec import Struct, field

from consumers import inbox, publish
from consumers.due import Due, Patience
from consumers.partition import Partition, Parts, Record, areas_in, by_number, incomplete
from hub.domain.errors import ConfigError, Conflict, Unavailable
from hub.intake.placing import UNPLACED

FATAL = (GroupAuthorizationFailedError, InconsistentGroupProtocolError, TopicAuthorizationFailedError)
"""What no waiting mends: access lists, and a group whose members deal partitions in another way."""


TRIES = 40
"""Fetches in a row for what is known to be there."""

Batches = dict[int, dict[str, Sequence[Record]]]
"""What was fetched, by partition number and topic."""


class Settings(Struct, frozen=True):
    """How a worker behaves towards its broker.

    Attributes:
        name: The worker's, the same after every restart: it comes back to its partitions without a rebalance.
        batch: Records in one batch at most.
        poll_s: How long one fetch waits; commands wait at most that long besides.
        patience: How long commands wait for what was published before them.
        outbox_patience_s: How long a row may lie in intake's outbox before the worker publishes it.
        stall_s: Without any progress for that long the worker ends, for somebody to start it again.
        tries: Conflicts in a row after which it ends.
    """

    name: str
    bootstrap: str
    group: str = "tell-once"
    security: dict[str, Any] = field(default_factory=dict)
    session_s: float = 10.0
    batch: int = 5_000
    poll_s: float = 0.2
    commit_every_s: float = 5.0
    patience: Patience = Patience()
    outbox_patience_s: float = 30.0
    stall_s: float = 180.0
    stop_s: float = 20.0
    tries: int = 5


class Progress(Struct):
    """What a worker did since it started, for operators and tests."""

    partitions: tuple[int, ...] = ()
    records: int = 0
    commands: int = 0
    dead_letters: int = 0
    rewinds: int = 0
    beat: float = 0.0


class BatchService(mode.Service):
    """Takes what its partitions hold, until stopped."""

    def __init__(self, parts: Parts, settings: Settings, **service: Any) -> None:
        super().__init__(**service)
        self._parts, self._settings = parts, settings
        self._lock = asyncio.Lock()
        self._held: dict[int, Partition] = {}
        self._generation = 0
        self._due = Due(parts.store, settings.patience)
        self._gaps: dict[tuple[str, int], int] = {}
        self._conflicts = 0
        self._committed_at = self._looked_at = 0.0
        self._outbox_seen: tuple[int, float] = (0, 0.0)
        self._consumer: AIOKafkaConsumer | None = None
        self.progress = Progress(beat=time.monotonic())
        self.is_stuck = False

    # ── life ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def on_start(self) -> None:
        """Make missing topics and join the group."""
        await asyncio.to_thread(self._parts.log.ensure_topics)
        s = self._settings
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=s.bootstrap, group_id=s.group, group_instance_id=s.name, client_id=s.name,
            enable_auto_commit=False, auto_offset_reset="earliest", partition_assignment_strategy=(RangePartitionAssignor,),
            session_timeout_ms=int(s.session_s * 1000), heartbeat_interval_ms=int(s.session_s * 250),
            max_poll_interval_ms=max(300_000, int(s.stall_s * 2000)), rebalance_timeout_ms=10_000,
            fetch_max_wait_ms=500, max_partition_fetch_bytes=1 << 20, retry_backoff_ms=250, **s.security,
        )  # fmt: skip
        self._consumer.subscribe(list(self._parts.topics.inputs), listener=_Rebalance(self))
        await self._consumer.start()

    async def on_stop(self) -> None:
        """Let the batch under way end, then leave (rule 4)."""
        try:
            await asyncio.wait_for(self._lock.acquire(), self._settings.stop_s)
        except TimeoutError:
            self.is_stuck = True
            self.log.warning("a batch did not end in time; its transaction is given up")
        if self._consumer is not None:
            try:
                await asyncio.wait_for(self._consumer.stop(), 5)
            except (TimeoutError, KafkaError):
                self.log.warning("the consumer did not stop in time")

    @mode.Service.task
    async def _work(self) -> None:
        pause = 0.25
        while not self.should_stop:
            wait = await self._step()
            pause = min(pause * 2, 10.0) if wait else 0.25
            if wait:
                await self.sleep(max(wait, pause))

    async def _step(self) -> float:
        """Do one round; after one that failed drop what is held, and return how long to wait before the next."""
        try:
            await self._round()
            self._conflicts = 0
            return 0.0
        except Conflict as error:
            wait = self._conflict(error)
        except ConsumerStoppedError:
            if not self.should_stop:
                raise
            return 0.0
        except FATAL:
            raise
        except (Unavailable, KafkaError) as error:
            self.log.warning("waiting: %s: %s", type(error).__name__, error)
            wait = getattr(error, "retry_after_s", 1.0)
        self._beat()
        await self._drop_all()
        return wait

    def _conflict(self, error: Conflict) -> float:
        """Somebody else writes: reload and redo, at most so many times in a row."""
        self._conflicts += 1
        self.log.warning("%s (%s of %s)", error, self._conflicts, self._settings.tries)
        if self._conflicts >= self._settings.tries:
            raise error
        return float(self._conflicts)

    # ── one round ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _round(self) -> None:
        async with self._lock:
            if self.should_stop:
                return
            await self._take_over()
        generation = self._generation
        fetched = await self._kafka.getmany(
            timeout_ms=int(self._settings.poll_s * 1000), max_records=self._settings.batch
        )
        async with self._lock:
            if self.should_stop:
                return
            self._beat()
            if generation != self._generation:
                return  # a rebalance came between: all that is still ours is taken over anew, and rewound with that
            for number, by_topic in sorted((await self._first_things_first(by_number(fetched))).items()):
                await self._take(number, by_topic)
            if time.monotonic() - self._looked_at >= self._settings.poll_s:
                await self._commands()
                await self._sweep()
                self._looked_at = time.monotonic()
            await self._publish()
            await self._advise()

    async def _take(self, number: int, by_topic: Mapping[str, Sequence[Record]]) -> None:
        partition = self._held.get(number)
        if partition is None:
            return
        for topic, records in list(by_topic.items()):
            if not await self._is_next(partition, topic, records[0].offset):
                by_topic = {name: rest for name, rest in by_topic.items() if name != topic}
        try:
            self.progress.records += await asyncio.to_thread(partition.take, by_topic)
        except BaseException:
            self._rewind(partition)
            raise
        if partition.has_sent_on() or number == self._parts.topics.partition(UNPLACED):
            await self._publish_outbox()

    async def _publish_outbox(self) -> None:
        """Publish what areas sent on to others: subjects that were placed, children that moved."""
        await asyncio.to_thread(publish.outbox, self._parts.store, self._parts.log)

    async def _first_things_first(self, fetched: Batches) -> Batches:
        """Return what was fetched once all that says who people are, published before it, is taken or among it."""
        first = self._parts.topics.first
        numbers = [n for n, by_topic in fetched.items() if by_topic.keys() - set(first) and n in self._held]
        places = [TopicPartition(topic, number) for topic in first for number in numbers]
        end = await self._kafka.end_offsets(places) if places else {}
        for _ in range(TRIES):
            behind = [place for place in places if self._reached(place, fetched) < end[place]]
            if not behind:
                return fetched
            for place in behind:
                if records := fetched[place.partition].pop(place.topic, None):
                    await self._take(place.partition, {place.topic: records})
            more = await self._kafka.getmany(*behind, timeout_ms=250, max_records=self._settings.batch)
            for place, records in more.items():
                fetched[place.partition][place.topic] = records
        raise Unavailable("kafka", 0.5, "records known to be there do not come")

    def _reached(self, place: TopicPartition, fetched: Batches) -> int:
        records = fetched[place.partition].get(place.topic)
        held = self._held.get(place.partition)
        return records[-1].offset + 1 if records else held.next.get(place.topic, 0) if held else sys.maxsize

    async def _is_next(self, partition: Partition, topic: str, first: int) -> bool:
        """Tell whether a batch may be taken; one that leaves a gap is fetched again before that is believed (rule 1)."""
        place = (topic, partition.number)
        expected = partition.next.get(topic, 0)
        if first <= expected:
            self._gaps.pop(place, None)
            return True
        if self._gaps.pop(place, None) == first:
            self.log.error(
                "%s[%s]: offsets %s to %s are gone from the topic", topic, partition.number, expected, first - 1
            )
            return True
        self._gaps[place] = first
        self._seek(TopicPartition(topic, partition.number), expected)
        return False

    # ── partitions ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _take_over(self) -> None:
        """Make ours, in the database, what the group gave us; start each topic where the database says we are."""
        assigned = self._kafka.assignment()
        lacking = incomplete(assigned, self._parts.topics.inputs)
        if lacking:
            raise ConfigError("partitions", f"assigned without all topics of their number: {lacking}")
        new = sorted(place for place in assigned if place.partition not in self._held)
        first = await self._kafka.beginning_offsets(new) if new else {}
        end = await self._kafka.end_offsets(new) if new else {}
        for number in sorted({place.partition for place in new}):
            places = [place for place in new if place.partition == number]
            partition = await asyncio.to_thread(Partition, self._parts, number, self._settings.name, self._beat)
            for place in places:
                await self._start_at(partition, place, first[place], end[place])
            self._held[number] = partition
        self.progress.partitions = tuple(sorted(self._held))

    async def _start_at(self, partition: Partition, place: TopicPartition, first: int, end: int) -> None:
        wanted = partition.next.get(place.topic)
        if wanted is None or wanted > end:
            if wanted is not None:
                self.log.error(
                    "%s: we stand at %s, the topic ends at %s: taken again from its start", place, wanted, end
                )
            wanted = first
        elif wanted < first:
            self.log.error("%s: offsets %s to %s aged out before they were taken", place, wanted, first - 1)
            wanted = first
        if wanted != partition.next.get(place.topic, 0):
            await asyncio.to_thread(partition.skip_to, place.topic, wanted)
        self._seek(place, wanted)

    def _rewind(self, partition: Partition) -> None:
        """Fetch again what was not committed; whether the last commit took place is asked when taking over (rules 1, 3)."""
        self.progress.rewinds += 1
        self._held.pop(partition.number, None)
        for topic in self._parts.topics.inputs:
            self._seek(TopicPartition(topic, partition.number), partition.next.get(topic, 0))

    def _seek(self, place: TopicPartition, offset: int) -> None:
        try:
            self._kafka.seek(place, offset)
        except IllegalStateError:
            pass  # no longer ours: whoever has it begins where the database says

    async def _drop_all(self) -> None:
        async with self._lock:
            for partition in list(self._held.values()):
                self._rewind(partition)

    async def lose(self) -> None:
        """Forget every partition, for the group is being dealt anew; wait a little for the batch under way."""
        self.forget()
        try:
            async with asyncio.timeout(5), self._lock:
                self.forget()
        except TimeoutError:
            pass  # its transactions are guarded: they fail as soon as another worker has taken over

    def forget(self) -> None:
        """Forget every partition: what is ours now is taken over in the next round."""
        self._generation += 1
        self._held.clear()
        self._due = Due(self._parts.store, self._settings.patience)

    # ── commands, publishing ──────────────────────────────────────────────────────────────────────────────────────────

    async def _commands(self) -> None:
        for area in await asyncio.to_thread(areas_in, self._parts, "inbox", "state = 'waiting'"):
            partition = self._held.get(self._parts.topics.partition(area))
            if partition is None:
                continue
            try:
                for row in await asyncio.to_thread(inbox.waiting, self._parts.store, area):
                    if not await self._due.may(row, partition.next, partial(self._ends, partition)):
                        break  # in their order
                    await asyncio.to_thread(partition.take_command, row)
                    self.progress.commands += 1
                    if partition.has_sent_on():
                        await self._publish_outbox()
            except BaseException:
                self._rewind(partition)
                raise

    async def _ends(self, partition: Partition) -> dict[str, int]:
        places = [TopicPartition(topic, partition.number) for topic in self._parts.topics.inputs]
        return {place.topic: end for place, end in (await self._kafka.end_offsets(places)).items()}

    async def _has_caught_up(self, partition: Partition) -> bool:
        return all(partition.next.get(topic, 0) >= end for topic, end in (await self._ends(partition)).items())

    async def _publish(self) -> None:
        areas = await asyncio.to_thread(areas_in, self._parts, "published")
        mine = [area for area in areas if self._parts.topics.partition(area) in self._held]
        if mine:
            await asyncio.to_thread(publish.results, self._parts.store, self._parts.log, mine)
        for partition in list(self._held.values()):
            if partition.refused:
                await self._tell_of_dead_letters(partition)

    async def _tell_of_dead_letters(self, partition: Partition) -> None:
        refused, partition.refused = partition.refused, []
        self.progress.dead_letters += len(refused)
        rows = [
            {"area": r["area"], "topic": "dead-letters", "key": r["area"], "id": r["id"], "body": _json(r)}
            for r in refused
        ]
        for row in rows:
            self.log.error("dead letter %s", row["body"])
        await asyncio.to_thread(self._parts.log.publish_results, rows)

    async def _sweep(self) -> None:
        """Publish what an intake that died left in its outbox: rows that have not moved for a while."""
        rows = await asyncio.to_thread(self._parts.store.select, "SELECT min(n) AS n FROM outbox")
        oldest, now = rows[0]["n"] or 0, time.monotonic()
        if oldest != self._outbox_seen[0]:
            self._outbox_seen = (oldest, now)
        elif oldest and now - self._outbox_seen[1] > self._settings.outbox_patience_s:
            await asyncio.to_thread(publish.outbox, self._parts.store, self._parts.log)

    async def _advise(self) -> None:
        """Tell the broker how far we are, for those who watch the lag (rule 5)."""
        if time.monotonic() - self._committed_at < self._settings.commit_every_s:
            return
        self._committed_at = time.monotonic()
        offsets = {
            TopicPartition(topic, number): offset
            for number, partition in self._held.items()
            for topic, offset in partition.next.items()
        }
        try:
            if offsets:
                await asyncio.wait_for(self._kafka.commit(offsets), 5)
        except (KafkaError, IllegalStateError, TimeoutError, ValueError) as error:
            self.log.info("commit to the broker failed: %s", type(error).__name__)

    # ── watchdog ──────────────────────────────────────────────────────────────────────────────────────────────────────

    @mode.Service.task
    async def _watch(self) -> None:
        """End a worker that does nothing although it is alive: no round, or records waiting and none taken."""
        taken, since = -1, time.monotonic()
        while not self.should_stop:
            await self.sleep(min(5.0, self._settings.stall_s / 4))
            now = time.monotonic()
            if self.progress.records != taken or not await self._is_behind():
                taken, since = self.progress.records, now
            stalled = max(now - self.progress.beat, now - since)
            if stalled > self._settings.stall_s and not self.should_stop:
                await self.crash(Unavailable("worker", 0.0, f"no progress for {stalled:.0f} s"))

    async def _is_behind(self) -> bool:
        try:
            async with asyncio.timeout(5):
                caught_up = [await self._has_caught_up(partition) for partition in list(self._held.values())]
        except (KafkaError, IllegalStateError, TimeoutError):
            return False  # the broker does not answer: that is not ours to mend
        return not all(caught_up)

    def _beat(self) -> None:
        self.progress.beat = time.monotonic()

    @property
    def _kafka(self) -> AIOKafkaConsumer:
        assert self._consumer is not None, "not started"
        return self._consumer


class _Rebalance(ConsumerRebalanceListener):
    """Forgets what may no longer be ours; what is ours is taken over in the next round."""

    def __init__(self, service: BatchService) -> None:
        self._service = service

    async def on_partitions_revoked(self, revoked: object) -> None:
        await self._service.lose()

    async def on_partitions_assigned(self, assigned: object) -> None:
        self._service.forget()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
