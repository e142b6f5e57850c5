"""Invented people's names: commoner ones more often, changing with the year of birth, by tradition."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Any

from msgspec import Struct

FIRST_YEAR, LAST_YEAR = 2000, 2025
_HEAD_START = 10
"""Added to a name's rank: without it the first would be twice as common as the second."""
_HEAD_START_COMPOSED = 200
_COMPOSED = 0.42
"""Share of British family names that are put together from two syllables."""
_DOUBLE_GIVEN = 0.02

TRADITIONS = ("british", "pakistani", "indian", "european", "african", "arabic", "chinese")
_HONORIFICS = {"pakistani": ("Begum", "Bibi", "Khatun"), "indian": ("Kaur",)}


@cache
def _book() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("names.toml").read_text(encoding="utf-8"))


class Urn(Struct, frozen=True):
    """Names to draw from, with running sums of their weights."""

    names: tuple[str, ...]
    sums: tuple[float, ...]

    def draw(self, rng: Random) -> str:
        """Return one name."""
        return rng.choices(self.names, cum_weights=self.sums)[0]


def _urn(weights: Mapping[str, float]) -> Urn:
    return Urn(tuple(weights), tuple(accumulate(weights.values())))


def _falling(
    names: Iterable[str], share: float, into: dict[str, float], head_start: int = _HEAD_START
) -> dict[str, float]:
    for rank, name in enumerate(names):
        into[name] = into.get(name, 0.0) + share / (rank + head_start)
    return into


@cache
def _given(tradition: str, sex: str, year: int) -> Urn:
    late = (min(max(year, FIRST_YEAR), LAST_YEAR) - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR)
    lists = _book()[tradition][sex]
    weights = _falling(lists["early"].split(), 1 - late, {})
    return _urn({name: w for name, w in _falling(lists["late"].split(), late, weights).items() if w > 0})


@cache
def _family(tradition: str) -> Urn:
    names = (name.replace(".", " ") for name in _book()[tradition]["family"].split())
    return _urn(_falling(names, 1.0, {}))


@cache
def _composed() -> Urn:
    """All two-syllable names; neighbours in order differ, so that no one beginning is common."""
    starts, ends = (_book()["british"][part].split() for part in ("starts", "ends"))
    pairs = (
        starts[n % len(starts)] + ends[(n * 7 + n // len(starts)) % len(ends)] for n in range(len(starts) * len(ends))
    )
    return _urn(_falling(pairs, 1.0, {}, _HEAD_START_COMPOSED))


def given(tradition: str, sex: str, year: int, rng: Random) -> str:
    """Return a given name as common as it was in that year."""
    if tradition == "british" and sex == "F" and rng.random() < _DOUBLE_GIVEN:
        return "-".join(rng.choice(part.split()) for part in _book()["british"]["double"])
    return _given(tradition, sex, year).draw(rng)


def family(tradition: str, rng: Random) -> str:
    """Return a household's family name, in the form a boy bears."""
    if tradition == "british" and rng.random() < _COMPOSED:
        return _composed().draw(rng)
    return _family(tradition).draw(rng)


def borne(name: str, tradition: str, sex: str, rng: Random) -> str:
    """Return the family name as a child of that sex bears it.

    >>> borne("Nowicki", "european", "F", Random(1))
    'Nowicka'
    """
    if sex == "M":
        return name
    if tradition == "european" and name.endswith(("ski", "cki")):
        return name[:-1] + "a"
    if tradition == "indian" and name == "Singh":
        return "Kaur"
    if tradition in _HONORIFICS and rng.random() < 0.1:
        return rng.choice(_HONORIFICS[tradition])
    return name


@cache
def nicknames() -> dict[str, tuple[str, ...]]:
    """Return what a child is called at home, by what stands in the register."""
    return {name: tuple(short.split()) for name, short in _book()["nicknames"].items()}


@cache
def spellings(kind: str) -> dict[str, tuple[str, ...]]:
    """Return the other spellings of each `given` or `family` name that has any."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _book()["spellings"][kind].split("\n"):
        alike = line.split()
        for name in alike:
            found[name] = found.get(name, ()) + tuple(other for other in alike if other != name)
    return found
