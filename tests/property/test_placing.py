"""A subject's area is set once; what came before waits unplaced and none of it is lost (invariant 12)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.said import Row
from hub.intake import load as module
from hub.intake.load import Source
from hub.intake.placing import UNPLACED
from tests.property.builders import (
    CASEWORK,
    DAY0,
    NHS,
    World,
    a_person,
    a_request,
    a_row,
    an_advice,
    differences,
    quick,
)

BOTH = Source("therapy", "fhir", "THERAPY", ("A01", "A02"))
KNOWN = a_row("people:C1", "C1", a_person(nhs_number=NHS[0], family_name="Testcase"))
HERS = [
    a_row("advice:V1", "T1", an_advice(DAY0)),
    a_row("advice:V2", "T1", an_advice(DAY0 + timedelta(days=1), "a2")),
    a_row("people:T1", "T1", a_person(nhs_number=NHS[0])),
    a_row("advice:V3", "T1", an_advice(DAY0 + timedelta(days=2), "a3")),
]


def events(world: World, area: str) -> set[str]:
    sql = "SELECT id FROM journal WHERE area = :a AND kind = 'event' AND source = 'therapy'"
    return {row["id"] for row in world.select(sql, a=area)}


def expected() -> set[str]:
    world = World(areas=("A01", "A02"))
    world.load(CASEWORK, [KNOWN])
    world.load(BOTH, [HERS[2], *HERS])
    return events(world, "A01")


@quick(30)
@given(order=st.permutations([*HERS, KNOWN]), cuts=st.lists(st.integers(1, 3), max_size=4), block=st.integers(1, 4))
def test_whatever_comes_first_all_events_end_in_the_area_of_the_subject(
    order: list[Row], cuts: list[int], block: int
) -> None:
    world = World(areas=("A01", "A02"))
    rest, sizes = list(order), list(cuts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        while rest:
            size = sizes.pop(0) if sizes else len(rest)
            now, rest = rest[:size], rest[size:]
            for source in (CASEWORK, BOTH):
                mine = [row for row in now if (row is KNOWN) == (source is CASEWORK)]
                if mine:
                    world.load(source, mine)
    assert events(world, "A01") == expected()
    assert events(world, "A02") == set()
    assert world.select("SELECT 1 AS one FROM source_record WHERE area = :a AND known_to IS NULL", a=UNPLACED) == []
    assert world.select("SELECT 1 AS one FROM attribution WHERE area = :a AND known_to IS NULL", a=UNPLACED) == []
    assert differences(world.tables(), world.rebuilt()) == {}


def test_a_feed_is_complete_in_an_area_only_when_what_was_sent_on_has_arrived_too() -> None:
    world = World(areas=("A01", "A02"))
    world.load(CASEWORK, [KNOWN])
    world.load(BOTH, HERS, complete_to=DAY0)
    rows = world.select("SELECT expected, arrived FROM load_progress WHERE area = 'A01' AND source = 'therapy'")
    assert [(row["expected"], row["arrived"]) for row in rows] == [(4, 4)]
    assert world.select("SELECT complete_to FROM feed WHERE area = 'A01' AND source = 'therapy'") == [
        {"complete_to": str(DAY0)}
    ]


def test_a_subject_once_placed_stays_whatever_its_rows_say_later() -> None:
    world = World(areas=("A01", "A02"))
    world.load(BOTH, [a_row("requests:R1", "T1", a_request(), area="A01")])
    world.load(BOTH, [a_row("requests:R2", "T1", a_request(process="p2"), area="A02")])
    assert len(events(world, "A01")) == 2
    assert events(world, "A02") == set()


def test_a_load_that_broke_off_no_longer_counts_as_running_once_the_next_begins() -> None:
    world = World()
    with world.store.begin() as unit:
        row = module.Load(world.store, world.host._keyed, CASEWORK, an_extract()).load_row(
            CASEWORK, an_extract(), module.Outcome(load="casework-00001"), "running"
        )
        unit.put("load", [row])
    world.load(CASEWORK, [KNOWN])
    states = {row["load"]: row["state"] for row in world.select("SELECT load, state FROM load")}
    assert states == {"casework-00001": "broken off", "casework-00002": "ended"}


def an_extract() -> module.Extract:
    at = datetime(2026, 1, 5, tzinfo=UTC)
    return module.Extract("changes", at, at)
