"""A child moves between areas by a change of the responsible body or by a person's decision, and its story goes with it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.directory import names_of
from hub.domain.events.education import ResponsibleBodyChanged
from hub.domain.said import Row
from hub.intake import load as module
from hub.intake.forgetting import forget
from hub.intake.load import Source
from hub.queries.moves import may_have_moved
from tests.property.builders import (
    CASEWORK,
    DAY0,
    KEYED,
    NHS,
    Told,
    World,
    a_decision,
    a_person,
    a_request,
    a_row,
    an_advice,
    an_advice_request,
    differences,
    quick,
)

BOTH = Source("therapy", "fhir", "TRUST", ("A01", "A02", "A03"))
THERE = Source("casework-2", "ehc_casework", "A02", ("A02",))
SOURCES = {"casework": CASEWORK, "therapy": BOTH, "casework-2": THERE}
ADA = {"family_name": "Zuckerkandl", "given_names": "Quirina", "birth_date": date(2015, 1, 1), "postcode": "LS1 4AP"}
LATE = DAY0 + timedelta(days=55)
"""A decision on the request of the first day is overdue."""
MOVED = DAY0 + timedelta(days=60)
BY = {"by": "operator-1", "reason": "the family wrote"}


def a_change(on: date = MOVED, new: str = "A02", old: str = "A01") -> Told:
    return ResponsibleBodyChanged(body_kind="local_authority", old=old, new=new, moved_on=on, aware_on=on), on


def a_world() -> World:
    return World(areas=("A01", "A02", "A03"))


PEOPLE = [
    ("casework", a_row("people:C1", "C1", a_person(nhs_number=NHS[0], **ADA))),
    ("therapy", a_row("people:T1", "T1", a_person(nhs_number=NHS[0]), area="A01")),
]
FACTS = [
    ("casework", a_row("requests:R1", "C1", a_request())),
    ("casework", a_row("decisions:D1", "C1", a_decision(DAY0 + timedelta(days=50)))),
    ("therapy", a_row("advice:V1", "T1", an_advice_request(), area="A01")),
    ("therapy", a_row("advice:V2", "T1", an_advice(DAY0 + timedelta(days=40)))),
]
MOVE = ("casework", a_row("moves:M1", "C1", a_change()))


def load(world: World, rows: list[tuple[str, Row]]) -> None:
    for name, source in SOURCES.items():
        if mine := [row for of, row in rows if of == name]:
            world.load(source, mine, complete_to=world.today)


def at_home() -> World:
    """A child known to two sources in the first area, its decision overdue and told."""
    world = a_world()
    world.today = LATE
    load(world, [*PEOPLE, FACTS[0], FACTS[2]])
    world.tick(LATE)
    return world


def ticks(world: World, on: date) -> None:
    for area in ("A01", "A02", "A03"):
        world.tick(on, area)


def live(world: World, area: str) -> dict[str, tuple[int, str]]:
    """Return slot to the highest revision and its event, of the child's events that are attributed in the area."""
    sql = (
        "SELECT j.slot, j.revision, j.id FROM journal j JOIN attribution a ON a.area = j.area AND a.event = j.id"
        " WHERE j.area = :a AND j.kind = 'event' AND a.known_to IS NULL ORDER BY j.revision"
    )
    return {row["slot"]: (row["revision"], row["id"]) for row in world.select(sql, a=area)}


def where(world: World) -> dict[str, str]:
    """Return by area `here`, or the area that its child went to; no entry where there is no child."""
    sql = (
        "SELECT c.area, COALESCE(l.to_area, 'here') AS now FROM child c LEFT JOIN left_area l ON l.area = c.area"
        " AND l.child = c.child WHERE c.alias_of = '' AND c.area <> 'unplaced'"
    )
    rows = world.select(sql)
    assert len({row["area"] for row in rows}) == len(rows), rows
    return {row["area"]: row["now"] for row in rows}


def child_in(world: World, area: str = "A01") -> str:
    (row,) = world.select("SELECT child FROM child WHERE area = :a AND alias_of = ''", a=area)
    return str(row["child"])


