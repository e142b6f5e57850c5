"""Each measure counts what it says, in the year it says; nobody's figure shows a small number or a restricted child."""

from typing import Any

import pytest

from hub.domain.access import EVERY, ROLES, SEALED, Actor
from hub.domain.errors import Forbidden, NotFound
from hub.domain.measures import MEASURES
from hub.queries.desk import Desk
from hub.queries.measures import Asked, Figure, cases, figures
from hub.queries.show import show
from hub.verbs.measuring import in_words, published
from tests.invented import Audited
from tests.measured import WEEKS_20, Measured, fill, in_memory

WITH = "plan-20-weeks-with-exceptions"


@pytest.fixture
def m() -> Measured:
    return in_memory()


def desk(m: Measured, role: str = "analyst", purpose: str = "", audited: Audited | None = None) -> Desk:
    actor = Actor("somebody", role, EVERY, EVERY)
    return Desk(m.reader, audited or Audited(), actor, purpose or "service_planning")


def rows(m: Measured, measure: str) -> list[dict[str, Any]]:
    return [row for row in show(desk(m), "measure") if row["measure"] == measure]


def seen(m: Measured, measure: str, *columns: str) -> list[tuple[Any, ...]]:
    return [
        tuple(row[column] for column in columns or ("counted_on", "state", "why_left_out")) for row in rows(m, measure)
    ]


def figure(m: Measured, measure: str, year: str = "2025", **asked: str) -> Figure:
    return next(f for f in figures(desk(m), Asked(measure, **asked)) if f.year == year and not f.by)


# ---------------------------------------------------------------------------------------------------- 20 weeks


def test_a_plan_counts_in_the_year_of_its_issue_and_the_last_day_is_in_time(m: Measured) -> None:
    m.plan("2025-06-02", "2025-10-20", "2025-10-20")
    m.plan("2025-06-02", "2025-10-20", "2025-10-21")
    m.plan("2025-09-01", "2026-01-19", "2026-01-19")
    assert seen(m, WEEKS_20, "counted_on", "year", "state", "in_time", "days", "institution") == [
        ("2025-10-20", "2025", "in_time", 1, 140, "100002"),
        ("2025-10-21", "2025", "late", 0, 141, "100002"),
        ("2026-01-19", "2026", "in_time", 1, 140, "100002"),
    ]


def test_an_exception_takes_a_plan_out_of_one_percentage_needed_or_not(m: Measured) -> None:
    m.claim(m.plan("2025-06-02", "2025-10-20", "2025-10-13"))
    m.claim(m.plan("2025-06-02", "2025-10-20", "2025-12-01"), reaches=["ehcna-authority"])
    m.claim(m.plan("2025-06-02", "2025-10-20", "2025-12-02"), reaches=[])
    m.plan("2025-06-02", "2025-10-20", "2025-12-03", state="exempt_claimed", was_late_by=None)
    assert {(state, why) for _, state, why in seen(m, WEEKS_20)} == {("left_out", "exception")}
    assert [state for _, state, _ in seen(m, WITH)] == ["in_time", "late", "late", "late"]


def test_a_claim_for_something_else_is_no_exception_to_the_20_weeks(m: Measured) -> None:
    m.claim(m.plan("2025-06-02", "2025-10-20", "2025-10-13"), reaches=["ehcna-advice-health"], advice_request="A1")
    m.claim(m.plan("2025-06-02", "2025-10-20", "2025-10-14"), reaches=[], ground="missed_appointment")
    m.claim(m.plan("2025-06-02", "2025-10-20", "2025-10-15"), process="R2")
    m.claim(m.plan("2025-06-02", "2025-10-20", "2025-10-16"), reaches=["ehcna-decision"])
    m.claim(m.plan("2025-06-02", "2025-10-20", "2025-10-17"), erased=True)
    assert {state for _, state, _ in seen(m, WEEKS_20)} == {"in_time"}


def test_a_plan_without_a_request_and_one_after_the_request_had_ended_are_left_out(m: Measured) -> None:
    m.made.event("E1", m.child("Moved In"), "PlanFinalised", "2025-05-06", plan="P9", issued_on="2025-05-06")
    m.plan("2025-06-02", "2025-10-20", "2025-12-01", state="lapsed", done_on="2025-07-01", because=[])
    assert seen(m, WEEKS_20) == [
        ("2025-05-06", "left_out", "no_request_known"), ("2025-12-01", "left_out", "ended_first"),
    ]  # fmt: skip


