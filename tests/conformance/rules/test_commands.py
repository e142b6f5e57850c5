"""`hub rules`: the verbs that other checks use, run as a user runs them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hub.bootstrap import Hub
from hub.cli import cli
from hub.config import Config
from hub.domain.errors import RuleError
from tests.conformance.commands import AREA, CommandLine

KEYS = ["rule", "from", "due_on", "enabled", "limit_force", "source", "steps"]
WORKED = """
ehcna-decision 2025-11-10 2025-12-22|ehcna-no-plan-decision 2025-11-10 2026-03-02|ehcp-final 2025-11-10 2026-03-30
ehcna-advice-health 2025-12-22 2026-02-02|ehcna-decision 2028-01-28 2028-03-10|ehcp-final 2028-01-28 2028-06-16
ehcp-draft-representations 2025-12-18 2026-01-01|review-papers 2026-07-14 2026-06-30|review-report 2026-07-14 2026-07-28
review-decision 2026-07-14 2026-08-11|review-longstop-12w 2026-07-14 2026-10-06|review-amend-final 2026-07-20 2026-09-14
review-first 2025-09-01 2026-08-31|review-first 2024-02-29 2025-02-28|appeal-lodge 2026-06-24 2026-09-01
move-la-late-notice 2026-12-21 2027-01-13|move-la-tell-family 2027-01-13 2027-02-24|move-la-review 2027-01-13 2027-04-12
order-assess-notify 2026-03-27 2026-04-10|order-amend-content 2026-03-27 2026-05-01|order-assess-no-plan 2026-03-27 2026-06-05
order-plan-final 2026-03-27 2026-06-12|order-assess-final 2026-03-27 2026-07-03|med-certificate-declined 2026-12-18 2026-12-23
med-certificate-declined 2026-12-23 2026-12-30|med-arrange 2026-12-07 2027-01-06|ehcna-decision 2026-07-01 2026-08-12
ehcna-decision 2026-05-26 2026-07-07|csc-assessment 2026-11-09 2027-01-14|phase-transfer-between-post16 2026-09-01 2026-04-01
"""
"""law.md 2.3, but for what needs a second date."""


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "hub")


def due(line: CommandLine, *words: str) -> dict[str, Any]:
    return line.json("rules", "due", *words)  # type: ignore[no-any-return]


@pytest.mark.parametrize("row", [row for group in WORKED.split("\n") for row in group.split("|") if row])
def test_the_worked_dates_of_the_research(line: CommandLine, row: str) -> None:
    rule, start, expected = row.split()
    answer = due(line, rule, "--from", start)
    assert list(answer) == KEYS
    assert (answer["due_on"], answer["from"], answer["enabled"]) == (expected, start, True)
    assert answer["steps"]


def test_a_second_date_a_year_and_a_school_calendar(line: CommandLine, tmp_path: Path) -> None:
    assert (
        due(line, "appeal-lodge", "--from", "2026-06-24", "--and", "certificate=2026-08-20")["due_on"] == "2026-09-21"
    )
    assert (
        due(line, "appeal-lodge", "--from", "2025-10-01", "--and", "certificate=2025-11-29")["due_on"] == "2026-01-02"
    )
    assert due(line, "phase-transfer-general", "--from", "2026-09-01", "--year", "2027")["due_on"] == "2027-02-14"
    assert due(line, "phase-transfer-post16", "--from", "2026-09-01", "--year", "2027")["due_on"] == "2027-03-30"
    assert (
        due(line, "review-longstop-12w", "--from", "2026-07-14", "--and", "notice=2026-07-20")["due_on"] == "2026-09-14"
    )
    calendar = tmp_path / "calendar.csv"
    calendar.write_text(
        "record_key,institution,school_days,closed_from,reopens_on\n"
        "1,S1,2026-11-02..2026-12-18;2027-01-04..2027-02-12,,\n2,S1,,2026-11-09,2026-11-10\n"
    )
    days = due(line, "governors-consider", "--from", "2026-11-02", "--calendar", str(calendar))
    assert days["due_on"] == "2026-11-24"  # 15 school days, Mon 9 Nov left out
    without = due(line, "governors-consider", "--from", "2026-11-02")
    assert without["due_on"] is None
    assert "calendar" in without["steps"][0]


def test_no_number_of_days_and_disabled_rules_answer_too(line: CommandLine) -> None:
    assert due(line, "ehcna-consult-family", "--from", "2026-01-05")["due_on"] is None
    disabled = due(line, "appeal-la-response", "--from", "2026-07-20")
    assert disabled["enabled"] is False
    assert disabled["due_on"] == "2026-09-29"  # nine days of July, none of August, 21 of September


def test_lines_are_answered_one_by_one_and_a_bad_one_fails_at_the_end(tmp_path: Path) -> None:
    lines = "ehcp-final\t2025-11-10\nno-such-rule\t2025-11-10\nehcp-final\t10/11/2025\nappeal-lodge\t2025-10-01\tcertificate=2025-11-29\n"
    run = CliRunner().invoke(cli, ["rules", "due", "-", "--json"], input=lines, obj=Hub(Config(data=tmp_path)))
    answers = [json.loads(text) for text in run.output.splitlines()]
    assert [answer.get("due_on") for answer in answers] == ["2026-03-30", None, None, "2026-01-02"]
    assert ["error" in answer for answer in answers] == [False, True, True, False]
    assert run.exit_code == 1
    assert (
        CliRunner().invoke(cli, ["rules", "due", "-"], input=lines[:22], obj=Hub(Config(data=tmp_path))).exit_code == 0
    )


def test_the_list_says_what_is_enabled_how_sure_and_how_often_worked(line: CommandLine) -> None:
    rules = {rule["id"]: rule for rule in line.json("rules", "list")}
    wanted = "id enabled why_disabled duty_force limit_force evidence doubt duty_holder source cases".split()
    assert all(set(wanted) <= set(rule) for rule in rules.values())
    assert all(rule["enabled"] != bool(rule["why_disabled"]) for rule in rules.values())
    assert all(rule["cases"] for rule in rules.values() if rule["enabled"])
    assert all(not rule["enabled"] for rule in rules.values() if rule["evidence"] == "recalled_low")


def test_a_reading_is_signed_off_for_this_hub_and_for_the_rule_as_it_stands(line: CommandLine) -> None:
    assert "reading not yet confirmed" in line.ok("rules", "explain", "ehcp-final")
    line.json("rules", "sign-off", "ehcp-final", "--by", "A. Solicitor", "--on", "2026-11-01")
    assert "confirmed by A. Solicitor on 2026-11-01" in line.ok("rules", "explain", "ehcp-final")
    signed = line.folder / "signed_off.toml"
    signed.write_text(signed.read_text().replace('text = "', 'text = "0'))
    again = CommandLine(line.folder)
    assert "reading not yet confirmed" in again.ok("rules", "explain", "ehcp-final")


PACK = """
enactment  = "An invented Act"
extent     = "England"
first_day  = "excluded"
last_day   = "stands"
checked_on = 2026-11-22

