"""What people do: one row in the area's inbox and one audit row, in one transaction; the area's worker takes it."""

from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.identifiers import name_of
from hub.ports import Store, Unit


class By(Struct, frozen=True):
    """Who acts, in which role, for which purpose; never the name of a child."""

    actor: str
    role: str
    purpose: str


def send(store: Store, area: str, kind: str, body: dict[str, Any], by: By, at: str) -> int:
    """Put a command into the area's inbox and return its number there.

    Args:
        store: The area's store.
        area: The area whose worker takes it.
        kind: tick, configure, decide_link, split_child, move_events, answer or erase.
        body: What the worker needs.
        by: Who sends it; written to the audit with the kind alone.
        at: The present instant, our stamp form.
    """
    with store.begin() as unit:
        sql = (
            "INSERT INTO inbox (area, kind, body, at, state, result)"
            " VALUES (:area, :kind, :body, :at, 'waiting', '') RETURNING n"
        )
        text = msgspec.json.encode(body).decode()
        number = int(unit.select(sql, area=area, kind=kind, body=text, at=at)[0]["n"])
        audit(unit, area, by, f"command {kind}", at)
    return number


def audit(unit: Unit, area: str, by: By, action: str, at: str) -> None:
    """Write one audit row; the same look at the same instant is one row."""
    count = unit.select("SELECT count(*) AS n FROM audit WHERE area = :area", area=area)[0]["n"]
    name = name_of("audit", area, by.actor, by.role, by.purpose, action, at, count)
    unit.put("audit", [(area, name, by.actor, by.role, by.purpose, action, at)])
