from typing import Any

import pytest

from connectors.base import Refused, Row
from connectors.cells import Cells, Layout
from connectors.sources.ehc_casework.columns import STEPS_TABLE, TABLES
from connectors.sources.ehc_casework.mapping import map_row
from connectors.sources.ehc_casework.steps import COLUMNS, STEPS
from connectors.tables import table_of


def step(event: str, on: str = "2026-02-02", **values: str) -> Row:
    given = {"record_key": "S1", "person_key": "P1", "event": event, "on": on, **values}
    return map_row("steps", Cells(Layout(STEPS_TABLE.columns, list(given)), list(given.values())))


def payload(row: Row) -> Any:
    (said,) = row.said
    return said.payload


def notes(row: Row) -> list[str]:
    return [note.field for note in row.notes]


def test_a_row_is_the_one_event_that_it_names() -> None:
    row = step(
        "mediation_held", process="M1", process_kind="Mediation", under="R3", attended="LA; RXY", may_decide="no"
    )
    said = payload(row)
    assert (row.key, type(said).__name__, str(row.said[0].occurred_on)) == ("steps:S1", "MediationHeld", "2026-02-02")
    assert (said.process, said.process_kind, said.under) == ("M1", "mediation", "R3")
    assert (said.attended, said.may_decide, said.held_on) == (("LA", "RXY"), False, None)


def test_the_date_of_the_fact_is_the_events_own_on_where_it_has_one() -> None:
    assert str(payload(step("governors_met")).on) == "2026-02-02"


def test_a_column_that_is_a_count_for_one_event_is_a_list_for_another() -> None:
    assert payload(step("suspension_given", sessions="3")).sessions == 3
    assert payload(step("attendance_recorded", sessions="/=8;I=2")).sessions == ("/=8", "I=2")
    half = step("suspension_given", sessions="2.5")
    assert (payload(half).sessions, notes(half)) == (None, ["sessions"])


def test_a_column_that_the_event_does_not_have_is_noted_and_not_refused() -> None:
    row = step("tribunal_order_made", kind="2(b)", made_on="2026-02-02", meeting_on="2026-02-02")
    assert (payload(row).kind, notes(row)) == ("2(b)", ["meeting_on"])


def test_free_text_stays_behind() -> None:
    row = step("complaint_answered", remedy="we are sorry", process="C1")
    assert (payload(row).remedy, notes(row)) == ("", ["remedy"])
    row = step("review_invitations_sent", invited="RXY;the aunt")
    assert (payload(row).invited, notes(row)) == (("RXY",), ["invited"])


def test_a_step_without_the_field_that_it_is_about_says_nothing() -> None:
    row = step("sen_status_changed", since="2026-02-02")
    assert (row.said, notes(row)) == ((), ["status"])


@pytest.mark.parametrize(
    ("event", "on", "field"),
    [
        ("rumour_heard", "2026-02-02", "event"),
        ("", "2026-02-02", "event"),
        ("plan_finalised", "2026-02-02", "event"),
        ("person_died", "2026-02-02", "event"),
        ("mediation_held", "", "on"),
        ("mediation_held", "02/02/2026", "on"),
    ],
)
def test_a_row_that_names_no_step_or_no_day_is_refused(event: str, on: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        step(event, on)
    assert refused.value.field == field


def test_a_list_of_reviews_is_the_institutions() -> None:
    (said,) = step("review_list_sent", person_key="", institution="100001", term="2026-spring").said
    assert (said.local_id, said.subject_kind) == ("100001", "institution")


def test_every_field_of_every_step_has_a_column() -> None:
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))
    assert {field for payload in STEPS.values() for field in payload.__struct_fields__} <= set(names)


def test_a_narrow_file_of_steps_is_not_read_as_reviews() -> None:
    narrow = "record_key,person_key,event,on,plan,process,meeting_on,decision,sent_on".split(",")
    assert table_of("steps.csv", narrow, TABLES) is STEPS_TABLE
