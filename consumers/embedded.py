"""The embedded host: intake's outbox and the inbox go straight to the area's worker. The reference semantics."""

from collections.abc import Callable
from typing import Any

from consumers import inbox
from hub.domain.errors import Unavailable
from hub.domain.identifiers import Keyed
from hub.domain.identity.model import Model
from hub.domain.instants import stamp
from hub.domain.rules import Rulebook
from hub.pipeline.area import AreaWorker
from hub.pipeline.journal import Input
from hub.ports import Now, Store, Unit

BATCH = 10_000
"""Inputs in one transaction: a child touched often in a backlog is assessed once."""

FIRST = frozenset({"agency.people", "identity.sealed"})
"""Topics whose events say who people are."""

Deliver = Callable[[AreaWorker, str], None]
"""Sends what a tick left pending and takes the reports in."""


class Embedded:
    """One process that is the worker of every area of its store."""

    def __init__(
        self, store: Store, keyed: Keyed, rulebook: Rulebook, model: Model, now: Now, deliver: Deliver | None = None
    ) -> None:
        self._store, self._keyed, self._rulebook, self._model, self._now = store, keyed, rulebook, model, now
        self._deliver = deliver
        self._workers: dict[str, AreaWorker] = {}

    def worker(self, area: str) -> AreaWorker:
        """Return the area's one worker."""
        if area not in self._workers:
            self._workers[area] = AreaWorker(self._store, area, self._keyed, self._rulebook, self._model)
        return self._workers[area]

    def drain(self, progress: Callable[[int], None] | None = None) -> int:
        """Take everything that intake left in the outbox and return how many inputs that was."""
        total = 0
        while block := self._store.select("SELECT * FROM outbox ORDER BY n LIMIT :size", size=BATCH):
            by_area: dict[str, list[dict[str, Any]]] = {}
            for row in sorted(block, key=_people_first):
                by_area.setdefault(row["area"], []).append(row)
            for area, rows in by_area.items():
                self._take(area, rows)
            total += len(block)
            if progress is not None:
                progress(len(block))
        return total

    def _take(self, area: str, rows: list[dict[str, Any]]) -> None:
        inputs = [Input(row["kind"], row["id"], row["body"], row["taken_at"] or "") for row in rows]
        numbers = [(row["n"],) for row in rows]

        def finish(unit: Unit) -> None:
            unit.remove("outbox", numbers)

        self.worker(area).take(inputs, stamp(self._now()), finish)

    def command(self, area: str, number: int) -> dict[str, Any]:
        """Take the area's waiting commands, and return the result of the one with that number."""
        self.drain()
        results: dict[int, dict[str, Any]] = {}
        for row in inbox.waiting(self._store, area):
            results[row["n"]] = inbox.take(self.worker(area), self._store, row, stamp(self._now()))
            if row["kind"] == "tick" and self._deliver is not None:
                self._send(area)
        self.drain()  # what the area handed over to others
        if number not in results:
            raise Unavailable("worker", 1.0, "the command is saved and being applied")
        return results[number]

    def _send(self, area: str) -> None:
        worker = self.worker(area)
        assert self._deliver is not None
        self._deliver(worker, worker.state.taken_at)


def _people_first(row: dict[str, Any]) -> bool:
    """Who people are comes before what is said of them, as on Kafka: it saves a provisional child and a move."""
    return row["topic"] not in FIRST
