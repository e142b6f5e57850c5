"""The occasion on which people are told: the tick, the child as far as telling needs it, and to whom it goes."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from hub.domain.access import OPEN
from hub.domain.alert_texts import Heard, day, heard
from hub.domain.alerts import Addressee, Stance
from hub.domain.facts import AreaFacts, Fact
from hub.domain.routing import CaseWorker, Contact, Matter, route
from hub.domain.rules import Recipient, Rulebook

SHORTFALL_RULE = "provision-shortfall"
"""Our own rule beside those of the rulebook; it has a mode like them."""

# Connectors able to report what no rule of the rulebook speaks of.
_TOLD_BY = MappingProxyType({SHORTFALL_RULE: ("provision_log",)})


class Occasion(Struct, frozen=True):
    """A tick: what is the same for all children of the area."""

    on: date
    area: AreaFacts
    rulebook: Rulebook
    contacts: tuple[Contact, ...] = ()

    def heard(self, rule: str) -> Heard:
        """Return the source that would have told what the rule asks, and how far it is complete."""
        found = self.rulebook.by_id.get(rule)
        return heard(self.area.feeds, found.told_by if found else _TOLD_BY.get(rule, ()), self.on)

    def stance(self, rule: str, since: date | None = None) -> Stance | Literal["off"]:
        """Return whether people are told what a rule says; see `stance`."""
        return stance(self.area, rule, self.on, since)[0]

    def body_name(self, code: str) -> str:
        """Return a body's name, its code where it has none."""
        body = self.area.bodies.get(code)
        return (body.name or body.code) if body else code


class Case(Struct, frozen=True):
    """A child, as far as telling needs it.

    Attributes:
        reference: Short case reference shown to people; never a name.
        restricted: Level of `access`: alerts of a restricted child go to assurance alone, of a sealed one to nobody.
        school: Code of the child's school or college.
        moved: Where it went, if another area answers for it now: of duties that the law leaves here people are told still,
            of nothing else.
    """

    child: str
    reference: str = ""
    restricted: int = OPEN
    has_died: bool = False
    school: str = ""
    workers: tuple[CaseWorker, ...] = ()
    moved: str = ""


class Addressed(Struct, frozen=True):
    """Who is told: everybody once, their roles joined by `;` (those wanted, if there is nobody), and why them."""

    to: tuple[Addressee, ...]
    role: str
    because: str


def stance(area: AreaFacts, rule: str, on: date, since: date | None = None) -> tuple[Stance | Literal["off"], str]:
    """Return whether people are told what a rule says, and why (not).

    Args:
        since: Due date of the duty, or first day of the window; before `live_from` it is backlog.
    """
    mode = area.modes.get(rule, "shadow")
    if mode == "off":
        return "off", "the rule is switched off in this area"
    if area.live_from is None or on < area.live_from:
        return "shadow", "the area is not live yet"
    if mode != "live":
        return "shadow", "the rule runs in shadow"
    if since is not None and since < area.live_from:
        return "backlog", f"it dates from before {day(area.live_from)}, when the area went live"
    return "raised", "the rule is live"


def address(occasion: Occasion, matter: Matter, wanted: Iterable[Recipient]) -> Addressed:
    """Return the people for the roles, in the order of the roles."""
    found: dict[tuple[str, str], Addressee] = {}
    reasons: dict[str, None] = {}
    roles = list(wanted)
    for recipient in roles:
        routed = route(matter, recipient.role, occasion.contacts, occasion.area.bodies, occasion.on)
        reasons[routed.because] = None
        for contact in routed.to:
            _add(found, contact, recipient.immediate)
    told = tuple(found.values())
    joined = ";".join(dict.fromkeys([a.role for a in told] or [r.role for r in roles]))
    return Addressed(told, joined, "; ".join(reasons))


def _add(found: dict[tuple[str, str], Addressee], contact: Contact, is_immediate: bool) -> None:
    key = (contact.channel, contact.address or contact.name_ref)
    first = found.get(key)
    if first is None:
        found[key] = Addressee(contact.role, contact.name_ref, contact.channel, contact.address, is_immediate)
    elif is_immediate and not first.is_immediate:
        found[key] = Addressee(first.role, first.name_ref, first.channel, first.address, is_immediate=True)


def case_of(child: str, facts: Iterable[Fact], restricted: int, moved: str = "") -> Case:
    """Return a child as far as telling needs it; `moved` says where it went, if another area answers for it now."""
    died, school, workers = False, ("", ""), []
    for fact in facts:
        if fact.type == "person_died":
            died = True
        elif fact.type in ("plan_finalised", "plan_amended") and fact.data.get("institution"):
            school = max(school, (fact.data.get("issued_on", ""), fact.data["institution"]))
        elif fact.type == "case_worker_assigned":
            workers.append(CaseWorker(fact.data["worker_ref"], fact.data.get("role", ""), fact.day("since")))
    return Case(child, reference(child), restricted, died, school[1], tuple(workers), moved)


def reference(child: str) -> str:
    """Return the short case reference that is shown in place of a name.

    >>> reference("9f86d081884c7d65")
    'TO-9F86-D081'
    """
    return f"TO-{child[:4]}-{child[4:8]}".upper()


NO_REASONS: Mapping[str, str] = MappingProxyType({})
"""No subject vanished for a reason of its own."""