def test_a_second_version_of_a_plan_is_no_new_plan(m: Measured) -> None:
    child = m.plan("2025-06-02", "2025-10-20", "2025-10-13")
    m.made.event(
        "E1", child, "PlanFinalised", "2026-02-02", plan="P1", version="2", issued_on="2026-02-02", process="V1"
    )
    assert seen(m, WEEKS_20) == [("2025-10-13", "in_time", "")]


def test_a_plan_not_yet_sent_to_all_three_was_issued_all_the_same(m: Measured) -> None:
    m.plan("2025-06-02", "2025-10-20", "2025-10-13", state="overdue", done_on=None, because=[])
    assert seen(m, WEEKS_20) == [("2025-10-13", "in_time", "")]


def test_what_cannot_be_judged_is_counted_apart(m: Measured) -> None:
    m.duty("ehcp-final", "not_known", started_on="2025-06-02", due_on="2025-10-20")
    m.plan("2025-06-02", "2025-10-20", "2025-11-03", was_late_by=None, started_basis="deemed")
    m.duty("ehcp-final", "overdue", started_on="2025-06-02", due_on="2025-10-20")  # no plan: nothing to measure yet
    assert seen(m, WEEKS_20) == [("2025-10-20", "not_known", ""), ("2025-11-03", "not_known", "")]


def test_the_class_after_52_weeks_begins_on_day_365(m: Measured) -> None:
    for n in range(6):
        m.plan("2024-06-03", "2024-10-21", "2025-06-02", f"Year {n}")  # 364 days
        m.plan("2024-06-03", "2024-10-21", "2025-06-03", f"Over {n}")  # 365 days
        m.plan("2025-01-06", "2025-05-26", "2025-05-26", f"Time {n}")
    shares = {f.measure: (f.numerator, f.denominator, f.per_cent) for f in figures(desk(m), Asked(year="2025"))}
    assert shares["plan-20-weeks"] == shares["plan-20-to-52-weeks"] == shares["plan-over-52-weeks"] == (6, 18, 33.3)
    assert shares[WITH] == (6, 18, 33.3)


# ---------------------------------------------------------------------------------------------------- the others


def test_each_measure_counts_by_its_own_day(m: Measured) -> None:
    fill(m)
    assert seen(m, "decision-6-weeks") == [("2025-12-22", "in_time", ""), ("2026-01-05", "left_out", "ended_first")]
    assert seen(m, "no-plan-16-weeks", "counted_on", "state", "days") == [("2026-01-05", "late", 126)]
    assert seen(m, "review-decision-4-weeks", "year", "state") == [("2025", "in_time")]
    assert seen(m, "phase-transfer-14-february", "month", "state") == [("2026-02", "in_time")]
    assert seen(m, "phase-transfer-30-march") == [("2026-03-30", "late", "")]
    assert seen(m, "order-steps", "kind", "state") == [("order-plan-draft", "in_time")]
    assert seen(m, "mediation-30-days", "kind", "state") == [("med-arrange-joint", "in_time")]
    assert sorted(seen(m, "mediation-may-decide")) == [
        ("2026-03-04", "in_time", ""), ("2026-03-04", "late", ""), ("2026-03-04", "not_known", ""),
    ]  # fmt: skip


def test_advice_is_counted_by_body_and_kind_and_each_state_has_its_place(m: Measured) -> None:
    fill(m)
    found = rows(m, "advice-6-weeks")
    assert [(r["body"], r["kind"]) for r in found if r["state"] == "late"] == [("THER", "medical")]
    assert sorted(r["why_left_out"] for r in found if r["state"] == "left_out") == [
        "exception", "exception_claimed", "not_due_yet",
    ]  # fmt: skip
    assert [r["state"] for r in found].count("not_known") == 2
    assert {f.group for f in figures(desk(m), Asked("advice-6-weeks", by="body")) if f.by} <= {"T1", "100001"}


def test_late_by_an_unconfirmed_receipt_counts_against_nobody(m: Measured) -> None:
    m.duty(
        "ehcna-advice-health", "met_late", body="T1", started_on="2026-01-05", due_on="2026-02-16", done_on="2026-03-02"
    )
    assert seen(m, "advice-6-weeks") == [("2026-02-16", "not_known", "")]


