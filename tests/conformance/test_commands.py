"""Every command that stays, by hand on an empty folder: what it prints, and how it ends (section 6 of the issue)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.domain.errors import Conflict, Forbidden, NotFound
from tests.conformance.commands import PEOPLE, REQUESTS, CommandLine, asked, received, set_up, write

HEALTH = "ehcna-advice-health"
LOAD_KEYS = {"load", "read", "accepted", "accepted_with_notes", "refused", "withdrawn", "held", "events", "refusals"}
COLUMNS = {
    "obligation": "obligation child area rule process advice_request body duty_holder duty_force limit_force started_on"
    " started_basis due_on state was_late_by known_late_since because",
    "alert": "alert obligation role body to state on reason text",
    "delivery": "delivery alert kind channel to state on",
    "event": "id slot revision type child source occurred_on recorded_at live",
    "provision": "child line period promised delivered missed_by_provider missed_by_child not_reported state",
    "source_record": "source local_id child how",
    "audit": "actor role purpose action at",
}


@pytest.fixture
def line(tmp_path: Path) -> Iterator[CommandLine]:
    line = CommandLine(tmp_path / "hub")
    set_up(line, tmp_path / "files")
    yield line
    line.close()


def ingest(line: CommandLine, path: Path, at: str, *more: str) -> Any:
    return line.json("ingest", "casework", path, "--recorded-at", at, *more)


def health(line: CommandLine, kind: str = "obligation", *more: str) -> list[dict[str, Any]]:
    if kind == "obligation":
        return [row for row in line.show(kind, *more) if row["rule"] == HEALTH]
    names = {row["obligation"] for row in health(line)}
    return [row for row in line.show("alert", *more) if row["obligation"] in names]


# ── must show 2 ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_advice_that_is_late_raises_one_alert_to_the_right_dco_and_late_news_takes_it_back(
    line: CommandLine, tmp_path: Path
) -> None:
    ingest(line, asked(tmp_path), "2026-01-13T03:00", "--complete-to", "2026-02-23")
    ticked = line.json("tick", "--area", "A01", "--on", "2026-02-24")
    assert set(ticked) == {"on", "visited", "raised", "retracted", "closed"}
    (duty,) = health(line)
    assert (duty["state"], duty["due_on"], duty["started_on"]) == ("overdue", "2026-02-23", "2026-01-12")
    (alert,) = health(line, "alert")
    assert (alert["state"], alert["role"], alert["to"]) == ("raised", "dco", "dco-north")
    sent = [row for row in line.show("delivery") if row["alert"] == alert["alert"]]
    assert [(row["to"], row["state"]) for row in sent] == [("dco.north@icb.example", "sent")]

    ingest(line, received(tmp_path, "2026-02-20"), "2026-03-02T03:00", "--complete-to", "2026-03-01")
    assert health(line, "alert") == [alert]
    assert line.json("tick", "--area", "A01", "--on", "2026-03-02")["retracted"] == 1
    (after,) = health(line, "alert")
    assert (after["alert"], after["state"]) == (alert["alert"], "retracted")
    kinds = {row["kind"]: row for row in line.show("delivery") if row["alert"] == alert["alert"]}
    assert (kinds["retraction"]["to"], kinds["retraction"]["state"]) == ("dco.north@icb.example", "sent")
    assert [row["state"] for row in health(line)] == ["met"]
    assert [row["state"] for row in health(line, "obligation", "--known-on", "2026-02-24")] == ["overdue"]
    mails = "\n".join(path.read_text() for path in (line.folder / "outbox").rglob("*") if path.is_file())
    assert "dco.north@icb.example" in mails
    assert "Zuckerkandl" not in mails
    assert "9990010005" not in mails


def test_a_feed_that_is_not_complete_raises_none_and_its_owner_is_told(line: CommandLine, tmp_path: Path) -> None:
    ingest(line, asked(tmp_path), "2026-01-13T03:00", "--complete-to", "2026-02-22")
    line.json("tick", "--area", "A01", "--on", "2026-02-24")
    (duty,) = health(line)
    assert duty["state"] == "not_known"
    assert [row for row in health(line, "alert") if row["state"] == "raised"] == []
    (told,) = [row for row in line.show("alert") if row["obligation"] == ""]
    assert (told["role"], told["to"], told["state"]) == ("data_manager", "data-1", "raised")


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_view_has_the_columns_that_other_checks_use(line: CommandLine, tmp_path: Path) -> None:
    ingest(line, asked(tmp_path), "2026-01-13T03:00", "--complete-to", "2026-02-23")
    line.json("tick", "--area", "A01", "--on", "2026-02-24")
    for kind, columns in COLUMNS.items():
        rows = line.show(kind)
        assert set(columns.split()) <= set(rows[0] if rows else columns.split()), kind
        assert rows or kind == "provision"


def test_why_and_route_say_whom_and_why(line: CommandLine, tmp_path: Path) -> None:
    ingest(line, asked(tmp_path), "2026-01-13T03:00", "--complete-to", "2026-02-23")
    line.json("tick", "--area", "A01", "--on", "2026-02-24")
    (duty,) = health(line)
    text = line.ok("why", duty["obligation"])
    assert all(word in text for word in ("2026-02-23", "overdue", "AdviceRequested", "casework", "live"))
    routed = line.json("route", duty["obligation"])
    assert (routed["to"], routed["fallback_used"]) == (["dco-north"], False)
    assert routed["because"]


def test_why_says_why_an_exception_that_was_claimed_does_not_reach_a_duty(line: CommandLine, tmp_path: Path) -> None:
    columns = "record_key,person_key,updated_at,process,advice_request,claimed_by,ground,evidence,from,to".split(",")
    folder = asked(tmp_path)
    row = (
        "X1",
        "P1",
        "2026-02-20T09:00:00Z",
        "R1",
        "A1",
        "TRUST",
        "school_closed",
        "DOC-1",
        "2026-02-16",
        "2026-03-16",
    )
    write(folder / "exceptions.csv", columns, row)
    ingest(line, folder, "2026-02-24T03:00", "--complete-to", "2026-02-23")
    line.json("tick", "--area", "A01", "--on", "2026-02-24")
    (duty,) = health(line)
    found = line.json("why", duty["obligation"])
    assert (duty["state"], [one["reason"] for one in found["refused_claims"]]) == (
        "overdue",
        ["no ground of this limit"],
    )
    assert "school closed) does not reach it: no ground of this limit" in line.ok("why", duty["obligation"])


def test_sql_sees_the_read_views_and_nothing_else(line: CommandLine, tmp_path: Path) -> None:
    ingest(line, asked(tmp_path), "2026-01-13T03:00", "--complete-to", "2026-02-23")
    line.json("tick", "--area", "A01", "--on", "2026-02-24")
    role = ("--as", "analyst", "--purpose", "service_planning")
    (row,) = line.json("sql", "SELECT count(*) AS n FROM obligation WHERE state = 'overdue'", *role)
    assert row["n"] >= 1
    for query in ("SELECT * FROM person", "SELECT * FROM main.person", "DELETE FROM obligation", "SELECT 1; SELECT 2"):
        assert line.run("sql", query, *role)[0] != 0, query


def test_reading_without_a_purpose_of_the_role_is_forbidden_and_every_look_is_audited(line: CommandLine) -> None:
    assert line.run("show", "obligation", "--as", "dco", "--purpose", "operations", "--jsonl")[0] == Forbidden.exit_code
    line.show("alert")
    actions = [row["action"] for row in line.show("audit")]
    assert "forbidden" in actions
    assert "show alert" in actions


def test_reconcile_says_how_complete_and_how_well_joined_each_source_is(line: CommandLine, tmp_path: Path) -> None:
    ingest(line, asked(tmp_path), "2026-01-13T03:00", "--complete-to", "2026-02-23")
    line.json("tick", "--area", "A01", "--on", "2026-02-24")
    found = line.json("reconcile", "--area", "A01")
    (source,) = found["sources"]
    assert "ehcna-advice-health" in found["live_but_never_told"]
    ingest(line, received(tmp_path, "2026-02-20"), "2026-03-02T03:00", "--complete-to", "2026-03-01")
    assert "ehcna-advice-health" not in line.json("reconcile", "--area", "A01")["live_but_never_told"]
    assert (source["source"], source["complete_to"], source["rows"], source["refused"]) == (
        "casework",
        "2026-02-23",
        3,
        0,
    )


# ── ticks and what may not be ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_tick_before_the_last_one_or_after_today_is_a_conflict(line: CommandLine) -> None:
    line.json("tick", "--area", "A01", "--on", "2026-02-24")
    assert line.run("tick", "--area", "A01", "--on", "2026-02-23")[0] == Conflict.exit_code == 6
    assert line.run("tick", "--area", "A01", "--on", "2999-01-01")[0] == 6
    assert line.json("tick", "--area", "A01", "--on", "2026-02-24")["visited"] == 0


def test_what_is_not_there_is_not_found(line: CommandLine, tmp_path: Path) -> None:
    asked(tmp_path)
    for arguments in (
        ("tick", "--area", "A99", "--on", "2026-02-24"),
        ("ingest", "casework", tmp_path / "asked", "--area", "A99"),
        ("area", "mode", "A99", "all", "live"),
        ("area", "mode", "A01", "no-such-rule", "live"),
        ("area", "remove", "A99"),
        ("reconcile", "--area", "A99"),
        ("source", "add", "x", "--connector", "no-such", "--agency", "x"),
        ("source", "add", "x", "--connector", "fhir", "--agency", "x", "--area", "A99"),
        ("why", "0" * 32),
        ("route", "0" * 32),
        ("refusals", "replay", "0" * 32),
        ("loads", "release", "casework-00001"),
        ("loads", "reject", "casework-00001"),
        ("identity", "decide", "0" * 32, "link", "--as", "s", "--reason", "r"),
        ("erase", "casework", "nobody", "--as", "s", "--reason", "r"),
        ("connectors", "dry-run", "no-such", tmp_path),
    ):
        assert line.run(*arguments)[0] == NotFound.exit_code, (arguments, line.errors[-300:])
    assert line.hub.store.select("SELECT 1 AS one FROM journal WHERE area = 'A99'") == []


def test_an_area_removed_tells_nobody_any_more(line: CommandLine, tmp_path: Path) -> None:
    line.ok("area", "remove", "A01")
    ingest(line, asked(tmp_path), "2026-01-13T03:00", "--complete-to", "2026-02-23")
    assert line.json("tick", "--area", "A01", "--on", "2026-02-24")["raised"] == 0
    assert line.show("alert") == []


def test_contacts_loaded_again_replace_those_before_even_where_none_are_left(line: CommandLine, tmp_path: Path) -> None:
    write(tmp_path / "c.csv", "role,body,area,name_ref,channel,address,valid_from,valid_to".split(","),
          ("dco", "", "A02", "x", "email", "x@x.example", "", ""))  # fmt: skip
    line.ok("contacts", "load", tmp_path / "c.csv")
    assert line.hub.store.select("SELECT * FROM contact WHERE area = 'A01'") == []


# ── loads and refusals ────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_ingest_prints_what_it_read_and_the_counts_add_up(line: CommandLine, tmp_path: Path) -> None:
    out = ingest(line, asked(tmp_path), "2026-01-13T03:00")
    assert set(out) >= LOAD_KEYS
    assert (out["read"], out["accepted"] + out["accepted_with_notes"], out["refused"], out["held"]) == (3, 3, 0, False)
    assert out["events"] == {"AdviceRequested": 1, "NeedsAssessmentRequested": 1, "PersonDescribed": 1}


def test_a_refused_row_is_listed_without_its_content_and_taken_once_it_is_mended(
    line: CommandLine, tmp_path: Path
) -> None:
    bad = write(tmp_path / "bad" / "requests.csv", REQUESTS, ("R5", "P5", "", "", "", "acknowledged"),
                ("R6", "P6", "", "", "2026-01-05", "acknowledged"))  # fmt: skip
    out = ingest(line, bad, "2026-01-13T03:00")
    assert (out["read"], out["refused"]) == (2, 1)
    assert set(out["refusals"][0]) == {"file", "row", "field", "reason"}
    (row,) = line.json("refusals", "list")
    assert (row["state"], "P5" in json.dumps(row)) == ("waiting", False)
    assert line.json("refusals", "replay", row["refusal"])["refused"] == 1
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    assert line.run("refusals", "replay", row["refusal"], "--with", empty)[0] != 0
    mended = write(tmp_path / "mended.csv", REQUESTS, ("R5", "P5", "", "", "2026-01-06", "acknowledged"))
    assert line.json("refusals", "replay", row["refusal"], "--with", mended)["events"] == {
        "NeedsAssessmentRequested": 1
    }
    assert [one["state"] for one in line.json("refusals", "list") if one["refusal"] == row["refusal"]] == ["mended"]
    assert line.run("refusals", "replay", row["refusal"])[0] == NotFound.exit_code


def many(folder: Path, rows: int) -> Path:
    lines = [(f"R{n}", f"P{n}", "", "", "2026-01-05", "acknowledged") for n in range(rows)]
    write(folder / "requests.csv", REQUESTS, *lines)
    return folder


def full(line: CommandLine, path: Path, at: str) -> Any:
    return ingest(line, path, at, "--extract", "full", "--covers", "2026-01-01..2026-12-31", "--complete-to", at[:10])


def test_a_load_that_would_withdraw_too_much_waits_and_a_release_lets_it_through(
    line: CommandLine, tmp_path: Path
) -> None:
    full(line, many(tmp_path / "all", 60), "2026-02-01T03:00")
    held = full(line, many(tmp_path / "half", 30), "2026-02-08T03:00")
    assert (held["held"], held["withdrawn"], held["events"]) == (True, 0, {})
    assert [row["state"] for row in line.json("loads", "list")] == ["ended", "held"]
    before = line.tables()
    released = line.json("loads", "release", held["load"])
    assert (released["held"], released["withdrawn"]) == (False, 30)
    assert line.tables() != before
    assert line.run("loads", "release", held["load"])[0] == NotFound.exit_code
    assert not any((line.folder / "held").iterdir())


def test_a_rejected_load_leaves_nothing_behind(line: CommandLine, tmp_path: Path) -> None:
    full(line, many(tmp_path / "all", 60), "2026-02-01T03:00")
    before = line.tables()
    held = full(line, many(tmp_path / "half", 30), "2026-02-08T03:00")
    line.ok("loads", "reject", held["load"])
    assert line.tables() == before
    assert not any((line.folder / "held").iterdir())


def test_a_half_written_file_is_held_and_stays_so_when_it_is_released(line: CommandLine, tmp_path: Path) -> None:
    cut = many(tmp_path / "cut", 5) / "requests.csv"
    cut.write_bytes(cut.read_bytes()[:-9])
    held = ingest(line, cut.parent, "2026-02-01T03:00")
    assert held["held"]
    assert line.json("loads", "release", held["load"])["held"]
    assert line.hub.store.select("SELECT 1 AS one FROM journal WHERE kind = 'event'") == []
    assert [row["state"] for row in line.json("loads", "list")].count("held") == 1


def test_absence_counts_beside_rows_that_have_no_key(line: CommandLine, tmp_path: Path) -> None:
    line.ok("source", "add", "log", "--connector", "provision_log", "--agency", "SCH", "--area", "A01")
    columns = "record_key,person_key,line,kind,on,outcome".split(",")
    rows = [(f"S{n}", "P1", "L1", "speech", "2026-01-12", "delivered") for n in range(3)]
    keyless = ("", "P1", "L1", "speech", "2026-01-13", "delivered")
    more = ("--extract", "full", "--covers", "2026-01-01..2026-02-01")
    for at, given in (("2026-02-01T03:00", [*rows, keyless]), ("2026-02-08T03:00", [rows[0], keyless])):
        write(tmp_path / at / "provision_log.csv", columns, *given)
        out = line.json("ingest", "log", tmp_path / at, "--recorded-at", at, *more)
    assert (out["withdrawn"], out["events"]) == (2, {"SourceRecordWithdrawn": 2})


# ── erasure, journal, rebuild, compare ────────────────────────────────────────────────────────────────────────────────


def a_history(line: CommandLine, files: Path) -> None:
    ingest(line, asked(files), "2026-01-13T03:00", "--complete-to", "2026-02-23")
    line.json("tick", "--area", "A01", "--on", "2026-02-24")
    ingest(line, received(files, "2026-02-20"), "2026-03-02T03:00", "--complete-to", "2026-03-01")
    line.json("tick", "--area", "A01", "--on", "2026-03-02")


def test_an_erased_subject_is_gone_from_the_tables_and_refused_from_then_on(line: CommandLine, tmp_path: Path) -> None:
    a_history(line, tmp_path)
    out = line.json("erase", "casework", "P1", "--as", "officer-1", "--reason", "asked for it")
    assert out["areas"] == ["A01"]
    names = [row["name"] for row in line.hub.store.select("SELECT name FROM sqlite_master WHERE type = 'table'")]
    text = "\n".join(str(row) for name in names for row in line.hub.store.select(f'SELECT * FROM "{name}"'))
    for word in ("Zuckerkandl", "Quirina", "9990010005", "ZZ9 9ZZ", "'P1'", "people:P1"):
        assert word not in text, word
    again = ingest(line, asked(tmp_path), "2026-03-03T03:00")
    assert again["events"] == {}
    assert line.json("erase", "casework", "P1", "--as", "officer-1", "--reason", "again")["areas"] == []


def test_an_exported_journal_folds_to_the_same_tables_in_another_folder(line: CommandLine, tmp_path: Path) -> None:
    a_history(line, tmp_path)
    line.json("erase", "casework", "P1", "--as", "officer-1", "--reason", "asked for it")
    line.ok("journal", "export", tmp_path / "journal.jsonl")
    other = CommandLine(tmp_path / "other")
    imported = other.json("journal", "import", tmp_path / "journal.jsonl")
    assert imported["areas"] == ["A01"]
    assert other.run("journal", "import", tmp_path / "journal.jsonl")[0] == Conflict.exit_code
    compared = line.json("compare", line.folder, other.folder)
    assert compared["equal"], {k: v for k, v in compared["tables"].items() if v["different"]}
    assert other.hub.store.select("SELECT name FROM erased") == line.hub.store.select("SELECT name FROM erased")
    other.close()


def test_a_rebuild_is_byte_identical_and_done_twice_the_same(line: CommandLine, tmp_path: Path) -> None:
    a_history(line, tmp_path)
    one = line.json("rebuild", "--to", tmp_path / "one")["tables"]
    assert line.json("rebuild", "--to", tmp_path / "two")["tables"] == one
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in one.values())
    assert line.json("compare", line.folder, tmp_path / "one")["equal"]
    assert line.json("compare", line.folder, tmp_path / "one", "--rename-children")["equal"]


def test_a_dry_run_writes_nothing_and_its_counts_add_up(line: CommandLine, tmp_path: Path) -> None:
    before = line.tables()
    out = line.json("connectors", "dry-run", "ehc_casework", asked(tmp_path))
    assert out["read"] == out["accepted"] + out["accepted_with_notes"] + out["refused"] == 3
    assert line.tables() == before
    assert {"ehc_casework", "fhir", "cin_census", "provision_log"} <= {
        row["name"] for row in line.json("connectors", "list")
    }
    line.ok("connectors", "template", "provision_log", "--to", tmp_path / "new")
    assert (tmp_path / "new" / "provision_log.csv").exists()


def test_a_possible_match_is_queued_and_decided_by_a_person(line: CommandLine, tmp_path: Path) -> None:
    ingest(line, asked(tmp_path), "2026-01-13T03:00")
    line.ok("source", "add", "trust", "--connector", "ehc_casework", "--agency", "TRUST", "--area", "A01")
    write(
        tmp_path / "alike" / "people.csv",
        PEOPLE,
        ("", "T1", "", "A01", "", "Zuckerkandl", "", "2015-02-28", "ZZ9 9ZZ", ""),
    )
    line.json("ingest", "trust", tmp_path / "alike", "--recorded-at", "2026-01-14T03:00")
    (match,) = line.json("identity", "queue")
    assert "Zuckerkandl" not in json.dumps(match)
    line.ok("identity", "decide", match["id"], "link", "--as", "steward-1", "--reason", "same family")
    assert line.json("identity", "queue") == []
    assert len({row["child"] for row in line.show("source_record")}) == 1


def test_a_person_moves_a_child_to_another_area_and_why_says_so(line: CommandLine, tmp_path: Path) -> None:
    ingest(line, asked(tmp_path), "2026-01-13T03:00")
    line.ok("tick", "--area", "A01", "--on", "2026-01-14")
    line.ok("area", "add", "A02", "--name", "Bramford", "--live-from", "2026-01-05")
    write(tmp_path / "postcodes.csv", ("postcode", "area"), ("zz9", "A02"))
    assert line.ok("area", "postcodes", tmp_path / "postcodes.csv").startswith("1 ")
    (may,) = line.json("identity", "may-have-moved")
    assert (may["area"], may["other_area"], may["because"]) == ("A01", "A02", "an address there")
    assert "Zuckerkandl" not in json.dumps(may)
    to_move = ("identity", "move-child", may["child"], "A02", "--on", "2026-01-15", "--reason", "the family wrote")
    assert line.json(*to_move)["area"] == "A02"
    assert line.json("identity", "may-have-moved") == []
    assert {(row["area"], row["left_to"]) for row in line.show("record")} == {("A01", "A02"), ("A02", "")}
    obligation = next(row["obligation"] for row in line.show("obligation") if row["area"] == "A01")
    assert "moved to area A02 on 2026-01-15" in line.ok("why", obligation)
    assert line.run(*to_move)[0] != 0


def test_the_simulator_says_what_it_wrote_in_words_and_as_json(line: CommandLine, tmp_path: Path) -> None:
    assert "2026" in line.ok("simulate", "--children", "4", "--to", tmp_path / "words")
    assert line.json("simulate", "--children", "4", "--to", tmp_path / "json")["children"] == 4
