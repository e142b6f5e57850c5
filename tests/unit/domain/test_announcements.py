from datetime import date

import pytest

from hub.domain import alert_texts as texts
from hub.domain.alerts import AlertClosed, AlertRaised, AlertRetracted, Announced, Decision
from hub.domain.announcements import after, decide, vanished
from hub.domain.obligation import Judgement, Obligation
from hub.domain.occasion import SHORTFALL_RULE, Case, Occasion, stance
from hub.domain.routing import CaseWorker
from hub.domain.rules import Recipient
from tests.telling import (
    ALL_LIVE,
    CONTACTS,
    DECISION,
    HEALTH,
    TODAY,
    a_case,
    a_duty,
    a_rule,
    a_rulebook,
    a_shortfall,
    a_week,
    an_area,
    an_occasion,
    judged,
)

SHADOW = {rule: "shadow" for rule in ALL_LIVE}


class Ticks:
    """One child through several ticks."""

    def __init__(self) -> None:
        self.before: dict[str, Announced] = {}

    def tick(
        self,
        judgement: Judgement,
        occasion: Occasion | None = None,
        case: Case | None = None,
        gone: dict[str, str] | None = None,
    ) -> tuple[Decision, ...]:
        decisions = decide(occasion or an_occasion(), case or a_case(), judgement, self.before, gone or {})
        self.before |= after(self.before, decisions)
        return decisions


def after_announcing(duty: Obligation, occasion: Occasion | None = None, case: Case | None = None) -> Ticks:
    ticks = Ticks()
    ticks.tick(judged(duty), occasion, case)
    return ticks


def kinds(decisions: tuple[Decision, ...]) -> list[tuple[str, str]]:
    return [(type(d).__name__, d.announced) for d in decisions]


# ── raising ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_overdue_duty_is_told_to_the_roles_of_its_rule() -> None:
    (raised,) = decide(an_occasion(), a_case(), judged(a_duty()), {})
    assert isinstance(raised, AlertRaised)
    assert (raised.announced, raised.state, raised.role) == ("overdue", "raised", "dco")
    assert [person.name_ref for person in raised.to] == ["dco-north"]
    assert (raised.obligation, raised.child, raised.rule, raised.body) == ("duty-1", "child-1", HEALTH, "TRUST")
    assert (raised.as_at, raised.source, raised.on) == (date(2026, 1, 19), "casework", TODAY)
    assert raised.started_by == "event-1"
    assert raised.reason == "designated clinical officer of North ICB, which commissions Hill Therapy Trust"


def test_nothing_new_is_told_twice() -> None:
    ticks = after_announcing(a_duty())
    assert ticks.tick(judged(a_duty())) == ()


@pytest.mark.parametrize(
    "state", "disabled not_owed lapsed conditional met met_late exempt exempt_claimed not_known open".split()
)
def test_what_is_quiet_is_told_to_nobody(state: str) -> None:
    assert decide(an_occasion(), a_case(), judged(a_duty(state)), {}) == ()


def test_the_silence_of_a_feed_is_never_told_to_the_duty_holder() -> None:
    duty = a_duty("not_known", waits_for=("casework",))
    assert decide(an_occasion(), a_case(), judged(duty), {}) == ()


def test_what_was_sent_and_not_recorded_is_told_to_the_case_officer_and_not_to_the_sender_or_its_dco() -> None:
    duty = a_duty("sent_not_recorded", done_on=date(2026, 1, 10))
    (raised,) = decide(an_occasion(), a_case(workers=(CaseWorker("officer-1"),)), judged(duty), {})
    assert isinstance(raised, AlertRaised)
    assert [person.name_ref for person in raised.to] == ["officer-1"]


def test_only_what_is_overdue_hurries() -> None:
    book = a_rulebook(a_rule(alert_to=(Recipient("dco", immediate=True), Recipient("sen_officer"))))
    hurried = {
        state: [
            p.is_immediate for d in decide(an_occasion(book=book), a_case(), judged(a_duty(state)), {}) for p in d.to
        ]  # type: ignore[union-attr]
        for state in ("overdue", "at_risk", "past_due_unconfirmed")
    }
    assert hurried == {"overdue": [True, False], "at_risk": [False, False], "past_due_unconfirmed": [False, False]}


def test_somebody_in_two_roles_is_told_once() -> None:
    book = a_rulebook(a_rule(alert_to=(Recipient("dsco"), Recipient("sen_manager", immediate=True))))
    (raised,) = decide(an_occasion(book=book), a_case(), judged(a_duty()), {})
    assert isinstance(raised, AlertRaised)
    assert [(p.name_ref, p.is_immediate) for p in raised.to] == [("manager-1", True)]
    assert raised.role == "sen_manager"


