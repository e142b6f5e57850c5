from datetime import UTC, date, datetime
from typing import Any

import msgspec

from hub.adapters.rulebook import load
from hub.domain.calendar import Limit
from hub.domain.due import Counting, Given, due_of
from hub.domain.facts import Fact
from hub.domain.rules import DatedLimit, Told, list_rules

BOOK = load()
RULE = BOOK.by_id["ehcna-decision"]


def fact(**data: Any) -> Fact:
    return Fact("plan_finalised", "e", "s", "cw", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), data)


def test_a_case_is_judged_by_the_limit_in_force_at_its_start() -> None:
    weeks = (
        DatedLimit(date(2014, 9, 1), Limit(6, "weeks"), date(2029, 8, 31)),
        DatedLimit(date(2029, 9, 1), Limit(4, "weeks")),
    )
    rule = msgspec.structs.replace(RULE, limits=weeks)
    assert due_of(rule, date(2029, 8, 31), Counting(), Given()).on == date(2029, 10, 12)
    assert due_of(rule, date(2029, 9, 1), Counting(), Given()).on == date(2029, 9, 29)
    assert due_of(rule, date(2014, 8, 31), Counting(), Given()).on is None


def test_a_limit_that_ended_applies_no_more() -> None:
    ended = (DatedLimit(date(2014, 9, 1), Limit(6, "weeks"), date(2020, 4, 30)),)
    assert due_of(msgspec.structs.replace(RULE, limits=ended), date(2020, 5, 1), Counting(), Given()).on is None


def test_rules_are_found_by_the_events_that_start_them() -> None:
    assert [rule.id for rule in BOOK.starting["advice_requested"] if rule.id.startswith("ehcna-")] == [
        "ehcna-advice-ep",
        "ehcna-advice-health",
        "ehcna-advice-other-la",
        "ehcna-advice-parent",
        "ehcna-advice-school",
        "ehcna-advice-social-care",
        "ehcna-advice-yot",
    ]
    assert "session_delivered" not in BOOK.starting


def test_all_recipients_must_have_been_sent_it() -> None:
    told = Told("plan_finalised", "issued_on", all_of=(("parent", "young_person"), ("institution",), ("icb",)))
    sent = ["parent=2026-01-02", "institution=2026-01-04", "icb=2026-01-03"]
    assert told.day(fact(issued_on="2026-01-01", institution="I", sent=sent)) == date(2026, 1, 4)
    assert told.day(fact(issued_on="2026-01-01", institution="I", sent=sent[:1])) is None
    assert told.day(fact(issued_on="2026-01-01", institution="I")) == date(2026, 1, 1)
    assert told.day(fact(issued_on="2026-01-01", sent=[sent[0], sent[2]])) == date(2026, 1, 3)


def test_the_list_says_what_is_enabled_and_why_not() -> None:
    listed = {rule["id"]: rule for rule in list_rules(BOOK)}
    assert listed["ehcna-decision"]["enabled"] is True
    assert listed["ehcna-decision"]["source"].endswith("(S.I. 2014/1530), reg 5(1)")
    assert listed["ehcp-final"]["alert_to"] == [{"role": "sen_officer", "immediate": True}]
    assert listed["ehcp-final"]["signed_off"] is None
