"""What holds of every rule, whatever it says: the facts are made from the rules' own events, field by field."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.adapters.rulebook import load
from hub.domain.calendar import Limit, NoCalendar, due_on
from hub.domain.due import Counting, Given, due_of
from hub.domain.facts import AreaFacts, Body, Closure, Fact, Feed, SchoolCalendar
from hub.domain.grounds import CLAIM
from hub.domain.obligation import Obligation
from hub.domain.obligations import judge
from hub.domain.rules import Rule, Told

BOOK = load()
ENABLED = [rule for rule in BOOK.rules if not rule.why_disabled]
DAY0 = date(2026, 1, 5)
YEAR = ((date(2025, 9, 1), date(2027, 7, 20)),)
AREA = AreaFacts(
    "A",
    feeds={
        c: Feed(c, c, complete_to=date(2027, 12, 31)) for c in sorted({c for rule in ENABLED for c in rule.told_by})
    },
    bodies={"I": Body("I", "icb", is_s31_body=True), "S": Body("S", "school")},
    calendars={"*": SchoolCalendar("*", YEAR)},
)
days = st.integers(0, 500).map(lambda n: DAY0 + timedelta(days=n))


def _of(rule: Rule) -> list[Told]:
    legs = [leg.told for dated in rule.limits for leg in dated.legs]
    return [
        *rule.starts_on,
        *rule.discharged_by,
        *rule.lapses_on,
        *rule.said_done_by,
        *(c.told for c in rule.only_if),
        *legs,
    ]


@st.composite
def said(draw: st.DrawFn, rule: Rule, tells: list[Told]) -> tuple[str, date, dict[str, Any]]:
    """One of these events that the rule reads, with the fields that it looks at."""
    told, day = draw(st.sampled_from(tells)), draw(days)
    data: dict[str, Any] = {
        name: day.isoformat() for name in (told.date_field, *told.otherwise) if name != "occurred_on"
    }
    data |= {name: draw(st.sampled_from(values)) for name, values in told.where}
    data |= {name: draw(st.sampled_from(values)) for name, values in told.every}
    data |= {name: value == "true" for name, value in data.items() if value in ("true", "false")}
    for dated in rule.limits:
        data |= {dated.of: (day + timedelta(days=draw(st.integers(-30, 90)))).isoformat()} if dated.of else {}
        data |= {dated.year: "2027"} if dated.year else {}
    process = draw(st.sampled_from(["p1", "p2", ""]))
    return told.event, day, {**data, **({"process": process, "body": "I"} if process else {})}


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rule, list[Fact]]:
    rule = draw(st.sampled_from(ENABLED))
    events = draw(st.lists(said(rule, _of(rule)), max_size=7))
    begun = draw(said(rule, list(rule.starts_on)))
    return rule, [a_fact(n, *event) for n, event in enumerate([begun, *events])]


def a_fact(n: int, kind: str, day: date, data: dict[str, Any]) -> Fact:
    return Fact(kind, f"e{n}", f"s{n}", "ehc_casework", day, datetime(2026, 1, 1, tzinfo=UTC), data)


def of_rule(rule: Rule, facts: list[Fact], on: date, area: AreaFacts = AREA) -> dict[str, Obligation]:
    return {o.obligation: o for o in judge("c", area, facts, on, BOOK).obligations if o.rule == rule.id}


def reads(rule: Rule) -> set[str]:
    """Types of event that may change anything about a rule's duties."""
    found = {told.event for told in _of(rule)} | {CLAIM.event if rule.exemptions else ""}
    if any(exemption.available_when for exemption in rule.exemptions):
        found |= {"advice_requested", "appointment_missed"}
    return found | {"enrolment_started"}


@settings(max_examples=400, deadline=None)
@given(cases(), cases(), days)
def test_an_event_that_says_nothing_about_a_duty_changes_nothing_about_it(
    case: tuple[Rule, list[Fact]], other: tuple[Rule, list[Fact]], on: date
) -> None:
    rule, facts = case
    silent = [
        a_fact(100 + n, fact.type, fact.occurred_on or on, fact.data)
        for n, fact in enumerate(other[1])
        if fact.type not in reads(rule)
    ]
    assert of_rule(rule, [*facts, *silent], on) == of_rule(rule, facts, on)


@settings(max_examples=400, deadline=None)
@given(cases(), days, st.randoms(use_true_random=False))
def test_order_and_duplication_change_nothing(case: tuple[Rule, list[Fact]], on: date, random: Any) -> None:
    rule, facts = case
    turned = [*facts, *facts[:2]]
    random.shuffle(turned)
    slots = {fact.slot: fact for fact in turned}
    assert of_rule(rule, list(slots.values()), on) == of_rule(rule, facts, on)


@settings(max_examples=300, deadline=None)
@given(cases(), days, st.integers(0, 400), st.integers(1, 60))
def test_a_due_date_never_moves_earlier_when_a_closure_is_added(
    case: tuple[Rule, list[Fact]], on: date, start: int, length: int
) -> None:
    rule, facts = case
    closed_from = DAY0 + timedelta(days=start)
    closure = Closure(closed_from, closed_from + timedelta(days=length))
    closed = AREA.__class__(
        AREA.area, feeds=AREA.feeds, bodies=AREA.bodies, calendars={"*": SchoolCalendar("*", YEAR, (closure,))}
    )
    before, after = of_rule(rule, facts, on), of_rule(rule, facts, on, closed)
    assert before.keys() == after.keys()
    for name, owed in before.items():
        later = after[name].due_on
        assert owed.due_on is None or later is None or later >= owed.due_on


@given(days, st.integers(0, 60), st.integers(0, 400), st.integers(1, 60))
def test_school_days_reach_no_less_far_when_a_closure_is_added(on: date, count: int, start: int, length: int) -> None:
    closed_from = DAY0 + timedelta(days=start)
    closure = Closure(closed_from, closed_from + timedelta(days=length))
    limit = Limit(max(1, count), "school_days")
    try:
        later = due_on(on, limit, school=SchoolCalendar("S", YEAR, (closure,)))
    except NoCalendar:
        return
    assert later >= due_on(on, limit, school=SchoolCalendar("S", YEAR))


@given(st.sampled_from([rule for rule in BOOK.rules if rule.limits]), days)
def test_a_later_start_is_never_due_earlier(rule: Rule, on: date) -> None:
    counting, given = Counting(BOOK.holidays, SchoolCalendar("S", YEAR)), Given()
    first, next_day = (due_of(rule, day, counting, given).on for day in (on, on + timedelta(days=1)))
    assert first is None or next_day is None or first <= next_day


def _begins(rule: Rule) -> bool:
    begun = []

    @settings(max_examples=12, deadline=None, database=None, derandomize=True)
    @given(said(rule, list(rule.starts_on)))
    def begin(event: tuple[str, date, dict[str, Any]]) -> None:
        begun.extend(of_rule(rule, [a_fact(0, *event)], DAY0 + timedelta(days=500)))

    begin()
    return bool(begun)


def test_the_cases_made_start_most_duties() -> None:
    """Else the properties above would hold of nothing."""
    silent = [rule.id for rule in ENABLED if not _begins(rule)]
    assert len(silent) < 0.1 * len(ENABLED), silent
