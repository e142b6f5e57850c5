"""Where candidates are looked for: the index keys of a record (`linkage.md` 4.1)."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from hub.domain.identity.names import sound
from hub.domain.identity.normalise import Person

Key = int
"""A key as a number: what it is made of is not kept."""


def identifier_keys(person: Person) -> Iterator[Key]:
    """Yield the keys under which a record is found by an identifier it shares."""
    if person.nhs_number:
        yield hash(("n", person.nhs_number))
    for code in filter(None, (person.upn, person.former_upn)):
        yield hash(("u", code))


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
    day, sounds = (
        _day(person.birth_date),
        {sound(token) for token in (*person.givens, *person.families) if len(token) > 1},
    )
    if day:
        yield from _of_birth(person, day, sounds)
    if person.postcode:
        yield from (hash(("p", person.postcode, one)) for one in sounds)
    if person.home:
        yield from (hash(("g", person.home, one)) for one in sounds)
        if person.postcode:
            yield hash(("w", person.home, person.postcode))
    yield from (hash(("o", number, other)) for number, other in enumerate(person.others) if other)


def _of_birth(person: Person, day: str, sounds: Iterable[str]) -> Iterator[Key]:
    yield from (hash(("d", day, one)) for one in sounds)
    if person.postcode:
        yield hash(("h", day, person.postcode))
    if person.home:
        yield hash(("e", day, person.home))
    if person.given and person.families:
        name = tuple(sorted((person.given, *person.families)))
        yield hash(("y", person.birth_date[:4], name))
        yield hash(("m", person.birth_date[5:], name))


def _day(birth_date: str) -> str:
    """Return a birth date whose day and month may be swapped; nothing of one that is not whole."""
    if len(birth_date) != 10:
        return ""
    return birth_date[:4] + "".join(sorted((birth_date[5:7], birth_date[8:])))
