"""What is compared when records are compared: identifiers checked, names folded, unusable values absent."""

import unicodedata
from typing import Any

from msgspec import Struct

from hub.domain.identifiers import is_temporary_upn, nhs_number, postcode, upn

NOT_RESTRICTED = frozenset({"", "none"})
"""Values of `sensitivity` that hide nobody; any other word hides the child from everybody but assurance."""


class Person(Struct, frozen=True):
    """A source record as identity sees it. Empty means absent."""

    nhs_number: str = ""
    upn: str = ""
    family: str = ""
    given: str = ""
    birth_date: str = ""
    postcode: str = ""
    sensitivity: str = ""

    @property
    def is_restricted(self) -> bool:
        """Tell whether the record alone makes its child a restricted one."""
        return self.sensitivity not in NOT_RESTRICTED


def person(data: dict[str, Any]) -> Person:
    """Return what can be compared of a PersonDescribed. A temporary UPN identifies nobody and counts as absent."""
    pupil = upn(data.get("upn", "")) or ""
    given = fold(data.get("given_names", "")).split(" ")[0]
    return Person(
        nhs_number=nhs_number(data.get("nhs_number", "")) or "",
        upn="" if is_temporary_upn(pupil) else pupil,
        family=fold(data.get("family_name", "")),
        given=given,
        birth_date=data.get("birth_date", ""),
        postcode=postcode(data.get("postcode", "")) or "",
        sensitivity=data.get("sensitivity", ""),
    )


def fold(name: str) -> str:
    """Return a name in small letters without accents, apostrophes or hyphens.

    >>> fold("O'Néill-Smith")
    'oneill smith'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c if c.isalpha() else " " if c in "- " else "" for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())


def are_alike(one: str, other: str) -> bool:
    """Tell whether two folded names may be two spellings of one: at most two edits, and one in short names."""
    if not one or not other:
        return False
    return one == other or edits(one, other) <= (1 if min(len(one), len(other)) < 5 else 2)


def edits(one: str, other: str) -> int:
    """Return the edit distance of two names, adjacent letters swapped counting once (restricted Damerau)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, above = above, row
    return above[-1]