def is_sound(world: World) -> None:
    """Nothing is left to say, on its way, or lost in a rebuild."""
    for area in ("A01", "A02", "A03"):
        if world.select("SELECT 1 AS one FROM area WHERE area = :a AND tick_on IS NOT NULL", a=area):
            assert world.unsaid(area) == [], area
    assert world.select("SELECT * FROM outbox") == world.select("SELECT * FROM settling") == []
    assert world.select("SELECT * FROM quarantine") == []
    assert differences(world.tables(), world.rebuilt()) == {}


# ── any order ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@quick(30)
@given(
    order=st.permutations([*PEOPLE, *FACTS, MOVE]), cuts=st.lists(st.integers(1, 3), max_size=5),
    block=st.integers(1, 4), between=st.sets(st.integers(0, 5)), restarts=st.booleans(),
)  # fmt: skip
def test_in_whatever_order_and_however_late_all_ends_in_the_new_area_and_stays_in_the_old_one(
    order: list[tuple[str, Row]], cuts: list[int], block: int, between: set[int], restarts: bool
) -> None:
    world = a_world()
    world.today = MOVED
    rest, sizes, number = list(order), list(cuts), 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        while rest:
            size = sizes.pop(0) if sizes else len(rest)
            now, rest = rest[:size], rest[size:]
            load(world, now)
            if number in between:
                ticks(world, MOVED + timedelta(days=number))
            if restarts:
                world.start()
            number += 1
    ticks(world, MOVED + timedelta(days=10))
    assert where(world) == {"A01": "A02", "A02": "here"}
    sent = {row["id"] for row in world.select("SELECT id FROM journal WHERE area = 'A02' AND kind = 'event'")}
    everything = {row["id"] for row in world.select("SELECT DISTINCT id FROM journal WHERE kind = 'event'")}
    assert sent == everything
    assert {id for _, id in live(world, "A02").values()} == everything
    kept = {row["id"] for row in world.select("SELECT id FROM journal WHERE area = 'A01' AND kind = 'event'")}
    assert {id for _, id in live(world, "A01").values()} == kept
    is_sound(world)


PLACES = ("A01", "A02", "A03")


@quick(25)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["move", "person", "row", "there", "tick", "start"]), st.integers(0, 5)), max_size=12
    )
)
def test_wherever_it_goes_one_area_answers_for_it_and_has_the_newest_of_all_that_was_told(
    steps: list[tuple[str, int]],
) -> None:
    world = at_home()
    world.today = MOVED
    for number, (what, n) in enumerate(steps):
        world.today += timedelta(days=1)
        home = next(area for area, now in where(world).items() if now == "here")
        to = next(area for area in PLACES[n % 3 :] + PLACES if area != home)
        if what == "move":
            load(world, [("casework", a_row(f"moves:M{number}", "C1", a_change(world.today, to, home)))])
            for _ in range(3):  # the notice of a source far from home passes from area to area
                ticks(world, world.today)
            assert where(world)[to] == "here"
        elif what == "person":
            body = {"child": child_in(world, home), "to": to, "on": str(world.today)} | BY
            assert "error" not in world.command("move_child", body, home)
            assert where(world)[to] == "here"
        elif what == "row":
            at = DAY0 + timedelta(days=n)
            load(world, [("casework", a_row("requests:R1", "C1", a_request(at)))])
            load(world, [("therapy", a_row("advice:V1", "T1", an_advice_request(at)))])
        elif what == "there":
            load(
                world, [("casework-2", a_row("people:B1", "B1", a_person(nhs_number=NHS[0])))] if "A02" == home else []
            )
        elif what == "tick":
            ticks(world, world.today + timedelta(days=n))
            world.today += timedelta(days=n)
        else:
            world.start()
    ticks(world, world.today + timedelta(days=1))
    now = where(world)
    assert list(now.values()).count("here") == 1
    home = next(area for area, at in now.items() if at == "here")
    told = "SELECT slot, max(revision) AS revision FROM journal WHERE kind = 'event' GROUP BY slot"
    assert {slot: revision for slot, (revision, _) in live(world, home).items()} == {
        row["slot"]: row["revision"] for row in world.select(told)
    }
    is_sound(world)


