from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from hub.adapters.rulebook import load
from hub.domain.facts import AreaFacts, Closure, Fact, Feed, SchoolCalendar
from hub.domain.obligation import Judgement, ProvisionWeek
from hub.domain.obligations import judge
from hub.domain.promise import promised, weekly_quantity

BOOK = load()
SPRING = SchoolCalendar("*", ((date(2026, 1, 5), date(2026, 2, 13)), (date(2026, 2, 23), date(2026, 3, 27))))
LOG = Feed("log", "provision_log", complete_to=date(2026, 3, 31))
AREA = AreaFacts("E1", feeds={"log": LOG}, calendars={"*": SPRING})
MONDAYS = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(12)]
MAY = date(2026, 5, 1)


def a_fact(kind: str, on: str, /, **data: Any) -> Fact:
    slot = data.pop("slot", f"{kind}/{on}/{data.get('line', '')}")
    source = data.pop("source", "log")
    return Fact(kind, slot, slot, source, date.fromisoformat(on), datetime(2026, 1, 1, tzinfo=UTC), data)


def a_line(since: str = "2026-01-05", /, **data: Any) -> Fact:
    line = {"line": "L1", "section": "F", "kind": "slt", "quantity": 2.0, "unit": "sessions", "per": "week"}
    return a_fact("provision_specified", since, source="cw", starts_on=since, **{**line, "reported_by": "log", **data})


def given(on: str, slot: str = "a", **data: Any) -> Fact:
    fields = {"line": "L1", "minutes": 30.0, **data}
    return a_fact("session_delivered", on, slot=f"{on}{slot}", on=on, **{k: v for k, v in fields.items() if v != ""})


def missed(on: str, because: str = "staff_absent", slot: str = "m", **data: Any) -> Fact:
    return a_fact(
        "session_missed", on, slot=f"{on}{slot}", on=on, because=because, **{"line": "L1", "minutes": 30.0, **data}
    )


def judged(*facts: Fact, on: date = MAY, area: AreaFacts = AREA) -> Judgement:
    return judge("c", area, facts, on, BOOK)


def week(judgement: Judgement, monday: str, line: str = "L1") -> ProvisionWeek:
    return next(w for w in judgement.provision if w.period == date.fromisoformat(monday) and w.line == line)


def numbers(row: ProvisionWeek) -> tuple[float, float, float, float, float]:
    return row.promised, row.delivered, row.missed_by_provider, row.missed_by_child, row.not_reported


def test_a_week_says_what_was_promised_delivered_missed_and_not_reported() -> None:
    found = judged(a_line(), given("2026-01-06"), missed("2026-01-13"), missed("2026-01-15", "child_absent"))
    assert numbers(week(found, "2026-01-05")) == (2, 1, 0, 0, 1)
    assert numbers(week(found, "2026-01-12")) == (2, 0, 1, 1, 0)
    assert numbers(week(found, "2026-01-19")) == (2, 0, 0, 0, 2)


@pytest.mark.parametrize(
    "because, is_childs",
    [
        ("staff_absent", False), ("not_commissioned", False), ("setting_closed", False), ("other", False), ("", False),
        ("child_absent", True), ("refused_by_family", True),
    ],
)  # fmt: skip
def test_who_missed_it_follows_from_the_reason(because: str, is_childs: bool) -> None:
    row = week(judged(a_line(), missed("2026-01-13", because)), "2026-01-12")
    assert (row.missed_by_child, row.missed_by_provider) == ((1, 0) if is_childs else (0, 1))


def test_only_school_weeks_count() -> None:
    periods = [row.period for row in judged(a_line()).provision]
    assert periods == [monday for monday in MONDAYS if monday != date(2026, 2, 16)]


def test_a_line_that_runs_all_year_counts_holidays_too() -> None:
    assert date(2026, 2, 16) in [row.period for row in judged(a_line(weeks="all_year")).provision]


def test_a_closed_week_is_no_school_week() -> None:
    closed = msgspec.structs.replace(SPRING, closures=(Closure(date(2026, 1, 12), date(2026, 1, 19)),))
    area = msgspec.structs.replace(AREA, calendars={"*": closed})
    assert date(2026, 1, 12) not in [row.period for row in judged(a_line(), area=area).provision]


