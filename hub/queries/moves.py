"""Children that moved to another area, and those that may have: listed for a person, never moved by themselves."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.identity.normalise import Person, person
from hub.ports import Reader
from hub.queries.desk import Desk

Names = Callable[[Person], dict[str, str]]
"""The directory's names for a person, by kind."""

_CHILD = (
    "r.area, r.child, c.reference FROM source_record r"
    " JOIN child c ON c.area = r.area AND c.child = r.child AND c.restricted = 0"
)
_IS_HERE = "r.known_to IS NULL AND NOT EXISTS (SELECT 1 FROM left_area l WHERE l.area = r.area AND l.child = r.child)"


class Moved(Struct, frozen=True):
    """The area that answers for a child now, and since when."""

    area: str
    on: date


def moved(desk: Desk, area: str, child: str) -> Moved | None:
    """Return where a child went; `None` while it is here. The child must be one that the actor sees."""
    sql = "SELECT to_area, left_on FROM left_area WHERE area = :area AND child = :child"
    rows = desk.select(sql, area=area, child=child)
    return Moved(rows[0]["to_area"], date.fromisoformat(rows[0]["left_on"])) if rows else None


def may_have_moved(reader: Reader, names: Names, area: str = "") -> list[dict[str, Any]]:
    """Return children of whom something says that another area may answer for them, in order of area and child.

    A number that another area has too, a postcode of another area, a move that its source took back. No restricted child
    is among them, in neither area.

    Args:
        reader: The store.
        names: Gives the directory's names.
        area: Only what concerns this area; empty for all.
    """
    found = [*_in_two_areas(reader, names), *_by_address(reader), *_taken_back(reader)]
    unique = {msgspec.json.encode(row): row for row in found if area in ("", row["area"], row["other_area"])}
    return sorted(unique.values(), key=lambda row: (row["area"], row["child"], row["other_area"], row["because"]))


def _in_two_areas(reader: Reader, names: Names) -> list[dict[str, Any]]:
    """A record in one area has a number of somebody whom the directory knows in another."""
    rows = reader.select(
        f"SELECT m.name, m.because, m.source, d.area AS other, {_CHILD}"
        " JOIN may_have_moved m ON m.area = r.area AND m.source = r.source AND m.local_id = r.local_id"
        f" JOIN directory d ON d.name = m.name AND d.area <> m.area WHERE {_IS_HERE}"
    )
    found = []
    known = {other: _by_name(reader, names, other) for other in {row["other"] for row in rows}}
    for row in rows:
        for child in known[row["other"]].get(row["name"], ()):
            if not child["hidden"]:
                found.append(_row(child, row, f"{row['because']} in both areas"))
    return found


def _by_name(reader: Reader, names: Names, area: str) -> dict[str, list[dict[str, Any]]]:
    """An area's children by the directory's names of their records; those that left or are restricted are hidden."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = reader.select(
        "SELECT p.*, r.child, c.reference, CASE WHEN c.restricted = 0 AND l.child IS NULL THEN 0 ELSE 1 END AS hidden"
        " FROM person p JOIN source_record r ON r.area = p.area AND r.source = p.source AND r.local_id = p.local_id"
        " AND r.known_to IS NULL JOIN child c ON c.area = r.area AND c.child = r.child"
        " LEFT JOIN left_area l ON l.area = r.area AND l.child = r.child WHERE p.area = :area",
        area=area,
    )
    for row in rows:
        for name in names(person(row)).values():
            found[name].append(row)
    return found


def _by_address(reader: Reader) -> list[dict[str, Any]]:
    """A record's postcode lies in another area, by the table of postcodes that was loaded."""
    listed = reader.select("SELECT area, body FROM reference WHERE kind = 'postcodes'")
    table = {msgspec.json.decode(row["body"])["postcode"]: row["area"] for row in listed}
    found = []
    rows = reader.select(
        f"SELECT p.postcode, {_CHILD} JOIN person p ON p.area = r.area AND p.source = r.source AND p.local_id = r.local_id"
        f" WHERE p.postcode <> '' AND {_IS_HERE}"
    )
    for row in rows if table else ():
        lies_in = area_of(table, person(row).postcode)
        if lies_in not in ("", row["area"]):
            found.append(_row(row, {"area": lies_in}, "an address there"))
    return found


def _taken_back(reader: Reader) -> list[dict[str, Any]]:
    """A child that left by a change that its source withdrew since."""
    newest = "SELECT max(n.revision) FROM journal n WHERE n.area = l.area AND n.slot = l.because AND n.kind = 'event'"
    rows = reader.select(
        "SELECT l.area, l.child, c.reference, l.to_area FROM left_area l"
        " JOIN child c ON c.area = l.area AND c.child = l.child AND c.restricted = 0"
        " JOIN journal j ON j.area = l.area AND j.slot = l.because AND j.kind = 'event'"
        f" WHERE j.type = 'SourceRecordWithdrawn' AND j.revision = ({newest})"
    )
    return [_row(row, {"area": row["to_area"]}, "it left by a change that was withdrawn since") for row in rows]


def area_of(table: dict[str, str], postcode: str) -> str:
    """Return the area of a postcode: its own, else that of its sector, else of its district; empty if none is listed.

    >>> area_of({"LS2": "E1", "LS2 7": "E2"}, "LS2 7EW"), area_of({"LS2": "E1"}, "LS21 1AA")
    ('E2', '')
    """
    outward, _, inward = postcode.partition(" ")
    return next((table[key] for key in (postcode, f"{outward} {inward[:1]}", outward) if key in table), "")


def _row(child: dict[str, Any], other: dict[str, Any], because: str) -> dict[str, Any]:
    return {
        "area": child["area"], "child": child["child"], "reference": child["reference"], "other_area": other["area"],
        "other_child": other.get("child", ""), "other_reference": other.get("reference", ""), "because": because,
    }  # fmt: skip
