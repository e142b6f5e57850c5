"""What was heard of a fact on which day, as the truth writes it down."""

from collections.abc import Callable
from datetime import date

from connectors.simulator.facts import Fact
from connectors.simulator.feeds import Feed
from connectors.simulator.lives import Life
from connectors.simulator.truth import Correction, Duty


def heard(fact: Fact, feed: Feed) -> list[tuple[date, date | None]]:
    """Return (day told, date told) in order, without what was never told or was told otherwise on the same day."""
    found: dict[date, date | None] = {}
    for recorded_on, value in fact.said:
        told_on = feed.told_on(recorded_on) if value else feed.told_gone_on(recorded_on)
        if told_on:
            found[told_on] = value
    return sorted(found.items())


def first_told(fact: Fact, feed: Feed) -> date | None:
    """Return the day on which anything was first told of it."""
    found = heard(fact, feed)
    return found[0][0] if found else None


def tell_done(duty: Duty, fact: Fact, feed: Feed) -> None:
    """Write down when the duty was discharged, and what was said of it."""
    said = heard(fact, feed)
    duty.done_on = said[-1][1] if said else fact.on  # a correction that was never told is no news to anybody
    duty.told_on = said[0][0] if said else None
    for (_, was), (told_on, became) in zip(said, said[1:], strict=False):
        duty.corrected.append(Correction("done_on", was, became, told_on))


def tell_lapse(duty: Duty, ends: list[tuple[str, Fact]], feed: Feed) -> None:
    """Write down the first of what ended the duty otherwise."""
    came = [(fact.on, first_told(fact, feed), because) for because, fact in ends if fact.on]
    if came:
        duty.lapsed_on, duty.lapsed_told_on, duty.lapsed_because = min(came, key=lambda end: end[0])


def tell_transfers(duty: Duty, life: Life, feed: Feed) -> None:
    """Write down that a year to the next review ended with the plan's transfer to another authority, if it did.

    From then on the review has the time of regulation 15(5), the later of that year and three months from the transfer.
    """
    entries = (entry for episode in life.episodes for entry in episode.entries)
    for fact in [entry.fact for entry in entries if entry.said.event == "plan_transferred"]:
        said = heard(fact, feed)
        days = [day for _, day in said if day]
        if not days or not duty.started_on or min(days) < duty.started_on:
            continue
        if duty.lapsed_on and duty.lapsed_on <= min(days):
            continue
        duty.lapsed_on, duty.lapsed_told_on, duty.lapsed_because = said[-1][1], said[0][0], "plan_transferred"
        for (_, was), (told_on, became) in zip(said, said[1:], strict=False):
            duty.corrected.append(Correction("lapsed_on", was, became, told_on))


def tell_start(
    duty: Duty, said: list[tuple[date, date | None]], due: Callable[[date, date], date | None], anew: date = date.max
) -> None:
    """Write down the start and the due date, as they were said from each day on; from `anew` on dues are counted anew."""
    if not said:
        return
    duty.started_told_on, duty.started_on = said[0][0], said[-1][1]
    for (_, was), (told_on, became) in zip(said, said[1:], strict=False):
        duty.corrected.append(Correction("started_on", was, became, told_on))
    days = sorted({*(told_on for told_on, _ in said), *({anew} if said[0][0] < anew < date.max else ())})
    starts = [[start for told_on, start in said if told_on <= day][-1] for day in days]
    dues = [due(start, day) if start else None for start, day in zip(starts, days, strict=True)]
    for was, became, told_on in zip(dues, dues[1:], days[1:], strict=False):
        if was != became:
            duty.corrected.append(Correction("due_on", was, became, told_on))
    duty.due_on = dues[-1]
