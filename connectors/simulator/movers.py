"""Families that move from the first area to the second: what each council writes, and what the law makes of it.

Written from the Children and Families Act 2014 ss.24 and 47 and reg 15 of S.I. 2014/1530 (law.md 1H):

- A plan is transferred: on the day of the move, if the old authority knew of it 15 working days before; else within 15
  working days beginning with the day on which it became aware (reg 15(2)). That duty stays with the old authority.
- From the transfer on the new authority maintains the plan (s.47). It tells the family within six weeks (reg 15(4)) and
  reviews the plan before the later of 12 months beginning with its making and 3 months beginning with the transfer (15(5)).
- An assessment is not transferred: what the old authority owed in it ends with the move, and a new request begins its
  times anew with the new authority.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from connectors.simulator import names
from connectors.simulator.counting import is_working_day, months_starting, weeks, working_days_beginning
from connectors.simulator.facts import NEVER, Fact, happened
from connectors.simulator.lives import Case, Entry, Episode, Life, Line, Plan
from connectors.simulator.people import Person, Seen, school_codes
from connectors.simulator.recipes import Recipe, Say, say
from connectors.simulator.weeks import DAY, due_on, weekday

FROM, TO = "A01", "A02"
KINDS = ("plan_late_notice", "assessment", "plan_known")
_FIRST_NUMBER = 900_000
"""Keys and postcodes of movers are far from those of the areas' other children."""
_FIRST_MOVE = date(2026, 2, 23)
_ASSESSMENT = ("ehcna-decision", "ehcna-no-plan-decision", "ehcp-final")

Json = dict[str, Any]


class Mover(Struct, frozen=True):
    """One child with two lives: as the old council knows it and as the new one does.

    Attributes:
        aware_on: Day on which the old authority became aware of the move.
        transferred_on: Day of the plan's transfer; `None` where there is no plan.
        told_family_on: Day on which the new authority told the family of it.
    """

    kind: str
    old: Life
    new: Life
    moved: Fact
    aware_on: date
    transferred_on: date | None
    told_family_on: date | None

    def truth(self) -> Json:
        """Return what is true of the move, and which duties it ends, leaves and begins."""
        return {
            "person": self.old.person.id, "kind": self.kind, "from": FROM, "to": TO, "moved_on": self.moved.on,
            "aware_on": self.aware_on, "recorded_on": self.moved.said[0][0], "transferred_on": self.transferred_on,
            "nhs_number": self.old.person.truly.nhs_number,
            "ends_in_old": self._ends(), "stays_with_old": self._stays(), "begins_in_new": self._begins(),
        }  # fmt: skip

    def _ends(self) -> list[Json]:
        found = [_duty(rule, case.process, case.received.on, self._due(rule, case.received.on)) for case in self.old.cases
                 for rule in _ASSESSMENT]  # fmt: skip
        if self.old.plan:
            issued_on = self.old.plan.issued.on
            found.append(_duty("review-first", self.old.plan.process, issued_on, self._due("review-first", issued_on)))
        return [duty | {"lapsed_on": self.moved.on, "lapsed_because": "responsible_body_changed"} for duty in found]

    def _stays(self) -> list[Json]:
        if not (self.old.plan and self.moved.on):
            return []
        process, done_on = self.old.plan.process, self.transferred_on
        if self.kind == "plan_known":
            return [_duty("move-la-known", process, self.aware_on, self.moved.on, done_on)]
        due = working_days_beginning(15)(self.aware_on, "")
        return [_duty("move-la-late-notice", process, self.aware_on, due, done_on)]

    def _begins(self) -> list[Json]:
        found = [_duty(rule, case.process, case.received.on, self._due(rule, case.received.on)) for case in self.new.cases
                 for rule in _ASSESSMENT]  # fmt: skip
        plan, day = self.new.plan, self.transferred_on
        if plan and plan.issued.on and day:
            review_by = max(months_starting(12)(plan.issued.on, ""), months_starting(3)(day, ""))
            found.append(_duty("move-la-tell-family", plan.process, day, weeks(6)(day, ""), self.told_family_on))
            found.append(_duty("move-la-review", plan.process, day, review_by))
        return found

    def _due(self, rule: str, started_on: date | None) -> date | None:
        return due_on(rule, started_on) if started_on else None


def movers(count: int, index: int, seed: int) -> Iterator[Mover]:
    """Yield the children that move.

    Args:
        index: Place after the last of the other children: NHS numbers go on from there.
    """
    for number in range(count):
        yield _mover(number, index + number, Random(f"{seed}/mover/{number}"), seed)


