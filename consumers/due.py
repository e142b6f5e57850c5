"""When a command's time has come: once all that was published for its area before it has been taken."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct

from consumers import inbox
from hub.ports import Store

Ends = Mapping[str, int]
"""By topic, the offset after the last record."""


class Patience(Struct, frozen=True):
    """How long commands wait for what was published before them.

    Attributes:
        tick_s: A tick; it waits for loads that are under way besides.
        command_s: Any other command.
    """

    tick_s: float = 1_800.0
    command_s: float = 60.0


class _Waiting(Struct):
    """A command that was seen and not taken.

    Attributes:
        since: On the monotonic clock.
        row: The last row of the area in intake's outbox when the command was seen.
        ends: How far the topics reached once that row was published; `None` until then.
    """

    since: float
    row: int
    ends: Ends | None = None


class Due:
    """Tells of each waiting command whether it may be taken."""

    def __init__(self, store: Store, patience: Patience) -> None:
        self._store, self._patience = store, patience
        self._waiting: dict[int, _Waiting] = {}

    async def may(self, row: dict[str, Any], next_: Ends, ends: Callable[[], Awaitable[Ends]]) -> bool:
        """Tell whether the command may be taken now.

        Args:
            row: The command's row of the inbox.
            next_: By topic, the first offset that was not taken.
            ends: Asks the broker how far the topics reach now.
        """
        waiting = self._waiting.setdefault(row["n"], self._seen(row["area"]))
        if waiting.ends is None and not self._unpublished(row["area"], waiting.row):
            waiting.ends = await ends()
        is_here = waiting.ends is not None and all(next_.get(topic, 0) >= end for topic, end in waiting.ends.items())
        is_tick = row["kind"] == "tick"
        patience = self._patience.tick_s if is_tick else self._patience.command_s
        is_due = is_here and (not is_tick or inbox.has_arrived(self._store, row["area"]))
        if is_due or time.monotonic() - waiting.since > patience:
            del self._waiting[row["n"]]
            return True
        return False

    def _seen(self, area: str) -> _Waiting:
        rows = self._store.select("SELECT max(n) AS n FROM outbox WHERE area = :area", area=area)
        return _Waiting(time.monotonic(), rows[0]["n"] or 0)

    def _unpublished(self, area: str, row: int) -> bool:
        sql = "SELECT n FROM outbox WHERE area = :area AND n <= :row LIMIT 1"
        return bool(row) and bool(self._store.select(sql, area=area, row=row))
