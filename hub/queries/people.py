"""What a child is called by the one who asks: own agency's number, case reference, and the name where they may."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from hub.queries.conditions import one_of
from hub.queries.desk import Desk

_OWN_CONNECTORS = {
    "area": ("ehc_casework", "sen2"),
    "social_care": ("cin_census",),
}


class Called(Struct, frozen=True):
    """How a child is called.

    Attributes:
        own_id: The child's number in the actor's own agency's source; empty if that agency does not know the child.
        own_source: That source.
        name: Empty for roles that see no names.
        known_to: Agency, source and number of every source of the actor's own bodies.
    """

    child: str
    reference: str
    own_id: str = ""
    own_source: str = ""
    name: str = ""
    known_to: tuple[tuple[str, str, str], ...] = ()

    def as_known_to(self, body: str) -> "Called":
        """Return the same child with the number that this body knows it by, where the actor sees one."""
        return next(
            (
                Called(self.child, self.reference, number, source, self.name, self.known_to)
                for agency, source, number in self.known_to
                if agency == body
            ),
            self,
        )


def called(desk: Desk, references: dict[str, str]) -> dict[str, Called]:
    """Return how each child is called.

    Args:
        desk: Who asks.
        references: Case references by child, of children already found to be visible.
    """
    if not desk.access.may_open:  # neither local numbers nor names for those who read without knowing whom
        return {child: Called(child, reference) for child, reference in references.items()}
    records: dict[str, list[dict[str, Any]]] = {child: [] for child in references}
    for row in _records(desk, references):
        records[row["child"]].append(row)
    return {child: _called(desk, child, references[child], rows) for child, rows in records.items()}


def _records(desk: Desk, children: Iterable[str]) -> list[dict[str, Any]]:
    return desk.select(
        "SELECT r.area, r.child, r.source, r.local_id, p.family_name, p.given_names FROM source_record r"
        " LEFT JOIN person p ON p.area = r.area AND p.source = r.source AND p.local_id = r.local_id"
        " WHERE {} AND {} AND r.known_to IS NULL ORDER BY r.source, r.local_id",
        one_of("r.area", "of_area", tuple(desk.areas)),
        one_of("r.child", "of_child", sorted(children)),
    )


def _called(desk: Desk, child: str, reference: str, rows: list[dict[str, Any]]) -> Called:
    mine = sorted((row for row in rows if _is_own(desk, row)), key=lambda row: not _is_of_own_system(desk, row))
    own = [(_agency(desk, row), row["source"], row["local_id"]) for row in mine]
    _, source, number = own[0] if own else ("", "", "")
    name = next((_name(row) for row in _preferred(desk, rows) if _name(row)), "") if desk.access.is_named else ""
    return Called(child, reference, number, source, name, tuple(own))


def _agency(desk: Desk, row: dict[str, Any]) -> str:
    feed = desk.feeds.get((row["area"], row["source"]))
    return feed.agency if feed else ""


def _is_own(desk: Desk, row: dict[str, Any]) -> bool:
    return _agency(desk, row) in desk.codes or _is_of_own_system(desk, row)


def _is_of_own_system(desk: Desk, row: dict[str, Any]) -> bool:
    feed = desk.feeds.get((row["area"], row["source"]))
    return feed is not None and feed.connector in _OWN_CONNECTORS.get(desk.access.scope, ())


def _preferred(desk: Desk, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The council's casework first: it is the one source that has the name as the family gave it for this process."""

    def rank(row: dict[str, Any]) -> bool:
        feed = desk.feeds.get((row["area"], row["source"]))
        return feed is None or feed.connector != "ehc_casework"

    return sorted(rows, key=rank)


def _name(row: dict[str, Any]) -> str:
    return " ".join(part for part in (row["given_names"], row["family_name"]) if part)
