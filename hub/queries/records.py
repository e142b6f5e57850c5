"""The records of a child as their systems keep them, each with why it is one of the child's."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.identifiers import name_of
from hub.domain.identity.normalise import NOT_RESTRICTED
from hub.domain.instants import instant, local_date
from hub.queries.conditions import Condition, one_of
from hub.queries.desk import Desk

HOW = {
    "provisional": "the first record of this child",
    "nhs_number": "the same NHS number",
    "upn": "the same UPN",
    "score": "what the records say fits",
    "superseded": "one NHS number was replaced by the other",
    "leaves": "it had to leave the child it was with",
    "decided": "decided by a person",
}
"""Why a record is one of a child's, by `source_record.how`."""


class Record(Struct, frozen=True, kw_only=True):
    """One source record: what it says now of the person, and its link.

    Attributes:
        link: Number of the journal entry that linked it.
        address: First line; empty where the record is sensitive.
        because: What a person said, or the rule.
        by: Who decided it; empty for the hub itself.
        since: Day since which it is one of the child's.
    """

    area: str
    source: str
    local_id: str
    agency: str
    child: str
    link: int
    how: str
    because: str
    by: str
    since: date
    given_names: str = ""
    preferred_name: str = ""
    family_name: str = ""
    former_names: tuple[str, ...] = ()
    birth_date: date | None = None
    death_date: date | None = None
    sex: str = ""
    postcode: str = ""
    address: str = ""
    nhs_number: str = ""
    upn: str = ""
    former_upn: str = ""
    school: str = ""

    @property
    def key(self) -> str:
        """What a form calls the record: says nothing of it, nor of how much the journal holds."""
        return name_of("record", self.child, self.source, self.local_id)[:16]

    @property
    def name(self) -> str:
        """The name as the record has it."""
        return " ".join(part for part in (self.given_names, self.family_name) if part)


def records_of(desk: Desk, area: str, children: Iterable[str]) -> list[Record]:
    """Return the records of children already found to be visible, in order of source and number."""
    return records(desk, area, one_of("r.child", "child", sorted(set(children))))


def records(desk: Desk, area: str, where: Condition) -> list[Record]:
    """Return records that meet a condition on `r` and `p`; the caller checks who may see their children."""
    rows = desk.select(
        "SELECT r.area, r.source, r.local_id, r.child, r.known_from, r.how, r.because, r.decided_by, j.taken_at,"
        " p.slot, p.revision, p.nhs_number, p.upn, p.former_upn, p.family_name, p.given_names, p.birth_date,"
        " p.death_date, p.postcode, p.sex, p.school_urn, p.sensitivity FROM source_record r"
        " JOIN journal j ON j.area = r.area AND j.seq = r.known_from"
        " LEFT JOIN person p ON p.area = r.area AND p.source = r.source AND p.local_id = r.local_id"
        " WHERE r.area = :area AND r.known_to IS NULL AND {} ORDER BY r.source, r.local_id",
        where,
        area=area,
    )
    said = _described(desk, [row for row in rows if row["slot"]])
    return [_record(desk, row, said.get((row["slot"], row["revision"]), {})) for row in rows]


def _described(desk: Desk, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """What the description in force says beyond the table of persons: former names, preferred name, address."""
    slots = sorted({row["slot"] for row in rows})
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for start in range(0, len(slots), 500):
        for row in desk.select(
            "SELECT slot, revision, body FROM journal WHERE {} AND type = 'PersonDescribed' AND body <> ''",
            one_of("slot", "slot", slots[start : start + 500]),
        ):
            found[row["slot"], row["revision"]] = msgspec.json.decode(row["body"]).get("data", {})
    return found


def _record(desk: Desk, row: Mapping[str, Any], said: Mapping[str, Any]) -> Record:
    feed = desk.feeds.get((row["area"], row["source"]))
    is_placed = (row["sensitivity"] or "") in NOT_RESTRICTED
    lines = said.get("address_lines") or ()
    school = row["school_urn"] or ""
    return Record(
        area=row["area"], source=row["source"], local_id=row["local_id"], child=row["child"], link=row["known_from"],
        agency=desk.name_of_body(feed.agency, row["area"]) if feed else "", how=row["how"], because=row["because"] or "",
        by=row["decided_by"] or "", since=local_date(instant(row["taken_at"])), given_names=row["given_names"] or "",
        preferred_name=said.get("preferred_name") or "", family_name=row["family_name"] or "",
        former_names=tuple(said.get("former_names") or ()), birth_date=_day(row["birth_date"]),
        death_date=_day(row["death_date"]), sex=row["sex"] or "", postcode=(row["postcode"] or "") if is_placed else "",
        address=str(lines[0]) if lines and is_placed else "", nhs_number=row["nhs_number"] or "", upn=row["upn"] or "",
        former_upn=row["former_upn"] or "", school=desk.bodies[school].name if school in desk.bodies else school,
    )  # fmt: skip


def at_postcodes(desk: Desk, area: str, postcodes: Iterable[str]) -> list[Record]:
    """Return the records that say they live at one of the postcodes, written with a space or without."""
    wanted = {form for code in postcodes for form in (code, code.replace(" ", "")) if code}
    return records(desk, area, one_of("p.postcode", "code", sorted(wanted))) if wanted else []


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None
