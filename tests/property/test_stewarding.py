"""What a steward's commands do beyond one answer: records that leave, children joined again, refusals, and the preview."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.bootstrap import Hub
from hub.queries.preview import if_linked, if_parted
from hub.queries.stewardship import queue
from tests.property.builders import (
    CASEWORK,
    DAY0,
    LOG,
    NHS,
    TRUST,
    World,
    a_person,
    a_request,
    a_row,
    an_advice_request,
    differences,
    rulebook,
)
from tests.stewarding import a_desk, a_hub, a_queue, child_of

BY = {"by": "steward-1", "reason": "looked it up"}
UPN = "B801200005001"
HELD = {"family_name": "Held", "given_names": "Una", "birth_date": date(2013, 5, 6)}


def three(world: World) -> str:
    """Casework and trust share an NHS number, trust and the log a UPN: the log hangs on the trust's record alone."""
    world.load(
        CASEWORK,
        [a_row("people:C1", "C1", a_person(nhs_number=NHS[2], **HELD)), a_row("requests:R1", "C1", a_request())],
    )
    world.load(TRUST, [a_row("people:T1", "T1", a_person(nhs_number=NHS[2], upn=UPN, **HELD))])
    world.load(LOG, [a_row("people:L1", "L1", a_person(upn=UPN, family_name="Held", given_names="Una"))])
    return child_of(world, "casework", "C1")


def test_a_record_that_is_one_of_the_child_leaves_it_when_it_is_kept_apart() -> None:
    world = World()
    world.load(TRUST, [a_row("people:T1", "T1", a_person(nhs_number=NHS[2], upn=UPN, **HELD))])
    world.load(LOG, [a_row("people:L1", "L1", a_person(upn=UPN, **HELD))])
    world.load(
        CASEWORK,
        [a_row("people:C1", "C1", a_person(nhs_number=NHS[2], **HELD)), a_row("requests:R1", "C1", a_request())],
    )
    kept = child_of(world, "casework", "C1")
    assert kept == child_of(world, "log", "L1")
    world.command("split_child", {"source": "trust", "local_id": "T1"} | BY)
    (asked,) = world.select("SELECT id FROM possible_match WHERE rule = 'identifier_gone' AND local_id = 'L1'")
    world.command("decide_link", {"match": asked["id"], "verdict": "apart"} | BY)
    assert len({child_of(world, *r) for r in (("log", "L1"), ("trust", "T1"), ("casework", "C1"))}) == 3
    world.tick(DAY0 + timedelta(days=3))
    assert differences(world.tables(), world.rebuilt()) == {}


def test_children_that_a_person_kept_apart_can_be_joined_by_a_person() -> None:
    world = World()
    world.load(CASEWORK, [a_row("people:C1", "C1", a_person(**HELD | {"postcode": "LS1 4AP"}))])
    world.load(TRUST, [a_row("people:T1", "T1", a_person(**HELD | {"given_names": "", "postcode": "LS1 4AP"}))])
    (asked,) = world.select("SELECT id FROM possible_match")
    world.command("decide_link", {"match": asked["id"], "verdict": "apart"} | BY)
    ours, theirs = child_of(world, "casework", "C1"), child_of(world, "trust", "T1")
    world.command("merge_children", {"child": theirs, "into": ours} | BY)
    assert child_of(world, "trust", "T1") == child_of(world, "casework", "C1")
    assert world.select("SELECT * FROM kept_apart") == []
    assert differences(world.tables(), world.rebuilt()) == {}


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("decide_link", {"match": "f" * 32, "verdict": "link"}, "NotFound"),
        ("merge_children", {"child": "f" * 32, "into": "e" * 32}, "NotFound"),
        ("split_child", {"links": [999_999]}, "NotFound"),
        ("split_child", {"links": []}, "Conflict"),
        ("undo", {"entry": "f" * 32}, "NotFound"),
    ],
)
def test_what_is_not_there_is_refused_before_it_is_taken(kind: str, body: dict[str, Any], error: str) -> None:
    world = World()
    three(world)
    before = world.select("SELECT count(*) AS n FROM journal")
    assert world.command(kind, body | BY)["error"] == error
    assert world.select("SELECT count(*) AS n FROM journal") == before


