"""Tracing end to end on an embedded hub: who is asked for, what is taken, what stops and goes on, what nobody sees."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hub.bootstrap import Hub
from hub.cli import main
from hub.config import Config
from hub.domain.errors import ConfigError, Unavailable
from hub.domain.identity.safety import WORDS
from hub.verbs import tracing
from hub.verbs.tracing import trace
from tests.unit.connectors.fake_pds import FakePds, fake_pds, outcome, sandbox, scored

AREA = "E1"
PEOPLE = "record_key,person_key,nhs_number,family_name,given_names,birth_date,sex,postcode,sensitivity\n"
JANE = ",P1,,Smith,Jane,2010-10-22,F,LS1 6AE,\n"
JAYNE = ",P2,,Smyth,Jayne,2010-10-22,F,LS1 6AE,\n"
MAVIS = ",P2,,Smyth,Mavis,2012-03-04,F,LS2 7UE,\n"
JANET = ",P3,,Smythe,Janet,2005-06-16,F,LS2 7UE,R\n"
NUMBERED = ",P4,9000000033,Quill,Ada,2011-01-01,F,LS1 6AE,\n"
FIVE = (("Ada", "Ashgrove"), ("Beth", "Fenwick"), ("Cleo", "Harrow"), ("Dora", "Stroud"), ("Enid", "Tarnside"))
NAMELESS = ",P5,,Beckett,,2011-01-01,F,LS3 1AB,\n"


@pytest.fixture
def fake() -> Iterator[FakePds]:
    with fake_pds() as running:
        yield running


@pytest.fixture
def hub(fake: FakePds, tmp_path: Path) -> Iterator[Hub]:
    made = a_hub(tmp_path, fake.url)
    run(made, "area", "add", AREA, "--name", "One", "--live-from", "2026-01-05")
    run(made, "source", "add", "casework", "--connector", "ehc_casework", "--agency", "926", "--area", AREA)
    run(made, "source", "add", "pds", "--connector", "pds_trace", "--agency", "X26", "--area", AREA)
    yield made
    made.close()


def a_hub(folder: Path, url: str, **config: Any) -> Hub:
    return Hub(Config(data=folder / "hub", pds_url=url, pds_rate=1000, **config))


def run(hub: Hub, *words: str) -> int:
    code = main(list(words), hub)
    assert code == 0, words
    return code


def children(hub: Hub, tmp_path: Path, *rows: str) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE + "".join(rows))
    run(hub, "ingest", "casework", str(tmp_path / "people.csv"))


def events(hub: Hub, kind: str) -> list[dict[str, Any]]:
    rows = hub.store.select("SELECT body FROM journal WHERE type = :kind ORDER BY seq", kind=kind)
    return [msgspec.json.decode(row["body"]) for row in rows]


def asked_for(fake: FakePds) -> list[str]:
    return [parameters["family"] for _, parameters in fake.asked]


def test_a_sure_answer_reaches_the_child_by_the_resolver_and_the_child_is_not_asked_for_again(
    hub: Hub, fake: FakePds, tmp_path: Path
) -> None:
    children(hub, tmp_path, JANE, NUMBERED, NAMELESS)
    fake.always("Smith", scored(sandbox("PatientSearch.json"), 1))
    result = trace(hub, AREA, None, of_numbers=False, is_dry=False)
    assert (result["outcomes"], result["not_needed"], result["cannot_ask"]) == ({"found": 1}, 1, 1)
    (traced,) = events(hub, "IdentifierTraced")
    assert traced["data"] == {
        "system": "nhs_number", "value": "9000000009", "for_source": "casework", "for_local_id": "P1",
        "strategy": "exact", "score": 1.0,
    }  # fmt: skip
    assert traced["subject"]["local_id"].startswith("n-")
    records = hub.store.select(
        "SELECT source, how FROM source_record WHERE known_to IS NULL AND child = (SELECT child FROM source_record"
        " WHERE local_id = 'P1' AND known_to IS NULL) ORDER BY source"
    )
    assert [(row["source"], row["how"]) for row in records] == [
        ("casework", "provisional"), ("pds", "score"),
    ]  # fmt: skip
    assert hub.store.select("SELECT 1 AS one FROM possible_match") == []
    again = trace(hub, AREA, None, of_numbers=False, is_dry=False)
    assert (again["not_needed"], again["asked"], len(fake.asked)) == (2, 0, 1)


def test_an_unsure_answer_joins_nothing_and_waits_for_a_person(hub: Hub, fake: FakePds, tmp_path: Path) -> None:
    children(hub, tmp_path, JAYNE)
    fake.always("Smyth", sandbox("PatientSearch-Jayne-Smyth.json"))
    assert trace(hub, AREA, None, of_numbers=False, is_dry=False)["outcomes"] == {"possible": 1}
    assert hub.store.select("SELECT 1 AS one FROM person WHERE source = 'pds'") == []
    (match,) = hub.store.select("SELECT * FROM possible_match")
    assert (match["source"], match["state"]) == ("pds", "waiting")
    assert (match["rule"], match["because"]) == ("traced", WORDS["traced"])
    (raised,) = hub.store.select("SELECT body FROM journal WHERE kind = 'review_raised'")
    said = json.loads(raised["body"])
    assert (said["strategy"], said["register_score"]) == ("exact", 0.75)
    run(hub, "identity", "decide", match["id"], "link", "--as", "steward-1", "--reason", "looked at both")
    linked = hub.store.select("SELECT DISTINCT child FROM source_record WHERE known_to IS NULL")
    assert len(linked) == 1


def test_a_sure_answer_about_somebody_else_by_name_is_not_joined_either(
    hub: Hub, fake: FakePds, tmp_path: Path
) -> None:
    children(hub, tmp_path, JANE.replace("Jane", "Wendy"))
    fake.always("Smith", scored(sandbox("PatientSearch.json"), 1))
    trace(hub, AREA, None, of_numbers=False, is_dry=False)
    assert len(hub.store.select("SELECT DISTINCT child FROM source_record WHERE known_to IS NULL")) == 2
    (match,) = hub.store.select("SELECT state, rule FROM possible_match")
    assert (match["state"], match["rule"]) == ("waiting", "given_names_differ")


def test_a_restricted_child_is_asked_for_without_an_address_and_stays_restricted(
    hub: Hub, fake: FakePds, tmp_path: Path
) -> None:
    children(hub, tmp_path, JANET)
    fake.always("Smythe", scored(sandbox("Sensitive_PatientSearch.json"), 1))
    assert trace(hub, AREA, None, of_numbers=False, is_dry=False)["outcomes"] == {"found": 1}
    assert not [name for _, parameters in fake.asked for name in parameters if name.startswith("address")]
    (row,) = hub.store.select("SELECT postcode, sensitivity FROM person WHERE source = 'pds'")
    assert (row["postcode"], row["sensitivity"]) == ("", "restricted")


def test_nobody_and_many_are_remembered_and_asked_again_after_the_configured_days_or_when_the_name_changes(
    hub: Hub, fake: FakePds, tmp_path: Path
) -> None:
    children(hub, tmp_path, JANE, MAVIS)
    fake.always("Smith", outcome("TOO_MANY_MATCHES"))
    first = trace(hub, AREA, None, of_numbers=False, is_dry=False)
    assert first["outcomes"] == {"many": 1, "nobody": 1}
    assert asked_for(fake) == ["Smith"] + ["Smyth"] * 3 or asked_for(fake) == ["Smyth"] * 3 + ["Smith"]
    assert events(hub, "IdentifierTraced") == []
    assert trace(hub, AREA, None, of_numbers=False, is_dry=True)["asked_before"] == 2
    children(hub, tmp_path, JANE, MAVIS.replace("Smyth", "Smithson"))
    assert trace(hub, AREA, None, of_numbers=False, is_dry=True)["to_ask"] == 1
    later = a_hub(tmp_path, fake.url, pds_again_days=0)
    assert trace(later, AREA, None, of_numbers=False, is_dry=True)["to_ask"] == 2
    later.close()


def test_a_run_that_stops_halfway_keeps_what_was_answered_and_goes_on(hub: Hub, fake: FakePds, tmp_path: Path) -> None:
    rows = [
        f",C{n},,{family},{given},201{n}-0{n + 2}-1{n},F,LS{n + 1} 6AE,\n" for n, (given, family) in enumerate(FIVE)
    ]
    children(hub, tmp_path, *rows)
    for _, family in FIVE:
        fake.always(family, outcome("TOO_MANY_MATCHES"))
    assert trace(hub, AREA, 2, of_numbers=False, is_dry=False)["left"] == 3
    fake.troubles.extend([(429, {"Retry-After": "3600"})])
    with pytest.raises(Unavailable) as stopped:
        trace(hub, AREA, None, of_numbers=False, is_dry=False)
    assert "0 of 3 asked" in stopped.value.reason
    rest = trace(hub, AREA, None, of_numbers=False, is_dry=False)
    assert (rest["asked"], rest["left"]) == (3, 0)
    assert sorted(asked_for(fake)) == sorted(family for _, family in FIVE)


def test_a_run_cut_off_before_it_was_noted_asks_again_and_says_nothing_twice(
    hub: Hub, fake: FakePds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children(hub, tmp_path, JANE)
    fake.always("Smith", scored(sandbox("PatientSearch.json"), 1))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(tracing, "audit", killed)
        trace(hub, AREA, None, of_numbers=False, is_dry=False)
    assert hub.store.select("SELECT 1 AS one FROM traced") == []
    again = trace(hub, AREA, None, of_numbers=False, is_dry=False)
    hub.embedded.drain()
    assert again["outcomes"] == {"found": 1}
    assert len(events(hub, "IdentifierTraced")) == len(events(hub, "PersonDied")) == 1


def test_known_numbers_are_asked_for_and_a_replaced_one_is_superseded(hub: Hub, fake: FakePds, tmp_path: Path) -> None:
    numbered = [NUMBERED, NUMBERED.replace("P4", "P6").replace("9000000033", "9000000017").replace("Ada", "Bea")]
    children(hub, tmp_path, *numbered, JANE)
    fake.numbers = {"9000000033": (404, outcome("INVALIDATED_RESOURCE")), "9000000017": (200, sandbox("Patient.json"))}
    result = trace(hub, AREA, None, of_numbers=True, is_dry=False)
    assert result["outcomes"] == {"invalidated": 1, "superseded": 1}
    changes = [one["data"] for one in events(hub, "IdentifierSuperseded")]
    assert sorted(changes, key=lambda one: str(one["old"])) == [
        {"system": "nhs_number", "old": "9000000017", "new": "9000000009"},
        {"system": "nhs_number", "old": "9000000033"},
    ]
    assert sorted(path for path, _ in fake.asked) == ["/Patient/9000000017", "/Patient/9000000033"]


def test_nothing_is_asked_unless_it_is_configured(fake: FakePds, hub: Hub, tmp_path: Path) -> None:
    children(hub, tmp_path, JANE)
    off = a_hub(tmp_path, "")
    assert trace(off, AREA, None, of_numbers=False, is_dry=True)["to_ask"] == 1
    with pytest.raises(ConfigError, match="HUB_PDS_URL"):
        trace(off, AREA, None, of_numbers=False, is_dry=False)
    off.close()
    with hub.store.begin() as unit:
        unit.execute("DELETE FROM source WHERE source = 'pds'")
    with pytest.raises(ConfigError, match="hub source add"):
        trace(hub, AREA, None, of_numbers=False, is_dry=False)
    assert fake.asked == []


def test_what_is_kept_of_a_trace_and_what_is_said_names_nobody(
    hub: Hub, fake: FakePds, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    children(hub, tmp_path, JANE, MAVIS)
    fake.always("Smith", scored(sandbox("PatientSearch.json"), 1))
    run(hub, "identity", "trace", AREA, "--dry-run")
    run(hub, "identity", "trace", AREA, "--limit", "5", "--json")
    printed = capsys.readouterr().out
    assert json.loads(printed.splitlines()[-1])["outcomes"] == {"found": 1, "nobody": 1}
    kept = json.dumps(hub.store.select("SELECT * FROM traced") + hub.store.select("SELECT * FROM audit"))
    others = json.dumps(hub.store.select("SELECT body FROM outbox") + hub.store.select("SELECT * FROM load"))
    for word in ("Smith", "Smyth", "Jane", "Mavis", "2010-10-22", "2012-03-04", "LS1", "LS2", "9000000009", "P1"):
        assert word not in printed + caplog.text + kept + others, word


def test_erasing_the_child_erases_what_pds_answered_about_it(hub: Hub, fake: FakePds, tmp_path: Path) -> None:
    children(hub, tmp_path, JANE)
    fake.always("Smith", scored(sandbox("PatientSearch.json"), 1))
    trace(hub, AREA, None, of_numbers=False, is_dry=False)
    run(hub, "erase", "casework", "P1", "--as", "operator", "--reason", "asked for")
    left = json.dumps(hub.store.select("SELECT * FROM journal") + hub.store.select("SELECT * FROM traced"))
    for word in ("Smith", "9000000009", "P1"):
        assert word not in left
    assert hub.store.select("SELECT 1 AS one FROM traced") == []


def test_a_change_of_number_is_fetched_for_those_we_know_and_kept_for_all_others(
    hub: Hub, fake: FakePds, tmp_path: Path
) -> None:
    children(hub, tmp_path, NUMBERED)
    run(hub, "source", "add", "mns", "--connector", "mns", "--agency", "X26", "--area", AREA)
    fake.numbers = {"9000000033": (200, sandbox("Patient.json"))}
    event = {"specversion": "1.0", "type": "nhs-number-change-2", "time": "2026-03-02T09:00:00Z"}
    lines = [event | {"id": "e1", "subject": "9000000033"}, event | {"id": "e2", "subject": "9000000017"}]
    (tmp_path / "events.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    run(hub, "ingest", "mns", str(tmp_path / "events.ndjson"))
    assert [path for path, _ in fake.asked] == ["/Patient/9000000033"]
    (change,) = events(hub, "IdentifierSuperseded")
    assert change["data"] == {"system": "nhs_number", "old": "9000000033", "new": "9000000009"}
    children_of = hub.store.select("SELECT DISTINCT child FROM source_record WHERE known_to IS NULL")
    assert len(children_of) == 1
    (kept,) = hub.store.select("SELECT refusal, reason FROM refusal")
    assert kept["reason"].startswith("nobody here is known by this number")
    children(hub, tmp_path, NUMBERED, NUMBERED.replace("P4", "P6").replace("9000000033", "9000000017"))
    fake.numbers["9000000017"] = (404, outcome("INVALIDATED_RESOURCE"))
    run(hub, "refusals", "replay", kept["refusal"])
    assert len(events(hub, "IdentifierSuperseded")) == 2
