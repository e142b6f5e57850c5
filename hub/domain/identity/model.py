"""The weights of agreement: Fellegi and Sunter's odds, against a stranger, a brother or sister, and a twin alike.

A record and a child agree as they would if they were the same person (`m`), or by chance (`u`). Plain odds of the two
merge twins, who share family name, home and birth date. So the alternative is a mixture: a stranger (all fields by
chance), a sibling (family name and home as for the same person) and a twin (birth date too). Sources: Fellegi and
Sunter, A Theory for Record Linkage, JASA 1969; `linkage.md` 4.1.
"""

from collections.abc import Mapping
from math import log2
from typing import Any

from msgspec import Struct, field

from hub.domain.identity.compare import ABSENT, FIELDS
from hub.domain.identity.normalise import Person, person

NEVER = 1e-9
RARELY = 1e-5
"""The least that a level counts as for one child: what training saw in none of its pairs may still be a slip of the pen."""


class Names(Struct, frozen=True):
    """How often names occur, as known before the area has told us any; `rest` is what any other name counts as."""

    frequency: Mapping[str, float] = field(default_factory=dict)
    rest: float = 1e-4


class Thresholds(Struct, frozen=True):
    """In bits (log2 odds); `linkage.md` 5.1.

    Attributes:
        identifier: At least this, where an identifier agrees, to link without asking.
        auto: At least this, where none does.
        doubtful: This much more where the home does not support it or the birth date is poor.
        gap: The best child must be this much better than the next one.
        merge: At least this to make one child of two.
        review: At least this to ask a person.
        common: How often a whole name must be expected in the population for the home to be needed.
    """

    identifier: float = 4.0
    auto: float = 6.0
    doubtful: float = 4.0
    gap: float = 4.0
    merge: float = 8.0
    review: float = -2.0
    common: float = 0.05


class Model(Struct, frozen=True, kw_only=True):
    """A trained model; its file is versioned, and a new one is a new, announced decision (invariant 8).

    Attributes:
        name: Its name, unique for its content.
        m: For each field the probability of each level for two records of one child.
        u: The same for two strangers.
        sibling: For `given` and `birth_date`, the same for brothers and sisters.
        identifiers: Probability that an identifier agrees, where both have one: same child, sibling or twin.
        matches: Expected pairs of records of one child, per record and record of the area: what the prior is made of.
        siblings: The same for records of siblings.
        twins: The same for twins.
        population: Records that an area is assumed to have as long as it has fewer.
        others: Names of further fields to compare.
        one_per_child: Sources that are known to have no child twice.
        keeps_children: Whether the rules that protect children hold; a hub takes no model without them.
    """

    name: str
    m: Mapping[str, tuple[float, ...]]
    u: Mapping[str, tuple[float, ...]]
    sibling: Mapping[str, tuple[float, ...]]
    identifiers: tuple[float, float, float] = (0.995, 0.0005, 0.001)
    matches: float = 2.0
    siblings: float = 2.0
    twins: float = 0.05
    population: int = 20000
    given: Names = Names()
    family: Names = Names()
    others: tuple[str, ...] = ()
    one_per_child: tuple[str, ...] = ()
    keeps_children: bool = True
    thresholds: Thresholds = Thresholds()
    report: Mapping[str, float] = field(default_factory=dict)


class Score(Struct, frozen=True):
    """What speaks for and against one child, in bits; the parts add up to `bits`.

    Attributes:
        bits: log2 of the odds that they are the same.
        parts: (field, level, bits) in the order of the fields; `prior` and `household` are the first and the last.
    """

    bits: float
    parts: tuple[tuple[str, int, float], ...]


class Scorer:
    """A model made ready to score quickly."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.fields = (*FIELDS, *(f"other:{name}" for name in model.others))
        self._m = [[log2(max(p, RARELY)) for p in model.m[name]] for name in self.fields]
        self._u = [[log2(max(p, NEVER)) for p in model.u[name]] for name in self.fields]
        self._sibling = [
            self._of_class(name, i, ("family", "place"), model.sibling) for i, name in enumerate(self.fields)
        ]
        self._twin = [
            self._of_class(name, i, ("family", "place", "birth_date"), {"given": model.sibling["given"]})
            for i, name in enumerate(self.fields)
        ]
        self._id = [(log2(p), log2(1 - p)) for p in model.identifiers]

    def person(self, data: dict[str, Any]) -> Person:
        """Return what the model compares of a PersonDescribed."""
        return person(data, self.model.others, self.model.keeps_children)

    def _of_class(
        self, name: str, index: int, alike: tuple[str, ...], own: Mapping[str, tuple[float, ...]]
    ) -> list[float]:
        if name in alike:
            return self._m[index]
        return [log2(max(p, NEVER)) for p in own[name]] if name in own else self._u[index]

    def score(
        self, levels: tuple[int, ...], chance: tuple[float, float], records: int, agree: Mapping[str, bool]
    ) -> Score:
        """Return the odds for the levels of agreement.

        Args:
            levels: One level a field.
            chance: How often the very given name and the very family name occur, where they are the same.
            records: Records of the area.
            agree: For each identifier that both have, whether it is the same.
        """
        size = max(records, self.model.population)
        model = self.model
        prior = log2(model.matches / size)
        same, stranger, sibling, twin = 0.0, 0.0, log2(model.siblings / size), log2(model.twins / size)
        parts: list[tuple[str, int, float]] = [("prior", ABSENT, prior)]
        for i, level in enumerate(levels):
            if level == ABSENT:
                continue
            m, u, s, t = self._m[i][level], self._u[i][level], self._sibling[i][level], self._twin[i][level]
            if level == 0 and i < 2:  # a rare name says more
                u = log2(chance[i])
                if i == 1:
                    s = t = m
            parts.append((self.fields[i], level, m - u))
            same, stranger, sibling, twin = same + m, stranger + u, sibling + s, twin + t
        for name, is_same in agree.items():
            at = 0 if is_same else 1
            m, u = self._id[0][at], log2(1 / size) - 4 if is_same else 0.0
            parts.append((name, at, m - u))
            same, stranger = same + m, stranger + u
            sibling, twin = sibling + self._id[1][at], twin + self._id[2][at]
        most = max(stranger, sibling, twin)
        against = most + log2(2 ** (stranger - most) + 2 ** (sibling - most) + 2 ** (twin - most))
        household = stranger - against
        parts.append(("household", ABSENT, household))
        return Score(prior + same - against, tuple(parts))
