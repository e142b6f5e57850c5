"""What may be repeated and holds no business state: counts for the people who run the hub."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import faust
import msgspec
from msgspec import Struct, field

from hub.domain.topics import Topics


class Operations(Struct):
    """Counts since the worker started; another start counts again.

    Attributes:
        dead_letters: By area and reason.
        unreadable: Letters that are no letters.
    """

    dead_letters: Counter[tuple[str, str]] = field(default_factory=Counter)
    unreadable: int = 0


def add(app: Any, topics: Topics) -> Operations:
    """Add the agents to the app, and return what they count."""
    operations = Operations()
    letters = app.topic(topics.on_broker("dead-letters"), value_type=bytes, value_serializer="raw")

    @app.agent(letters, name="dead-letters")
    async def count(values: AsyncIterator[bytes]) -> None:
        async for value in values:
            take(operations, value)

    return operations


def take(operations: Operations, value: bytes | None) -> None:
    """Count one dead letter; what cannot be read is counted too, and nothing is raised: an agent would lose it.

    >>> seen = Operations()
    >>> take(seen, b'{"area": "E09000001", "reason": "not in the wire format"}')
    >>> take(seen, b"?")
    >>> seen.dead_letters["E09000001", "not in the wire format"], seen.unreadable
    (1, 1)
    """
    try:
        letter = msgspec.json.decode(value or b"", type=dict[str, Any])
    except msgspec.DecodeError:
        operations.unreadable += 1
        return
    operations.dead_letters[str(letter.get("area", "")), str(letter.get("reason", ""))] += 1


def beat(app: faust.App, say: Any, every_s: float = 60.0) -> None:
    """Let the worker say how it is, every so often."""

    @app.timer(interval=every_s)
    async def heartbeat() -> None:
        say()
