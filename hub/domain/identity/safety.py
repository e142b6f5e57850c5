"""The rules that protect children: what forbids a link without a person's word, whatever the score (`linkage.md` 5.2).

They look at the whole child, not at a pair, and nothing configures them away. Each answer is the name of a rule; the
words that people read are in `WORDS`.
"""

from collections.abc import Iterable, Mapping

from hub.domain.identity.cluster import NOTHING, Clusters
from hub.domain.identity.compare import (
    ABSENT,
    BIRTH_DATE_TWO_PARTS,
    FAMILY_DIFFERS,
    FAMILY_LITTLE,
    GIVEN_DIFFERS,
    GIVEN_INITIAL,
    GIVEN_LITTLE,
    GIVEN_OTHER,
    GIVEN_SWAPPED,
    PLACE_SUPPORTS,
)
from hub.domain.identity.normalise import Person

WORDS = {
    "two_nhs_numbers": "both have a current NHS number, and the two differ",
    "two_upns": "both have a permanent UPN, and the two differ",
    "other_person": "the same number, but another name and another birth date or sex: it may be keyed by mistake",
    "no_given_name": "one of them has no given name and no number is shared",
    "given_names_differ": "the given names differ and no number is shared",
    "birth_date": "the birth date is missing or too different, and no number is shared",
    "family_name": "the family names differ, and neither a number nor the home is shared: it may be a new identity",
    "common_name": "a common name, no shared number and no shared home",
    "two_candidates": "another child fits nearly as well",
    "both_have_records": "both have records of their own, and the evidence is too thin to make one child of two",
    "score": "it may be the same child, the evidence is too thin to say so",
    "one_per_child": "its source has no child twice, and has this one already",
    "of_person": "one of them was put where it is by a person",
    "traced": "a register that was asked for one answered with the other",
    "identifier_gone": "what held this record to its child is gone: a record that linked them was moved",
}
"""Why a link waits for a person, by rule."""

HARM = {
    "two_nhs_numbers": 0, "two_upns": 0, "other_person": 1, "identifier_gone": 1, "two_candidates": 2, "no_given_name": 2,
    "both_have_records": 3, "of_person": 3, "given_names_differ": 3, "birth_date": 3, "family_name": 3, "common_name": 3,
    "traced": 3, "one_per_child": 4, "score": 4,
}  # fmt: skip
"""How soon a person should look, by rule: 0 first. Conflicts of numbers, then keyed by mistake, then twins."""


def agreement(
    person: Person, others: Iterable[Person], clusters: Clusters, replaced: Mapping[str, str] | None = None
) -> tuple[dict[str, bool], str]:
    """Return for each identifier that both sides have whether it agrees, and the rule that a conflict breaks.

    An identifier conflicts when any record of the child has a different current one.

    Args:
        person: One side.
        others: The other side: what each record of a child says now.
        clusters: The area's, which knows the NHS numbers that were replaced.
        replaced: Further ones, about to be taken in.
    """

    def current(number: str) -> str:
        return clusters.number(number, replaced or NOTHING)

    theirs = list(others)
    numbers = {n for n in (current(p.nhs_number) for p in theirs if p.nhs_number) if n}
    ours = current(person.nhs_number) if person.nhs_number else ""
    agree: dict[str, bool] = {}
    broken = ""
    if ours and numbers:
        agree["nhs_number"] = ours in numbers
        broken = "two_nhs_numbers" if numbers != {ours} else ""
    pupils = [upns(p) for p in theirs if p.upn or p.former_upn]
    if pupils and (mine := upns(person)):
        shared = [bool(mine & one) for one in pupils]
        agree["upn"] = any(shared)
        if not all(shared) and not broken and not agree.get("nhs_number"):
            broken = "two_upns"
    return agree, broken


def upns(person: Person) -> set[str]:
    """Return the permanent UPNs of a record, the one it had before with it."""
    return {person.upn, person.former_upn} - {""}


def forbids(levels: tuple[int, ...], agree: Mapping[str, bool]) -> str:
    """Return the rule that forbids an automatic link for what two sides have in common; empty if none does."""
    given, family, born, sex = levels[:4]
    if any(agree.values()):
        is_near = 0 <= born < BIRTH_DATE_TWO_PARTS
        if given == GIVEN_DIFFERS and not (born == 0 and family == 0 and sex != 1):
            return "other_person"
        return "other_person" if given in (ABSENT, GIVEN_INITIAL) and family == FAMILY_DIFFERS and not is_near else ""
    if given == ABSENT:
        return "no_given_name"
    if given in (GIVEN_LITTLE, GIVEN_DIFFERS):
        return "given_names_differ"
    if born == ABSENT or born > BIRTH_DATE_TWO_PARTS or (born == BIRTH_DATE_TWO_PARTS and not _is_at_home(levels)):
        return "birth_date"
    if family in (FAMILY_LITTLE, FAMILY_DIFFERS) and not is_placed(levels):
        return "family_name"
    return ""


def _is_at_home(levels: tuple[int, ...]) -> bool:
    """Whether given name, family name and home are the same, so that only a birth date taken down wrong differs."""
    given, family, _, sex, place = levels[:5]
    return given <= 1 and 0 <= family <= 1 and sex != 1 and 0 <= place <= 1


def doubt(levels: tuple[int, ...]) -> float:
    """Return how doubtful a link without a number is, from 0 to 1: by home, birth date and how the given name agrees."""
    given, born = levels[0], levels[2]
    if not is_placed(levels) or born > 0 or given in (GIVEN_INITIAL, GIVEN_SWAPPED):
        return 1.0
    return 0.5 if given == GIVEN_OTHER else 0.0  # twins share middle names


def is_placed(levels: tuple[int, ...]) -> bool:
    """Tell whether the home supports a link."""
    return 0 <= levels[4] <= PLACE_SUPPORTS


def union_breaks(
    one: Iterable[Person], other: Iterable[Person], clusters: Clusters, replaced: Mapping[str, str] | None = None
) -> str:
    """Return the rule that making one child of two would break; empty if none."""
    theirs = list(other)
    for person in one:
        broken = agreement(person, theirs, clusters, replaced)[1]
        if broken:
            return broken
    return ""
