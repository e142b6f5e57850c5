"""The outbox reaches the topics: in order, each record once, and a row is deleted only when the broker has it."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.structs import ConsumerRecord

from consumers import publish
from hub.adapters.avro import AvroCodec
from hub.adapters.kafka import KafkaLog, load_topics
from hub.adapters.registry import FileRegistry
from hub.adapters.sql import store as sql
from hub.domain.errors import ConfigError, Unavailable
from hub.domain.topics import Topics
from tests.servers.kafka import KafkaServer
from tests.worker_world import MONDAY, a_load, an_event

Unique = Callable[[str], str]
SCHEMAS = Path(__file__).parents[2] / "schemas"
CODEC = AvroCodec(SCHEMAS / "avro", FileRegistry(SCHEMAS / "avro"))


@pytest.fixture
def topics(unique: Unique) -> Topics:
    return load_topics(SCHEMAS / "topics.toml", unique("t") + ".")


@pytest.fixture
def store() -> Iterator[sql.SqlStore]:
    made = sql.in_memory()
    yield made
    made.close()


def read(bootstrap: str, topics: Topics, names: tuple[str, ...]) -> list[ConsumerRecord]:
    """Everything on the topics, in order within each partition."""

    async def scenario() -> list[ConsumerRecord]:
        found = []
        async with AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False) as consumer:
            places = [TopicPartition(topics.on_broker(name), n) for name in names for n in range(topics.partitions)]
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            end = await consumer.end_offsets(places)
            while len(found) < sum(end.values()):
                for records in (await consumer.getmany(timeout_ms=2000)).values():
                    found += records
        return found

    return asyncio.run(scenario())


def test_topics_are_made_as_they_are_listed(kafka: str, topics: Topics) -> None:
    log = KafkaLog(kafka, topics, CODEC)
    log.ensure_topics()
    log.ensure_topics()
    log.close()

    async def settings(name: str) -> tuple[int, dict[str, str]]:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        try:
            (described,) = await admin.describe_topics([name])
            (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
        finally:
            await admin.close()
        return len(described["partitions"]), {key: value for key, value, *_ in answer.resources[0][4]}

    for topic in topics.topic:
        partitions, found = asyncio.run(settings(topics.on_broker(topic.name)))
        assert partitions == topics.partitions == 12
        assert found["retention.ms"] == str(topic.retention_days * 86_400_000)
        assert found["cleanup.policy"] == topic.cleanup


def test_a_topic_with_another_number_of_partitions_is_an_error_of_configuration(kafka: str, topics: Topics) -> None:
    async def make() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        await admin.create_topics([NewTopic(topics.on_broker("agency.health"), 3, 1)])
        await admin.close()

    asyncio.run(make())
    log = KafkaLog(kafka, topics, CODEC)
    with pytest.raises(ConfigError, match="not 12 partitions: .*agency.health"):
        log.ensure_topics()
    log.close()


def test_a_load_arrives_whole_in_order_and_in_its_areas_partition(
    kafka: str, topics: Topics, store: sql.SqlStore
) -> None:
    rows = a_load("E09000001", 30) + a_load("E09000002", 30)
    with store.begin() as unit:
        unit.put("outbox", rows)
    log = KafkaLog(kafka, topics, CODEC)
    assert publish.outbox(store, log, size=100) == len(rows)
    log.close()
    assert store.select("SELECT * FROM outbox") == []

    records = read(kafka, topics, ("agency.people", "agency.education", "sources"))
    assert len(records) == len(rows)
    for area in ("E09000001", "E09000002"):
        mine = [record for record in records if record.key == area.encode()]
        assert {record.partition for record in mine} == {topics.partition(area)}
        for name in ("agency.people", "agency.education", "sources"):
            sent = [row for row in rows if row[0] == area and row[1] == name]
            came = [record for record in mine if record.topic == topics.on_broker(name)]
            assert [CODEC.decode(record.value) for record in came] == [(row[2], row[3], row[4]) for row in sent]
            headers = [{key: value.decode() for key, value in record.headers} for record in came]
            assert [head["id"] for head in headers] == [row[3] for row in sent]
            assert {head["area"] for head in headers} == {area}
            assert [head["kind"] for head in headers] == [row[2] for row in sent]
    first = max(record.timestamp for record in records if record.topic == topics.on_broker("agency.people"))
    assert first <= max(record.timestamp for record in records)


def test_a_row_that_cannot_go_onto_the_wire_is_kept_with_the_refusals(
    kafka: str, topics: Topics, store: sql.SqlStore
) -> None:
    good = an_event("E1", 1, 1, "SessionDelivered", MONDAY, line="L1")
    bad = an_event("E1", 1, 2, "SessionDelivered", MONDAY, line=["not", "a", "text"])
    with store.begin() as unit:
        unit.put("outbox", [bad, good])
    log = KafkaLog(kafka, topics, CODEC)
    assert publish.outbox(store, log) == 2
    log.close()
    assert [r.key for r in read(kafka, topics, ("agency.education",))] == [b"E1"]
    (refusal,) = store.select("SELECT * FROM refusal")
    assert (refusal["source"], refusal["field"], refusal["area"], refusal["subject"]) == (
        "casework-E1", "SessionDelivered", "E1", "C00001",
    )  # fmt: skip
    assert refusal["content"] == bad[4].encode()


@pytest.fixture
def forgotten_connections() -> Iterator[None]:
    """aiokafka 0.14 forgets a connection that it finds at its end and leaves it to the garbage collector, who warns."""
    yield
    gc.collect()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("forgotten_connections")
def test_nothing_is_deleted_before_it_is_acknowledged(
    own_kafka: KafkaServer, topics: Topics, store: sql.SqlStore
) -> None:
    log = KafkaLog(own_kafka.bootstrap, topics, CODEC, timeout_s=8)
    rows = a_load("E09000001", 5)
    with store.begin() as unit:
        unit.put("outbox", rows[:20])
    publish.outbox(store, log)
    own_kafka.kill()
    with store.begin() as unit:
        unit.put("outbox", rows[20:])
    with pytest.raises(Unavailable):
        publish.outbox(store, log)
    assert len(store.select("SELECT * FROM outbox")) == len(rows) - 20

    own_kafka.start()
    publish.outbox(store, log)
    log.close()
    assert store.select("SELECT * FROM outbox") == []
    ids = {
        dict(r.headers)["id"].decode()
        for r in read(own_kafka.bootstrap, topics, ("agency.people", "agency.education", "sources"))
    }
    assert ids == {row[3] for row in rows}


def test_no_broker_at_all_is_unavailable(topics: Topics) -> None:
    log = KafkaLog("127.0.0.1:1", topics, CODEC)
    with pytest.raises(Unavailable):
        log.ensure_topics()
    log.close()


def test_results_are_published_by_area_in_order_and_then_deleted(
    kafka: str, topics: Topics, store: sql.SqlStore
) -> None:
    made = [("E1" if n % 2 else "E2", "alerts", f"alert{n}", f"id{n}", f'{{"n":{n}}}') for n in range(20)]
    with store.begin() as unit:
        unit.put("published", made)
    log = KafkaLog(kafka, topics, CODEC)
    assert publish.results(store, log, ["E1"], size=3) == 10
    assert {row["area"] for row in store.select("SELECT area FROM published")} == {"E2"}
    log.close()
    records = read(kafka, topics, ("alerts",))
    assert [(r.key.decode(), r.value.decode()) for r in records] == [(row[2], row[4]) for row in made if row[0] == "E1"]
    assert {r.partition for r in records} == {topics.partition("E1")}


@pytest.mark.parametrize(
    "text",
    [
        "partitions = 'many'",
        "partitions = 3\n[partition_of]\nE1 = 3\n",
        "partitions = 12\n[[topic]]\nname = 'x'\n",
        "[",
    ],
)
def test_a_list_of_topics_that_makes_no_sense_is_an_error_of_configuration(text: str, tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(text)
    with pytest.raises(ConfigError):
        load_topics(file)
