"""What was planted of provision: by line and school week."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from connectors.simulator.feeds import Feed
from connectors.simulator.lives import Life, Line, LineWeek
from connectors.simulator.truth import Correction
from connectors.simulator.weeks import TODAY, school_weeks


class Week(Struct, kw_only=True):
    """One provision line in one school week; see `truth.py`. Amounts are in the line's unit."""

    person: str
    area: str
    line: str
    week: date
    promised: int | None
    delivered: int = 0
    missed_because: dict[str, int] = {}
    reported: bool
    line_told_on: date | None
    told_on: date | None = None
    corrected: list[Correction] = []


def weeks(life: Life, council: Feed, log: Feed) -> Iterator[Week]:
    """Yield every line of a child's plan, week by week, up to the last week that is over."""
    if life.plan is None or not life.plan.lines:
        return
    whose: dict[str, Any] = {"person": life.person.id, "area": life.person.area}
    whose["line_told_on"] = council.told_on(life.plan.issued.said[0][0])
    for line in life.plan.lines:
        whose["line"] = line.key
        for week in line.weeks:
            yield _reported(whose, line, week, log)
        if not line.is_reported:
            promised = line.quantity if line.is_quantified else None
            for monday in school_weeks(life.person.school):
                if monday >= line.starts_on:
                    yield Week(**whose, week=monday, promised=promised, reported=False)


def _reported(whose: dict[str, Any], line: Line, week: LineWeek, log: Feed) -> Week:
    size = line.minutes if line.unit == "minutes" else 1
    missed: dict[str, int] = {}
    delivered = 0
    for session in week.sessions:
        if session.because:
            missed[session.because] = missed.get(session.because, 0) + size
        else:
            delivered += size
    found = Week(
        **whose,
        week=week.monday,
        promised=line.quantity,
        delivered=delivered,
        missed_because=dict(sorted(missed.items())),
        reported=True,
        corrected=[],
    )
    if week.sessions and week.recorded_on < TODAY:
        found.told_on = log.told_on(week.recorded_on)
    mended = [session.mended_on for session in week.sessions if session.mended_on]
    if mended and (told_on := log.told_on(mended[0])) and told_on != found.told_on:
        was = found.missed_because
        before = dict(sorted({**was, "staff_absent": was.get("staff_absent", 0) + size}.items()))
        found.corrected.append(Correction("delivered", found.delivered - size, found.delivered, told_on))
        found.corrected.append(Correction("missed_because", before, was, told_on))
    return found
