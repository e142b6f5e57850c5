"""Numbers and keys of invented children: no two children share one, and none can be a real person's."""

from collections import Counter
from hashlib import blake2b
from random import Random

from connectors.simulator import names

LETTERS = {"EDU": "M", "HEALTH": "H", "EHC": "E", "CSC": "C", "FAMILY": "F"}
_SERIALS = 1_000_000
_LOCAL_IDS = 10_000_000
_SCHOOL_YEAR = 900


class Walk:
    """Every number below a power of ten once, in an order that only the seed knows."""

    def __init__(self, below: int, rng: Random) -> None:
        self._below = below
        self._step = (
            rng.randrange(below // 100, below // 10) * 10 + 7
        )  # ends in 7: shares no factor with a power of ten
        self._at = rng.randrange(below)
        self._left = below

    def next(self) -> int | None:
        """Return the next number; None when all were given."""
        if not self._left:
            return None
        self._left -= 1
        self._at = (self._at + self._step) % self._below
        return self._at


class Numbers:
    """Gives out numbers and keys; remembers no child."""

    def __init__(self, seed: int) -> None:
        rng = Random(f"{seed}/numbers")
        self._seed = f"{seed}".encode()
        self._entities = 0
        self._nhs = Walk(_SERIALS, rng)
        self._local_ids = {source: Walk(_LOCAL_IDS, rng) for source in LETTERS}
        self._pupils: Counter[tuple[int, int, int]] = Counter()
        self.nhs_given = 0
        self.nhs_refused = 0

    def entity(self) -> str:
        """Return the next child's opaque id."""
        self._entities += 1
        return blake2b(str(self._entities).encode(), key=self._seed, digest_size=8).hexdigest()

    def nhs(self) -> str:
        """Return a valid NHS number of the 999 range that nobody has; empty when all 909,091 or so were given."""
        while (serial := self._nhs.next()) is not None:
            digits = f"999{serial:06}"
            if (check := names.nhs_check(digits)) < 10:
                self.nhs_given += 1
                return f"{digits}{check}"
        self.nhs_refused += 1
        return ""

    def upn(self, area: int, school: int, year: int) -> str:
        """Return the permanent number that a school gives a pupil who enters in that year."""
        key = (area, school, year)
        self._pupils[key] += 1
        overflow, serial = divmod(self._pupils[key] - 1, _SCHOOL_YEAR)
        digits = f"{998 - area:03}{(1000 + school + 4000 * overflow) % 10_000:04}{year % 100:02}{serial:03}"
        return names.upn_letter(digits) + digits

    def temporary_upn(self, area: int, school: int, year: int, rng: Random) -> str:
        """Return a number that a school makes up until it knows the right one: the last character is a letter."""
        rest = f"{998 - area:03}{1000 + school:04}{year % 100:02}{rng.randrange(100):02}{rng.choice('ABCDEFGH')}"
        return names.upn_letter(rest) + rest

    def local_id(self, source: str) -> str:
        """Return a key in that source's system."""
        number = self._local_ids[source].next()
        if number is None:
            raise OverflowError(f"{source} has no keys left")
        return f"{LETTERS[source]}{number:07}"
