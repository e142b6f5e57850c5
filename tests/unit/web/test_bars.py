"""From a duty's dates to the pieces of its bar, and the words beside it."""

from datetime import date
from typing import Any

import pytest

from hub.domain.obligation import State
from hub.domain.words import STATES
from hub.queries.child import Clock
from hub.queries.obligations import Duty
from hub.web.bars import LEGEND, Bar, bar, end_of, is_drawn
from hub.web.clocks import Axis

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 9)  # 98 days between them: a day is one per cent of the line
TODAY = date(2026, 3, 2)


def day(share: int) -> date:
    """Return the day that stands at a per cent of the line."""
    return date.fromordinal(FIRST.toordinal() + share - 1)


def a_clock(state: str, due: int, done: int | None = None, start: int = 1, **more: Any) -> Clock:
    exempt = {name: more.pop(name, None) for name in ("exempt_from", "exempt_until")}
    plain: dict[str, Any] = dict.fromkeys(Duty.__struct_fields__, "")
    plain |= {"started_on": day(start), "due_on": day(due), "done_on": day(done) if done else None, "state": state}
    plain |= {"warns_on": None, "was_late_by": None, "limit_force": "regulation"} | more
    return Clock(Duty(**plain), "Vale Therapies", (), 0, **exempt)


def drawn(clock: Clock, heard_to: date = TODAY) -> Bar:
    return bar(clock, Axis(FIRST, LAST), TODAY, heard_to)


def pieces(clock: Clock, heard_to: date = TODAY) -> list[tuple[str, float, float]]:
    """Return kind, first and last per cent of each piece."""
    found = [(p.kind, float(p.at[:-1]), float(p.width[:-1])) for p in drawn(clock, heard_to).pieces]
    return [(kind, at, at + width) for kind, at, width in found]


TODAY_AT = 61


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (a_clock("open", 80), [("spent", 1, TODAY_AT), ("left", TODAY_AT, 80)]),
        (
            a_clock("at_risk", 80, warns_on=day(55)),
            [("spent", 1, TODAY_AT), ("left", TODAY_AT, 80), ("warn", 55, 80)],
        ),
        (a_clock("met", 40, 30), [("done", 1, 30)]),
        (a_clock("met_late", 40, 50, was_late_by=10), [("done", 1, 40), ("over", 40, 50)]),
        (a_clock("overdue", 40), [("spent", 1, 40), ("over", 40, TODAY_AT)]),
        (a_clock("not_known", 40), [("spent", 1, 40), ("unsure", 40, TODAY_AT)]),
        (a_clock("sent_not_recorded", 40, 50), [("spent", 1, 40), ("unsure", 40, 50)]),
        (a_clock("past_due_unconfirmed", 40, started_basis="deemed"), [("unsure", 1, 40), ("unsure", 40, TODAY_AT)]),
        (a_clock("lapsed", 40, 20), [("lapsed", 1, 20)]),
        (a_clock("lapsed", 40, 40, duty_holder="family", start=26), [("window", 26, 40)]),
        (
            a_clock("exempt", 40, exempt_from=day(30), exempt_until=day(50)),
            [("spent", 1, 40), ("exempt", 30, 50)],
        ),
        (a_clock("exempt_claimed", 40, exempt_from=day(30)), [("spent", 1, 40), ("claimed", 30, 99)]),
    ],
    ids=lambda value: value.duty.state if isinstance(value, Clock) else "",
)
def test_spans_become_places(clock: Clock, expected: list[tuple[str, float, float]]) -> None:
    assert pieces(clock) == expected


def test_days_past_the_date_end_where_the_feeds_fall_silent() -> None:
    late = a_clock("overdue", 40)
    assert pieces(late, day(50)) == [("spent", 1, 40), ("over", 40, 50), ("unsure", 50, TODAY_AT)]
    assert drawn(late, day(50)).said == "Was due 9 Feb; 10 days outstanding to 19 Feb"


def test_an_exception_leaves_a_line_as_far_as_it_is_still_owed() -> None:
    assert drawn(a_clock("exempt", 40, exempt_from=day(30))).owed_to == f"{TODAY_AT}.0%"
    assert drawn(a_clock("exempt", 40, 45, exempt_from=day(30))).owed_to == "45.0%"
    assert drawn(a_clock("overdue", 40)).owed_to == ""


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (a_clock("met_late", 40, 50, was_late_by=10), "Done 19 Feb, 10 days after its date"),
        (a_clock("overdue", 40), "Was due 9 Feb; 21 days outstanding"),
        (a_clock("overdue", 40, limit_force="policy"), "Local target was 9 Feb; not recorded as done"),
        (a_clock("open", 80, started_basis="unknown"), "Not due before 21 Mar; receipt not confirmed"),
        (a_clock("open", 61), "Due 2 Mar, today"),
        (a_clock("open", 80, duty_holder="family"), "Until 21 Mar"),
        (a_clock("met", 80, 30, duty_holder="family"), "Answered 30 Jan"),
        (a_clock("exempt", 40, exempt_from=day(30)), "Exception from 30 Jan: no fixed limit"),
    ],
)
def test_the_words_beside_a_bar_say_what_is_drawn(clock: Clock, said: str) -> None:
    assert drawn(clock).said == said


@pytest.mark.parametrize("state", STATES)
def test_no_words_accuse_and_a_window_is_never_late(state: State) -> None:
    for holder in ("health", "family"):
        clock = a_clock(state, 40, 50, duty_holder=holder)
        one = drawn(clock)
        assert one.said
        assert not [word for word in ("breach", "fail", "fault", "blame", "delay") if word in one.said.lower()]
        assert {piece.kind for piece in one.pieces} <= set(LEGEND)
        assert holder != "family" or {piece.kind for piece in one.pieces} == {"window"}


def test_what_has_no_two_dates_or_is_not_owed_yet_has_no_bar() -> None:
    untimed = a_clock("open", 40, due_on=None)
    assert [is_drawn(one.duty) for one in (a_clock("open", 40), untimed, a_clock("conditional", 40))] == [
        True, False, False,
    ]  # fmt: skip


def test_the_line_reaches_the_date_even_where_it_was_done_before() -> None:
    assert end_of(a_clock("met", 40, 30).duty, TODAY) == day(40)
    assert end_of(a_clock("overdue", 40).duty, TODAY) == TODAY
