"""Names as they are compared: folded, cut into tokens, with the forms that one person's name takes."""

import unicodedata
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from hub.domain.identity.forms import FORMS

PARTICLES = frozenset(
    "al el de da di du dos das della van von der den ter ten la le bin bint ibn ben abu ap ab mac mc o st saint".split()
)
"""Words before or within a family name that agencies keep, drop or run together."""

PLACEHOLDERS = frozenset(
    "baby twin infant unknown unnamed newborn test child boy girl notknown none na nk male female tbc triplet".split()
)
"""Words entered where no given name was known; a name made of them alone is absent."""

_SOUNDS = str.maketrans("bfpvcgjkqsxzdtlmnr", "111122222222334556")
_ODD = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})


def _forms() -> dict[str, frozenset[int]]:
    held: dict[str, set[int]] = {}
    for number, group in enumerate(FORMS.replace("\n", " ").split("|")):
        for name in group.split():
            held.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in held.items()}


_GROUPS = _forms()
_NO_GROUP: frozenset[int] = frozenset()


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return a name in small letters without accents, apostrophes or hyphens.

    >>> fold("O'Néill-Smith")
    'oneill smith'
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_ODD))
    kept = "".join(c if c.isalpha() else " " if c in "-/., " else "" for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())


@lru_cache(maxsize=65536)
def given_tokens(names: str) -> tuple[str, ...]:
    """Return the given names in order, folded; empty where all of it is a placeholder such as "Baby", "Twin 1" or "N/A".

    >>> given_tokens("Zoë-May")
    ('zoe', 'may')
    >>> given_tokens("Baby Girl"), given_tokens("Twin 1")
    ((), ())
    """
    tokens = tuple(fold(names).split())
    return () if all(token in PLACEHOLDERS for token in tokens) or "".join(tokens) in PLACEHOLDERS else tokens


@lru_cache(maxsize=65536)
def family_tokens(name: str) -> tuple[str, ...]:
    """Return the parts of a family name that carry it, without particles; sorted, so that order does not matter.

    >>> family_tokens("van der Berg-Ali")
    ('ali', 'berg')
    """
    tokens = fold(name).split()
    return tuple(sorted(t for t in tokens if t not in PARTICLES) or sorted(tokens))


def are_forms(one: str, other: str) -> bool:
    """Tell whether two folded given names are known forms of one name.

    >>> are_forms("isabelle", "izzy"), are_forms("muhammad", "mohd"), are_forms("emma", "jack")
    (True, True, False)
    """
    return not _GROUPS.get(one, _NO_GROUP).isdisjoint(_GROUPS.get(other, _NO_GROUP))


@lru_cache(maxsize=262144)
def are_close(one: str, other: str) -> bool:
    """Tell whether two folded names may be two spellings of one: a typing slip or two, more in long names.

    >>> are_close("bardley", "bradley"), are_close("mia", "mya"), are_close("aiden", "jayden")
    (True, True, False)
    """
    if not one or not other:
        return False
    if one == other:
        return True
    shorter = min(len(one), len(other))
    slips: int = OSA.distance(one, other, score_cutoff=3)
    if slips <= (2 if shorter >= 7 else 1 if shorter >= 3 else 0):
        return True
    return shorter >= 4 and JaroWinkler.similarity(one, other) >= 0.93


@lru_cache(maxsize=262144)
def are_somewhat_alike(one: str, other: str) -> bool:
    """Tell whether three letters of five are in the same places: what a bad hand or a scanner leaves of a name.

    >>> are_somewhat_alike("phoenix", "foenix"), are_somewhat_alike("holly", "hoiiy"), are_somewhat_alike("ada", "eve")
    (True, True, False)
    """
    longer = max(len(one), len(other))
    return longer > 3 and OSA.distance(one, other, score_cutoff=longer) <= 0.4 * longer


@lru_cache(maxsize=262144)
def sound(name: str) -> str:
    """Return the Soundex code of a folded name (Russell 1918, American rules): for finding candidates, never for deciding.

    >>> sound("robert"), sound("rupert"), sound("ashcraft")
    ('r163', 'r163', 'a261')
    """
    if not name:
        return ""
    codes = [c.translate(_SOUNDS) for c in name if c not in "hw" or c == name[0]]
    kept = name[0]
    last = codes[0]
    for code in codes[1:]:
        if code.isdigit() and code != last:
            kept += code
        last = code
    return (kept + "000")[:4]
