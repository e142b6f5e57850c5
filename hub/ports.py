"""What the hub needs from outside, as protocols. Adapters implement them; bootstrap chooses."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from hub.domain.alerts import Message
from hub.domain.errors import Unusable


class Reader(Protocol):
    """Reads of committed rows."""

    def select(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Return rows of a read-only query with named parameters (`:name`), in its own order."""
        ...


class Unit(Protocol):
    """One transaction: all of it becomes durable, or nothing."""

    def select(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Return rows as this transaction sees them."""
        ...

    def put(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows in the table's column order; a row with the same key is replaced."""
        ...

    def remove(self, table: str, keys: Sequence[tuple[Any, ...]]) -> None:
        """Delete rows by the leading columns of their key."""
        ...

    def execute(self, sql: str, **parameters: object) -> int:
        """Run one statement with named parameters and return how many rows it touched."""
        ...


class Store(Reader, Protocol):
    """A SQL store."""

    def begin(self) -> AbstractContextManager[Unit]:
        """Open a transaction that commits at the end of the block and is rolled back by an error."""
        ...


class EventLog(Protocol):
    """Where intake's outbox goes when it does not stay in the same store."""

    def publish(self, rows: Sequence[Mapping[str, Any]]) -> dict[int, Unusable]:
        """Publish rows of `outbox` in their order and return when all are acknowledged; `Unavailable` otherwise.

        Returns:
            By their number `n`, the rows that cannot go onto the wire, and why; all others went.
        """
        ...

    def publish_results(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Publish rows of `published` in their order and return when all are acknowledged; `Unavailable` otherwise."""
        ...

    def ensure_topics(self) -> None:
        """Make the topics that are missing; `ConfigError` if one is not as listed."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


class Channel(Protocol):
    """A way to reach a person."""

    def send(self, message: Message) -> None:
        """Send one message; raise `Unavailable` if it should be tried again."""
        ...


class SchemaRegistry(Protocol):
    """Where schema ids come from."""

    def id_of(self, subject: str, schema: str) -> int:
        """Return the id under which the schema is registered for the subject, registering it if new."""
        ...

    def schema_of(self, number: int) -> str:
        """Return the schema with that id; raise `UnknownSchema` if there is none."""
        ...


class Codec(Protocol):
    """Turns what intake wrote into bytes for a topic, and back."""

    def encode(self, topic: str, kind: str, id: str, body: str) -> bytes:
        """Return the bytes of a row of the outbox; `Unusable` if they would not come back as the same body."""
        ...

    def decode(self, value: bytes) -> tuple[str, str, str]:
        """Return kind, id and body as they were encoded; `Unusable` for bytes that cannot be read."""
        ...


class Now(Protocol):
    """The clock."""

    def __call__(self) -> datetime:
        """Return the present instant in UTC."""
        ...


class RowSource(Protocol):
    """A connector's reading of a path: rows, refusals and held files, in order."""

    def __iter__(self) -> Iterable[Any]:
        """Yield `Row`, `Refusal` or `Held`."""
        ...
