"""One dated fact: when it was so in the world, and what was recorded of it when."""

from datetime import date, timedelta

from msgspec import Struct

from connectors.simulator.weeks import TODAY


class Fact(Struct, frozen=True):
    """A date in the world and the record of it.

    Attributes:
        on: When it happened; `None` if it never did.
        said: (day of recording, date recorded) in order; a later entry corrects the earlier one, `None` takes it back.
            Empty for what happened and was never recorded.
    """

    on: date | None = None
    said: tuple[tuple[date, date | None], ...] = ()

    def as_at(self, day: date) -> date | None:
        """Return the date on record at the end of that day, or `None`."""
        known = None
        for recorded_on, value in self.said:
            if recorded_on <= day:
                known = value
        return known


NEVER = Fact()


def happened(on: date, after_days: int = 0, until: date = TODAY) -> Fact:
    """Return a fact recorded so many days after it happened; `NEVER` if that lies after `until` or not before today."""
    if on >= TODAY or on > until:
        return NEVER
    recorded_on = on + timedelta(days=after_days)
    return Fact(on, ((recorded_on, on),) if recorded_on < TODAY else ())


def corrected(*said: tuple[date, date | None]) -> Fact:
    """Return a fact that was recorded several times; the last word is how it truly was."""
    return Fact(said[-1][1], tuple(entry for entry in said if entry[0] < TODAY))


def days_of_record(*facts: Fact) -> list[date]:
    """Return the days on which a row with these facts changed, in order."""
    if len(facts) == 1 and len(facts[0].said) == 1:
        return [facts[0].said[0][0]]
    return sorted({recorded_on for fact in facts for recorded_on, _ in fact.said})
