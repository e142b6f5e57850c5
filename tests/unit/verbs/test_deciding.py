"""The command line can do what the steward's pages can."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.commands import CommandLine
from tests.property.builders import World
from tests.stewarding import a_queue, child_of

WHO = ("--as", "steward-1", "--reason", "looked it up")


@pytest.fixture
def world(line: CommandLine) -> World:
    return a_queue(line.hub)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[CommandLine]:
    made = CommandLine(tmp_path / "hub")
    yield made
    made.close()


def test_the_queue_is_by_harm_and_says_how_long_each_waits(line: CommandLine, world: World) -> None:
    found = line.json("identity", "queue")
    assert [one["harm"] for one in found] == sorted(one["harm"] for one in found)
    first = found[0]
    assert (first["rule"], first["target_working_days"], first["is_late"]) == ("two_nhs_numbers", 1, True)
    assert first["age_working_days"] == 36
    assert set(first) >= {"id", "score", "state", "source", "because"}


def test_a_decision_is_listed_and_undone_by_its_entry(line: CommandLine, world: World) -> None:
    asked = line.json("identity", "queue")[1]["id"]
    entry = line.json("identity", "decide", asked, "apart", *WHO)["entry"]
    (done,) = line.json("identity", "history")
    assert (done["entry"], done["by"], done["undone"]) == (entry, "steward-1", False)
    line.json("identity", "undo", entry, *WHO)
    assert [one["undone"] for one in line.json("identity", "history")] == [False, True]
    assert asked in {one["id"] for one in line.json("identity", "queue")}


def test_a_merge_of_two_with_open_plans_asks_for_another_person(line: CommandLine, world: World) -> None:
    one, two = child_of(world, "casework", "CA"), child_of(world, "trust", "TA")
    asked = line.json("identity", "merge", two, one, *WHO)
    assert asked["state"] == "second"
    code, _ = line.run("identity", "decide", asked["match"], "link", *WHO)
    assert code == 6
    assert "another person must confirm" in line.errors
    line.json("identity", "decide", asked["match"], "link", "--as", "steward-2", "--reason", "so do I")
    assert child_of(world, "casework", "CA") == child_of(world, "trust", "TA")


def test_a_split_revives_the_child_that_was_merged_and_says_who_saw_the_mix(line: CommandLine, world: World) -> None:
    one, two = child_of(world, "casework", "C1"), child_of(world, "trust", "T1")
    merged = line.json("identity", "merge", two, one, *WHO)
    assert merged["state"] == "linked"
    kept = child_of(world, "casework", "C1")
    gone = ({one, two} - {kept}).pop()
    line.run("show", "record", "--as", "assurance", "--purpose", "assurance")
    moved = ("trust", "T1") if child_of(world, "trust", "T1") == kept and gone == two else ("casework", "C1")
    line.json("identity", "split", *moved, "--into", gone, *WHO)
    assert child_of(world, *moved) == gone
    report = line.json("identity", "disclosures", kept)
    (mix,) = report["mixed"]
    assert mix["mixed"]["records"] == [" ".join(moved)]
    assert [(seen["role"], seen["is_sure"]) for seen in mix["seen"]] == [("assurance", False)]
    assert "may have seen it" in line.ok("identity", "disclosures", kept)


def test_what_is_not_there_is_not_there(line: CommandLine, world: World) -> None:
    assert line.run("identity", "undo", "f" * 32, *WHO)[0] == 8
    assert line.run("identity", "disclosures", "f" * 32)[0] == 8
    assert json.dumps(line.json("identity", "history")) == "[]"
