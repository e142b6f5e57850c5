"""The list of topics agrees with the events, and an area's place on them never changes by itself."""

from pathlib import Path

import pytest

from consumers.embedded import FIRST
from hub.adapters.kafka import load_topics
from hub.domain.events.index import PAYLOADS
from hub.domain.topics import Topics

TOPICS = load_topics(Path(__file__).parents[3] / "schemas" / "topics.toml")


def test_every_event_has_a_topic_that_workers_read() -> None:
    assert {payload.topic for payload in PAYLOADS} | {"sources"} <= set(TOPICS.inputs)


def test_names_are_different_and_say_who_may_write_and_read() -> None:
    assert len({topic.name for topic in TOPICS.topic}) == len(TOPICS.topic)
    assert all(topic.writes and topic.reads and topic.retention_days for topic in TOPICS.topic)


def test_demographics_and_sealed_identities_are_read_by_workers_alone() -> None:
    assert {topic.name: topic.reads for topic in TOPICS.topic if topic.is_first} == {
        "agency.people": ("worker",),
        "identity.sealed": ("worker",),
    }


def test_both_hosts_take_the_same_things_first() -> None:
    assert set(TOPICS.first) == FIRST
    assert TOPICS.inputs[: len(TOPICS.first)] == TOPICS.first


@pytest.mark.parametrize(
    ("area", "partition"), [("unplaced", 0), ("E09000001", 0), ("E09000002", 7), ("E06000014", 4), ("E10000029", 5)]
)
def test_an_area_stands_where_it_always_stood(area: str, partition: int) -> None:
    assert TOPICS.partition(area) == partition


def test_a_prefix_is_part_of_the_name_on_the_broker_alone() -> None:
    staged = Topics(TOPICS.partitions, TOPICS.topic, TOPICS.partition_of, "staging.")
    assert staged.inputs == tuple(f"staging.{name}" for name in TOPICS.inputs)
    assert staged.partition("E09000001") == TOPICS.partition("E09000001")
