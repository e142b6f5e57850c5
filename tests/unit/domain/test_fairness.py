"""Shares by group, their intervals, and what of them may be shown."""

from random import Random

import pytest

from hub.domain.identity.fairness import ALL, SMALL, Group, Unit, ratio, table, trials, wilson
from hub.domain.identity.groups import age_on

NEWCOMBE = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0.0, 0.1611), (1, 29): (0.0061, 0.1718)}
"""Wilson's intervals in Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, 1998."""


@pytest.mark.parametrize(("counted", "ends"), NEWCOMBE.items())
def test_intervals_are_those_of_the_literature(counted: tuple[int, int], ends: tuple[float, float]) -> None:
    hits, of = counted
    assert wilson(hits / of, of) == pytest.approx(ends, abs=0.0001)


def test_records_of_one_child_that_fare_alike_are_worth_one() -> None:
    assert trials([(5, 5)] * 90 + [(0, 5)] * 10) == pytest.approx(99, abs=1)
    assert trials([(5, 5)] * 100) == 100, "nothing was missed: as sure as a hundred children make us"


def test_the_interval_holds_the_true_share_as_often_as_it_says() -> None:
    rng, held = Random(3), 0
    for _ in range(400):
        counts = []
        for _ in range(150):
            own, n = rng.betavariate(9, 1), rng.randint(1, 8)  # children differ, and their records are alike
            counts.append((sum(rng.random() < own for _ in range(n)), n))
        found = ratio(counts)
        held += found.low <= 90 <= found.high
    assert held / 400 == pytest.approx(0.95, abs=0.03)


def child(group: str, hits: int = 2, of: int = 2, days: tuple[float, ...] = ()) -> Unit:
    return Unit({"sex": group}, {"linked": (hits, of)}, days)


def by_name(units: list[Unit], dimension: str = "sex") -> dict[str, Group]:
    return {group.group: group for group in table(units, dimension, ("linked",))}


def test_a_small_group_is_pooled_and_the_pool_says_nothing_of_it_alone() -> None:
    units = [child(name) for name, n in (("a", 60), ("b", 40), ("c", 3)) for _ in range(n)]
    found = by_name(units)
    assert sorted(found) == ["a", SMALL], "c alone could be had by subtraction, so b is with it"
    assert found[SMALL].children == 43
    assert found["a"].figures["linked"].of == 120


def test_of_very_few_children_nothing_is_shown() -> None:
    (only,) = table([child("a")] * 4, ALL, ("linked",))
    assert only.children is None
    assert only.figures["linked"].of is None and only.figures["linked"].low is None and only.median_days is None


def test_few_misses_are_held_back_with_the_share_that_would_give_them_away() -> None:
    (only,) = table([child("a")] * 50 + [child("a", 1)] * 2, ALL, ("linked",))
    shown = only.figures["linked"]
    assert only.children == 52
    assert shown.hits is None and shown.per_cent is None and shown.low is None


def test_a_group_whose_interval_does_not_hold_the_share_of_all_stands_out() -> None:
    units = [child("a")] * 900 + [child("a", 0)] * 50 + [child("b", 0)] * 30 + [child("b")] * 30
    found = by_name(units)
    assert found["b"].stands_out == ("linked",)
    assert found["b"].figures["linked"].per_cent == 50


def test_the_time_to_a_decision_is_shown_of_five_at_least() -> None:
    few, many = [child("a", days=(1.0,))] * 4, [child("b", days=(2.0, 4.0))] * 5
    found = by_name(few + [child("a")] * 20 + many + [child("b")] * 20)
    assert found["a"].median_days is None
    assert found["b"].median_days == 3.0


def test_bands_of_age_stand_in_their_order() -> None:
    units = [Unit({"age": name}, {}) for name in ("20 to 25", "5 to 10", "under 5", "11 to 15") for _ in range(5)]
    assert [group.group for group in table(units, "age", ())] == ["under 5", "5 to 10", "11 to 15", "20 to 25"]


def test_age_counts_completed_years() -> None:
    from datetime import date

    assert age_on("2015-05-02", date(2026, 5, 1)) == "5 to 10"
    assert age_on("2015-05-01", date(2026, 5, 1)) == "11 to 15"
    assert age_on("", date(2026, 5, 1)) == ""
