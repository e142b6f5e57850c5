"""What the batch service decides by itself, without a broker."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from msgspec import Struct

from consumers.batch_service import BatchService, Settings
from consumers.due import Due, Patience
from hub.adapters.sql import store as sql
from hub.domain.errors import ConfigError, Conflict, Unavailable
from tests.unit.consumers.test_partition import TOPICS, parts_on


class Consumer:
    """As much of a consumer as is asked here: where it was sent, and what comes next."""

    def __init__(self, assigned: Sequence[TopicPartition] = (), ends: int = 0, comes: Sequence[Any] = ()) -> None:
        self.assigned, self.ends, self.comes = assigned, ends, list(comes)
        self.sought: list[tuple[TopicPartition, int]] = []

    def assignment(self) -> set[TopicPartition]:
        return set(self.assigned)

    def seek(self, place: TopicPartition, offset: int) -> None:
        self.sought.append((place, offset))

    async def end_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(places, self.ends)

    async def beginning_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(places, 0)

    async def getmany(self, *places: TopicPartition, **_: object) -> dict[TopicPartition, list[Any]]:
        return {places[0]: self.comes.pop(0)} if self.comes else {}


class Held(Struct):
    """A partition that knows where it stands and notes what it was given."""

    number: int = 3
    next: dict[str, int] = {}
    took: list[dict[str, Any]] = []

    def take(self, by_topic: dict[str, Any]) -> int:
        self.took.append(by_topic)
        for topic, records in by_topic.items():
            self.next[topic] = records[-1].offset + 1
        return len(by_topic)

    def has_sent_on(self) -> bool:
        return False


class Record(Struct):
    offset: int


def service(consumer: Consumer, *held: Held) -> BatchService:
    made = BatchService(parts_on(sql.in_memory()), Settings("w", "127.0.0.1:1"))
    made._consumer = consumer
    made._held = {one.number: one for one in held}  # type: ignore[misc]
    return made


def test_a_batch_that_leaves_a_gap_is_fetched_again_and_only_a_gap_seen_twice_is_believed() -> None:
    consumer, held = Consumer(), Held(next={"t": 5})
    made = service(consumer, held)

    async def is_next(first: int) -> bool:
        return await made._is_next(held, "t", first)  # type: ignore[arg-type]

    async def scenario() -> list[bool]:
        return [await is_next(first) for first in (5, 3, 9, 9, 9, 5, 9, 7, 7)]

    assert asyncio.run(scenario()) == [True, True, False, True, False, True, False, False, True]
    assert consumer.sought == [(TopicPartition("t", 3), 5)] * 4


def test_who_people_are_is_taken_before_what_was_fetched_with_less() -> None:
    people, other = TOPICS.first[0], "agency.education"
    held = Held()
    consumer = Consumer(ends=3, comes=[[Record(1)], [Record(2)]])
    consumer_sealed = TOPICS.first[1]
    held.next[consumer_sealed] = 3
    made = service(consumer, held)
    fetched = {3: {other: [Record(0)], people: [Record(0)]}}
    left = asyncio.run(made._first_things_first(fetched))
    assert [sorted(batch) for batch in held.took] == [[people], [people]]
    assert {topic: [r.offset for r in records] for topic, records in left[3].items()} == {other: [0], people: [2]}


def test_first_things_that_do_not_come_are_waited_for_and_then_everything_is_fetched_again() -> None:
    made = service(Consumer(ends=3), Held())
    with pytest.raises(Unavailable):
        asyncio.run(made._first_things_first({3: {"agency.education": [Record(0)]}}))


def test_half_a_partition_number_is_an_error_of_configuration() -> None:
    made = service(Consumer([TopicPartition("agency.people", 3)]))
    with pytest.raises(ConfigError, match="without all topics"):
        asyncio.run(made._take_over())


def test_conflicts_in_a_row_end_the_worker() -> None:
    made = BatchService(parts_on(sql.in_memory()), Settings("w", "127.0.0.1:1", tries=2))
    conflict = Conflict("partition 3", "another worker has taken it over")

    assert made._conflict(conflict) == 1
    with pytest.raises(Conflict):
        made._conflict(conflict)


@pytest.mark.parametrize("error", [KafkaError(), Unavailable("database"), Conflict("partition 3", "another worker")])
def test_whatever_goes_wrong_after_a_fetch_all_of_it_is_fetched_again(error: Exception) -> None:
    held, other = Held(number=3, next={"agency.education": 5}), Held(number=4, next={"agency.education": 6})
    places = [TopicPartition(topic, number) for topic in TOPICS.inputs for number in (3, 4)]
    consumer = Consumer(places)
    made = service(consumer, held, other)

    async def fails(_: object) -> None:
        raise error

    async def fetches(**_: object) -> dict[TopicPartition, list[Record]]:
        return {place: [Record(7)] for place in places if place.topic == "agency.education"}

    consumer.end_offsets, consumer.getmany = fails, fetches  # type: ignore[assignment,method-assign]
    assert asyncio.run(made._step()) > 0
    assert {(TopicPartition("agency.education", 3), 5), (TopicPartition("agency.education", 4), 6)} <= set(
        consumer.sought
    )
    assert made._held == {}


def test_a_command_waits_for_what_was_published_before_it_and_for_nothing_after() -> None:
    store = sql.in_memory()
    with store.begin() as unit:
        unit.put("outbox", [(area, "agency.people", "event", area, "{}", "") for area in ("E1", "E2")])
    due, row = Due(store, Patience()), {"n": 1, "area": "E1", "kind": "answer"}
    reaches = {"t": 10}

    async def ends() -> dict[str, int]:
        return dict(reaches)

    async def may(at: int) -> bool:
        return await due.may(row, {"t": at}, ends)

    async def scenario() -> list[bool]:
        said = [await may(10)]  # its row is in the outbox still
        with store.begin() as unit:
            unit.remove("outbox", [(1,)])
            unit.put("outbox", [("E1", "agency.people", "event", "later", "{}", "")])
        reaches["t"] = 11
        said.append(await may(10))
        reaches["t"] = 99  # what is published later is not waited for
        said.append(await may(11))
        return said

    assert asyncio.run(scenario()) == [False, False, True]
    store.close()


def test_patience_ends() -> None:
    store = sql.in_memory()
    due = Due(store, Patience(tick_s=0, command_s=1000))

    async def ends() -> dict[str, int]:
        return {"t": 1}

    async def scenario() -> list[bool]:
        rows = [{"n": n, "area": "E1", "kind": kind} for n, kind in enumerate(("tick", "answer"))]
        return [await due.may(row, {}, ends) for row in rows]

    assert asyncio.run(scenario()) == [True, False]
    store.close()
