"""What the worked cases do not say: names, days of knowing, silence, waking."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from hub.adapters.rulebook import load
from hub.domain.calendar import Limit
from hub.domain.facts import AreaFacts, Body, Fact, Feed
from hub.domain.identifiers import name_of
from hub.domain.obligation import Obligation
from hub.domain.obligations import judge, refused_claims
from hub.domain.rules import DatedLimit, Rulebook, rulebook

BOOK = load()
CASEWORK = Feed("cw", "ehc_casework", complete_to=date(2026, 6, 1))
AREA = AreaFacts("E1", feeds={"cw": CASEWORK}, bodies={"B1": Body("B1", "icb")})


def a_fact(kind: str, on: str, slot: str = "", recorded: str = "", **data: Any) -> Fact:
    recorded_at = datetime.fromisoformat(recorded or f"{on}T12:00:00+00:00").astimezone(UTC)
    slot = slot or f"{kind}/{on}"
    return Fact(kind, f"event of {slot}", slot, data.pop("source", "cw"), date.fromisoformat(on), recorded_at, data)


def a_request(on: str = "2025-11-10", **data: Any) -> Fact:
    return a_fact("needs_assessment_requested", on, process="p1", process_kind="request", received_on=on, **data)


def asked(on: str = "2025-12-22", **data: Any) -> Fact:
    fields = {"advice_request": "a1", "advice_kind": "medical", "body": "B1", "sent_on": on, "received_on": on}
    return a_fact("advice_requested", on, **{"process": "p1", "process_kind": "request", **fields, **data})


def of(rule: str, facts: list[Fact], on: str, area: AreaFacts = AREA) -> Obligation:
    found = [o for o in judge("child", area, facts, date.fromisoformat(on), BOOK).obligations if o.rule == rule]
    assert len(found) == 1, [o.rule for o in found]
    return found[0]


def completed(*days: tuple[str, str]) -> AreaFacts:
    history = tuple((date.fromisoformat(known), date.fromisoformat(to)) for known, to in days)
    feed = msgspec.structs.replace(CASEWORK, complete_to=history[-1][1], completed=history)
    return msgspec.structs.replace(AREA, feeds={"cw": feed})


def test_an_obligation_is_named_by_what_it_is_and_not_by_how_it_stands() -> None:
    early, late = of("ehcna-decision", [a_request()], "2025-11-11"), of("ehcna-decision", [a_request()], "2026-06-01")
    assert early.obligation == late.obligation
    assert early.obligation == name_of("obligation", "E1", "child", "ehcna-decision", "", "p1", "", "")
    advice = of("ehcna-advice-health", [asked()], "2025-12-23")
    assert advice.obligation == name_of("obligation", "E1", "child", "ehcna-advice-health", "B1", "", "a1", "")


def test_one_more_teller_of_a_request_does_not_rename_its_duty() -> None:
    told = a_fact("advice_requested", "2025-12-22", **{**asked().data, "process": ""})
    again = msgspec.structs.replace(told, slot="0", event="0", source="trust")
    one, two = (
        of("ehcna-advice-health", [asked()], "2025-12-23"),
        of("ehcna-advice-health", [again, asked()], "2025-12-23"),
    )
    assert one.obligation == two.obligation


def test_the_events_behind_it_begin_with_the_one_that_started_it() -> None:
    decided = a_fact(
        "assessment_decision_notified", "2025-12-01", process="p1", decision="assess", sent_on="2025-12-01"
    )
    found = of("ehcna-decision", [decided, a_request()], "2025-12-02")
    assert found.because == ("event of needs_assessment_requested/2025-11-10", decided.event)


def test_without_a_record_of_when_feeds_grew_nothing_is_said_of_when_it_was_known() -> None:
    assert of("ehcna-decision", [a_request()], "2026-01-01").known_late_since is None


def test_known_late_from_the_first_day_a_feed_was_complete_to_the_due_date() -> None:
    area = completed(("2025-12-20", "2025-12-19"), ("2026-01-03", "2026-01-02"), ("2026-02-01", "2026-01-31"))
    assert of("ehcna-decision", [a_request()], "2026-03-01", area).known_late_since == date(2026, 1, 3)


def test_nobody_knows_that_it_is_late_before_it_is() -> None:
    area = completed(("2025-12-22", "2025-12-22"))
    assert of("ehcna-decision", [a_request()], "2026-03-01", area).known_late_since == date(2025, 12, 23)


def test_nobody_knows_that_it_is_late_before_hearing_of_the_request() -> None:
    area = completed(("2025-12-24", "2025-12-24"))
    heard_late = a_request(recorded="2026-02-10T09:00:00+00:00")
    assert of("ehcna-decision", [heard_late], "2026-03-01", area).known_late_since == date(2026, 2, 10)


def test_a_late_decision_tells_that_it_was_late() -> None:
    area = completed(("2026-02-20", "2026-02-19"))
    decided = a_fact(
        "assessment_decision_notified", "2026-01-05", recorded="2026-01-31T23:30:00+00:00",
        process="p1", decision="assess", sent_on="2026-01-05",
    )  # fmt: skip
    found = of("ehcna-decision", [a_request(), decided], "2026-03-01", area)
    assert (found.state, found.was_late_by, found.known_late_since) == ("met_late", 14, date(2026, 1, 31))


def test_an_area_without_a_feed_that_could_tell_waits_for_nobody_by_name() -> None:
    found = of("ehcna-decision", [a_request()], "2026-01-01", AreaFacts("E1"))
    assert (found.state, found.waits_for) == ("not_known", ())


def test_one_complete_feed_is_enough() -> None:
    feeds = {"cw": CASEWORK, "sen2": Feed("sen2", "sen2")}
    found = of("ehcna-decision", [a_request()], "2026-01-01", msgspec.structs.replace(AREA, feeds=feeds))
    assert found.state == "overdue"


def test_where_one_source_leads_only_its_completeness_counts() -> None:
    feeds = {
        "cw": msgspec.structs.replace(CASEWORK, complete_to=None),
        "sen2": Feed("sen2", "sen2", complete_to=date.max),
    }
    area = msgspec.structs.replace(AREA, feeds=feeds, leading={"assessment_decision_notified": "cw"})
    found = of("ehcna-decision", [a_request()], "2026-01-01", area)
    assert (found.state, found.waits_for) == ("not_known", ("cw",))


def test_it_wakes_when_the_warning_begins_and_when_the_due_date_is_past() -> None:
    facts = [asked()]
    assert judge("c", AREA, facts, date(2025, 12, 22), BOOK).wake_on == date(2026, 1, 19)
    assert judge("c", AREA, facts, date(2026, 1, 19), BOOK).wake_on == date(2026, 2, 3)
    assert judge("c", AREA, facts, date(2026, 2, 3), BOOK).wake_on is None


def test_it_wakes_when_something_dated_later_comes() -> None:
    decided = a_fact(
        "assessment_decision_notified", "2025-11-20", process="p1", decision="refuse", sent_on="2025-11-20"
    )
    assert judge("c", AREA, [a_request(), decided], date(2025, 11, 15), BOOK).wake_on == date(2025, 11, 20)


def test_before_it_starts_there_is_no_duty() -> None:
    judged = judge("c", AREA, [a_request()], date(2025, 11, 9), BOOK)
    assert (judged.obligations, judged.wake_on) == ((), date(2025, 11, 10))


def test_another_system_with_keys_of_its_own_still_finds_the_one_open_process() -> None:
    told = a_fact(
        "assessment_decision_notified",
        "2025-12-01",
        source="return",
        process="77",
        decision="assess",
        sent_on="2025-12-01",
    )
    assert of("ehcna-decision", [a_request(), told], "2025-12-02").state == "met"


def test_a_process_of_the_same_system_that_never_started_is_unmatched() -> None:
    told = a_fact("assessment_decision_notified", "2025-12-01", process="p9", decision="assess", sent_on="2025-12-01")
    judged = judge("c", AREA, [a_request(), told], date(2025, 12, 2), BOOK)
    assert judged.unmatched == (told.event,)


def test_a_decided_process_takes_no_further_decision_that_does_not_say_where_it_belongs() -> None:
    facts = [
        a_request(),
        a_fact("needs_assessment_requested", "2025-11-11", slot="two", process="p2", received_on="2025-11-11"),
        a_fact("assessment_decision_notified", "2025-11-20", process="p1", decision="refuse", sent_on="2025-11-20"),
        a_fact("assessment_decision_notified", "2025-12-01", decision="assess", sent_on="2025-12-01"),
    ]
    judged = judge("c", AREA, facts, date(2025, 12, 2), BOOK)
    states = {o.process: o.state for o in judged.obligations if o.rule == "ehcna-decision"}
    assert states == {"p1": "met", "p2": "met"}


def test_a_chain_of_parents_may_be_a_ring() -> None:
    told = a_fact(
        "assessment_decision_notified", "2025-12-01", process="x", under="y", decision="assess", sent_on="2025-12-01"
    )
    ring = a_fact("outcome_notified", "2025-12-02", process="y", under="x", outcome="issue", sent_on="2025-12-02")
    assert judge("c", AREA, [a_request(), told, ring], date(2025, 12, 3), BOOK).unmatched == (told.event,)


def test_the_365th_day_still_answers_and_the_366th_does_not() -> None:
    for day, state in (("2026-12-22", "met_late"), ("2026-12-23", "overdue")):
        answer = a_fact("advice_received", day, body="B1", received_on=day)
        assert of("ehcna-advice-health", [asked(), answer], "2027-01-01").state == state


def test_two_reissues_of_each_other_leave_one_open() -> None:
    facts = [
        asked(slot="one", reissue_of="a2"),
        asked("2026-01-05", slot="two", advice_request="a2", reissue_of="a1"),
    ]
    judged = judge("c", AREA, facts, date(2026, 1, 6), BOOK)
    states = {o.advice_request: o.state for o in judged.obligations}
    assert states == {"a1": "lapsed", "a2": "open"}


def _with_history(judged_by: str) -> Rulebook:
    limits = (
        DatedLimit(date(2026, 1, 1), Limit(4, "weeks")),
        DatedLimit(date(2014, 9, 1), Limit(6, "weeks"), date(2025, 12, 31)),
    )
    changed = msgspec.structs.replace(BOOK.by_id["ehcna-decision"], limits=limits, judged_by=judged_by)
    return rulebook((changed,), BOOK.policy, BOOK.holidays, "history")


def test_a_case_keeps_the_law_of_its_start_when_the_limit_changes() -> None:
    book, request = _with_history("start"), [a_request("2025-12-29")]
    for on in (date(2025, 12, 30), date(2026, 1, 2)):
        (owed,) = judge("child", AREA, request, on, book).obligations
        assert owed.due_on == date(2026, 2, 9)
    (later,) = judge("child", AREA, [a_request("2026-01-01")], date(2026, 1, 2), book).obligations
    assert later.due_on == date(2026, 1, 29)


def test_a_rule_may_say_that_the_law_of_the_day_counts_and_then_wakes_when_it_changes() -> None:
    book, request = _with_history("day_asked"), [a_request("2025-12-29")]
    before = judge("child", AREA, request, date(2025, 12, 30), book)
    assert (before.obligations[0].due_on, before.wake_on) == (date(2026, 2, 9), date(2026, 1, 1))
    after = judge("child", AREA, request, date(2026, 1, 1), book)
    assert after.obligations[0].due_on == date(2026, 1, 26)


def test_a_claim_that_does_not_reach_a_duty_says_why_not() -> None:
    facts = [a_request()]  # due on 22 December 2025
    for n, (ground, since, until) in enumerate(
        (
            ("waiting_list", "2025-12-01", "2026-01-31"),
            ("exceptional_circumstances", "2025-11-20", "2025-12-01"),
            ("exceptional_circumstances", "2025-12-30", "2026-01-31"),
            ("absent_from_area", "2025-12-15", "2025-12-26"),
        )
    ):
        claim = {"process": "p1", "ground": ground, "since": since, "until": until, "evidence": "doc"}
        facts.append(a_fact("exception_claimed", since, f"claim {n}", **claim))
    found = refused_claims("child", AREA, facts, date(2026, 1, 10), BOOK)
    (decision,) = [
        owed
        for owed in judge("child", AREA, facts, date(2026, 1, 10), BOOK).obligations
        if owed.rule == "ehcna-decision"
    ]
    assert [(claim.ground, claim.reason) for claim in found[decision.obligation]] == [
        ("exceptional_circumstances", "it ends before the due date, and an exception adds no time"),
        ("waiting_list", "no ground of this limit"),
        ("absent_from_area", "for fewer than 28 days"),
        ("exceptional_circumstances", "it begins after the due date"),
    ]
    assert decision.state == "overdue"
