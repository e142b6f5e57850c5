"""Appointments with health services."""

from datetime import date, timedelta
from random import Random

from connectors.simulator.lives import Visit
from connectors.simulator.weeks import TODAY, weekday

_ENDS = ("fulfilled",) * 6 + ("noshow", "noshow", "cancelled", "entered-in-error")


def visits(source: str, service: str, first: date, rng: Random) -> tuple[Visit, ...]:
    """Return some appointments of a service, the first booked after the given day."""
    found = []
    booked_on = first + timedelta(days=rng.randrange(3, 50))
    for _ in range(rng.randrange(1, 4)):
        booked_on = weekday(booked_on)
        on = weekday(booked_on + timedelta(days=rng.randrange(14, 60)))
        if booked_on >= TODAY:
            break
        found.append(Visit(source, service, booked_on, on, rng.choice(_ENDS)))
        booked_on = on + timedelta(days=rng.randrange(5, 60))
    return tuple(found)
