"""What an agency writes down of a child, and what it writes when it sends the same record again."""

from datetime import date
from random import Random

from msgspec import Struct

from connectors.simulator.crowd import slips
from connectors.simulator.crowd.naming import family as family_name
from connectors.simulator.crowd.numbers import Numbers
from connectors.simulator.crowd.people import Child

FIRST_SCHOOL_DAY = date(2021, 9, 1)
"""Who is born later has no UPN yet."""


class Habit(Struct, frozen=True):
    """How often an agency has what it may ask for, and what it likes to write."""

    nhs: float
    upn: float
    address: float
    nicknames: float = 0.0


HABITS = {
    "EDU": Habit(0.03, 0.96, 0.98),
    "HEALTH": Habit(0.975, 0.0, 0.62),
    "EHC": Habit(0.3, 0.72, 0.98),
    "CSC": Habit(0.25, 0.39, 0.98),
    "FAMILY": Habit(0.2, 0.08, 0.95, 0.06),
}
_MIDDLE = 0.7
_UPPER, _LOWER, _UNSPACED = 0.25, 0.265, 0.24
"""Shares of records in capitals, up to those in small letters, and with the postcode in one word."""
_STALE = 0.05

Part = tuple[tuple[str, ...], tuple[str, ...]]
"""Fields of a record that are keyed together, and the slips in them."""


class Record(Struct, frozen=True):
    """One record as it is keyed, before capitals and spaces."""

    name: Part
    born: Part
    ids: Part
    place: Part

    def kinds(self) -> tuple[str, ...]:
        """Return the slips in it."""
        return self.name[1] + self.born[1] + self.ids[1] + self.place[1]


