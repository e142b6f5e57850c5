"""What `hub identity trace` does: ask PDS about children without an NHS number, and take its answers as evidence."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Raw, Struct

from connectors.base import Refused, Row
from connectors.catalogue import BY_NAME
from connectors.sources.pds_trace.mapping import Exchange, Told, told
from connectors.sources.pds_trace.questions import searches
from connectors.sources.pds_trace.source import PDS_TRACE
from hub.bootstrap import Hub
from hub.commands.inbox import By, audit
from hub.domain.errors import ConfigError, Unavailable
from hub.domain.instants import instant, stamp
from hub.intake.load import Extract, Load, Source
from hub.intake.placing import subject_name
from hub.verbs.feeding import forward, must_exist, usable
from hub.verbs.to_trace import Subject, subjects

STEWARD = By("operator", "steward", "identity_stewardship")
BATCH = 50
"""Answers in one load. What stops a run halfway costs at most so many questions asked again."""


class Plan(Struct, frozen=True):
    """Who is to be asked for, in order, and why others are not."""

    to_ask: list[Subject]
    counts: dict[str, int]


class Answered(Struct, frozen=True):
    """One subject that was asked for: when, by which search last, and what came of it."""

    subject: Subject
    at: str
    strategy: str
    outcome: str
    told: Told | None


def trace(hub: Hub, area: str, limit: int | None, of_numbers: bool, is_dry: bool) -> dict[str, Any]:
    """Ask PDS, within its rate, for those who are due, and take the answers into the area's journal.

    Args:
        hub: The hub.
        area: The area.
        limit: At most so many; `None` for all.
        of_numbers: Ask for known numbers (which were replaced?) instead of children without one.
        is_dry: Only count.

    Returns:
        `subjects`, `not_needed`, `cannot_ask`, `asked_before`, `to_ask`, `asked`, `left` and `outcomes` by name. Nobody
        is named.

    Raises:
        NotFound: No such area.
        ConfigError: PDS is not configured, refuses the key, or no source of it was added for the area.
        Unavailable: PDS went away. What it answered until then is taken; run again to go on.
    """
    must_exist(hub, area)
    made = plan(hub, area, of_numbers)
    asked = made.to_ask[:limit]
    result = {"area": area, **made.counts, "to_ask": len(made.to_ask), "asked": 0, "left": len(made.to_ask)}
    if is_dry:
        return result | {"outcomes": {}}
    source, pds = _source(hub, area), hub.pds
    outcomes: Counter[str] = Counter()
    waiting: list[Answered] = []
    try:
        for subject in asked:
            waiting.append(ask(hub, subject))
            outcomes[waiting[-1].outcome] += 1
            if len(waiting) >= BATCH:
                _take(hub, area, source, waiting)
    except Unavailable as error:
        done = f"{error.reason}; {outcomes.total()} of {len(asked)} asked; run again to go on"
        raise Unavailable(error.dependency, error.retry_after_s, done) from error
    finally:
        _take(hub, area, source, waiting)
        pds.close()
        hub.__dict__.pop("pds", None)
    left = len(made.to_ask) - outcomes.total()
    return result | {"asked": outcomes.total(), "left": left, "outcomes": dict(sorted(outcomes.items()))}


def plan(hub: Hub, area: str, of_numbers: bool) -> Plan:
    """Return who is due: not asked before, asked another question, or asked longer ago than the configured days."""
    before = {row["name"]: row for row in hub.store.select("SELECT * FROM traced WHERE area = :area", area=area)}
    since = stamp(instant(hub.now()) - timedelta(days=hub.config.pds_again_days))
    counts = dict.fromkeys(("subjects", "not_needed", "cannot_ask", "asked_before"), 0)
    to_ask: dict[str, Subject] = {}
    for subject in subjects(hub.store, hub.keyed, area, _sources(hub), of_numbers):
        counts["subjects"] += 1
        row = before.get(subject.name)
        if subject.state:
            counts[subject.state] += 1
        elif row and row["question"] == subject.asks and row["asked_at"] >= since:
            counts["asked_before"] += 1
        else:
            to_ask[subject.name] = subject
    return Plan(list(to_ask.values()), counts)


def ask(hub: Hub, subject: Subject) -> Answered:
    """Ask PDS for one subject: search after search until one finds somebody, or by the number."""
    at, last = hub.now(), Answered(subject, hub.now(), "", "refused", None)
    for strategy, answer in _answers(hub, subject, at):
        try:
            one = Exchange(
                at, Raw(answer), subject.source, subject.local_id, strategy, subject.number
            )  # as a line of a trace
            found = told(one)
        except (Refused, msgspec.DecodeError):
            last = Answered(subject, at, strategy, "refused", None)
            continue
        last = Answered(subject, at, strategy, found.outcome, found)
        if found.outcome != "nobody":
            break
    return last


def _answers(hub: Hub, subject: Subject, at: str) -> Iterator[tuple[str, bytes]]:
    if subject.question is None:
        yield "number", hub.pds.patient(subject.number, at)
        return
    for search in searches(subject.question):
        yield search.strategy, hub.pds.search(search.parameters, at)


def _take(hub: Hub, area: str, source: Source, answered: list[Answered]) -> None:
    """Take the answers into the journal, then note that they were given: so none is lost where the run is cut off."""
    if not answered:
        return
    at = instant(hub.now())
    rows: list[Row] = [row for one in answered if one.told for row in one.told.rows]
    Load(hub.store, hub.keyed, source, Extract("changes", at, at)).run(rows)
    with hub.store.begin() as unit:
        unit.put("traced", [_traced(hub, area, source, one) for one in answered])
        audit(unit, area, STEWARD, f"identity trace: {len(answered)} asked", stamp(at))
    answered.clear()
    forward(hub)


def _traced(hub: Hub, area: str, source: Source, one: Answered) -> tuple[Any, ...]:
    found = one.told.number if one.told else ""
    name = subject_name(hub.keyed, source.source, found) if found else ""
    score = one.told.score if one.told else None
    return area, one.subject.name, one.subject.asks, one.at, one.outcome, one.strategy, score, source.source, name


def _sources(hub: Hub) -> tuple[str, ...]:
    """Return the sources that are registers: nobody is asked for because of what they say."""
    registers = [name for name in BY_NAME if name in (PDS_TRACE.name, "mns")]
    rows = hub.store.select("SELECT source FROM source WHERE connector IN :names ORDER BY source", names=registers)
    return tuple(row["source"] for row in rows)


def _source(hub: Hub, area: str) -> Source:
    """Return the source under which PDS speaks in the area."""
    rows = hub.store.select("SELECT source, areas FROM source WHERE connector = :c ORDER BY source", c=PDS_TRACE.name)
    mine = [row["source"] for row in rows if not row["areas"] or area in row["areas"].split()]
    if len(mine) != 1:
        how = f"add one: hub source add pds --connector {PDS_TRACE.name} --agency X26 --area {area}"
        raise ConfigError("source", f"{len(mine)} sources of PDS for area {area}, one is needed; {how}")
    return usable(hub, mine[0], area)


def in_words(result: dict[str, Any]) -> str:
    """Return what a trace came to, as people read it."""
    lines = [
        f"area {result['area']}: {result['to_ask']} to ask for, {result['asked_before']} asked before,"
        f" {result['cannot_ask']} without name or birth date; {result['asked']} asked, {result['left']} left"
    ]
    return "\n".join(lines + [f"  {outcome}: {count}" for outcome, count in result["outcomes"].items()])
