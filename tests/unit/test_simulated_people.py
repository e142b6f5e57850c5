"""Records of invented children: believable in number and kind, no number anybody's own, the truth complete."""

import csv
import gzip
import json
from collections import Counter, defaultdict
from datetime import date
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from connectors.simulator.crowd import naming, slips
from connectors.simulator.crowd.crowd import MOST_CHILDREN, RECORD, write
from connectors.simulator.crowd.numbers import Numbers

CHILDREN = 4_000
DFE_MAIN = set(
    "WBRI WIRI WIRT WROM WOTH MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT".split()
)
Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("people")
    write(4, CHILDREN, 7, 1.0, to)
    return to


@pytest.fixture(scope="module")
def records(folder: Path) -> Rows:
    return read(folder / "records.csv.gz")


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[str, str]:
    return {row["record_id"]: row["entity_id"] for row in read(folder / "truth.csv.gz")}


@pytest.fixture(scope="module")
def apart(folder: Path) -> Rows:
    return read(folder / "must_not_link.csv.gz")


@pytest.fixture(scope="module")
def groups(folder: Path) -> dict[str, dict[str, str]]:
    return {row["entity_id"]: row for row in read(folder / "groups.csv.gz")}


def is_nhs_number(text: str) -> bool:
    """The weighted sum of all ten digits, check digit included, is a multiple of 11."""
    return (
        len(text) == 10
        and sum(int(digit) * weight for digit, weight in zip(text, range(10, 0, -1), strict=True)) % 11 == 0
    )


def is_upn(text: str) -> bool:
    letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
    total = 0
    for weight, character in zip(range(2, 14), text[1:], strict=True):
        total += weight * ("0123456789".find(character) if character.isdigit() else letters.find(character))
    return text[0] == letters[total % 23]


def test_the_files_have_the_agreed_columns_and_nothing_is_left_behind(folder: Path, records: Rows) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        "README", "groups.csv.gz", "manifest.json", "must_not_link.csv.gz", "records.csv.gz", "truth.csv.gz",
    ]  # fmt: skip
    assert tuple(records[0]) == RECORD
    assert [row["seq"] for row in records] == [str(n) for n in range(1, len(records) + 1)]


def test_every_record_is_somebodys_and_every_child_has_one(
    records: Rows, truth: dict[str, str], groups: dict[str, dict[str, str]]
) -> None:
    assert [row["record_id"] for row in records] == list(truth)
    assert len(truth) == len(records)
    assert set(truth.values()) == set(groups)
    assert len(groups) == CHILDREN


def test_a_record_id_tells_nothing_of_the_child(truth: dict[str, str]) -> None:
    together = sum(a == b for a, b in zip(list(truth.values()), list(truth.values())[1:], strict=False))
    assert together < len(truth) / 200


def test_records_are_as_many_and_from_such_sources_as_agencies_have(records: Rows, truth: dict[str, str]) -> None:
    assert 2.4 < len(records) / CHILDREN < 2.8
    shares = {source: n / len(records) for source, n in Counter(row["source"] for row in records).items()}
    assert 0.36 < shares["HEALTH"] < 0.46
    assert 0.25 < shares["EDU"] < 0.36
    assert 0.09 < shares["EHC"] < 0.17
    assert 0.09 < shares["CSC"] < 0.17
    assert 0.01 < shares["FAMILY"] < 0.05
    per_child = Counter(Counter(truth.values()).values())
    assert 0.35 < per_child[1] / CHILDREN < 0.43
    assert max(per_child) == 10


def test_a_local_id_is_one_childs_and_some_records_are_sent_again(records: Rows, truth: dict[str, str]) -> None:
    owners, sent = defaultdict(set), Counter[tuple[str, str]]()
    for row in records:
        owners[row["source"], row["local_id"]].add(truth[row["record_id"]])
        sent[row["source"], row["local_id"]] += 1
    assert all(len(children) == 1 for children in owners.values())
    assert 0.15 < sum(n > 1 for n in sent.values()) / len(sent) < 0.35


def test_nhs_numbers_are_of_the_999_range_or_fail_their_check(records: Rows) -> None:
    shown = [row["nhs_number"] for row in records if row["nhs_number"]]
    wrong = [number for number in shown if not is_nhs_number(number)]
    assert all(number.startswith("999") for number in shown if is_nhs_number(number))
    assert 0.002 < len(wrong) / len(shown) < 0.01


