"""Who is told: by role, then body, then area, then case; and who instead where nobody holds the role.

Designated officers are no statutory post and some areas have none (SEN2 2025: of 153 authorities 143 had a DCO,
91 a DMO, 117 a DSCO), so every role has a way out that ends with the hub's own operations. It never ends with the
officer of another integrated care board (ICB): a child's case is no business of theirs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from msgspec import Struct

from hub.domain.facts import Body
from hub.domain.instants import day_in

OPERATIONS = "operations"
ASSURANCE = "assurance"

# Who stands in for whom, first match first. A role that is not here has no stand-in: better nobody than the wrong one.
STAND_INS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "dco": ("dmo", "icb_send_lead", "sen_manager", OPERATIONS),
        "dmo": ("dco", "icb_send_lead", "sen_manager", OPERATIONS),
        "icb_send_lead": ("sen_manager", OPERATIONS),
        "dsco": ("sen_manager", OPERATIONS),
        "senco": ("sen_officer", "sen_manager", OPERATIONS),
        "sen_officer": ("sen_manager", OPERATIONS),
        "virtual_school_head": ("sen_manager", OPERATIONS),
        "sen_manager": (OPERATIONS,),
        "data_manager": (OPERATIONS,),
    }
)

_PLAIN = {
    "dco": "designated clinical officer",
    "dmo": "designated medical officer",
    "dsco": "designated social care officer",
    "icb_send_lead": "SEND lead of the integrated care board",
    "sen_officer": "SEN officer",
    "sen_manager": "SEN manager",
    "senco": "SENCO",
    "virtual_school_head": "virtual school head",
    "data_manager": "data manager",
    "operations": "operations",
    "assurance": "assurance officer",
    "family": "family",
}


class Contact(Struct, frozen=True):
    """A person in a role, and how to reach them (contacts.csv); both dates inclusive.

    Attributes:
        body: Code of the body they act for; empty for the whole area.
        area: Code of the area; empty for all.
        channel: email, outbox or none.
    """

    role: str
    name_ref: str
    body: str = ""
    area: str = ""
    channel: str = "email"
    address: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def contacts_of(rows: Iterable[Mapping[str, str | None]]) -> tuple[Contact, ...]:
    """Return the contacts in rows of contacts.csv, as given or as stored."""
    return tuple(
        Contact(
            row["role"] or "", row["name_ref"] or "", row.get("body") or "", "", row.get("channel") or "email",
            row.get("address") or "", day_in(row.get("valid_from")), day_in(row.get("valid_to")),
        )
        for row in rows
    )  # fmt: skip


class CaseWorker(Struct, frozen=True):
    """Who works on a child's case, by reference, and since when."""

    worker_ref: str
    role: str = ""
    since: date | None = None


class Matter(Struct, frozen=True):
    """What somebody is to be told about, as far as it decides who.

    Attributes:
        body: The body that was asked, that delivers, or whose feed is silent; empty for the area's own authority.
        school: The child's school or college, for a matter whose body is another one.
        workers: Who works on the case, in any order.
    """

    area: str
    body: str = ""
    school: str = ""
    workers: tuple[CaseWorker, ...] = ()


class Routed(Struct, frozen=True):
    """Who is told, and why them.

    Attributes:
        to: In order of name and address; empty when nobody may or can be told.
        because: One plain sentence.
        fallback_used: Somebody other than the one the rule means stands in.
    """

    to: tuple[Contact, ...]
    because: str
    fallback_used: bool


Found = tuple[Sequence[Contact], str, bool]  # who, why them, and whether they only stand in
Finder = Callable[["_Search", str], Found]


def route(matter: Matter, role: str, contacts: Iterable[Contact], bodies: Mapping[str, Body], on: date) -> Routed:
    """Return who is told of the matter in that role on that date, or who stands in.

    Args:
        role: The role that a rule names.
        contacts: All that are known, in any order.
        bodies: By code; aliases are keys too.
    """
    search = _Search(matter, [c for c in contacts if _serves(c, matter.area, on)], bodies, on)
    missing = ""
    for step in (role, *STAND_INS.get(role, ())):
        found, why, stands_in = _FINDERS.get(step, _of_council)(search, step)
        if found:
            people = tuple(sorted(found, key=lambda c: (c.name_ref, c.channel, c.address)))
            return Routed(people, f"{missing}; {why}" if missing else why, stands_in or step != role)
        missing = missing or why
    return Routed((), f"{missing}; nobody stands in", bool(STAND_INS.get(role)))


def plain_role(role: str) -> str:
    """Return a role's name as people read it.

    >>> plain_role("dco")
    'designated clinical officer'
    """
    return _PLAIN.get(role, role.replace("_", " "))


