"""What the area's sources have sent, as part of its fold: its feeds, and how much of each load has arrived.

A feed is complete to a day only when every event that the load's end counted is in the journal (invariant 4).
"""

from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.effects import Effects
from hub.domain.facts import Feed
from hub.domain.instants import day_in, instant
from hub.pipeline.journal import encode
from hub.pipeline.telling import local_day


class Progress(Struct):
    """How much of a load has arrived in the journal."""

    expected: int | None = None
    arrived: int = 0
    complete_to: str | None = None
    ended_at: str = ""

    def is_whole(self) -> bool:
        """Tell whether every event that LoadEnded counted is here."""
        return self.expected is not None and self.arrived >= self.expected


class Feeds:
    """All that one area knows of its sources.

    Attributes:
        by_source: The feeds.
        progress: By source and load.
    """

    def __init__(self, area: str) -> None:
        self.area = area
        self.by_source: dict[str, Feed] = {}
        self.progress: dict[tuple[str, str], Progress] = {}
        self._unwritten: set[tuple[str, str]] = set()

    def arrive(self, source: str, load: str, taken_at: str, effects: Effects) -> None:
        """Count one event of a load; the count is written at the end of the batch."""
        progress = self.progress.setdefault((source, load), Progress())
        progress.arrived += 1
        self._unwritten.add((source, load))
        if progress.expected is not None and progress.arrived == progress.expected:
            self._advance(source, load, taken_at, effects)

    def flush(self, effects: Effects) -> None:
        """Write the counts that are kept back until the end of a batch."""
        for source, load in sorted(self._unwritten):
            self._show_progress(source, load, effects)
        self._unwritten.clear()

    def load_started(self, data: dict[str, Any], effects: Effects) -> None:
        """Take in that a load has begun."""
        self.progress.setdefault((data["source"], data["load"]), Progress())
        self._meet(data, effects)
        self._show_progress(data["source"], data["load"], effects)

    def load_ended(self, data: dict[str, Any], taken_at: str, effects: Effects) -> None:
        """Take in that a load is over, and how many events it had."""
        self._meet(data, effects)
        progress = self.progress.setdefault((data["source"], data["load"]), Progress())
        progress.expected = sum(data["topics"].values())
        progress.complete_to = data["complete_to"]
        progress.ended_at = data["recorded_at"]
        self._advance(data["source"], data["load"], taken_at, effects)

    def _meet(self, data: dict[str, Any], effects: Effects) -> None:
        if data["source"] not in self.by_source:
            self.by_source[data["source"]] = Feed(data["source"], data["connector"], data["agency"])
            self._show_feed(data["source"], effects)

    def _advance(self, source: str, load: str, taken_at: str, effects: Effects) -> None:
        progress = self.progress[source, load]
        if progress.is_whole():
            feed = self.by_source[source]
            complete = day_in(progress.complete_to)
            days = [day for day in (feed.complete_to, complete) if day]
            at = instant(progress.ended_at)
            best = max(days) if days else None
            grown = best is not None and best != feed.complete_to
            self.by_source[source] = msgspec.structs.replace(
                feed, complete_to=best, last_load_at=max(at, feed.last_load_at) if feed.last_load_at else at,
                completed=(*feed.completed, (local_day(taken_at), best)) if grown and best else feed.completed,
            )  # fmt: skip
            self._show_feed(source, effects)
        self._show_progress(source, load, effects)

    def _show_feed(self, source: str, effects: Effects) -> None:
        feed = self.by_source[source]
        to = feed.complete_to.isoformat() if feed.complete_to else None
        at = feed.last_load_at.isoformat() if feed.last_load_at else None
        effects.put("feed", (self.area, source), (feed.connector, feed.agency, to, at, encode(feed.completed)))

    def _show_progress(self, source: str, load: str, effects: Effects) -> None:
        p = self.progress[source, load]
        effects.put("load_progress", (self.area, source, load), (p.expected, p.arrived, p.complete_to, p.ended_at))
