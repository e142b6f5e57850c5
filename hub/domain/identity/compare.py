"""How two records compare: for each field a level of agreement, 0 the best; `ABSENT` where one of them says nothing."""

from functools import lru_cache

from rapidfuzz.distance import OSA

from hub.domain.identity.names import are_close, are_forms
from hub.domain.identity.normalise import Person

ABSENT = -1

FIELDS = ("given", "family", "birth_date", "sex", "place")
"""Fields of everybody; a model may name further ones."""

LEVELS = {
    "given": (
        "same",
        "a form of the same name",
        "spelt alike",
        "one of several names",
        "same initial",
        "swapped",
        "different",
    ),
    "family": ("same", "part of the name", "spelt alike", "different"),
    "birth_date": ("same", "day and month swapped", "one digit off", "two of three parts", "different"),
    "sex": ("same", "different"),
    "place": ("same home", "same postcode", "same house, another postcode", "same postal district", "different"),
    "other": ("same", "spelt alike", "different"),
}
"""What the levels of a field are called on screens, in order."""

GIVEN_FORM, GIVEN_ALIKE, GIVEN_OTHER, GIVEN_INITIAL, GIVEN_SWAPPED, GIVEN_DIFFERS = range(1, 7)
BIRTH_DATE_DIFFERS, BIRTH_DATE_TWO_PARTS = 4, 3
FAMILY_DIFFERS = 3
PLACE_SUPPORTS = 2
"""The last level of `place` that speaks for the same home."""


def levels(one: Person, other: Person) -> tuple[int, ...]:
    """Return the level of every field, in the order of `FIELDS` and then of the model's further fields."""
    given, family = names(one, other)
    return (
        given, family, birth_date(one.birth_date, other.birth_date), sex(one.sex, other.sex), place(one, other),
        *(text(a, b) for a, b in zip(one.others, other.others, strict=False)),
    )  # fmt: skip


def best(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """Return the better level field by field: what a child's records together have in common with a record."""
    return tuple(b if a < 0 else a if b < 0 else min(a, b) for a, b in zip(one, other, strict=True))


def names(one: Person, other: Person) -> tuple[int, int]:
    """Return the levels of given and family name; swapped names agree crosswise."""
    given, family = _given(one.givens, other.givens), _family(one, other)
    if given in (GIVEN_DIFFERS, ABSENT) or family == FAMILY_DIFFERS:
        crossed = one.families and other.families and one.givens and other.givens
        if crossed and _crosswise(one, other) and _crosswise(other, one):
            return GIVEN_SWAPPED, ABSENT
    return given, family


@lru_cache(maxsize=131072)
def _given(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    if not one or not other:
        return ABSENT
    a, b = one[0], other[0]
    if a == b or "".join(one) == "".join(other):
        return 0
    if are_forms(a, b):
        return GIVEN_FORM
    if len(a) > 1 and len(b) > 1 and are_close(a, b):
        return GIVEN_ALIKE
    if (len(b) > 1 and b in one) or (len(a) > 1 and a in other) or any(are_forms(a, y) for y in other) \
            or any(are_forms(x, b) for x in one):  # fmt: skip
        return GIVEN_OTHER
    if (len(a) == 1 or len(b) == 1) and a[0] == b[0]:
        return GIVEN_INITIAL
    return GIVEN_DIFFERS


def _family(one: Person, other: Person) -> int:
    if not one.families or not other.families:
        return ABSENT
    found = _families(one.families, other.families)
    for former in one.formers:
        found = min(found, max(1, _families(former, other.families)))
    for former in other.formers:
        found = min(found, max(1, _families(one.families, former)))
    return found


@lru_cache(maxsize=131072)
def _families(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    if one == other or "".join(one) == "".join(other):
        return 0
    if not set(one).isdisjoint(other):
        return 1
    if are_close(" ".join(one), " ".join(other)) or any(
        are_close(a, b) for a in one for b in other if min(len(a), len(b)) > 3
    ):
        return 2
    return FAMILY_DIFFERS


def _crosswise(one: Person, other: Person) -> bool:
    return any(g in other.families or any(are_close(g, f) for f in other.families) for g in one.givens if len(g) > 2)


@lru_cache(maxsize=131072)
def birth_date(one: str, other: str) -> int:
    """Return the level of two ISO dates."""
    if not one or not other:
        return ABSENT
    if one == other:
        return 0
    same = [a == b for a, b in zip(one.split("-"), other.split("-"), strict=True)]
    if same[0] and one[5:7] == other[8:] and one[8:] == other[5:7]:
        return 1
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return 2
    return BIRTH_DATE_TWO_PARTS if sum(same) == 2 else BIRTH_DATE_DIFFERS


def sex(one: str, other: str) -> int:
    """Return the level of two sexes as recorded."""
    return ABSENT if not one or not other else int(one != other)


def place(one: Person, other: Person) -> int:
    """Return the level of two homes."""
    same_house = bool(one.home) and bool(other.home) and _houses(one.home, other.home)
    if one.postcode and other.postcode:
        if one.postcode == other.postcode:
            return 0 if same_house else 1
        if same_house:
            return 2
        return 3 if one.postcode.split(" ")[0] == other.postcode.split(" ")[0] else 4
    if one.home and other.home:
        return 2 if same_house else 4
    return ABSENT


@lru_cache(maxsize=131072)
def _houses(one: str, other: str) -> bool:
    """Whether two first lines are the same house: the same number, and a street spelt alike."""
    if one == other:
        return True
    a, b = one.split(" ", 1), other.split(" ", 1)
    return len(a) == 2 == len(b) and a[0] == b[0] and a[0][:1].isdigit() and are_close(a[1], b[1])


def text(one: str, other: str) -> int:
    """Return the level of two further fields."""
    if not one or not other:
        return ABSENT
    if one == other:
        return 0
    return 1 if are_close(one, other) else 2
