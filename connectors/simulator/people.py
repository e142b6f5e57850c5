"""Who the children are, and what each agency knows of them: not always the same."""

from datetime import date, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from connectors.simulator import names
from connectors.simulator.plots import QUIRKS, place

SHARES_HOME = {"twin": "all", "twin_no_nhs": "all", "sibling": "family", "shared_home": "house"}
UNSURE_IN_TRUST = frozenset({"misspelt_no_nhs", "twin_no_nhs", "nameless"})


class Home(Struct, frozen=True):
    """What twins have in common."""

    family_name: str
    birth_date: date
    postcode: str
    address: str
    school: str


class Seen(Struct, frozen=True):
    """A child as one kind of agency knows it."""

    nhs_number: str
    upn: str
    family_name: str
    given_names: str
    birth_date: date
    postcode: str
    sex: str


class Person(Struct, frozen=True):
    """One child.

    Attributes:
        id: Name of the child in `truth.json`; no agency knows it.
        number: Place among the children of the area, from 0.
        quirk: What is odd in how agencies know the child; empty for most.
        truly: The child as it is.
    """

    id: str
    area: str
    number: int
    quirk: str
    truly: Seen
    address: str
    school: str

    @property
    def is_restricted(self) -> bool:
        """Tell whether only few may know of this child."""
        return self.quirk == "restricted"

    @property
    def is_sure_in_trust(self) -> bool:
        """Tell whether what the area's trust says can be joined to the child without a person's help."""
        return self.quirk not in UNSURE_IN_TRUST

    @property
    def has_shared_number(self) -> bool:
        """Tell whether council and therapy trust hold the same NHS number, by which alone its area is known."""
        return self.quirk not in UNSURE_IN_TRUST | {"no_nhs_casework", "no_nhs_trust", "bad_nhs_trust"}

    def at_council(self) -> Seen:
        """Return the child as the council's casework system holds it."""
        return replace(self.truly, nhs_number="") if self.quirk == "no_nhs_casework" else self.truly

    def at_trust(self) -> Seen:
        """Return the child as the health services' systems hold it."""
        seen = replace(self.truly, upn="")
        if self.quirk in ("no_nhs_trust", "twin_no_nhs", "misspelt_no_nhs", "nameless"):
            seen = replace(seen, nhs_number="")
        if self.quirk == "nameless":
            seen = replace(seen, given_names="")
        if self.quirk == "bad_nhs_trust":
            seen = replace(seen, nhs_number=names.invalid_nhs_number(seen.nhs_number))
        if self.quirk in ("misspelt", "misspelt_no_nhs"):
            seen = replace(seen, family_name=names.misspelt(seen.family_name))
        return seen

    def at_school(self) -> Seen:
        """Return the child as its school holds it: seldom with an NHS number."""
        return self.truly if self.number % 4 == 0 else replace(self.truly, nhs_number="")

    def at_social_care(self) -> Seen:
        """Return the child as children's social care holds it: no NHS number, no name in the return."""
        return replace(self.truly, nhs_number="", upn="" if self.quirk == "no_upn_care" else self.truly.upn)


def person(index: int, areas: int, seed: int) -> Person:
    """Return the child at that place; children of the areas alternate."""
    area, number = index % areas, index // areas
    quirk = QUIRKS.get(place(index), "")
    if quirk in SHARES_HOME and index < areas:
        quirk = ""
    home = _home(index, area, number, seed)
    if quirk in SHARES_HOME:
        home = _shared(SHARES_HOME[quirk], home, _home(index - areas, area, number - 1, seed))
    rng = Random(f"{seed}/person/{index}")
    given = names.given_name(rng)
    if SHARES_HOME.get(quirk) == "all":  # told apart by given name, which must not even look alike
        given = names.unlike(given, _given(index - areas, seed), rng)
    seen = Seen(
        nhs_number=names.nhs_number(index, seed),
        upn=names.upn(area, number, home.birth_date.year + 5),
        family_name=home.family_name,
        given_names=given,
        birth_date=home.birth_date,
        postcode=home.postcode,
        sex=rng.choice("MF"),
    )
    return Person(f"child-{index + 1:06}", names.area_code(area), number, quirk, seen, home.address, home.school)


def _given(index: int, seed: int) -> str:
    return names.given_name(Random(f"{seed}/person/{index}"))


def _home(index: int, area: int, number: int, seed: int) -> Home:
    rng = Random(f"{seed}/home/{index}")
    return Home(
        family_name=names.family_name(rng),
        birth_date=date(2011, 9, 1) + timedelta(days=rng.randrange(9 * 365)),
        postcode=names.postcode(area, number),
        address=f"{rng.randrange(1, 90)} {rng.choice(names.STREETS)}",
        school=school_codes(area)[rng.randrange(4)],
    )


def _shared(what: str, own: Home, other: Home) -> Home:
    if what == "all":
        return other
    if what == "family":
        return replace(other, birth_date=own.birth_date, school=own.school)
    return replace(own, postcode=other.postcode, address=other.address)


def school_codes(area: int) -> tuple[str, ...]:
    """Return the invented numbers (URN) of an area's schools."""
    return tuple(f"99{area + 1:02}{n:02}" for n in range(1, 5))
