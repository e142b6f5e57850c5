"""Whom PDS may be asked for: each child of an area once, by its best described record; or each known number once."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from msgspec import Struct

from connectors.sources.pds_trace.questions import Question
from hub.domain.identifiers import Keyed, nhs_number, postcode
from hub.intake.forgetting import traced_name
from hub.ports import Reader

_CHILDREN = (
    "SELECT r.child, r.source, r.local_id, c.restricted, p.nhs_number, p.family_name, p.given_names, p.birth_date,"
    " p.death_date, p.sex, p.postcode FROM source_record r"
    " JOIN child c ON c.area = r.area AND c.child = r.child"
    " LEFT JOIN person p ON p.area = r.area AND p.source = r.source AND p.local_id = r.local_id"
    " WHERE r.area = :area AND r.known_to IS NULL AND c.alias_of = '' ORDER BY r.child, r.source, r.local_id"
)


class Subject(Struct, frozen=True):
    """A record, or a number, that PDS may be asked for.

    Attributes:
        name: Keyed name under which it is kept that it was asked for.
        asks: Keyed name of the question: another one is asked at once.
        state: Why it is not asked for (`not_needed`, `cannot_ask`); empty if it is.
        source: With `local_id`, the record that stands for its child; also for a number, to say whose it was.
        question: `None` where a number is asked for.
    """

    name: str
    asks: str = ""
    state: str = ""
    source: str = ""
    local_id: str = ""
    number: str = ""
    question: Question | None = None


def subjects(store: Reader, keyed: Keyed, area: str, registers: Iterable[str], of_numbers: bool) -> Iterator[Subject]:
    """Yield the subjects of an area in a stable order.

    Args:
        store: The area's store.
        keyed: Gives the names.
        area: The area.
        registers: Sources that only answered before; what they say is no reason to ask.
        of_numbers: Every known number instead of every child.
    """
    rows = store.select(_CHILDREN, area=area)
    for _, records in groupby(rows, key=lambda row: str(row["child"])):
        everything = list(records)
        told = [row for row in everything if row["source"] not in set(registers)]
        if told:
            yield from _numbers(keyed, area, told) if of_numbers else (_child(keyed, everything, told),)


def _child(keyed: Keyed, everything: list[dict[str, Any]], told: list[dict[str, Any]]) -> Subject:
    best = max(told, key=_how_well)
    name = traced_name(keyed, best["source"], best["local_id"])
    if any(nhs_number(row["nhs_number"] or "") or row["death_date"] for row in everything):
        return Subject(name, state="not_needed")
    question = _question(best)
    if not question.can_be_asked:
        return Subject(name, state="cannot_ask")
    asks = keyed.name("question", *(getattr(question, field) for field in question.__struct_fields__))
    return Subject(name, asks, "", best["source"], best["local_id"], "", question)


def _question(row: dict[str, Any]) -> Question:
    return Question(
        family=row["family_name"] or "",
        given=row["given_names"] or "",
        birth_date=row["birth_date"] or "",
        sex=row["sex"] or "",
        postcode="" if row["restricted"] else postcode(row["postcode"] or "") or "",
        is_restricted=bool(row["restricted"]),
    )


def _how_well(row: dict[str, Any]) -> tuple[bool, int, str, str]:
    """Rank the records of a child: askable, then the one that says most; the names make the choice a stable one."""
    said = [bool(row[field]) for field in ("family_name", "given_names", "birth_date", "postcode", "sex")]
    return all(said[:3]), sum(said), row["source"], row["local_id"]


def _numbers(keyed: Keyed, area: str, told: list[dict[str, Any]]) -> Iterator[Subject]:
    numbers = {nhs_number(row["nhs_number"] or "") for row in told} - {None}
    for number in sorted(filter(None, numbers)):
        name = traced_name(keyed, "nhs_number", f"{area}:{number}")
        yield Subject(name, keyed.name("question", number), number=number)
