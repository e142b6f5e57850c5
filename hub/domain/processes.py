"""Which process an event belongs to, over the whole set of a child's live events (events.md: matching)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct, structs

from hub.domain.calendar import DayOfYear
from hub.domain.facts import Fact
from hub.domain.rules import Start, Told
from hub.domain.seen import Hit, Seen, in_order

_DAY = timedelta(days=1)
UNCONFIRMED = frozenset({"deemed", "unknown"})
"""Bases of a date of receipt that nobody has confirmed."""


class Episode(Struct, frozen=True):
    """What one start, or several that say the same, began.

    Attributes:
        key: Names the process among those of the child; the source's own key unless it gave none.
        part: What tells it apart from others of the process, by the rule's `each`.
        until: Last day of the school year that it is about; `None` for others.
        slot: The slot that names the episode.
        started_on: Day 0.
        first: The fact that names it.
        behind: Ids of the facts that started it, the one that names it first.
        heard_at: When we first had its start, as it is told now, from somebody sure of the day; else when we had `first`.
    """

    key: str
    process: str
    slot: str
    started_on: date
    basis: str
    first: Fact
    behind: tuple[str, ...]
    heard_at: datetime
    body: str = ""
    advice_request: str = ""
    plan: str = ""
    part: str = ""
    until: date | None = None


def process_episodes(seen: Seen, starts: Sequence[Start], each: str = "") -> list[Episode]:
    """Return one episode per process, and per value of the field `each`: of several starts the earliest date counts."""
    by_process: dict[tuple[str, str], list[tuple[date, str, Fact, Start]]] = {}
    for start in starts:
        for day, slot, fact in seen.dated(start):
            key = fact.data.get("process") or f"\0{slot}"
            part = fact.data.get(each, "") if each else ""
            by_process.setdefault((key, part), []).append((day, slot, fact, start))
    return [_episode(key, found, part) for (key, part), found in by_process.items()]


def school_year_episodes(seen: Seen, starts: Sequence[Start], ends: Sequence[Told]) -> list[Episode]:
    """Return an episode per school year (1 September to 31 August) that a duty runs in, from its start to its end.

    A start within a year that one before it still covers begins nothing; after an end, a new school begins anew.
    """
    found = sorted(((*hit, start) for start in starts for hit in seen.dated(start)), key=lambda hit: in_order(hit[:3]))
    over = sorted(hit[0] for told in ends for hit in seen.dated(told))
    episodes: list[Episode] = []
    covered = date.min
    for day, slot, fact, start in found:
        end = next((one for one in over if one > day), date.max)
        first = max(day, covered + _DAY) if covered < date.max else date.max
        while first <= end and first < date.max and seen.has_come(first):
            until = DayOfYear(9, 1).next_due(first)
            whole = _episode(f"\0{slot}", [(first, slot, fact, start)])
            episodes.append(structs.replace(whole, until=until))
            covered = min(until, end)
            first = until + _DAY
    return episodes


def series_episodes(seen: Seen, starts: Sequence[Start]) -> list[Episode]:
    """Return one episode per process and date: every start begins a new period."""
    by_date: dict[tuple[str, date], list[tuple[date, str, Fact, Start]]] = {}
    for start in starts:
        for day, slot, fact in seen.dated(start):
            key = fact.data.get("process") or f"\0{slot}"
            by_date.setdefault((key, day), []).append((day, slot, fact, start))
    return [_episode(key, found) for (key, _), found in by_date.items()]


def _episode(key: str, found: list[tuple[date, str, Fact, Start]], part: str = "") -> Episode:
    if len(found) > 1:
        found.sort(key=lambda hit: in_order(hit[:3]))
    day, slot, fact, start = found[0]
    return Episode(
        key=key,
        process=fact.data.get("process", ""),
        slot=slot,
        started_on=day,
        basis=start.basis_of(fact),
        first=fact,
        behind=tuple(hit[2].event for hit in found),
        heard_at=min(hit[2].recorded_at for hit in found if hit[0] == day),
        plan=fact.data.get("plan", ""),
        part=part,
    )


_NOTHING_TOLD: tuple[dict[str, list[Hit]], list[Hit]] = ({}, [])


class Started:
    """The processes that some starts began, and the events that say that they are in one, or below it.

    Args:
        kinds: Kinds of process whose events may count where they do not say where they belong.
    """

    def __init__(self, seen: Seen, episodes: Sequence[Episode], kinds: Sequence[str]) -> None:
        self._seen, self._kinds = seen, kinds
        self.on: dict[str, date] = {}
        for episode in episodes:
            known = self.on.get(episode.key)
            if known is None or episode.started_on < known:
                self.on[episode.key] = episode.started_on
        self._own_kinds = {episode.first.data.get("process_kind", "") for episode in episodes}
        self._sources = {episode.first.source for episode in episodes if episode.process}
        self.plans = {episode.key: episode.plan for episode in episodes}
        self.at = {(episode.key, episode.first.data.get("institution", "")) for episode in episodes}
        self._told: dict[int, tuple[dict[str, list[Hit]], list[Hit]]] = {}

    def told(self, told: Told) -> tuple[dict[str, list[Hit]], list[Hit]]:
        """Return the events of a kind by their process, earliest first, and those that do not say where they belong."""
        if told.event not in self._seen.by_type:
            return _NOTHING_TOLD
        found = self._told.get(id(told))
        if found is None:
            named: dict[str, list[Hit]] = {}
            loose: list[Hit] = []
            for hit in self._seen.dated(told):
                if key := self._named(hit[2]):
                    named.setdefault(key, []).append(hit)
                elif self._is_loose(hit[2]):
                    loose.append(hit)
            found = self._told[id(told)] = (named, loose)
        return found

    def _named(self, fact: Fact) -> str:
        """Return the started process that the event is in, or below; empty if none."""
        process: str = fact.data.get("process", "")
        for _ in range(9):  # a chain of parents is short; a ring of them must end too
            if not process or process in self.on:
                return process
            process = self._seen.under.get(process, "")
        return ""

    def _is_loose(self, fact: Fact) -> bool:
        data = fact.data
        kind = data.get("process_kind", "")
        if (kind and kind not in self._kinds) or data.get("under"):
            return False
        # Another system has keys of its own; the system that told the start would have used the same one in a process
        # of the same kind.
        is_same = fact.source in self._sources and (not kind or kind in self._own_kinds)
        return not data.get("process") or not is_same


class Processes:
    """Which of the started processes an event belongs to, for one rule.

    Args:
        closing: Events after which a process is no longer open to events that do not say where they belong.
        others: Further events to place.
    """

    def __init__(self, started: Started, closing: Sequence[Told], others: Sequence[Told] = ()) -> None:
        self._started = started
        self._fitted: dict[tuple[int, str], list[Hit]] = {}
        loose = [(*hit, told) for tells in (closing, others) for told in tells for hit in started.told(told)[1]]
        if loose:
            self._fit(loose, closing)

    def of(self, told: Told, key: str) -> list[Hit]:
        """Return the events of a kind that belong to a process, earliest first."""
        named = self._started.told(told)[0].get(key)
        fitted = self._fitted.get((id(told), key)) if self._fitted else None
        if fitted is None:
            return named or []
        return sorted([*(named or ()), *fitted], key=in_order)

    def _fit(self, loose: list[tuple[date, str, Fact, Told]], closing: Sequence[Told]) -> None:
        closed: dict[str, date] = {}
        for told in closing:
            for key, hits in self._started.told(told)[0].items():
                after = (day for day, _, _ in hits if day >= self._started.on[key])
                closed[key] = min(next(after, date.max), closed.get(key, date.max))
        for day, slot, fact, told in sorted(loose, key=lambda hit: in_order(hit[:3])):
            fitting = [key for key, start in self._started.on.items() if start <= day <= closed.get(key, date.max)]
            if plan := fact.data.get("plan"):
                fitting = [key for key in fitting if self._started.plans[key] in ("", plan)]
            if len(fitting) > 1 and (institution := fact.data.get("institution")):
                fitting = [key for key in fitting if (key, institution) in self._started.at]
            if len(fitting) == 1:
                self._fitted.setdefault((id(told), fitting[0]), []).append((day, slot, fact))
                if told in closing:
                    closed[fitting[0]] = min(day, closed.get(fitting[0], date.max))
