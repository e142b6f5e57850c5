"""Other tables that would look the same: what proves that a count which is held back cannot be computed.

A *step* takes a case out of one part of a row and puts it into another (or it comes from nowhere, or goes). An *exchange*
is one step, or two in different rows, after which every shown sum of rows and of totals is what it was, and every hidden
one is still at least 1, as a reader expects who knows that zeros are shown; where zeros had to be held back too, it may
become one. Labels are bits: a sum is the bit of its label.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

TOTAL = -1
"""Stands for the row of totals."""

Cell = tuple[int, int]
"""Row and label."""

Step = tuple[int, int, int]
"""Row, and the labels that lose a case and that win one."""

Exchange = tuple[Step, ...]


class Exchanges:
    """The exchanges that are possible in a table with what is held back of it.

    Args:
        rows: Count of each part, row by row.
        masks: For each part the labels whose sum it is in.
        totals: Sum of each label over all rows, if totals are published; empty if they are not.
        hidden_totals: Labels whose total is held back.
    """

    def __init__(
        self, rows: Sequence[Sequence[int]], masks: Sequence[int], totals: Sequence[int] = (), hidden_totals: int = 0
    ) -> None:
        self.values = [[sum(n for n, m in zip(row, masks, strict=True) if m >> label & 1) for label in _labels(masks)]
                       for row in rows]  # fmt: skip
        self.hidden = [0] * len(rows)
        self._masks = (0, *masks)  # the first part is nowhere
        self._rows = [(1, *row) for row in rows]
        self._totals, self._hidden_totals = totals, hidden_totals
        self._fixed = ~hidden_totals if totals else 0
        self._large = [sum(1 << label for label, value in enumerate(values) if value > 1) for values in self.values]
        self._open = 0
        self._steps: list[list[Step]] = [[] for _ in rows]
        self._by_change: dict[tuple[int, int], dict[int, list[Step]]] = defaultdict(dict)
        for row in range(len(rows)):
            self._settle(row)

    def turn(self, cell: Cell) -> None:
        """Hold a sum back that was shown, or show it again."""
        row, label = cell
        self.hidden[row] ^= 1 << label
        self._settle(row)

    def open(self, labels: int) -> None:
        """Let sums of these labels be zero in an exchange: zeros of theirs are held back."""
        self._open |= labels
        for row in range(len(self._rows)):
            self._settle(row)

    def find(self, cell: Cell) -> Exchange | None:
        """Return an exchange that changes a sum; `None` if there is none."""
        row, label = cell
        for step in self._steps[row] if row != TOTAL else (s for steps in self._steps for s in steps):
            for exchange in self._with(step):
                if _change(exchange, label, row) and self._totals_allow(exchange):
                    return exchange
        return None

    def has_step(self, cell: Cell) -> bool:
        """Tell whether a sum could change as far as its own row goes."""
        row, label = cell
        return row == TOTAL or any(_change((step,), label, row) for step in self._steps[row])

    def _with(self, step: Step) -> Iterator[Exchange]:
        """Yield the exchanges that a step is part of."""
        row, losing, winning = step
        lost, won = losing & self._fixed, winning & self._fixed
        if not lost | won:
            yield (step,)
        for other, steps in self._by_change[won, lost].items():
            if other != row:
                yield from ((step, back) for back in steps)

    def _settle(self, row: int) -> None:
        for found in self._by_change.values():
            found.pop(row, None)
        self._steps[row] = list(self._possible(row))
        for step in self._steps[row]:
            change = step[1] & self._fixed, step[2] & self._fixed
            self._by_change[change].setdefault(row, []).append(step)

    def _possible(self, row: int) -> Iterator[Step]:
        shown, counts, allowed = ~self.hidden[row], self._rows[row], self._large[row] | self._open
        for here, out_of in enumerate(self._masks):
            for there, into in enumerate(self._masks):
                losing, winning = out_of & ~into, into & ~out_of
                is_seen = (losing | winning) & shown
                if here != there and counts[here] and not is_seen and not losing & ~allowed:
                    yield row, losing, winning

    def _totals_allow(self, exchange: Exchange) -> bool:
        return all(
            not self._hidden_totals >> label & 1 or total + _change(exchange, label, TOTAL) >= 1
            for label, total in enumerate(self._totals)
        )


def _labels(masks: Sequence[int]) -> range:
    return range(max(masks, default=0).bit_length())


def _change(exchange: Exchange, label: int, row: int) -> int:
    """Return by how much the sum of a row, or the total, is changed."""
    return sum((winning >> label & 1) - (losing >> label & 1) for at, losing, winning in exchange if row in (TOTAL, at))
