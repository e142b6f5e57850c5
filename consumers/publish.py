"""What a transaction left to be published goes out after it; a row is deleted once the broker has it.

A crash between the two publishes the row again: under the same id, so that whoever reads drops it.
"""

from typing import Any

import msgspec

from hub.domain.errors import Unusable
from hub.domain.identifiers import name_of
from hub.ports import EventLog, Store

SIZE = 5_000
"""Rows in one go."""


def outbox(store: Store, log: EventLog, size: int = SIZE) -> int:
    """Publish all that intake left in its outbox, in order, and return how many rows that was.

    A row that cannot go onto the wire is a bug of its connector: it moves to the refusals, where it is counted and can
    be replayed once that is mended. Its load is then never whole, so that nothing is said to be complete.

    Raises:
        Unavailable: The broker or the database is away; what is left goes with the next call.
    """
    total = 0
    while rows := store.select("SELECT * FROM outbox ORDER BY n LIMIT :size", size=size):
        refused = log.publish(rows)
        with store.begin() as unit:
            unit.put("refusal", [_refusal(row, refused[row["n"]]) for row in rows if row["n"] in refused])
            unit.remove("outbox", [(row["n"],) for row in rows])
        total += len(rows)
    return total


def results(store: Store, log: EventLog, areas: list[str], size: int = SIZE) -> int:
    """Publish what the areas' worker decided, in order, and return how many rows that was."""
    total = 0
    while rows := _of_areas(store, areas, size):
        log.publish_results(rows)
        with store.begin() as unit:
            unit.remove("published", [(row["n"],) for row in rows])
        total += len(rows)
    return total


def _of_areas(store: Store, areas: list[str], size: int) -> list[dict[str, Any]]:
    sql = "SELECT * FROM published WHERE area IN :areas ORDER BY n LIMIT :size"
    return store.select(sql, areas=areas, size=size) if areas else []


def _refusal(row: dict[str, Any], why: Unusable) -> tuple[Any, ...]:
    said = msgspec.json.decode(row["body"])
    return (
        said.get("source", ""), name_of("unsent", row["area"], row["id"]), said.get("load", ""), "", 0, why.field, why.reason,
        said.get("subject", {}).get("local_id", ""), "waiting", row["body"].encode(), row["area"], said.get("recorded_at", ""),
    )  # fmt: skip
