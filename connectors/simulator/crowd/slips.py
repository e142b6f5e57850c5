"""What goes wrong when a name, a date or a number is keyed. Each function returns the text unchanged where it does not apply."""

from bisect import bisect
from collections.abc import Callable, Mapping
from datetime import date
from itertools import accumulate
from random import Random

from connectors.simulator.crowd import naming
from connectors.simulator.crowd.places import KINDS

_KEYS = {"q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "ol",
         "a": "sqz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum", "k": "jli", "l": "ko",
         "z": "xas", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng", "n": "bmh", "m": "nj"}  # fmt: skip

RATES: Mapping[str, Mapping[str, float]] = {
    "name": {
        "nickname": 0.06, "given_spelling": 0.025, "given_typo": 0.014, "given_with_middle": 0.012, "given_initial": 0.002,
        "given_missing": 0.003, "family_typo": 0.014, "family_spelling": 0.02, "family_other": 0.005, "family_gains_second": 0.004,
        "family_missing": 0.004, "names_swapped": 0.008,
    },
    "compound": {"family_partial": 0.1, "family_reversed": 0.03, "family_joined": 0.06, "family_spaced": 0.06},
    "particle": {"particle_dropped": 0.08, "particle_joined": 0.08},
    "placeholder": {"placeholder_name": 0.018},
    "placeholder_twin": {"placeholder_name": 0.1},
    "born": {"dob_swapped": 0.006, "dob_digit": 0.006, "dob_year": 0.003, "dob_default": 0.0018, "dob_missing": 0.003},
    "sex": {"sex_wrong": 0.002, "sex_missing": 0.017},
    "nhs": {"nhs_mistyped": 0.0055, "nhs_of_sibling": 0.0011, "nhs_changed": 0.002},
    "upn": {"upn_temporary": 0.0075, "upn_mistyped": 0.003},
    "address": {"address_typo": 0.025, "address_short": 0.02, "address_missing": 0.015},
    "postcode": {"postcode_typo": 0.012, "postcode_missing": 0.03},
}  # fmt: skip
"""How often each slip befalls a record, at errors 1. What an agency never asks for is not a slip and not here."""


class Chance:
    """Draws at most one slip of a kind."""

    def __init__(self, rates: Mapping[str, float], errors: float) -> None:
        self._kinds = (*rates, "")
        self._sums = tuple(accumulate(min(rate * errors, 1.0) for rate in rates.values()))

    def draw(self, rng: Random) -> str:
        """Return the name of a slip; empty for none, as most often."""
        return self._kinds[bisect(self._sums, rng.random())] if self._sums else ""


def chances(errors: float) -> dict[str, Chance]:
    """Return the chances of every kind of slip, times `errors`."""
    return {kind: Chance(rates, errors) for kind, rates in RATES.items()}


def typo(text: str, rng: Random) -> str:
    """Return the text with one keystroke wrong."""
    if len(text) < 3:
        return text
    at, how = rng.randrange(1, len(text) - 1), rng.randrange(4)
    if how == 0:
        return text[:at] + text[at + 1 :]
    if how == 1:
        return text[:at] + text[at] + text[at:]
    if how == 2 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    near = _KEYS.get(text[at].lower(), "")
    return text[:at] + rng.choice(near) + text[at + 1 :] if near else text[:at] + text[at + 1 :]


def nickname(name: str, rng: Random) -> str:
    """Return what the child is called at home."""
    return rng.choice(naming.nicknames().get(name, (name,)))


def spelling(kind: str, name: str, rng: Random) -> str:
    """Return the name in other letters; `kind` is given or family."""
    return rng.choice(naming.spellings(kind).get(name, (name,)))


def _partial(parts: list[str], rng: Random) -> str:
    return rng.choice(parts)


COMPOUND: dict[str, Callable[[list[str], Random], str]] = {
    "family_partial": _partial,
    "family_reversed": lambda parts, _: "-".join(reversed(parts)),
    "family_joined": lambda parts, _: "".join(parts),
    "family_spaced": lambda parts, _: " ".join(parts),
}


def particle(kind: str, name: str) -> str:
    """Return a name such as de Souza, Al-Hassan or O'Connor without its particle, or in one word."""
    for mark in (" ", "'", "-"):
        name = name.rsplit(mark)[-1] if kind == "particle_dropped" else name.replace(mark, "")
    return name


def is_particle(name: str) -> bool:
    """Tell whether the name begins with a particle of its own."""
    return " " in name or "'" in name or name.startswith(("Al-", "El-"))


def wrong_date(kind: str, born: date, rng: Random) -> str:
    """Return the date of birth as that slip makes it."""
    if kind == "dob_default":
        return f"{born.year}-01-01"
    if kind == "dob_missing":
        return ""
    if kind == "dob_swapped":
        return _iso(born.year, born.day, born.month) or born.isoformat()
    if kind == "dob_year":
        return _iso(born.year + rng.choice((-1, 1)), born.month, born.day) or born.isoformat()
    while True:
        found = digit(f"{born:%d%m}", rng, range(4))
        if right := _iso(born.year, int(found[2:]), int(found[:2])):
            return right


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def digit(digits: str, rng: Random, places: range) -> str:
    """Return the digits with one of those at `places` replaced by another: always fails a check digit modulo 11.

    >>> digit("5", Random(1), range(1)) == "5"
    False
    """
    at = places[rng.randrange(len(places))]
    return digits[:at] + str((int(digits[at]) + rng.randrange(1, 10)) % 10) + digits[at + 1 :]


def neighbours(digits: str, rng: Random) -> str:
    """Return the digits with two neighbours exchanged, or one replaced where no two differ."""
    at = rng.randrange(len(digits) - 1)
    if digits[at] == digits[at + 1]:
        return digit(digits, rng, range(len(digits)))
    return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]


def shortened(address: str) -> str:
    """Return the address with its last word abbreviated."""
    head, _, kind = address.rpartition(" ")
    return f"{head} {KINDS.get(kind, kind)}"
