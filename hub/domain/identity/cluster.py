"""Which source records make up which child, with the indexes that find candidates. One area's; in memory."""

from collections import defaultdict
from collections.abc import Iterable

from hub.domain.identity.normalise import Person

Record = tuple[str, str]
"""A source record: (source, local id)."""


class Clusters:
    """The children of one area as sets of source records."""

    def __init__(self) -> None:
        self.child_of: dict[Record, str] = {}
        self.people: dict[Record, Person] = {}
        self.records: dict[str, set[Record]] = defaultdict(set)
        self.created: dict[str, int] = {}
        self.decided: set[Record] = set()
        self.apart: set[tuple[Record, str]] = set()
        self._index: dict[tuple[str, ...], set[Record]] = defaultdict(set)

    def link(self, record: Record, child: str) -> None:
        """Put the record into the child, out of any other."""
        old = self.child_of.get(record)
        if old is not None:
            self.records[old].discard(record)
        self.child_of[record] = child
        self.records[child].add(record)

    def forget(self, record: Record) -> None:
        """Take the record out of everything."""
        self.describe(record, None)
        child = self.child_of.pop(record, None)
        if child is not None:
            self.records[child].discard(record)
        self.decided.discard(record)

    def describe(self, record: Record, person: Person | None) -> None:
        """Replace what is known of the record."""
        old = self.people.pop(record, None)
        if old is not None:
            for key in keys_of(old):
                self._index[key].discard(record)
        if person is not None:
            self.people[record] = person
            for key in keys_of(person):
                self._index[key].add(record)

    def find(self, key: tuple[str, ...]) -> Iterable[Record]:
        """Return the records under an index key, in order."""
        return sorted(self._index.get(key, ()))

    def persons(self, child: str) -> list[Person]:
        """Return what the child's records say, in order of record."""
        return [self.people[r] for r in sorted(self.records.get(child, ())) if r in self.people]

    def are_apart(self, record: Record, child: str) -> bool:
        """Tell whether a person keeps the record, or those it is together with, apart from the child's."""
        if not self.apart:
            return False
        here = self.child_of.get(record, "")
        ours = {record} | self.records.get(here, set())
        theirs = self.records.get(child, set())
        return any((one, child) in self.apart for one in ours) or any((one, here) in self.apart for one in theirs)

    def is_restricted(self, child: str) -> bool:
        """Tell whether any record of the child is restricted."""
        return any(person.is_restricted for person in self.persons(child))


def keys_of(person: Person) -> list[tuple[str, ...]]:
    """Return the index keys of a record: identifiers, the careful name rule, and the block of possible matches."""
    keys: list[tuple[str, ...]] = []
    if person.nhs_number:
        keys.append(("nhs_number", person.nhs_number))
    if person.upn:
        keys.append(("upn", person.upn))
    if person.birth_date and person.postcode:
        keys.append(("home", person.birth_date, person.postcode))
        if person.family and person.given:
            keys.append(("name", person.family, person.given, person.birth_date, person.postcode))
    if person.birth_date and person.family and person.given:
        keys.append(("born", person.family, person.given, person.birth_date))
    return keys
