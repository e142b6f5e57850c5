from datetime import date

import pytest

from hub.adapters.rulebook import load
from hub.domain.calendar import Limit, add_months, before, due_on, is_working_day, monday_of, school_weeks, week_of
from hub.domain.facts import Closure, SchoolCalendar

HOLIDAYS = load().holidays


@pytest.mark.parametrize(
    "started, limit, due",
    [
        # law.md 2.3: row, and what is counted
        pytest.param("2025-11-10", Limit(6, "weeks"), "2025-12-22", id="1: six weeks"),
        pytest.param("2025-11-10", Limit(16, "weeks"), "2026-03-02", id="1: sixteen weeks"),
        pytest.param("2025-11-10", Limit(20, "weeks"), "2026-03-30", id="1: twenty weeks, across the clock change"),
        pytest.param("2025-12-22", Limit(6, "weeks"), "2026-02-02", id="2: bank holidays ignored"),
        pytest.param("2028-01-28", Limit(6, "weeks"), "2028-03-10", id="3: leap day inside"),
        pytest.param("2028-01-28", Limit(20, "weeks"), "2028-06-16", id="3: twenty weeks"),
        pytest.param(
            "2025-12-18", Limit(15, "days", first_day="counted"), "2026-01-01", id="4: beginning with service"
        ),
        pytest.param(
            "2025-09-01", Limit(12, "months", first_day="counted"), "2026-08-31", id="7: day before anniversary"
        ),
        pytest.param("2024-02-29", Limit(12, "months", first_day="counted"), "2025-02-28", id="7: no 29 February"),
        pytest.param(
            "2026-12-21", Limit(15, "working_days", first_day="counted"), "2027-01-13", id="10: beginning with"
        ),
        pytest.param("2027-01-13", Limit(6, "weeks"), "2027-02-24", id="10: then six weeks"),
        pytest.param("2027-01-13", Limit(3, "months", first_day="counted"), "2027-04-12", id="10: three months"),
        pytest.param("2026-03-27", Limit(14, "weeks"), "2026-07-03", id="11: across Easter"),
        pytest.param("2026-12-18", Limit(3, "working_days"), "2026-12-23", id="12: three working days"),
        pytest.param("2026-12-23", Limit(3, "working_days"), "2026-12-30", id="12: over Christmas"),
        pytest.param("2026-12-07", Limit(30, "days"), "2027-01-06", id="13: thirty days"),
        pytest.param("2026-11-09", Limit(45, "working_days"), "2027-01-14", id="17: forty-five working days"),
        pytest.param("2026-11-09", Limit(45, "working_days", first_day="counted"), "2027-01-13", id="17: day counted"),
    ],
)
def test_worked_dates(started: str, limit: Limit, due: str) -> None:
    assert due_on(date.fromisoformat(started), limit, HOLIDAYS) == date.fromisoformat(due)


def test_a_last_day_may_move_to_the_next_working_day() -> None:
    moved = Limit(15, "days", first_day="counted", last_day="next_working_day")
    assert due_on(date(2025, 12, 18), moved, HOLIDAYS) == date(2026, 1, 2)
    assert due_on(date(2025, 12, 18), moved) == date(2026, 1, 1)


def test_working_days_that_begin_on_a_holiday_do_not_count_it() -> None:
    assert due_on(date(2026, 12, 26), Limit(1, "working_days", first_day="counted"), HOLIDAYS) == date(2026, 12, 29)


@pytest.mark.parametrize(
    "day, months, expected",
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2026, 9, 1), -5, date(2026, 4, 1)),  # law.md 2.3, row 18
    ],
)
def test_months_go_to_the_corresponding_date(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_before_counts_back() -> None:
    assert before(date(2026, 7, 14), 2, "weeks") == date(2026, 6, 30)
    assert before(date(2026, 7, 14), 1, "days") == date(2026, 7, 13)


def test_bank_holidays_of_england_and_wales() -> None:
    for day in ("2025-12-25", "2025-12-26", "2026-04-03", "2026-04-06", "2026-08-31", "2026-12-28", "2027-01-01"):
        assert date.fromisoformat(day) in HOLIDAYS
    assert date(2026, 3, 17) not in HOLIDAYS  # St Patrick's Day is Northern Ireland's
    assert not is_working_day(date(2026, 12, 28), HOLIDAYS)
    assert is_working_day(date(2026, 12, 29), HOLIDAYS)


def test_our_bank_holidays_agree_with_a_second_list() -> None:
    holidays = pytest.importorskip("holidays")
    years = range(min(HOLIDAYS).year + 1, max(HOLIDAYS).year + 1)
    theirs = holidays.UnitedKingdom(subdiv="ENG", years=years)  # has the day itself too where a substitute is given
    assert {d for d in HOLIDAYS if d.year in years} == {d for d in theirs if d.weekday() < 5}


def test_weeks_run_from_monday_to_sunday() -> None:
    assert week_of(date(2026, 1, 4)) + 1 == week_of(date(2026, 1, 5))
    assert monday_of(week_of(date(2026, 1, 11))) == date(2026, 1, 5)


def test_school_weeks_leave_out_holidays_and_closures() -> None:
    calendar = SchoolCalendar(
        "*",
        ((date(2025, 12, 15), date(2025, 12, 19)), (date(2026, 1, 7), date(2026, 1, 23))),
        (Closure(date(2026, 1, 12), date(2026, 1, 17)), Closure(date(2026, 1, 19), date(2026, 1, 21))),
    )
    mondays = [monday_of(week) for week in school_weeks(calendar)]
    assert mondays == [date(2025, 12, 15), date(2026, 1, 5), date(2026, 1, 19)]