@pytest.mark.parametrize(
    ("state", "met_on", "done_on", "found"),
    [
        ("met", "2026-02-02", "2026-02-20", "in_time"),
        ("overdue", "2026-03-30", None, "in_time"),  # after its day, but within the year: held
        ("overdue", "2025-03-03", None, "late"),  # the meeting of the year before
        ("overdue", "", None, "late"),
        ("met_late", "", "2026-12-31", "in_time"),
        ("met_late", "", "2027-01-08", "late"),
        ("not_known", "", None, "not_known"),
        ("lapsed", "2026-02-02", "2026-02-03", "left_out"),
        ("open", "", None, "left_out"),
    ],
)
def test_a_review_counts_as_held_by_a_meeting_in_its_period_and_year(
    m: Measured, state: str, met_on: str, done_on: str | None, found: str
) -> None:
    child = m.child("Ben Ashgrove")
    if met_on:
        m.made.event("E1", child, "ReviewMeetingHeld", met_on, meeting_on=met_on, process="V1")
    late = 1 if state == "met_late" else None
    m.duty(
        "review-first", state, child, started_on="2025-03-03", due_on="2026-03-02", done_on=done_on, was_late_by=late
    )
    assert seen(m, "reviews-held", "counted_on", "state") == [("2026-03-02", found)]


def test_a_withdrawn_event_counts_for_nothing(m: Measured) -> None:
    child = m.child("Ben Ashgrove")
    m.made.event("E1", child, "ReviewMeetingHeld", "2026-02-02", meeting_on="2026-02-02", slot="s", revision=1)
    m.made.event("E1", child, "SourceRecordWithdrawn", "2026-02-03", slot="s", revision=2)
    m.duty("review-next", "overdue", child, started_on="2025-03-03", due_on="2026-03-02")
    assert seen(m, "reviews-held", "state") == [("late",)]


def test_conditional_disabled_and_not_owed_duties_are_no_cases(m: Measured) -> None:
    for state in ("conditional", "disabled", "not_owed"):
        m.duty("ehcna-no-plan-decision", state, started_on="2025-09-01", due_on="2025-12-22")
        m.duty("order-plan-final", state, started_on="2025-09-01", due_on="2025-12-22")
    assert list(show(desk(m), "measure")) == []
    assert figures(desk(m), Asked()) == []


# ---------------------------------------------------------------------------------------------------- published


def decisions(m: Measured, in_time: int, late: int, month: str = "2025-03") -> None:
    for n in range(in_time + late):
        state = {"state": "met"} if n < in_time else {"state": "met_late", "was_late_by": 3}
        m.duty("ehcna-decision", started_on=f"{month}-03", due_on=f"{month}-28", process=f"R{n}", done_on=f"{month}-28",
               **state)  # fmt: skip


def test_a_small_number_hides_what_it_could_be_computed_from_and_the_percentage(m: Measured) -> None:
    decisions(m, 38, 2)
    found = figure(m, "decision-6-weeks")
    assert (found.numerator, found.denominator, found.per_cent) == (None, 40, None)
    assert found.held_back == ("numerator",)
    assert found.as_at is not None
    assert found.as_at.isoformat() == "2026-06-29"


def test_a_month_is_hidden_with_a_small_one_and_the_year_stays(m: Measured) -> None:
    for month, in_time, late in (("2025-03", 20, 6), ("2025-04", 21, 2), ("2025-05", 22, 7), ("2025-06", 30, 9)):
        decisions(m, in_time, late, month)
    found = [f for f in figures(desk(m), Asked("decision-6-weeks", by="month")) if f.year == "2025"]
    assert [(f.group, f.numerator, f.denominator) for f in found] == [
        ("", 93, 117), ("2025-03", None, 26), ("2025-04", None, 23), ("2025-05", 22, 29), ("2025-06", 30, 39),
    ]  # fmt: skip
    assert found[0].per_cent == 79.5


