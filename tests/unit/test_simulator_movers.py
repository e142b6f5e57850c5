"""Children who move between areas: both councils write of them, and the truth says which duties go with them."""

import csv
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.catalogue import CONNECTORS
from connectors.runner import dry_run
from connectors.simulator.simulate import simulate

BANK_HOLIDAYS = {date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("moving")
    simulate(2, 8, 5, to, movers=6)
    return to


@pytest.fixture(scope="module")
def movers(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "truth.json").read_bytes())["movers"]
    return found


def rows(folder: Path, area: str, table: str, person: str) -> list[dict[str, str]]:
    """All versions of a child's rows in a council's weekly extracts, in order of loads."""
    encoding = "utf-8-sig" if area == "A01" else "cp1252"
    found = []
    for path in sorted((folder / f"casework-{area.lower()}").glob(f"*/{table}.csv")):
        with path.open(encoding=encoding, newline="") as file:
            found += [row for row in csv.DictReader(file) if row["person_key"] == person]
    return found


def duties(mover: dict[str, Any], part: str) -> dict[str, dict[str, Any]]:
    return {duty["rule"]: duty for duty in mover[part]}


def day(text: str) -> date:
    return date.fromisoformat(text)


def working_days(first: date, last: date) -> int:
    """Working days from the first to the last, both counted."""
    every = (first + timedelta(n) for n in range((last - first).days + 1))
    return sum(one.weekday() < 5 and one not in BANK_HOLIDAYS for one in every)


def test_both_councils_hold_the_same_numbers_of_a_child_at_two_homes(
    folder: Path, movers: list[dict[str, Any]]
) -> None:
    for mover in movers:
        old, new = (rows(folder, area, "people", mover["records"][0]["local_id"])[-1] for area in ("A01", "A02"))
        assert old["nhs_number"] == new["nhs_number"] == mover["nhs_number"]
        assert old["upn"] == new["upn"]
        assert old["postcode"] != new["postcode"]
        assert (old["area"], new["area"]) == ("A01", "A02")


def test_the_old_council_says_who_is_responsible_and_the_new_one_that_it_is(
    folder: Path, movers: list[dict[str, Any]]
) -> None:
    for mover in movers:
        person = mover["records"][0]["local_id"]
        left = {row["event"]: row for row in rows(folder, "A01", "steps", person)}
        begun = {row["event"]: row for row in rows(folder, "A02", "steps", person)}
        changed = left["responsible_body_changed"]
        assert (changed["old"], changed["new"], changed["body_kind"]) == ("A01", "A02", "local_authority")
        assert (changed["moved_on"], changed["aware_on"]) == (mover["moved_on"], mover["aware_on"])
        assert "responsibility_began" in begun
        assert ("plan_transferred" in left) == ("plan_transferred" in begun) == (mover["transferred_on"] is not None)


def test_a_plan_goes_and_an_assessment_does_not(folder: Path, movers: list[dict[str, Any]]) -> None:
    assert [mover["kind"] for mover in movers] == ["plan_late_notice", "assessment", "plan_known"] * 2
    for mover in movers:
        person = mover["records"][0]["local_id"]
        assert rows(folder, "A01", "requests", person)
        assert {"ehcna-decision", "ehcp-final"} <= duties(mover, "ends_in_old").keys()
        if mover["kind"] == "assessment":
            assert not mover["stays_with_old"]
            (request,) = {row["received_on"] for row in rows(folder, "A02", "requests", person)}
            assert duties(mover, "begins_in_new")["ehcp-final"]["due_on"] == str(day(request) + timedelta(140))
        else:
            assert not rows(folder, "A02", "requests", person)
            assert rows(folder, "A01", "provision_lines", person)
            assert rows(folder, "A02", "provision_lines", person)
            assert duties(mover, "begins_in_new").keys() == {"move-la-tell-family", "move-la-review"}


def test_the_times_of_a_transfer_are_those_of_regulation_15(movers: list[dict[str, Any]]) -> None:
    for mover in movers:
        stays, begins = duties(mover, "stays_with_old"), duties(mover, "begins_in_new")
        if mover["kind"] == "plan_late_notice":
            due = stays["move-la-late-notice"]["due_on"]
            assert working_days(day(mover["aware_on"]), day(due)) == 15
            assert mover["transferred_on"] <= due
        if mover["kind"] == "plan_known":
            assert working_days(day(mover["aware_on"]), day(mover["moved_on"])) > 15
            assert stays["move-la-known"]["due_on"] == mover["moved_on"] == mover["transferred_on"]
        if begins and mover["transferred_on"]:
            told_by = day(mover["transferred_on"]) + timedelta(42)
            assert begins["move-la-tell-family"]["due_on"] == str(told_by)
            assert day(begins["move-la-review"]["due_on"]) > day(mover["transferred_on"]) + timedelta(85)


def test_who_moves_is_in_no_other_part_of_the_truth(folder: Path) -> None:
    truth = json.loads((folder / "truth.json").read_bytes())
    assert len(truth["people"]) == 8
    assert not any(duty["person"].startswith("mover") for duty in truth["duties"])


def test_without_movers_nothing_of_them_is_written(tmp_path: Path) -> None:
    told = simulate(2, 8, 5, tmp_path)
    assert "movers" not in told
    assert b'"movers"' not in (tmp_path / "truth.json").read_bytes()


def test_where_there_is_one_area_nobody_moves(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="second area"):
        simulate(1, 4, 1, tmp_path / "new", movers=1)


def test_the_connector_takes_every_row_of_the_new_council(folder: Path) -> None:
    casework = next(connector for connector in CONNECTORS if connector.name == "ehc_casework")
    events: Counter[str] = Counter()
    for path in sorted((folder / "casework-a02").iterdir()):
        taken = dry_run(casework, path)
        assert taken["refusals"] == taken["held"] == []
        events.update(taken["events"])
    assert events["ResponsibilityBegan"] >= 6
    assert events["PlanTransferred"] >= 4


def test_the_old_councils_move_is_an_event(folder: Path, movers: list[dict[str, Any]]) -> None:
    casework = next(connector for connector in CONNECTORS if connector.name == "ehc_casework")
    taken = [dry_run(casework, path)["events"] for path in (folder / "casework-a01").iterdir() if path.is_dir()]
    assert sum(events.get("ResponsibleBodyChanged", 0) for events in taken) >= len(movers)
