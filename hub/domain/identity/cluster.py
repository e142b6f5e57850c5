"""Which source records make up which child, with the indexes that find candidates. One area's; in memory."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from hub.domain.identity.block import Key, identifier_keys, keys
from hub.domain.identity.normalise import Person

Record = tuple[str, str]
"""A source record: (source, local id)."""

MOST_IN_A_BLOCK = 128
"""A key that so many share says nothing; an identifier is always looked up."""

MOST_PAST = 4
"""Earlier descriptions of a record that are still compared."""


NOTHING: Mapping[str, str] = {}


class Clusters:
    """The children of one area as sets of source records."""

    def __init__(self) -> None:
        self.child_of: dict[Record, str] = {}
        self.people: dict[Record, Person] = {}
        self.past: dict[Record, tuple[Person, ...]] = {}
        self.records: dict[str, set[Record]] = defaultdict(set)
        self.created: dict[str, int] = {}
        self.decided: set[Record] = set()
        self.apart: set[tuple[Record, str]] = set()
        self.superseded: dict[str, str] = {}
        self.sealed: set[str] = set()
        self.veiled: dict[Record, set[str]] = {}
        self.sealed_numbers: Counter[str] = Counter()
        self.closed: set[str] = set()
        self.hidden: set[Record] = set()
        self._index: dict[Key, Record | list[Record]] = {}
        self._names: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._faces: dict[str, tuple[Person, ...]] = {}

    def link(self, record: Record, child: str) -> None:
        """Put the record into the child, out of any other."""
        old = self.child_of.get(record)
        if old is not None:
            self.records[old].discard(record)
            self._faces.pop(old, None)
        self.child_of[record] = child
        self.records[child].add(record)
        self._faces.pop(child, None)

    def forget(self, record: Record) -> None:
        """Take the record out of everything."""
        self.describe(record, None)
        self._unlist(record, self.past.pop(record, ()))
        child = self.child_of.pop(record, None)
        if child is not None:
            self.records[child].discard(record)
            self._faces.pop(child, None)
        self.decided.discard(record)
        self.unveil(record)

    def describe(self, record: Record, person: Person | None) -> None:
        """Replace what is known of the record; what it said before is still compared, but for its identifiers."""
        old = self.people.pop(record, None)
        if old == person and person is not None:
            self.people[record] = person
            return
        self._faces.pop(self.child_of.get(record, ""), None)
        if old is not None:
            self._unlist(record, (old,))
            self._count(old, -1)
        if person is not None:
            self.people[record] = person
            self._count(person, 1)
        self._remember(record, old, person)
        for one in (*self.past.get(record, ()), *((person,) if person else ())):
            for key in keys(one):
                self._enter(key, record)
        if person is not None and record in self.veiled:
            self._seal_numbers(record, person)

    def _remember(self, record: Record, old: Person | None, person: Person | None) -> None:
        before = self.past.pop(record, ())
        self._unlist(record, before)
        if person is None or person.is_restricted or (old is not None and old.is_restricted):
            return
        if old is not None:
            bare = msgspec.structs.replace(old, nhs_number="", upn="", former_upn="")
            before = (*(one for one in before if one != bare), bare)[-MOST_PAST:]
        if before:
            self.past[record] = before

    def _enter(self, key: Key, record: Record) -> None:
        held = self._index.get(key)
        if held is None:
            self._index[key] = record
        elif isinstance(held, list):
            if record not in held:
                held.append(record)
        elif held != record:
            self._index[key] = [held, record]

    def _unlist(self, record: Record, persons: Iterable[Person]) -> None:
        for person in persons:
            for key in keys(person):
                held = self._index.get(key)
                if isinstance(held, list):
                    if record in held:
                        held.remove(record)
                        if len(held) == 1:
                            self._index[key] = held[0]
                elif held == record:
                    del self._index[key]

    def _count(self, person: Person, by: int) -> None:
        for counts, name in zip(self._names, (person.given, person.family), strict=True):
            if name:
                left = counts.get(name, 0) + by
                if left:
                    counts[name] = left
                else:
                    counts.pop(name, None)

    def seen(self, which: int, name: str) -> int:
        """Return how many records bear the given name (0) or the family name (1)."""
        return self._names[which].get(name, 0)

    def candidates(self, record: Record, person: Person) -> list[str]:
        """Return children that share a key with the person, in the order in which they were created."""
        found: set[str] = set()
        exact = set(identifier_keys(person))
        looked_up = [keys(one) for one in (person, *self.past.get(record, ()))]
        if self.superseded and person.nhs_number and not person.is_sealed:
            looked_up.append(tuple(hash(("n", number)) for number in self.same_numbers(person.nhs_number)))
            exact.update(looked_up[-1])
        for where in looked_up:
            for key in where:
                held = self._index.get(key)
                if held is None:
                    continue
                if not isinstance(held, list):
                    found.add(self.child_of[held])
                elif len(held) <= MOST_IN_A_BLOCK or key in exact:
                    found.update(self.child_of[other] for other in held)
        return sorted(found, key=lambda child: (self.created.get(child, 0), child))

    def faces(self, child: str) -> tuple[Person, ...]:
        """Return what the child's records say and said, each once."""
        held = self._faces.get(child)
        if held is None:
            held = self._faces[child] = self.faces_of(sorted(self.records.get(child, ())))
        return held

    def faces_of(self, records: Iterable[Record]) -> tuple[Person, ...]:
        """Return what the records say and said, each once."""
        found: dict[Person, None] = {}
        for record in records:
            if record in self.people:
                found[self.people[record]] = None
            found.update(dict.fromkeys(self.past.get(record, ())))
        return tuple(found)

    def persons(self, child: str) -> list[Person]:
        """Return what the child's records say now, in order of record."""
        return [self.people[r] for r in sorted(self.records.get(child, ())) if r in self.people]

    def number(self, nhs_number: str, also: Mapping[str, str] = NOTHING) -> str:
        """Return the NHS number that has taken the place of this one; empty where it was made invalid.

        Args:
            nhs_number: A number.
            also: What is about to be taken in: old number to new.
        """
        path = [nhs_number]
        while path[-1] in self.superseded or path[-1] in also:
            following = also[path[-1]] if path[-1] in also else self.superseded[path[-1]]
            if following in path:
                return min(path[path.index(following) :])
            path.append(following)
        return path[-1]

    def same_numbers(self, nhs_number: str, also: Mapping[str, str] = NOTHING) -> list[str]:
        """Return the NHS numbers that are one with this: itself, and all that took the place of each other; in order."""
        now = self.number(nhs_number, also)
        others = (now, *self.superseded, *also)
        return sorted({nhs_number, *(n for n in others if now and self.number(n, also) == now)})

    def with_number(self, nhs_number: str) -> list[Record]:
        """Return the records that say this NHS number now, in order; none of a closed identity."""
        return [r for r in self._that_say("n", nhs_number) if self.people[r].nhs_number == nhs_number]

    def _that_say(self, kind: str, number: str) -> list[Record]:
        held = self._index.get(hash((kind, number)))
        found = held if isinstance(held, list) else [held] if held is not None else []
        return sorted(r for r in found if r in self.people and number in numbers_of(self.people[r]))

    def seal(self, child: str) -> None:
        """Close an identity: its records leave every index, and records with its numbers never enter one."""
        self.sealed.add(child)
        self.closed.add(child)
        for record in sorted(self.records.get(child, ())):
            self.veil(record)

    def veil(self, record: Record) -> None:
        """Close a record of a closed identity, with every other that has a number it says or will say."""
        self.veiled.setdefault(record, set())
        if record in self.people:
            self.describe(record, msgspec.structs.replace(self.people[record], is_sealed=True))

    def unveil(self, record: Record) -> None:
        """Open a record that was closed by mistake, as a person has said; others keep what they were closed by."""
        self.sealed_numbers.subtract(self.veiled.pop(record, ()))
        self.sealed_numbers += Counter()

    def _seal_numbers(self, record: Record, person: Person) -> None:
        for kind, number in (("n", person.nhs_number), ("u", person.upn), ("u", person.former_upn)):
            if not number or number in self.veiled[record]:
                continue
            self.veiled[record].add(number)
            self.sealed_numbers[number] += 1
            for other in self._that_say(kind, number):
                self.closed.add(self.child_of[other])
                self.describe(other, msgspec.structs.replace(self.people[other], is_sealed=True))

    def is_sealed(self, record: Record, person: Person) -> bool:
        """Tell whether the record belongs to a closed identity, by itself or by a number."""
        if not self.sealed:
            return False
        return record in self.veiled or any(number in self.sealed_numbers for number in numbers_of(person))

    def between(self, here: str, there: str) -> set[tuple[Record, str]]:
        """Return what a person has said to keep two children apart."""
        both = {here: there, there: here}
        return {(record, child) for record, child in self.apart if both.get(child) == self.child_of.get(record, " ")}

    def are_apart(self, record: Record, child: str) -> bool:
        """Tell whether a person keeps the record, or those it is together with, apart from the child's."""
        if not self.apart:
            return False
        here = self.child_of.get(record, "")
        return self.children_apart(here, child) or (record, child) in self.apart

    def children_apart(self, here: str, there: str) -> bool:
        """Tell whether a person keeps a record of one child apart from the other."""
        if not self.apart:
            return False
        ours, theirs = self.records.get(here, set()), self.records.get(there, set())
        return any((one, there) in self.apart for one in ours) or any((one, here) in self.apart for one in theirs)

    def is_restricted(self, child: str) -> bool:
        """Tell whether any record of the child is restricted, by what it says or by the area that handed it over."""
        if child in self.sealed or not self.hidden.isdisjoint(self.records.get(child, ())):
            return True
        return any(person.is_restricted for person in self.persons(child))


def numbers_of(person: Person) -> tuple[str, str, str]:
    """Return the identifiers of a record, empty where it has none."""
    return person.nhs_number, person.upn, person.former_upn
