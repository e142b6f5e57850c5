"""The duties that a life brings about, each with its dates and with the days on which they were told."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from connectors.simulator.facts import NEVER, Fact
from connectors.simulator.feeds import Feed
from connectors.simulator.lives import Advice, Case, Claim, Life, Plan
from connectors.simulator.truth import Correction, Duty
from connectors.simulator.weeks import TODAY, due_on


def duties(life: Life, council: Feed, health: dict[str, Feed]) -> Iterator[Duty]:
    """Yield every duty of a child's life that the rules at work know.

    Args:
        health: Feed of each kind of health source: trust, therapy.
    """
    for case in life.cases:
        yield from _of_case(life, case, council)
        for advice in case.advice:
            if advice.rule:
                yield _of_advice(life, case, advice, council, health)
    if life.plan:
        yield from _of_reviews(life, life.plan, council)


def _duty(life: Life, rule: str, process: str) -> Duty:
    who = life.person
    return Duty(person=who.id, area=who.area, rule=rule, process=process, corrected=[], planted=life.plot)


def _of_case(life: Life, case: Case, council: Feed) -> Iterator[Duty]:
    refused = case.decided if case.decision == "refuse" else NEVER
    no_plan, issued, sent = _ends_of(life, case)
    ends = [("request_withdrawn", case.withdrawn), ("person_died", life.died)]

    def duty(rule: str, done: Fact, *more: tuple[str, Fact]) -> Duty:
        found = _duty(life, rule, case.process)
        _start(found, _heard(case.received, council))
        _done(found, done, council)
        _lapse(found, [*ends, *more], council)
        return found

    yield duty("ehcna-decision", case.decided)
    conditional = duty("ehcna-no-plan-decision", no_plan, ("refused", refused), ("plan_issued", issued))
    told_on = _first_told(case.outcome_sent, council)
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
    heard = _heard(advice.received, council)
    if advice.task:
        told_on = health[advice.task.source].told_on(advice.task.recorded_on)
        heard = _with_receivers_word(found, heard, told_on, advice.task.received_on)
        found.sent_on = advice.task.sent.on
        found.sent_told_on = _first_told(advice.task.sent, health[advice.task.source])
    _start(found, heard)
    _done(found, advice.done, council)
    found.exemption = _exemption(advice.claim, council)
    no_plan, issued, _ = _ends_of(life, case)
    ends = [
        ("request_withdrawn", case.withdrawn),
        ("person_died", life.died),
        ("no_plan", no_plan),
        ("plan_issued", issued),
    ]
    _lapse(found, ends, council)
    return found


def _with_receivers_word(
    duty: Duty, heard: list[tuple[date, date | None]], told_on: date | None, received_on: date
) -> list[tuple[date, date | None]]:
    """The receiver's own date of receipt comes before what the council says of it."""
    if told_on is None:
        return heard
    if not heard or told_on < heard[0][0]:
        duty.receipt_basis = "acknowledged"
        return [(told_on, received_on)]
    if duty.receipt_basis == "deemed":
        duty.corrected.append(Correction("receipt_basis", "deemed", "acknowledged", told_on))
        duty.receipt_basis = "acknowledged"
        return [*heard, (told_on, received_on)]
    return heard


def _of_reviews(life: Life, plan: Plan, council: Feed) -> Iterator[Duty]:
    starts = [(plan.process, plan.issued), *((review.key, review.decided) for review in plan.reviews)]
    for at, (process, start) in enumerate(starts):
        if not start.on:
            continue
        found = _duty(life, "review-next" if at else "review-first", process)
        _start(found, _heard(start, council))
        _done(found, starts[at + 1][1] if at + 1 < len(starts) else NEVER, council)
        _lapse(found, [("person_died", life.died), ("plan_ceased", plan.ceased)], council)
        yield found


# -- what was heard when --------------------------------------------------------------------------------------------


def _heard(fact: Fact, feed: Feed) -> list[tuple[date, date | None]]:
    """Return (day told, date told) in order, without what was never told or was told otherwise on the same day."""
    found: dict[date, date | None] = {}
    for recorded_on, value in fact.said:
        told_on = feed.told_on(recorded_on) if value else feed.told_gone_on(recorded_on)
        if told_on:
            found[told_on] = value
    return sorted(found.items())


def _first_told(fact: Fact, feed: Feed) -> date | None:
    heard = _heard(fact, feed)
    return heard[0][0] if heard else None


def _start(duty: Duty, heard: list[tuple[date, date | None]]) -> None:
    if not heard:
        return
    duty.started_told_on, duty.started_on = heard[0][0], heard[-1][1]
    for (_, was), (told_on, became) in zip(heard, heard[1:], strict=False):
        if was and became and was != became:
            duty.corrected.append(Correction("started_on", was, became, told_on))
            duty.corrected.append(Correction("due_on", due_on(duty.rule, was), due_on(duty.rule, became), told_on))
    if duty.started_on:
        duty.due_on = due_on(duty.rule, duty.started_on)


def _done(duty: Duty, fact: Fact, feed: Feed) -> None:
    heard = _heard(fact, feed)
    duty.done_on = fact.on
    duty.told_on = heard[0][0] if heard else None
    for (_, was), (told_on, became) in zip(heard, heard[1:], strict=False):
        duty.corrected.append(Correction("done_on", was, became, told_on))


def _lapse(duty: Duty, ends: list[tuple[str, Fact]], feed: Feed) -> None:
    came = [(fact.on, _first_told(fact, feed), because) for because, fact in ends if fact.on]
    if came:
        duty.lapsed_on, duty.lapsed_told_on, duty.lapsed_because = min(came, key=lambda end: end[0])


def _exemption(claim: Claim | None, feed: Feed) -> dict[str, Any] | None:
    if claim is None or not claim.holds or claim.recorded_on >= TODAY:
        return None
    return {
        "ground": claim.ground, "evidence": claim.evidence, "from": claim.since, "to": claim.until,
        "told_on": feed.told_on(claim.recorded_on),
    }  # fmt: skip