def test_the_difference_of_the_two_percentages_gives_no_small_number_away(m: Measured) -> None:
    for n in range(30):
        m.plan("2025-06-02", "2025-10-20", "2025-10-13", f"Early {n}")
    for n in range(10):
        m.plan("2025-06-02", "2025-10-20", "2025-12-01", f"Late {n}")
    for n in range(3):
        m.claim(m.plan("2025-06-02", "2025-10-20", "2025-12-01", f"Exempt {n}"))
    without, with_them = figure(m, "plan-20-weeks"), figure(m, WITH)
    assert without.numerator == with_them.numerator == 30
    assert None in (without.denominator, with_them.denominator)


def test_words_and_json_say_the_definition_the_day_and_the_restricted(m: Measured) -> None:
    decisions(m, 38, 2)
    result = published(desk(m), Asked("decision-6-weeks"))
    assert result["figures"][0]["definition"] == next(x for x in MEASURES if x.measure == "decision-6-weeks").definition
    words = in_words(result)
    assert "E1 2025: c of 40; 0 not known, 0 left out (as at 2026-06-29)" in words
    assert "Restricted children are not counted" in words


# ---------------------------------------------------------------------------------------------------- who may


@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_roles_with_aggregates_read_figures(m: Measured, role: str) -> None:
    fill(m)
    for purpose in ROLES[role].purposes:
        at = desk(m, role, purpose)
        if purpose in ("service_planning", "assurance"):
            assert figures(at, Asked()) or role == "icb_send_lead"
        else:
            with pytest.raises(Forbidden):
                figures(at, Asked())


@pytest.mark.parametrize("level", [1, SEALED])
def test_a_restricted_child_is_in_no_figure_and_no_case_for_any_role(level: int) -> None:
    with_them, without = in_memory(), in_memory()
    for m, restricted in ((with_them, True), (without, False)):
        fill(m)
        decisions(m, 9, 9)
        if restricted:
            child = m.plan("2025-06-02", "2025-10-20", "2025-10-13", "Zoe Hidden", restricted=level)
            m.duty("ehcna-decision", "met", child, started_on="2025-03-03", due_on="2025-03-28", done_on="2025-03-28")
            other = m.child("Yan Hidden", restricted=level)
            m.made.event("E1", other, "PlanFinalised", "2025-05-06", plan="P9", issued_on="2025-05-06")
    for role, purpose in [(role, purpose) for role, known in ROLES.items() for purpose in known.purposes]:
        for asked in (Asked(), Asked(by="month"), Asked("decision-6-weeks", by="school")):
            assert outcome(with_them, role, purpose, asked) == outcome(without, role, purpose, asked)


def outcome(m: Measured, role: str, purpose: str, asked: Asked) -> Any:
    at = desk(m, role, purpose)
    shown = [{**row, "child": "", "reference": "", "obligation": ""} for row in show(at, "measure")]
    try:
        return shown, figures(at, asked)
    except Forbidden as error:
        return shown, str(error)


def test_a_figure_opens_to_its_cases_for_those_who_open_records_alone(m: Measured) -> None:
    fill(m)
    audited = Audited()
    found = cases(desk(m, "sen_manager", audited=audited), Asked("plan-20-to-52-weeks", year="2025"))
    assert [(row["counted_on"], row["counts"]) for row in found if row["counts"] is not None] == [
        ("2025-10-20", 0), ("2025-10-21", 1),
    ]  # fmt: skip
    late = cases(desk(m, "sen_manager"), Asked("advice-6-weeks", of={"body": "T1", "state": "late"}))
    assert [row["kind"] for row in late] == ["medical"]
    assert audited.rows[-1][3] == "measures plan-20-to-52-weeks cases"
    for role in ("analyst", "icb_send_lead"):
        with pytest.raises(Forbidden):
            cases(desk(m, role), Asked(WEEKS_20))


def test_a_dco_finds_their_own_cases_alone(m: Measured) -> None:
    fill(m)
    at = Desk(m.reader, Audited(), Actor("d", "dco", ("E1",), ("T1",)), "duty_monitoring")
    assert [row["body"] for row in cases(at, Asked("advice-6-weeks"))] == ["T1"]
    assert cases(at, Asked(WEEKS_20)) == []


def test_a_measure_that_is_none_is_not_found(m: Measured) -> None:
    for ask in (figures, cases):
        with pytest.raises(NotFound):
            ask(desk(m, "sen_manager"), Asked("plan-10-weeks"))
