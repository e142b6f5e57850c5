"""What was heard of a fact on which day, as the truth writes it down."""

from datetime import date

from connectors.simulator.facts import Fact
from connectors.simulator.feeds import Feed
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
    duty.done_on = fact.on
    duty.told_on = said[0][0] if said else None
    for (_, was), (told_on, became) in zip(said, said[1:], strict=False):
        duty.corrected.append(Correction("done_on", was, became, told_on))


def tell_lapse(duty: Duty, ends: list[tuple[str, Fact]], feed: Feed) -> None:
    """Write down the first of what ended the duty otherwise."""
    came = [(fact.on, first_told(fact, feed), because) for because, fact in ends if fact.on]
    if came:
        duty.lapsed_on, duty.lapsed_told_on, duty.lapsed_because = min(came, key=lambda end: end[0])
