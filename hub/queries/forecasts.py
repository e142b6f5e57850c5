"""How likely open duties are to pass their due dates, for those who act on them: never for families, never by person."""

from typing import Any

from msgspec import structs

from hub.domain.errors import Forbidden, NotFound
from hub.domain.forecast import Model, Past, Report, check, learn
from hub.domain.processes import UNCONFIRMED
from hub.queries.conditions import Condition, all_of, one_of
from hub.queries.desk import Desk
from hub.queries.obligations import BY_DUE_DATE, Duty, duties

_OUTCOMES = ("met", "met_late", "overdue", "open", "at_risk", "lapsed", "sent_not_recorded")
_OPEN = ("open", "at_risk")
MOST = 1_000_000


def model_of(desk: Desk, area: str) -> Model:
    """Return what the area's own cases teach; children that the desk may not see teach nothing.

    Raises:
        Forbidden: The role is a family's.
    """
    _refuse_families(desk)
    return learn(_cases(desk, area))


def forecast(desk: Desk, area: str) -> list[dict[str, Any]]:
    """Return the open duties of an area with their chance of passing the due date, in order of due date.

    The order is that of the law, whatever the chance.
    """
    _refuse_families(desk)
    desk.audit("forecast")
    model = learn(_cases(desk, area))
    on = desk.areas[area].on
    found = []
    for duty in _of(desk, area, _OPEN):
        past = _past(desk, duty)
        chance = model.chance(past, on) if past is not None and on is not None else None
        if chance is not None:
            found.append(
                {"reference": duty.reference, "rule": duty.rule, "body": duty.body, "due_on": str(duty.due_on),
                 "chance_of_passing": chance.share, "cases": chance.cases, "obligation": duty.obligation}
            )  # fmt: skip
    return found


def report(desk: Desk, area: str) -> list[dict[str, Any]]:
    """Return how forecasts of the area would have turned out, trained on the first two thirds of its time."""
    _refuse_families(desk)
    desk.audit("forecast report")
    cases = _cases(desk, area)
    if not cases:
        return []
    first, last = min(case.started_on for case in cases), max(case.seen_to for case in cases)
    return [_row(one) for one in check(cases, first + (last - first) * 2 // 3)]


def _row(report: Report) -> dict[str, Any]:
    return structs.asdict(report) | {"made_on": str(report.made_on)}


def _refuse_families(desk: Desk) -> None:
    if desk.actor.role == "family":
        raise Forbidden(desk.actor.role, "forecast", "a forecast is for those who can act on it")


def _cases(desk: Desk, area: str) -> list[Past]:
    return [past for duty in _of(desk, area, _OUTCOMES) if (past := _past(desk, duty)) is not None]


def _of(desk: Desk, area: str, states: tuple[str, ...]) -> list[Duty]:
    if area not in desk.areas:
        raise NotFound("area", area)
    shown = Condition("o.due_on IS NOT NULL AND o.duty_holder <> 'family' AND c.restricted = 0")
    where = all_of(one_of("o.area", "in_area", [area]), one_of("o.state", "in_state", list(states)), shown)
    return duties(desk, where, BY_DUE_DATE, MOST)


def _past(desk: Desk, duty: Duty) -> Past | None:
    """Return a duty as a case; one whose receipt nobody confirmed teaches nothing."""
    on = desk.areas[duty.area].on
    if duty.started_on is None or duty.due_on is None or on is None or duty.started_basis in UNCONFIRMED:
        return None
    is_done = duty.state in ("met", "met_late")
    seen_to = duty.done_on if duty.state in ("lapsed", "sent_not_recorded") and duty.done_on else on
    return Past(duty.rule, duty.body, duty.started_on, duty.due_on, duty.done_on if is_done else None, seen_to)