def test_a_valid_nhs_number_is_shared_only_in_the_family_and_seldom(
    records: Rows, truth: dict[str, str], apart: Rows
) -> None:
    owners = defaultdict(set)
    for row in records:
        if is_nhs_number(row["nhs_number"]):
            owners[row["nhs_number"]].add(truth[row["record_id"]])
    family = {frozenset((row["entity_a"], row["entity_b"])) for row in apart}
    shared = [children for children in owners.values() if len(children) > 1]
    assert len(shared) < len(owners) / 200
    assert all(frozenset(pair) in family for children in shared for pair in combinations(children, 2))


def test_upns_hold_their_check_letter_and_belong_to_authorities_that_do_not_exist(
    records: Rows, truth: dict[str, str]
) -> None:
    shown = {(truth[row["record_id"]], row["upn"]) for row in records if row["upn"]}
    right = [(child, upn) for child, upn in shown if is_upn(upn)]
    assert {upn[1:4] for _, upn in right} == {"995", "996", "997", "998"}
    assert len(shown) - len(right) < len(shown) / 100
    permanent = [(child, upn) for child, upn in right if upn[-1].isdigit()]
    assert len({upn for _, upn in permanent}) == len(permanent) == len({child for child, _ in permanent})
    assert 0 < len(right) - len(permanent) < len(right) / 50


def test_siblings_twins_and_adopted_children_are_all_listed(
    records: Rows, truth: dict[str, str], apart: Rows, groups: dict[str, dict[str, str]]
) -> None:
    relations = Counter(row["relation"] for row in apart)
    assert set(relations) == {"twin", "sibling", "adoption-new-identity"}
    assert 0.01 < relations["twin"] * 2 / CHILDREN < 0.05
    assert 0.5 < relations["sibling"] / CHILDREN < 0.8
    pairs = {frozenset((row["entity_a"], row["entity_b"])) for row in apart}
    assert len(pairs) == len(apart)
    assert all(len(pair) == 2 and pair <= set(groups) for pair in pairs)
    household = {frozenset((r["entity_a"], r["entity_b"])) for r in apart if r["relation"] != "adoption-new-identity"}
    with_whom = defaultdict(set)
    for one, other in map(tuple, household):
        with_whom[one].add(other)
        with_whom[other].add(one)
    for child, others in with_whom.items():  # who is listed with two children has these two listed together
        assert all(with_whom[other] | {other} == others | {child} for other in others)


def test_an_adopted_child_shares_no_number_and_no_record_time_with_the_identity_before(
    records: Rows, truth: dict[str, str], apart: Rows
) -> None:
    told = defaultdict(list)
    for row in records:
        told[truth[row["record_id"]]].append(row)
    adoptions = [(row["entity_a"], row["entity_b"]) for row in apart if row["relation"] == "adoption-new-identity"]
    for before, after in adoptions:
        for field in ("nhs_number", "upn", "local_id"):
            assert not {r[field] for r in told[before]} & {r[field] for r in told[after]} - {""}
        assert int(told[before][-1]["seq"]) < int(told[after][0]["seq"])


def test_twins_have_one_date_of_birth(folder: Path, records: Rows, truth: dict[str, str], apart: Rows) -> None:
    dates = defaultdict(Counter[str])
    for row in records:
        dates[truth[row["record_id"]]][row["dob"]] += 1
    twins = [(row["entity_a"], row["entity_b"]) for row in apart if row["relation"] == "twin"]
    alike = sum(bool(dates[one].keys() & dates[other].keys()) for one, other in twins)
    assert alike > 0.85 * len(twins)


def test_groups_are_of_the_census_codes_and_of_four_areas(groups: dict[str, dict[str, str]]) -> None:
    assert {row["ethnicity"] for row in groups.values()} <= DFE_MAIN
    assert {row["area"] for row in groups.values()} == {"A01", "A02", "A03", "A04"}
    assert {row["sex"] for row in groups.values()} == {"M", "F"}
    white = sum(row["ethnicity"] == "WBRI" for row in groups.values()) / CHILDREN
    assert 0.5 < white < 0.7
    assert 0.003 < sum(row["looked_after"] == "1" for row in groups.values()) / CHILDREN < 0.03


def test_every_kind_of_slip_befalls_somebody_and_the_manifest_counts_what_is_there(folder: Path, records: Rows) -> None:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["records"] == len(records)
    assert manifest["records_by_source"] == dict(sorted(Counter(row["source"] for row in records).items()))
    assert {kind for kinds in slips.RATES.values() for kind in kinds} <= manifest["records_by_kind"].keys()
    assert manifest["records_by_kind"]["dob_missing"] == sum(not row["dob"] for row in records)
    assert manifest["records_by_kind"]["sex_missing"] == sum(not row["sex"] for row in records)
    assert manifest["nhs_numbers"]["asked_when_none_was_left"] == 0


