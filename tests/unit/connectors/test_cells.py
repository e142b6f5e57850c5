from datetime import date

import pytest

from connectors.base import Column, Refused
from connectors.cells import Cells, Layout, day

COLUMNS = tuple(
    Column(name, "", codes=("F", "H1") if name == "section" else ()) for name in ("a", "b", "section", "nhs_number")
)


def cells(**values: str) -> Cells:
    return Cells(Layout(COLUMNS, list(values)), list(values.values()))


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-01", "20260105", "2026-02-30", "05/01/2026", "2026-W01-1", "3026-01-01", "2026-01-05x"]
)
def test_what_is_no_whole_date_is_none(text: str) -> None:
    assert day(text) is None


def test_a_bad_date_is_dropped_with_a_note_that_does_not_hold_it() -> None:
    row = cells(a="31/02/2026")
    assert row.on("a") is None
    assert [(note.field, note.reason) for note in row.notes] == [("a", "not an ISO date (YYYY-MM-DD)")]


def test_the_date_of_the_fact_is_the_first_that_is_filled_and_a_bad_one_refuses() -> None:
    assert cells(a="", b="2026-01-05").fact_date("a", "b") == date(2026, 1, 5)
    with pytest.raises(Refused) as refused:
        cells(a="soon", b="2026-01-05").fact_date("a", "b")
    assert refused.value.field == "a"


def test_codes_are_read_whatever_their_case() -> None:
    assert cells(section="h1").code("section") == "H1"
    row = cells(section="Z")
    assert row.code("section") == ""
    assert row.notes[0].reason == "unknown code"


def test_a_reference_takes_no_free_text() -> None:
    assert cells(a="DOC-1").ref("a") == "DOC-1"
    row = cells(a="see the letter to Dr Nobody")
    assert row.ref("a") == ""
    assert row.notes


@pytest.mark.parametrize(("text", "flag"), [("Yes", True), ("0", False), ("", None), ("perhaps", None)])
def test_flags(text: str, flag: bool | None) -> None:
    assert cells(a=text).flag("a") is flag


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e9", "one", "٣"])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert cells(a=text).number("a") is None or text == "٣"


def test_a_missing_column_is_empty() -> None:
    assert cells(a="1").text("b") == ""


def test_an_instant_without_a_zone_is_londons() -> None:
    moment = cells(a="2026-07-01T00:30:00").moment("a")
    assert moment
    assert moment.isoformat() == "2026-06-30T23:30:00+00:00"


def test_an_nhs_number_with_blanks_is_taken_and_a_wrong_one_noted() -> None:
    assert cells(nhs_number="999 001 0005").nhs_number() == "9990010005"
    row = cells(nhs_number="999 001 0006")
    assert row.nhs_number() == ""
    assert row.notes[0].reason == "not a valid NHS number"
