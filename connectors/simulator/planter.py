"""Which episodes a child has: recipes and fates dealt in turn, so that few children show much."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from msgspec.structs import replace

from connectors.simulator.episodes import begin, fates, has_own_time, plant
from connectors.simulator.facts import Fact, happened
from connectors.simulator.lives import Case, Episode, Life
from connectors.simulator.recipe_book import RECIPES
from connectors.simulator.recipes import Recipe
from connectors.simulator.weeks import TODAY, weekday

SHOWN = 150
"""So many children show as much as they can; after them one in three has one episode."""
_LATEST = date(2026, 5, 18)
_GROUPS = ("case", "claim", "", "", "")

Dealt = tuple[Recipe, str]


class Planter:
    """Deals episodes to children in turn."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._keys: Counter[str] = Counter()
        self._over = 0
        self._decks = {group: _Deck(group) for group in ("", *sorted({r.alone for r in RECIPES} - {""}))}

    def with_notices(self, life: Life) -> Life:
        """Return the life with those told who must be told of a request and of the decision on it, or some of them."""
        if life.is_closed or not life.cases:
            return life
        return replace(life, cases=tuple(self._with_notices(case, life.died.on or TODAY) for case in life.cases))

    def _with_notices(self, case: Case, until: date) -> Case:
        rng = Random(f"{self._seed}/notices/{case.process}")
        received_on, decided_on = case.received.on, case.decided.on
        which, after = rng.randrange(6), timedelta(rng.randrange(2, 30))
        if which == 0 and received_on:
            return replace(case, consulted=happened(received_on + after, rng.randrange(3), until))
        if which == 1 and received_on:
            return replace(case, considered=happened(received_on + after, rng.randrange(25), until))
        if which == 2 and decided_on:
            return replace(case, told=happened(decided_on + timedelta(rng.randrange(3)), rng.randrange(9), until))
        return case

    def with_episodes(self, life: Life, index: int) -> Life:
        """Return the life with its episodes: none where the file is closed, one that ends with the child."""
        if life.is_closed or life.plot.startswith("ceased") or (index >= SHOWN and index // 3 % 3):
            return life
        rng = Random(f"{self._seed}/episodes/{index}")
        if life.died.on:
            found = [self._cut_short(life, rng, life.died.on)]
        else:
            groups = _GROUPS if index < SHOWN else _GROUPS[index % 3 : index % 3 + 1]
            found = self._dealt(life, rng, groups, may_delete=index // 2 % 5 == 2)
        return replace(life, episodes=tuple(found))

    def _dealt(self, life: Life, rng: Random, groups: tuple[str, ...], *, may_delete: bool) -> list[Episode]:
        who, quiet_from = life.person, _quiet_from(life)
        is_over = bool(life.cases) and quiet_from <= _LATEST - timedelta(14)
        if is_over:
            self._over += 1
            if self._over % 2 == 0:
                groups = ("leaves",)
        plan = "without_plan" if is_over else "" if life.cases else "with_plan"
        hand = _Hand(plan=plan, has_care=bool(life.care), is_over=is_over, may_delete=may_delete)
        found: list[Episode] = []
        for group in groups:
            if group and life.cases and not is_over:
                continue
            recipe, fate = self._decks[group].deal(hand)
            where = (recipe, fate, self._key(who.area), who.area, who.school)
            if group and is_over:
                room = (_LATEST - quiet_from).days - recipe.span
                found.append(begin(*where, weekday(quiet_from + timedelta(1 + rng.randrange(max(room, 10)))), rng))
            else:
                found.append(plant(*where, rng))
            if fate == "moved_away":  # it would end what else there is, too
                break
        return found

    def _cut_short(self, life: Life, rng: Random, died_on: date) -> Episode:
        """Return an episode that the child's death ends."""
        recipe, _ = self._decks[""].deal(_Hand(has_care=True, is_dying=True))
        who, start = life.person, weekday(died_on - timedelta(rng.randrange(5, 12)))
        return begin(recipe, "never", self._key(who.area), who.area, who.school, start, rng)

    def _key(self, area: str) -> str:
        self._keys[area] += 1
        return f"{area}-E{self._keys[area]:06}"


class _Deck:
    """The recipes of a group, each with all its fates; each time a recipe comes with the fate that was dealt least."""

    def __init__(self, group: str) -> None:
        recipes = _by_turns([recipe for recipe in RECIPES if recipe.alone == group])
        names = [list(fates(recipe)) for recipe in recipes]
        dealt: Counter[str] = Counter()
        self._rounds: list[Dealt] = []
        while any(names):
            for recipe, left in zip(recipes, names, strict=True):
                if left:
                    fate = min(left, key=lambda name: dealt[_kind(name)])
                    left.remove(fate)
                    dealt[_kind(fate)] += 1
                    self._rounds.append((recipe, fate))
        self._left: list[Dealt] = []

    def deal(self, hand: "_Hand") -> Dealt:
        """Return the next that suits the child."""
        for _ in range(2):
            for at, dealt in enumerate(self._left):
                if hand.takes(*dealt):
                    return self._left.pop(at)
            self._left += self._rounds
        raise AssertionError("every round has a recipe for any child")


def _by_turns(recipes: list[Recipe]) -> list[Recipe]:
    """Return the recipes so that the families take turns."""
    seen: Counter[str] = Counter()
    turns = []
    for recipe in recipes:
        turns.append(seen[recipe.family])
        seen[recipe.family] += 1
    return [recipe for _, recipe in sorted(zip(turns, recipes, strict=True), key=lambda pair: pair[0])]


def _kind(fate: str) -> str:
    return fate.partition(":")[0]


class _Hand:
    """What a child may be dealt.

    Args:
        plan: with_plan or without_plan; empty where that changes.
        has_care: Children's social care tells of the child itself.
        is_over: The child's request is, and what needs a quiet case begins after it.
        is_dying: All begins on a day near the death.
        may_delete: One row may be deleted: a full extract that takes back too much is held, and rightly.
    """

    def __init__(
        self, *, plan: str = "", has_care: bool, is_over: bool = False, is_dying: bool = False, may_delete: bool = False
    ) -> None:
        self._taken: set[str] = set()
        self._plan = plan
        self._has_care, self._is_over, self._is_dying, self._may_delete = has_care, is_over, is_dying, may_delete

    def takes(self, recipe: Recipe, fate: str) -> bool:
        """Take it, unless something speaks against it."""
        words = {recipe.rule, *recipe.apart.split()}
        has_its_day = self._is_dying or (self._is_over and bool(recipe.alone))
        if words & self._taken or (recipe.unless_care and self._has_care) or recipe.only not in ("", self._plan):
            return False
        if (has_its_day and has_own_time(recipe, fate)) or (fate == "moved_away" and not has_its_day):
            return False
        if "deleted" in fate:
            if not self._may_delete:
                return False
            self._may_delete = False
        self._taken |= words
        return True


def _quiet_from(life: Life) -> date:
    """Return the day after which nothing more is told of the child's request; the last day where that is open."""
    found = [date.min]
    for case in life.cases:
        is_over = case.withdrawn.on or case.decision == "refuse" or case.outcome == "not_issue"
        found += _days(case.received, case.decided, case.outcome_sent, case.draft, case.withdrawn)
        found += [] if is_over else [date.max]
    return max(found)


def _days(*facts: Fact) -> list[date]:
    return [day for fact in facts for day in (fact.on, *(day for said in fact.said for day in said)) if day]
