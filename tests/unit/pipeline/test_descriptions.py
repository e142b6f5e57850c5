"""What holds of a person does not depend on the order in which descriptions come."""

from datetime import UTC, datetime
from itertools import permutations

from hub.domain.events.envelope import Event, Subject
from hub.pipeline.descriptions import Descriptions

WHO = ("casework", "P1")


def said(slot: str, revision: int, day: int, **data: str) -> Event:
    kind = "PersonDescribed" if data else "SourceRecordWithdrawn"
    return Event(
        f"{slot}{revision}", kind, slot, revision, "casework", "l1", "E1", "E1", Subject(*WHO),
        datetime(2026, 1, day, tzinfo=UTC), data=data or {"kind": "PersonDescribed"},
    )  # fmt: skip


def held(events: tuple[Event, ...]) -> object:
    known = Descriptions()
    for event in events:
        known.take(event)
    return known.in_force(WHO)


def test_a_withdrawal_taken_before_its_description_still_withdraws_it() -> None:
    one = (said("s1", 1, 1, family_name="Ovo"), said("s1", 2, 2))
    assert [held(order) for order in permutations(one)] == [None, None]


def test_of_two_rows_about_one_person_the_one_told_last_holds_in_any_order() -> None:
    three = (
        said("s1", 1, 1, family_name="Ovo"), said("s2", 1, 3, family_name="Ova"), said("s1", 2, 2, family_name="Ovi"),
    )  # fmt: skip
    found = [held(order) for order in permutations(three)]
    assert all(one == found[0] for one in found)
    assert found[0][0] == "s2"


def test_when_the_last_told_is_withdrawn_the_other_holds_again() -> None:
    three = (said("s1", 1, 1, family_name="Ovo"), said("s2", 1, 3, family_name="Ova"), said("s2", 2, 4))
    assert {held(order)[0] for order in permutations(three)} == {"s1"}
