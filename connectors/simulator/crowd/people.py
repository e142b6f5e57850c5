"""One invented child, and the ethnic groups of the areas."""

from datetime import date
from random import Random

from msgspec import Struct

from connectors.simulator.crowd.naming import Urn
from connectors.simulator.crowd.places import Home

_MIXES = (
    {"WBRI": 62, "WIRI": 0.5, "WIRT": 0.3, "WROM": 0.6, "WOTH": 7, "MWBC": 1.8, "MWBA": 1, "MWAS": 2, "MOTH": 2.2, "AIND": 3.5,
     "APKN": 8, "ABAN": 1.5, "AOTH": 2, "BCRB": 1, "BAFR": 4, "BOTH": 0.8, "CHNE": 0.6, "OOTH": 2.2, "REFU": 0.4, "NOBT": 0.6},
    {"WBRI": 44, "WIRI": 0.6, "WIRT": 0.1, "WROM": 0.8, "WOTH": 10, "MWBC": 2.6, "MWBA": 1.6, "MWAS": 2.2, "MOTH": 3, "AIND": 5,
     "APKN": 7, "ABAN": 4, "AOTH": 3, "BCRB": 2.4, "BAFR": 8, "BOTH": 1.4, "CHNE": 1.1, "OOTH": 3, "REFU": 0.5, "NOBT": 0.7},
    {"WBRI": 84, "WIRI": 0.3, "WIRT": 0.3, "WROM": 0.3, "WOTH": 5, "MWBC": 1, "MWBA": 0.5, "MWAS": 1.2, "MOTH": 1.4, "AIND": 1.2,
     "APKN": 0.8, "ABAN": 0.4, "AOTH": 0.7, "BCRB": 0.2, "BAFR": 0.9, "BOTH": 0.2, "CHNE": 0.3, "OOTH": 0.7, "REFU": 0.3, "NOBT": 0.3},
    {"WBRI": 50, "WIRI": 0.5, "WIRT": 0.1, "WROM": 1.2, "WOTH": 8, "MWBC": 1.5, "MWBA": 0.8, "MWAS": 2.4, "MOTH": 2.2, "AIND": 11,
     "APKN": 11, "ABAN": 2, "AOTH": 2.6, "BCRB": 0.9, "BAFR": 3, "BOTH": 0.6, "CHNE": 0.6, "OOTH": 2, "REFU": 0.3, "NOBT": 0.5},
)  # fmt: skip
"""Shares per cent of the main ethnic codes of the school census, one mix for each area; invented."""

_GROUPS = tuple(Urn(tuple(mix), tuple(sum(tuple(mix.values())[: n + 1]) for n in range(len(mix)))) for mix in _MIXES)

_TRADITIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "WOTH": (("european",) * 4 + ("british",), ("european",)),
    "WROM": (("european",), ("european",)),
    "MWBC": (("british",), ("british",)),
    "MWBA": (("british", "british", "african"), ("african", "british")),
    "MWAS": (("british", "british", "pakistani", "indian"), ("pakistani", "indian", "british")),
    "MOTH": (("british", "british", "european", "arabic"), ("british", "european", "arabic", "chinese")),
    "AIND": (("indian",) * 4 + ("british",), ("indian",)),
    "APKN": (("pakistani",), ("pakistani",)),
    "ABAN": (("pakistani",), ("pakistani",)),
    "AOTH": (("chinese", "pakistani", "arabic", "british"), ("chinese", "pakistani", "arabic")),
    "BAFR": (("african", "african", "arabic"), ("african", "african", "arabic")),
    "BOTH": (("african", "british"), ("african", "british")),
    "CHNE": (("chinese", "chinese", "british"), ("chinese",)),
    "OOTH": (("arabic",), ("arabic",)),
}
"""Traditions of given and family names, by ethnic code; British for the rest."""
_BRITISH = (("british",), ("british",))


class Child(Struct):
    """One identity: who adopts a new one is two children here, for nobody may join them.

    Attributes:
        lives: When records can arise: from and to, between 0 and 1.
        homes: Where the child lived, each with the time from which on; the first from 0.
        names: Family names in the same way.
        twin: 1 or 2 for twins, else 0.
        nhs: Empty until a record needs it; `upn` too.
    """

    entity: str
    ethnicity: str
    sex: str
    born: date
    given: str
    middle: str
    tradition: str
    family_tradition: str
    homes: tuple[tuple[float, Home], ...] = ()
    names: tuple[tuple[float, str], ...] = ()
    lives: tuple[float, float] = (0.0, 1.0)
    twin: int = 0
    is_looked_after: bool = False
    nhs: str = ""
    upn: str = ""

    def home(self, at: float) -> Home:
        """Return where the child lives at that time."""
        return next(home for since, home in reversed(self.homes) if since <= at)

    def family(self, at: float) -> str:
        """Return the family name that the child bears at that time."""
        return next(name for since, name in reversed(self.names) if since <= at)


def ethnicity(area: int, rng: Random) -> str:
    """Return an ethnic code as common as it is in that area."""
    return _GROUPS[area % len(_GROUPS)].draw(rng)


def traditions(code: str, rng: Random) -> tuple[str, str]:
    """Return the traditions from which a household of that ethnic code takes given names and family names."""
    of_given, of_family = _TRADITIONS.get(code, _BRITISH)
    if len(of_given) == len(of_family) > 1 and of_given == of_family:
        both = rng.choice(of_given)
        return both, both
    return rng.choice(of_given), rng.choice(of_family)
