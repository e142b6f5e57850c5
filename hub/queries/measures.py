"""Figures over the view `measure`, published through `disclose`, and the cases behind them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from hub.domain.access import ROLES
from hub.domain.disclose import disclose, per_cent
from hub.domain.errors import Forbidden, NotFound
from hub.domain.hiding import Shown
from hub.domain.measures import BY_ID, MEASURES, Measure, family_of, part_of, sums_of
from hub.queries.desk import Desk
from hub.queries.show import VIEWS

PURPOSES = ("service_planning", "assurance")
"""For which aggregates are read."""

GROUPS = {"month": "month", "body": "body", "school": "institution", "kind": "kind"}
"""What figures can be broken down by, and the column of the view for it."""

_SHARED = ("numerator", "denominator", "not_known", "left_out")
Row = dict[str, Any]


class Asked(Struct, frozen=True):
    """What figures, or which cases, are wanted; empty lets all pass.

    Attributes:
        by: Name in `GROUPS`; empty for the figures of whole areas.
        of: Only cases in these groups: name in `GROUPS` or `state` to its value. Figures ignore it.
    """

    measure: str = ""
    area: str = ""
    year: str = ""
    by: str = ""
    of: Mapping[str, str] = {}


class Figure(Struct, frozen=True):
    """One measure of one area in one year, or in one group of it.

    Attributes:
        group: Month, body, setting or kind; empty for the whole area.
        name: As people read it.
        per_cent: To one decimal; `None` where it cannot be shown.
        held_back: Which of the four counts are not shown, because they are small or would give a small one away.
        as_at: Last tick of the area.
    """

    measure: str
    area: str
    year: str
    by: str
    group: str
    name: str
    numerator: int | None
    denominator: int | None
    per_cent: float | None
    not_known: int | None
    left_out: int | None
    held_back: tuple[str, ...]
    as_at: date | None


def may_see_figures(role: str) -> bool:
    """Tell whether a role reads aggregates."""
    return role in ROLES and any(purpose in ROLES[role].purposes for purpose in PURPOSES)


def figures(desk: Desk, asked: Asked) -> list[Figure]:
    """Return figures, for each measure by area and year: of all the area first, then of each group in order.

    Raises:
        Forbidden: The role reads no aggregates, or not for this purpose.
        NotFound: No such measure.
    """
    wanted = _wanted(asked.measure)
    desk.audit(" ".join(filter(None, ("measures", asked.measure, asked.by))))
    if desk.access.purpose not in PURPOSES:
        raise Forbidden(desk.access.role, "read figures", f"they are for {' and '.join(PURPOSES)}")
    families = {family_of(measure.cases) for measure in wanted}
    tables = _tables(desk, asked, families)
    found = [figure for key in sorted(tables) for figure in _of_table(desk, asked.by, key, tables[key], wanted)]
    order = {measure.measure: n for n, measure in enumerate(MEASURES)}
    return sorted(found, key=lambda f: (order[f.measure], f.area, f.year, f.group != "" or f.by != "", f.group))


def cases(desk: Desk, asked: Asked) -> list[Row]:
    """Return the rows of the view behind a figure, in order.

    `counts` in each is 1 if the case is in the numerator, 0 if only in the denominator, `None` if in neither.

    Raises:
        Forbidden: The role does not open single records.
        NotFound: No such measure.
    """
    (measure,) = _wanted(asked.measure or "a measure")
    desk.audit(f"measures {asked.measure} cases")
    if not desk.access.may_open:
        raise Forbidden(desk.access.role, "read cases", "it sees figures, not the children behind them")
    rows = [row for row in _rows(desk, asked, {family_of(measure.cases)}) if row["measure"] == measure.cases]
    columns = {**GROUPS, "state": "state"}
    kept = [row for row in rows if all(row[columns[name]] == value for name, value in asked.of.items())]
    return [row | {"measure": measure.measure, "counts": _counts(measure, row)} for row in kept]


def _wanted(name: str) -> tuple[Measure, ...]:
    if name and name not in BY_ID:
        raise NotFound("measure", name)
    return (BY_ID[name],) if name else MEASURES


def _rows(desk: Desk, asked: Asked, families: set[str]) -> list[Row]:
    view = VIEWS["measure"]
    rows = desk.select(f"SELECT * FROM ({view.select}) shown ORDER BY {view.order}", view.visible(desk))
    return [
        row | {"body": desk.code_of(row["body"])}
        for row in rows
        if family_of(row["measure"]) in families and asked.area in ("", row["area"]) and asked.year in ("", row["year"])
    ]


_Table = dict[str, dict[str, int]]


def _tables(desk: Desk, asked: Asked, families: set[str]) -> dict[tuple[str, str, str], _Table]:
    """Return, by family, area and year, the table of groups and parts."""
    found: dict[tuple[str, str, str], _Table] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for same in _by_case(_rows(desk, asked, families)):
        row = same[0]
        group = row[GROUPS[asked.by]] if asked.by else ""
        part = part_of({one["measure"]: one["state"] for one in same}, row["days"])
        found[family_of(row["measure"]), row["area"], row["year"]][group][part] += 1
    return found


def _by_case(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """Yield together the rows that are one case in several measures."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        found.setdefault((family_of(row["measure"]), row["area"], row["child"], row["obligation"]), []).append(row)
    return found.values()


def _of_table(
    desk: Desk, by: str, key: tuple[str, str, str], table: _Table, wanted: tuple[Measure, ...]
) -> Iterable[Figure]:
    family, area, year = key
    shown = disclose({group: table[group] for group in sorted(table)}, sums_of(family))
    groups = [("", "", "all", shown.total)]
    groups += [(by, group, _name(desk, area, by, group), sums) for group, sums in shown.rows.items() if by]
    for measure in wanted:
        if family_of(measure.cases) == family:
            for at in groups:
                yield _figure(desk, measure, area, year, at)


def _figure(desk: Desk, measure: Measure, area: str, year: str, at: tuple[str, str, str, Shown]) -> Figure:
    by, group, name, sums = at
    values = [sums[which] for which in (measure.numerator, measure.denominator, measure.not_known, measure.out)]
    held_back = tuple(which for which, value in zip(_SHARED, values, strict=True) if value is None)
    top, bottom, not_known, left_out = values
    as_at = desk.areas[area].on if area in desk.areas else None
    return Figure(
        measure.measure, area, year, by, group, name, top, bottom, per_cent(top, bottom), not_known, left_out, held_back,
        as_at,
    )  # fmt: skip


def _name(desk: Desk, area: str, by: str, group: str) -> str:
    if by == "body":
        return desk.name_of_body(group, area)
    if by == "school" and group in desk.bodies:
        return desk.bodies[group].name
    return group or "not said"


def _counts(measure: Measure, row: Row) -> int | None:
    if row["state"] not in ("in_time", "late"):
        return None
    if not measure.cases.startswith("plan-"):
        return int(row["in_time"])
    state = {"plan-20-weeks-with-exceptions": row["state"]}
    return int(part_of(state, row["days"]) == measure.numerator.removesuffix(" with"))
