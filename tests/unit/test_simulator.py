"""The simulator's files: the same for the same seed, complete, and wrong only where they are meant to be."""

import csv
import hashlib
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.catalogue import CONNECTORS
from connectors.runner import check, dry_run
from connectors.simulator.simulate import simulate
from connectors.simulator.weeks import MONDAYS, TODAY

BY_NAME = {connector.name: connector for connector in CONNECTORS}
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("simulated")
    simulate(2, 40, 5, to)
    return to


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "truth.json").read_bytes())
    return found


def steps(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "loads.jsonl").read_text().splitlines()]


def ingests(folder: Path, source: str = "", planted: str | None = None) -> list[dict[str, str]]:
    """The options of every ingest, with its source, its path and what is planted in it."""
    found = []
    for step in steps(folder):
        verb, *args = step["args"]
        if verb == "ingest" and source in ("", args[0]) and planted in (None, step.get("planted", "")):
            options = {args[i]: args[i + 1] for i in range(2, len(args) - 1, 2)}
            found.append({"source": args[0], "path": args[1], "planted": step.get("planted", ""), **options})
    return found


def connector_of(folder: Path, source: str) -> Any:
    adds = [step["args"] for step in steps(folder) if step["args"][:2] == ["source", "add"]]
    return next(BY_NAME[args[args.index("--connector") + 1]] for args in adds if args[2] == source)


def rows(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    text = data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "cp1252")
    return list(csv.DictReader(text.splitlines()))


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return found.hexdigest()