# ── the old area ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_alerts_close_as_moved_with_one_notice_to_each_and_none_comes_after() -> None:
    world = at_home()
    raised = world.select("SELECT alert FROM alert WHERE state = 'raised' ORDER BY alert")
    assert len(raised) > 1
    load(world, [MOVE])
    world.tick(MOVED)
    ended = world.select("SELECT DISTINCT state, reason FROM alert")
    assert ended == [{"state": "closed", "reason": "Moved: A02 answers for this case since 6 March 2026."}]
    sql = 'SELECT alert, "to", state FROM delivery WHERE kind = :kind ORDER BY alert'
    told = [row for kind in ("immediate", "digest") for row in world.select(sql, kind=kind)]
    notices = world.select(sql, kind="closing")
    assert {(row["alert"], row["to"]) for row in notices} == {(row["alert"], row["to"]) for row in told}
    assert {row["state"] for row in notices} == {"sent"}
    load(world, [("casework", a_row("requests:R2", "C1", a_request(DAY0, "p2")))])
    for days in (1, 50):
        world.tick(MOVED + timedelta(days=days))
    assert world.select("SELECT 1 AS one FROM alert WHERE area = 'A01' AND state = 'raised'") == []
    is_sound(world)


def test_an_alert_that_nobody_was_sent_is_cancelled_without_a_notice() -> None:
    world = a_world()
    world.host._deliver = None
    world.today = LATE
    load(world, [*PEOPLE, FACTS[0]])
    world.tick(LATE)
    load(world, [MOVE])
    world.tick(MOVED)
    assert {row["state"] for row in world.select("SELECT state FROM delivery")} == {"cancelled"}


def test_what_was_met_before_stays_met_and_what_was_open_lapses() -> None:
    world = a_world()
    world.today = LATE
    load(world, [*PEOPLE, FACTS[0], FACTS[2], FACTS[3]])
    world.tick(LATE)
    before = {r: s for r, s in world.states().items() if s in ("met", "met_late")}
    assert before
    load(world, [MOVE])
    ticks(world, MOVED)
    sql = "SELECT rule, state FROM obligation WHERE area = 'A01'"
    after = {row["rule"]: row["state"] for row in world.select(sql)}
    assert after.items() >= before.items()
    assert set(after.values()) <= {"met", "met_late", "lapsed", "conditional", "not_owed"}


def test_it_leaves_on_the_day_and_not_at_all_if_the_change_is_taken_back_before() -> None:
    for taken_back in (False, True):
        world = at_home()
        load(world, [MOVE])
        world.tick(MOVED - timedelta(days=1))
        assert where(world) == {"A01": "here"}
        if taken_back:
            load(world, [("casework", a_row("moves:M1", "C1"))])
        world.start()
        world.tick(MOVED)
        assert where(world) == ({"A01": "here"} if taken_back else {"A01": "A02", "A02": "here"})
        is_sound(world)


def test_a_change_to_an_area_that_is_not_here_closes_the_record_and_nothing_goes_anywhere() -> None:
    world = at_home()
    load(world, [("casework", a_row("moves:M1", "C1", a_change(new="E99")))])
    ticks(world, MOVED)
    assert where(world) == {"A01": "E99"}
    assert world.select("SELECT 1 AS one FROM journal WHERE area = 'E99'") == []
    assert world.select("SELECT DISTINCT area FROM intake_subject") == [{"area": "A01"}]
    load(world, [("casework", a_row("moves:M2", "C1", a_change(MOVED + timedelta(days=9), "A01", "E99")))])
    ticks(world, MOVED + timedelta(days=9))
    assert where(world) == {"A01": "here"}
    is_sound(world)


def test_another_commissioner_or_the_code_of_this_very_area_moves_nobody() -> None:
    world = at_home()
    other = ResponsibleBodyChanged(body_kind="commissioner", old="ICB", new="A02", moved_on=MOVED)
    load(world, [("casework", a_row("moves:M1", "C1", (other, MOVED), a_change(new="A01", old="A02")))])
    ticks(world, MOVED)
    assert where(world) == {"A01": "here"}