def _mover(number: int, index: int, rng: Random, seed: int) -> Mover:
    kind = KINDS[number % len(KINDS)]
    old, new = _person(number, index, rng, seed)
    moved_on = weekday(_FIRST_MOVE + timedelta(rng.randrange(30)))
    aware_on = _aware_on(kind, moved_on, rng)
    moved = Fact(moved_on, ((max(moved_on, aware_on), moved_on),))
    case = _case(f"{FROM}-MR{number + 1:03}", moved_on - timedelta(rng.randrange(14, 28)))
    if kind == "assessment":
        again = _case(f"{TO}-MR{number + 1:03}", weekday(moved_on + timedelta(rng.randrange(3, 9))))
        before = _life(old, case.received.on, (case,), None, _left(number, moved, aware_on, case.process, "request"))
        began = _began(number, again.received, again.process, "request")
        after = _life(new, again.received.on, (again,), None, (began,))
        return Mover(kind, before, after, moved, aware_on, None, None)
    transferred_on = moved_on if kind == "plan_known" else weekday(aware_on + timedelta(rng.randrange(5, 14)))
    told_on = weekday(transferred_on + timedelta(rng.randrange(10, 30))) if number % 2 == 0 else None
    plan = _plan(f"{FROM}-MP{number + 1:03}", rng, old.school)
    kept = replace(
        plan, key=f"{TO}-MP{number + 1:03}", process=f"{TO}-MT{number + 1:03}", lines=_renamed(plan, new.school)
    )
    transfer = happened(transferred_on)
    gone = (
        *_left(number, moved, aware_on, plan.process, "plan"),
        _transfer(f"{FROM}-MX{number + 1:03}", plan, transfer),
    )
    since = Fact(moved_on, ((transferred_on, moved_on),))
    entries = [_began(number, since, kept.process, "plan"), _transfer(f"{TO}-MX{number + 1:03}", kept, transfer)]
    if told_on:
        entries.append((f"{TO}-MI{number + 1:03}", say("family_informed", "sent_on", matter="plan_transferred"),
                        happened(told_on), (), (kept.process, "plan")))  # fmt: skip
    before = _life(old, plan.issued.on, (case,), plan, gone)
    # The new council knows the plan from the day on which it has it, with the date on which it was made.
    known = replace(kept, issued=Fact(plan.issued.on, ((transferred_on, plan.issued.on),)), icb_sent=NEVER)
    after = _life(new, transferred_on, (), replace(known, icb_sent=known.issued), tuple(entries))
    return Mover(kind, before, after, moved, aware_on, transferred_on, told_on)


def _aware_on(kind: str, moved_on: date, rng: Random) -> date:
    if kind != "plan_known":
        return weekday(moved_on + timedelta(rng.randrange(2, 12)))
    day, left = moved_on, 15 + rng.randrange(4)
    while left:
        day -= DAY
        left -= is_working_day(day)
    return day


def _person(number: int, index: int, rng: Random, seed: int) -> tuple[Person, Person]:
    born = date(2013, 9, 1) + timedelta(rng.randrange(6 * 365))
    place = _FIRST_NUMBER + number
    seen = Seen(
        nhs_number=names.nhs_number(index, seed), upn=names.upn(0, place, born.year + 5), family_name=names.family_name(rng),
        given_names=names.given_name(rng), birth_date=born, postcode=names.postcode(0, 50_000 + number), sex=rng.choice("MF"),
    )  # fmt: skip
    homes = [f"{rng.randrange(1, 90)} {rng.choice(names.STREETS)}" for _ in range(2)]
    old = Person(f"mover-{number + 1:03}", FROM, place, "", seen, homes[0], school_codes(0)[number % 3])
    moved_in = replace(seen, postcode=names.postcode(1, 50_000 + number))
    return old, replace(old, area=TO, truly=moved_in, address=homes[1], school=school_codes(1)[number % 3])


def _case(process: str, received_on: date) -> Case:
    return Case(process=process, requested_by="parent", received=happened(weekday(received_on)))


def _plan(key: str, rng: Random, school: str) -> Plan:
    issued = happened(weekday(date(2025, 6, 2) + timedelta(rng.randrange(120))), 1)
    starts_on = date(2025, 11, 3)
    line = Line(f"{key}-L1", "F", "speech_and_language", 1, "sessions", 30, school, True, False, starts_on)
    return Plan(key, f"{key}-T", issued, issued, lines=(line,))


def _renamed(plan: Plan, school: str) -> tuple[Line, ...]:
    return tuple(replace(line, key=line.key.replace(FROM, TO), delivered_by=school) for line in plan.lines)


# -- rows -----------------------------------------------------------------------------------------------------------

Row = tuple[str, Say, Fact, tuple[tuple[str, date], ...], tuple[str, str]]
"""Key, what is said, when it was so, other dates, and the process with its kind."""


def _left(number: int, moved: Fact, aware_on: date, process: str, kind: str) -> tuple[Row, ...]:
    said = say("responsible_body_changed", "moved_on", body_kind="local_authority", old=FROM, new=TO)
    return ((f"{FROM}-MB{number + 1:03}", said, moved, (("aware_on", aware_on),), (process, kind)),)


def _began(number: int, began: Fact, process: str, kind: str) -> Row:
    return (
        f"{TO}-MB{number + 1:03}",
        say("responsibility_began", basis="s24"),
        began,
        (),
        (process, kind),
    )


def _transfer(key: str, plan: Plan, done: Fact) -> Row:
    return key, say("plan_transferred", plan=plan.key, from_body=FROM, to_body=TO), done, (), (plan.process, "plan")


def _life(
    who: Person, known_from: date | None, cases: tuple[Case, ...], plan: Plan | None, rows: tuple[Row, ...]
) -> Life:
    episodes = tuple(
        Episode(Recipe(rule="", family="moves", kind=kind, start=said), process, "", fact, entries=(Entry(key, said, fact, more),))
        for key, said, fact, more, (process, kind) in rows
    )  # fmt: skip
    return Life(who, "moves", known_from or _FIRST_MOVE, cases, plan, NEVER, (), (), episodes=episodes)


def _duty(rule: str, process: str, started_on: date | None, due: date | None, done_on: date | None = None) -> Json:
    return {"rule": rule, "process": process, "started_on": started_on, "due_on": due, "done_on": done_on}
