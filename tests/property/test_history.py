"""Random histories of a small area: the fold is a function of the journal, ticks alone tell, nothing hangs on chance.

Invariants 2, 3, 8, 9 and 11 of the architecture.
"""

from datetime import timedelta

from hypothesis import given

from tests.property.builders import AREA, CONTACTS, DAY0, Step, World, differences, histories, quick


@quick(30)
@given(steps=histories())
def test_a_rebuild_of_any_history_equals_the_live_tables(steps: list[Step]) -> None:
    world = World()
    world.play(steps)
    assert differences(world.tables(), world.rebuilt()) == {}


@quick(30)
@given(steps=histories())
def test_after_a_tick_judging_everybody_finds_nothing_left_to_write_or_say(steps: list[Step]) -> None:
    world = World()
    world.play(steps)
    world.tick(world.today + timedelta(days=1))
    assert world.unsaid() == []
    assert world.select("SELECT * FROM visit") == []


@quick(30)
@given(steps=histories())
def test_a_worker_that_starts_afresh_after_each_step_ends_the_same(steps: list[Step]) -> None:
    lasting, fresh = World(), World()
    lasting.play(steps)
    fresh.play(steps, after=fresh.start)
    assert differences(lasting.tables(), fresh.tables()) == {}


@quick(30)
@given(steps=histories())
def test_what_people_are_told_changes_at_a_tick_and_at_no_other_time(steps: list[Step]) -> None:
    world = World()
    for step in steps:
        before = world.tables()
        step.do(world)
        if step.kind != "tick":
            assert differences(before, world.tables(), ("alert", "delivery", "announced")) == {}


@quick(30)
@given(steps=histories())
def test_every_event_of_a_child_has_exactly_one_child_who_is_no_alias(steps: list[Step]) -> None:
    world = World()
    world.play(steps)
    sql = (
        "SELECT j.id, count(c.child) AS n FROM journal j"
        " LEFT JOIN attribution a ON a.area = j.area AND a.event = j.id AND a.known_to IS NULL"
        " LEFT JOIN child c ON c.area = a.area AND c.child = a.child AND c.alias_of = ''"
        " WHERE j.kind = 'event' AND j.subject_kind = 'child' AND j.body <> '' GROUP BY j.id"
    )
    assert [row for row in world.select(sql) if row["n"] != 1] == []
    overlapping = (
        "SELECT 1 AS one FROM attribution a JOIN attribution b ON a.area = b.area AND a.event = b.event"
        " AND a.known_from < b.known_from AND (a.known_to IS NULL OR a.known_to > b.known_from)"
    )
    assert world.select(overlapping) == []


@quick(30)
@given(steps=histories())
def test_taking_every_input_again_changes_nothing(steps: list[Step]) -> None:
    world = World()
    world.play(steps)
    before = world.tables()
    world.worker().take(world.journalled(AREA), "2026-11-03T00:00:00.000000Z")
    assert differences(before, world.tables()) == {}


def test_contacts_are_the_same_after_a_restart_whatever_the_order_of_their_file() -> None:
    again = {**CONTACTS[0], "valid_from": "2027-01-01"}
    before = {**CONTACTS[0], "valid_to": "2026-12-31"}
    found = []
    for rows in ([before, again, *CONTACTS[1:]], [*CONTACTS[1:], again, before]):
        world = World()
        world.configure(AREA, {"what": "contacts", "rows": rows})
        named = [
            (row["name_ref"], row.get("valid_from", ""), row.get("valid_to", ""))
            for row in world.worker().state.configured.contacts
        ]
        world.start()
        held = [
            (row["name_ref"], row["valid_from"], row["valid_to"]) for row in world.worker().state.configured.contacts
        ]
        assert named == held
        found.append(held)
    assert found[0] == found[1]
    assert len(found[0]) == 5


def test_a_world_that_nothing_happened_to_has_no_children() -> None:
    world = World()
    assert world.tick(DAY0) == {"on": "2026-01-05", "visited": 0, "raised": 0, "retracted": 0, "closed": 0}