# ── the new area ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_duties_of_the_old_area_are_not_owed_by_the_new_one_and_its_own_are() -> None:
    world = at_home()
    load(world, [MOVE])
    ticks(world, MOVED)
    assert world.select("SELECT rule FROM obligation WHERE area = 'A02'") == []
    again = MOVED + timedelta(days=5)
    load(world, [("casework-2", a_row("people:B1", "B1", a_person(nhs_number=NHS[0]))),
                 ("casework-2", a_row("requests:B1", "B1", a_request(again, "b1")))])  # fmt: skip
    ticks(world, again)
    rows = world.select("SELECT started_on FROM obligation WHERE area = 'A02' AND rule = 'ehcna-decision'")
    assert rows == [{"started_on": str(again)}]
    assert child_in(world, "A02") != child_in(world, "A01")
    is_sound(world)


def test_a_correction_in_a_source_of_the_old_area_alone_reaches_the_new_one_and_a_load_there_is_counted_once() -> None:
    world = at_home()
    load(world, [MOVE])
    ticks(world, MOVED)
    load(world, [("casework", a_row("requests:R1", "C1", a_request(DAY0 + timedelta(days=1))))])
    load(world, [("therapy", a_row("advice:V1", "T1", an_advice_request(DAY0 + timedelta(days=2))))])
    assert [revision for revision, _ in live(world, "A02").values()].count(2) == 2
    assert [revision for revision, _ in live(world, "A01").values()].count(2) == 1
    rows = world.select("SELECT source, expected, arrived FROM load_progress WHERE area = 'A02'")
    assert {row["source"] for row in rows} == {"therapy"}
    assert all(row["expected"] == row["arrived"] for row in rows)
    is_sound(world)


def test_a_source_that_does_not_serve_the_new_area_goes_on_by_way_of_the_old_one() -> None:
    world = at_home()
    with world.store.begin() as unit:
        unit.put("source", [("therapy", "fhir", "TRUST", "A01 A03")])
    load(world, [MOVE])
    ticks(world, MOVED)
    assert world.select("SELECT area FROM intake_subject") == [{"area": "A01"}]
    near = Source("therapy", "fhir", "TRUST", ("A01", "A03"))
    world.load(near, [a_row("advice:V1", "T1", an_advice_request(DAY0 + timedelta(days=2)))])
    assert [revision for revision, _ in live(world, "A02").values()].count(2) == 1
    is_sound(world)


def test_a_new_record_with_the_childs_number_is_looked_for_in_the_new_area() -> None:
    world = at_home()
    load(world, [MOVE])
    ticks(world, MOVED)
    load(world, [("therapy", a_row("people:T2", "T2", a_person(nhs_number=NHS[0])))])
    assert world.select("SELECT area FROM source_record WHERE local_id = 'T2'") == [{"area": "A02"}]
    assert where(world) == {"A01": "A02", "A02": "here"}


def test_a_new_record_of_the_old_area_that_joins_the_child_goes_on_too() -> None:
    world = at_home()
    load(world, [MOVE])
    ticks(world, MOVED)
    load(world, [("casework", a_row("people:C2", "C2", a_person(nhs_number=NHS[0])))])
    ticks(world, MOVED + timedelta(days=1))
    assert len(world.select("SELECT 1 AS one FROM source_record WHERE area = 'A02' AND local_id = 'C2'")) == 1
    is_sound(world)


def test_what_one_load_still_sends_to_the_old_area_while_the_child_leaves_goes_on() -> None:
    world = at_home()
    load(world, [MOVE])
    half: list[Row] = []
    take = module.Load._take

    def in_between(self: Any, unit: Any, block: Any) -> None:
        take(self, unit, block)
        half.extend(block)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", 1)
        patch.setattr(module.Load, "_take", in_between)
        patch.setattr(module, "_blocks", lambda rows: blocks_with(world, rows, half))
        load(world, [FACTS[3], ("therapy", a_row("advice:V3", "T1", an_advice(DAY0, "a3")))])
    assert where(world) == {"A01": "A02", "A02": "here"}
    assert len(live(world, "A02")) == 7
    assert world.select("SELECT 1 AS one FROM load_progress WHERE expected IS NULL OR expected <> arrived") == []
    ticks(world, MOVED + timedelta(days=1))
    is_sound(world)


