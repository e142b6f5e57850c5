"""Where candidates are looked for: the index keys of a record (`linkage.md` 4.1)."""

from collections.abc import Iterator
from functools import lru_cache

from hub.domain.identity.names import sound
from hub.domain.identity.normalise import Person

Key = int
"""A key as a number: what it is made of is not kept."""


def identifier_keys(person: Person) -> Iterator[Key]:
    """Yield the keys under which a record is found by an identifier it shares."""
    if person.nhs_number:
        yield hash(("n", person.nhs_number))
    if person.upn:
        yield hash(("u", person.upn))


@lru_cache(maxsize=16384)
def keys(person: Person) -> tuple[Key, ...]:
    """Return every key of a record; of a restricted one the identifiers alone, of a sealed one none."""
    return tuple(dict.fromkeys(_keys(person)))


def _keys(person: Person) -> Iterator[Key]:
    if person.is_sealed:
        return
    yield from identifier_keys(person)
    if person.is_restricted:
        return
    sounds = {sound(token) for token in (*person.givens, *person.families) if len(token) > 1}
    day = _day(person.birth_date)
    if day:
        for one in sounds:
            yield hash(("d", day, one))
        if person.postcode:
            yield hash(("h", day, person.postcode))
    if person.postcode:
        for one in sounds:
            yield hash(("p", person.postcode, one))
    if day and person.given and person.families:
        name = tuple(sorted((person.given, *person.families)))
        yield hash(("y", person.birth_date[:4], name))
        yield hash(("m", person.birth_date[5:], name))
    for number, other in enumerate(person.others):
        if other:
            yield hash(("o", number, other))


def _day(birth_date: str) -> str:
    """Return a birth date whose day and month may be swapped."""
    return birth_date[:4] + "".join(sorted((birth_date[5:7], birth_date[8:]))) if birth_date else ""
