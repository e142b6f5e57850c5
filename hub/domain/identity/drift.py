"""Whether records still are as they were when the model was trained: what is missing, how links agree, how much is asked.

The measure is the population stability index, PSI = sum of (q - p) * ln(q / p) over the classes of a distribution, by
convention small below 0.1 and large from 0.25 (Siddiqi, Credit Risk Scorecards, 2006). Without any change it is not nought:
it is about chi-square with (classes - 1) degrees times (1/n + 1/m) (Yurdakul and Naranjo, Statistical properties of the
population stability index, Journal of Risk Model Validation 14, 2020). So a warning needs both: a change that matters, and
one that chance gives at most once in `ONE_IN` rounds of all comparisons together (Bonferroni).
"""

from collections.abc import Mapping, Sequence
from math import log, sqrt
from statistics import NormalDist

from msgspec import Struct

from hub.domain.identity.normalise import Person

FIELDS = ("nhs_number", "upn", "given", "family", "birth_date", "sex", "postcode")
"""Of a record as identity sees it: an invalid value and a placeholder are missing."""

SMALL, LARGE = 0.1, 0.25
"""PSI from which a change is worth a look, and from which the model needs another training."""

ONE_IN = 1000
"""Rounds of comparisons in which chance alone may warn once."""

TWICE, POINTS = 2.0, 0.02
"""A rare thing matters, too, where its share doubles or halves, by at least so many of one: PSI hardly sees it."""

FEWEST = 200
"""Records (or links) needed on each side; fewer say too little."""


class Compared(Struct, frozen=True):
    """One distribution then and now.

    Attributes:
        what: `missing`, `links` or `review`.
        name: Field; for `missing` of one source the field and the source.
        against: What it is compared with: `training` or `earlier`.
        before: Shares of the classes then, as many as `now`.
        trials: How many were counted then and now.
        psi: Population stability index.
        level: Empty, `look` or `retrain`.
    """

    what: str
    name: str
    against: str
    before: tuple[float, ...]
    now: tuple[float, ...]
    trials: tuple[int, int]
    psi: float
    level: str = ""


class Pair(Struct, frozen=True):
    """Counts of the same classes then and now, to be compared."""

    what: str
    name: str
    against: str
    before: tuple[float, ...]
    now: tuple[float, ...]


def compare(pairs: Sequence[Pair]) -> list[Compared]:
    """Return every pair that has enough on both sides, with its PSI and how much it matters, worst first."""
    enough = [pair for pair in pairs if min(sum(pair.before), sum(pair.now)) >= FEWEST]
    found = [_compared(pair, len(enough)) for pair in enough]
    return sorted(found, key=lambda one: (one.level == "", -one.psi, one.what, one.name, one.against))


def psi(before: Sequence[float], now: Sequence[float]) -> float:
    """Return the population stability index of two lots of counts; half a case is added to each class.

    >>> round(psi([900, 100], [900, 100]), 3), round(psi([950, 50], [750, 250]), 2)
    (0.0, 0.37)
    """
    return sum((q - p) * log(q / p) for p, q in zip(shares(before), shares(now), strict=True))


def shares(counts: Sequence[float]) -> tuple[float, ...]:
    """Return shares that add up to one, none of them nought."""
    total = sum(counts) + len(counts) / 2
    return tuple((n + 0.5) / total for n in counts)


def by_chance(classes: int, trials: tuple[float, float], comparisons: int) -> float:
    """Return the PSI that chance alone exceeds in one of `ONE_IN` rounds of so many comparisons.

    The quantile of chi-square is Wilson and Hilferty's (PNAS 17, 1931), a little high for one degree: on the safe side.

    >>> round(by_chance(2, (2000, 2000), 1), 4)
    0.0112
    """
    degrees = max(classes - 1, 1)
    z = NormalDist().inv_cdf(1 - 1 / (ONE_IN * max(comparisons, 1)))
    quantile = degrees * (1 - 2 / (9 * degrees) + z * sqrt(2 / (9 * degrees))) ** 3
    return quantile * (1 / trials[0] + 1 / trials[1])


def _compared(pair: Pair, comparisons: int) -> Compared:
    trials = (round(sum(pair.before)), round(sum(pair.now)))
    index = psi(pair.before, pair.now)
    before, now = shares(pair.before), shares(pair.now)
    level = ""
    if index > by_chance(len(before), trials, comparisons) and (index >= SMALL or _is_doubled(before, now)):
        level = "retrain" if index >= LARGE else "look"
    return Compared(
        pair.what, pair.name, pair.against, tuple(round(p, 4) for p in before), tuple(round(q, 4) for q in now), trials,
        round(index, 4), level,
    )  # fmt: skip


def _is_doubled(before: tuple[float, ...], now: tuple[float, ...]) -> bool:
    """Whether the share of the first of two classes doubled or halved."""
    if len(before) != 2:
        return False
    low, high = sorted((before[0], now[0]))
    return high >= TWICE * low and high - low >= POINTS


def words(one: Compared) -> str:
    """Return a comparison in words.

    >>> pair = Pair("missing", "postcode of EDU", "earlier", (50, 950), (700, 300))
    >>> words(compare([pair])[0])
    'postcode of EDU is missing in 70% of records, 5% earlier (PSI 2.46): train the model again'
    """
    then = "in training" if one.against == "training" else "earlier"
    do = "train the model again" if one.level == "retrain" else "look into it"
    if one.what == "missing":
        said = f"{one.name} is missing in {one.now[0]:.0%} of records, {one.before[0]:.0%} {then}"
    elif one.what == "review":
        said = f"{one.now[0]:.1%} of records are sent to review, {one.before[0]:.1%} {then}"
    else:
        said = f"{one.name} is the same in {one.now[0]:.0%} of links, {one.before[0]:.0%} {then}"
    return f"{said} (PSI {one.psi:.2f}): {do}"


def missing(persons: Sequence[Person]) -> dict[str, tuple[float, float]]:
    """Return by field how many records have it missing, and how many have it."""
    counts = {field: sum(not getattr(person, field) for person in persons) for field in FIELDS}
    return {field: (float(n), float(len(persons) - n)) for field, n in counts.items()}


def to_report(persons: Sequence[Person]) -> dict[str, float]:
    """Return what a training report says of missing fields: shares by field."""
    return {f"missing_{field}": round(n / max(n + had, 1), 5) for field, (n, had) in missing(persons).items()}


def from_report(report: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return by field how many records of the training had it missing, and had it; none that the report does not tell."""
    records = report.get("records", 0.0)
    found = {field: report.get(f"missing_{field}") for field in FIELDS}
    return {field: (share * records, (1 - share) * records) for field, share in found.items() if share is not None}