def test_an_alert_that_reaches_nobody_names_the_roles_that_were_meant() -> None:
    (raised,) = decide(an_occasion(contacts=()), a_case(), judged(a_duty()), {})
    assert isinstance(raised, AlertRaised)
    assert (raised.to, raised.role) == ((), "dco")


def test_a_rule_that_the_rulebook_has_not_or_has_disabled_tells_nothing() -> None:
    assert decide(an_occasion(), a_case(), judged(a_duty(rule="unheard-of")), {}) == ()
    book = a_rulebook(a_rule(why_disabled="future law"))
    assert decide(an_occasion(book=book), a_case(), judged(a_duty()), {}) == ()


def test_nothing_goes_to_a_family_for_a_contact_is_no_one_childs_and_still_less_after_a_death() -> None:
    book = a_rulebook(a_rule(alert_to=(Recipient("family"), Recipient("dco"))))
    parent = CONTACTS[0].__class__("family", "parent-1", "", "", "email", "parent@home.example")
    occasion = an_occasion(contacts=(*CONTACTS, parent), book=book)
    ticks = after_announcing(a_duty(), occasion)
    assert [p.role for p in ticks.before["duty-1"].to] == ["dco"]
    (retracted,) = ticks.tick(judged(a_duty("lapsed", done_on=TODAY)), occasion, a_case(has_died=True))
    assert isinstance(retracted, AlertRetracted)
    assert [p.role for p in retracted.to] == ["dco"]
    (raised,) = decide(occasion, a_case(has_died=True), judged(a_duty()), {})
    assert [p.role for p in raised.to] == ["dco"]  # type: ignore[union-attr]


def test_nobody_is_told_of_a_familys_own_time() -> None:
    assert decide(an_occasion(), a_case(), judged(a_duty("at_risk", duty_holder="family")), {}) == ()


# ── taking back and closing ──────────────────────────────────────────────────────────────────────────────────────────


def test_advice_given_in_time_and_heard_of_late_takes_the_alert_back_with_the_reason() -> None:
    ticks = after_announcing(a_duty())
    (retracted,) = ticks.tick(judged(a_duty("met", done_on=date(2026, 1, 10))))
    assert isinstance(retracted, AlertRetracted)
    assert retracted.reason == "Done on 10 January 2026, in time; the record of it reached us after the alert."
    assert [p.name_ref for p in retracted.to] == ["dco-north"]
    assert ticks.before["duty-1"].state == "retracted"


def test_advice_given_late_closes_the_alert_for_it_was_right() -> None:
    (closed,) = after_announcing(a_duty()).tick(judged(a_duty("met_late", done_on=date(2026, 1, 15), was_late_by=3)))
    assert isinstance(closed, AlertClosed)
    assert closed.reason == "Done on 15 January 2026, after 12 January 2026."
    assert closed.to == ()


@pytest.mark.parametrize("state", "lapsed not_owed exempt exempt_claimed open not_known conditional".split())
def test_an_overdue_alert_that_does_not_hold_is_taken_back(state: str) -> None:
    assert kinds(after_announcing(a_duty()).tick(judged(a_duty(state)))) == [("AlertRetracted", "overdue")]


@pytest.mark.parametrize("state", "at_risk past_due_unconfirmed sent_not_recorded".split())
def test_an_overdue_alert_that_turns_into_something_milder_is_taken_back_and_that_is_told(state: str) -> None:
    assert kinds(after_announcing(a_duty()).tick(judged(a_duty(state)))) == [
        ("AlertRetracted", "overdue"),
        ("AlertRaised", state),
    ]


def test_a_warning_closes_when_the_day_passes_and_the_duty_is_told_as_overdue() -> None:
    assert kinds(after_announcing(a_duty("at_risk")).tick(judged(a_duty()))) == [
        ("AlertClosed", "at_risk"),
        ("AlertRaised", "overdue"),
    ]


@pytest.mark.parametrize("state", "met met_late lapsed not_owed exempt open not_known disabled conditional".split())
def test_a_warning_is_never_taken_back_while_its_duty_exists(state: str) -> None:
    assert kinds(after_announcing(a_duty("at_risk")).tick(judged(a_duty(state)))) == [("AlertClosed", "at_risk")]


