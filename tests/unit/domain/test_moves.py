"""Where a child belongs, by what is told of the responsible authority and what was settled before."""

from datetime import date

import pytest

from hub.domain.moves import Change, Settled, belongs_to, change_of

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
HERE = Settled("E1")


def said(**fields: str) -> dict[str, str]:
    return {"body_kind": "local_authority", "new": "E2"} | fields


def test_the_day_of_the_move_counts_then_that_of_knowing_then_that_of_the_fact() -> None:
    whole = said(moved_on="2026-03-01", aware_on="2026-04-01")
    for data, on in ((whole, MARCH), (said(aware_on="2026-04-01"), APRIL), (said(), MAY)):
        change = change_of("s", data, MAY)
        assert change is not None and (change.on, change.to) == (on, "E2")


@pytest.mark.parametrize("data", [said(body_kind="commissioner"), said(new=""), {"body_kind": "local_authority"}])
def test_what_names_no_other_authority_is_no_change(data: dict[str, str]) -> None:
    assert change_of("s", data, MAY) is None


def test_a_change_without_any_day_is_none() -> None:
    assert change_of("s", said(), None) is None


def test_a_change_counts_from_its_day() -> None:
    assert belongs_to([Change("s", APRIL, "E2")], HERE, MARCH) == HERE
    assert belongs_to([Change("s", APRIL, "E2")], HERE, APRIL) == Settled("E2", APRIL, "s")


def test_the_latest_counts_in_whatever_order_they_come() -> None:
    changes = [Change("s", APRIL, "E3"), Change("t", MARCH, "E2")]
    assert belongs_to(changes, HERE, MAY) == belongs_to(changes[::-1], HERE, MAY) == Settled("E3", APRIL, "s")


def test_of_one_day_what_was_known_later_counts_and_never_the_key() -> None:
    for slots in ("st", "ts"):
        first = change_of(slots[0], said(new="E3", moved_on="2026-03-01", aware_on="2026-03-01"), None)
        second = change_of(slots[1], said(new="E2", moved_on="2026-03-01", aware_on="2026-04-01"), None)
        assert first is not None and second is not None
        assert belongs_to([first, second], HERE, MAY).area == "E2"


def test_what_was_before_the_settlement_moves_nobody_back() -> None:
    settled = Settled("E1", APRIL, "s")
    assert belongs_to([Change("t", MARCH, "E2"), Change("u", APRIL, "E3")], settled, MAY) == settled


def test_a_correction_of_the_change_that_settled_it_counts() -> None:
    settled = Settled("E2", APRIL, "s")
    assert belongs_to([Change("s", MARCH, "E3")], settled, MAY) == Settled("E3", MARCH, "s")
    assert belongs_to([Change("s", MARCH, "E2")], settled, MAY) == Settled("E2", MARCH, "s")


def test_a_second_source_that_tells_the_same_later_changes_nothing() -> None:
    settled = Settled("E2", MARCH, "s")
    assert belongs_to([Change("t", APRIL, "E2")], settled, MAY) == settled
