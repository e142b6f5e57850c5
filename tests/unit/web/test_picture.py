"""Which duties of a child are drawn, under which heading, and what stays in the lists."""

from datetime import date

import pytest

from hub.domain.access import Actor
from hub.queries.child import child_view
from hub.queries.desk import Desk
from hub.queries.outstanding import SpanSeen
from hub.web.band import joined
from hub.web.picture import BARS_AT_MOST, Shown, draw, shown
from hub.web.titles import BARS, FAMILIES, PROCESSES, title
from hub.web.wording import SHORT
from tests.invented import BOOK, Audited
from tests.stories import CONSULT, NO_PLAN, ON_TRIAL, ROSA, a_store_with_a_story

OFFICER = Actor("officer-e1", "sen_officer", ("E1",), ("E1",))
TODAY = date(2025, 12, 23)


def pictures(many: int = 0) -> list[Shown]:
    desk = Desk(a_store_with_a_story(many=many), Audited(), OFFICER, "duty_monitoring")
    return shown(child_view(desk, ROSA), desk, BOOK)


def test_processes_come_newest_first_and_what_has_ended_is_closed() -> None:
    found = pictures()
    assert [(one.heading, one.started_on, one.ended_on, one.is_open) for one in found] == [
        ("EHC needs assessment", date(2025, 6, 30), None, True),
        ("The next review of the plan", date(2024, 6, 3), date(2025, 5, 20), False),
    ]


def test_bars_stand_under_the_heading_of_their_family_and_the_familys_own_time_apart() -> None:
    picture = pictures()[0].picture
    assert picture is not None
    assert [(group.heading, len(group.bars)) for group in picture.groups] == [
        ("What the council owes", 2), ("Advice asked for", 7), ("The family's time to answer", 2),
    ]  # fmt: skip
    assert all(bar.is_window for bar in picture.groups[-1].bars)
    assert {kind for kind, _ in picture.legend} == {
        "spent", "done", "left", "warn", "over", "unsure", "window", "exempt", "claimed", "lapsed",
    }  # fmt: skip


def test_a_family_reads_of_its_own_time() -> None:
    one = pictures()[0]
    picture = draw(one.drawn, one.days, TODAY, BOOK, is_family=True)
    assert picture.groups[-1].heading == "Your time to answer"


def test_untimed_conditional_and_trial_duties_are_listed_and_never_drawn() -> None:
    one = pictures()[0]
    lists = [[clock.duty.rule for clock in found] for found in (one.untimed, one.conditional, one.trial, one.more)]
    assert lists == [[CONSULT], [NO_PLAN], [ON_TRIAL], []]
    assert not {CONSULT, NO_PLAN, ON_TRIAL} & {clock.duty.rule for clock in one.drawn}


def test_a_picture_is_bounded_and_keeps_what_runs() -> None:
    one = pictures(many=20)[0]
    assert one.picture is not None
    assert len(one.drawn) == sum(len(group.bars) for group in one.picture.groups) == BARS_AT_MOST
    kept = {clock.duty.state for clock in one.drawn}
    assert {"overdue", "at_risk", "open", "past_due_unconfirmed", "exempt", "exempt_claimed"} <= kept
    assert {clock.duty.state for clock in one.more} <= {"met", "lapsed"}
    assert len(one.drawn) + len(one.more) == 31


def test_the_band_has_each_day_once_and_letters_for_its_bodies() -> None:
    picture = pictures()[0].picture
    assert picture is not None
    assert picture.band is not None
    assert [(s.kind, s.letters, s.days) for s in picture.band.stretches] == [
        ("none", "", 42), ("one", "A", 3), ("none", "", 46), ("several", "B+C", 24), ("one", "C", 60), ("unheard", "", 1),
    ]  # fmt: skip
    assert picture.band.stretches[0].at == f"{picture.line.at(date(2025, 6, 30))}%"
    ends = [float(s.at[:-1]) + float(s.width[:-1]) for s in picture.band.stretches]
    assert [float(s.at[:-1]) for s in picture.band.stretches[1:]] == pytest.approx(ends[:-1], abs=0.03)
    assert [(one.letter, one.body.name) for one in picture.band.bodies] == [
        ("A", "Northmoor"), ("B", "Psychology service"), ("C", "Vale Therapies"),
    ]  # fmt: skip


def test_spans_are_joined_over_steps_and_not_over_bodies() -> None:
    spans = [
        SpanSeen(date(2026, 1, n), date(2026, 1, n), 1, step, bodies, bodies)
        for n, step, bodies in ((1, "a", ()), (2, "b", ()), (3, "b", ("T1",)), (4, "c", ("T1",)), (5, "c", ()))
    ]
    assert [span.days for span in joined(spans, date(2026, 2, 1))] == [2, 2, 1]
    assert [span.days for span in joined(spans, date(2026, 1, 1))] == [1, 1, 2, 1]


def test_every_bar_has_a_short_name_or_its_rules_own_sentence() -> None:
    assert title("ehcp-final", {}) == SHORT["ehcp-final"]
    assert title("new-rule", {"new-rule": {"duty": "Do it"}}) == "Do it"
    assert title("newer-rule", {}) == "newer-rule"
    assert max(map(len, BARS.values())) <= 40


def test_every_rule_with_a_limit_has_a_short_name_and_every_kind_and_family_a_heading() -> None:
    rules = [rule for rule in BOOK.rules if not rule.why_disabled]
    assert [rule.id for rule in rules if rule.limits and rule.id not in BARS and rule.id not in SHORT] == []
    assert {kind for rule in rules for kind in rule.process_kinds} <= set(PROCESSES)
    assert {rule.family for rule in rules} - {""} <= set(FAMILIES)
