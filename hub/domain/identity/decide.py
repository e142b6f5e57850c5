"""Which child is this? Exact identifiers, and one careful rule on name, birth date and postcode.

A wrong join shows one family another's secrets, so whatever contradicts a join sends it to a person: two NHS numbers
never share a child, twins are told apart by given name, and a number keyed by mistake is not believed over a name.
"""

from typing import Literal

from msgspec import Struct

from hub.domain.identity.cluster import Clusters, Record
from hub.domain.identity.normalise import Person, are_alike

How = Literal["provisional", "nhs_number", "upn", "name_birth_date_postcode", "decided"]


class Verdict(Struct, frozen=True):
    """What becomes of a described record.

    Attributes:
        child: The child it belongs to; empty if it stays where it is.
        how: By which rule.
        merges: A second child that an identifier shows to be the same one; it is merged into `child`.
        reviews: Children that it may be, for a person to decide, each with the reason.
    """

    child: str = ""
    how: str = ""
    merges: str = ""
    reviews: tuple[tuple[str, str], ...] = ()


def decide(record: Record, person: Person, clusters: Clusters) -> Verdict:
    """Return where a record belongs, given all the others of its area."""
    here = clusters.child_of.get(record, "")
    if record in clusters.decided:
        return Verdict()
    reviews: dict[str, str] = {}
    for how, key in _exact(person):
        for child in _children(key, record, clusters):
            if child == here or clusters.are_apart(record, child):
                continue
            why = contradiction(person, clusters.persons(child))
            if why:
                reviews.setdefault(child, f"{how} agrees, but {why}")
            else:
                return _join(record, here, child, how, clusters)
    reviews |= {c: r for c, r in _possible(record, person, here, clusters).items() if c not in reviews}
    return Verdict(reviews=tuple(sorted(reviews.items())))


def contradiction(person: Person, others: list[Person]) -> str:
    """Return why a person cannot be put with the others without asking somebody; empty if nothing speaks against it."""
    for other in others:
        if _differ(person.nhs_number, other.nhs_number):
            return "the NHS numbers differ"
        if _differ(person.upn, other.upn) and not (person.nhs_number and person.nhs_number == other.nhs_number):
            return "the UPNs differ"
        if person.given and other.given and not are_alike(person.given, other.given):
            return "the given names differ"
        if _differ(person.birth_date, other.birth_date) and not _same_names(person, other):
            return "the birth dates differ"
    return ""


def _exact(person: Person) -> list[tuple[How, tuple[str, ...]]]:
    rules: list[tuple[How, tuple[str, ...]]] = []
    if person.nhs_number:
        rules.append(("nhs_number", ("nhs_number", person.nhs_number)))
    if person.upn:
        rules.append(("upn", ("upn", person.upn)))
    if person.family and person.given and person.birth_date and person.postcode:
        rules.append(
            ("name_birth_date_postcode", ("name", person.family, person.given, person.birth_date, person.postcode))
        )
    return rules


def _join(record: Record, here: str, child: str, how: How, clusters: Clusters) -> Verdict:
    rest = clusters.records.get(here, set()) - {record}
    if not rest:
        return Verdict(child=child, how=how)
    if how == "name_birth_date_postcode" or rest & clusters.decided or clusters.records[child] & clusters.decided:
        return Verdict(reviews=((child, f"{how} agrees, but both have other records"),))
    for other in clusters.persons(here):
        why = contradiction(other, clusters.persons(child))
        if why:
            return Verdict(reviews=((child, f"{how} agrees, but {why}"),))
    first, second = sorted((here, child), key=lambda c: (clusters.created.get(c, 0), c))
    return Verdict(child=first, how=how, merges=second)


def _possible(record: Record, person: Person, here: str, clusters: Clusters) -> dict[str, str]:
    found: dict[str, str] = {}
    near = [("home", person.birth_date, person.postcode), ("born", person.family, person.given, person.birth_date)]
    for key in near:
        for child in _children(key, record, clusters) if all(key) else ():
            if child == here or child in found or clusters.are_apart(record, child):
                continue
            others = clusters.persons(child)
            if key[0] == "born" and any(o.postcode and person.postcode for o in others) and not person.nhs_number:
                found[child] = "same name and birth date, another postcode"
            elif key[0] == "home" and any(_spelt_alike(person, o) for o in others):
                found[child] = "same home and birth date, names alike"
            if child in found and any(_differ(person.nhs_number, o.nhs_number) for o in others):
                del found[child]
    return found


def _children(key: tuple[str, ...], record: Record, clusters: Clusters) -> list[str]:
    return list(dict.fromkeys(clusters.child_of[r] for r in clusters.find(key) if r != record))


def _spelt_alike(one: Person, other: Person) -> bool:
    return are_alike(one.family, other.family) and are_alike(one.given, other.given)


def _same_names(one: Person, other: Person) -> bool:
    return bool(one.family) and are_alike(one.family, other.family) and are_alike(one.given, other.given)


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)
