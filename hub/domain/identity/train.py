"""Fits the weights to an area's own records, without labels: EM over pairs that share a block (`linkage.md` 5.1).

Four kinds of pairs are told apart, as the weights need them: the same child, siblings, twins and strangers; identifiers,
where both records have one, help to tell. What strangers have in common by chance is counted on pairs far apart.
Sources: Dempster, Laird and Rubin, JRSS B 1977; Winkler, Using the EM Algorithm for Weight Computation, 1988.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import log2, prod

import msgspec

from hub.domain.identity import drift
from hub.domain.identity.block import keys
from hub.domain.identity.compare import ABSENT, FIELDS, LEVELS, levels
from hub.domain.identity.model import Model, Names
from hub.domain.identity.normalise import Person

Pattern = tuple[int, ...]
Table = dict[str, tuple[float, ...]]

ROUNDS = 50
LARGEST_BLOCK = 60
RANDOM_PAIRS = 200_000
KNOWN_NAME = 0.0004
"""Names at least so frequent, and borne by ten records, are kept in the model with their frequency."""

IDENTIFIER = "identifier"


def train(name: str, persons: Sequence[Person], start: Model) -> Model:
    """Return a model fitted to the records; its thresholds and switches are those of `start`.

    Args:
        name: The new model's name.
        persons: What each source record says now; at least a few hundred.
        start: Where EM begins.
    """
    fields = (*FIELDS, *(f"other:{other}" for other in start.others))
    u = _chance(persons, fields, start)
    patterns = _blocked(persons)
    classes, shares, bits = _em(patterns, (*fields, IDENTIFIER), _begin(start, u))
    same, sibling, twin, _ = classes
    pairs, size = sum(patterns.values()), len(persons)
    per_record = [2 * share * pairs / size for share in shares]
    found = zip(("same", "siblings", "twins", "strangers"), per_record, strict=True)
    return msgspec.structs.replace(
        start, name=name, m={field: same[field] for field in fields}, u=u,
        sibling={field: sibling[field] for field in ("given", "birth_date")},
        identifiers=(same[IDENTIFIER][0], sibling[IDENTIFIER][0], twin[IDENTIFIER][0]),
        matches=max(per_record[0], 0.01), siblings=max(per_record[1], 0.01), twins=max(per_record[2], 0.001),
        population=start.population if start.keeps_children else size,
        given=_names([p.given for p in persons]), family=_names([p.family for p in persons]),
        report={"records": float(size), "pairs_compared": float(pairs), "bits_gained": round(bits, 3)}
        | {f"{kind}_per_record": round(value, 4) for kind, value in found} | drift.to_report(persons),
    )  # fmt: skip


def _size(field: str) -> int:
    return 2 if field == IDENTIFIER else len(LEVELS["other" if field.startswith("other:") else field])


def _chance(persons: Sequence[Person], fields: tuple[str, ...], start: Model) -> Table:
    """Return how often strangers reach each level: pairs of records a varying distance apart; never nought."""
    counts: list[Counter[int]] = [Counter() for _ in fields]
    size, step = len(persons), 1
    for n in range(min(RANDOM_PAIRS, size * (size - 1) // 2)):
        step = step + 1 if n % size == 0 else step
        one, other = persons[n % size], persons[(n * 7919 + step * 104_729) % size]
        if one is not other:
            for count, level in zip(counts, levels(one, other), strict=True):
                count[level] += 1
    return {
        field: _smooth([counts[i][n] for n in range(_size(field))], start.u.get(field))
        for i, field in enumerate(fields)
    }


def _smooth(found: Sequence[float], before: Sequence[float] | None, weight: float = 5.0) -> tuple[float, ...]:
    prior = before or [1 / len(found)] * len(found)
    total = sum(found) + weight
    return tuple((n + weight * p) / total for n, p in zip(found, prior, strict=True))


def _blocked(persons: Sequence[Person]) -> Counter[Pattern]:
    """Return how often each pattern of agreement occurs among pairs that share a block; identifiers are its last part."""
    blocks: dict[int, list[int]] = defaultdict(list)
    for number, person in enumerate(persons):
        for key in set(keys(person)):
            blocks[key].append(number)
    pairs: set[tuple[int, int]] = set()
    for block in blocks.values():
        if 1 < len(block) <= LARGEST_BLOCK:
            pairs.update(combinations(block, 2))
    return Counter(_pattern(persons[a], persons[b]) for a, b in pairs)


def _pattern(one: Person, other: Person) -> Pattern:
    agree = [a == b for a, b in ((one.nhs_number, other.nhs_number), (one.upn, other.upn)) if a and b]
    return (*levels(one, other), ABSENT if not agree else 0 if all(agree) else 1)


def _begin(start: Model, u: Mapping[str, tuple[float, ...]]) -> list[dict[str, tuple[float, ...]]]:
    """Return where the four classes begin: same, sibling, twin, stranger."""
    same = dict(start.m)
    sibling = dict(u) | {name: same[name] for name in ("family", "place")} | dict(start.sibling)
    twin = sibling | {"birth_date": same["birth_date"]}
    classes = [same, sibling, twin, dict(u)]
    for table, agree in zip(classes, (*start.identifiers, 1e-6), strict=True):
        table[IDENTIFIER] = (agree, 1 - agree)
    return classes


def _em(
    patterns: Counter[Pattern], fields: tuple[str, ...], classes: list[dict[str, tuple[float, ...]]]
) -> tuple[list[dict[str, tuple[float, ...]]], list[float], float]:
    """Return the fitted classes, their shares of the pairs, and the gain in bits a pair over the beginning."""
    shares = [0.3, 0.3, 0.02, 0.38]
    total = sum(patterns.values())
    first = last = 0.0
    for turn in range(ROUNDS):
        sums = [[[0.0] * _size(field) for field in fields] for _ in classes]
        weights = [0.0] * len(classes)
        bits = 0.0
        for pattern, count in patterns.items():
            odds = [
                share * prod(_probabilities(table, fields, pattern))
                for share, table in zip(shares, classes, strict=True)
            ]
            whole = sum(odds) or 1e-300
            bits += count * log2(whole)
            for k, part in enumerate(odds):
                weight = count * part / whole
                weights[k] += weight
                for i, level in enumerate(pattern):
                    if level != ABSENT:
                        sums[k][i][level] += weight
        classes = [
            {field: _smooth(sums[k][i], classes[k][field], 2.0) for i, field in enumerate(fields)}
            for k in range(len(classes))
        ]
        shares = [weight / total for weight in weights]
        first, last = (bits if turn == 0 else first), bits
    return classes, shares, (last - first) / max(total, 1)


def _probabilities(
    table: Mapping[str, tuple[float, ...]], fields: tuple[str, ...], pattern: Pattern
) -> Iterator[float]:
    for field, level in zip(fields, pattern, strict=True):
        if level != ABSENT:
            yield table[field][level]


def _names(names: Sequence[str]) -> Names:
    """Return the frequent names with their frequency; any other counts as one that was seen twice."""
    counts = Counter(name for name in names if name)
    total = max(sum(counts.values()), 1)
    kept = {name: round(n / total, 6) for name, n in sorted(counts.items()) if n >= 10 and n / total >= KNOWN_NAME}
    return Names(kept, round(2 / total, 9))