def test_weeks_follow_the_calendar_of_the_school_that_the_plan_names() -> None:
    other = SchoolCalendar("S1", ((date(2026, 2, 16), date(2026, 3, 27)),))
    area = msgspec.structs.replace(AREA, calendars={"*": SPRING, "S1": other})
    plan = a_fact("plan_finalised", "2026-02-09", source="cw", plan="P", issued_on="2026-02-09", institution="S1")
    periods = [row.period for row in judged(a_line(), plan, area=area).provision]
    assert periods == [*MONDAYS[:5], *MONDAYS[6:]]  # to 2 Feb by the area's calendar; then S1, closed on 9 Feb


def test_a_week_counts_on_its_sunday_and_not_before() -> None:
    saturday, sunday = date(2026, 1, 10), date(2026, 1, 11)
    early = judged(a_line(), on=saturday)
    assert (early.provision, early.wake_on) == ((), sunday)
    assert [row.period for row in judged(a_line(), on=sunday).provision] == [MONDAYS[0]]


def test_weeks_that_the_source_has_not_completed_are_not_judged() -> None:
    area = msgspec.structs.replace(AREA, feeds={"log": msgspec.structs.replace(LOG, complete_to=date(2026, 1, 17))})
    found = judged(a_line(), area=area)
    assert [row.period for row in found.provision] == [MONDAYS[0]]
    assert found.wake_on is None


def test_a_line_that_nobody_reports_is_shown_and_never_short() -> None:
    told = [missed(f"2026-01-{day:02}") for day in (6, 13, 20, 27)]
    unreported = [msgspec.structs.replace(fact, source="family") for fact in told]
    area = msgspec.structs.replace(AREA, feeds={"family": Feed("family", "family_page", complete_to=MAY)})
    found = judged(a_line(reported_by=""), *unreported, area=area)
    assert {row.state for row in found.provision} == {"not_reported"}
    assert numbers(found.provision[0]) == (2, 0, 0, 0, 2)
    assert found.shortfalls == ()


def test_a_log_that_has_told_of_the_line_reports_it() -> None:
    assert week(judged(a_line(reported_by=""), given("2026-01-06")), "2026-01-05").state == "judged"
    assert week(judged(a_line(reported_by="")), "2026-01-05").state == "not_reported"


@pytest.mark.parametrize("vague", [{"quantity": None}, {"unit": ""}, {"per": "sometimes"}, {"is_quantified": False}])
def test_a_line_that_does_not_say_how_much_is_not_judged(vague: dict[str, Any]) -> None:
    line = a_line(**vague)
    found = judged(line, *(missed(f"2026-01-{day:02}") for day in (6, 13, 20, 27)))
    assert {row.state for row in found.provision} == {"not_reported"}
    assert found.shortfalls == ()


def test_a_session_told_by_another_source_than_the_named_one_does_not_count() -> None:
    area = msgspec.structs.replace(AREA, feeds={"log": LOG, "other": Feed("other", "provision_log", complete_to=MAY)})
    found = judged(a_line(), msgspec.structs.replace(given("2026-01-06"), source="other"), area=area)
    assert week(found, "2026-01-05").delivered == 0


def test_minutes_are_added_up_where_the_plan_promises_minutes() -> None:
    row = week(judged(a_line(unit="minutes", quantity=60), given("2026-01-06"), missed("2026-01-08")), "2026-01-05")
    assert numbers(row) == (60, 30, 30, 0, 0)


def test_a_line_is_in_force_from_monday_to_friday() -> None:
    midweek = judged(a_line("2026-01-07", ends_on="2026-01-22"))
    assert [row.period for row in midweek.provision] == [date(2026, 1, 12)]


def test_what_ends_a_line() -> None:
    ended = a_fact("provision_ended", "2026-01-19", source="cw", line="L1")
    ceased = a_fact("plan_ceased", "2026-01-16", source="cw", plan="P", ends_on="2026-01-18")
    died = a_fact("person_died", "2026-01-19", source="cw")
    moved = a_fact("responsible_body_changed", "2026-01-19", source="cw", body_kind="local_authority", new="E2")
    for end in (ended, ceased, died, moved):
        assert [row.period for row in judged(a_line(plan="P"), end).provision] == MONDAYS[:2]
    assert len(judged(a_line(plan="Q"), ceased).provision) == 11


