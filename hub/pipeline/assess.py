"""What holds of a child: its live facts, the area's shared facts, the rulebook and a date, and nothing else (invariant 2)."""

from collections.abc import Iterable
from datetime import date

from msgspec import structs

from hub.domain.effects import Key, Row
from hub.domain.facts import Fact
from hub.domain.moves import owed_here, promised_here
from hub.domain.obligation import Judgement, Obligation, ProvisionWeek, Shortfall
from hub.domain.obligations import judge_duties, judge_more_lines, pass_time, together
from hub.domain.provision import Kept
from hub.domain.rules import Rulebook
from hub.pipeline.journal import encode
from hub.pipeline.memory import SESSIONS, Child, Half
from hub.pipeline.state import AreaState

Rows = dict[tuple[str, Key], Row]

LATE_UNDATED = frozenset({"not_known", "sent_not_recorded", "past_due_unconfirmed", "overdue", "met_late"})
"""States that a feed's progress may change, or say more of, as long as the day it was known to be late is not known."""


def assess(state: AreaState, name: str, child: Child, rulebook: Rulebook) -> Judgement:
    """Judge a child as at the last tick and note the rows that differ from those written before.

    Before an area's first tick nothing is judged: there is no date to judge at. A half of the judgement is kept while
    nothing that it reads has changed; `tests/property` holds that this is the same as judging anew.
    """
    if state.shared is None or state.tick_on is None:
        return Judgement()
    duties, lines = child.judged.get("duties"), child.judged.get("lines")
    facts = None
    since = state.moves.since(state.clusters.records.get(name, set()))
    if duties is None or not _holds(duties, state):
        judgement = _later(duties, state)
        if judgement is None:
            facts = child.facts()
            judgement = judge_duties(name, state.shared, facts, state.tick_on, rulebook)
            if since is not None:
                judgement = owed_here(judgement, facts, since, child.sent_on, rulebook)
        waits = any(o.state in LATE_UNDATED and o.known_late_since is None for o in judgement.obligations)
        child.judged["duties"] = duties = _half(state, judgement, waits, _duty_rows(state.area, name, judgement))
    if lines is None or not _holds(lines, state):
        facts = facts or child.facts()
        before = lines if lines is not None and _is_of_same_facts(lines, state) and since is None else None
        upto = state.moves.in_force(name, state.tick_on)
        read = promised_here(facts, since, child.sent_on) if since else facts
        judgement, kept = judge_more_lines(name, state.shared, read, upto, rulebook, before.kept if before else None)
        if upto < state.tick_on:  # what is delivered since is another area's
            judgement = structs.replace(judgement, wake_on=None)
        waits = any(fact.type == "provision_specified" for fact in facts)
        child.reporters = _reporters(facts, state.tick_on)
        rows = _line_rows(state.area, name, judgement, before)
        child.judged["lines"] = lines = _half(state, judgement, waits, rows, kept)
    whole = together(duties.judgement, lines.judgement)
    rows = duties.rows | lines.rows
    if whole.wake_on is not None:
        rows["timer", (state.area, name)] = (whole.wake_on.isoformat(),)
    _write(state, child, rows)
    return whole


def _write(state: AreaState, child: Child, rows: Rows) -> None:
    before = child.rows
    for key in before.keys() - rows.keys():
        state.effects.remove(*key)
    for key, row in rows.items():
        if (held := before.get(key)) is not row and held != row:
            state.effects.put(*key, row)
    child.rows = rows


def _later(duties: Half | None, state: AreaState) -> Judgement | None:
    """Return the half about duties where only time has passed and changes no more than warnings; else `None`."""
    if duties is None or state.tick_on is None or not _is_of_same_facts(duties, state):
        return None
    if duties.reads_feeds and duties.shared != state.shared_number:
        return None
    return pass_time(duties.judgement, state.tick_on)


def _half(state: AreaState, judgement: Judgement, reads_feeds: bool, rows: Rows, kept: Kept | None = None) -> Half:
    assert state.tick_on is not None
    return Half(judgement, state.tick_on, state.shared_number, state.fixed_number, reads_feeds, rows, kept)


def _is_of_same_facts(half: Half, state: AreaState) -> bool:
    """Whether a half that no longer holds was judged by the same facts, but for feeds and sessions of weeks to come."""
    return half.fixed == state.fixed_number and state.tick_on is not None and half.on <= state.tick_on


def _holds(half: Half, state: AreaState) -> bool:
    """Whether judging anew would say the same: no fact changed (else it is gone), no day, no shared fact that it reads."""
    on, wake = state.tick_on, half.judgement.wake_on
    assert on is not None
    if half.fixed != state.fixed_number or not half.on <= on or (wake is not None and wake <= on):
        return False
    return half.shared == state.shared_number or not half.reads_feeds


def _reporters(facts: Iterable[Fact], on: date) -> set[tuple[str, str]]:
    sessions = (fact for fact in facts if fact.type in SESSIONS)
    return {(f.data.get("line", ""), f.source) for f in sessions if (f.day("on") or f.occurred_on or date.max) <= on}


def _duty_rows(area: str, child: str, judgement: Judgement) -> Rows:
    rows: Rows = {("obligation", (area, o.obligation)): _obligation(o) for o in judgement.obligations}
    return rows | {("unmatched", (area, child, event)): () for event in judgement.unmatched}


def _line_rows(area: str, child: str, judgement: Judgement, before: Half | None) -> Rows:
    """Return the rows; those of weeks that were kept are the very rows that there were."""
    known = {id(week) for week in before.judgement.provision} if before else set()
    rows: Rows = {key: row for key, row in before.rows.items() if key[0] == "provision"} if before else {}
    new = [week for week in judgement.provision if id(week) not in known]
    if len(known) + len(new) != len(judgement.provision):  # some of what there was is gone
        rows, new = {}, list(judgement.provision)
    rows |= {("provision", (area, child, w.line, w.period.isoformat())): _week(w) for w in new}
    return rows | {("shortfall", (area, child, s.line)): _shortfall(s) for s in judgement.shortfalls}


def _obligation(o: Obligation) -> Row:
    return (
        o.child, o.rule, o.process, o.advice_request, o.body, o.duty_holder, o.duty_force, o.limit_force,
        _iso(o.started_on), o.started_basis, _iso(o.due_on), o.state, _iso(o.warns_on), _iso(o.done_on), o.was_late_by,
        _iso(o.known_late_since), encode(o.waits_for), encode(o.because),
    )  # fmt: skip


def _week(w: ProvisionWeek) -> Row:
    return w.promised, w.delivered, w.missed_by_provider, w.missed_by_child, w.not_reported, w.state


def _shortfall(s: Shortfall) -> Row:
    numbers = (s.promised, s.delivered, s.missed_by_provider, s.missed_by_child, s.not_reported)
    return (
        s.section, s.kind, s.since.isoformat(), s.until.isoformat(), *(float(n) for n in numbers), s.body,
        encode(s.because_counts),
    )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
