"""Obligations as rows, for the API and for the other queries."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct

from hub.queries.conditions import ALWAYS, Condition, all_of, one_of, visible_obligations
from hub.queries.desk import Desk, day, texts

FIELDS = (
    "o.area, o.obligation, o.child, o.rule, o.process, o.advice_request, o.body, o.duty_holder, o.duty_force,"
    " o.limit_force, o.started_on, o.started_basis, o.due_on, o.state, o.warns_on, o.done_on, o.was_late_by,"
    " o.known_late_since, o.waits_for, o.because"
)
FROM = "FROM obligation o JOIN child c ON c.area = o.area AND c.child = o.child JOIN area r ON r.area = o.area"
BY_DUE_DATE = "COALESCE(o.due_on, '9999-12-31'), o.obligation"
NEVER_SHOWN = ("disabled", "not_owed")


class Duty(Struct, frozen=True):
    """One obligation as a reader sees it.

    Attributes:
        days_over: Days past the due date at the last tick, for duties not done; `None` otherwise.
        because: Ids of the events behind it, the starting one first.
    """

    area: str
    obligation: str
    child: str
    reference: str
    rule: str
    process: str
    advice_request: str
    body: str
    duty_holder: str
    duty_force: str
    limit_force: str
    started_on: date | None
    started_basis: str
    due_on: date | None
    state: str
    warns_on: date | None
    done_on: date | None
    was_late_by: int | None
    known_late_since: date | None
    waits_for: tuple[str, ...]
    because: tuple[str, ...]
    days_over: int | None = None


class Wanted(Struct, frozen=True):
    """Filters of a list; empty ones let all pass.

    Attributes:
        after: Id after which to go on.
    """

    area: str = ""
    state: str = ""
    rule: str = ""
    after: str = ""
    limit: int = 100


def duties(desk: Desk, where: Condition, order: str, limit: int) -> list[Duty]:
    """Return the visible duties that meet a condition on `o`, `c` and the area `r`."""
    rows = desk.select(
        f"SELECT {FIELDS}, c.reference {FROM} WHERE {{}} AND {{}} ORDER BY {order} LIMIT :row_limit",
        visible_obligations(desk.access, desk.codes),
        where,
        row_limit=limit,
    )
    return [as_duty(desk, row) for row in rows]


def list_obligations(desk: Desk, wanted: Wanted) -> tuple[list[Duty], str]:
    """Return one page of duties in order of id, and the id after which the next page begins (empty at the end)."""
    desk.audit("obligations")
    found = duties(desk, all_of(*_filters(wanted)), "o.obligation", wanted.limit + 1)
    page = found[: wanted.limit]
    return page, page[-1].obligation if len(found) > wanted.limit else ""


def duty_of_id(desk: Desk, obligation: str) -> Duty | None:
    """Return one duty, `None` if there is none or it is not for this actor."""
    found = duties(desk, Condition("o.obligation = :one", {"one": obligation}), "o.obligation", 1)
    return found[0] if found else None


def as_duty(desk: Desk, row: dict[str, Any]) -> Duty:
    """Return a duty from a row with the columns of `FIELDS` and the child's reference."""
    due_on, area = day(row["due_on"]), desk.areas.get(row["area"])
    is_past = row["state"] in ("overdue", "past_due_unconfirmed", "not_known", "sent_not_recorded")
    over = (area.on - due_on).days if is_past and area and area.on and due_on else None
    return Duty(
        row["area"], row["obligation"], row["child"], row["reference"] or row["child"][:8], row["rule"],
        row["process"] or "", row["advice_request"] or "", row["body"] or "", row["duty_holder"] or "",
        row["duty_force"] or "", row["limit_force"] or "", day(row["started_on"]), row["started_basis"] or "",
        due_on, row["state"], day(row["warns_on"]), day(row["done_on"]),
        row["was_late_by"], day(row["known_late_since"]), texts(row["waits_for"]), texts(row["because"]), over,
    )  # fmt: skip


def record_shown(desk: Desk, found: Iterable[Duty]) -> None:
    """Record which children a list of duties showed."""
    duties_shown = list(found)
    for area in sorted({duty.area for duty in duties_shown}):
        desk.shown(area, (duty.child for duty in duties_shown if duty.area == area))


def key_of(duty: Duty) -> str:
    """Return where a duty stands in the order `BY_DUE_DATE`."""
    return f"{duty.due_on or '9999-12-31'}~{duty.obligation}"


def later_than(key: str) -> Condition:
    """Return the condition that a duty stands after that key; an empty key lets all pass."""
    due_on, _, obligation = key.partition("~")
    if not key:
        return ALWAYS
    return Condition(
        "(COALESCE(o.due_on, '9999-12-31') > :after_due OR"
        " (COALESCE(o.due_on, '9999-12-31') = :after_due AND o.obligation > :after_id))",
        {"after_due": due_on, "after_id": obligation},
    )


def _filters(wanted: Wanted) -> list[Condition]:
    filters = [ALWAYS]
    for column, value in (("area", wanted.area), ("state", wanted.state), ("rule", wanted.rule)):
        if value:
            filters.append(one_of(f"o.{column}", f"wanted_{column}", [value]))
    if wanted.after:
        filters.append(Condition("o.obligation > :after", {"after": wanted.after}))
    return filters
