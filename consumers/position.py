"""How far one partition number was taken, and by whom: the row that makes two workers of one area impossible.

Kafka's assignment is advice. What counts is this row: whoever takes a partition over raises the epoch in it, and every
transaction of every area in the partition first finds the row as it left it. A worker that was frozen, cut off or
slow meets a `Conflict` at its next write and has written nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct, field

from hub.domain.errors import Conflict
from hub.ports import Store, Unit


class Taken(Struct, frozen=True):
    """What the row says.

    Attributes:
        epoch: Counts the takings-over.
        next: By topic, the first offset that was not taken.
    """

    epoch: int = 0
    owner: str = ""
    next: dict[str, int] = field(default_factory=dict)


class Position:
    """The row of one partition number, as this worker last left it."""

    def __init__(self, store: Store, number: int, owner: str) -> None:
        """Take the partition over.

        Raises:
            Conflict: Another worker was faster.
        """
        self._number = number
        with store.begin() as unit:
            sql = 'INSERT INTO position ("partition", offsets) VALUES (:p, :new) ON CONFLICT DO NOTHING'
            unit.execute(sql, p=number, new=_text(Taken()))
            self._held = unit.select('SELECT offsets FROM position WHERE "partition" = :p', p=number)[0]["offsets"]
            old = msgspec.json.decode(self._held, type=Taken)
            mine = Taken(old.epoch + 1, owner, old.next)
            self._replace(unit, _text(mine))
        self._held, self.taken = _text(mine), mine

    def guard(self, unit: Unit) -> None:
        """Lock the row; raise `Conflict` if it is no longer as we left it."""
        self._replace(unit, self._held)

    def advance(self, unit: Unit, offsets: dict[str, int]) -> Callable[[], None]:
        """Write how far we are; call what is returned once the transaction is committed."""
        new = msgspec.structs.replace(self.taken, next=self.taken.next | offsets)
        self._replace(unit, _text(new))

        def committed() -> None:
            self._held, self.taken = _text(new), new

        return committed

    def _replace(self, unit: Unit, new: str) -> None:
        sql = 'UPDATE position SET offsets = :new WHERE "partition" = :p AND offsets = :old'
        if unit.execute(sql, new=new, p=self._number, old=self._held) != 1:
            raise Conflict(f"partition {self._number}", "another worker has taken it over")


class Guarded:
    """A store in which a transaction begins only while the position is ours."""

    def __init__(self, store: Store, position: Position, beat: Callable[[], None]) -> None:
        """Guard the store; `beat` is called at every transaction, so that somebody can see progress."""
        self._store, self._position, self._beat = store, position, beat

    def select(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Return rows of a query; reading needs no guard, for what is decided on it is guarded."""
        return self._store.select(sql, **parameters)

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        """Open a transaction that holds the position's row."""
        self._beat()
        with self._store.begin() as unit:
            self._position.guard(unit)
            yield unit


def _text(taken: Taken) -> str:
    return msgspec.json.encode(taken, order="sorted").decode()
