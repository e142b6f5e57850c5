"""All the records of one child, each with why it is there; who lives with it; and the names it had before."""

from collections.abc import Sequence

from msgspec import Struct

from hub.domain.errors import NotFound
from hub.queries.conditions import one_of
from hub.queries.desk import Desk
from hub.queries.question import Earlier, Neighbour, earlier, household
from hub.queries.records import Record, records_of
from hub.queries.stewardship import Children, check
from hub.queries.weights import Weighing, weighing


class SeenChild(Struct, frozen=True, kw_only=True):
    """A child as its records make it up.

    Attributes:
        weighings: For each record, by the number of its link: what it was linked by.
        because_of: For each such number the records whose links it hung on, as (system, number).
        aliases: Children that were merged into this one (id, case reference): a split may revive one.
    """

    area: str
    child: str
    reference: str
    records: tuple[Record, ...]
    weighings: dict[int, Weighing]
    because_of: dict[int, tuple[str, ...]]
    aliases: tuple[tuple[str, str], ...]
    household: tuple[Neighbour, ...]
    earlier: tuple[Earlier, ...]


def child_records(desk: Desk, child: str) -> SeenChild:
    """Return the records of a child; of a merged one those of the child that it is now.

    Raises:
        Forbidden: Records are compared for one purpose alone.
        NotFound: No such child, or not for this actor.
    """
    check(desk, f"identity child {child}")
    rows = desk.select(
        "SELECT area FROM child WHERE child = :child AND {}", one_of("area", "area", tuple(desk.areas)), child=child
    )
    children = Children(desk)
    if not rows or not children.is_there(rows[0]["area"], child):
        raise NotFound("child", "")
    area = rows[0]["area"]
    now = children.now(area, child)
    found = records_of(desk, area, (now,))
    aliases = desk.select(
        "SELECT child, reference FROM child WHERE area = :area AND alias_of = :child ORDER BY reference, child",
        area=area, child=now,
    )  # fmt: skip
    around = household(desk, area, found)
    weighings = {one.link: weighing(desk, area, one.link) for one in found}
    desk.shown(area, [now, *(one.child for one in around)])
    return SeenChild(
        area=area, child=now, reference=children.reference(area, now), records=tuple(found),
        weighings=weighings, because_of={link: _named(desk, area, one.because_of) for link, one in weighings.items()},
        aliases=tuple((row["child"], row["reference"]) for row in aliases), household=tuple(around),
        earlier=tuple(earlier(desk, area, (now,), found)),
    )  # fmt: skip


def _named(desk: Desk, area: str, links: Sequence[int]) -> tuple[str, ...]:
    """The records that links put somewhere, by the numbers of their entries."""
    numbers = ", ".join(str(int(one)) for one in links)
    if not numbers:
        return ()
    sql = f"SELECT DISTINCT source, local_id FROM source_record WHERE area = :area AND known_from IN ({numbers})"
    rows = desk.select(f"{sql} ORDER BY source, local_id", area=area)
    return tuple(f"{row['source']} {row['local_id']}" for row in rows)
