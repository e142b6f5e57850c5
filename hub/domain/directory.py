"""Names under which the directory knows a person: keyed, so that it tells which area answers for whom and nothing else."""

from hub.domain.identifiers import Keyed
from hub.domain.identity.normalise import Person

EXACT = ("nhs_number", "upn")
"""Kinds of names that two records share only if they are about one person."""


def names_of(keyed: Keyed, who: Person) -> dict[str, str]:
    """Return the directory's names for a person by kind: nhs_number, upn, person (name, birth date and postcode)."""
    names: dict[str, str] = {}
    if who.nhs_number:
        names["nhs_number"] = keyed.name("nhs_number", who.nhs_number)
    if who.upn:
        names["upn"] = keyed.name("upn", who.upn)
    if who.family and who.given and who.birth_date and who.postcode:
        names["person"] = keyed.name("person", who.family, who.given, who.birth_date, who.postcode)
    return names
