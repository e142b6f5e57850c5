"""One bad child stops nobody, and nothing of theirs is lost (invariant 12)."""

from datetime import timedelta
from typing import Any

import pytest

from hub.domain import obligations
from hub.domain.identity import decide
from hub.pipeline import area, assess, resolve
from hub.pipeline.journal import Input
from tests.property.builders import (
    CASEWORK,
    DAY0,
    World,
    a_person,
    a_request,
    a_row,
    differences,
)

CHILDREN = ("C1", "C2", "C3")


def a_world() -> World:
    world = World()
    for n, name in enumerate(CHILDREN):
        person = a_row(f"people:{name}", name, a_person(family_name="Testcase", given_names=f"Child{n}"))
        world.load(
            CASEWORK,
            [person, a_row(f"requests:{name}", name, a_request(DAY0, name))],
            complete_to=DAY0 + timedelta(days=70),
        )
    return world


def child_of(world: World, local_id: str) -> str:
    sql = "SELECT child FROM source_record WHERE local_id = :l AND known_to IS NULL"
    return str(world.select(sql, l=local_id)[0]["child"])


def break_for(child: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = obligations.judge_duties

    def broken(name: str, *rest: Any) -> Any:
        if name == child:
            raise RuntimeError("a bug that one child finds")
        return whole(name, *rest)

    monkeypatch.setattr(assess, "judge_duties", broken)


def test_a_child_that_cannot_be_judged_is_set_aside_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    bad = child_of(world, "C2")
    break_for(bad, monkeypatch)
    world.tick(DAY0 + timedelta(days=60))
    assert [row["child"] for row in world.select("SELECT * FROM quarantine")] == [bad]
    late = {row["child"] for row in world.select("SELECT child FROM obligation WHERE state = 'overdue'")}
    assert late == {child_of(world, "C1"), child_of(world, "C3")}
    assert len(world.select("SELECT 1 AS one FROM journal WHERE kind = 'event'")) == 6
    assert world.select("SELECT 1 AS one FROM obligation WHERE child = :c", c=bad) == []


def test_what_happens_to_a_quarantined_child_is_taken_and_a_release_judges_them_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_world()
    bad = child_of(world, "C2")
    with monkeypatch.context() as patch:
        break_for(bad, patch)
        world.tick(DAY0 + timedelta(days=10))
    world.load(CASEWORK, [a_row("requests:more", "C2", a_request(DAY0 + timedelta(days=2), "more"))])
    assert differences(world.tables(), world.rebuilt()) == {}
    world.worker().take([Input("subject_released", "r1", f'{{"child":"{bad}"}}')], "2026-11-03T00:00:00.000000Z")
    assert world.select("SELECT * FROM quarantine") == []
    world.tick(DAY0 + timedelta(days=60))
    assert {r["process"] for r in world.select("SELECT process FROM obligation WHERE child = :c", c=bad)} == {
        "C2",
        "more",
    }
    assert differences(world.tables(), world.rebuilt()) == {}
    assert world.unsaid() == []


def test_an_input_that_cannot_be_read_is_kept_with_its_reason_and_the_rest_is_taken() -> None:
    world = a_world()
    before = len(world.select("SELECT 1 AS one FROM journal"))
    good = world.journalled()[-1]
    world.worker().take([Input("event", "broken", '{"id": 1'), good], "2026-11-03T00:00:00.000000Z")
    (letter,) = world.select("SELECT id, kind, reason FROM dead_letter")
    assert letter == {"id": "broken", "kind": "event", "reason": "unreadable"}
    assert len(world.select("SELECT 1 AS one FROM journal")) == before
    assert differences(world.tables(), world.rebuilt()) == {}


def test_a_subject_that_cannot_be_resolved_is_set_aside_with_the_event_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_world()
    world.tick(DAY0 + timedelta(days=10))
    whole = decide.decide

    def broken(record: tuple[str, str], *rest: Any) -> Any:
        if record[1] in ("C2", "C9"):
            raise KeyError("a bug that one description finds")
        return whole(record, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(resolve, "decide", broken)
        rows = [a_row(f"people:{n}", n, a_person(family_name="Other", given_names=n)) for n in ("C2", "C3", "C8", "C9")]
        world.load(CASEWORK, rows)
    aside = {row["child"] for row in world.select("SELECT child FROM quarantine")}
    assert aside == {child_of(world, "C2"), child_of(world, "C9")}
    assert child_of(world, "C8") not in aside
    assert {row["child"] for row in world.select("SELECT child FROM obligation")} == {
        child_of(world, "C1"),
        child_of(world, "C3"),
    }
    assert differences(world.tables(), world.rebuilt()) == {}


def test_a_bug_outside_one_childs_fold_commits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    before = world.tables()

    def broken(*_: object) -> None:
        raise RuntimeError("a bug in writing")

    with monkeypatch.context() as patch:
        patch.setattr(area, "write", broken)
        with pytest.raises(RuntimeError):
            world.tick(DAY0 + timedelta(days=60))
    assert differences(before, world.tables()) == {}
    world.tick(DAY0 + timedelta(days=60))
    assert {row["state"] for row in world.select("SELECT state FROM obligation WHERE rule = 'ehcna-decision'")} == {
        "overdue"
    }
