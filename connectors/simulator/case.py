"""A request for an assessment from its receipt to its end, by plot."""

from datetime import date, timedelta
from random import Random

from connectors.simulator.advice import Desk
from connectors.simulator.facts import NEVER, Fact, corrected, happened
from connectors.simulator.lives import Advice, Case, Claim
from connectors.simulator.weeks import TODAY, due_on, weekday

WINDOWS = {
    "running": (date(2026, 1, 19), date(2026, 6, 18)),
    "refused": (date(2025, 11, 10), date(2026, 4, 10)),
    "refused_late": (date(2025, 11, 10), date(2026, 3, 20)),
    "no_plan": (date(2025, 9, 15), date(2026, 2, 6)),
    "no_plan_late": (date(2025, 8, 15), date(2026, 1, 9)),
    "withdrawn": (date(2025, 11, 10), date(2026, 2, 27)),
    "died": (date(2025, 12, 1), date(2026, 3, 13)),
    "duplicate_request": (date(2025, 12, 1), date(2026, 3, 20)),
    "same_process_twice": (date(2025, 11, 3), date(2026, 3, 20)),
    "asked_again": (date(2026, 1, 12), date(2026, 3, 27)),
    "final_exempt": (date(2025, 8, 15), date(2026, 1, 2)),
    "final_exempt_no_evidence": (date(2025, 8, 15), date(2025, 12, 12)),
    "request_corrected": (date(2026, 1, 8), date(2026, 2, 13)),
    "closed_2025": (date(2025, 1, 6), date(2025, 5, 30)),
}
"""First and last day of receipt by plot."""
_OTHERWISE = (date(2025, 7, 1), date(2026, 1, 9))
_WITHOUT_PLAN = ("no_plan", "no_plan_late", "closed_2025")
_REQUESTED_BY = ("parent", "parent", "parent", "school", "school", "health", "young_person")


def days(count: int) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)


def make(plot: str, desk: Desk, rng: Random) -> tuple[tuple[Case, ...], Fact, Fact]:
    """Return the cases of a plot, when the final plan was issued, and when the child died."""
    first, last = WINDOWS.get(plot, _OTHERWISE)
    received_on = weekday(first + days(rng.randrange((last - first).days)))
    died = happened(received_on + days(rng.randrange(48, 90)), rng.randrange(2, 6)) if plot == "died" else NEVER
    before = _asked_before(received_on, desk, rng) if plot == "asked_again" else ()
    case, issued = _one(plot, received_on, died.on or TODAY, desk, rng)
    after = _asked_once_more(received_on, desk, rng) if plot == "duplicate_request" else ()
    return (*before, case, *after), issued, died


def _one(plot: str, received_on: date, until: date, desk: Desk, rng: Random) -> tuple[Case, Fact]:
    withdrawn = NEVER
    if plot == "withdrawn":
        withdrawn = happened(received_on + days(rng.randrange(20, 95)), rng.randrange(4))
        until = min(until, withdrawn.on or until)
    process = desk.key("R")
    decided = _decided(plot, received_on, until, rng)
    decision = ("refuse" if plot.startswith("refused") else "assess") if decided.on else ""
    outcome_sent = issued = draft = NEVER
    advice: tuple[Advice, ...] = ()
    if decision == "assess" and decided.on:
        advice = desk.ask(decided.on + days(rng.randrange(4)), until)
        outcome_sent, draft, issued = _outcome(plot, received_on, decided.on, until, rng)
    outcome = ("not_issue" if plot in _WITHOUT_PLAN else "issue") if outcome_sent.on else ""
    case = Case(
        process=process,
        requested_by=rng.choice(_REQUESTED_BY),
        received=_received(plot, received_on, rng),
        decision=decision,
        decided=decided,
        outcome=outcome,
        outcome_sent=outcome_sent,
        draft=draft,
        withdrawn=withdrawn,
        withdrawn_reason="withdrawn" if withdrawn.on else "",
        advice=advice,
        claim=_claim(plot, received_on, desk, rng),
        is_entered_twice=plot == "same_process_twice",
    )
    return case, issued if outcome == "issue" else NEVER