def test_a_later_version_takes_over_without_losing_a_week() -> None:
    more = a_line("2026-01-14", quantity=4.0)
    found = judged(a_line(), more)
    promised_by_week = [row.promised for row in found.provision][:4]
    assert promised_by_week == [2, 2, 4, 4]


def test_a_session_without_a_line_belongs_to_the_one_line_of_its_kind() -> None:
    ot = a_line(line="L2", kind="ot")
    found = judged(a_line(), ot, given("2026-01-06", line="", kind="ot"))
    assert week(found, "2026-01-05", "L2").delivered == 1
    assert week(found, "2026-01-05").delivered == 0


def test_a_session_without_a_line_is_not_guessed_among_two() -> None:
    found = judged(a_line(), a_line(line="L2"), given("2026-01-06", line="", kind="slt"))
    assert week(found, "2026-01-05").delivered == week(found, "2026-01-05", "L2").delivered == 0


def test_a_session_made_up_for_is_not_missed() -> None:
    found = judged(a_line(), missed("2026-01-06"), given("2026-01-20", made_up_for="2026-01-06"))
    assert numbers(week(found, "2026-01-05")) == (2, 1, 0, 0, 1)
    assert numbers(week(found, "2026-01-19")) == (2, 0, 0, 0, 2)


# ------------------------------------------------------------------------------------ shortfalls: local policy

LAST_FOUR = ("2026-03-03", "2026-03-10", "2026-03-17", "2026-03-24")


def test_two_of_eight_missed_by_the_provider_are_a_shortfall() -> None:
    facts = [given("2026-03-03"), given("2026-03-10"), given("2026-03-17"), missed("2026-03-19"), missed("2026-03-24")]
    (short,) = judged(a_line(delivered_by="T1"), *facts).shortfalls
    assert (short.promised, short.delivered, short.missed_by_provider, short.not_reported) == (8, 3, 2, 3)
    assert (short.since, short.until) == (date(2026, 3, 2), date(2026, 3, 29))
    assert short.because_counts == (("staff_absent", 2),)
    assert (short.section, short.kind, short.body) == ("F", "slt", "T1")


def test_one_missed_is_none() -> None:
    assert judged(a_line(quantity=1.0), missed("2026-03-24")).shortfalls == ()


def test_less_than_a_quarter_is_none() -> None:
    assert judged(a_line(quantity=3.0), missed("2026-03-24"), missed("2026-03-17")).shortfalls == ()
    assert len(judged(a_line(quantity=2.0), missed("2026-03-24"), missed("2026-03-17")).shortfalls) == 1


def test_what_the_child_missed_and_what_nobody_reported_are_no_shortfall() -> None:
    assert judged(a_line(), *(missed(day, "child_absent") for day in LAST_FOUR)).shortfalls == ()
    assert judged(a_line()).shortfalls == ()


def test_the_window_is_the_last_four_school_weeks() -> None:
    early = [missed("2026-01-06"), missed("2026-01-08"), missed("2026-01-13")]
    assert len(judged(a_line(), *early, on=date(2026, 2, 1)).shortfalls) == 1
    assert judged(a_line(), *early, on=date(2026, 2, 15)).shortfalls == ()


def test_a_line_that_has_ended_falls_short_no_more() -> None:
    line = a_line(ends_on="2026-03-29")
    facts = [missed(day) for day in LAST_FOUR]
    before = judged(line, *facts, on=date(2026, 3, 29))
    assert (len(before.shortfalls), before.wake_on) == (1, date(2026, 3, 30))
    assert judged(line, *facts, on=date(2026, 3, 30)).shortfalls == ()


# ------------------------------------------------------------------------------------ what a week comes to


@pytest.mark.parametrize(
    "quantity, per, is_all_year, weekly",
    [
        (2, "week", False, 2.0),
        (1, "fortnight", False, 0.5),
        (13, "month", False, 3.0),
        (6.5, "half_term", False, 1.0),
        (13, "term", False, 1.0),
        (39, "year", False, 1.0),
        (52, "year", True, 1.0),
        (3, "week", True, 3.0),
        (1, "decade", False, None),
    ],
)
def test_weekly_quantity(quantity: float, per: str, is_all_year: bool, weekly: float | None) -> None:
    assert weekly_quantity(quantity, per, is_all_year) == weekly


def test_a_quantity_that_is_no_number_promises_nothing() -> None:
    assert promised({"quantity": "some", "unit": "sessions", "per": "week"}) is None
