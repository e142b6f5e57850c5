from hub.domain.alerts import AlertRow
from hub.domain.announcements import after
from hub.domain.routing import CaseWorker
from hub.pipeline.announce import Counts, count, rows, visit
from tests.telling import AREA, HEALTH, SHORTFALL_RULE, TODAY, a_case, a_duty, a_shortfall, an_occasion, judged


def test_a_raised_alert_is_a_row_with_the_references_of_those_it_is_for() -> None:
    case = a_case(school="SCH1", workers=(CaseWorker("officer-1"),))
    announcement = visit(an_occasion(), case, judged(a_duty(), shortfalls=(a_shortfall(),)), {})
    duty, line = rows(announcement.decisions, {}).values()
    assert (duty.obligation, duty.rule, duty.role, duty.to, duty.state) == (
        "duty-1",
        HEALTH,
        "dco",
        "dco-north",
        "raised",
    )
    assert (line.obligation, line.rule, line.role) == ("", SHORTFALL_RULE, "sen_officer;senco")
    assert (line.to, line.announced) == ("officer-1;senco-1", "shortfall")
    assert (line.area, line.child, line.on) == (AREA, "child-1", TODAY)


def test_a_row_that_ends_keeps_its_text_and_day_and_says_why() -> None:
    first = visit(an_occasion(), a_case(), judged(a_duty()), {})
    held = rows(first.decisions, {})
    second = visit(an_occasion(), a_case(), judged(a_duty("lapsed", done_on=TODAY)), first.announced)
    (row,) = rows(second.decisions, held).values()
    (before,) = held.values()
    assert (row.state, row.reason) == ("retracted", "The duty lapsed on 20 January 2026.")
    assert (row.text, row.on, row.to) == (before.text, before.on, before.to)


def test_decisions_folded_together_give_the_rows_they_give_one_by_one() -> None:
    first = visit(an_occasion(), a_case(), judged(a_duty()), {})
    second = visit(an_occasion(), a_case(), judged(a_duty("met")), first.announced)
    singly: dict[str, AlertRow] = {}
    for decision in (*first.decisions, *second.decisions):
        singly |= rows([decision], singly)
    assert rows((*first.decisions, *second.decisions), {}) == singly


def test_the_end_of_an_alert_that_is_not_there_changes_nothing() -> None:
    first = visit(an_occasion(), a_case(), judged(a_duty()), {})
    second = visit(an_occasion(), a_case(), judged(a_duty("met")), first.announced)
    assert rows(second.decisions, {}) == {}
    assert after({}, second.decisions) == {}


def test_a_tick_counts_what_people_are_told_and_not_what_runs_in_shadow() -> None:
    live, shadow = an_occasion(), an_occasion(modes={})
    first = visit(live, a_case(), judged(a_duty(), a_duty("at_risk", obligation="duty-2")), {})
    assert count(first.decisions) == Counts(raised=2)
    second = visit(live, a_case(), judged(a_duty("met"), a_duty("met", obligation="duty-2")), first.announced)
    assert count(second.decisions) == Counts(retracted=1, closed=1)
    hidden = visit(shadow, a_case(), judged(a_duty()), {})
    assert count(hidden.decisions) == Counts()
    assert count(visit(shadow, a_case(), judged(a_duty("met")), hidden.announced).decisions) == Counts()
