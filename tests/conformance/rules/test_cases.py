"""Every worked case holds, every rule has one, and no state is without one."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from hub.adapters.cases import Case, ExpectedAlert, judged, read_cases, rules_of, run
from hub.adapters.rulebook import load
from hub.domain.obligation import State

CASES = list(read_cases(Path(__file__).parent / "cases"))
RULEBOOK = load()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_case_holds(case: Case) -> None:
    assert run(case, RULEBOOK) == []


def test_every_rule_has_a_worked_case() -> None:
    enabled = {rule.id for rule in RULEBOOK.rules if not rule.why_disabled}
    assert enabled <= {rule for case in CASES for rule in rules_of(case)}


def test_an_alert_that_was_not_sent_is_seen() -> None:
    case = next(case for case in CASES if case.expect_alerts)
    for wrong in (ExpectedAlert("ehcp-final"), msgspec.structs.replace(case.expect_alerts[0], on=case.today)):
        assert "not sent" in run(msgspec.structs.replace(case, expect_alerts=[wrong]), RULEBOOK)[0]
    loud = msgspec.structs.replace(case, events=case.events[:1], expect={"ehcna-advice-health": {}}, expect_alerts=[])
    assert "overdue runs" in run(loud, RULEBOOK)[0]


def test_every_state_has_a_worked_case() -> None:
    expected = {e.get("state") for case in CASES for e in case.expect.values() if isinstance(e, dict)}
    assert set(get_args(State)) <= expected


def test_names_tell_cases_apart() -> None:
    names = [(case.file, case.name) for case in CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", [rule.id for rule in RULEBOOK.rules if not rule.why_disabled])
def test_every_exception_and_lapse_of_a_rule_occurs_in_its_cases(rule: str) -> None:
    told = {
        (event["type"], event.get("ground") or event.get("decision") or event.get("outcome") or "")
        for case in CASES
        if rule in rules_of(case)
        for event in case.events
    }
    of_rule = RULEBOOK.by_id[rule]
    for exemption in of_rule.exemptions:
        assert any(("exception_claimed", ground) in told for ground in exemption.grounds), exemption.id
    for lapse in of_rule.lapses_on:
        assert any(kind == lapse.event for kind, _ in told), lapse.event


def test_cases_do_not_depend_on_the_order_of_their_events() -> None:
    for case in CASES:
        turned = judged(case, RULEBOOK)
        events = [{**event, "slot": f"s{n:03}"} for n, event in enumerate(case.events)]
        case.events = events[::-1]
        again = judged(case, RULEBOOK)
        assert [(o.obligation, o.state, o.due_on) for o in turned.obligations] == [
            (o.obligation, o.state, o.due_on) for o in again.obligations
        ]
