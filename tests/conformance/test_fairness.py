"""`hub identity fairness`: figures by group of a sample with truth and of an area as it is, and the warning of drift."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hub.domain.events.envelope import Event, Subject
from hub.domain.identifiers import name_of
from hub.domain.instants import instant
from hub.pipeline.journal import Input
from hub.verbs.columns import shipped
from hub.verbs.records import read
from hub.verbs.simulating import people
from tests.conformance.commands import AREA, CommandLine
from tests.crowd import FIRST, LATER, Row, feed, told


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crowd") / "people"
    people(1, 1500, 5, 1.0, folder)
    return folder


@pytest.fixture
def line(tmp_path: Path) -> Iterator[CommandLine]:
    commands = CommandLine(tmp_path / "hub")
    commands.ok("area", "add", AREA, "--name", "Ashdale", "--live-from", "2026-01-05")
    yield commands
    commands.close()


def rows_of(crowd: Path) -> list[Row]:
    return list(read(crowd / "records.csv.gz"))


def of_group(found: dict[str, Any], dimension: str, group: str) -> dict[str, Any]:
    (one,) = [g for g in found["groups"] if (g["dimension"], g["group"]) == (dimension, group)]
    return dict(one)


def test_the_recall_of_all_is_the_one_that_evaluate_gives(line: CommandLine, crowd: Path) -> None:
    files = ("--truth", crowd / "truth.csv.gz")
    measured = line.json("identity", "evaluate", crowd / "records.csv.gz", *files)
    more = ("--records", crowd / "records.csv.gz", "--groups", crowd / "groups.csv.gz")
    found = line.json("identity", "fairness", *more, *files)
    everybody = of_group(found, "all", "all")
    assert everybody["children"] == measured["entities"]
    assert everybody["figures"]["recall"]["per_cent"] == pytest.approx(100 * measured["recall"], abs=0.01)
    assert {g["dimension"] for g in found["groups"]} == {"all", "ethnicity", "sex", "age", "looked_after", "area"}
    assert all(g["children"] is None or g["children"] >= 5 for g in found["groups"])


def test_the_files_of_a_sample_go_together(line: CommandLine, crowd: Path) -> None:
    code, _ = line.run("identity", "fairness", "--records", crowd / "records.csv.gz")
    assert code == 2
    assert "go together" in line.errors


def test_an_area_is_shown_by_what_its_records_say(line: CommandLine, crowd: Path) -> None:
    rows = rows_of(crowd)[:1200]
    feed(line, list(told(rows, ethnicity=lambda row: "J" if row["source"] == "HEALTH" else "APKN")), FIRST)
    looked_after(line, rows[:40])
    found = line.json("identity", "fairness", "--area", AREA)
    children = line.hub.store.select("SELECT count(*) AS n FROM child WHERE alias_of = ''")[0]["n"]
    assert of_group(found, "all", "all")["children"] == children
    assert of_group(found, "ethnicity", "APKN")["children"] == children, "both systems' codes are one group"
    assert of_group(found, "looked_after", "looked after")["children"] > 30
    waiting = line.hub.store.select("SELECT count(*) AS n FROM possible_match WHERE state = 'waiting'")[0]["n"]
    assert of_group(found, "all", "all")["figures"]["decided"]["of"] in (waiting, None)
    assert "found another record" in line.ok("identity", "fairness")


def test_the_time_to_a_decision_is_that_of_the_journal(line: CommandLine, crowd: Path) -> None:
    feed(line, list(told(rows_of(crowd))), FIRST)
    waiting = [row["id"] for row in line.json("identity", "queue")]
    assert len(waiting) >= 5, "fewer would be held back"
    for match in waiting:
        line.ok("identity", "decide", match, "apart", "--as", "steward", "--reason", "twins")
    everybody = of_group(line.json("identity", "fairness"), "all", "all")
    (row,) = line.hub.store.select("SELECT max(taken_at) AS at FROM journal WHERE kind = 'decide_link'")
    assert everybody["median_days"] == pytest.approx(
        (instant(row["at"]) - instant(FIRST)).total_seconds() / 86400, abs=0.02
    )
    assert everybody["figures"]["decided"]["hits"] == len(waiting)


def looked_after(line: CommandLine, rows: list[Row]) -> None:
    inputs = []
    for source, local_id in sorted({shipped()["children"].subject(row) for row in rows}):
        slot = name_of("slot", "care", source, local_id)
        event = Event(
            id=name_of("event", slot), type="BecameLookedAfter", slot=slot, revision=1, source=source, load="care-1",
            agency=source, area=AREA, subject=Subject(source, local_id), recorded_at=instant(FIRST), data={"legal_status": "V2"},
        )  # fmt: skip
        inputs.append(Input("event", event.id, msgspec.json.encode(event).decode()))
    feed(line, inputs, FIRST)


def test_restricted_children_are_not_counted(line: CommandLine, crowd: Path, tmp_path: Path) -> None:
    rows = rows_of(crowd)[:400]
    hidden = [row | {"local_id": f"hidden-{n}", "nhs_number": "", "upn": "", "given_name": f"Quirina{n}", "family_name": "Zuckerkandl"}
              for n, row in enumerate(rows[:20])]  # fmt: skip
    feed(line, list(told(rows)), FIRST)
    before = line.json("identity", "fairness")
    feed(line, list(told(hidden, sensitivity=lambda row: "refuge")), FIRST)
    assert line.json("identity", "fairness") == before
    counted = of_group(before, "all", "all")["children"]
    seen = line.json("identity", "fairness", "--as", "assurance", "--purpose", "assurance")
    assert of_group(seen, "all", "all")["children"] == counted + 20


def test_only_those_with_a_purpose_for_it_see_it_and_every_look_is_audited(line: CommandLine) -> None:
    line.ok("identity", "fairness")
    code, _ = line.run("identity", "fairness", "--as", "dco", "--purpose", "direct_care")
    assert code != 0
    (row,) = line.hub.store.select("SELECT role, purpose FROM audit WHERE action = 'fairness' AND role = 'steward'")
    assert row == {"role": "steward", "purpose": "data_quality"}


@pytest.mark.parametrize("drops", [False, True], ids=["as before", "a source drops postcodes"])
def test_the_warning_is_on_the_verb_and_in_the_check(line: CommandLine, crowd: Path, drops: bool) -> None:
    rows = rows_of(crowd)
    cut = int(len(rows) * 0.7)
    inputs = list(told(rows[:cut] + [without(row) if drops else row for row in rows[cut:]]))
    feed(line, inputs[:cut], FIRST)
    feed(line, inputs[cut:], LATER)
    found = line.json("identity", "fairness", "--area", AREA)
    waits = json.loads(line.ok("check", "--json"))["waits"]
    if drops:
        assert "postcode of EDU is missing in" in found["warnings"][0]["words"]
        assert waits["identity_drift"]["count"] == 1
        assert f"{AREA}: postcode of EDU" in waits["identity_drift"]["then"]
        assert "WARNING A01: postcode of EDU" in line.ok("identity", "fairness")
        assert "identity drift: 1" in line.ok("check")
    else:
        assert found["warnings"] == []
        assert "identity_drift" not in waits


def test_records_unlike_those_of_the_training_are_told(line: CommandLine, crowd: Path) -> None:
    """The model that ships was trained on records that have a birth date; these are of an area whose sources send none."""
    feed(line, list(told([row | {"dob": "", "sex": ""} for row in rows_of(crowd)])), FIRST)
    said = [one["words"] for one in line.json("identity", "fairness")["warnings"]]
    assert [words for words in said if words.startswith("birth_date is missing in 100% of records, 1% in training")]
    assert all(words.startswith(("birth_date", "sex")) for words in said), said


def without(row: Row) -> Row:
    return row | {"postcode": ""} if row["source"] == "EDU" else row
