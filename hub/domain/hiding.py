"""Which counts of a table are held back: the small ones, and further ones until nothing small can be computed."""

from collections.abc import Iterable, Mapping

from hub.domain.exchange import TOTAL, Cell, Exchange, Exchanges

Shown = dict[str, int | None]
"""Sums by name; `None` is held back."""


class Hiding:
    """A table from which counts are held back.

    Args:
        fixed: Totals and which of them are shown; `None` for a table without any.
    """

    def __init__(
        self, table: Mapping[str, Mapping[str, int]], sums: Mapping[str, frozenset[str]], fixed: Shown | None = None
    ) -> None:
        self._names, parts = list(sums), sorted(frozenset().union(*sums.values()))
        masks = [sum(1 << n for n, name in enumerate(self._names) if part in sums[name]) for part in parts]
        rows = [[row.get(part, 0) for part in parts] for row in table.values()]
        totals = [sum(row.get(part, 0) for row in table.values() for part in sums[name]) for name in sums]
        unshown = [n for n, name in enumerate(sums) if fixed and fixed[name] is None]
        hidden_totals = sum(1 << n for n in unshown)
        self._waiting: list[Cell] = [(TOTAL, n) for n in unshown]
        self._masks, self._shown_totals = masks, ~hidden_totals
        self._exchanges = Exchanges(rows, masks, totals if fixed else (), hidden_totals)
        self._proofs: dict[Cell, Exchange] = {}
        self._opened, self._totals = 0, totals

    def shown(self, row: int) -> Shown:
        """Return the sums of one row, in order."""
        hidden, values = self._exchanges.hidden[row], self._exchanges.values[row]
        return {name: None if hidden >> n & 1 else values[n] for n, name in enumerate(self._names)}

    def protect(self, threshold: int) -> None:
        """Hold back what must be."""
        small = [cell for cell in self._cells() if 0 < self._value(cell) < threshold]
        for cell in small:
            self._exchanges.turn(cell)
        waiting, more, is_proved = [*self._waiting, *small], [], True
        while waiting:
            cell = waiting.pop()
            proof = self._exchanges.find(cell)
            if proof is not None:
                self._proofs[cell] = proof
            elif (helping := self._next(cell)) is not None:
                self._exchanges.turn(helping)
                waiting += [cell, helping]
                more.append(helping)
            elif (zeros := self._zeros(cell)) is not None:
                waiting += [cell, *zeros]
            else:
                is_proved = False  # all that hangs together with it is held back, zeros included: no more can be
        if is_proved:
            self._show_again(more)

    def _zeros(self, cell: Cell) -> list[Cell] | None:
        """Hold zeros back as well, of all that hangs together with a sum, and return them; `None` if that was done."""
        labels = self._near(cell) & ~self._opened
        if not labels:
            return None
        self._opened |= labels
        zeros = [c for c in self._cells() if labels >> c[1] & 1 and self._totals[c[1]] and not self._is_hidden(c)]
        for zero in zeros:
            self._exchanges.turn(zero)
        self._exchanges.open(labels)
        return zeros

    def _show_again(self, cells: list[Cell]) -> None:
        """Show sums after all, the largest first, where what is held back can be proved without them.

        Sums of a row that are equal are tried together, else with others of the row: often one gives the other away.
        """
        alike: dict[tuple[int, int], list[Cell]] = {}
        for cell in sorted(cells, key=self._value, reverse=True):
            if not self._opened >> cell[1] & 1:
                alike.setdefault((cell[0], self._value(cell)), []).append(cell)
        for (row, _), group in alike.items():
            together = (other for (at, _), other in alike.items() if at == row and other != group)
            if self._is_hidden(group[0]) and not self._can_show(group):
                any(self._can_show(group + other) for other in together if self._is_hidden(other[0]))

    def _can_show(self, cells: list[Cell]) -> bool:
        for cell in cells:
            self._exchanges.turn(cell)
        row, labels = cells[0][0], sum(1 << label for _, label in cells)
        anew: dict[Cell, Exchange] = {}
        for other, proof in self._proofs.items():
            if other not in cells and any(at == row and (lost | won) & labels for at, lost, won in proof):
                found = self._exchanges.find(other)
                if found is None:
                    for cell in cells:
                        self._exchanges.turn(cell)
                    return False
                anew[other] = found
        for cell in cells:
            del self._proofs[cell]
        self._proofs |= anew
        return True

    def _next(self, cell: Cell) -> Cell | None:
        """Return the smallest sum that may help to protect one: in its row while it is bound there, else beside it."""
        row, label = cell
        free = [c for c in self._cells() if not self._is_hidden(c) and self._value(c) > 0]
        labels = self._near(cell)
        beside = [c for c in free if c[0] == row and labels >> c[1] & 1]
        alike = [c for c in free if c[0] != row and c[1] == label]
        others = [c for c in free if c[0] != row and labels >> c[1] & 1]
        first = (alike, beside) if self._exchanges.has_step(cell) else (beside, alike)
        found = next((candidates for candidates in (*first, others) if candidates), None)
        return min(found, key=self._value) if found else None

    def _near(self, cell: Cell) -> int:
        """Return the labels that share a part with a sum, or with a shown sum that shares one with it."""
        row, label = cell
        shown = self._shown_totals if row == TOTAL else ~self._exchanges.hidden[row]
        own = _union(mask for mask in self._masks if mask >> label & 1)
        return own | _union(mask for mask in self._masks if mask & own & shown)

    def _cells(self) -> list[Cell]:
        return [(row, label) for row in range(len(self._exchanges.hidden)) for label in range(len(self._names))]

    def _is_hidden(self, cell: Cell) -> bool:
        return bool(self._exchanges.hidden[cell[0]] >> cell[1] & 1)

    def _value(self, cell: Cell) -> int:
        return self._exchanges.values[cell[0]][cell[1]]


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
