"""The topics as `schemas/topics.toml` lists them, and where an area stands on each."""

from hashlib import blake2b
from typing import Literal

from msgspec import Struct


class Topic(Struct, frozen=True):
    """One topic.

    Attributes:
        use: Whether the worker reads it or publishes on it.
        key: What its records are keyed by.
        retention_days: How long the broker keeps a record.
        writes: Who may write to it; the broker's access lists follow.
        reads: Who may read it.
        is_first: Whether what is on it should be known before the rest of its load: who people are.
    """

    name: str
    use: Literal["input", "published"]
    key: str
    format: Literal["avro", "json"]
    retention_days: int
    writes: tuple[str, ...]
    reads: tuple[str, ...]
    cleanup: Literal["delete", "compact,delete"] = "delete"
    is_first: bool = False


class Topics(Struct, frozen=True):
    """All topics of one hub.

    Attributes:
        partitions: How many every one of them has.
        partition_of: Partition of the areas that do not stand where the hash of their code would put them.
        prefix: Before every name on the broker, so that several hubs can share one.
    """

    partitions: int
    topic: tuple[Topic, ...]
    partition_of: dict[str, int]
    prefix: str = ""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names, on the broker, of all topics that a worker reads; those that are first stand first."""
        names = sorted(
            (not topic.is_first, n, topic.name) for n, topic in enumerate(self.topic) if topic.use == "input"
        )
        return tuple(self.on_broker(name) for *_, name in names)

    @property
    def first(self) -> tuple[str, ...]:
        """Names, on the broker, of the topics that are read before the others."""
        return tuple(self.on_broker(topic.name) for topic in self.topic if topic.is_first)

    def on_broker(self, name: str) -> str:
        """Return the topic's name on the broker."""
        return self.prefix + name

    def partition(self, area: str) -> int:
        """Return the partition number, the same on every topic, that holds all records of the area.

        >>> Topics(12, (), {"unplaced": 0}).partition("E09000007")
        4
        """
        there = self.partition_of.get(area)
        if there is not None:
            return there
        return int.from_bytes(blake2b(area.encode(), digest_size=8).digest()) % self.partitions
