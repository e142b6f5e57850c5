"""The journal folded again: `hub rebuild`, and what was known at an earlier instant."""

from collections.abc import Iterator
from datetime import date, datetime

from hub.domain.identifiers import Keyed
from hub.domain.identity.model import Model
from hub.domain.instants import end_of, stamp
from hub.domain.rules import Rulebook
from hub.pipeline.area import AreaWorker
from hub.pipeline.journal import Entry, entry
from hub.ports import Reader, Store

CHUNK = 20_000


def areas(reader: Reader) -> list[str]:
    """Return every area that has a journal, in order."""
    return sorted(row["area"] for row in reader.select("SELECT DISTINCT area FROM journal"))


def entries(reader: Reader, area: str, after: int = 0, before: str = "") -> Iterator[Entry]:
    """Yield the journal's entries from the one after number `after`, up to the last taken before the instant `before`."""
    until = " AND taken_at < :before" if before else ""
    sql = f"SELECT * FROM journal WHERE area = :area AND seq > :after{until} ORDER BY seq LIMIT {CHUNK}"
    while True:
        limits = {"before": before} if before else {}
        rows = reader.select(sql, area=area, after=after, **limits)
        for row in rows:
            yield entry(row)
        if len(rows) < CHUNK:
            return
        after = rows[-1]["seq"]


def rebuild(source: Reader, target: Store, keyed: Keyed, rulebook: Rulebook, model: Model) -> None:
    """Fold every journal of one store into the fresh tables of another; decides nothing, sends nothing."""
    for area in areas(source):
        worker = AreaWorker(target, area, keyed, rulebook, model)
        worker.replay(entries(source, area))
        worker.judge_all()


class History:
    """One area as it was known, going forward in time; `store` holds its tables at the last date asked for."""

    def __init__(self, source: Reader, store: Store, area: str, keyed: Keyed, rulebook: Rulebook, model: Model) -> None:
        self._source, self.store, self._area = source, store, area
        self._worker = AreaWorker(store, area, keyed, rulebook, model)
        self._after = 0

    def known(self, at: datetime | None) -> None:
        """Fold on to the last entry taken before `at` (all of them if `None`); never back."""
        new = list(entries(self._source, self._area, self._after, stamp(at) if at else ""))
        if new:
            self._after = new[-1].seq
            self._worker.replay(new)

    def true_on(self, day: date) -> None:
        """Judge every child as at the day, by what is known by now in this history."""
        state = self._worker.state
        state.share(state.facts_now())
        state.tick_on = day
        self._worker.judge_all()


def as_known(known_on: date | None) -> datetime | None:
    """Return the instant before which entries count as known on a day: the end of it in Europe/London."""
    return end_of(known_on) if known_on else None