def test_a_warning_that_was_heeded_says_only_that_it_is_done() -> None:
    (closed,) = after_announcing(a_duty("at_risk")).tick(judged(a_duty("met", done_on=date(2026, 1, 10))))
    assert closed.reason == "Done on 10 January 2026, in time."


@pytest.mark.parametrize(
    "state, end",
    [("met", "AlertClosed"), ("met_late", "AlertClosed"), ("lapsed", "AlertRetracted"), ("open", "AlertRetracted")],
)
def test_what_was_sent_is_closed_once_it_is_recorded(state: str, end: str) -> None:
    ticks = after_announcing(a_duty("sent_not_recorded", done_on=TODAY))
    assert kinds(ticks.tick(judged(a_duty(state)))) == [(end, "sent_not_recorded")]


@pytest.mark.parametrize(
    "state, end", [("met", "AlertRetracted"), ("met_late", "AlertClosed"), ("lapsed", "AlertRetracted")]
)
def test_an_unconfirmed_one_ends_like_an_overdue_one(state: str, end: str) -> None:
    ticks = after_announcing(a_duty("past_due_unconfirmed"))
    assert kinds(ticks.tick(judged(a_duty(state)))) == [(end, "past_due_unconfirmed")]


def test_a_confirmed_receipt_turns_an_unconfirmed_one_into_an_overdue_one() -> None:
    assert kinds(after_announcing(a_duty("past_due_unconfirmed")).tick(judged(a_duty()))) == [
        ("AlertClosed", "past_due_unconfirmed"),
        ("AlertRaised", "overdue"),
    ]


@pytest.mark.parametrize(
    "gone, reason",
    [
        ({}, "withdrawn by the source"),
        ({"duty-1": texts.MOVED}, "moved to another record"),
        ({"duty-1": texts.ERASED}, "erased"),
    ],
)
@pytest.mark.parametrize("state", ["overdue", "at_risk"])
def test_a_duty_that_vanished_is_taken_back_with_the_reason(gone: dict[str, str], reason: str, state: str) -> None:
    ticks = after_announcing(a_duty(state))
    assert [told.subject for told in vanished(ticks.before, judged())] == ["duty-1"]
    (retracted,) = ticks.tick(judged(), gone=gone)
    assert isinstance(retracted, AlertRetracted)
    assert retracted.reason == reason


def test_what_still_stands_or_was_only_a_line_has_not_vanished() -> None:
    ticks = Ticks()
    ticks.tick(judged(a_duty(), shortfalls=(a_shortfall(),)))
    assert vanished(ticks.before, judged(a_duty("met"))) == ()


def test_told_again_after_being_taken_back_it_is_another_alert() -> None:
    ticks = after_announcing(a_duty())
    first = ticks.before["duty-1"].alert
    ticks.tick(judged(a_duty("met")))
    (again,) = ticks.tick(judged(a_duty()))
    assert isinstance(again, AlertRaised)
    assert (again.times, again.alert == first) == (1, False)


def test_a_warning_in_between_does_not_change_the_name_of_the_alert() -> None:
    (straight,) = decide(an_occasion(), a_case(), judged(a_duty()), {})
    assert after_announcing(a_duty("at_risk")).tick(judged(a_duty()))[1].alert == straight.alert


# ── shadow, backlog, live, off ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "area",
    [{"modes": SHADOW}, {"modes": {}}, {"live_from": None}, {"live_from": date(2026, 1, 21)}],
    ids=["mode shadow", "no mode", "no date", "not yet"],
)
def test_before_it_is_live_a_rule_runs_in_shadow(area: dict[str, object]) -> None:
    (raised,) = decide(an_occasion(**area), a_case(), judged(a_duty()), {})  # type: ignore[arg-type]
    assert isinstance(raised, AlertRaised)
    assert raised.state == "shadow"


def test_what_was_said_in_shadow_is_said_anew_once_the_rule_is_live() -> None:
    ticks = after_announcing(a_duty(), an_occasion(modes=SHADOW))
    closed, raised = ticks.tick(judged(a_duty()))
    assert isinstance(closed, AlertClosed)
    assert (closed.was, closed.reason) == ("shadow", texts.NOW_LIVE)
    assert isinstance(raised, AlertRaised)
    assert (raised.state, raised.times) == ("raised", 1)
    assert ticks.tick(judged(a_duty())) == ()


def test_what_ran_in_shadow_is_never_taken_back_for_nobody_was_told() -> None:
    ticks = after_announcing(a_duty(), an_occasion(modes=SHADOW))
    (closed,) = ticks.tick(judged(a_duty("met")), an_occasion(modes=SHADOW))
    assert isinstance(closed, AlertClosed)


