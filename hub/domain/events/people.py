"""Topic `agency.people`: the only place where demographics travel."""

from datetime import date
from typing import ClassVar

from hub.domain.events.envelope import Payload


class PersonDescribed(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """What a source says of a person. Identifiers as given; the pipeline checks them."""

    topic: ClassVar[str] = "agency.people"
    nhs_number: str = ""
    nhs_number_status: str = ""
    upn: str = ""
    former_upn: str = ""
    uln: str = ""
    family_name: str = ""
    given_names: str = ""
    preferred_name: str = ""
    former_names: tuple[str, ...] = ()
    birth_date: date | None = None
    death_date: date | None = None
    sex: str = ""
    postcode: str = ""
    address_lines: tuple[str, ...] = ()
    gp_practice: str = ""
    school_urn: str = ""
    ethnicity: str = ""
    ethnicity_system: str = ""
    language: str = ""
    sensitivity: str = ""
    valid_from: date | None = None


class IdentifierSuperseded(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """An identifier was replaced by another."""

    topic: ClassVar[str] = "agency.people"
    system: str
    old: str
    new: str = ""


class IdentifierTraced(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A register, asked for one record of another source, answered with this person: evidence, never a join.

    Attributes:
        for_source: Source of the record that was asked for.
        for_local_id: That record, as the hub names it.
        strategy: By which search.
        score: How sure the register was, from 0 to 1; below 1, or unknown, it is for review alone.
    """

    topic: ClassVar[str] = "agency.people"
    system: str
    value: str
    for_source: str
    for_local_id: str
    strategy: str = ""
    score: float | None = None


class PersonDied(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """The person died on the event's `occurred_on`."""

    topic: ClassVar[str] = "agency.people"


class IdentitySealed(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A person's old identity is closed behind a new one (adoption, protection)."""

    topic: ClassVar[str] = "identity.sealed"
    reason: str
    new_subject: str = ""
