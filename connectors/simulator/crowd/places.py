"""Where invented children live: a fixed stock of postcodes for each area, in postcode areas that do not exist."""

from random import Random

from msgspec import Struct

from connectors.simulator import names

MOST_AREAS = 4
"""As many as there are authority numbers that are nobody's: 995 to 998."""
_CHILDREN_PER_POSTCODE = 6
_CHILDREN_PER_SCHOOL = 1500
_FIRST = (
    "Abbey Albert Alder Ashgrove Bank Barley Beacon Beech Bridge Brook Canal Chapel Church Clifton Coronation Dale Fern"
    " Foundry Garden Glebe Grange Harrow Hawthorn Heath Heron High Holly Kiln King Lark Laurel Lime Manor Maple Market"
    " Meadow Mill Moor North Orchard Otter Park Pebble Poplar Priory Quarry Queen River Rowan Saffron School South"
    " Spring Station Tallow Tannery Valley Victoria Weaver West Willow Windmill"
).split()
KINDS = {"Road": "Rd", "Street": "St", "Lane": "Ln", "Close": "Cl", "Avenue": "Ave", "Drive": "Dr", "Court": "Ct",
         "Crescent": "Cres", "Gardens": "Gdns", "Grove": "Gr", "Terrace": "Terr", "Place": "Pl", "Walk": "Walk",
         "Way": "Way"}  # fmt: skip
_KINDS = tuple(KINDS)


class Home(Struct, frozen=True):
    """A place to live, and the school that its children go to."""

    area: int
    postcode: str
    address: str
    school: int


class Places:
    """The stock of homes for a number of children."""

    def __init__(self, areas: int, children: int) -> None:
        self._postcodes = max(12, children // (areas * _CHILDREN_PER_POSTCODE))
        self._schools = max(2, children // (areas * _CHILDREN_PER_SCHOOL))

    def home(self, area: int, rng: Random) -> Home:
        """Return some home in the area; a postcode is one stretch of one street."""
        at = rng.randrange(self._postcodes)
        street = f"{_FIRST[at // len(_KINDS) % len(_FIRST)]} {_KINDS[at % len(_KINDS)]}"
        address = f"{rng.randrange(1, 90)} {street}"
        return Home(area, names.postcode(area, at), address, at * self._schools // self._postcodes)
