"""How well records find each other, group by group, in the areas as they are: nobody knows the truth here.

What can be seen without it: whether a record found another record of its child, whether a person was asked about it, and how
long the answer took. A group that finds others less often is not proof of missed links, but where to look for them.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from hub.domain.errors import Forbidden
from hub.domain.identity.fairness import ALL, Group, Unit, table
from hub.domain.identity.groups import age_on, ethnic_code, most_said
from hub.domain.instants import instant
from hub.queries.conditions import Condition, all_of, is_there, one_of
from hub.queries.desk import Desk

PURPOSES = ("identity_stewardship", "data_quality", "service_planning", "assurance")
"""For which these figures are read."""

DIMENSIONS = ("ethnicity", "sex", "age", "looked_after", "area")
MEASURES = {"linked": "found another record", "review": "sent to review", "decided": "questions decided"}
DECIDED = ("linked", "kept_apart")
CARE = ("BecameLookedAfter", "CeasedLookedAfter", "SourceRecordWithdrawn")

Child = tuple[str, str]
"""Area and name."""


def fairness(desk: Desk, area: str = "") -> list[Group]:
    """Return figures of the actor's areas, or of one: of all first, then by each dimension.

    Children whom the actor may not see are not counted, nor is a question that touches one.

    Raises:
        Forbidden: The role's purpose is none for which these are read.
    """
    desk.audit("fairness")
    if desk.access.purpose not in PURPOSES:
        raise Forbidden(desk.access.role, "read figures", f"they are for {', '.join(PURPOSES)}")
    found = units(desk, area)
    return [group for dimension in (ALL, *DIMENSIONS) for group in table(found, dimension, tuple(MEASURES))]


def units(desk: Desk, area: str = "") -> list[Unit]:
    """Return every child that the actor may see, with its groups and counts."""
    care, asked = _in_care(desk), _asked(desk)
    records: dict[Child, list[dict[str, Any]]] = defaultdict(list)
    own = {one.area for one in desk.own_areas if area in ("", one.area)}
    for row in _records(desk):
        if row["area"] in own:
            records[row["area"], row["child"]].append(row)
    return [_unit(desk, child, rows, care.get(child, ""), asked) for child, rows in sorted(records.items())]


def _unit(
    desk: Desk, child: Child, rows: list[dict[str, Any]], care: str, asked: Mapping[tuple[str, str, str], list[dict[str, Any]]]
) -> Unit:  # fmt: skip
    born = most_said(row["birth_date"] or "" for row in rows)
    on = desk.areas[child[0]].on or date.fromisoformat(max(row["taken_at"] for row in rows)[:10])
    questions = [match for row in rows for match in asked.get((row["area"], row["source"], row["local_id"]), ())]
    decided = [match for match in questions if match["state"] in DECIDED]
    settled = sum(match["state"] == "settled" for match in questions)  # nobody needed to answer those
    reviewed = sum((row["area"], row["source"], row["local_id"]) in asked for row in rows)
    return Unit(
        {"ethnicity": most_said(ethnic_code(row["ethnicity"] or "") for row in rows),
         "sex": most_said((row["sex"] or "")[:1].upper() for row in rows), "age": age_on(born, on),
         "looked_after": care or "not known to be", "area": child[0]},
        {"linked": (len(rows) if len(rows) > 1 else 0, len(rows)), "review": (reviewed, len(rows)),
         "decided": (len(decided), len(questions) - settled)},
        tuple(_days(match) for match in decided),
    )  # fmt: skip


def _days(match: Mapping[str, Any]) -> float:
    return (instant(match["decided_at"]) - instant(match["raised_at"])).total_seconds() / 86400


def _records(desk: Desk) -> list[dict[str, Any]]:
    sql = (
        "SELECT r.area, r.child, r.source, r.local_id, p.ethnicity, p.sex, p.birth_date, j.taken_at"
        " FROM source_record r JOIN child c ON c.area = r.area AND c.child = r.child"
        " JOIN journal j ON j.area = r.area AND j.seq = r.known_from"
        " LEFT JOIN person p ON p.area = r.area AND p.source = r.source AND p.local_id = r.local_id"
        " WHERE r.known_to IS NULL AND {}"
    )
    return desk.select(sql, is_there(desk.access))


def _asked(desk: Desk) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Return the questions by record; a child that became part of another one is as visible as that."""
    sql = (
        "SELECT m.area, m.source, m.local_id, m.state, raised.taken_at AS raised_at, decided.taken_at AS decided_at"
        " FROM possible_match m JOIN child c ON c.area = m.area AND c.child = m.child"
        " JOIN journal raised ON raised.area = m.area AND raised.seq = m.raised"
        " LEFT JOIN journal decided ON decided.area = m.area AND decided.seq = m.decided WHERE {}"
    )
    level = Condition("COALESCE(c.restricted, 2) <= :level", {"level": desk.access.level})
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in desk.select(sql, all_of(one_of("c.area", "area", desk.access.areas), level)):
        found[row["area"], row["source"], row["local_id"]].append(row)
    return found


def _in_care(desk: Desk) -> dict[Child, str]:
    """Return who is looked after, and who was: the highest revision of each slot counts, then the latest event."""
    sql = (
        "SELECT a.area, a.child, j.type, j.slot, j.revision, j.occurred_on, j.seq FROM attribution a"
        " JOIN journal j ON j.area = a.area AND j.id = a.event JOIN child c ON c.area = a.area AND c.child = a.child"
        " WHERE a.known_to IS NULL AND j.body <> '' AND {} AND {}"
    )
    slots: dict[tuple[str, str], dict[str, Any]] = {}
    for row in desk.select(sql, is_there(desk.access), one_of("j.type", "care", CARE)):
        held = slots.get((row["area"], row["slot"]))
        if held is None or row["revision"] > held["revision"]:
            slots[row["area"], row["slot"]] = row
    found: dict[Child, str] = {}
    for row in sorted(slots.values(), key=lambda row: (row["occurred_on"] or "", row["seq"])):
        if row["type"] != "SourceRecordWithdrawn":
            found[row["area"], row["child"]] = "looked after" if row["type"] == CARE[0] else "was looked after"
    return found
