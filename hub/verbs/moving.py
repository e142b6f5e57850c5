"""What the verbs do about moves between areas: deciding one, and listing who may have moved."""

from pathlib import Path
from typing import Any

import msgspec

from hub.bootstrap import Hub
from hub.commands.inbox import By, audit
from hub.domain.directory import names_of
from hub.domain.errors import Unusable
from hub.domain.identifiers import postcode
from hub.domain.instants import instant, local_date
from hub.queries import moves
from hub.verbs.feeding import OPERATOR, area_of, command, must_exist, rows_of


def move_child(hub: Hub, child: str, area: str, on: str, who: str, reason: str) -> dict[str, Any]:
    """Decide that another area answers for a child: its live events go there, its record here is closed.

    Args:
        hub: The hub.
        child: The child, in the area that it leaves.
        area: The area that answers for it from then on.
        on: First day, ISO; today without it.
        who: Who decides.
        reason: Why; kept with the decision.

    Raises:
        NotFound: No such child, or no such area.
        Conflict: It is there already, or left before; then it is decided in the area that it is in.
    """
    must_exist(hub, area)
    on = on or local_date(instant(hub.now())).isoformat()
    body = {"child": child, "to": area, "on": on, "by": who, "reason": reason}
    here = area_of(hub, "child", "child", child)
    return command(hub, here, "move_child", body, By(who, "operations", "operations")) | {"area": area, "on": on}


def may_have_moved(hub: Hub, area: str) -> list[dict[str, Any]]:
    """Return children who may have moved; a person looks, nothing moves by itself. The look is audited."""
    with hub.store.begin() as unit:
        audit(unit, area, OPERATOR, "who may have moved", hub.now())
    return moves.may_have_moved(hub.store, lambda who: names_of(hub.keyed, who), area)


def load_postcodes(hub: Hub, file: Path) -> int:
    """Replace the table of postcodes, sectors and districts with their areas, and return how many rows it has.

    Raises:
        Unusable: A row has neither.
    """
    rows = rows_of(file, ("postcode", "area"), ())
    for number, row in enumerate(rows, 1):
        row["postcode"] = _part_of_a_postcode(file, number, row["postcode"])
    with hub.store.begin() as unit:
        unit.execute("DELETE FROM reference WHERE kind = 'postcodes'")
        unit.put(
            "reference",
            [("postcodes", row["postcode"], row["area"], msgspec.json.encode(row).decode()) for row in rows],
        )
    return len(rows)


def _part_of_a_postcode(file: Path, number: int, text: str) -> str:
    """A whole postcode, its sector (LS2 7) or its district (LS2), in capitals."""
    plain = " ".join(text.upper().split())
    for rest in ("", "AA", " 1AA"):
        if postcode(plain + rest) is not None:
            whole = postcode(plain + rest) or ""
            return whole[: len(whole) - len(rest)] if rest else whole
    raise Unusable(file.name, "postcode", "no postcode, sector or district", number)
