"""What a plan promises: its lines, their versions, and how much a week of each comes to."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from hub.domain.calendar import week_of
from hub.domain.facts import Fact
from hub.domain.seen import Seen

_DAY = timedelta(days=1)
_SIX_DAYS = timedelta(days=6)
_SCHOOL_YEAR_WEEKS = 39  # 195 days, 190 of them with pupils (SI 1999/3181): 39 weeks with a school day in them
_WEEKLY = {
    ("week", False): 1.0,
    ("fortnight", False): 1 / 2,
    ("month", False): 12 / 52,
    ("half_term", False): 6 / _SCHOOL_YEAR_WEEKS,
    ("term", False): 3 / _SCHOOL_YEAR_WEEKS,
    ("year", False): 1 / _SCHOOL_YEAR_WEEKS,
    ("year", True): 1 / 52,
}


class Version(Struct, frozen=True):
    """What the plan says of a line from a day to a day; `is_continued` where the next version follows at once."""

    since: date
    until: date
    is_continued: bool
    fact: Fact

    @property
    def is_all_year(self) -> bool:
        """Whether school holidays count too."""
        return self.fact.data.get("weeks") == "all_year"


def weekly_quantity(quantity: float, per: str, is_all_year: bool) -> float | None:
    """Return what a quantity comes to in one week, or `None` for a period we do not know.

    A fortnight is two weeks and a month 52/12 of them. Half-terms, terms and school years share the 39 weeks of a
    school year evenly, 6.5 to a half-term; a year's quantity of a line that runs all year shares 52.

    >>> weekly_quantity(6, "half_term", False)
    0.923
    >>> weekly_quantity(1, "fortnight", False)
    0.5
    """
    share = _WEEKLY.get((per, is_all_year)) or _WEEKLY.get((per, False))
    return round(quantity * share, 3) if share else None


def promised(data: Mapping[str, Any]) -> float | None:
    """Return what one week promises, or `None` where the plan does not say how much (then nothing is judged)."""
    quantity = data.get("quantity")
    if not isinstance(quantity, int | float) or data.get("is_quantified") is False:
        return None
    if data.get("unit") not in ("sessions", "minutes"):
        return None
    return weekly_quantity(quantity, data.get("per", ""), data.get("weeks") == "all_year")


def plans(seen: Seen) -> list[tuple[int, str]]:
    """Return from which week on the plan named which institution; nobody before the first plan."""
    issued: list[tuple[date, str, str]] = []
    for kind in ("plan_finalised", "plan_amended"):
        for fact in seen.by_type.get(kind, ()):
            day = fact.day("issued_on") or fact.occurred_on
            if day is not None and fact.data.get("institution"):
                issued.append((day, fact.slot, fact.data["institution"]))
    return [(0, "*"), *((week_of(day + _SIX_DAYS), institution) for day, _, institution in sorted(issued))]


def ends(seen: Seen, area: str) -> dict[tuple[str, str], list[date]]:
    """Return the last days on which a line, the lines of a plan, or all lines (`("", "")`) are promised."""
    ends: dict[tuple[str, str], list[date]] = {}
    for fact in seen.by_type.get("provision_ended", ()):
        if fact.occurred_on is not None:
            ends.setdefault(("line", fact.data.get("line", "")), []).append(fact.occurred_on - _DAY)
    for fact in seen.by_type.get("plan_ceased", ()):
        day = fact.day("ends_on") or fact.day("decided_on") or fact.occurred_on
        if day is not None:
            plan = fact.data.get("plan", "")
            ends.setdefault(("plan", plan) if plan else ("", ""), []).append(day)
    for kind in ("person_died", "responsible_body_changed"):
        for fact in seen.by_type.get(kind, ()):
            moves_away = kind == "person_died" or (
                fact.data.get("body_kind") == "local_authority" and fact.data.get("new") != area
            )
            if moves_away and fact.occurred_on is not None:
                ends.setdefault(("", ""), []).append(fact.occurred_on - _DAY)
    return ends


def lines(seen: Seen, ends: Mapping[tuple[str, str], list[date]]) -> dict[str, list[Version]]:
    """Return the versions of every line in order of date; a later version takes over on the day it starts."""
    told: dict[str, list[tuple[date, str, Fact]]] = {}
    for fact in seen.by_type["provision_specified"]:
        since = fact.day("starts_on") or fact.occurred_on
        if since is not None:
            told.setdefault(fact.data.get("line") or fact.slot, []).append((since, fact.slot, fact))
    lines: dict[str, list[Version]] = {}
    for line, found in told.items():
        found.sort(key=lambda version: version[:2])
        versions = []
        for position, (since, _, fact) in enumerate(found):
            until = fact.day("ends_on") or date.max
            plan = fact.data.get("plan", "")
            for scope in (("line", line), ("plan", plan), ("", "")):
                until = min([until, *(day for day in ends.get(scope, ()) if day >= since - _DAY)])
            next_since = found[position + 1][0] if position + 1 < len(found) else date.max
            is_continued = next_since <= until
            if is_continued:
                until = next_since - _DAY
            versions.append(Version(since, until, is_continued, fact))
        lines[line] = versions
    return lines
