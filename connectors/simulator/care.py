"""Referrals to children's social care."""

from datetime import date, timedelta
from random import Random

from connectors.simulator.lives import Care
from connectors.simulator.weeks import TODAY, weekday

_SOURCES = ("1A", "2A", "2B", "3B", "3F", "6")
_NEEDS = ("N1", "N2", "N2", "N4", "N5")


def referrals(rng: Random) -> tuple[Care, ...]:
    """Return what social care did for a child since April 2025; nothing for two children in three."""
    if rng.randrange(3):
        return ()
    referred_on = weekday(date(2025, 4, 7) + timedelta(days=rng.randrange(420)))
    source, need = rng.choice(_SOURCES), rng.choice(_NEEDS)
    if rng.randrange(4) == 0:
        return (Care(referred_on, source, need, True, closed_on=_past(referred_on, 5)),)
    assessed_on = _past(referred_on, rng.randrange(20, 45))
    plan_from = _past(assessed_on, 7)
    plan_to = _past(plan_from, rng.randrange(90, 250)) if rng.randrange(2) else None
    protection_from = _past(assessed_on, 14) if rng.randrange(5) == 0 else None
    return (
        Care(
            referred_on=referred_on,
            referral_source=source,
            need=need,
            is_no_further_action=False,
            assessed_from=_past(referred_on, 1),
            assessed_on=assessed_on,
            plan_from=plan_from,
            plan_to=plan_to,
            protection_from=protection_from,
            closed_on=_past(plan_to, 3),
        ),
    )


def _past(day: date | None, after_days: int) -> date | None:
    """Return the day so much later, or `None` if that has not come."""
    if day is None:
        return None
    later = weekday(day + timedelta(days=after_days))
    return later if later < TODAY else None