def _received(plot: str, on: date, rng: Random) -> Fact:
    if plot == "request_corrected":  # A, then B, then A again
        return corrected((on + days(1), on), (on + days(23), on + days(5)), (on + days(65), on))
    return happened(on, rng.randrange(3))


def _decided(plot: str, received_on: date, until: date, rng: Random) -> Fact:
    fate = rng.randrange(12)
    if plot == "refused_late" or fate < 2:
        return happened(weekday(received_on + days(rng.randrange(43, 62))), rng.randrange(3), until)
    if fate == 2:
        return happened(due_on("ehcna-decision", received_on), rng.randrange(3), until)
    heard_late = rng.randrange(15, 33) if fate == 3 else rng.randrange(3)
    return happened(weekday(received_on + days(rng.randrange(24, 42))), heard_late, until)


def _outcome(plot: str, received_on: date, decided_on: date, until: date, rng: Random) -> tuple[Fact, Fact, Fact]:
    """Return when the outcome was told, the draft served and the final plan issued."""
    sixteenth, twentieth = due_on("ehcna-no-plan-decision", received_on), due_on("ehcp-final", received_on)
    if plot == "no_plan_late":
        return happened(weekday(sixteenth + days(rng.randrange(3, 40))), rng.randrange(4), until), NEVER, NEVER
    told_on = max(weekday(sixteenth - days(rng.randrange(1, 18))), decided_on + days(14))
    outcome_sent = happened(told_on, rng.randrange(4), until)
    if plot in _WITHOUT_PLAN:
        return outcome_sent, NEVER, NEVER
    draft = happened(told_on + days(rng.randrange(1, 8)), rng.randrange(3), until)
    return outcome_sent, draft, _issued(plot, twentieth, until, rng)


def _issued(plot: str, due: date, until: date, rng: Random) -> Fact:
    if plot == "plan_last_day":
        return happened(due, rng.randrange(3), until)
    if plot in ("plan_late", "final_exempt"):
        return happened(weekday(due + days(rng.randrange(4, 75))), rng.randrange(4), until)
    if plot == "final_exempt_no_evidence":
        return NEVER
    if plot == "plan_icb_late":
        return happened(weekday(due - days(rng.randrange(1, 7))), 1, until)
    heard_late = rng.randrange(16, 30) if rng.randrange(6) == 0 else rng.randrange(3)
    return happened(weekday(due - days(rng.randrange(1, 15))), heard_late, until)


def _claim(plot: str, received_on: date, desk: Desk, rng: Random) -> Claim | None:
    if not plot.startswith("final_exempt"):
        return None
    has_evidence = plot == "final_exempt"
    due = due_on("ehcp-final", received_on)
    since = due - days(rng.randrange(20, 45))
    return Claim(
        key=desk.key("X"),
        rule="ehcp-final",
        claimed_by=desk.area,
        ground="absent_from_area" if has_evidence else "exceptional_circumstances",
        evidence="letter" if has_evidence else "",
        since=since,
        until=due + days(rng.randrange(10, 40)),
        recorded_on=since + days(5),
    )


def _asked_before(received_on: date, desk: Desk, rng: Random) -> tuple[Case, ...]:
    """An earlier request, refused; the family asks again months later."""
    earlier = weekday(received_on - days(rng.randrange(200, 330)))
    case, _ = _one("refused", earlier, TODAY, desk, rng)
    return (case,)


def _asked_once_more(received_on: date, desk: Desk, rng: Random) -> tuple[Case, ...]:
    """The same request keyed a second time under another key; found out and ended weeks later."""
    again = weekday(received_on + days(rng.randrange(1, 5)))
    return (
        Case(
            process=desk.key("R"),
            requested_by="school",
            received=happened(again, rng.randrange(3)),
            withdrawn=happened(again + days(rng.randrange(30, 66)), rng.randrange(4)),
            withdrawn_reason="ceased",
        ),
    )
