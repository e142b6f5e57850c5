from datetime import date

from hub.domain.alerts import AlertClosed, AlertRaised, Announced, Decision
from hub.domain.announcements import after, decide
from hub.domain.area_announcements import BACKLOG_SUMMARY, decide_backlog, decide_feeds
from hub.domain.facts import Feed
from hub.domain.occasion import Occasion
from hub.domain.routing import Contact
from hub.domain.rules import Recipient
from tests.telling import (
    ALL_LIVE,
    AREA,
    CONTACTS,
    DECISION,
    HEALTH,
    a_case,
    a_duty,
    a_rule,
    a_rulebook,
    a_shortfall,
    an_occasion,
    judged,
)

SHADOW = {rule: "shadow" for rule in ALL_LIVE}
SILENT = {"casework": Feed("casework", "ehc_casework", AREA, date(2026, 1, 8))}
WAITING = {("casework", HEALTH): 40, ("casework", DECISION): 1}


def told(before: dict[str, Announced], decisions: tuple[Decision, ...]) -> dict[str, Announced]:
    return before | after(before, decisions)


# ── silent feeds ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_silent_feed_is_told_once_to_its_data_manager() -> None:
    occasion = an_occasion(feeds=SILENT)
    (raised,) = decide_feeds(occasion, WAITING, {})
    assert isinstance(raised, AlertRaised)
    assert raised.text == (
        "Feed silent: casework last heard 12 days ago; 41 duties cannot be judged. Complete to 8 January 2026."
    )
    assert [p.name_ref for p in raised.to] == ["data-1"]
    assert (raised.role, raised.announced, raised.child, raised.obligation) == ("data_manager", "not_known", "", "")
    assert (raised.source, raised.as_at) == ("casework", date(2026, 1, 8))
    before = told({}, (raised,))
    assert decide_feeds(occasion, {("casework", HEALTH): 60}, before) == ()


def test_it_goes_to_the_data_manager_of_the_agency_whose_feed_it_is() -> None:
    trust = Contact("data_manager", "data-trust", "TRUST", AREA, "email", "data@trust.example")
    feeds = {"pathways": Feed("pathways", "fhir", "TRUST")}
    (raised,) = decide_feeds(an_occasion(feeds=feeds, contacts=(*CONTACTS, trust)), {("pathways", HEALTH): 1}, {})
    assert isinstance(raised, AlertRaised)
    assert [p.name_ref for p in raised.to] == ["data-trust"]


def test_it_closes_when_the_feed_speaks_again_and_a_new_silence_is_another_alert() -> None:
    occasion = an_occasion(feeds=SILENT)
    before = told({}, first := decide_feeds(occasion, WAITING, {}))
    (closed,) = decide_feeds(an_occasion(), {}, before)
    assert isinstance(closed, AlertClosed)
    assert closed.reason == "No duty waits for it any more. Complete to 19 January 2026."
    before = told(before, (closed,))
    assert decide_feeds(an_occasion(), {}, before) == ()
    (again,) = decide_feeds(occasion, WAITING, before)
    assert again.alert != first[0].alert


def test_each_silent_feed_is_told_in_order() -> None:
    waiting = {("b", HEALTH): 1, ("a", HEALTH): 1, ("a", DECISION): 2}
    decisions = decide_feeds(an_occasion(), waiting, {})
    assert [d.subject for d in decisions] == ["feed:a", "feed:b"]
    assert decide_feeds(an_occasion(), waiting, told({}, decisions)) == ()


def test_duties_of_rules_in_shadow_are_told_in_shadow_and_those_switched_off_not_at_all() -> None:
    (shadow,) = decide_feeds(an_occasion(modes=SHADOW), WAITING, {})
    assert isinstance(shadow, AlertRaised)
    assert shadow.state == "shadow"
    assert decide_feeds(an_occasion(modes={HEALTH: "off", DECISION: "off"}), WAITING, {}) == ()
    closed, raised = decide_feeds(an_occasion(modes=SHADOW | {DECISION: "live"}), WAITING, told({}, (shadow,)))
    assert isinstance(closed, AlertClosed)
    assert isinstance(raised, AlertRaised)
    assert (raised.state, "; 1 duty cannot" in raised.text) == ("raised", True)


