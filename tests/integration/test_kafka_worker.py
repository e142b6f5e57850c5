"""The worker on real Kafka and PostgreSQL: what is published becomes journal rows, whoever comes, goes or breaks."""

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete

from tests.servers.kafka import KafkaServer
from tests.servers.postgres import PostgresServer
from tests.worker_world import MONDAY, EmbeddedWorld, World, a_load, an_event, difference

Unique = Callable[[str], str]
AREAS = [f"E{n:08d}" for n in range(1, 7)]


@pytest.fixture
def world(kafka: str, postgres_dsn: str, tmp_path: Path, unique: Unique) -> Iterator[World]:
    with World(tmp_path / "hub", postgres_dsn, kafka, unique("w") + ".") as made:
        yield made


def produce(world: World, topic: str, area: str, *values: bytes) -> None:
    """Write to a topic past our own publisher."""
    topics = world.hub.topics

    async def scenario() -> None:
        async with AIOKafkaProducer(bootstrap_servers=world.config.bootstrap, acks="all") as producer:
            for value in values:
                await producer.send_and_wait(
                    topics.on_broker(topic), value, key=area.encode(), partition=topics.partition(area)
                )

    asyncio.run(scenario())


def events_by_area(world: World) -> dict[str, int]:
    sql = "SELECT area, count(DISTINCT id) AS n, count(*) AS rows FROM journal WHERE kind = 'event' GROUP BY area"
    rows = world.hub.store.select(sql)
    assert all(row["n"] == row["rows"] for row in rows), "an event was taken twice"
    return {row["area"]: row["n"] for row in rows}


def test_what_intake_publishes_is_in_the_journal_byte_for_byte(world: World) -> None:
    rows = a_load(AREAS[0], 20) + a_load("unplaced", 3)
    worker = world.start("w1", agents=True)
    world.send(rows)
    world.wait_for_events(23 * 8)
    kept = world.hub.store.select(
        "SELECT area, kind, id, body, taken_at FROM journal WHERE kind IN ('event', 'load_started', 'load_ended')"
    )
    assert {tuple(row.values()) for row in kept} == {(r[0], r[2], r[3], r[4], r[5]) for r in rows}
    assert worker.stop() == 0


def test_commands_are_taken_once_what_was_published_before_them_is_here(world: World) -> None:
    for area in AREAS[:2]:
        world.configure(area)
    world.send(a_load(AREAS[0], 40))
    world.command(AREAS[0], "tick", {"on": "2026-01-05"})
    world.send(a_load(AREAS[1], 40))
    world.command(AREAS[1], "tick", {"on": "2026-01-05"})
    worker = world.start("w1")
    world.wait_for_commands()
    journal = world.hub.store.select("SELECT area, seq, kind FROM journal WHERE kind IN ('event', 'tick')")
    for area in AREAS[:2]:
        mine = sorted((row["seq"], row["kind"]) for row in journal if row["area"] == area)
        assert [kind for _, kind in mine] == ["event"] * 320 + ["tick"]
    assert world.count("obligation WHERE state = 'met'") > 0
    assert worker.stop() == 0


def test_a_tick_waits_for_a_load_that_is_not_whole_but_not_for_ever(world: World) -> None:
    area = AREAS[0]
    with world.hub.store.begin() as unit:
        sql = "INSERT INTO load (source, load, state, area) VALUES (:source, 'casework-00009', 'ended', :area)"
        unit.execute(sql, source=f"casework-{area}", area=area)
    world.configure(area)
    world.command(area, "tick", {"on": "2026-01-05"})
    world.start("w1", patience={"tick_s": 4})
    world.wait(lambda: world.count("inbox WHERE state = 'taken'") == 2)
    assert world.count("inbox WHERE state = 'waiting' AND kind = 'tick'") == 1
    world.wait_for_commands(20)
    assert world.count("journal WHERE kind = 'tick'") == 1


def test_children_that_move_are_handed_over_as_on_the_embedded_host(world: World, tmp_path: Path) -> None:
    here, there = AREAS[:2]
    said = {"body_kind": "local_authority", "old": here, "new": there, "moved_on": MONDAY}
    moves = [an_event(here, child, 9, "ResponsibleBodyChanged", MONDAY, **said) for child in range(3)]
    later = [an_event(here, child, 10, "CaseWorkerAssigned", MONDAY, worker_ref="w2") for child in range(5)]

    def play(one: World) -> None:
        for area in (here, there):
            one.configure(area)
        one.wait_for_commands()  # a child goes to an area that is here
        one.send([*a_load(here, 5), *moves])
        one.command(here, "tick", {"on": "2026-01-05"})

    world.start("w1")
    play(world)
    arrived = f"journal WHERE area = '{there}' AND kind"
    world.wait(lambda: world.count(f"{arrived} = 'subject_moved'") == 3)
    world.send(later)  # three of them go on as well
    world.wait(lambda: world.count(f"{arrived} = 'event'") == 3 * 10)
    assert world.count("settling") == 0
    world.command(there, "tick", {"on": "2026-01-05"})
    world.wait_for_commands()
    assert world.count("left_area") == world.count(f"child WHERE area = '{there}'") == 3
    (tmp_path / "embedded").mkdir()
    with EmbeddedWorld(tmp_path / "embedded") as embedded:
        play(embedded)
        embedded.send(later)
        embedded.command(there, "tick", {"on": "2026-01-05"})
        assert difference(embedded.hub, world.hub) == {}


