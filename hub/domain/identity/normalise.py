"""What is compared when records are compared: identifiers checked, names folded, unusable values absent."""

import re
from typing import Any

from msgspec import Struct, structs

from hub.domain.identifiers import is_temporary_upn, nhs_number, postcode, upn
from hub.domain.identity.names import family_tokens, fold, given_tokens

NOT_RESTRICTED = frozenset({"", "none"})
"""Values of `sensitivity` that hide nobody; any other word hides the child from everybody but assurance."""

_SPACES = re.compile(r"[^0-9a-z]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Person(Struct, frozen=True):
    """A source record as identity sees it. Empty means absent.

    Attributes:
        nhs_number: Ten digits with a check digit that holds.
        upn: A permanent UPN with a check letter that holds; a temporary one identifies nobody.
        former_upn: The one it took the place of, as the school has it.
        givens: Given names in order, folded, the preferred one last; empty for a placeholder such as "Baby".
        families: Parts of the family name, folded and sorted, without particles.
        formers: Former family names, each as its parts.
        birth_date: ISO date; 1 January is what systems enter where they know the year alone, and is absent.
        sex: `M`, `F` or empty.
        postcode: Outward and inward part with one space; empty for restricted people, whose home is never compared.
        home: First line of the address, folded; empty for restricted people.
        others: Further fields that a model names, folded, in its order.
        sensitivity: As given.
        is_sealed: Whether this identity is closed behind another one.
        is_hidden: Whether another area handed the record over as one of a restricted child.
    """

    nhs_number: str = ""
    upn: str = ""
    former_upn: str = ""
    givens: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    formers: tuple[tuple[str, ...], ...] = ()
    birth_date: str = ""
    sex: str = ""
    postcode: str = ""
    home: str = ""
    others: tuple[str, ...] = ()
    sensitivity: str = ""
    is_sealed: bool = False
    is_hidden: bool = False

    @property
    def given(self) -> str:
        """The first given name."""
        return self.givens[0] if self.givens else ""

    @property
    def family(self) -> str:
        """The family name, its parts sorted."""
        return " ".join(self.families)

    @property
    def is_restricted(self) -> bool:
        """Tell whether the record alone makes its child a restricted one."""
        return self.is_sealed or self.is_hidden or self.sensitivity not in NOT_RESTRICTED


def person(data: dict[str, Any], others: tuple[str, ...] = (), is_checked: bool = True) -> Person:
    """Return what can be compared of a PersonDescribed.

    Args:
        data: Its fields.
        others: Names of further fields that the model compares.
        is_checked: Whether identifiers, postcodes and dates must be in the form that England gives them; data of other
            countries and centuries, which are only ever measured on, are taken as they are.
    """
    if not is_checked:
        return _anybody(data, others)
    sensitivity = data.get("sensitivity") or ""
    may_place = sensitivity in NOT_RESTRICTED
    preferred = data.get("preferred_name") or ""
    givens = given_tokens(data.get("given_names") or "")
    lines = data.get("address_lines") or ()
    return Person(
        nhs_number=nhs_number(data.get("nhs_number") or "") or "",
        upn=_permanent(data.get("upn") or ""),
        former_upn=_permanent(data.get("former_upn") or ""),
        givens=(*givens, *(n for n in given_tokens(preferred) if n not in givens)) if preferred else givens,
        families=family_tokens(data.get("family_name") or ""),
        formers=tuple(family_tokens(name) for name in data.get("former_names") or ()),
        birth_date=_birth_date(data.get("birth_date") or ""),
        sex=_sex(data.get("sex") or ""),
        postcode=(postcode(data.get("postcode") or "") or "") if may_place else "",
        home=address(lines[0]) if lines and may_place else "",
        others=tuple(address(str(data.get(name) or "")) for name in others),
        sensitivity=sensitivity,
    )


def hidden(person: Person) -> Person:
    """Return a person as one of a restricted child: found by identifiers alone, the home never compared."""
    return structs.replace(person, postcode="", home="", is_hidden=True)


def _anybody(data: dict[str, Any], others: tuple[str, ...]) -> Person:
    lines = [address(str(line)) for line in data.get("address_lines") or () if line]
    code = address(str(data.get("postcode") or ""))
    return Person(
        nhs_number=data.get("nhs_number") or "", upn=data.get("upn") or "",
        givens=tuple(fold(data.get("given_names") or "").split()), families=tuple(fold(data.get("family_name") or "").split()),
        birth_date=_any_date(data.get("birth_date") or ""), sex=_sex(data.get("sex") or ""),
        postcode=code if " " in code else f"{code[:-2]} {code[-2:]}".strip(), home=lines[0] if lines else "",
        others=tuple(address(str(data.get(name) or "")) for name in others),
    )  # fmt: skip


def _any_date(text: str) -> str:
    """Return a date with what is known of it: `1988-12-` where the day is not."""
    parts = text.split("-")
    if len(parts) == 1 and len(text) == 8 and text.isdigit():
        parts = [text[:4], text[4:6], text[6:]]
    return "-".join(parts) if len(parts) == 3 and any(parts) else ""


def address(line: str) -> str:
    """Return a line of an address in small letters and digits.

    >>> address("29, Brook Gardens.")
    '29 brook gardens'
    """
    return _SPACES.sub(" ", line.casefold()).strip()


def _permanent(text: str) -> str:
    code = upn(text) or ""
    return "" if is_temporary_upn(code) else code


def _birth_date(text: str) -> str:
    day = str(text)[:10]
    return day if _DATE.fullmatch(day) and not day.endswith("-01-01") else ""


def _sex(text: str) -> str:
    first = text[:1].upper()
    return {"1": "M", "2": "F"}.get(first, first if first in ("M", "F") else "")


__all__ = ["NOT_RESTRICTED", "Person", "address", "fold", "hidden", "person"]
