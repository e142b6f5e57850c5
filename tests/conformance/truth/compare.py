"""What was planted beside what the hub says: confusion tables, and every difference by itself."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct, field

from tests.conformance.truth.planted import PENDING, Duty, LineWeek, Record, Standing, Truth, Week, line_weeks, standing
from tests.conformance.truth.world import Said

ABSENT = "not there"
Key = tuple[str, str, str, str, str]
"""Child, rule, body, process and advice request: what a planted duty and an obligation have in common."""


class Difference(Struct, frozen=True):
    """One thing that was planted in one way and is said in another."""

    what: str
    planted: str
    hub: str
    true_on: date
    known_on: date
    where: str


class Compared(Struct):
    """A confusion table, (planted, hub) to how often, and what does not agree.

    Attributes:
        families: The same by family, (family, planted, hub).
        unplanted: Rule to how often a duty of it stood that no episode planted, of rules that only episodes plant.
    """

    table: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    families: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unplanted: Counter[str] = field(default_factory=Counter)

    def add(self, at: Said, what: str, wanted: str, hub: str, where: str) -> None:
        """Count one pair, and keep it if the two differ."""
        self.table[wanted, hub] += 1
        if wanted != hub:
            self.differences.append(Difference(what, wanted, hub, at.true_on, at.known_on, where))

    def __iadd__(self, other: "Compared") -> "Compared":
        self.table += other.table
        self.differences += other.differences
        self.families += other.families
        self.unplanted += other.unplanted
        return self


class People:
    """Which child of the hub a planted person is, by the council's record of it."""

    def __init__(self, truth: Truth) -> None:
        councils = {feed.source for feed in truth.feeds if feed.connector == "ehc_casework"}
        self._record = {
            person.id: (person.area, record.source, record.local_id)
            for person in truth.people
            for record in person.records
            if record.source in councils
        }

    def child(self, said: Said, person: str) -> str:
        """Return the child, empty if the hub has not heard of the person."""
        return said.child_of.get(self._record[person], "")


def duties(truth: Truth, said: Said, obligations: dict[int, str] | None = None) -> Compared:
    """Compare the state and the dates of every duty.

    Args:
        obligations: Takes the id of the obligation that each planted duty is, by its place in the truth.
    """
    people, compared = People(truth), Compared()
    by_key: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in said.obligations:
        by_key[row["child"], row["rule"], row["body"], row["process"], row["advice_request"]].append(row)
    used = set()
    for place, duty in enumerate(truth.duties):
        planted = standing(truth, duty, said.true_on, said.known_on)
        found = by_key[people.child(said, duty.person), duty.rule, duty.body, duty.process, duty.advice_request]
        used |= {row["obligation"] for row in found}
        if planted or found:
            pair = _pair(planted, found)
            compared.add(said, duty.rule, *pair, _of_duty(duty))
            compared.families[truth.families[duty.rule], *pair] += 1
        if obligations is not None and len(found) == 1:
            obligations[place] = found[0]["obligation"]
    for row in said.obligations:
        if row["obligation"] in used:
            continue
        if row["rule"] in truth.wholly:
            compared.add(said, row["rule"], ABSENT, _neutral(row["state"]), f"obligation {row['obligation']}")
        else:
            compared.unplanted[row["rule"]] += 1
    return compared


def _pair(planted: Standing | None, found: list[dict[str, Any]]) -> tuple[str, str]:
    """Return how the two stand, with their dates and days late where only these differ."""
    states = [_neutral(row["state"]) for row in found]
    if planted is None:
        return ABSENT, " and ".join(states)
    if states != [planted.state]:
        return planted.state, " and ".join(states) or ABSENT
    dates = f"{planted.started_on} to {planted.due_on}, late by {planted.late_by}, known {planted.known_late_since}"
    said = "{started_on} to {due_on}, late by {was_late_by}, known {known_late_since}".format(**found[0])
    return (planted.state, planted.state) if dates == said else (f"{planted.state} {dates}", f"{states[0]} {said}")


