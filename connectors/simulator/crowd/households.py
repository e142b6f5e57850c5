"""Invented families: who belongs together, and when they move, part or take another name."""

from bisect import bisect
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from msgspec.structs import replace

from connectors.simulator.crowd import naming
from connectors.simulator.crowd.numbers import Numbers
from connectors.simulator.crowd.people import Child, ethnicity, traditions
from connectors.simulator.crowd.places import Home, Places

FIRST_BIRTH, LAST_BIRTH = date(2000, 9, 1), date(2025, 12, 31)
_DAYS = (LAST_BIRTH - FIRST_BIRTH).days + 1
_SIZES = (0.435, 0.81, 0.945, 0.983, 0.998)
"""Shares of households with at most one, two, ... five children."""
_GAP = (330, 2200)
_TWINS, _ADOPTED = 0.015, 0.001
_DOUBLE_NAME, _OTHER_NAME, _NEW_NAME = 0.04, 0.18, 0.04
_MOVES, _PLACED_ELSEWHERE = 0.42, 0.7
_LOOKED_AFTER = 0.01
_MIDDLE, _GIVEN_KEPT = 0.33, 0.65

Since = tuple[float, str]
Brood = tuple[Child, ...]


class Households:
    """Makes one family after the other, until there are as many children as asked for."""

    def __init__(self, areas: int, children: int, seed: int, numbers: Numbers) -> None:
        self._areas, self._children = areas, children
        self._rng = Random(f"{seed}/households")
        self._numbers, self._places = numbers, Places(areas, children)

    def all(self) -> Iterator[tuple[Brood, tuple[Child, Child] | None]]:
        """Yield each household's children, and the two identities of one who is adopted out of it.

        The second identity is a member of the next household; both count as children.
        """
        made, arriving = 0, None
        while made < self._children or arriving:
            brood = self._brood(self._children - made, arriving)
            made += len(brood) - (arriving is not None)
            adopted = self._adoption(brood[0]) if made < self._children and self._rng.random() < _ADOPTED else None
            if adopted:
                brood, made = (adopted[0], *brood[1:]), made + 1
            arriving = adopted[1] if adopted else None
            yield brood, adopted

    def _brood(self, room: int, arriving: Child | None) -> Brood:
        rng = self._rng
        area = rng.randrange(self._areas)
        group = ethnicity(area, rng)
        tradition = traditions(group, rng)
        homes, names = self._homes(area), self._names(tradition[1])
        brood: list[Child] = []
        for born, twin in self._births(room):
            child = self._child({other.given for other in brood}, group, tradition, born)
            child.twin, child.homes = twin, self._homes_of(child, homes)
            child.names = self._borne(
                names if not brood or rng.random() > _OTHER_NAME else self._names(tradition[1]), child
            )
            brood.append(child)
        if arriving:
            arriving.homes, arriving.names = homes, self._borne(names, arriving)
            brood.append(arriving)
        return tuple(brood)

    def _births(self, room: int) -> list[tuple[date, int]]:
        """Return dates of birth, each with 1 or 2 for twins, else 0; never more than there is room for."""
        rng = self._rng
        size = min(bisect(_SIZES, rng.random()) + 1, room)
        births: list[tuple[date, int]] = []
        while len(births) < size:
            born = self._birth([day for day, _ in births])
            is_twins = len(births) + 2 <= room and rng.random() < _TWINS
            births += [(born, 1), (born, 2)] if is_twins else [(born, 0)]
        return births

    def _birth(self, before: list[date]) -> date:
        if not before:
            return FIRST_BIRTH + timedelta(days=self._rng.randrange(_DAYS))
        gap = timedelta(days=self._rng.randrange(*_GAP))
        return later if (later := max(before) + gap) <= LAST_BIRTH else min(before) - gap

    def _child(self, taken: set[str], group: str, tradition: tuple[str, str], born: date) -> Child:
        rng = self._rng
        sex = "M" if rng.random() < 0.513 else "F"
        given = naming.given(tradition[0], sex, born.year, rng)
        while given in taken:
            given = naming.given(tradition[0], sex, born.year, rng)
        middle = naming.given(tradition[0], sex, born.year - 15, rng) if rng.random() < _MIDDLE else ""
        is_looked_after = rng.random() < _LOOKED_AFTER
        return Child(
            self._numbers.entity(), group, sex, born, given, middle, *tradition, is_looked_after=is_looked_after
        )

    def _names(self, tradition: str) -> tuple[Since, ...]:
        """Return the household's family name, and what it is changed to, if it is."""
        rng = self._rng
        first = naming.family(tradition, rng)
        if rng.random() < _DOUBLE_NAME and " " not in first:
            first = f"{first}-{naming.family('british', rng)}"
        if rng.random() >= _NEW_NAME:
            return ((0.0, first),)
        other = naming.family(tradition, rng)
        return ((0.0, first), (rng.random(), f"{first}-{other}" if "-" not in first and rng.random() < 0.4 else other))

    def _borne(self, names: tuple[Since, ...], child: Child) -> tuple[Since, ...]:
        rng = self._rng
        return tuple((since, naming.borne(name, child.family_tradition, child.sex, rng)) for since, name in names)

    def _homes(self, area: int) -> tuple[tuple[float, Home], ...]:
        rng, homes = self._rng, [(0.0, self._places.home(area, self._rng))]
        while rng.random() < _MOVES and len(homes) < 3:
            where = area if rng.random() < 0.93 else rng.randrange(self._areas)
            homes.append((rng.random(), self._places.home(where, rng)))
        return tuple(sorted(homes, key=lambda home: home[0]))

    def _homes_of(self, child: Child, homes: tuple[tuple[float, Home], ...]) -> tuple[tuple[float, Home], ...]:
        """Return where the child lives: a looked-after child mostly not with its family for the whole time."""
        if not child.is_looked_after or self._rng.random() > _PLACED_ELSEWHERE:
            return homes
        since = self._rng.random()
        kept = tuple(home for home in homes if home[0] < since)
        return (*kept, (since, self._places.home(homes[0][1].area, self._rng)))

    def _adoption(self, child: Child) -> tuple[Child, Child]:
        """Return the child until its adoption, and as who it lives from then on: other numbers, name and home."""
        rng, day = self._rng, self._rng.uniform(0.2, 0.8)
        given = child.given
        if rng.random() > _GIVEN_KEPT:
            given = naming.given(child.tradition, child.sex, child.born.year, rng)
        new = replace(
            child, entity=self._numbers.entity(), given=given, lives=(day, 1.0), twin=0, is_looked_after=False
        )
        return replace(child, lives=(0.0, day), is_looked_after=True), new