def test_names_are_many_and_fall_in_frequency(records: Rows) -> None:
    given = Counter(row["given_name"].title() for row in records)
    family = Counter(row["family_name"].title() for row in records)
    assert len(given) > 1_000
    assert len(family) > 1_500
    assert given.most_common(1)[0][1] < len(records) * 0.02
    assert family.most_common(50)[-1][1] * 2 < family.most_common(1)[0][1]


@pytest.mark.parametrize("tradition", naming.TRADITIONS)
def test_names_of_2001_are_not_those_of_2024(tradition: str) -> None:
    rng = Random(1)
    old, new = (
        [name for name, _ in Counter(naming.given(tradition, "M", year, rng) for _ in range(3_000)).most_common(20)]
        for year in (2001, 2024)
    )
    assert old != new
    assert all(name.strip() == name for name in old + new)


def test_without_errors_nothing_is_wrong(tmp_path: Path) -> None:
    told = write(2, 600, 3, 0.0, tmp_path)
    assert {kind for kind in told["records_by_kind"] if not kind.startswith("resent")} <= {"address_old", "nickname"}
    records = read(tmp_path / "records.csv.gz")
    assert all(row["given_name"] and row["family_name"] and row["dob"] and row["sex"] for row in records)
    assert all(is_nhs_number(row["nhs_number"]) for row in records if row["nhs_number"])


def test_twice_the_errors_are_about_twice_as_many_slips(folder: Path, tmp_path: Path) -> None:
    usual = json.loads((folder / "manifest.json").read_bytes())["records_by_kind"]
    twice = write(4, CHILDREN, 7, 2.0, tmp_path)["records_by_kind"]
    for kind in ("given_typo", "family_typo", "postcode_missing"):
        assert 1.6 < twice[kind] / usual[kind] < 2.5


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write(2, 300, seed, 1.0, tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    assert (tmp_path / "a" / "records.csv.gz").read_bytes() != (tmp_path / "c" / "records.csv.gz").read_bytes()


@pytest.mark.parametrize("children", [1, 2, 3, 7])
def test_few_children_are_as_many_as_asked_for(children: int, tmp_path: Path) -> None:
    for seed in range(40):
        seen: list[tuple[int, int]] = []
        write(1, children, seed, 1.0, tmp_path / str(seed), lambda done, of: seen.append((done, of)))  # noqa: B023
        assert len(read(tmp_path / str(seed) / "groups.csv.gz")) == children
        assert seen[-1] == (children, children)


def test_a_folder_with_something_in_it_is_left_alone_and_too_many_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(FileExistsError):
        write(2, 10, 1, 1.0, tmp_path)
    for areas, children in ((5, 10), (2, MOST_CHILDREN + 1), (0, 10), (2, 0)):
        with pytest.raises(ValueError, match="areas"):
            write(areas, children, 1, 1.0, tmp_path / "new")


def test_all_nhs_numbers_of_the_range_are_given_once_and_then_none() -> None:
    numbers = Numbers(5)
    given = [numbers.nhs() for _ in range(909_000)]
    assert len(set(given)) == len(given)
    rest = [numbers.nhs() for _ in range(200)]
    assert rest[-1] == ""
    assert numbers.nhs_refused == rest.count("")
    assert all(is_nhs_number(number) for number in given[::997])


def test_a_slip_changes_what_it_befalls() -> None:
    rng = Random(2)
    for _ in range(500):
        born = date(2000 + rng.randrange(25), 1 + rng.randrange(12), 1 + rng.randrange(28))
        assert slips.wrong_date("dob_digit", born, rng) != born.isoformat()
        assert not is_nhs_number(slips.neighbours("9990000123", rng)) or not is_nhs_number("9990000123")
        assert slips.typo("Katherine", rng) != "Katherine"
    assert slips.wrong_date("dob_swapped", date(2010, 3, 25), rng) == "2010-03-25"
    assert slips.wrong_date("dob_swapped", date(2010, 3, 5), rng) == "2010-05-03"


@pytest.mark.parametrize(
    ("name", "dropped", "joined"),
    [("de Souza", "Souza", "deSouza"), ("Al-Hassan", "Hassan", "AlHassan"), ("O'Connor", "Connor", "OConnor")],
)
def test_a_particle_is_dropped_or_joined(name: str, dropped: str, joined: str) -> None:
    assert slips.is_particle(name)
    assert slips.particle("particle_dropped", name) == dropped
    assert slips.particle("particle_joined", name) == joined