class Clerk:
    """Writes records, with slips at a rate."""

    def __init__(self, errors: float, seed: int, numbers: Numbers) -> None:
        self._chances = slips.chances(errors)
        self._rng = Random(f"{seed}/records")
        self._numbers = numbers

    def first(self, child: Child, brood: tuple[Child, ...], source: str, at: float, is_first: bool) -> Record:
        """Return a new record of a source; `is_first` if the source did not know the child before."""
        ids = self._ids(child, brood, source, False)
        return Record(self._name(child, source, at, is_first), self._born(child), ids, self._place(child, source, at))

    def again(self, child: Child, brood: tuple[Child, ...], source: str, at: float, last: Record) -> Record:
        """Return the same record as it is sent again: some parts keyed anew, the others as they were."""
        rng = self._rng
        return Record(
            self._name(child, source, at, False) if rng.random() < 0.7 else last.name,
            self._born(child) if rng.random() < 0.4 else last.born,
            self._ids(child, brood, source, True) if rng.random() < 0.5 else last.ids,
            self._place(child, source, at) if rng.random() < 0.8 else last.place,
        )

    def line(self, record: Record) -> tuple[str, ...]:
        """Return NHS number, UPN, given, middle and family name, date of birth, sex, address and postcode as printed."""
        rng = self._rng
        name, place = record.name[0], record.place[0]
        style = rng.random()
        if style < _UPPER:
            name, place = tuple(map(str.upper, name)), (place[0].upper(), place[1])
        elif style < _LOWER:
            name = tuple(map(str.lower, name))
        postcode = place[1].replace(" ", "") if rng.random() < _UNSPACED else place[1]
        return (*record.ids[0], *name, *record.born[0], place[0], postcode)

    def _name(self, child: Child, source: str, at: float, is_first: bool) -> Part:
        rng = self._rng
        family, kinds = self._shape(child.family(at))
        middle = child.middle if child.middle and rng.random() < _MIDDLE else ""
        if is_first and source == "HEALTH":
            if kind := self._chances["placeholder_twin" if child.twin else "placeholder"].draw(rng):
                return (self._placeholder(child), "", family), (*kinds, kind)
        kind = self._chances["name"].draw(rng)
        if rng.random() < HABITS[source].nicknames:
            kind = "nickname"
        right = (child.given, middle, family)
        wrong = self._wrong_name(kind, child, *right) if kind else right
        return wrong, (*kinds, kind) if wrong != right else kinds

    def _wrong_name(self, kind: str, child: Child, given: str, middle: str, family: str) -> tuple[str, str, str]:
        rng = self._rng
        match kind:
            case "nickname":
                given = slips.nickname(given, rng)
            case "given_spelling":
                given = slips.spelling("given", given, rng)
            case "given_typo":
                given = slips.typo(given, rng)
            case "given_with_middle":
                given, middle = f"{given} {child.middle}".strip(), ""
            case "given_initial":
                given = given[0]
            case "given_missing":
                given = ""
            case "family_typo":
                family = slips.typo(family, rng)
            case "names_swapped":
                given, family = family, given
            case _:
                family = self._wrong_family(kind, child, family)
        return given, middle, family

    def _wrong_family(self, kind: str, child: Child, family: str) -> str:
        rng = self._rng
        if kind == "family_missing":
            return ""
        if kind == "family_spelling":
            return slips.spelling("family", family, rng)
        other = family_name(child.family_tradition, rng)
        return other if kind == "family_other" or "-" in family else f"{family}-{other}"

    def _shape(self, family: str) -> tuple[str, tuple[str, ...]]:
        """Return a name of several parts as somebody takes it who does not know it."""
        if slips.is_particle(family):
            kind = self._chances["particle"].draw(self._rng)
            return (slips.particle(kind, family), (kind,)) if kind else (family, ())
        if "-" in family:
            kind = self._chances["compound"].draw(self._rng)
            return (slips.COMPOUND[kind](family.split("-"), self._rng), (kind,)) if kind else (family, ())
        return family, ()

    def _placeholder(self, child: Child) -> str:
        if child.twin and self._rng.random() < 0.6:
            return f"Twin {child.twin}"
        return self._rng.choice(("Baby", "Baby", "Baby Boy" if child.sex == "M" else "Baby Girl"))

    def _born(self, child: Child) -> Part:
        rng, right = self._rng, child.born.isoformat()
        kind = self._chances["born"].draw(rng)
        written = slips.wrong_date(kind, child.born, rng) if kind else right
        kinds = (kind,) if written != right else ()
        sex, other = child.sex, self._chances["sex"].draw(rng)
        if other:
            sex, kinds = "" if other == "sex_missing" else "M" if sex == "F" else "F", (*kinds, other)
        return (written, sex), kinds

    def _ids(self, child: Child, brood: tuple[Child, ...], source: str, is_again: bool) -> Part:
        rng, habit = self._rng, HABITS[source]
        nhs, nhs_kinds = self._nhs(child, brood, source, is_again) if rng.random() < habit.nhs else ("", ())
        upn, upn_kinds = self._upn(child) if rng.random() < habit.upn else ("", ())
        return (nhs, upn), (*nhs_kinds, *upn_kinds)

    def _nhs(self, child: Child, brood: tuple[Child, ...], source: str, is_again: bool) -> tuple[str, tuple[str, ...]]:
        rng, kind = self._rng, self._chances["nhs"].draw(self._rng)
        if kind == "nhs_changed" and is_again and source == "HEALTH":
            child.nhs = self._numbers.nhs() or child.nhs
            return child.nhs, (kind,)
        right = self._number_of(child)
        if kind == "nhs_of_sibling" and len(brood) > 1:
            return self._number_of(rng.choice([other for other in brood if other is not child])), (kind,)
        if kind == "nhs_mistyped" and right:
            wrong = slips.neighbours(right, rng) if rng.random() < 0.4 else slips.digit(right, rng, range(10))
            return wrong, (kind,)
        return right, ()

    def _number_of(self, child: Child) -> str:
        child.nhs = child.nhs or self._numbers.nhs()
        return child.nhs

    def _upn(self, child: Child) -> tuple[str, tuple[str, ...]]:
        rng, home = self._rng, child.homes[0][1]
        if child.born >= FIRST_SCHOOL_DAY:
            return "", ()
        year = child.born.year + (5 if child.born.month > 8 else 4)
        kind = self._chances["upn"].draw(rng)
        if kind == "upn_temporary":
            return self._numbers.temporary_upn(home.area, home.school, year, rng), (kind,)
        child.upn = child.upn or self._numbers.upn(home.area, home.school, year)
        if kind == "upn_mistyped":
            return child.upn[0] + slips.digit(child.upn[1:], rng, range(3, 12)), (kind,)
        return child.upn, ()

    def _place(self, child: Child, source: str, at: float) -> Part:
        rng = self._rng
        home = child.home(at)
        kinds: tuple[str, ...] = ()
        if home is not child.homes[0][1] and rng.random() < _STALE:
            home, kinds = child.homes[0][1], ("address_old",)
        address, postcode = home.address, home.postcode
        if rng.random() > HABITS[source].address:
            address = ""
        elif kind := self._chances["address"].draw(rng):
            address = {"address_typo": slips.typo(address, rng), "address_short": slips.shortened(address)}.get(
                kind, ""
            )
            kinds = (*kinds, kind)
        if kind := self._chances["postcode"].draw(rng):
            postcode, kinds = slips.typo(postcode, rng) if kind == "postcode_typo" else "", (*kinds, kind)
        return (address, postcode), kinds
