"""One partition number: whatever is cut, repeated or interrupted, its areas end with the same tables."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from consumers.partition import Partition, Parts, incomplete
from consumers.position import Position
from hub.adapters import models
from hub.adapters.avro import AvroCodec
from hub.adapters.kafka import load_topics
from hub.adapters.registry import FileRegistry
from hub.adapters.rulebook import load
from hub.adapters.sql import store as sql
from hub.bootstrap import tables_of
from hub.domain.errors import Conflict
from hub.domain.identifiers import Keyed
from hub.domain.instants import instant
from hub.ports import Store
from tests.worker_world import AT, MONDAY, Row, a_load, an_event

SCHEMAS = Path(__file__).parents[3] / "schemas"
TOPICS = load_topics(SCHEMAS / "topics.toml")
CODEC = AvroCodec(SCHEMAS / "avro", FileRegistry(SCHEMAS / "avro"))
AREAS = [area for area in (f"E{n:08d}" for n in range(200)) if TOPICS.partition(area) == 3][:3]
RULES = load()


class Fetched(Struct, frozen=True):
    """A record as the Kafka client gives it."""

    topic: str
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()
    partition: int = 3


def parts_on(store: Store) -> Parts:
    return Parts(
        store, None, CODEC, TOPICS, Keyed(b"test"), RULES, models.load(), lambda: instant("2026-01-06T08:00:00Z")
    )  # type: ignore[arg-type]


def published(rows: Sequence[Row]) -> dict[str, list[Fetched]]:
    """The records that the rows become, by topic."""
    topics: dict[str, list[Fetched]] = {}
    for time, (area, topic, kind, id, body, taken_at) in enumerate(rows):
        log = topics.setdefault(topic, [])
        headers = (("id", id.encode()), ("area", area.encode()), ("taken_at", taken_at.encode()))
        log.append(Fetched(topic, len(log), time, area.encode(), CODEC.encode(topic, kind, id, body), headers))
    return topics


def everything(store: Store) -> dict[str, Any]:
    return {name: read() for name, read in tables_of(store).items()} | {
        "journal": store.select("SELECT * FROM journal ORDER BY area, seq")
    }


ROWS = [row for area in AREAS for row in a_load(area, 4)]


@pytest.fixture
def store() -> Iterator[sql.SqlStore]:
    made = sql.in_memory()
    yield made
    made.close()


def taken(store: Store, topics: dict[str, list[Fetched]]) -> Partition:
    partition = Partition(parts_on(store), 3, "w")
    partition.take(topics)
    return partition


def test_a_batch_of_several_areas_is_taken_whole(store: sql.SqlStore) -> None:
    partition = taken(store, published(ROWS))
    found = store.select("SELECT area, count(*) AS n FROM journal WHERE kind = 'event' GROUP BY area ORDER BY area")
    assert found == [{"area": area, "n": 32} for area in sorted(AREAS)]
    assert store.select("SELECT count(*) AS n FROM load_progress WHERE expected = arrived") == [{"n": 3}]
    assert partition.next == {"agency.people": 12, "agency.education": 84, "sources": 6}


def test_a_batch_that_comes_again_changes_nothing(store: sql.SqlStore) -> None:
    partition = taken(store, published(ROWS))
    before = everything(store)
    assert partition.take(published(ROWS)) == 0
    assert Partition(parts_on(store), 3, "w").take(published(ROWS)) == 0
    assert everything(store) == before


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_wherever_a_batch_is_cut_the_tables_are_the_same(data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(ROWS)), max_size=4)))
    whole, cut = sql.in_memory(), sql.in_memory()
    try:
        taken(whole, published(ROWS))
        partition = Partition(parts_on(cut), 3, "w")
        topics = published(ROWS)
        for first, last in zip([0, *cuts], [*cuts, len(ROWS)], strict=True):
            partition.take({t: [r for r in log if first <= r.timestamp < last] for t, log in topics.items()})
        assert {k: v for k, v in everything(cut).items() if k != "position"} == everything(whole)
    finally:
        whole.close()
        cut.close()


class Failing:
    """A store that fails inside its nth transaction, before the commit."""

    def __init__(self, store: sql.SqlStore, nth: int) -> None:
        self._store, self._left = store, nth

    def select(self, query: str, **parameters: object) -> list[dict[str, Any]]:
        return self._store.select(query, **parameters)

    @contextmanager
    def begin(self) -> Iterator[Any]:
        with self._store.begin() as unit:
            yield unit
            self._left -= 1
            if not self._left:
                raise ZeroDivisionError("power cut")


@pytest.mark.parametrize("nth", range(1, 5))
def test_a_failure_between_the_areas_of_a_batch_loses_and_doubles_nothing(nth: int, store: sql.SqlStore) -> None:
    undisturbed = sql.in_memory()
    taken(undisturbed, published(ROWS))
    with pytest.raises(ZeroDivisionError):
        taken(Failing(store, nth), published(ROWS))
    taken(store, published(ROWS))
    assert everything(store) == everything(undisturbed)
    undisturbed.close()


def test_who_took_over_is_the_only_one_who_writes(store: sql.SqlStore) -> None:
    topics = published(ROWS)
    first = taken(store, {name: log[:4] for name, log in topics.items()})
    before = store.select("SELECT count(*) AS n FROM journal")
    second = Partition(parts_on(store), 3, "another")

    with pytest.raises(Conflict, match="another worker has taken it over"):
        first.take(topics)
    assert store.select("SELECT count(*) AS n FROM journal") == before

    second.take(topics)
    assert store.select("SELECT count(*) AS n FROM journal WHERE kind = 'event'") == [{"n": 96}]


def test_a_dead_letter_is_kept_and_the_next_record_is_taken(store: sql.SqlStore) -> None:
    topics = published(ROWS)
    area = AREAS[0].encode()
    noise = [
        Fetched("agency.health", 0, 1, area, b"not Avro", [("area", area)]),
        Fetched("agency.health", 1, 1, area, None, [("area", area)]),
        Fetched("agency.health", 2, 1, b"elsewhere", topics["agency.people"][0].value),
        Fetched("agency.health", 3, 1, None, b"\x00\x00\x00\x00\x07anything"),
    ]
    partition = taken(store, topics | {"agency.health": noise})
    assert partition.next["agency.health"] == 4
    found = store.select("SELECT area, kind, reason FROM dead_letter ORDER BY reason, area")
    assert [row["reason"] for row in found] == [
        "none of partition 3", "none of partition 3", "not in the wire format", "not in the wire format",
    ]  # fmt: skip
    assert store.select("SELECT count(*) AS n FROM journal WHERE kind = 'event'") == [{"n": 96}]
    assert [letter["offset"] for letter in partition.refused] == [0, 1, 2, 3]
    assert all("value" not in letter for letter in partition.refused)


def test_a_position_is_told_apart_by_its_epoch(store: sql.SqlStore) -> None:
    first = Position(store, 5, "w")
    assert (first.taken.epoch, first.taken.next) == (1, {})
    with store.begin() as unit:
        committed = first.advance(unit, {"t": 7})
    committed()
    second = Position(store, 5, "w")
    assert (second.taken.epoch, second.taken.next) == (2, {"t": 7})
    with pytest.raises(Conflict), store.begin() as unit:
        first.guard(unit)
    with store.begin() as unit:
        second.guard(unit)


def test_an_advance_that_was_rolled_back_is_none(store: sql.SqlStore) -> None:
    position = Position(store, 5, "w")
    with pytest.raises(ZeroDivisionError), store.begin() as unit:
        position.advance(unit, {"t": 7})
        raise ZeroDivisionError
    with store.begin() as unit:
        position.guard(unit)
    assert position.taken.next == {}


def test_two_workers_cannot_take_the_same_partition_over_at_once(tmp_path: Path) -> None:
    store = sql.open_file(tmp_path / "hub.sqlite")
    made: list[Position] = []
    threads = [threading.Thread(target=lambda n=n: made.append(Position(store, 1, f"w{n}"))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(position.taken.epoch for position in made) == [1, 2, 3, 4]
    store.close()


def test_a_worker_must_hold_all_topics_of_a_number() -> None:
    class Place(Struct, frozen=True):
        topic: str
        partition: int

    assigned = [Place("a", 1), Place("b", 1), Place("a", 2)]
    assert incomplete(assigned, ("a", "b")) == {2: ["b"]}
    assert incomplete(assigned[:2], ("a", "b")) == {}


def test_records_are_taken_as_they_were_published_whatever_the_topic(store: sql.SqlStore) -> None:
    rows = [row for child in range(3) for row in a_load(AREAS[0], 3)[1 + 8 * child : 9 + 8 * child]]
    taken(store, published(rows))
    ids = [row["id"] for row in store.select("SELECT id FROM journal WHERE kind = 'event' ORDER BY seq")]
    assert ids == [row[3] for row in rows]


def test_an_instant_of_a_simulated_past_comes_with_the_record(store: sql.SqlStore) -> None:
    taken(store, published([an_event(AREAS[0], 1, 1, "PersonDescribed", MONDAY, family_name="Quill")]))
    assert {row["taken_at"] for row in store.select("SELECT taken_at FROM journal")} == {AT}
