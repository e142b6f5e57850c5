"""Nothing that is held back can be computed from what is shown."""

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.disclose import Disclosed, disclose

Table = dict[str, dict[str, int]]
Sums = dict[str, frozenset[str]]

PLAIN: Sums = {
    "in_time": frozenset({"in"}), "late": frozenset({"late"}), "all": frozenset({"in", "late"}),
    "not_known": frozenset({"unknown"}),
}  # fmt: skip
BOTH: Sums = {
    "in": frozenset({"in"}), "late": frozenset({"late"}), "all": frozenset({"in", "late"}),
    "in_e": frozenset({"in_e"}), "late_e": frozenset({"late_e"}), "exceptions": frozenset({"in_e", "late_e"}),
    "in_with": frozenset({"in", "in_e"}), "late_with": frozenset({"late", "late_e"}),
    "all_with": frozenset({"in", "late", "in_e", "late_e"}),
}  # fmt: skip
"""The two percentages of one year, with and without exceptions."""


def tables(sums: Sums, rows: int, most: int) -> st.SearchStrategy[Table]:
    parts = sorted(frozenset().union(*sums.values()))
    row = st.fixed_dictionaries(dict.fromkeys(parts, st.integers(0, most)))
    return st.lists(row, min_size=1, max_size=rows).map(lambda found: {f"r{n}": one for n, one in enumerate(found)})


@settings(max_examples=300, deadline=None)
@given(tables(PLAIN, 3, 9), st.integers(2, 6))
def test_no_count_of_a_table_with_totals_is_determined(table: Table, threshold: int) -> None:
    check(table, PLAIN, threshold)


@settings(max_examples=150, deadline=None)
@given(tables(BOTH, 1, 12), st.integers(2, 6))
def test_nor_across_two_percentages_of_the_same_cases(table: Table, threshold: int) -> None:
    check(table, BOTH, threshold)


@settings(max_examples=60, deadline=None)
@given(tables(BOTH, 2, 6))
def test_nor_across_them_in_a_breakdown(table: Table) -> None:
    check(table, BOTH, 3)


@settings(max_examples=100, deadline=None)
@given(tables(BOTH, 12, 30))
def test_zeros_are_shown_and_small_numbers_never(table: Table) -> None:
    shown = disclose(table, BOTH)
    for row, name in product(shown.rows, BOTH):
        value = sum(table[row][part] for part in BOTH[name])
        assert shown.rows[row][name] in (None, value)
        assert not 0 < (shown.rows[row][name] or 0) < 5
        assert not 0 < (shown.total[name] or 0) < 5


@settings(max_examples=100, deadline=None)
@given(tables(PLAIN, 6, 12))
def test_totals_are_the_same_whatever_they_are_broken_down_by(table: Table) -> None:
    alone = {"all": {part: sum(row[part] for row in table.values()) for part in ("in", "late", "unknown")}}
    assert disclose(table, PLAIN).total == disclose(alone, PLAIN).total == disclose(alone, PLAIN).rows["all"]


# ------------------------------------------------------------------------------------ what a reader could work out


def check(table: Table, sums: Sums, threshold: int) -> None:
    """Every sum held back has another possible value, for a reader who knows that zeros are shown."""
    shown = disclose(table, sums, threshold)
    hidden = {(row, name) for row, sums_of in shown.rows.items() for name in sums if sums_of[name] is None}
    hidden |= {("", name) for name in sums if shown.total[name] is None}
    for other in possible(table, sums, shown):
        hidden = {(row, name) for row, name in hidden if value(other, row, sums[name]) == value(table, row, sums[name])}
        if not hidden:
            return
    assert not hidden, (shown, sorted(hidden))


def value(table: Table, row: str, parts: frozenset[str]) -> int:
    return sum(found[part] for key, found in table.items() if row in ("", key) for part in parts)


def possible(table: Table, sums: Sums, shown: Disclosed) -> Iterator[Table]:
    """Tables near this one that would be shown like it."""
    parts = sorted(frozenset().union(*sums.values()))
    least = {name: least_of(table, adds, [shown.rows[row][name] for row in table]) for name, adds in sums.items()}
    by_row = [list(rows(table[row], parts, sums, shown.rows[row], least)) for row in table]

    def totals_fit(found: tuple[dict[str, int], ...]) -> bool:
        for name, adds in sums.items():
            total = sum(one[part] for one in found for part in adds)
            known = shown.total[name]
            if total != known if known is not None else total < 1:
                return False
        return True

    for found in product(*by_row):
        if totals_fit(found):
            yield dict(zip(table, found, strict=True))


def least_of(table: Table, adds: frozenset[str], column: list[int | None]) -> int:
    """Return what a reader must allow for in a column: zeros too, if all of it or a zero is held back."""
    zeros = [sum(row[part] for part in adds) == 0 for row in table.values()]
    is_open = any(zero and one is None for zero, one in zip(zeros, column, strict=True)) or not any(
        one is not None for one in column
    )
    return 0 if is_open else 1


def rows(
    row: dict[str, int], parts: list[str], sums: Sums, shown: dict[str, int | None], least: dict[str, int]
) -> Iterator[dict[str, int]]:
    """Every row near this one that would be shown like it: each count up to two away."""
    for found in product(*(range(max(0, row[part] - 2), row[part] + 3) for part in parts)):
        one = dict(zip(parts, found, strict=True))
        for name, adds in sums.items():
            total = sum(one[part] for part in adds)
            if (total != shown[name]) if shown[name] is not None else total < least[name]:
                break
        else:
            yield one