def test_a_kind_of_feed_that_the_area_has_not_is_told_too() -> None:
    (raised,) = decide_feeds(an_occasion(), {("", HEALTH): 2}, {})
    assert isinstance(raised, AlertRaised)
    assert raised.text.startswith("Feed missing: ")


# ── backlog ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def backlogged(occasion: Occasion, *duties: str, rule: str = HEALTH) -> dict[str, Announced]:
    found = [a_duty(obligation=name, rule=rule, due_on=date(2025, 6, 1)) for name in duties]
    return told({}, decide(occasion, a_case(), judged(*found), {}))


def test_one_summary_for_each_role_says_how_much_was_late() -> None:
    book = a_rulebook(a_rule(alert_to=(Recipient("dco"), Recipient("sen_officer"))))
    occasion = an_occasion(book=book)
    before = backlogged(occasion, "a", "b", "c")
    summaries = decide_backlog(occasion, before.values(), before)
    assert [(s.role, [p.name_ref for p in s.to]) for s in summaries] == [
        ("dco", ["dco-north"]),
        ("sen_officer", ["officer-1"]),
    ]
    assert {s.text for s in summaries} == {
        "Backlog: 3 duties were late before 5 January 2026. Listed on the backlog page; nothing of it is sent singly."
    }
    assert {(s.state, s.announced) for s in summaries} == {("backlog", BACKLOG_SUMMARY)}
    assert len({s.alert for s in summaries}) == 2


def test_the_summary_is_not_sent_again_when_more_history_arrives() -> None:
    occasion = an_occasion()
    before = backlogged(occasion, "a")
    before |= told(before, decide_backlog(occasion, before.values(), before))
    before |= backlogged(occasion, "b", "c")
    assert decide_backlog(occasion, before.values(), before) == ()


def test_a_rule_that_goes_live_later_is_summed_up_then() -> None:
    occasion = an_occasion(modes={HEALTH: "live"})
    before = backlogged(occasion, "a")
    before |= told(before, decide_backlog(occasion, before.values(), before))
    later = an_occasion(book=a_rulebook(a_rule(), a_rule(DECISION, alert_to=(Recipient("dco"),))))
    before |= backlogged(later, "b", rule=DECISION)
    (again,) = decide_backlog(later, before.values(), before)
    assert again.times == 1
    before |= told(before, (again,))
    assert decide_backlog(later, before.values(), before) == ()


def test_the_summary_counts_unconfirmed_ones_and_provision_apart() -> None:
    occasion = an_occasion()
    duties = (a_duty(obligation="a", due_on=date(2025, 6, 1)), a_duty("past_due_unconfirmed", due_on=date(2025, 6, 1)))
    short = a_shortfall(section="G", since=date(2025, 12, 1))
    before = told({}, decide(occasion, a_case(), judged(*duties, shortfalls=(short,)), {}))
    (summary,) = decide_backlog(occasion, before.values(), before)
    assert summary.text.startswith(
        "Backlog: 1 duty was late; 1 duty was past the date and not confirmed; "
        "1 line of provision stood below the plan before"
    )


def test_without_backlog_or_before_going_live_there_is_no_summary() -> None:
    occasion = an_occasion()
    assert decide_backlog(occasion, (), {}) == ()
    live = told({}, decide(occasion, a_case(), judged(a_duty()), {}))
    assert decide_backlog(occasion, live.values(), live) == ()
    before = backlogged(occasion, "a")
    assert decide_backlog(an_occasion(modes=SHADOW), before.values(), before) == ()
    assert decide_backlog(an_occasion(live_from=None), before.values(), before) == ()


def test_backlog_that_reaches_nobody_is_summed_up_for_nobody() -> None:
    occasion = an_occasion(contacts=())
    before = backlogged(occasion, "a")
    assert decide_backlog(occasion, before.values(), before) == ()
