"""A line of time, and the words of a clock."""

from datetime import date

import pytest

from hub.queries.obligations import Duty
from hub.web.clocks import Axis, words

TODAY = date(2025, 12, 23)


def a_duty(state: str = "open", due: str = "2025-12-30", done: str = "", start: str = "2025-11-18") -> Duty:
    plain = dict.fromkeys(Duty.__struct_fields__, "")
    plain |= {"started_on": date.fromisoformat(start), "due_on": date.fromisoformat(due), "state": state}
    plain |= {"done_on": date.fromisoformat(done) if done else None, "limit_force": "regulation"}
    return Duty(**plain)  # type: ignore[arg-type]


def test_months_are_ticks_and_the_first_and_each_january_have_their_year() -> None:
    line = Axis(date(2025, 10, 13), date(2026, 3, 1))
    assert (line.at(line.first), line.at(line.last)) == (1, 99)
    assert [mark.label for mark in line.marks()] == ["Nov 2025", "Dec", "Jan 2026", "Feb", "Mar"]
    assert [mark.is_wide for mark in line.marks()] == [False, True, False, True, False]
    assert line.marks()[-1].anchor == "end"


def test_what_lies_outside_the_line_stands_at_its_end() -> None:
    line = Axis(date(2025, 10, 13), date(2026, 3, 1))
    assert (line.at(date(2020, 1, 1)), line.at(date(2030, 1, 1))) == (1, 99)
    assert Axis(TODAY, TODAY).at(TODAY) == 1


def test_years_have_a_tick_for_each_month_and_few_labels() -> None:
    marks = Axis(date(2022, 1, 3), date(2026, 3, 1)).marks()
    assert len(marks) == 50
    assert len([mark for mark in marks if mark.label]) <= 8
    assert len([mark for mark in marks if mark.label and not mark.is_wide]) <= 4


@pytest.mark.parametrize(
    ("duty", "said"),
    [
        (a_duty("open"), "7 days left on 23 December 2025"),
        (a_duty("overdue", "2025-12-11"), "12 days over on 23 December 2025"),
        (a_duty("met", "2025-12-30", "2025-12-01"), "done in time on 1 December 2025"),
        (a_duty("met_late", "2025-12-10", "2025-12-15"), "done on 15 December 2025"),
        (a_duty("not_known", "2025-12-11"), "not known on 23 December 2025"),
        (a_duty("lapsed", "2025-12-11", "2025-12-20"), "no longer owed since 20 December 2025"),
    ],
)
def test_a_clock_says_how_it_stands(duty: Duty, said: str) -> None:
    assert said in words(duty, TODAY)
