"""Alerts as rows, for the API."""

from msgspec import Struct

from hub.queries.conditions import ALWAYS, Condition, all_of, one_of, visible_alerts
from hub.queries.desk import Desk
from hub.queries.obligations import Wanted


class AlertRow(Struct, frozen=True):
    """One alert; `on` is the date of the tick that announced it."""

    area: str
    alert: str
    obligation: str
    child: str
    rule: str
    role: str
    body: str
    to: str
    state: str
    announced: str
    on: str
    reason: str
    text: str


def list_alerts(desk: Desk, wanted: Wanted) -> tuple[list[AlertRow], str]:
    """Return one page of alerts in order of id, and the id after which the next page begins (empty at the end)."""
    desk.audit("alerts")
    rows = desk.select(
        'SELECT a.area, a.alert, a.obligation, a.child, a.rule, a.role, a.body, a."to", a.state,'
        ' a.announced, a."on", a.reason, a.text'
        " FROM alert a LEFT JOIN child c ON c.area = a.area AND c.child = a.child"
        " LEFT JOIN obligation o ON o.area = a.area AND o.obligation = a.obligation"
        " WHERE {} AND {} ORDER BY a.alert LIMIT :row_limit",
        visible_alerts(desk.access, desk.codes),
        all_of(*_filters(wanted)),
        row_limit=wanted.limit + 1,
    )
    page = [AlertRow(**{name: row[name] or "" for name in AlertRow.__struct_fields__}) for row in rows[: wanted.limit]]
    return page, page[-1].alert if len(rows) > wanted.limit else ""


def _filters(wanted: Wanted) -> list[Condition]:
    filters = [ALWAYS]
    for column, value in (("area", wanted.area), ("state", wanted.state), ("rule", wanted.rule)):
        if value:
            filters.append(one_of(f"a.{column}", f"wanted_{column}", [value]))
    if wanted.after:
        filters.append(Condition("a.alert > :after", {"after": wanted.after}))
    return filters
