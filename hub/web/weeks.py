"""Words and looks for provision by school week."""

from collections.abc import Sequence

from hub.domain.alert_texts import day
from hub.queries.child import Week


def look(week: Week) -> str:
    """Return how a week looks: full, provider, child, unreported, unjudged or idle; misses by the provider first."""
    if week.state == "not_reported":
        return "unjudged"
    if week.missed_by_provider > 0:
        return "provider"
    if week.delivered >= week.promised:
        return "full" if week.promised else "idle"
    return "child" if week.missed_by_child > 0 else "unreported"


def share(week: Week) -> str:
    """Return delivered of promised, in few signs."""
    return f"{week.delivered:g} of {week.promised:g}"


def why(week: Week) -> str:
    """Return in one or two words why a week is not full."""
    return {
        "provider": "missed",
        "child": "absent",
        "unreported": "no report",
        "unjudged": "not judged",
    }.get(look(week), "")


def words(week: Week) -> str:
    """Return the whole of a week in words."""
    return f"Week of {day(week.period)}: {_told(week)}."


def total(weeks: Sequence[Week]) -> str:
    """Return the sum of some weeks in words."""
    if not weeks:
        return ""
    if all(week.state == "not_reported" for week in weeks):
        return "Not judged: no named source reports this line."
    names = ("promised", "delivered", "missed_by_provider", "missed_by_child", "not_reported")
    summed = {name: sum(getattr(week, name) for week in weeks) for name in names}
    return f"Last {len(weeks)} school weeks: {_told(Week(weeks[-1].period, **summed, state='judged'))}."


def _told(week: Week) -> str:
    said = [f"{week.delivered:g} of {week.promised:g} delivered"]
    said += [f"{week.missed_by_provider:g} missed by the provider"] if week.missed_by_provider else []
    said += [f"{week.missed_by_child:g} missed by the child"] if week.missed_by_child else []
    said += [f"{week.not_reported:g} not reported"] if week.not_reported else []
    return ", ".join(said) + (" (not judged)" if week.state == "not_reported" else "")