def test_a_dead_letter_stops_nobody(world: World) -> None:
    world.hub.log.ensure_topics()
    produce(world, "agency.health", AREAS[0], b"not Avro", b"")
    world.start("w1", agents=True)
    world.send(a_load(AREAS[0], 5))
    world.wait_for_events(40)
    world.wait(lambda: world.count("dead_letter") == 2)
    found = world.hub.store.select("SELECT area, kind, reason FROM dead_letter")
    assert {tuple(row.values()) for row in found} == {(AREAS[0], "record", "not in the wire format")}


def test_two_workers_share_the_partitions_and_one_takes_all_when_the_other_is_gone(world: World) -> None:
    first, second = world.start("w1", agents=True), world.start("w2", agents=True)
    for area in AREAS[:3]:
        world.send(a_load(area, 30))

    def owners() -> set[str]:
        rows = world.hub.store.select("SELECT offsets FROM position")
        return {row["offsets"].split('"owner":"')[1][:2] for row in rows}

    world.wait(lambda: owners() == {"w1", "w2"})
    first.kill()
    for area in AREAS[3:]:
        world.send(a_load(area, 30))
    world.wait_for_events(6 * 240)
    assert events_by_area(world) == dict.fromkeys(AREAS, 240)
    world.wait(lambda: owners() == {"w2"})
    third = world.start("w3", agents=True)
    world.wait(lambda: owners() == {"w2", "w3"})
    assert second.stop() == 0
    assert third.stop() == 0


def test_a_broker_that_is_away_is_waited_for(own_kafka: KafkaServer, postgres_dsn: str, tmp_path: Path) -> None:
    with World(tmp_path / "hub", postgres_dsn, own_kafka.bootstrap, "") as world:
        worker = world.start("w1", agents=True)
        world.send(a_load(AREAS[0], 30))
        world.wait_for_events(240)
        own_kafka.kill()
        assert worker.is_running
        own_kafka.start()
        world.send(a_load(AREAS[1], 30))
        world.wait_for_events(480, 90)
        assert events_by_area(world) == dict.fromkeys(AREAS[:2], 240)
        assert worker.is_running


def test_a_database_that_is_away_is_waited_for(
    kafka: str, own_postgres: PostgresServer, tmp_path: Path, unique: Unique
) -> None:
    with World(tmp_path / "hub", own_postgres.new_database(), kafka, unique("w") + ".") as world:
        worker = world.start("w1")
        world.send(a_load(AREAS[0], 30))
        world.wait_for_events(240)
        with world.hub.store.begin() as unit:
            unit.put("outbox", a_load(AREAS[1], 30))
        rows = world.hub.store.select("SELECT * FROM outbox ORDER BY n")
        own_postgres.kill()
        world.hub.log.publish(rows)
        own_postgres.start()
        world.wait_for_events(480)
        assert events_by_area(world) == dict.fromkeys(AREAS[:2], 240)
        assert worker.stop() == 0


def test_what_an_intake_that_died_left_in_its_outbox_is_published_by_the_worker(world: World) -> None:
    world.start("w1", outbox_patience_s=1)
    with world.hub.store.begin() as unit:
        unit.put("outbox", a_load(AREAS[0], 3))
    world.wait_for_events(24)
    assert world.count("outbox") == 0


def test_a_worker_ends_with_the_code_of_what_went_wrong(world: World) -> None:
    async def make() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=world.config.bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(world.hub.topics.on_broker("sources"), 3, 1)])
        await admin.close()

    asyncio.run(make())
    assert world.start("w1").wait() == 3  # ConfigError


def test_a_worker_that_is_stuck_ends_for_somebody_to_start_it_again(world: World) -> None:
    world.configure(AREAS[0])
    world.send(a_load(AREAS[0], 3))
    world.command(AREAS[0], "tick", {"on": "2026-01-05"})
    assert world.start("w1", hangs=True, stall_s=3, stop_s=1).wait(40) == 5
    world.start("w1")
    world.wait_for_commands()
    world.wait(lambda: world.count("delivery WHERE state = 'sent'") > 0)


def test_records_that_aged_out_are_passed_over_and_the_next_are_taken(world: World) -> None:
    world.hub.log.ensure_topics()
    noise, topics = [b"old"] * 5, world.hub.topics
    produce(world, "agency.health", AREAS[0], *noise)
    place = TopicPartition(topics.on_broker("agency.health"), topics.partition(AREAS[0]))

    async def age() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=world.config.bootstrap)
        await admin.start()
        await admin.delete_records({place: RecordsToDelete(before_offset=5)})
        await admin.close()

    asyncio.run(age())
    world.start("w1")
    world.send(a_load(AREAS[0], 3))
    world.wait_for_events(24)
    assert world.count("dead_letter") == 0
    rows = world.hub.store.select('SELECT offsets FROM position WHERE "partition" = :p', p=place.partition)
    assert json.loads(rows[0]["offsets"])["next"][place.topic] == 5


def test_a_worker_without_a_broker_ends_as_unavailable(postgres_dsn: str, tmp_path: Path) -> None:
    with World(tmp_path / "hub", postgres_dsn, "127.0.0.1:1", "") as world:
        assert world.start("w1").wait() == 5  # Unavailable


def test_a_worker_asked_to_end_in_the_middle_of_much_work_ends_in_order(world: World) -> None:
    for area in AREAS:
        world.send(a_load(area, 100))
    worker = world.start("w1", batch=50)
    world.wait(lambda: world.count("journal") > 0)
    assert worker.stop() == 0
    taken = world.count("journal WHERE kind = 'event'")
    again = world.start("w1")
    world.wait_for_events(6 * 800)
    assert events_by_area(world) == dict.fromkeys(AREAS, 800)
    assert taken < 6 * 800
    again.signal(signal.SIGINT)
    assert again.wait() == 0