[[rule]]
id            = "ehcna-decision"
process_kind  = "request"
duty          = "Decide sooner"
duty_holder   = "local_authority"
alert_to      = ["sen_officer"]
starts_on     = [{ event = "needs_assessment_requested", date = "received_on" }]
discharged_by = [{ event = "assessment_decision_notified", date = "sent_on" }]
lapses_on     = ["person_died"]
told_by       = ["ehc_casework"]
source        = "s.1"
duty_force    = "act"
limit_force   = "act"
evidence      = "read"
warn          = { count = 2, unit = "weeks" }
  [[rule.limit]]
  from  = 2014-09-01
  until = 2025-12-31
  count = 6
  unit  = "weeks"
  [[rule.limit]]
  from  = 2026-01-01
  count = 4
  unit  = "weeks"
"""


def test_two_packs_side_by_side_on_the_same_events(line: CommandLine, tmp_path: Path) -> None:
    line.ok("area", "add", AREA, "--name", "Ashdale", "--live-from", "2025-09-01")
    line.ok("source", "add", "casework", "--connector", "ehc_casework", "--agency", AREA, "--area", AREA)
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "an_act.toml").write_text(PACK)
    files = tmp_path / "casework"
    files.mkdir()
    at = "2026-01-06T09:00:00Z"
    (files / "people.csv").write_text(
        f"person_key,updated_at,family_name,given_names,birth_date\nP1,{at},Quill,Wren,2015-04-02\nP2,{at},Moss,Ada,2014-01-02\n"
    )
    (files / "requests.csv").write_text(
        f"record_key,person_key,updated_at,process,received_on\nR1,P1,{at},R1,2025-12-31\nR2,P2,{at},R2,2026-01-05\n"
    )
    line.ok("ingest", "casework", str(files), "--recorded-at", "2026-02-04T03:00", "--complete-to", "2026-02-03")
    line.ok("tick", "--area", AREA, "--on", "2026-02-04")
    asked = ("rules", "compare", str(tmp_path / "pack"), "--area", AREA, "--on", "2026-02-04")
    found = line.json(*asked)
    assert found["by_rule"] == {"ehcna-decision": 1}
    (row,) = found["different"]  # a case is judged by the law in force at its start
    assert row["before"] == {"state": "at_risk", "due_on": "2026-02-16"}
    assert row["after"] == {"state": "overdue", "due_on": "2026-02-02"}
    assert line.json(*asked) == found
    assert "compare law" in " ".join(row["action"] for row in line.show("audit"))
    assert line.json("rules", "compare", "proposed_2029", "--area", AREA, "--on", "2026-02-04")["different"] == []
    assert line.run("rules", "compare", "no-such-pack", "--area", AREA, "--on", "2026-02-04")[0] == RuleError.exit_code
