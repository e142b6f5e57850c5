"""Who works on a case, and how to reach them."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from hub.queries.conditions import one_of
from hub.queries.desk import Desk
from hub.queries.events import EventSeen


class Reached(Struct, frozen=True):
    """A person who can be reached.

    Attributes:
        is_of_case: Assigned to this case; otherwise the area's own officer stands in.
    """

    name_ref: str
    role: str
    body: str
    channel: str
    address: str
    is_of_case: bool = False


def contacts(desk: Desk) -> list[tuple[str, Reached]]:
    """Return the contacts of the actor's areas, with the area of each, that are valid at its last tick."""
    rows = desk.select(
        "SELECT area, role, body, name_ref, channel, address, valid_from, valid_to FROM contact WHERE {}"
        " ORDER BY area, role, body, name_ref, channel, address",
        one_of("area", "area", tuple(desk.areas)),
    )
    return [(row["area"], _reached(row)) for row in rows if _is_valid(desk, row)]


def case_owners(
    desk: Desk, cases: Iterable[tuple[str, str]], events: dict[str, list[EventSeen]]
) -> dict[tuple[str, str], Reached]:
    """Return who owns each case, by area and child: its latest case worker, else the area's one SEN officer."""
    known = contacts(desk)
    found = {}
    for area, child in cases:
        officers = [c for where, c in known if where in (area, "") and c.role in ("sen_officer", "sen_manager")]
        worker = _worker([e for e in events.get(child, []) if e.area == area])
        own = next((c for c in officers if worker and c.name_ref == worker), None)
        if own or worker:
            one = own or Reached(worker, "sen_officer", "", "", "")
            found[area, child] = Reached(one.name_ref, one.role, one.body, one.channel, one.address, is_of_case=True)
        elif officers:
            found[area, child] = officers[0]
    return found


def _worker(events: list[EventSeen]) -> str:
    assigned = [e for e in events if e.type == "CaseWorkerAssigned" and e.data.get("worker_ref")]
    return str(assigned[-1].data["worker_ref"]) if assigned else ""


def _reached(row: dict[str, Any]) -> Reached:
    return Reached(row["name_ref"] or "", row["role"], row["body"] or "", row["channel"] or "", row["address"] or "")


def _is_valid(desk: Desk, row: dict[str, Any]) -> bool:
    area = desk.areas.get(row["area"])
    on = area.on.isoformat() if area and area.on else ""
    return not on or ((row["valid_from"] or "") <= on and (not row["valid_to"] or row["valid_to"] >= on))
