"""What a row says, counted and keyed: from payloads to `Said`."""

from collections.abc import Iterable
from datetime import date, datetime

from connectors.base import Said
from hub.domain.events.envelope import Payload, SubjectKind

Fact = tuple[Payload, date | None] | tuple[Payload, date | None, str]
"""What is said, the date of the fact, and a key if the slot is another than the row's own."""


def said_of(
    facts: Iterable[Fact], key: str, subject: tuple[str, SubjectKind], recorded_at: datetime | None
) -> tuple[Said, ...]:
    """Return the facts as things said of the subject; ordinals count things of one kind under one key, from 0."""
    local_id, kind = subject
    said: list[Said] = []
    for fact in facts:
        payload, on, own = fact if len(fact) == 3 else (*fact, key)
        name = type(payload).__name__
        ordinal = sum(1 for one in said if one.kind == name and one.key == own) if said else 0
        said.append(Said(own, name, ordinal, local_id, kind, on, recorded_at, payload))
    return tuple(said)