def blocks_with(world: World, rows: Any, half: list[Row]) -> Any:
    """Yield row by row, and let the child leave once the first of them is taken."""
    for row in rows:
        if half:
            world.tick(MOVED)
        yield [row]


# ── corrections, and coming back ──────────────────────────────────────────────────────────────────────────────────────


def test_a_change_that_named_the_wrong_area_is_mended_by_its_correction() -> None:
    world = at_home()
    load(world, [MOVE])
    ticks(world, MOVED)
    load(world, [("casework", a_row("moves:M1", "C1", a_change(new="A03")))])
    ticks(world, MOVED)
    assert where(world) == {"A01": "A03", "A02": "A03", "A03": "here"}
    is_sound(world)


def test_a_child_that_comes_back_is_the_same_child_and_people_are_told_again() -> None:
    world = at_home()
    before = child_in(world)
    load(world, [MOVE])
    ticks(world, MOVED)
    back = MOVED + timedelta(days=10)
    load(world, [("casework-2", a_row("people:B1", "B1", a_person(nhs_number=NHS[0]))),
                 ("casework-2", a_row("moves:M2", "B1", a_change(back, "A01", "A02")))])  # fmt: skip
    world.tick(back, "A02")
    world.tick(back, "A01")
    assert where(world) == {"A01": "here", "A02": "A01"}
    assert child_in(world) == before
    load(world, [("casework", a_row("requests:R9", "C1", a_request(back, "p9")))])
    world.today = back + timedelta(days=60)
    load(world, [("casework", a_row("people:C9", "C9", a_person(family_name="Other")))])
    world.tick(world.today, "A01")
    assert world.select("SELECT 1 AS one FROM alert WHERE area = 'A01' AND state = 'raised'") != []
    assert world.select("SELECT 1 AS one FROM alert WHERE area = 'A02' AND state = 'raised'") == []


def test_a_person_may_not_move_a_child_to_where_it_is_or_from_where_it_is_not() -> None:
    world = at_home()
    child = child_in(world)

    def answer(**body: str) -> str:
        return str(
            world.command("move_child", {"child": child, "to": "A02", "on": str(MOVED)} | BY | body).get("error")
        )

    assert answer(child="nobody") == answer(to="E99") == "NotFound"
    assert answer(to="A01") == answer(on="2030-01-01") == "Conflict"
    assert answer() == "None"
    assert answer(to="A03") == "Conflict"
    assert where(world) == {"A01": "A02", "A02": "here"}


# ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_subject_erased_after_the_move_is_blank_in_both_areas_and_stays_away() -> None:
    world = at_home()
    load(world, [MOVE])
    ticks(world, MOVED)
    for source, local_id in (("casework", "C1"), ("therapy", "T1")):
        for area in ("A01", "A02"):
            world.command("erase", {"source": source, "local_id": local_id, "by": "x", "reason": "y"}, area)
        forget(world.store, source, local_id)
    load(world, [*PEOPLE, *FACTS])
    ticks(world, MOVED + timedelta(days=1))
    names = [row["name"] for row in world.select("SELECT name FROM sqlite_master WHERE type = 'table'")]
    values = {str(v) for name in names for row in world.select(f'SELECT * FROM "{name}"') for v in row.values()}
    assert not any(word in value for word in ("Zuckerkandl", "Quirina", NHS[0], "LS1 4AP") for value in values)
    assert not {"C1", "T1"} & values
    is_sound(world)


