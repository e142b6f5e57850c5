"""What a step decided should become of the world: rows in our own terms. Adapters know SQL, effects do not."""

from typing import Any

from msgspec import Struct, field

Row = tuple[Any, ...]
Key = tuple[Any, ...]


class Output(Struct, frozen=True):
    """One record to publish: (topic, key) and its JSON body."""

    topic: str
    key: str
    id: str
    body: str


class Effects(Struct):
    """The writes of one transaction; the last word on a key wins.

    Attributes:
        rows: Table to key to the rest of the row; `None` removes the row.
        outputs: What is published after the commit, in order.
    """

    rows: dict[str, dict[Key, Row | None]] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)

    def put(self, table: str, key: Key, rest: Row = ()) -> None:
        """Write the row with that key."""
        self.rows.setdefault(table, {})[key] = rest

    def remove(self, table: str, key: Key) -> None:
        """Remove the row with that key."""
        self.rows.setdefault(table, {})[key] = None

    def is_empty(self) -> bool:
        """Tell whether there is nothing to write."""
        return not self.rows and not self.outputs
