"""Whether records are joined as well for one group of children as for another: shares with their intervals.

Missed links fall on minorities and on those who move most (Harron and others, Challenges in administrative data linkage for
research, Big Data and Society 2017; ECHILD: Libuy and others, IJPDS 2021), so every share is given by group. A child's
records are alike, and so are its pairs: they are no independent trials. Intervals are Wilson's (JASA 22, 1927) for the
effective number of trials, which is that of the records or pairs divided by the design effect of counting by child
(Kish, Survey Sampling, 1965; Franco and others, JSSAM 7, 2019, find this one of the two best for few or extreme trials).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from msgspec import Struct

from hub.domain.disclose import THRESHOLD, disclose

Z = 1.959964
"""Of an interval that holds the true share in 95 cases of 100."""

SMALL = "small groups together"
ALL = "all"

Counts = tuple[int, int]
"""Hits, and of how many."""


class Unit(Struct, frozen=True):
    """One child, or in a sample with truth one person.

    Attributes:
        groups: Dimension (`ethnicity`, `sex`, ...) to the group that the child is in.
        counts: Measure to its hits and trials.
        days: Days from question to decision, of each question about its records that a person has decided.
    """

    groups: Mapping[str, str]
    counts: Mapping[str, Counts]
    days: tuple[float, ...] = ()


class Ratio(Struct, frozen=True):
    """A share with its interval of 95 in 100.

    Attributes:
        hits: `None` where it is held back, as are the others where one of the two counts is.
        per_cent: To two decimals, as `low` and `high`; `None` where there is nothing to divide by.
    """

    hits: int | None = None
    of: int | None = None
    per_cent: float | None = None
    low: float | None = None
    high: float | None = None


class Group(Struct, frozen=True):
    """One group of one dimension.

    Attributes:
        children: `None` where it is held back, and with it all figures of the group.
        figures: By measure.
        median_days: Of decisions; `None` where there are too few to show.
        stands_out: Measures whose interval does not hold the share of all: about one in twenty does so by chance.
    """

    dimension: str
    group: str
    children: int | None
    figures: Mapping[str, Ratio]
    median_days: float | None = None
    stands_out: tuple[str, ...] = ()


def wilson(share: float, trials: float, z: float = Z) -> tuple[float, float]:
    """Return the lower and the upper end of Wilson's score interval.

    Args:
        share: Hits divided by trials, 0 to 1.
        trials: More than none; need not be whole.

    >>> [round(end, 4) for end in wilson(0.9, 50)]
    [0.7864, 0.9565]
    """
    centre, spread = share + z * z / (2 * trials), z * sqrt((share * (1 - share) + z * z / (4 * trials)) / trials)
    whole = 1 + z * z / trials
    return max((centre - spread) / whole, 0.0), min((centre + spread) / whole, 1.0)


def ratio(counts: Sequence[Counts]) -> Ratio:
    """Return the share of all hits in all trials, with its interval.

    Args:
        counts: Of each child that has a trial.

    >>> ratio([(1, 1)] * 90 + [(0, 1)] * 10).low, ratio([(5, 5)] * 18 + [(0, 5)] * 2).low
    (82.52, 69.25)
    """
    hits, of = sum(h for h, _ in counts), sum(n for _, n in counts)
    if not of:
        return Ratio(0, 0)
    share = hits / of
    low, high = wilson(share, trials(counts))
    return Ratio(hits, of, round(100 * share, 2), round(100 * low, 2), round(100 * high, 2))


def trials(counts: Sequence[Counts]) -> float:
    """Return how many independent trials those of several children are worth: at most as many as there are.

    The variance of a ratio of sums over children by Taylor's linearisation, against that of as many single trials.
    """
    hits, of = sum(h for h, _ in counts), sum(n for _, n in counts)
    children, share = sum(n > 0 for _, n in counts), hits / of
    single = share * (1 - share) / of
    if not single or children < 2:
        return float(children)
    squares = sum((h - share * n) ** 2 for h, n in counts)
    by_child = squares / of**2 * children / (children - 1)
    return of / max(by_child / single, 1.0)


def table(units: Sequence[Unit], dimension: str, measures: Sequence[str], threshold: int = THRESHOLD) -> list[Group]:
    """Return what may be shown of one dimension, group by group in order, small groups pooled as the last.

    First children are counted: a group whose number of children is held back is pooled with others like it. Then each
    measure's hits and misses are disclosed as a table of their own.

    Args:
        units: The children.
        dimension: One of their groups, or `ALL`.
        measures: Those to show.
        threshold: Smallest count above zero that is shown.
    """
    pooled = _pooled(units, dimension, threshold)
    counted = disclose({name: {"children": len(them)} for name, them in pooled.items()}, _one("children"), threshold)
    figures: dict[str, dict[str, Ratio]] = defaultdict(dict)
    for measure in measures:
        found = {
            name: [u.counts[measure] for u in them if u.counts.get(measure, (0, 0))[1]] for name, them in pooled.items()
        }
        for name, shown in _shown(found, threshold).items():
            figures[name][measure] = shown
    children = {name: row["children"] for name, row in counted.rows.items()}
    nothing = dict.fromkeys(measures, Ratio())
    return [
        Group(dimension, name, None, nothing) if children[name] is None else Group(
            dimension, name, children[name], figures[name],
            _median([d for u in them for d in u.days], threshold), _outstanding(figures[name], units),
        )
        for name, them in pooled.items()
    ]  # fmt: skip


def _pooled(units: Sequence[Unit], dimension: str, threshold: int) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        found[ALL if dimension == ALL else unit.groups.get(dimension) or "not known"].append(unit)
    shown = disclose({name: {"children": len(them)} for name, them in found.items()}, _one("children"), threshold)
    kept = {name: found[name] for name in sorted(found, key=_place) if shown.rows[name]["children"] is not None}
    small = [unit for name in sorted(found) if name not in kept for unit in found[name]]
    return kept | ({SMALL: small} if small else {})


def _place(name: str) -> tuple[int, str]:
    """Return where a group stands in its table: by name, bands of age by their first year."""
    return (int(name.split()[0]) if name[:1].isdigit() else 0), name


def _one(name: str) -> dict[str, frozenset[str]]:
    return {name: frozenset({name})}


def _shown(found: Mapping[str, Sequence[Counts]], threshold: int) -> dict[str, Ratio]:
    counts = {name: ratio(of) for name, of in found.items()}
    parts = {name: {"hits": r.hits or 0, "misses": (r.of or 0) - (r.hits or 0)} for name, r in counts.items() if r.of}
    sums = _one("hits") | _one("misses") | {"of": frozenset({"hits", "misses"})}
    rows = disclose(parts, sums, threshold).rows if parts else {}
    shown = {}
    for name, one in counts.items():
        row = rows.get(name, {"hits": 0, "misses": 0, "of": 0})
        whole = row["hits"] is not None and row["of"] is not None and (one.of or 0) >= threshold
        shown[name] = one if whole else Ratio(row["hits"], row["of"])
    return shown


def _median(days: Iterable[float], threshold: int) -> float | None:
    ranked = sorted(days)
    if len(ranked) < max(threshold, 1):
        return None
    middle = len(ranked) // 2
    return round(ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2, 2)


def _outstanding(figures: Mapping[str, Ratio], units: Sequence[Unit]) -> tuple[str, ...]:
    found = []
    for measure, one in figures.items():
        everybody = ratio([u.counts[measure] for u in units if measure in u.counts])
        if one.low is not None and one.high is not None and everybody.per_cent is not None \
                and not one.low <= everybody.per_cent <= one.high:  # fmt: skip
            found.append(measure)
    return tuple(found)