def test_a_subject_erased_while_it_is_on_its_way_does_not_arrive() -> None:
    world = at_home()
    load(world, [MOVE])
    worker = world.worker("A01")
    world.host.drain = lambda progress=None: 0  # type: ignore[method-assign]
    world.tick(MOVED)
    assert worker.sent_on
    del world.host.drain  # type: ignore[attr-defined]
    body = {"source": "casework", "local_id": "C1", "by": "x", "reason": "y"}
    from hub.pipeline.journal import Input, encode

    world.worker("A02").take([Input("erasure", "e1", encode(body))], "2026-03-06T12:00:00.000000Z")
    world.command("erase", dict(body))
    forget(world.store, "casework", "C1")
    assert world.select("SELECT 1 AS one FROM journal WHERE area = 'A02' AND local_id = 'C1'") == []
    is_sound(world)


def test_a_restricted_child_is_restricted_where_it_comes_and_is_in_no_list() -> None:
    world = at_home()
    hidden = a_person(nhs_number=NHS[0], sensitivity="adoption")
    load(world, [("therapy", a_row("people:T1", "T1", hidden)),
                 ("casework-2", a_row("people:B1", "B1", a_person(nhs_number=NHS[0])))])  # fmt: skip
    assert listed(world) == []
    load(world, [MOVE])
    ticks(world, MOVED)
    rows = world.select("SELECT restricted FROM child WHERE area IN ('A01', 'A02') AND alias_of = ''")
    assert rows == [{"restricted": 1}] * 2
    load(world, [("casework", a_row("moves:M1", "C1"))])
    assert listed(world) == []


# ── who may have moved ────────────────────────────────────────────────────────────────────────────────────────────────


def listed(world: World, area: str = "") -> list[dict[str, Any]]:
    return may_have_moved(world.store, lambda who: names_of(KEYED, who), area)


def test_a_number_known_in_two_areas_and_an_address_in_another_are_listed_and_move_nobody() -> None:
    world = at_home()
    with world.store.begin() as unit:
        unit.put("reference", [("postcodes", "LS2", "A03", '{"postcode":"LS2","area":"A03"}')])
    load(world, [("casework-2", a_row("people:B1", "B1", a_person(nhs_number=NHS[0])))])
    load(world, [("casework", a_row("people:C1", "C1", a_person(nhs_number=NHS[0], **ADA | {"postcode": "LS2 7EW"})))])
    ticks(world, MOVED)
    assert where(world) == {"A01": "here", "A02": "here"}
    mine, there = child_in(world), child_in(world, "A02")
    found = {
        (row["area"], row["child"], row["other_area"], row["other_child"], row["because"]) for row in listed(world)
    }
    assert found == {
        ("A01", mine, "A02", there, "nhs_number in both areas"),
        ("A01", mine, "A03", "", "an address there"),
    }
    assert {row["other_area"] for row in listed(world, "A03")} == {"A03"}
    assert not any(word in str(listed(world)) for word in (NHS[0], "LS2", "Zuckerkandl", "C1", "B1"))
    world.command("move_child", {"child": mine, "to": "A02", "on": str(MOVED)} | BY)
    assert [(row["area"], row["because"]) for row in listed(world)] == [("A02", "an address there")]
    assert where(world) == {"A01": "A02", "A02": "here"}


def test_a_change_taken_back_after_the_child_left_is_listed() -> None:
    world = at_home()
    load(world, [MOVE])
    ticks(world, MOVED)
    load(world, [("casework", a_row("moves:M1", "C1"))])
    ticks(world, MOVED + timedelta(days=1))
    assert where(world) == {"A01": "A02", "A02": "here"}
    assert [row["because"] for row in listed(world)] == ["it left by a change that was withdrawn since"]


def test_the_same_inputs_again_change_nothing() -> None:
    world = at_home()
    load(world, [MOVE])
    ticks(world, MOVED)
    before = world.tables()
    for area in ("A01", "A02"):
        again = world.journalled(area)
        sql = "SELECT kind, id, body, taken_at FROM journal WHERE area = :a AND kind = 'subject_moved'"
        again += [type(again[0])(**row) for row in world.select(sql, a=area)]
        world.worker(area).take(again, "2026-11-02T12:00:00.000000Z")
    world.host.drain()
    assert differences(before, world.tables()) == {}
