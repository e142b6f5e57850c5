"""The duties that a life brings about, each with its dates and with the days on which they were told."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from connectors.simulator.facts import NEVER, Fact
from connectors.simulator.feeds import Feed
from connectors.simulator.heard import first_told, heard, tell_done, tell_lapse, tell_transfers
from connectors.simulator.lives import Advice, Case, Claim, Life, Plan
from connectors.simulator.truth import Correction, Duty
from connectors.simulator.truth_notices import BEGUN_BY_EPISODES, NOTICES, notices, with_plan
from connectors.simulator.weeks import TODAY, due_on

WHOLLY = {
    "ehcna-decision": "request", "ehcna-no-plan-decision": "request", "ehcp-final": "request",
    "ehcna-advice-health": "advice", "ehcna-advice-school": "advice", "ehcna-advice-ep": "advice",
    "ehcna-advice-social-care": "advice", "review-first": "reviews", "review-next": "reviews",
    **{rule: family for rule, family in NOTICES.items() if rule not in BEGUN_BY_EPISODES},
}  # fmt: skip
"""Rules every duty of which is planted, with their family."""


def duties(life: Life, council: Feed, health: dict[str, Feed]) -> Iterator[Duty]:
    """Yield every duty of a child's life that the rules at work know.

    Args:
        health: Feed of each kind of health source: trust, therapy.
    """
    for case in life.cases:
        yield from _of_case(life, case, council)
        yield from notices(life, case, council)
        for advice in case.advice:
            if advice.rule:
                yield _of_advice(life, case, advice, council, health)
    if life.plan:
        yield from _of_reviews(life, life.plan, council)
        if life.plan.issued.on:
            yield with_plan(life, life.plan, council)


def _duty(life: Life, rule: str, process: str) -> Duty:
    who = life.person
    return Duty(person=who.id, area=who.area, rule=rule, process=process, corrected=[], planted=life.plot)


def _of_case(life: Life, case: Case, council: Feed) -> Iterator[Duty]:
    refused = case.decided if case.decision == "refuse" else NEVER
    no_plan, issued, sent = _ends_of(life, case)
    ends = [("request_withdrawn", case.withdrawn), ("person_died", life.died)]

    def duty(rule: str, done: Fact, *more: tuple[str, Fact]) -> Duty:
        found = _duty(life, rule, case.process)
        _start(found, heard(case.received, council))
        tell_done(found, done, council)
        tell_lapse(found, [*ends, *more], council)
        return found

    yield duty("ehcna-decision", case.decided)
    conditional = duty("ehcna-no-plan-decision", no_plan, ("refused", refused), ("plan_issued", issued))
    told_on = first_told(case.outcome_sent, council)
    conditional.occurs_if = {
        "outcome": "not_issue", "was": case.outcome or None, "on": case.outcome_sent.on, "told_on": told_on,
    }  # fmt: skip
    yield conditional
    final = duty("ehcp-final", sent, ("refused", refused), ("no_plan", no_plan))
    final.exemption = _exemption(case.claim, council)
    yield final


def _ends_of(life: Life, case: Case) -> tuple[Fact, Fact, Fact]:
    """Return when it was told that there will be no plan, when the plan was issued, and when all had been sent it."""
    no_plan = case.outcome_sent if case.outcome == "not_issue" else NEVER
    is_this = life.plan is not None and life.plan.process == case.process
    return no_plan, *((life.plan.issued, life.plan.icb_sent) if life.plan and is_this else (NEVER, NEVER))


def _of_advice(life: Life, case: Case, advice: Advice, council: Feed, health: dict[str, Feed]) -> Duty:
    found = _duty(life, advice.rule, case.process)
    found.body, found.advice_request, found.receipt_basis = advice.body, advice.key, advice.basis
    found.planted = advice.fate
    said = heard(advice.received, council)
    if advice.task:
        told_on = health[advice.task.source].told_on(advice.task.recorded_on)
        said = _with_receivers_word(found, said, told_on, advice.task.received_on)
        found.sent_on = advice.task.sent.on
        found.sent_told_on = first_told(advice.task.sent, health[advice.task.source])
    _start(found, said)
    tell_done(found, advice.done, council)
    found.exemption = _exemption(advice.claim, council)
    no_plan, issued, _ = _ends_of(life, case)
    ends = [
        ("request_withdrawn", case.withdrawn),
        ("person_died", life.died),
        ("no_plan", no_plan),
        ("plan_issued", issued),
    ]
    tell_lapse(found, ends, council)
    return found


def _with_receivers_word(
    duty: Duty, said: list[tuple[date, date | None]], told_on: date | None, received_on: date
) -> list[tuple[date, date | None]]:
    """The receiver's own date of receipt comes before what the council says of it."""
    if told_on is None:
        return said
    if not said or told_on < said[0][0]:
        duty.receipt_basis = "acknowledged"
        return [(told_on, received_on)]
    if duty.receipt_basis == "deemed":
        duty.corrected.append(Correction("receipt_basis", "deemed", "acknowledged", told_on))
        duty.receipt_basis = "acknowledged"
        return [*said, (told_on, received_on)]
    return said


def _of_reviews(life: Life, plan: Plan, council: Feed) -> Iterator[Duty]:
    starts = [(plan.process, plan.issued), *((review.key, review.decided) for review in plan.reviews)]
    for at, (process, start) in enumerate(starts):
        if not start.on:
            continue
        found = _duty(life, "review-next" if at else "review-first", process)
        _start(found, heard(start, council))
        tell_done(found, starts[at + 1][1] if at + 1 < len(starts) else NEVER, council)
        tell_lapse(found, [("person_died", life.died), ("plan_ceased", plan.ceased)], council)
        tell_transfers(found, life, council)
        yield found


# -- what was heard when --------------------------------------------------------------------------------------------


def _start(duty: Duty, said: list[tuple[date, date | None]]) -> None:
    if not said:
        return
    duty.started_told_on, duty.started_on = said[0][0], said[-1][1]
    for (_, was), (told_on, became) in zip(said, said[1:], strict=False):
        if was and became and was != became:
            duty.corrected.append(Correction("started_on", was, became, told_on))
            duty.corrected.append(Correction("due_on", due_on(duty.rule, was), due_on(duty.rule, became), told_on))
    if duty.started_on:
        duty.due_on = due_on(duty.rule, duty.started_on)


def _exemption(claim: Claim | None, feed: Feed) -> dict[str, Any] | None:
    if claim is None or not claim.holds or claim.recorded_on >= TODAY:
        return None
    return {
        "ground": claim.ground, "evidence": claim.evidence, "from": claim.since, "to": claim.until,
        "told_on": feed.told_on(claim.recorded_on),
    }  # fmt: skip
