"""The rulebook loads, and refuses what cannot be: each refusal has a broken sample."""

from pathlib import Path

import pytest

from hub.adapters.rulebook import COUNTS_FILE, HOLIDAYS_FILE, load
from hub.domain.errors import RuleError

OWN = Path(__file__).parents[3] / "hub" / "rules"

GOOD = """
enactment  = "An Act"
extent     = "England"
first_day  = "excluded"
last_day   = "stands"
checked_on = 2026-11-21

[[rule]]
id            = "a-rule"
duty          = "Do it"
duty_holder   = "local_authority"
alert_to      = ["sen_officer"]
starts_on     = [{ event = "needs_assessment_requested", date = "received_on", basis = "received_basis" }]
discharged_by = [{ event = "assessment_decision_notified", date = "sent_on" }]
lapses_on     = ["person_died"]
told_by       = ["ehc_casework"]
source        = "s.1"
duty_force    = "act"
limit_force   = "act"
evidence      = "read"

  [[rule.limit]]
  from  = 2014-09-01
  count = 6
  unit  = "weeks"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "calendars").mkdir()
    (tmp_path / HOLIDAYS_FILE).write_text((OWN / HOLIDAYS_FILE).read_text())
    (tmp_path / "local_policy.toml").write_text((OWN / "local_policy.toml").read_text())
    return tmp_path


def test_a_folder_and_the_package_give_the_same_rulebook() -> None:
    assert load(OWN) == load()


def test_the_good_sample_loads(folder: Path) -> None:
    (folder / "an_act.toml").write_text(GOOD)
    rule = load(folder).by_id["a-rule"]
    assert rule.cited == "An Act, s.1"
    assert rule.signed_off is None


def test_another_content_is_another_version(folder: Path) -> None:
    (folder / "an_act.toml").write_text(GOOD)
    before = load(folder).version
    (folder / "an_act.toml").write_text(GOOD.replace("count = 6", "count = 7"))
    assert load(folder).version != before


def test_a_disabled_rule_is_listed_and_never_started(folder: Path) -> None:
    (folder / "an_act.toml").write_text(GOOD)
    (folder / "disabled.toml").write_text('[rule]\na-rule = "future law"\n')
    book = load(folder)
    assert book.by_id["a-rule"].why_disabled == "future law"
    assert book.starting == {}


def test_a_rule_without_a_worked_case_is_refused(folder: Path) -> None:
    (folder / "an_act.toml").write_text(GOOD)
    (folder / COUNTS_FILE).write_text('{"another-rule": 3}')
    with pytest.raises(RuleError) as refused:
        load(folder)
    assert (refused.value.rule, "no worked case" in refused.value.reason) == ("a-rule", True)
    (folder / COUNTS_FILE).write_text('{"a-rule": 1}')
    assert load(folder).by_id["a-rule"]
    (folder / COUNTS_FILE).write_text("{}")
    (folder / "disabled.toml").write_text('[rule]\na-rule = "future law"\n')
    assert load(folder).by_id["a-rule"].why_disabled


LIMIT = '  [[rule.limit]]\n  from  = 2014-09-01\n  count = 6\n  unit  = "weeks"\n'

BROKEN = {
    "unknown key": ('source        = "s.1"', 'source = "s.1"\ncolour = "red"', "unknown field `colour`"),
    "unknown key of a limit": ("count = 6", "count = 6\n  pause = true", "unknown field `pause`"),
    "missing source": ('source        = "s.1"', "", "missing required field `source`"),
    "empty source": ('source        = "s.1"', 'source = " "', "source is empty"),
    "missing lapses_on": ('lapses_on     = ["person_died"]', "", "missing required field `lapses_on`"),
    "empty lapses_on without a reason": ('["person_died"]', "[]", "needs no_lapse_because"),
    "a duty that stays and ends with a move": (
        '["person_died"]',
        '["person_died", "responsible_body_changed:local_authority"]\nstays_on_move = true',
        "does not lapse when another authority becomes responsible",
    ),
    "impossible date": ("2014-09-01", "2014-09-31", "Invalid date"),
    "unknown event": ("needs_assessment_requested", "wishes_expressed", "unknown event 'wishes_expressed'"),
    "unknown event in lapses": ('"person_died"', '"person_vanished"', "unknown event 'person_vanished'"),
    "unknown field": ('date = "sent_on"', 'date = "posted_on"', "unknown field assessment_decision_notified.posted_on"),
    "unknown field in basis": ('basis = "received_basis"', 'basis = "how"', "unknown field"),
    "unknown field in where": (
        'date = "sent_on" }',
        'date = "sent_on", where = { mood = "good" } }',
        "unknown field assessment_decision_notified.mood",
    ),
    "value of an event without one required field": ('"person_died"', '"person_died:gone"', "one required field"),
    "limits from the same day": (LIMIT, LIMIT + LIMIT, "limits overlap on 2014-09-01"),
    "limits that overlap": (
        LIMIT,
        LIMIT.replace("count", "until = 2020-01-01\n  count") + LIMIT.replace("2014-09-01", "2019-01-01"),
        "limits overlap on 2019-01-01",
    ),
    "a limit that ends before it begins": ("count = 6", "until = 2013-01-01\n  count = 6", "before it begins"),
    "a limit of less than nothing": ("count = 6", "count = -1", "less than 0"),
    "a limit without a length": ("  count = 6\n", "", "a count and a unit, or before"),
    "a date that no year has": ('  count = 6\n  unit  = "weeks"\n', '  before = "02-30"\n', "no such date"),
    "a date and a length": ("count = 6", 'before = "02-15"\n  count = 6', "a count and a unit, or before"),
    "counted from an unknown field": ("count = 6", 'of = "moon_on"\n  count = 6', "unknown field"),
    "a limit for an unknown field": ("count = 6", 'where = { mood = "good" }\n  count = 6', "no starting event has"),
    "a leg on an unknown event": (
        LIMIT,
        LIMIT
        + '    [[rule.limit.leg]]\n    name = "x"\n    event = "moon_rose"\n    date = "on"\n    count = 1\n    unit = "days"\n',
        "unknown event 'moon_rose'",
    ),
    "separately for each of an unknown field": (
        'evidence      = "read"',
        'evidence = "read"\neach = "mood"',
        "unknown field needs_assessment_requested.mood",
    ),
    "notice without a bound": (
        'basis = "received_basis" }',
        'notice = { since = "sent_on", upto = "received_on" } }',
        "either at_least or less_than",
    ),
    "nothing discharges it": (
        'discharged_by = [{ event = "assessment_decision_notified", date = "sent_on" }]',
        "discharged_by = []",
        "needs no_discharge_because",
    ),
    "an event that is compared week by week": ('"person_died"', '"session_missed"', "discharges no duty"),
    "an exception that tests nothing known": (
        LIMIT,
        LIMIT + '\n  [[rule.exception]]\n  id = "x"\n  source = "s"\n  available_when = "raining"\n',
        "Invalid enum value",
    ),
    "unknown unit": ('"weeks"', '"fortnights"', "Invalid enum value 'fortnights'"),
    "unknown force": ('duty_force    = "act"', 'duty_force = "habit"', "Invalid enum value 'habit'"),
    "unknown holder": ('"local_authority"', '"the_council"', "unknown duty_holder"),
    "unknown role": ('"sen_officer"', '"the_boss"', "unknown role 'the_boss'"),
    "nothing starts it": (
        'starts_on     = [{ event = "needs_assessment_requested", date = "received_on", basis = "received_basis" }]',
        "starts_on = []",
        "starts_on needs an event",
    ),
    "condition without a value": (
        'evidence      = "read"',
        'evidence = "read"\nonly_if = "outcome_notified.outcome"',
        "only_if",
    ),
    "a condition that is undone without having been": (
        'evidence      = "read"',
        'evidence = "read"\nonly_if = "outcome_notified unless plan_ceased"',
        "unless belongs to had",
    ),
    "condition on an unknown field": (
        'evidence      = "read"',
        'evidence = "read"\nonly_if = "outcome_notified.mood = good"',
        "unknown field outcome_notified.mood",
    ),
    "exception without a source": (
        LIMIT,
        LIMIT + '\n  [[rule.exception]]\n  id = "x"\n  source = ""\n',
        "has no source",
    ),
    "signed off by nobody": (
        'evidence      = "read"',
        'evidence = "read"\nsigned_off = { on = 2027-01-01 }',
        "both by and on",
    ),
    "basis outside starts_on": (
        'date = "sent_on" }',
        'date = "sent_on", basis = "decision" }',
        "basis and notice belong to starts_on",
    ),
    "a key twice": ('duty          = "Do it"', 'duty = "Do it"\nduty = "Twice"', "Cannot overwrite"),
    "no enactment": ('enactment  = "An Act"', "", "missing required field `enactment`"),
    "the same id twice": (GOOD, GOOD + GOOD[GOOD.index("[[rule]]") :], "is also in an_act.toml"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_refused(folder: Path, name: str) -> None:
    good, bad, reason = BROKEN[name]
    assert good in GOOD
    (folder / "an_act.toml").write_text(GOOD.replace(good, bad, 1))
    with pytest.raises(RuleError) as refused:
        load(folder)
    assert refused.value.file == "an_act.toml"
    assert reason in refused.value.reason


def test_disabling_a_rule_that_is_not_there_is_refused(folder: Path) -> None:
    (folder / "disabled.toml").write_text('[rule]\nno-such-rule = "why"\n')
    with pytest.raises(RuleError, match="no such rule"):
        load(folder)


def test_a_folder_without_its_policy_is_refused(folder: Path) -> None:
    (folder / "local_policy.toml").unlink()
    with pytest.raises(RuleError, match="provision"):
        load(folder)
