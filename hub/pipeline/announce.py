"""Announce: at a tick, what changed in what we tell people becomes decisions for the journal and alert rows.

A rebuild calls `rows` alone, on the decisions it finds in the journal.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from hub.domain.alerts import AlertRaised, AlertRetracted, AlertRow, Announced, Decision
from hub.domain.announcements import after, decide
from hub.domain.obligation import Judgement
from hub.domain.occasion import NO_REASONS, Case, Occasion


class Announcement(Struct, frozen=True):
    """What a visit changed: decisions to journal, in order, and what is announced now, by subject."""

    decisions: tuple[Decision, ...]
    announced: dict[str, Announced]


class Counts(Struct, frozen=True):
    """What a tick reports: alerts that people are told, taken back, and closed; shadow and backlog are not counted."""

    raised: int = 0
    retracted: int = 0
    closed: int = 0


def visit(
    occasion: Occasion,
    case: Case,
    judgement: Judgement,
    before: Mapping[str, Announced],
    gone: Mapping[str, str] = NO_REASONS,
) -> Announcement:
    """Return what a tick changes in what people are told about one child; arguments as of `announcements.decide`."""
    decisions = decide(occasion, case, judgement, before, gone)
    return Announcement(decisions, after(before, decisions))


def rows(decisions: Iterable[Decision], alerts: Mapping[str, AlertRow]) -> dict[str, AlertRow]:
    """Return the alert rows that the decisions change, by alert.

    Args:
        decisions: In journal order.
        alerts: Rows as they are, at least those of the alerts that end.
    """
    changed: dict[str, AlertRow] = {}
    for decision in decisions:
        if isinstance(decision, AlertRaised):
            changed[decision.alert] = _new(decision)
        elif row := changed.get(decision.alert) or alerts.get(decision.alert):
            state = "retracted" if isinstance(decision, AlertRetracted) else "closed"
            changed[decision.alert] = structs.replace(row, state=state, on=decision.on, reason=decision.reason)
    return changed


def count(decisions: Iterable[Decision]) -> Counts:
    """Return how many alerts were raised, retracted and closed."""
    raised = retracted = closed = 0
    for decision in decisions:
        if isinstance(decision, AlertRaised):
            raised += decision.state == "raised"
        elif isinstance(decision, AlertRetracted):
            retracted += 1
        else:
            closed += decision.was == "raised"
    return Counts(raised, retracted, closed)


def _new(raised: AlertRaised) -> AlertRow:
    to = ";".join(dict.fromkeys(a.name_ref for a in raised.to))
    return AlertRow(
        raised.area, raised.alert, raised.obligation, raised.child, raised.rule, raised.role, raised.body, to,
        raised.state, raised.announced, raised.on, raised.reason, raised.text,
    )  # fmt: skip
