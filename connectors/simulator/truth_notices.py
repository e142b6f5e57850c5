"""The duties around a request that what is written of it brings about by itself: law.md 1B and 1D."""

from collections.abc import Iterator
from datetime import date

from connectors.simulator.counting import Due, days_beginning, weeks
from connectors.simulator.facts import NEVER, Fact
from connectors.simulator.feeds import Feed
from connectors.simulator.heard import first_told, heard, tell_done, tell_lapse, tell_start
from connectors.simulator.lives import Case, Life, Plan
from connectors.simulator.truth import Duty

_LIMITS: dict[str, Due | None] = {
    "ehcna-refusal-s36-5": weeks(6), "ehcp-draft-target": weeks(16), "ehcp-draft-representations": days_beginning(15),
    "ehcna-consult-family": None, "ehcna-notify-partners": None, "ehcna-decision-tell-partners": None,
    "ehcna-refusal-content": None, "ehcp-final-appeal-notice": None,
}  # fmt: skip
NOTICES = dict.fromkeys(_LIMITS, "notices")
"""The rules, with their family."""
BEGUN_BY_EPISODES = frozenset({"ehcna-decision-tell-partners", "ehcp-draft-representations"})
"""Those that decisions and drafts of episodes begin, too."""

Ends = list[tuple[str, Fact]]


def notices(life: Life, case: Case, council: Feed) -> Iterator[Duty]:
    """Yield them for one request."""
    refused = case.decided if case.decision == "refuse" else NEVER
    no_plan = case.outcome_sent if case.outcome == "not_issue" else NEVER
    is_made = life.plan is not None and life.plan.process == case.process
    issued = life.plan.issued if life.plan and is_made else NEVER
    ends: Ends = [
        ("request_withdrawn", case.withdrawn), ("person_died", life.died),
        ("responsible_body_changed", moved_away(life)),
    ]  # fmt: skip
    until_plan: Ends = [*ends, ("no_plan", no_plan), ("plan_issued", issued)]

    def duty(rule: str, start: Fact, done: Fact, ends: Ends) -> Duty:
        found = Duty(
            person=life.person.id, area=life.person.area, rule=rule, process=case.process, corrected=[],
            planted=life.plot, family=NOTICES[rule], is_window=rule == "ehcp-draft-representations",
        )  # fmt: skip
        tell_start(found, heard(start, council), lambda day, _: _due_on(rule, day))
        tell_done(found, done, council)
        tell_lapse(found, ends, council)
        return found

    yield duty("ehcna-consult-family", case.received, case.consulted, [*ends, ("decided", case.decided)])
    yield duty("ehcna-notify-partners", case.received, case.considered, [*ends, ("decided", case.decided)])
    refusal = duty("ehcna-refusal-s36-5", case.received, refused, ends)
    told_on = first_told(case.decided, council)
    refusal.occurs_if = {
        "outcome": "refuse", "was": case.decision or None, "on": case.decided.on, "told_on": told_on,
    }  # fmt: skip
    yield refusal
    yield duty("ehcp-draft-target", case.received, case.draft, [*until_plan, ("refused", refused)])
    if case.decided.on:
        told = [*ends, ("outcome", case.outcome_sent), ("plan_issued", issued)]
        yield duty("ehcna-decision-tell-partners", case.decided, case.told, told)
    if refused.on:  # every notice of a refusal tells of the right to appeal
        yield duty("ehcna-refusal-content", refused, refused, ends)
    if case.draft.on:
        yield duty("ehcp-draft-representations", case.draft, NEVER, until_plan)


def moved_away(life: Life) -> Fact:
    """Return when another authority became responsible for the child."""
    said = (entry for episode in life.episodes for entry in episode.entries)
    return next((entry.fact for entry in said if entry.said.fields.get("body_kind") == "local_authority"), NEVER)


def with_plan(life: Life, plan: Plan, council: Feed) -> Duty:
    """Return the duty to tell of the right to appeal with the final plan: every plan tells of it."""
    found = Duty(
        person=life.person.id, area=life.person.area, rule="ehcp-final-appeal-notice", process=plan.process,
        corrected=[], planted=life.plot, family="notices",
    )  # fmt: skip
    tell_start(found, heard(plan.issued, council), lambda _, __: None)
    tell_done(found, plan.issued, council)
    tell_lapse(found, [("person_died", life.died), ("plan_ceased", plan.ceased)], council)
    return found


def _due_on(rule: str, start: date) -> date | None:
    due = _LIMITS[rule]
    return due(start, "") if due else None
