"""Compare what a plan promises with what was recorded as delivered, by line and school week.

No law sets how many missed sessions are too many: what is reported as a shortfall is local policy (law.md 1E).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from hub.domain.calendar import monday_of, school_weeks, week_of
from hub.domain.facts import AreaFacts, Feed
from hub.domain.obligation import ProvisionWeek, Shortfall
from hub.domain.promise import Version, ends, lines, plans, promised
from hub.domain.rules import ProvisionPolicy
from hub.domain.seen import Seen
from hub.domain.sessions import Sessions, Week

REPORTING = frozenset({"provision_log", "fhir"})
"""Connectors whose sources report a line by telling of its sessions, where the line names nobody."""

_DAY = timedelta(days=1)
_TO_FRIDAY = timedelta(days=4)
_TO_SUNDAY = timedelta(days=6)
_LAST_DAY = date.max - timedelta(days=7)

_Judged = list[tuple[ProvisionWeek, list[Week]]]
"""Weeks of a line that were judged, and what was recorded in each."""


class KeptVersion(Struct, frozen=True):
    """The weeks of one version of a line that were judged, by which sources, and the last of them with their sessions."""

    over: int
    sources: tuple[str, ...]
    weeks: tuple[ProvisionWeek, ...]
    last: tuple[tuple[ProvisionWeek, list[Week]], ...]


_NONE_KEPT = KeptVersion(0, (), (), ())


class Kept(Struct, frozen=True):
    """What an earlier judgement found and a later one need not find again, as long as no fact of those weeks changed.

    Attributes:
        since: Monday of the first week that was not judged yet.
        versions: By line and position of its version.
        reported: (line, source) of the sessions seen.
    """

    since: date
    versions: dict[tuple[str, int], KeptVersion]
    reported: frozenset[tuple[str, str]]


class Provision(Struct, frozen=True):
    """What is known of all lines of a child, and the next date on which there is more to say."""

    weeks: tuple[ProvisionWeek, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    wake: date | None = None
    kept: Kept | None = None


def judge_provision(
    child: str, area: AreaFacts, seen: Seen, policy: ProvisionPolicy, kept: Kept | None = None
) -> Provision:
    """Return every complete week of every line, and the lines that fall short over the policy's window.

    A line is judged where it is quantified, in force from Monday to Friday, and reported by a source: the one it names,
    or one of a reporting connector that has told of its sessions. A week counts once it is over and the source is
    complete to its Sunday; a week that nobody can report on is `not_reported` and never part of a shortfall.

    Args:
        kept: Of an earlier judgement; since then no date went back, the area's facts but its feeds are the same, and the
            only new facts are sessions from `kept.since` on that make up for none.
    """
    if "provision_specified" not in seen.by_type:
        return Provision()
    ledger = _Ledger(child, area, seen, policy, kept)
    try:
        for line in sorted(ledger.lines):
            ledger.judge(line)
    except _OtherSources:
        return judge_provision(child, area, seen, policy)
    return Provision(tuple(ledger.weeks), tuple(ledger.shortfalls), ledger.wake, ledger.keep())


class _OtherSources(Exception):
    """Another source reports a line than when it was judged: nothing that was kept holds."""


class _Ledger:
    """The lines of one child, the sessions recorded for them, and what follows."""

    def __init__(self, child: str, area: AreaFacts, seen: Seen, policy: ProvisionPolicy, kept: Kept | None) -> None:
        self.child, self.area, self.seen, self.policy = child, area, seen, policy
        self._kept = kept.versions if kept else {}
        self._keeping: dict[tuple[str, int], KeptVersion] = {}
        self._next = _LAST_DAY
        self.weeks: list[ProvisionWeek] = []
        self.shortfalls: list[Shortfall] = []
        self.wake: date | None = None
        self.lines = lines(seen, ends(seen, area.area))
        self._plans = plans(seen)
        self._sessions = Sessions(seen, self.lines, kept.since if kept else date.min)
        self._reported = self._sessions.weeks.keys() | (kept.reported if kept else frozenset())

    def keep(self) -> Kept | None:
        """Return what a later judgement may keep; nothing where sessions are already told that lie ahead."""
        return None if self._sessions.later else Kept(self._next, self._keeping, frozenset(self._reported))

    def judge(self, line: str) -> None:
        """Add the line's weeks, its shortfall, and the next day on which there is more to say."""
        judged: _Judged = []
        on = self.seen.on
        for position, version in enumerate(self.lines[line]):
            judged += self._judge_weeks(line, version, position)
        for version in self.lines[line] if judged else ():
            # A shortfall is shown while the line is in force: it may come and go with that.
            if version.since > on:
                self._wake_on(version.since)
            elif on <= version.until:
                self._add_shortfall(version, judged[-self.policy.window_weeks :])

    def _judge_weeks(self, line: str, version: Version, position: int) -> _Judged:
        data = version.fact.data
        quantity = promised(data)
        reporters = self._reporters(line, version)
        is_judged = quantity is not None and bool(reporters)
        complete_to = max((feed.complete_to or date.min for feed in reporters), default=date.max)
        numbers = self._school_weeks(version)
        over = bisect_right(numbers, week_of(min(self.seen.on, complete_to) + _DAY) - 1) if numbers else 0
        if over < len(numbers):
            monday = monday_of(numbers[over])
            self._next = min(self._next, monday)
            if (sunday := monday + _TO_SUNDAY) <= complete_to:
                self._wake_on(sunday)
        sources = tuple(feed.source for feed in reporters)
        before = self._kept.get((line, position), _NONE_KEPT)
        if before is not _NONE_KEPT and (before.sources != sources or before.over > over):
            raise _OtherSources
        recorded = [by_week for feed in reporters if (by_week := self._sessions.weeks.get((line, feed.source)))]
        in_minutes = data.get("unit") == "minutes"
        rows, judged = [], list(before.last)
        for number in numbers[before.over : over]:
            found = [week for by_week in recorded if (week := by_week.get(number)) is not None]
            row = self._row(line, number, quantity or 0.0, found, in_minutes, is_judged)
            rows.append(row)
            if is_judged:
                judged.append((row, found))
        weeks = (*before.weeks, *rows)
        self.weeks += weeks
        last = tuple(judged[-self.policy.window_weeks :])
        self._keeping[line, position] = KeptVersion(over, sources, weeks, last)
        return judged

    def _reporters(self, line: str, version: Version) -> list[Feed]:
        named = self.area.feeds.get(version.fact.data.get("reported_by", ""))
        if named is not None:
            return [named]
        found = []
        for source, feed in self.area.feeds.items():
            if feed.connector in REPORTING:
                if (line, source) in self._reported:
                    found.append(feed)
                elif (line, source) in self._sessions.later:
                    self._wake_on(self._sessions.later[line, source])
        return found

    def _school_weeks(self, version: Version) -> Sequence[int]:
        """Return the weeks in which a version is in force, by the calendar of the school that the plan then named."""
        until = version.until
        if not version.is_continued and until < date.max:
            until -= _TO_FRIDAY
        first, last = week_of(min(version.since, _LAST_DAY) + _TO_SUNDAY), week_of(min(until, _LAST_DAY))
        if version.is_all_year:
            return range(first, last + 1)
        numbers: list[int] = []
        for position, (named_in, institution) in enumerate(self._plans):
            lo = max(first, named_in)
            hi = min(last, self._plans[position + 1][0] - 1 if position + 1 < len(self._plans) else last)
            calendar = self.area.calendars.get(institution) or self.area.calendars.get("*")
            if calendar is not None and lo <= hi:
                known = school_weeks(calendar)
                numbers += known[bisect_left(known, lo) : bisect_right(known, hi)]
        return numbers

    def _row(
        self, line: str, number: int, quantity: float, found: list[Week], in_minutes: bool, is_judged: bool
    ) -> ProvisionWeek:
        delivered = by_provider = by_child = 0.0
        for week in found:
            delivered += week.delivered_minutes if in_minutes else week.delivered
            by_provider += week.by_provider_minutes if in_minutes else week.by_provider
            by_child += week.by_child_minutes if in_minutes else week.by_child
        return ProvisionWeek(
            child=self.child,
            line=line,
            period=monday_of(number),
            promised=quantity,
            delivered=delivered,
            missed_by_provider=by_provider,
            missed_by_child=by_child,
            not_reported=max(0.0, round(quantity - delivered - by_provider - by_child, 3)),
            state="judged" if is_judged else "not_reported",
        )

    def _add_shortfall(self, version: Version, window: _Judged) -> None:
        quantity = sum(row.promised for row, _ in window)
        by_provider = sum(row.missed_by_provider for row, _ in window)
        sessions = sum(week.by_provider for _, found in window for week in found)
        if sessions < self.policy.min_sessions or by_provider < self.policy.min_share * quantity or not quantity:
            return
        reasons: dict[str, int] = {}
        for week in (week for _, found in window for week in found):
            for code, count in (week.reasons or {}).items():
                reasons[code] = reasons.get(code, 0) + count
        data = version.fact.data
        self.shortfalls.append(
            Shortfall(
                child=self.child,
                line=window[0][0].line,
                section=data.get("section", ""),
                kind=data.get("kind", ""),
                since=window[0][0].period,
                until=window[-1][0].period + _TO_SUNDAY,
                promised=round(quantity, 3),
                delivered=sum(row.delivered for row, _ in window),
                missed_by_provider=by_provider,
                missed_by_child=sum(row.missed_by_child for row, _ in window),
                not_reported=round(sum(row.not_reported for row, _ in window), 3),
                body=data.get("delivered_by", ""),
                because_counts=tuple((code, float(count)) for code, count in sorted(reasons.items())),
            )
        )
        if version.until < date.max:
            self._wake_on(version.until + _DAY)

    def _wake_on(self, day: date) -> None:
        if self.wake is None or day < self.wake:
            self.wake = day
