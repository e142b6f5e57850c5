"""Who may see what: the one place that decides. Queries turn its answer into SQL, and nothing is read around it.

A restricted child (adoption, refuge) is seen by assurance alone, a sealed one by nobody; for everybody else it is not
there: not in a list, not in a count, not behind its own address.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from hub.domain.errors import Forbidden

Scope = Literal["area", "health", "social_care", "school", "quality", "none"]
"""Whose duties a role sees: all of its areas; those of health bodies its own body commissions; social care's; its
school's; those that want better data; none."""

OPEN, RESTRICTED, SEALED = 0, 1, 2
"""Levels of `child.restricted`."""

EVERY = ("*",)
"""Stands for every area, or every body: for the operator at the command line, who names a role and no body."""

DATA_STATES = ("not_known", "sent_not_recorded", "past_due_unconfirmed")
"""States of a duty that better data would change: what the quality scope sees."""

CASEWORK, HEALTH, CARE, FAMILY = "agency.education", "agency.health", "agency.social-care", "agency.family"


STEWARDSHIP = "identity_stewardship"
"""The purpose for which records of children are laid side by side, with names; read by whoever may have it, decided by
roles that `may_steward`."""


class Actor(Struct, frozen=True):
    """Somebody who asks.

    Attributes:
        name: Reference of the person, as contacts have it; never a family's name.
        role: Code of `schemas/codes/roles.csv`.
        areas: Areas they work for, or `EVERY`.
        bodies: Codes of their own bodies (an ICB, a school), or `EVERY`; read by the scopes health and school.
    """

    name: str
    role: str
    areas: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


class Role(Struct, frozen=True):
    """What a role sees and may do.

    Attributes:
        purposes: What it may ask for, the usual one first.
        topics: Topics whose events it sees behind a clock. Advice and sessions are seen by all who may open the record.
        is_named: Sees names of children.
        may_open: May open one child's record.
        may_answer: May acknowledge, snooze and dispute alerts.
        may_steward: May decide which records are one child.
        level: Highest `child.restricted` it sees.
    """

    scope: Scope
    purposes: tuple[str, ...]
    topics: tuple[str, ...] = ()
    is_named: bool = False
    may_open: bool = False
    may_answer: bool = False
    may_steward: bool = False
    level: int = OPEN


_CARE_PURPOSES = ("duty_monitoring", "provision_monitoring", "direct_care")
_COUNCIL_PURPOSES = ("duty_monitoring", "provision_monitoring", "data_quality")


def _officer(scope: Scope, purposes: tuple[str, ...], *topics: str) -> Role:
    return Role(scope, purposes, topics, is_named=True, may_open=True, may_answer=True)


ROLES: Mapping[str, Role] = {
    "dco": _officer("health", _CARE_PURPOSES, CASEWORK, HEALTH),
    "dmo": _officer("health", _CARE_PURPOSES, CASEWORK, HEALTH),
    "dsco": _officer("social_care", _CARE_PURPOSES, CASEWORK, CARE),
    "sen_officer": _officer("area", _COUNCIL_PURPOSES, CASEWORK),
    "sen_manager": _officer("area", (*_COUNCIL_PURPOSES, "service_planning"), CASEWORK),
    "senco": _officer("school", _CARE_PURPOSES, CASEWORK),
    "icb_send_lead": Role("health", ("duty_monitoring", "provision_monitoring", "service_planning")),
    "virtual_school_head": Role("none", ("duty_monitoring", "provision_monitoring")),
    "data_manager": Role("quality", ("data_quality",)),
    "operations": Role("none", ("operations", "data_quality")),
    "family": Role("none", ("direct_care",)),
    "assurance": Role(
        "area",
        ("assurance", "duty_monitoring", "provision_monitoring", "data_quality", "direct_care", STEWARDSHIP,
         "service_planning", "operations"),
        (CASEWORK, HEALTH, CARE, FAMILY), is_named=True, may_open=True, level=RESTRICTED,
    ),
    "analyst": Role("area", ("service_planning",)),
    "steward": Role("none", (STEWARDSHIP, "data_quality"), may_steward=True),
}  # fmt: skip
"""By code. Roles of scope `none` have pages of their own, or none yet; no list of duties is theirs."""


class Access(Struct, frozen=True):
    """What one actor sees for one purpose.

    Attributes:
        bodies: The actor's own bodies; the scope says what they mean.
    """

    role: str
    purpose: str
    scope: Scope
    areas: tuple[str, ...]
    bodies: tuple[str, ...]
    topics: tuple[str, ...]
    level: int
    is_named: bool
    may_open: bool
    may_answer: bool
    may_steward: bool

    def sees_area(self, area: str) -> bool:
        """Tell whether the area is one of the actor's."""
        return self.areas == EVERY or area in self.areas

    def sees_child(self, restricted: int) -> bool:
        """Tell whether a child of that level of restriction is there at all for this actor."""
        return restricted <= self.level


def visible_to(actor: Actor, purpose: str) -> Access:
    """Return what the actor sees for the purpose.

    Raises:
        Forbidden: The role is not known, or has no lawful use for that purpose.

    >>> visible_to(Actor("DCO-1", "dco", ("E1",), ("QX",)), "duty_monitoring").sees_child(RESTRICTED)
    False
    >>> visible_to(Actor("A-1", "assurance", EVERY), "assurance").sees_child(SEALED)
    False
    """
    role = ROLES.get(actor.role)
    if role is None:
        raise Forbidden(actor.role, "read", "no such role")
    if purpose not in role.purposes:
        raise Forbidden(actor.role, "read", f"purposes of this role: {', '.join(role.purposes)}")
    return Access(
        actor.role, purpose, role.scope, actor.areas, actor.bodies, role.topics,
        role.level, role.is_named, role.may_open, role.may_answer, role.may_steward,
    )  # fmt: skip