def test_a_decision_names_its_entry_and_is_undone_by_it() -> None:
    world = World()
    kept = three(world)
    numbers = [
        r["known_from"]
        for r in world.select("SELECT known_from FROM source_record WHERE local_id = 'T1' AND known_to IS NULL")
    ]
    entry = world.command("split_child", {"links": numbers} | BY)["entry"]
    assert child_of(world, "trust", "T1") != kept
    world.command("undo", {"entry": entry} | BY)
    assert child_of(world, "trust", "T1") == kept
    assert differences(world.tables(), world.rebuilt()) == {}


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return a_hub(tmp_path / "hub")


def obligations(world: World, *children: str) -> list[tuple[Any, ...]]:
    rows = world.select("SELECT * FROM obligation")
    return sorted((r["rule"], r["body"], r["state"], r["due_on"] or "") for r in rows if r["child"] in children)


def test_a_preview_of_a_link_says_what_the_link_then_does(hub: Hub) -> None:
    world, desk = a_queue(hub), a_desk(hub)
    for one in queue(desk, rulebook().holidays)[1:4]:
        before = obligations(world, one.here, one.child)
        raised = _raised(world)
        told = if_linked(desk, rulebook(), one.area, one.here, one.child)
        assert told is not None
        world.command("decide_link", {"match": one.match, "verdict": "link"} | BY)
        world.tick()
        after = obligations(world, one.here, one.child)
        assert sum(c.kind == "appears" for c in told.changes) - sum(c.kind == "vanishes" for c in told.changes) == len(
            after
        ) - len(before)
        moved = {
            (c.rule, c.body, c.state, c.due.isoformat() if c.due else "") for c in told.changes if c.kind == "moves"
        }
        assert moved <= set(after)
        assert len(moved) == len(set(after) - set(before))
        now = _raised(world)
        assert sum(t.kind == "raised" for t in told.told) + sum(t.kind == "again" for t in told.told) == len(
            now - raised
        )
    hub.store.close()


def test_a_preview_of_a_split_says_what_the_split_then_does(hub: Hub) -> None:
    world, desk = a_queue(hub), a_desk(hub)
    one = queue(desk, rulebook().holidays)[1]
    world.command("decide_link", {"match": one.match, "verdict": "link"} | BY)
    world.tick()
    child, record = child_of(world, one.source, one.local_id), (one.source, one.local_id)
    before = obligations(world, child)
    told = if_parted(desk, rulebook(), one.area, child, [record])
    assert told is not None
    assert told.events == 1
    world.command("split_child", {"source": record[0], "local_id": record[1]} | BY)
    world.tick()
    after = obligations(world, child, child_of(world, *record))
    moved = {(c.rule, c.body, c.state, c.due.isoformat() if c.due else "") for c in told.changes if c.kind == "moves"}
    assert moved == set(after) - set(before) != set()
    assert {t.kind for t in told.told} == {"raised", "withdrawn"} or {t.kind for t in told.told} == {"raised", "closed"}
    hub.store.close()


def test_two_requests_for_advice_do_not_disturb_a_preview(hub: Hub) -> None:
    world, desk = a_queue(hub), a_desk(hub)
    world.load(CASEWORK, [a_row("advice_requests:C2b", "C2", an_advice_request(process="p2", name="second"))])
    world.tick()
    one = next(w for w in queue(desk, rulebook().holidays) if w.local_id == "T2")
    told = if_linked(desk, rulebook(), one.area, one.here, one.child)
    assert told is not None
    assert [c.kind for c in told.changes] == ["moves"]
    hub.store.close()


def _raised(world: World) -> set[str]:
    return {row["alert"] for row in world.select("SELECT alert FROM alert WHERE state = 'raised'")}
