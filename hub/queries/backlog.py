"""The backlog: what was late before the area went live, listed once and never announced one by one."""

from msgspec import Struct

from hub.queries.conditions import Condition, all_of, visible_obligations
from hub.queries.desk import Desk
from hub.queries.obligations import BY_DUE_DATE, FROM, Duty, duties, key_of, later_than, record_shown
from hub.queries.people import Called, called

IS_BACKLOG = Condition(
    "EXISTS (SELECT 1 FROM alert b WHERE b.area = o.area AND b.obligation = o.obligation AND b.announced = o.state"
    " AND b.state = 'backlog')"
)


class RuleCount(Struct, frozen=True):
    """How many duties of one rule wait, and since when the oldest does."""

    rule: str
    limit_force: str
    count: int
    oldest_due_on: str


class Backlog(Struct, frozen=True):
    """Counts by rule, and one page of the duties with how each child is called."""

    rules: tuple[RuleCount, ...]
    rows: tuple[tuple[Duty, Called], ...]
    after: str


def backlog(desk: Desk, after: str = "", limit: int = 50) -> Backlog:
    """Return the backlog of the actor's areas, the oldest due date first.

    Args:
        desk: Who asks.
        after: Key after which the list goes on, as `Backlog.after` gave it.
        limit: Rows on the page.
    """
    desk.audit("backlog")
    counts = desk.select(
        f"SELECT o.rule, o.limit_force, COUNT(*) AS n, MIN(o.due_on) AS oldest {FROM} WHERE {{}} AND {{}}"
        " GROUP BY o.rule, o.limit_force ORDER BY o.rule, o.limit_force",
        visible_obligations(desk.access, desk.codes),
        IS_BACKLOG,
    )
    found = duties(desk, all_of(IS_BACKLOG, later_than(after)), BY_DUE_DATE, limit + 1)
    page = found[:limit]
    names = called(desk, {duty.child: duty.reference for duty in page})
    record_shown(desk, page)
    more = key_of(page[-1]) if len(found) > limit else ""
    rules = tuple(RuleCount(row["rule"], row["limit_force"] or "", row["n"], row["oldest"] or "") for row in counts)
    return Backlog(rules, tuple((duty, names[duty.child]) for duty in page), more)