def current(code: str, bodies: Mapping[str, Body], on: date) -> str:
    """Return the code under which a body acts on that date: aliases resolved, successors followed.

    >>> bodies = {"QX1": Body("QX1", "icb", valid_to=date(2026, 3, 31), successor="QY9"), "QY9": Body("QY9", "icb")}
    >>> current("QX1", bodies, date(2026, 3, 31)), current("QX1", bodies, date(2026, 4, 1))
    ('QX1', 'QY9')
    """
    seen: set[str] = set()
    while (body := bodies.get(code)) and body.code not in seen:
        seen.add(body.code)
        code = body.code
        if not (body.successor and body.valid_to and body.valid_to < on):
            break
        code = body.successor
    return code


class _Search(Struct, frozen=True):
    matter: Matter
    contacts: Sequence[Contact]
    bodies: Mapping[str, Body]
    on: date

    def in_role(self, role: str) -> list[Contact]:
        return [c for c in self.contacts if c.role == role]

    def acting_for(self, role: str, code: str) -> list[Contact]:
        """Those of the role whose body is that one today."""
        wanted = current(code, self.bodies, self.on)
        return [c for c in self.in_role(role) if c.body and current(c.body, self.bodies, self.on) == wanted]

    def of_area(self, role: str) -> list[Contact]:
        """Those of the role that act for the area as a whole."""
        return [c for c in self.in_role(role) if c.body in ("", self.matter.area)]

    def name(self, code: str) -> str:
        body = self.bodies.get(code)
        return body.name if body and body.name else code


def _serves(contact: Contact, area: str, on: date) -> bool:
    begun = contact.valid_from is None or contact.valid_from <= on
    ended = contact.valid_to is not None and contact.valid_to < on
    return contact.area in ("", area) and begun and not ended


def _of_area(search: _Search, role: str) -> Found:
    """Those of the body where there are any, else those of the area as a whole; never another body's."""
    plain = plain_role(role)
    if search.matter.body and (own := search.acting_for(role, search.matter.body)):
        return own, f"{plain} of {search.name(search.matter.body)}", False
    if shared := search.of_area(role):
        return shared, f"{plain} of the area", False
    return (), f"the area has no {plain}", False


def _of_commissioner(search: _Search, role: str) -> Found:
    """Those of the ICB that commissions the body that was asked; else the body's or the area's; never another ICB's."""
    plain, asked = plain_role(role), search.matter.body
    body = search.bodies.get(current(asked, search.bodies, search.on))
    icb = "" if body is None else body.code if body.kind == "icb" else body.commissioner
    if icb and (own := search.acting_for(role, icb)):
        who = search.name(current(icb, search.bodies, search.on))
        link = "" if body and body.kind == "icb" else f", which commissions {search.name(asked)}"
        return own, f"{plain} of {who}{link}", False
    found, why, _ = _of_area(search, role)  # the body's own, as where a trust has one
    if found:
        return found, why, False
    if icb:
        return (), f"{search.name(current(icb, search.bodies, search.on))} has no {plain} here", False
    return (), f"no commissioner is known for {search.name(asked) or 'the body that was asked'}", False


def _of_council(search: _Search, role: str) -> Found:
    """The council's own, for the body or for all; an area has one council, so a single one of another body will do."""
    found, why, _ = _of_area(search, role)
    others = search.in_role(role)
    if not found and len({c.body for c in others}) == 1:
        return others, f"the area's only {plain_role(role)}", False
    return found, why, False


def _of_school(search: _Search, role: str) -> Found:
    plain, body = plain_role(role), search.bodies.get(search.matter.body)
    asked = search.matter.body if body and body.kind in ("school", "college") else ""
    for school in (asked, search.matter.school, search.matter.body):
        if school and (own := search.acting_for(role, school)):
            return own, f"{plain} of {search.name(school)}", False
    return (), f"no {plain} is known for the school", False


def _of_case(search: _Search, role: str) -> Found:
    """The case's own officer; else the area's one officer; several and none of them named: nobody, not a random one."""
    plain, officers = plain_role(role), search.in_role(role)
    worker = _latest(search.matter.workers, search.on)
    if worker and (own := [c for c in officers if c.name_ref == worker.worker_ref]):
        return own, f"{plain} of the case", False
    why = f"the case's {plain} is not among the contacts" if worker else f"no {plain} is assigned to the case"
    shared = search.of_area(role) or officers
    if len({c.name_ref for c in shared}) == 1:
        return shared, f"{why}; {plain} of the area", worker is not None
    return (), why if shared else f"the area has no {plain}", False


def _latest(workers: Sequence[CaseWorker], on: date) -> CaseWorker | None:
    begun = [w for w in workers if w.since is None or w.since <= on]
    officers = [w for w in begun if w.role in ("", "sen_officer")] or begun
    return max(officers, key=lambda w: (w.since or date.min, w.worker_ref), default=None)


def _of_family(search: _Search, role: str) -> Found:
    """Nobody: a contact is no one child's, and what concerns one family must reach no other. Families have their page."""
    return (), "families see it on their own page", False


_FINDERS: Mapping[str, Finder] = MappingProxyType(
    {
        "dco": _of_commissioner,
        "dmo": _of_commissioner,
        "icb_send_lead": _of_commissioner,
        "senco": _of_school,
        "sen_officer": _of_case,
        "data_manager": _of_area,
        "family": _of_family,
    }
)