def test_a_rule_put_back_into_shadow_leaves_what_was_told_and_takes_it_back_if_it_was_wrong() -> None:
    ticks = after_announcing(a_duty())
    assert ticks.tick(judged(a_duty()), an_occasion(modes=SHADOW)) == ()
    (retracted,) = ticks.tick(judged(a_duty("met")), an_occasion(modes=SHADOW))
    assert isinstance(retracted, AlertRetracted)


def test_a_rule_that_is_switched_off_closes_what_runs_and_tells_nothing() -> None:
    off = an_occasion(modes={HEALTH: "off"})
    assert decide(off, a_case(), judged(a_duty()), {}) == ()
    ticks = after_announcing(a_duty())
    (closed,) = ticks.tick(judged(a_duty()), off)
    assert isinstance(closed, AlertClosed)
    assert closed.reason == texts.RULE_OFF
    assert ticks.tick(judged(a_duty()), off) == ()
    assert kinds(ticks.tick(judged(a_duty()))) == [("AlertRaised", "overdue")]


def test_a_rule_that_the_new_rulebook_lacks_closes_what_runs() -> None:
    (closed,) = after_announcing(a_duty()).tick(judged(), an_occasion(book=a_rulebook(a_rule(DECISION))))
    assert isinstance(closed, AlertClosed)


@pytest.mark.parametrize("due_on, state", [(date(2026, 1, 4), "backlog"), (date(2026, 1, 5), "raised")])
def test_what_was_due_before_the_area_went_live_is_backlog(due_on: date, state: str) -> None:
    (raised,) = decide(an_occasion(), a_case(), judged(a_duty(due_on=due_on)), {})
    assert isinstance(raised, AlertRaised)
    assert raised.state == state


def test_backlog_is_not_told_again_and_closes_quietly() -> None:
    late = a_duty(due_on=date(2025, 6, 1))
    ticks = after_announcing(late)
    assert ticks.tick(judged(late)) == ()
    (closed,) = ticks.tick(judged(a_duty("met")))
    assert isinstance(closed, AlertClosed)


def test_backlog_whose_due_date_is_corrected_into_the_live_time_is_told() -> None:
    ticks = after_announcing(a_duty(due_on=date(2025, 6, 1)))
    assert kinds(ticks.tick(judged(a_duty()))) == [("AlertClosed", "overdue"), ("AlertRaised", "overdue")]
    assert ticks.before["duty-1"].state == "raised"


@pytest.mark.parametrize(
    "mode, live_from, since, expected, why",
    [
        ("off", date(2026, 1, 5), None, "off", "switched off"),
        ("live", None, None, "shadow", "not live yet"),
        ("shadow", date(2026, 1, 5), None, "shadow", "runs in shadow"),
        ("live", date(2026, 1, 5), date(2026, 1, 4), "backlog", "before 5 January 2026"),
        ("live", date(2026, 1, 5), date(2026, 1, 5), "raised", "is live"),
    ],
)
def test_why_or_why_not_can_be_asked(
    mode: str, live_from: date | None, since: date | None, expected: str, why: str
) -> None:
    found, because = stance(an_area(modes={HEALTH: mode}, live_from=live_from), HEALTH, TODAY, since)
    assert found == expected
    assert why in because


# ── restricted children ──────────────────────────────────────────────────────────────────────────────────────────────


def test_alerts_of_a_restricted_child_go_to_assurance_alone() -> None:
    (raised,) = decide(an_occasion(), a_case(restricted=1), judged(a_duty()), {})
    assert isinstance(raised, AlertRaised)
    assert (raised.role, [p.name_ref for p in raised.to]) == ("assurance", ["assurance-1"])


def test_without_an_assurance_contact_nobody_is_told_of_a_restricted_child() -> None:
    contacts = tuple(c for c in CONTACTS if c.role != "assurance")
    (raised,) = decide(an_occasion(contacts=contacts), a_case(restricted=1), judged(a_duty()), {})
    assert isinstance(raised, AlertRaised)
    assert (raised.role, raised.to) == ("assurance", ())


def test_nobody_is_told_of_a_sealed_child() -> None:
    assert decide(an_occasion(), a_case(restricted=2), judged(a_duty(), shortfalls=(a_shortfall(),)), {}) == ()


