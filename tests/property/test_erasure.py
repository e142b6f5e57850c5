"""Erasing one subject: nothing of them is left in any table, a rebuild agrees, and they do not come back (invariant 14)."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.said import Refusal
from hub.intake.forgetting import forget
from tests.property.builders import (
    AREA,
    CASEWORK,
    DAY0,
    LOG,
    NHS,
    TRUST,
    Step,
    World,
    a_person,
    a_request,
    a_row,
    an_advice,
    an_advice_request,
    differences,
    histories,
    quick,
)

SECRETS = ("KEY-4711", "Zuckerkandl", "Quirina", NHS[3], "ZZ9 9ZZ", "B801200005001", "2014-02-28")
"""Words of the subject and of nobody else."""

HER_NAME = a_person(
    nhs_number=NHS[3], upn="B801200005001", family_name="Zuckerkandl", given_names="Quirina", birth_date=date(2014, 2, 28),
    postcode="ZZ9 9ZZ",
)  # fmt: skip
ROWS = [
    a_row("people:KEY-4711", "KEY-4711", HER_NAME),
    a_row("requests:R7", "KEY-4711", a_request(DAY0, "p7")),
    a_row("advice_requests:A7", "KEY-4711", an_advice_request(DAY0, "a7", "p7")),
    a_row("advice_received:V7", "KEY-4711", an_advice(DAY0 + timedelta(days=60), "a7", "p7")),
]
ERASE = {"source": "casework", "local_id": "KEY-4711", "by": "tester", "reason": "test"}


def dump(world: World) -> str:
    """Return every value in every table of the store, folded or not."""
    names = [row["name"] for row in world.select("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return "\n".join(
        str(value) for name in names for row in world.select(f'SELECT * FROM "{name}"') for value in row.values()
    )


def left(world: World) -> list[str]:
    text = dump(world)
    return [word for word in SECRETS if word in text]


def erase(world: World) -> None:
    world.command("erase", dict(ERASE))
    forget(world.store, "casework", "KEY-4711")


def at(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC)


@quick(25)
@given(before=histories(6), after=histories(4))
def test_nothing_of_an_erased_subject_is_left_whatever_came_before_and_comes_after(
    before: list[Step], after: list[Step]
) -> None:
    world = World()
    world.play(before)
    world.load(CASEWORK, ROWS)
    world.tick(world.today + timedelta(days=70))
    assert left(world) == list(SECRETS)
    erase(world)
    assert left(world) == []
    assert differences(world.tables(), world.rebuilt()) == {}
    world.play(after)
    assert left(world) == []
    assert differences(world.tables(), world.rebuilt()) == {}


def test_a_subject_that_was_split_off_or_was_a_possible_match_is_erased_with_all_that_people_decided() -> None:
    world = World()
    world.load(CASEWORK, ROWS)
    world.load(TRUST, [a_row("people:T1", "T1", HER_NAME)])
    world.command("split_child", {"source": "casework", "local_id": "KEY-4711", "by": "x", "reason": "twins"})
    world.load(LOG, [a_row("people:L1", "L1", a_person(family_name="Zuckerkandle", given_names="Quirina", birth_date=date(2014, 2, 28),
                                                       postcode="ZZ9 9ZZ"))])  # fmt: skip
    erase(world)
    for source, local_id in (("trust", "T1"), ("log", "L1")):
        world.command("erase", {"source": source, "local_id": local_id, "by": "x", "reason": "y"})
        forget(world.store, source, local_id)
    assert left(world) == []
    assert differences(world.tables(), world.rebuilt()) == {}


def test_an_erased_subject_is_not_taken_again_by_the_same_rows_or_new_ones() -> None:
    world = World()
    world.load(CASEWORK, ROWS)
    world.tick(DAY0 + timedelta(days=60))
    erase(world)
    again = world.load(CASEWORK, [*ROWS, a_row("requests:R8", "KEY-4711", a_request(DAY0, "p8"))])
    assert dict(again.events) == {}
    assert left(world) == []
    other = world.load(CASEWORK, [a_row("people:C1", "C1", a_person(family_name="Testcase"))])
    assert dict(other.events) == {"PersonDescribed": 1}


def test_events_on_their_way_when_the_subject_is_erased_are_not_taken_either() -> None:
    world = World()
    world.load(CASEWORK, ROWS[:1])
    bodies = [one for one in world.journalled(AREA) if one.kind == "event"]
    erase(world)
    later = bodies[0].body.replace(bodies[0].id, "0" * 32)
    world.worker().take([type(bodies[0])("event", "0" * 32, later)], "2026-11-03T00:00:00.000000Z")
    assert left(world) == []


def test_alerts_about_an_erased_subject_end_at_the_next_tick_and_keep_rule_and_dates() -> None:
    world = World()
    world.load(CASEWORK, ROWS[:3], complete_to=DAY0 + timedelta(days=80))
    world.tick(DAY0 + timedelta(days=70))
    raised = world.select("SELECT alert, rule FROM alert WHERE state = 'raised' ORDER BY alert")
    assert raised
    erase(world)
    world.tick(DAY0 + timedelta(days=71))
    ended = world.select("SELECT alert, rule, state FROM alert WHERE child <> '' ORDER BY alert")
    assert {row["state"] for row in ended} == {"retracted"}
    assert [row["rule"] for row in ended] == [row["rule"] for row in raised]
    assert world.unsaid() == []


def test_numbers_go_on_after_an_erasure_and_a_restart() -> None:
    world = World()
    world.load(CASEWORK, ROWS)
    erase(world)
    world.start()
    world.load(TRUST, [a_row("people:T1", "T1", a_person(family_name="Testcase"))])
    seqs = [row["seq"] for row in world.select("SELECT seq FROM journal WHERE area = :a ORDER BY seq", a=AREA)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert world.select("SELECT 1 AS one FROM journal WHERE kind = 'erasure'")


def test_what_the_subject_had_in_unplaced_is_erased_and_so_are_their_refused_rows() -> None:
    world = World(areas=("A01", "A02"))
    both = type(CASEWORK)("casework", "ehc_casework", "A01", ("A01", "A02"))
    world.load(both, ROWS)
    refused = Refusal("requests.csv", 3, "received_on", "missing", b"record_key,person_key\r\nR9,KEY-4711\r\n")
    world.load(both, [refused])
    assert world.select("SELECT 1 AS one FROM source_record WHERE area = 'unplaced'")
    world.command("erase", dict(ERASE), "unplaced")
    forget(world.store, "casework", "KEY-4711")
    assert left(world) == []
    world.load(both, ROWS)
    assert left(world) == []


@quick(15)
@given(steps=histories(7, acts=("erase", "split_child", "erase")), number=st.integers(0, 9))
def test_an_erasure_is_journalled_under_a_keyed_name_alone(steps: list[Step], number: int) -> None:
    world = World()
    world.play([*steps, Step("erase", number=number)])
    for row in world.select("SELECT body FROM journal WHERE kind = 'erasure'"):
        assert '"local_id"' not in row["body"]
