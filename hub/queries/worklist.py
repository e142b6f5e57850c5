"""The worklist: what an officer has to see today, and enough beside each duty to act on it."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from hub.queries.cases import WorkRow, enriched
from hub.queries.conditions import ALWAYS, Condition, all_of, for_role, one_of, visible_alerts, visible_obligations
from hub.queries.desk import Desk, day
from hub.queries.obligations import BY_DUE_DATE, FROM, duties, key_of, later_than, record_shown
from hub.queries.people import called

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "health": ("overdue", "past_due_unconfirmed", "at_risk", "open"),
    "social_care": ("overdue", "past_due_unconfirmed", "at_risk", "open"),
    "school": ("overdue", "past_due_unconfirmed", "at_risk", "open"),
    "area": ("overdue", "sent_not_recorded", "past_due_unconfirmed", "at_risk", "open"),
    "quality": ("not_known", "sent_not_recorded", "past_due_unconfirmed"),
    "none": (),
}
"""States listed, in the order of the page, by scope. What is sent but not recorded is the council's to mend."""

_PAST = ("overdue", "past_due_unconfirmed", "sent_not_recorded", "not_known")
_MATCHING = "b.area = o.area AND b.obligation = o.obligation AND b.announced = o.state"
_RAISED = f"EXISTS (SELECT 1 FROM alert b WHERE {_MATCHING} AND b.state = 'raised')"
_QUIET = f"EXISTS (SELECT 1 FROM alert b WHERE {_MATCHING} AND b.state IN ('backlog', 'shadow'))"
_SNOOZED = (
    "EXISTS (SELECT 1 FROM alert b JOIN answer n ON n.area = b.area AND n.alert = b.alert"
    f" WHERE {_MATCHING} AND b.state = 'raised' AND n.kind = 'snooze' AND n.actor = :me AND n.\"until\" > r.tick_on)"
)
IS_ANNOUNCED = Condition(f"({_RAISED} OR NOT {_QUIET})")
"""Neither in the backlog of what was late before the area went live, nor of a rule that is still in shadow."""

IS_TIMED = Condition("(o.due_on IS NOT NULL AND o.duty_holder <> 'family')")
"""With a day to work towards: duties without a number of days stand on the child's page, and a family's time is its own."""


class Section(Struct, frozen=True):
    """Duties of one state.

    Attributes:
        count: How many there are in all.
        after: Where the next page begins; empty at the end.
    """

    state: str
    count: int
    rows: tuple[WorkRow, ...] = ()
    after: str = ""


class Notice(Struct, frozen=True):
    """An alert without a duty of the law behind it, or one that was withdrawn."""

    area: str
    alert: str
    child: str
    reference: str
    name: str
    rule: str
    on: date | None
    reason: str
    text: str


class Worklist(Struct, frozen=True):
    """The page's content.

    Attributes:
        as_at: Area to the date of its last tick.
        backlog: How many duties were late before the area went live.
        on_trial: How many more are past their date by rules that the area has in shadow.
        not_known: How many duties cannot be judged because a feed is silent.
    """

    as_at: dict[str, date | None]
    sections: tuple[Section, ...]
    snoozed: Section
    shortfalls: tuple[Notice, ...]
    retracted: tuple[Notice, ...]
    backlog: int
    on_trial: int
    not_known: int


def worklist(desk: Desk, state: str = "", after: str = "", limit: int = 20) -> Worklist:
    """Return the worklist of the actor's role.

    Args:
        desk: Who asks.
        state: Only the section of that state; all where it is empty.
        after: Key after which that section goes on.
        limit: Rows in a section.
    """
    desk.audit("worklist")
    states = SECTIONS[desk.access.scope]
    counts = _counts(desk, states)
    wanted = [one for one in states if state in ("", one)]
    asleep = all_of(_in_states(states), _snoozed(desk), IS_ANNOUNCED, IS_TIMED)
    snoozed = [] if state else enriched(desk, duties(desk, asleep, BY_DUE_DATE, limit))
    sections = tuple(_section(desk, one, counts.get(one, 0), after if state else "", limit) for one in wanted)
    record_shown(desk, (row.duty for section in (*sections, Section("", 0, tuple(snoozed))) for row in section.rows))
    return Worklist(
        {area.area: area.on for area in desk.areas.values()},
        sections,
        Section("snoozed", len(snoozed), tuple(snoozed)),
        tuple(_notices(desk, "a.announced = 'shortfall' AND a.state = 'raised'")),
        tuple(_notices(desk, "a.state = 'retracted'")[:5]),
        _count(desk, _quietly("backlog"), _PAST),
        _count(desk, _quietly("shadow"), _PAST),
        _count(desk, ALWAYS, ("not_known",)),
    )


def _section(desk: Desk, state: str, count: int, after: str, limit: int) -> Section:
    where = all_of(_in_states([state]), IS_ANNOUNCED, IS_TIMED, _awake(desk), later_than(after))
    found = duties(desk, where, BY_DUE_DATE, limit + 1) if count else []
    page = found[:limit]
    return Section(state, count, tuple(enriched(desk, page)), key_of(page[-1]) if len(found) > limit else "")


def _counts(desk: Desk, states: Iterable[str]) -> dict[str, int]:
    rows = desk.select(
        f"SELECT o.state, COUNT(*) AS n {FROM} WHERE {{}} AND {{}} GROUP BY o.state ORDER BY o.state",
        visible_obligations(desk.access, desk.codes),
        all_of(_in_states(states), IS_ANNOUNCED, IS_TIMED, _awake(desk)),
    )
    return {row["state"]: row["n"] for row in rows}


def _count(desk: Desk, where: Condition, states: Iterable[str]) -> int:
    rows = desk.select(
        f"SELECT COUNT(*) AS n {FROM} WHERE {{}} AND {{}}",
        visible_obligations(desk.access, desk.codes),
        all_of(where, _in_states(states)),
    )
    return int(rows[0]["n"])


def _notices(desk: Desk, where: str) -> list[Notice]:
    rows = desk.select(
        'SELECT a.area, a.alert, a.child, a.rule, a."on", a.reason, a.text, c.reference FROM alert a'
        " LEFT JOIN child c ON c.area = a.area AND c.child = a.child"
        " LEFT JOIN obligation o ON o.area = a.area AND o.obligation = a.obligation"
        f" WHERE {{}} AND {{}} AND {where} AND COALESCE(a.child, '') <> '' ORDER BY a.\"on\" DESC, a.alert LIMIT 50",
        visible_alerts(desk.access, desk.codes),
        for_role(desk.access.role) if desk.access.may_answer else ALWAYS,
    )
    names = called(desk, {row["child"]: row["reference"] or "" for row in rows})
    return [
        Notice(
            row["area"], row["alert"], row["child"], row["reference"] or "", names[row["child"]].name,
            row["rule"] or "",
            day(row["on"]), row["reason"] or "", row["text"] or "",
        )
        for row in rows
    ]  # fmt: skip


def _in_states(states: Iterable[str]) -> Condition:
    return one_of("o.state", "state", list(states))


def _snoozed(desk: Desk) -> Condition:
    """Whoever snoozes takes a case off their own list, and off nobody else's."""
    return Condition(_SNOOZED, {"me": desk.actor.name})


def _awake(desk: Desk) -> Condition:
    return Condition(f"NOT {_SNOOZED}", {"me": desk.actor.name})


def _quietly(state: str) -> Condition:
    return Condition(
        f"(EXISTS (SELECT 1 FROM alert b WHERE {_MATCHING} AND b.state = :quiet) AND NOT {_RAISED})", {"quiet": state}
    )