def texts(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from (archive.read(name).decode() for name in archive.namelist())
        elif path.is_file():
            yield path.read_bytes().decode("cp1252", errors="replace")


def people(folder: Path, area: str) -> list[dict[str, Any]]:
    return rows(folder / f"casework-{area}" / "2026-05-04-full" / "people.csv")


def test_the_same_arguments_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    simulate(2, 40, 5, tmp_path / "again")
    assert digest(tmp_path / "again") == digest(folder)


def test_another_seed_gives_other_lives(folder: Path, tmp_path: Path) -> None:
    simulate(2, 40, 6, tmp_path / "other")
    assert digest(tmp_path / "other") != digest(folder)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        simulate(2, 4, 1, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("areas", "children"), [(1, 1), (1, 30), (3, 7)])
def test_any_number_of_areas_and_children_can_be_written(areas: int, children: int, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    told = simulate(areas, children, 1, tmp_path / "few", lambda done, of: seen.append((done, of)))
    assert told["people"] == children
    assert seen[-1] == (children, children)


def test_every_load_that_is_named_is_there(folder: Path) -> None:
    assert [load["path"] for load in ingests(folder) if not (folder / load["path"]).exists()] == []


def test_steps_come_in_the_order_of_time_and_each_monday_ends_with_a_tick_of_each_area(folder: Path) -> None:
    instants = [load["--recorded-at"] for load in ingests(folder)]
    assert instants == sorted(instants)
    ticks = [(step["args"][2], step["args"][4]) for step in steps(folder) if step["args"][0] == "tick"]
    assert ticks == [(area, f"{monday}") for monday in MONDAYS for area in ("A01", "A02")]
    assert steps(folder)[-1]["args"][4] == f"{TODAY}"
    for load in ingests(folder):
        assert load["--complete-to"] < load["--extracted-at"] <= load["--recorded-at"]


def test_nhs_numbers_are_valid_and_only_from_the_range_for_tests(folder: Path) -> None:
    numbers = {row["nhs_number"] for area in ("a01", "a02") for row in people(folder, area)} - {""}
    assert len(numbers) > 25
    for number in numbers:
        assert re.fullmatch(r"999\d{7}", number)
        assert sum(int(digit) * (10 - place) for place, digit in enumerate(number)) % 11 == 0
    for text in texts(folder):
        assert all(number.startswith("999") for number in re.findall(r"(?<![\w-])\d{10}(?![\w-])", text))


def test_pupil_numbers_have_the_right_check_letter(folder: Path) -> None:
    for upn in {row["upn"] for row in people(folder, "a01")}:
        assert upn[0] == UPN_LETTERS[sum(int(digit) * place for place, digit in enumerate(upn[1:], 2)) % 23]


def test_files_cut_in_a_line_are_held_and_come_whole_the_week_after(folder: Path) -> None:
    cut = ingests(folder, planted="half_written")
    assert {load["source"] for load in cut} == {"casework-a01", "schools-a01"}
    for load in cut:
        connector = connector_of(folder, load["source"])
        assert check(connector, folder / load["path"])
        later = [one for one in ingests(folder, load["source"]) if one["--recorded-at"] > load["--recorded-at"]]
        assert not check(connector, folder / later[0]["path"])


def test_connectors_refuse_just_the_rows_that_are_meant_to_be_wrong(folder: Path, truth: dict[str, Any]) -> None:
    refused: Counter[str] = Counter()
    noted = set()
    for load in ingests(folder):
        if load["planted"] in ("half_written", "twice"):
            continue
        told = dry_run(connector_of(folder, load["source"]), folder / load["path"])
        assert not told["held"], load["path"]
        refused[load["source"]] += told["refused"]
        noted |= {note["field"] for note in told["notes"]}
    assert +refused == Counter(truth["refused"])
    assert noted == {"identifier", "status"}, "invalid NHS numbers and cancelled tasks are all there is to note"


def test_an_older_extract_comes_late_and_holds_only_what_was_known_then(folder: Path) -> None:
    (old,) = ingests(folder, planted="old")
    assert (old["--extracted-at"][:10], old["--recorded-at"][:10]) == ("2026-03-16", "2026-04-20")
    for path in (folder / old["path"]).iterdir():
        assert all(row["updated_at"] < old["--extracted-at"] for row in rows(path))


def test_next_years_extract_leaves_out_cases_closed_last_year(folder: Path, truth: dict[str, Any]) -> None:
    closed = [
        (record["source"], record["local_id"])
        for person in truth["people"]
        if person["plot"] in ("closed_2025", "ceased_2025")
        for record in person["records"]
        if record["source"].startswith("casework")
    ]
    assert closed
    for source, key in closed:
        assert key in {row["person_key"] for row in rows(folder / source / "2026-01-05" / "people.csv")}
        for path in (folder / source / "2026-05-04-full").glob("*.csv"):
            assert key not in {row.get("person_key") for row in rows(path)}
    (load,) = [one for one in ingests(folder, "casework-a01") if one["path"].endswith("2026-05-04-full")]
    assert (load["--extract"], load["--covers"]) == ("full", "2026-01-01..2026-12-31")


def test_the_second_areas_casework_falls_silent_four_weeks_before_today(folder: Path) -> None:
    last = ingests(folder, "casework-a02")[-1]
    assert (TODAY - date.fromisoformat(last["--recorded-at"][:10])).days == 28


def test_twins_share_all_but_their_given_names_and_numbers(folder: Path) -> None:
    homes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in people(folder, "a01") + people(folder, "a02"):
        home = (row["family_name"], row["birth_date"], row["postcode"], row["school_urn"])
        homes.setdefault(home, []).append(row)
    twins = [pair for pair in homes.values() if len(pair) == 2]
    assert len(twins) >= 2
    for one, other in twins:
        assert all(one[field] != other[field] for field in ("given_names", "nhs_number", "upn"))


def test_agencies_know_some_children_without_numbers_or_by_another_spelling(truth: dict[str, Any]) -> None:
    unsure = {person["quirk"] for person in truth["people"] for record in person["records"] if not record["sure"]}
    hard = {
        "misspelt_no_nhs",
        "twin_no_nhs",
        "nameless",
        "no_nhs_casework",
        "no_nhs_trust",
        "bad_nhs_trust",
        "no_upn_care",
    }
    assert unsure
    assert unsure <= hard
    assert len({record["source"] for person in truth["people"] for record in person["records"]}) == 9


def test_every_trusts_commissioner_has_an_officer_and_only_the_first_area_has_the_others(folder: Path) -> None:
    contacts, bodies = rows(folder / "contacts.csv"), rows(folder / "bodies.csv")
    commissioners = {body["commissioner"] for body in bodies if body["kind"] == "nhs_trust"}
    assert commissioners == {contact["body"] for contact in contacts if contact["role"] == "dco"}
    assert [contact["area"] for contact in contacts if contact["role"] == "dsco"] == ["A01"]
    assert all(contact["address"].endswith("@example.org") for contact in contacts)
