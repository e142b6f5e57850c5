"""The picture and its words agree."""

from datetime import date

import msgspec
import pytest

from hub.queries.obligations import Duty
from hub.web.clocks import axis, bar, words

TODAY = date(2025, 12, 23)


def a_duty(state: str = "open", due: str = "2025-12-30", done: str = "", start: str = "2025-11-18") -> Duty:
    plain = dict.fromkeys(Duty.__struct_fields__, "")
    plain |= {"started_on": date.fromisoformat(start), "due_on": date.fromisoformat(due), "state": state}
    plain |= {"done_on": date.fromisoformat(done) if done else None, "limit_force": "regulation"}
    return Duty(**plain)  # type: ignore[arg-type]


def test_the_ends_of_the_line_hold_every_date_and_today() -> None:
    line = axis([a_duty(due="2026-03-01"), a_duty("met", start="2025-10-13", due="2025-11-24")], TODAY)
    assert line is not None
    assert (line.first, line.last) == (date(2025, 10, 13), date(2026, 3, 1))
    assert [mark.label for mark in line.marks] == ["1 Nov", "1 Dec", "1 Jan", "1 Feb", "1 Mar"]
    assert line.at(line.first) == 2
    assert line.at(line.last) == 98


def test_years_of_clocks_have_few_labels() -> None:
    line = axis([a_duty(start="2022-01-03", due="2026-03-01")], TODAY)
    assert line is not None
    assert len(line.marks) <= 6


@pytest.mark.parametrize(
    ("duty", "is_over", "has_left", "said"),
    [
        (a_duty("open"), False, True, "7 days left on 23 December 2025"),
        (a_duty("overdue", "2025-12-11"), True, False, "12 days over on 23 December 2025"),
        (a_duty("met", "2025-12-30", "2025-12-01"), False, True, "done in time on 1 December 2025"),
        (a_duty("met_late", "2025-12-10", "2025-12-15"), True, False, "done on 15 December 2025"),
        (a_duty("not_known", "2025-12-11"), True, False, "not known on 23 December 2025"),
        (a_duty("lapsed", "2025-12-11", "2025-12-20"), False, False, "no longer owed since 20 December 2025"),
    ],
)
def test_a_bar_shows_what_its_words_say(duty: Duty, is_over: bool, has_left: bool, said: str) -> None:
    line = axis([duty], TODAY)
    assert line is not None
    drawn = bar(duty, line, TODAY)
    assert drawn is not None
    assert (bool(drawn.over), bool(drawn.left)) == (is_over, has_left)
    assert said in drawn.words == words(duty, TODAY)


def test_nothing_is_drawn_without_a_due_date() -> None:
    duty = msgspec.structs.replace(a_duty("conditional"), due_on=None)
    line = axis([duty], TODAY)
    assert line is not None
    assert bar(duty, line, TODAY) is None
    assert axis([], TODAY) is None
