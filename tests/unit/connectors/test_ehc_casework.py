from typing import Any

import pytest

from connectors.base import Refused, Row
from connectors.cells import Cells, Layout
from connectors.sources.ehc_casework.columns import TABLES
from connectors.sources.ehc_casework.mapping import map_row

BY_NAME = {table.name: table for table in TABLES}


def mapped(table: str, **values: str) -> Row:
    given = {"record_key": "X1", "person_key": "P1", "updated_at": "2026-01-05T10:00:00Z", **values}
    given = {name.rstrip("_"): value for name, value in given.items()}
    return map_row(table, Cells(Layout(BY_NAME[table].columns, list(given)), list(given.values())))


def kinds(row: Row) -> list[str]:
    return [said.kind for said in row.said]


def payload(row: Row, index: int = 0) -> Any:
    return row.said[index].payload


def test_a_request_without_a_process_starts_one_by_its_own_key() -> None:
    assert payload(mapped("requests", received_on="2026-01-06")).process == "X1"
    assert payload(mapped("requests", received_on="2026-01-06", process="R9")).process == "R9"


def test_a_request_withdrawn_says_both() -> None:
    row = mapped("requests", received_on="2026-01-06", withdrawn_on="2026-02-01", withdrawn_reason="moved")
    assert kinds(row) == ["NeedsAssessmentRequested", "RequestWithdrawn"]
    assert [str(said.occurred_on) for said in row.said] == ["2026-01-06", "2026-02-01"]


def test_a_request_with_a_sent_date_only_is_taken_with_a_note() -> None:
    row = mapped("requests", sent_on="2026-01-05")
    assert payload(row).received_on is None
    assert [note.field for note in row.notes] == ["received_on"]


def test_a_row_may_hold_decision_and_outcome() -> None:
    row = mapped("decisions", sent_on="2026-02-01", decision="assess", outcome="issue")
    assert kinds(row) == ["AssessmentDecisionNotified", "OutcomeNotified"]


def test_an_unknown_decision_is_noted_and_the_row_says_nothing() -> None:
    row = mapped("decisions", sent_on="2026-02-01", decision="maybe")
    assert row.said == ()
    assert row.notes


def test_advice_declined_is_not_advice_received() -> None:
    row = mapped("advice_received", received_on="2026-02-01", declined_on="2026-02-02", ground="wrong_service")
    assert kinds(row) == ["AdviceDeclined"]


def test_an_advice_request_without_a_key_of_its_own_has_the_rows() -> None:
    assert payload(mapped("advice_requests", sent_on="2026-02-01")).advice_request == "X1"


def test_evidence_in_words_counts_as_given_and_stays_behind() -> None:
    row = mapped("exceptions", from_="2026-02-01", evidence="a letter from the head")
    assert payload(row).evidence == "given"
    assert [note.field for note in row.notes] == ["evidence"]


def test_an_exception_that_ends_before_it_begins_has_no_end() -> None:
    row = mapped("exceptions", from_="2026-02-10", to="2026-02-01")
    assert (str(payload(row).since), payload(row).until) == ("2026-02-10", None)


@pytest.mark.parametrize(("version", "cause", "kind"), [("1", "", "PlanFinalised"), ("", "", "PlanFinalised"), ("2", "", "PlanAmended"), ("1", "review", "PlanAmended")])  # fmt: skip  # noqa: E501
def test_a_later_version_or_a_cause_is_an_amendment(version: str, cause: str, kind: str) -> None:
    assert kinds(mapped("plans", issued_on="2026-02-01", version=version, cause=cause)) == [kind]


def test_a_plan_that_ceased_says_so_too() -> None:
    assert kinds(mapped("plans", issued_on="2025-02-01", ceased_on="2026-02-01", cease_reason="8")) == [
        "PlanFinalised",
        "PlanCeased",
    ]
    assert kinds(mapped("plans", ceased_on="2026-02-01")) == ["PlanCeased"]


def test_sent_keeps_the_pairs_that_hold() -> None:
    row = mapped("plans", issued_on="2026-02-01", sent="parent=2026-02-01;icb=soon; institution = 2026-02-02")
    assert payload(row).sent == ("parent=2026-02-01", "institution=2026-02-02")
    assert [note.field for note in row.notes] == ["sent"]


def test_a_line_is_quantified_if_it_says_how_much_and_nobody_says_otherwise() -> None:
    much = {"starts_on": "2026-02-01", "quantity": "2", "unit": "sessions", "per": "week"}
    assert payload(mapped("provision_lines", **much)).is_quantified is True
    assert payload(mapped("provision_lines", **much, is_quantified="no")).is_quantified is False
    assert payload(mapped("provision_lines", starts_on="2026-02-01")).is_quantified is False


def test_a_review_without_a_meeting_may_tell_its_decision() -> None:
    assert kinds(mapped("reviews", decision="maintain", sent_on="2026-02-01")) == ["ReviewDecisionNotified"]
    assert kinds(mapped("reviews", meeting_on="2026-01-20")) == ["ReviewMeetingHeld"]


def test_the_areas_calendar_has_the_area_as_subject() -> None:
    row = mapped("calendar", institution="*", school_days="2026-01-05..2026-02-13;2025-09-02..2025-12-19")
    assert (row.said[0].subject_kind, row.said[0].local_id) == ("area", "*")
    assert payload(row).school_days == ("2025-09-02..2025-12-19", "2026-01-05..2026-02-13")


def test_a_closure_is_an_institutions() -> None:
    row = mapped("calendar", institution="100001", closed_from="2026-02-16", reopens_on="2026-02-23")
    assert (row.said[0].subject_kind, str(row.said[0].occurred_on)) == ("institution", "2026-02-16")


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ("requests", "received_on"),
        ("decisions", "sent_on"),
        ("advice_requests", "received_on"),
        ("advice_received", "received_on"),
        ("exceptions", "from"),
        ("drafts", "served_on"),
        ("plans", "issued_on"),
        ("provision_lines", "starts_on"),
        ("reviews", "meeting_on"),
        ("case_workers", "since"),
    ],
)
def test_a_row_without_the_date_of_its_fact_is_refused(table: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        mapped(table)
    assert (refused.value.field, refused.value.reason) == (field, "missing")


@pytest.mark.parametrize("table", [name for name in BY_NAME if name != "calendar"])
def test_a_row_without_a_person_is_refused(table: str) -> None:
    with pytest.raises(Refused):
        mapped(table, person_key="")


def test_a_person_without_a_record_key_is_known_by_the_person_key() -> None:
    assert mapped("people", record_key="").key == "people:P1"


@pytest.mark.parametrize(("given", "kept"), [("", ""), ("none", ""), ("adoption", "adoption"), ("R", "restricted"), ("U", ""), ("to be kept from father", "to_be_kept_from_father")])  # fmt: skip  # noqa: E501
def test_an_unknown_sensitivity_restricts_all_the_same(given: str, kept: str) -> None:
    assert payload(mapped("people", sensitivity=given)).sensitivity == kept
