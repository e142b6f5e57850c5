"""What rules read: the live facts of one child, and the facts that an area shares."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct, field

from hub.domain.instants import day_in


class Fact(Struct, frozen=True):
    """A live event of a child, as rules see it.

    Attributes:
        type: Snake-case name of the event, such as `advice_received`.
        event: The event's id.
        slot: The slot it stands in; names the episode it starts.
        occurred_on: Local date of the fact, `None` where it has none.
        recorded_at: When our intake had it.
        data: Fields of the payload; dates are ISO strings, empty fields are absent.
    """

    type: str
    event: str
    slot: str
    source: str
    occurred_on: date | None
    recorded_at: datetime
    data: dict[str, Any]

    def day(self, name: str) -> date | None:
        """Return the date in the field of that name, `occurred_on` for that very name, or `None`."""
        if name == "occurred_on":
            return self.occurred_on
        text = self.data.get(name)
        return day_in(text)


class Body(Struct, frozen=True):
    """A body that owes, gives or commissions something (bodies.csv)."""

    code: str
    kind: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    is_s31_body: bool = False
    areas: tuple[str, ...] = ()
    commissioner: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""


def stored_body(row: Mapping[str, Any]) -> Body:
    """Return the body in a row of the table `body`."""
    return Body(
        row["code"], row["kind"], row["name"], tuple(msgspec.json.decode(row["aliases"])), bool(row["is_s31_body"]),
        tuple(msgspec.json.decode(row["areas"])), row["commissioner"], day_in(row["valid_from"]), day_in(row["valid_to"]),
        row["successor"],
    )  # fmt: skip


def by_code(bodies: Iterable[Body]) -> dict[str, Body]:
    """Return bodies by code, and by alias where no body has it as its code; of two with one alias the first has it."""
    bodies = list(bodies)
    found = {body.code: body for body in bodies}
    for body in bodies:
        found |= {alias: body for alias in body.aliases if alias not in found}
    return found


class Feed(Struct, frozen=True):
    """A source as the area's rules see it: by which connector it speaks and how far it is complete.

    Attributes:
        complete_to: Last date up to which everything was told, inclusive; `None` until a load said so.
        last_load_at: When the last load ended.
        completed: How `complete_to` grew: (local date on which we knew, complete to), oldest first. Without it nothing
            is said of the day on which something was known to be late.
    """

    source: str
    connector: str
    agency: str = ""
    complete_to: date | None = None
    last_load_at: datetime | None = None
    completed: tuple[tuple[date, date], ...] = ()


class Closure(Struct, frozen=True, cache_hash=True):
    """One published closure of an institution; `closed_from` inclusive, `reopens_on` exclusive."""

    closed_from: date
    reopens_on: date


class SchoolCalendar(Struct, frozen=True, cache_hash=True):
    """An institution's year: ranges of school days (both ends inclusive) and closures."""

    institution: str
    school_days: tuple[tuple[date, date], ...] = ()
    closures: tuple[Closure, ...] = ()


def calendars_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, SchoolCalendar]:
    """Return the calendars that published rows make up, by institution; `school_days` lists `first..last`, inclusive."""
    days: dict[str, set[tuple[date, date]]] = {}
    closures: dict[str, set[Closure]] = {}
    for row in rows:
        name = row.get("institution")
        if not name:
            continue
        days.setdefault(name, set()).update(_range(text) for text in row.get("school_days") or ())
        closed_from, reopens_on = day_in(row.get("closed_from")), day_in(row.get("reopens_on"))
        if closed_from and reopens_on:
            closures.setdefault(name, set()).add(Closure(closed_from, reopens_on))
    return {
        name: SchoolCalendar(name, tuple(sorted(days[name])), tuple(sorted(closures.get(name, ()), key=_closed_from)))
        for name in sorted(days)
    }


def _range(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    return date.fromisoformat(first), date.fromisoformat(last or first)


def _closed_from(closure: Closure) -> tuple[date, date]:
    return closure.closed_from, closure.reopens_on


class AreaFacts(Struct, frozen=True):
    """What all children of an area share, as at the last tick.

    Attributes:
        feeds: By source.
        bodies: By code; aliases are keys too.
        calendars: By institution; `*` stands for the area's own.
        modes: Rule id to off, shadow or live; a rule that is not here is in shadow.
        leading: Kind of event (snake case) to its one leading source, where the area named one.
    """

    area: str
    live_from: date | None = None
    feeds: dict[str, Feed] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    calendars: dict[str, SchoolCalendar] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    leading: dict[str, str] = field(default_factory=dict)
