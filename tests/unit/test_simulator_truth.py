"""What is planted: the truth, read as the top of `connectors/simulator/truth.py` says, holds together.

`state_of` is the checker that other tests hold against the hub.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest

from connectors.simulator.plots import LETTER_FATES, PLOTS, QUIRKS, TASK_FATES
from connectors.simulator.simulate import simulate
from connectors.simulator.weeks import MONDAYS, TODAY, WEEKS, due_on

Truth = dict[str, Any]
STATES = {
    "not_owed", "lapsed", "conditional", "met", "exempt", "exempt_claimed", "met_late", "sent_not_recorded",
    "not_known", "past_due_unconfirmed", "overdue", "before_due",
}  # fmt: skip
TOLD = {
    "started_on": "started_told_on", "due_on": "started_told_on", "receipt_basis": "started_told_on",
    "done_on": "told_on", "sent_on": "sent_told_on", "lapsed_on": "lapsed_told_on",
}  # fmt: skip


class Known:
    """A planted duty as known on a day (K), read as the top of `truth.py` says; dates are ISO text."""

    def __init__(self, duty: dict[str, Any], known_on: str) -> None:
        self._duty, self._known_on = duty, known_on

    def said(self, field: str) -> str | None:
        duty = self._duty
        if not (told_on := duty[TOLD[field]]) or told_on > self._known_on:
            return None
        changes = [c for c in duty["corrected"] if c["field"] == field]
        value = changes[0]["was"] if changes else duty[field]
        for change in changes:
            if change["told_on"] <= self._known_on:
                value = change["became"]
        return value

    def counts(self, field: str, true_on: str) -> str | None:
        value = self.said(field)
        return value if value and value <= true_on else None

    def part(self, name: str, day: str, true_on: str) -> dict[str, Any] | None:
        part = self._duty[name]
        is_told = part and part["told_on"] and part["told_on"] <= self._known_on
        return part if is_told and part[day] and part[day] <= true_on else None


def state_of(duty: dict[str, Any], feeds: Iterable[dict[str, Any]], true_on: date, known_on: date) -> str | None:
    """Return the state of a planted duty, `before_due` for open and at_risk, `None` where it is not there."""
    on, known = f"{true_on}", Known(duty, f"{known_on}")
    if not known.counts("started_on", on):
        return None
    due, done, lapsed = known.said("due_on"), known.counts("done_on", on), known.counts("lapsed_on", on)
    if due and (longer := known.part("extension", "on", on)):
        due = longer["due_on"]
    occurs = known.part("occurs_if", "on", on)
    if occurs and occurs["was"] != occurs["outcome"]:
        return "not_owed"
    if lapsed and not (done and done <= lapsed):
        return "lapsed"
    if duty["occurs_if"] and not occurs:
        return "conditional"
    if done and (not due or done <= due):
        return "met"
    if not due:
        return "before_due"
    if exemption := known.part("exemption", "from", on):
        return "exempt" if exemption["evidence"] else "exempt_claimed"
    if duty["is_window"] and on > due:
        return "lapsed"
    if done:
        return "met_late"
    return _undone(duty, feeds, known, due, on, f"{known_on}")


def _undone(
    duty: dict[str, Any], feeds: Iterable[dict[str, Any]], known: Known, due: str, on: str, known_on: str
) -> str:
    if on <= due:
        return "before_due"
    if known.counts("sent_on", on):
        return "sent_not_recorded"
    complete_to = [
        to
        for feed in feeds
        if feed["connector"] == duty["told_by"] and duty["area"] in feed["areas"]
        for day, to in feed["complete_to_by_date"]
        if day <= known_on
    ]
    if max(complete_to, default="") < due:
        return "not_known"
    return "past_due_unconfirmed" if known.said("receipt_basis") in ("deemed", "unknown") else "overdue"


@pytest.fixture(scope="module", params=[1, 2])
def truth(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Truth:
    to = tmp_path_factory.mktemp("simulated")
    simulate(2, 40, request.param, to)
    found: Truth = json.loads((to / "truth.json").read_bytes())
    return found


def duties(truth: Truth, planted: str) -> list[dict[str, Any]]:
    return [duty for duty in truth["duties"] if duty["planted"] == planted]


def history(duty: dict[str, Any], truth: Truth) -> list[str]:
    """The states of a duty as known on each Monday, each once where it stays."""
    found: list[str] = []
    for monday in MONDAYS:
        state = state_of(duty, truth["feeds"], monday, monday)
        if state and state != (found or [""])[-1]:
            found.append(state)
    return found


def histories(truth: Truth, planted: str, rule: str = "") -> list[list[str]]:
    return [history(duty, truth) for duty in duties(truth, planted) if rule in ("", duty["rule"])]


def told_days(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.endswith("told_on") and inner:
                yield inner
            yield from told_days(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from told_days(inner)


def test_forty_children_show_everything_that_can_be_planted(truth: Truth) -> None:
    assert {duty["planted"] for duty in truth["duties"]} >= {*PLOTS, *TASK_FATES, *LETTER_FATES}
    assert {person["quirk"] for person in truth["people"]} - {""} == set(QUIRKS.values())


def test_every_state_occurs_on_some_monday(truth: Truth) -> None:
    found = Counter(state for duty in truth["duties"] for state in history(duty, truth))
    assert set(found) == STATES


def test_each_area_has_a_restricted_child(truth: Truth) -> None:
    assert {person["area"] for person in truth["people"] if person["restricted"]} == {"A01", "A02"}


def test_nothing_is_told_but_on_a_monday_and_after_it_happened(truth: Truth) -> None:
    mondays = {f"{monday}" for monday in MONDAYS}
    for part in ("duties", "provision"):
        assert set(told_days(truth[part])) <= mondays
    for duty in truth["duties"]:
        for on, told_on in (("started_on", "started_told_on"), ("sent_on", "sent_told_on"), ("done_on", "told_on")):
            if duty[on] and duty[told_on] and not duty["corrected"]:
                assert duty[on] < duty[told_on]


def test_due_dates_follow_from_the_start(truth: Truth) -> None:
    for duty in truth["duties"]:
        if duty["started_on"] and not duty["family"]:
            assert duty["due_on"] == f"{due_on(duty['rule'], date.fromisoformat(duty['started_on']))}"
    assert {duty["rule"] for duty in truth["duties"] if not duty["family"]} == {*WEEKS, "review-first", "review-next"}


@pytest.mark.parametrize(
    ("rule", "started_on", "last_day"),
    [
        ("ehcna-decision", date(2025, 11, 10), date(2025, 12, 22)),
        ("ehcna-no-plan-decision", date(2025, 11, 10), date(2026, 3, 2)),
        ("ehcp-final", date(2025, 11, 10), date(2026, 3, 30)),
        ("ehcna-advice-health", date(2025, 12, 22), date(2026, 2, 2)),
        ("ehcp-final", date(2028, 1, 28), date(2028, 6, 16)),
        ("review-first", date(2025, 9, 1), date(2026, 8, 31)),
        ("review-next", date(2025, 9, 1), date(2026, 8, 31)),
    ],
)
def test_due_dates_agree_with_the_worked_dates_of_the_law(rule: str, started_on: date, last_day: date) -> None:
    assert due_on(rule, started_on) == last_day


def test_advice_heard_of_late_is_past_due_first_and_met_in_the_end(truth: Truth) -> None:
    found = [states for states in histories(truth, "heard_late") if "met" in states]
    assert any({"overdue", "sent_not_recorded"} & set(states) for states in found)


def test_advice_on_the_last_day_is_in_time(truth: Truth) -> None:
    given = [duty for duty in duties(truth, "last_day") if duty["done_on"]]
    assert given
    assert all(duty["done_on"] == duty["due_on"] for duty in given)


def test_advice_sent_and_never_recorded_stays_with_the_council(truth: Truth) -> None:
    found = histories(truth, "sent_not_recorded")
    assert any("sent_not_recorded" in states for states in found)
    assert not any("overdue" in states for states in found)


def test_a_correction_of_a_correction_ends_as_it_began(truth: Truth) -> None:
    found = [duty for duty in duties(truth, "corrected_twice") if len(duty["corrected"]) == 2]
    assert found
    for duty in found:
        first, second = duty["corrected"]
        assert first["was"] == second["became"] == duty["done_on"]
    assert any(history(duty, truth)[-3:] == ["met_late", "met", "met_late"] for duty in found)


def test_a_request_corrected_twice_has_its_first_due_date_again(truth: Truth) -> None:
    (duty,) = [duty for duty in duties(truth, "request_corrected") if duty["rule"] == "ehcp-final"]
    first, second = [change for change in duty["corrected"] if change["field"] == "due_on"]
    assert first["was"] == second["became"] == duty["due_on"] != first["became"]


def test_a_row_deleted_by_the_council_is_news_only_with_a_full_extract(truth: Truth) -> None:
    found = [duty for duty in duties(truth, "mistake") if duty["corrected"]]
    assert found
    for duty in found:
        assert duty["done_on"] is None
        assert [change["told_on"] for change in duty["corrected"]] == ["2026-05-04"]


def test_the_true_day_of_receipt_moves_the_due_date_when_it_is_heard(truth: Truth) -> None:
    found = [duty for duty in duties(truth, "deemed_then_acknowledged") if duty["corrected"]]
    assert found
    for duty in found:
        assert {change["field"] for change in duty["corrected"]} == {"receipt_basis", "started_on", "due_on"}
    assert any("past_due_unconfirmed" in history(duty, truth) for duty in found)


def test_claims_exempt_with_evidence_and_are_shown_apart_without(truth: Truth) -> None:
    assert any("exempt" in states for states in histories(truth, "exempt"))
    assert any("exempt_claimed" in states for states in histories(truth, "exempt_no_evidence"))
    assert any("exempt" in states for states in histories(truth, "final_exempt", "ehcp-final"))
    assert not any({"exempt", "exempt_claimed"} & set(states) for states in histories(truth, "out_of_reach"))


def test_after_the_second_areas_casework_falls_silent_nothing_there_is_newly_overdue(truth: Truth) -> None:
    late = [duty for duty in truth["duties"] if duty["area"] == "A02" and (duty["due_on"] or "") > "2026-05-31"]
    states = Counter(state_of(duty, truth["feeds"], TODAY, TODAY) for duty in late)
    assert states["not_known"]
    assert not states["overdue"] + states["past_due_unconfirmed"]


@pytest.mark.parametrize(
    ("planted", "why"), [("withdrawn", "request_withdrawn"), ("died", "person_died"), ("refused", "refused")]
)
def test_withdrawal_death_and_refusal_end_what_was_still_owed(planted: str, why: str, truth: Truth) -> None:
    finals = [duty for duty in duties(truth, planted) if duty["rule"] == "ehcp-final"]
    ended = [duty for duty in finals if duty["lapsed_because"] == why]
    assert ended
    assert all(history(duty, truth)[-1] == "lapsed" for duty in ended)


def test_a_duty_that_only_a_refused_plan_brings_is_conditional_until_the_outcome(truth: Truth) -> None:
    rule = "ehcna-no-plan-decision"
    assert any(states[-1] == "met" for states in histories(truth, "no_plan", rule))
    assert any(states[-1] == "met_late" for states in histories(truth, "no_plan_late", rule))
    assert all(states[-1] in ("not_owed", "conditional") for states in histories(truth, "plan_on_time", rule))


def test_a_plan_is_sent_when_the_last_of_all_has_it(truth: Truth) -> None:
    (duty,) = [duty for duty in duties(truth, "plan_icb_late") if duty["rule"] == "ehcp-final"]
    assert duty["done_on"] > duty["due_on"]


def test_provision_shows_sessions_missed_by_provider_and_child_and_unreported_ones(truth: Truth) -> None:
    weeks = truth["provision"]
    because = {code for week in weeks for code in week["missed_because"]}
    assert because == {"staff_absent", "not_commissioned", "child_absent", "refused_by_family"}
    reported = [week for week in weeks if week["reported"]]
    assert any(week["told_on"] is None and not week["delivered"] for week in reported)
    assert any(week["corrected"] for week in reported)
    assert any(not week["reported"] and week["promised"] for week in weeks)
    assert any(week["promised"] is None for week in weeks)
    assert all(week["delivered"] + sum(week["missed_because"].values()) <= week["promised"] for week in reported)


def test_weeks_are_school_weeks_of_the_childs_own_school(truth: Truth) -> None:
    days = {week["week"] for week in truth["provision"]}
    assert not {"2025-12-22", "2026-02-16", "2026-04-06", "2026-05-25", "2026-06-29"} & days
    lines = {week["line"] for week in truth["provision"] if week["week"] == "2026-01-26"}
    assert lines - {week["line"] for week in truth["provision"] if week["week"] == "2026-02-02"}
