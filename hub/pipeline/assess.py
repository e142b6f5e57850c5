"""What holds of a child: its live facts, the area's shared facts, the rulebook and a date, and nothing else (invariant 2)."""

from datetime import date

from hub.domain.effects import Key, Row
from hub.domain.obligation import Judgement, Obligation, ProvisionWeek, Shortfall
from hub.domain.obligations import judge
from hub.domain.rules import Rulebook
from hub.pipeline.journal import encode
from hub.pipeline.memory import Child
from hub.pipeline.state import AreaState

Rows = dict[tuple[str, Key], Row]


def assess(state: AreaState, name: str, child: Child, rulebook: Rulebook) -> Judgement:
    """Judge a child as at the last tick and note the rows that differ from those written before.

    Before an area's first tick nothing is judged: there is no date to judge at.
    """
    if state.shared is None or state.tick_on is None:
        return Judgement()
    judgement = judge(name, state.shared, child.facts(), state.tick_on, rulebook)
    rows = rows_of(state.area, name, judgement)
    for key in child.rows.keys() - rows.keys():
        state.effects.remove(*key)
    for (table, of_key), row in rows.items():
        if child.rows.get((table, of_key)) != row:
            state.effects.put(table, of_key, row)
    child.rows = rows
    return judgement


def rows_of(area: str, child: str, judgement: Judgement) -> Rows:
    """Return the read rows of a judgement by table and key, in the column order of the tables."""
    rows: Rows = {("obligation", (area, o.obligation)): _obligation(o) for o in judgement.obligations}
    rows |= {("provision", (area, child, w.line, w.period.isoformat())): _week(w) for w in judgement.provision}
    rows |= {("shortfall", (area, child, s.line)): _shortfall(s) for s in judgement.shortfalls}
    rows |= {("unmatched", (area, event)): (child,) for event in judgement.unmatched}
    if judgement.wake_on is not None:
        rows["timer", (area, child)] = (judgement.wake_on.isoformat(),)
    return rows


def _obligation(o: Obligation) -> Row:
    return (
        o.child, o.rule, o.process, o.advice_request, o.body, o.duty_holder, o.duty_force, o.limit_force,
        _iso(o.started_on), o.started_basis, _iso(o.due_on), o.state, _iso(o.warns_on), _iso(o.done_on), o.was_late_by,
        _iso(o.known_late_since), encode(o.waits_for), encode(o.because),
    )  # fmt: skip


def _week(w: ProvisionWeek) -> Row:
    numbers = (w.promised, w.delivered, w.missed_by_provider, w.missed_by_child, w.not_reported)
    return (*(float(n) for n in numbers), w.state)


def _shortfall(s: Shortfall) -> Row:
    numbers = (s.promised, s.delivered, s.missed_by_provider, s.missed_by_child, s.not_reported)
    return (
        s.section, s.kind, s.since.isoformat(), s.until.isoformat(), *(float(n) for n in numbers), s.body,
        encode(s.because_counts),
    )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
