from datetime import date
from typing import get_args

import msgspec

from hub.adapters.rulebook import load
from hub.domain.obligation import State
from hub.domain.rules import Force, SignOff
from hub.domain.words import FORCES, PASSED, STATES, explain, may_say_breach, passed

RULES = load().by_id

SNAPSHOT = {
    "act": "Statutory limit passed",
    "regulation": "Statutory limit passed",
    "tribunal_rule": "Statutory limit passed",
    "case": "Statutory limit passed",
    "code": "Code of Practice time passed",
    "statutory_guidance": "Guidance time passed",
    "guidance": "Guidance time passed",
    "policy": "Local target passed",
}
STATE_WORDS = {
    "disabled": "Not watched",
    "not_owed": "Not owed",
    "lapsed": "No longer owed",
    "conditional": "Owed only if it comes to that",
    "met": "Done in time",
    "met_late": "Done, after the due date",
    "exempt": "No fixed limit: an exception applies",
    "exempt_claimed": "Exception claimed, no evidence recorded",
    "sent_not_recorded": "Sent, not recorded as received",
    "not_known": "Not known: nothing heard for this date yet",
    "past_due_unconfirmed": "Nothing recorded; date of receipt not confirmed",
    "overdue": "Overdue",
    "at_risk": "Due soon",
    "open": "Open",
}


def test_words_of_a_passed_limit_follow_its_force() -> None:
    assert dict(PASSED) == SNAPSHOT
    assert set(PASSED) == set(FORCES) == set(get_args(Force))


def test_words_of_the_states() -> None:
    assert dict(STATES) == STATE_WORDS
    assert set(STATES) == set(get_args(State))


def test_no_rule_is_called_a_breach_before_it_is_signed_off() -> None:
    for rule in RULES.values():
        assert not may_say_breach(rule)
        assert "breach" not in passed(rule, "overdue").lower()
        assert "reading not yet confirmed by a solicitor" in passed(rule, "overdue")


def test_a_signed_off_regulation_may_be_called_breached_and_the_code_may_not() -> None:
    signed = SignOff("A Solicitor", date(2027, 1, 15))
    health = msgspec.structs.replace(RULES["ehcna-advice-health"], signed_off=signed)
    school = msgspec.structs.replace(RULES["ehcna-advice-school"], signed_off=signed)
    assert passed(health, "overdue").startswith("Statutory limit passed: breach of Special Educational Needs")
    assert passed(school, "overdue") == "Code of Practice time passed"


def test_nothing_is_said_of_a_limit_where_receipt_is_not_confirmed() -> None:
    text = passed(RULES["ehcna-advice-health"], "past_due_unconfirmed")
    assert text == "No advice recorded; date of receipt not confirmed"


def test_a_rule_explains_itself() -> None:
    assert explain(RULES["ehcna-advice-health"]) == HEALTH
    for rule in RULES.values():
        assert f"rule: {rule.id}\n" in explain(rule)


HEALTH = """\
rule: ehcna-advice-health
duty: Give the authority the advice it asked for (health)
source: Special Educational Needs and Disability Regulations 2014 (S.I. 2014/1530), reg 8(1) with CFA s.31
force: duty: regulations; limit: regulations
evidence: secondary
reading: reading not yet confirmed by a solicitor
doubt: reg 8 read only as quoted, the text of CFA s.31 and its list of bodies not at all; regs 2(2) ff. not \
read: a general counting rule there would move every date; one SENDIASS counts the day of receipt as day 1; \
deemed receipt has no footing in the Regulations
starts on: advice_requested (received_on), asked = health, process_kind is not reassessment or detention
limit: 6 weeks, not counting the day it starts, from 2014-09-01
discharged by: advice_received (received_on), is_final is not false
said done by: advice_sent (sent_on)
ends without it on: request_withdrawn (occurred_on); person_died (occurred_on); \
responsible_body_changed (occurred_on), body_kind = local_authority; \
assessment_decision_notified (sent_on), decision = refuse; outcome_notified (sent_on), outcome = not_issue; \
plan_finalised (issued_on)
exception: exceptional-circumstances, if claimed (reg 8(2)(a))
exception: absent-from-area, if claimed (reg 8(2)(b))
exception: missed-appointment, if claimed (reg 8(2)(c))
at risk: 2 weeks before the due date
can be told by: ehc_casework
alerts go to: dco"""
