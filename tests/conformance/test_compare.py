"""`hub compare` finds one planted difference in any table, by rows as they are and up to the renaming of children."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from consumers.compare import compare
from hub.bootstrap import tables_of
from hub.ports import Store
from tests.conformance.commands import CommandLine
from tests.property.builders import (
    CASEWORK,
    DAY0,
    LOG,
    TABLES,
    TRUST,
    World,
    a_person,
    a_row,
    an_advice,
    variant_of,
)

Tables = dict[str, list[dict[str, Any]]]


def a_full_world(order: int = 1) -> World:
    """A world with rows in every table; `order` turns the order in which its people come, and so their names."""
    world = World()
    people = [variant_of("casework", f"people:{n}", 0) for n in range(3)][::order]
    world.load(CASEWORK, [row for row in people if row])
    more = [
        variant_of("casework", f"{table}:{n}", 1) for table in TABLES["casework"] if table != "people" for n in range(2)
    ]
    world.load(CASEWORK, [row for row in more if row], complete_to=DAY0 + timedelta(days=80))
    world.load(TRUST, [row for n in range(3) if (row := variant_of("trust", f"people:{n}", 5))])
    world.load(
        LOG,
        [row for n in range(2) if (row := variant_of("log", f"sessions:{n}", 0))],
        complete_to=DAY0 + timedelta(days=60),
    )
    world.load(CASEWORK, [a_row("advice_received:lost", "C2", an_advice(DAY0, "no such request", "p9"))])
    alike = a_person(family_name="Testcase", given_names="Adat", birth_date=date(2015, 1, 1), postcode="LS1 4AP")
    world.load(TRUST, [a_row("people:T8", "T8", alike)])
    (match, *_) = world.select("SELECT id FROM possible_match WHERE state = 'waiting' ORDER BY id")
    world.command("decide_link", {"match": match["id"], "verdict": "apart", "by": "s", "reason": "r"})
    slot = world.select(
        "SELECT slot, local_id FROM journal WHERE type = 'AssessmentDecisionNotified' ORDER BY local_id"
    )[0]["slot"]
    child = world.select("SELECT child FROM source_record WHERE local_id = 'C2' AND known_to IS NULL")[0]["child"]
    world.command("move_events", {"slots": [slot], "child": child, "by": "s", "reason": "r"})
    world.tick(DAY0 + timedelta(days=70))
    alert = world.select("SELECT alert FROM alert WHERE rule = 'ehcna-decision' ORDER BY alert")[0]["alert"]
    world.command("answer", {"alert": alert, "kind": "acknowledge", "actor": "officer-1", "reason": "", "until": None})
    return world


def read(store: Store) -> Tables:
    return {name: rows() for name, rows in tables_of(store).items()}


def readers(tables: Tables) -> Any:
    return {name: (lambda rows=rows: [dict(row) for row in rows]) for name, rows in tables.items()}


@pytest.fixture(scope="module")
def tables() -> Iterator[Tables]:
    found = read(a_full_world().store)
    # Tables that only a broken-off tick, a bug, an unreadable input, a move or a subject placed late fills.
    child = found["child"][0]["child"]
    found["visit"] = [{"area": "A01", "child": child}]
    found["quarantine"] = [{"area": "A01", "child": child, "reason": "KeyError", "since": "2026-01-05"}]
    found["placed"] = [{"area": "unplaced", "source": "trust", "local_id": "T9", "placed_in": "A01"}]
    found["left_area"] = [
        {"area": "A01", "child": child, "to_area": "A02", "left_on": "2026-01-05", "because": "0" * 32, "seq": 9}
    ]
    found["arrived"] = [
        {"area": "A02", "source": "trust", "local_id": "T9", "came_from": "A01", "arrived_on": "2026-01-05",
         "because": "0" * 32, "seq": 9}
    ]  # fmt: skip
    found.setdefault("dead_letter", []).append(
        {"area": "A01", "id": "x", "kind": "event", "reason": "unreadable", "at": "t", "body": "{"}
    )
    yield found


def test_the_same_is_equal(tables: Tables) -> None:
    for rename in (False, True):
        assert compare(readers(tables), readers(tables), rename)["equal"]


def test_there_are_rows_to_differ_in_every_table(tables: Tables) -> None:
    assert {name for name, rows in tables.items() if not rows} <= {"shortfall", "erased"}


@pytest.mark.parametrize("rename", [False, True], ids=["as they are", "up to renaming"])
def test_one_planted_difference_in_any_table_is_found(tables: Tables, rename: bool) -> None:
    for name, rows in tables.items():
        if not rows:
            continue
        fewer = tables | {name: rows[1:]}
        found = compare(readers(tables), readers(fewer), rename)["tables"][name]["different"]
        assert found >= 1 if rename else found == 1, name
        changed = {**rows[0]}
        column = planted_column(name, changed)
        if column:
            changed[column] = planted(changed[column])
            other = compare(readers(tables), readers(tables | {name: [changed, *rows[1:]]}), rename)
            assert not other["equal"], (name, column)
            assert other["tables"][name]["different"] >= 1, (name, column)


def planted_column(name: str, row: dict[str, Any]) -> str:
    """Return the last column that says something."""
    names = {
        "child",
        "alias_of",
        "obligation",
        "alert",
        "delivery",
        "event",
        "id",
        "slot",
        "subject",
        "because",
        "reference",
        "decision",
    }
    arrival = {"known_from", "last_seq", "tick_seq", "last_taken_at", "last_load_at", "since", "seq", "completed"}
    told = [column for column in row if column not in names | arrival | {"area"}]
    return told[-1] if told else ""


def planted(value: Any) -> Any:
    if value is None:
        return 7
    if isinstance(value, (int, float)):
        return value + 1
    digit = next((n for n, letter in enumerate(value) if letter.isdecimal()), None)
    if digit is None:
        return value + "!"
    return value[:digit] + str((int(value[digit]) + 1) % 10) + value[digit + 1 :]


def test_a_difference_inside_what_was_announced_is_found_up_to_renaming(tables: Tables) -> None:
    rows = tables["announced"]
    changed = [{**rows[0], "body": rows[0]["body"].replace('"state":"', '"state":"not_')}, *rows[1:]]
    for rename in (False, True):
        assert not compare(readers(tables), readers(tables | {"announced": changed}), rename)["equal"]


def test_an_attribution_that_ended_is_not_one_that_goes_on(tables: Tables) -> None:
    rows = tables["attribution"]
    open_one = next(n for n, row in enumerate(rows) if row["known_to"] is None)
    changed = [dict(row) for row in rows]
    changed[open_one]["known_to"] = 99
    assert not compare(readers(tables), readers(tables | {"attribution": changed}), True)["equal"]


def test_an_event_with_another_child_is_found_up_to_renaming(tables: Tables) -> None:
    rows = [dict(row) for row in tables["obligation"]]
    first = rows[0]
    other = next(row for row in rows if row["child"] != first["child"])
    first["child"] = other["child"]
    assert not compare(readers(tables), readers(tables | {"obligation": rows}), True)["equal"]


def test_two_runs_that_name_their_children_otherwise_are_equal_up_to_renaming() -> None:
    one = read(a_full_world().store)
    names = {row["child"]: f"{n:032x}" for n, row in enumerate(one["child"])}
    references = {row["reference"]: f"TO-{n:04}" for n, row in enumerate(one["child"])}
    other = {
        name: [{k: renamed(v, names | references) for k, v in row.items()} for row in rows]
        for name, rows in one.items()
    }
    assert not compare(readers(one), readers(other), False)["equal"]
    different = compare(readers(one), readers(other), True)
    assert different["equal"], {k: v for k, v in different["tables"].items() if v["different"]}


def renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in names.items():
            value = value.replace(old, new)
    return value


def test_the_command_ends_with_one_when_two_hubs_differ(tmp_path: Path) -> None:
    one, other = CommandLine(tmp_path / "one"), CommandLine(tmp_path / "other")
    for line in (one, other):
        line.ok("area", "add", "A01", "--name", "Ashdale", "--live-from", "2026-01-05")
    code, text = one.run("compare", one.folder, other.folder, "--json")
    assert code == 0, text
    with other.hub.store.begin() as unit:
        unit.execute("UPDATE area SET name = 'Bramford'")
    code, text = one.run("compare", one.folder, other.folder, "--json")
    assert (code, '"equal": false' in text) == (1, True)
    assert one.run("compare", one.folder, tmp_path / "nowhere")[0] == 3
    for line in (one, other):
        line.close()
