"""One record against one child: the best that its records have in common with it, weighed, and what forbids a link."""

from msgspec import Struct

from hub.domain.identity.cluster import Clusters, Record
from hub.domain.identity.compare import (
    ABSENT,
    FAMILY_DIFFERS,
    GIVEN_ALIKE,
    GIVEN_DIFFERS,
    GIVEN_FORM,
    best,
    levels,
)
from hub.domain.identity.model import Score, Scorer
from hub.domain.identity.normalise import Person
from hub.domain.identity.safety import agreement, doubt, forbids, is_placed


class Weighed(Struct, frozen=True):
    """One candidate.

    Attributes:
        child: The candidate.
        score: What speaks for and against.
        levels: Field by field.
        how: The identifier that agrees, or `score`.
        rule: What forbids an automatic link; empty if nothing does.
        needed: Bits needed to link without asking.
    """

    child: str
    score: Score
    levels: tuple[int, ...]
    how: str
    rule: str
    needed: float

    @property
    def is_sure(self) -> bool:
        """Tell whether it may be linked without asking."""
        return not self.rule and self.score.bits >= self.needed


def weigh(
    record: Record, person: Person, child: str, clusters: Clusters, scorer: Scorer, without: Record | None = None
) -> Weighed:
    """Weigh one candidate.

    Args:
        record: Whose place is sought.
        person: What it says now.
        child: The candidate.
        clusters: The area's.
        scorer: The model.
        without: A record of the candidate that does not count: the record itself, weighed against those it is with.
    """
    records = sorted(clusters.records[child] - {without}) if without else []
    faces = clusters.faces_of(records) if without else clusters.faces(child)
    now = [clusters.people[r] for r in records if r in clusters.people] if without else clusters.persons(child)
    names = _Names(clusters, scorer)
    found: tuple[int, ...] = (ABSENT,) * len(scorer.fields)
    for own in (person, *clusters.past.get(record, ())):
        for face in faces:
            found = best(found, names.checked(levels(own, face), own, face))
    agree, broken = agreement(person, now, clusters)
    score = scorer.score(found, names.chance, len(clusters.people), agree)
    how = next((name for name, same in agree.items() if same), "score")
    limits = scorer.model.thresholds
    if not scorer.model.keeps_children:
        return Weighed(child, score, found, how, broken, limits.auto if how == "score" else limits.identifier)
    rule = broken or forbids(found, agree)
    if how != "score":
        return Weighed(child, score, found, how, rule, limits.identifier)
    if not rule and not is_placed(found) and names.are_common(found):
        rule = "common_name"
    return Weighed(child, score, found, how, rule, limits.auto + limits.doubtful * doubt(found))


class _Names:
    """How common the names are that a record and a child have in common."""

    def __init__(self, clusters: Clusters, scorer: Scorer) -> None:
        self._clusters, self._scorer = clusters, scorer
        self._given = self._family = 1.0
        self._form = 0.0

    @property
    def chance(self) -> tuple[float, float]:
        """How often the very given name and the very family name occur."""
        return self._given, self._family

    def checked(self, one: tuple[int, ...], own: Person, face: Person) -> tuple[int, ...]:
        """Return the levels, two common given names that are spelt alike as two names; note how common the names are.

        Twins are often called alike: Lola is no slip of the pen for Lyla.
        """
        given, family = one[:2]
        if given == 0:
            self._given = min(self._given, self._frequency(0, own.given))
        elif given == GIVEN_FORM:
            self._form = max(self._form, self._frequency(0, own.given) + self._frequency(0, face.given))
        elif given == GIVEN_ALIKE and self._scorer.model.keeps_children and self._are_known(own.given, face.given):
            one = (GIVEN_DIFFERS, *one[1:])
        if family == 0:
            self._family = min(self._family, self._frequency(1, own.family))
        return one

    def are_common(self, found: tuple[int, ...]) -> bool:
        """Tell whether others of that name and birth date must be expected among those whom the area does not know yet."""
        model = self._scorer.model
        size = max(len(self._clusters.people), model.population)
        given = self._given if found[0] == 0 else max(self._form, model.u["given"][found[0]])
        family = self._family if found[1] == 0 else model.u["family"][found[1]]
        return found[1] != FAMILY_DIFFERS and given * family * size >= model.thresholds.common

    def _are_known(self, one: str, other: str) -> bool:
        known = self._scorer.model.given.frequency
        return one in known and other in known

    def _frequency(self, which: int, name: str) -> float:
        """Return how often a name occurs: what the model knows, corrected by what the area has seen."""
        model = self._scorer.model
        known = (model.given, model.family)[which]
        before, weight = known.frequency.get(name, known.rest), model.population
        return (before * weight + self._clusters.seen(which, name)) / (weight + len(self._clusters.people))