def _neutral(state: str) -> str:
    return PENDING if state in ("open", "at_risk") else state


def _of_duty(duty: Duty) -> str:
    return " ".join(filter(None, (duty.person, duty.process, duty.advice_request, f"({duty.planted})")))


AMOUNTS = ("promised", "delivered", "missed_by_provider", "missed_by_child", "not_reported")


def provision(truth: Truth, said: Said, sums: Counter[tuple[str, str]] | None = None) -> Compared:
    """Compare every line of provision in every week.

    Args:
        sums: Takes the amounts, by who says so and what.
    """
    people, compared = People(truth), Compared()
    rows = {(row["child"], row["line"], row["period"]): row for row in said.provision}
    for week, planted in line_weeks(truth, said.true_on, said.known_on):
        row = rows.pop((people.child(said, week.person), week.line, str(week.week)), None)
        compared.add(said, "provision", *_weeks(planted, row), _of_week(week))
        if sums is not None and planted.state == "judged":
            _sum(sums, planted, row)
    for (child, line, period), row in rows.items():
        compared.add(said, "provision", ABSENT, row["state"], f"{child} {line} {period}")
    return compared


def _weeks(planted: LineWeek, row: dict[str, Any] | None) -> tuple[str, str]:
    if row is None:
        return planted.state, ABSENT
    expected, found = [getattr(planted, name) for name in AMOUNTS], [row[name] for name in AMOUNTS]
    if expected == found:
        return planted.state, row["state"]
    return f"{planted.state} {expected}", f"{row['state']} {found}"


def _sum(sums: Counter[tuple[str, str]], planted: LineWeek, row: dict[str, Any] | None) -> None:
    for name in AMOUNTS:
        sums["planted", name] += getattr(planted, name)
        sums["hub", name] += row[name] if row else 0


def _of_week(week: Week) -> str:
    return f"{week.person} {week.line} {week.week}"


class Joined(Struct, frozen=True):
    """How the records of people were joined: each once, by what became of it.

    Attributes:
        joined: Records that carry enough, with the council's record of their person (the first, if it told of none).
        split: Records that carry enough and are elsewhere.
        wrong: Children that hold records of more than one person.
        missing: Records that no area of the hub has.
        strange: Records of an area that nobody planted.
        alone: Records that carry too little, and were not joined.
        by_chance: Records that carry too little, and were joined rightly all the same.
        children: How many children they make.
    """

    joined: list[str]
    split: list[str]
    wrong: list[str]
    missing: list[Record]
    strange: list[str]
    alone: list[str]
    by_chance: list[str]
    children: int


def identity(truth: Truth, said: Said) -> Joined:
    """Compare which records make up which child."""
    people, whose = People(truth), defaultdict(set)
    found: dict[tuple[bool, bool], list[str]] = defaultdict(list)
    missing, left = [], {record: child for record, child in said.child_of.items() if record[0] != "unplaced"}
    for person in truth.people:
        known = (said.child_of.get((person.area, r.source, r.local_id)) for r in person.records if r.sure)
        own = people.child(said, person.id) or next(filter(None, known), "")
        for record in person.records:
            child = left.pop((person.area, record.source, record.local_id), "")
            if child:
                whose[child].add(person.id)
                found[record.sure, child == own].append(f"{person.id} {record.source} {record.local_id}")
            else:
                missing.append(record)
    wrong = [f"{child}: {', '.join(sorted(ids))}" for child, ids in sorted(whose.items()) if len(ids) > 1]
    return Joined(
        joined=found[True, True],
        split=found[True, False],
        wrong=wrong,
        missing=missing,
        strange=[" ".join(record) for record in left],
        alone=found[False, False],
        by_chance=found[False, True],
        children=len(whose),
    )


def total(parts: Iterable[Compared]) -> Compared:
    """Return all comparisons as one."""
    whole = Compared()
    for part in parts:
        whole += part
    return whole
