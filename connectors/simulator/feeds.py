"""What each source hands over and when; and therefore when a recorded fact is first told."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from connectors.simulator.weeks import DAY, HISTORY_FROM, LIVE_FROM, MONDAYS, SILENT_FROM

HELD_ON = date(2026, 3, 2)
MENDED_ON = date(2026, 3, 9)
OLD_EXTRACT_OF = date(2026, 3, 16)
OLD_READ_ON = date(2026, 4, 20)
NEXT_YEAR_ON = date(2026, 5, 4)
HALF_LOG_ON = date(2026, 3, 16)
ZIPPED_ON = date(2026, 2, 9)
TWICE_ON = date(2026, 2, 16)


class Load(Struct, frozen=True):
    """One extract as it is read.

    Attributes:
        on: The Monday on which it is read.
        made_on: The Monday whose night it was made in: it holds what was recorded up to the day before.
        since: Changes recorded after this day are in it; `None` for a full extract.
        covers: First and last day that a full extract speaks for.
        leaves_out_closed: Cases closed before this year are not in it.
        planted: half_written, old, twice, zipped or empty.
    """

    on: date
    made_on: date
    name: str
    since: date | None = None
    covers: tuple[date, date] | None = None
    leaves_out_closed: bool = False
    planted: str = ""

    @property
    def is_told(self) -> bool:
        """Tell whether what it holds is news to the hub: not when it is held or older than what was read."""
        return self.planted not in ("half_written", "old")

    @property
    def complete_to(self) -> date:
        """Return the last day it holds everything of."""
        return self.made_on - DAY


class Feed:
    """One source and its loads in order."""

    def __init__(self, source: str, connector: str, agency: str, areas: Sequence[str], loads: Sequence[Load]) -> None:
        self.source, self.connector, self.agency, self.areas = source, connector, agency, tuple(areas)
        self.loads = tuple(loads)
        self._heard = [load for load in loads if load.is_told]
        self._made = [load.made_on for load in self._heard]
        self._fulls = [load for load in self._heard if load.since is None]
        self._carriers: dict[date, tuple[int, ...]] = {}

    def told_on(self, recorded_on: date) -> date | None:
        """Return the day on which the hub first hears what was recorded on that day; `None` if it never does."""
        at = bisect_right(self._made, recorded_on)
        return self._heard[at].on if at < len(self._heard) else None

    def told_gone_on(self, deleted_on: date) -> date | None:
        """Return the day on which the hub learns that a row was deleted: only a full extract can say so."""
        return next((load.on for load in self._fulls if load.made_on > deleted_on), None)

    def carriers(self, recorded_on: date) -> tuple[int, ...]:
        """Return the places of the loads that hold a row recorded on that day and never changed."""
        found = self._carriers.get(recorded_on)
        if found is None:
            found = tuple(
                at
                for at, load in enumerate(self.loads)
                if recorded_on < load.made_on and (load.since is None or recorded_on > load.since)
            )
            self._carriers[recorded_on] = found
        return found

    def holds(self, days: Sequence[date]) -> list[tuple[int, int]]:
        """Return (place of the load, place of the version) for a row that changed on those days."""
        if len(days) == 1:
            return [(at, 0) for at in self.carriers(days[0])]
        found = []
        for at, load in enumerate(self.loads):
            version = bisect_right(days, load.complete_to) - 1
            if version >= 0 and (load.since is None or days[version] > load.since):
                found.append((at, version))
        return found

    def completeness(self) -> list[tuple[date, date]]:
        """Return (day, complete to) each time it moved."""
        moved: list[tuple[date, date]] = []
        for load in self._heard:
            if not moved or load.complete_to > moved[-1][1]:
                moved.append((load.on, load.complete_to))
        return moved


def casework(area: str, place: int) -> Feed:
    """Return the feed of a council's casework. The first area has the odd loads, the second falls silent."""
    loads = [Load(LIVE_FROM, LIVE_FROM, f"{LIVE_FROM}", covers=(HISTORY_FROM, LIVE_FROM - DAY))]
    for monday in MONDAYS[1:]:
        if place == 1 and monday > SILENT_FROM:
            break
        since = next(load.complete_to for load in reversed(loads) if load.is_told)
        loads.extend(_casework_loads(monday, since, place))
    return Feed(f"casework-{area.lower()}", "ehc_casework", area, (area,), loads)


def _casework_loads(monday: date, since: date, place: int) -> list[Load]:
    whole = (HISTORY_FROM, monday - DAY)
    if monday == NEXT_YEAR_ON:
        year = (date(2026, 1, 1), date(2026, 12, 31))
        return [Load(monday, monday, f"{monday}-full", covers=year, leaves_out_closed=True)]
    if place == 0 and monday == HELD_ON:
        return [Load(monday, monday, f"{monday}-full", covers=whole, planted="half_written")]
    if place == 0 and monday == MENDED_ON:
        return [Load(monday, monday, f"{monday}-full", covers=whole)]
    changes = Load(monday, monday, f"{monday}", since=since)
    if place == 0 and monday == OLD_READ_ON:
        old = OLD_EXTRACT_OF
        return [changes, Load(monday, old, f"{old}-found-later", covers=(HISTORY_FROM, old - DAY), planted="old")]
    if place == 1 and monday == TWICE_ON:
        return [Load(monday, monday, f"{monday}", since=since, planted="twice")]
    return [changes]


def weekly(source: str, connector: str, agency: str, areas: Sequence[str], *, has_odd_loads: bool = False) -> Feed:
    """Return a feed that tells everything on the first Monday and then each week what changed."""
    loads: list[Load] = []
    since = date.min
    for monday in MONDAYS:
        planted = {HALF_LOG_ON: "half_written", ZIPPED_ON: "zipped"}.get(monday, "") if has_odd_loads else ""
        loads.append(Load(monday, monday, f"{monday}", since=since, planted=planted))
        if planted != "half_written":  # what was held comes again the week after, then whole
            since = monday - DAY
    return Feed(source, connector, agency, areas, loads)


def monthly(source: str, connector: str, agency: str, areas: Sequence[str]) -> Feed:
    """Return a feed that tells everything on the first Monday of each month."""
    firsts = [monday for monday in MONDAYS if monday.day <= 7]
    loads = [Load(monday, monday, f"{monday}", covers=(date(2025, 4, 1), monday - DAY)) for monday in firsts]
    return Feed(source, connector, agency, areas, loads)