@pytest.mark.parametrize("state", ["overdue", "met"])
def test_when_a_child_becomes_restricted_what_runs_closes_without_a_word(state: str) -> None:
    ticks = after_announcing(a_duty())
    closed, *raised = ticks.tick(judged(a_duty(state)), case=a_case(restricted=1))
    assert isinstance(closed, AlertClosed)
    assert [d.role for d in raised] == (["assurance"] if state == "overdue" else [])  # type: ignore[union-attr]
    assert ticks.tick(judged(a_duty(state)), case=a_case(restricted=1)) == ()


def test_when_a_child_is_no_longer_restricted_the_roles_are_told() -> None:
    ticks = after_announcing(a_duty(), case=a_case(restricted=1))
    closed, raised = ticks.tick(judged(a_duty()))
    assert isinstance(closed, AlertClosed)
    assert [p.name_ref for p in raised.to] == ["dco-north"]  # type: ignore[union-attr]


# ── provision ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "section, told",
    [("F", ["officer-1", "senco-1"]), ("G", ["dco-north"]), ("H1", ["manager-1"]), ("H2", ["manager-1"])],
)
def test_a_shortfall_is_told_by_section(section: str, told: list[str]) -> None:
    case = a_case(school="SCH1")
    (raised,) = decide(an_occasion(), case, judged(shortfalls=(a_shortfall(section=section),)), {})
    assert isinstance(raised, AlertRaised)
    assert [p.name_ref for p in raised.to] == told
    assert (raised.announced, raised.subject, raised.obligation) == ("shortfall", "line:child-1:line-1", "")


def test_a_shortfall_is_told_once_however_its_numbers_move() -> None:
    ticks = Ticks()
    ticks.tick(judged(shortfalls=(a_shortfall(),)))
    assert ticks.tick(judged(shortfalls=(a_shortfall(delivered=2.0, missed_by_provider=3.0),))) == ()


WEEKS = tuple(date(2026, 1, day) for day in (5, 12, 19, 26))


def test_a_shortfall_that_later_weeks_mend_closes() -> None:
    ticks = Ticks()
    ticks.tick(judged(shortfalls=(a_shortfall(),)))
    later = a_week(date(2026, 2, 2), 2.0, 0.0)
    (closed,) = ticks.tick(judged(weeks=(*(a_week(week, 0.75, 0.5) for week in WEEKS), later)))
    assert isinstance(closed, AlertClosed)
    assert closed.reason == "The latest weeks are no longer below the plan."


def test_a_shortfall_whose_own_weeks_are_corrected_is_taken_back() -> None:
    ticks = Ticks()
    ticks.tick(judged(shortfalls=(a_shortfall(),)))
    (retracted,) = ticks.tick(judged(weeks=tuple(a_week(week, 1.75, 0.0) for week in WEEKS)))
    assert isinstance(retracted, AlertRetracted)
    assert retracted.reason == "Corrected: 7 of 8 are recorded for those weeks."


def test_a_shortfall_whose_line_vanished_is_taken_back() -> None:
    ticks = Ticks()
    ticks.tick(judged(shortfalls=(a_shortfall(),)))
    (retracted,) = ticks.tick(judged())
    assert isinstance(retracted, AlertRetracted)
    assert retracted.reason == texts.WITHDRAWN


@pytest.mark.parametrize("since, state", [(date(2025, 12, 29), "backlog"), (date(2026, 1, 5), "raised")])
def test_a_window_that_began_before_the_area_was_live_is_backlog(since: date, state: str) -> None:
    (raised,) = decide(an_occasion(), a_case(), judged(shortfalls=(a_shortfall(since=since),)), {})
    assert isinstance(raised, AlertRaised)
    assert raised.state == state


def test_the_shortfall_rule_has_a_mode_of_its_own() -> None:
    off = an_occasion(modes=ALL_LIVE | {SHORTFALL_RULE: "off"})
    assert decide(off, a_case(), judged(shortfalls=(a_shortfall(),)), {}) == ()


# ── order ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_decisions_come_in_order_of_subject_whatever_the_order_of_duties() -> None:
    duties = [a_duty(obligation=name) for name in ("b", "a", "c")]
    one, other = (decide(an_occasion(), a_case(), judged(*order), {}) for order in (duties, duties[::-1]))
    assert one == other
    assert [d.subject for d in one] == ["a", "b", "c"]


def test_what_was_announced_about_others_is_left_alone() -> None:
    ticks = after_announcing(a_duty())
    assert decide(an_occasion(), a_case(child="child-2"), judged(), ticks.before) == ()
