"""No warning while records stay as they are, and one as soon as they do not."""

from random import Random

import pytest

from hub.domain.identity.drift import (
    FIELDS,
    ONE_IN,
    Compared,
    Pair,
    by_chance,
    compare,
    from_report,
    psi,
    to_report,
    words,
)
from hub.domain.identity.normalise import Person

USUAL = {"EDU": {"postcode": 0.05, "nhs_number": 0.6, "sex": 0.01}, "HEALTH": {"postcode": 0.03, "upn": 0.95, "given": 0.02},
         "CSC": {"postcode": 0.2, "birth_date": 0.03}, "FAMILY": {"nhs_number": 0.8, "upn": 0.9}}  # fmt: skip
PLACE = (0.63, 0.22, 0.04, 0.1, 0.01)


def counted(rng: Random, share: float, n: int) -> tuple[float, float]:
    hits = sum(rng.random() < share for _ in range(n))
    return float(hits), float(n - hits)


def levels(rng: Random, shares: tuple[float, ...], n: int) -> tuple[float, ...]:
    drawn = rng.choices(range(len(shares)), shares, k=n)
    return tuple(float(drawn.count(level)) for level in range(len(shares)))


def a_window(
    rng: Random, usual: dict[str, dict[str, float]], place: tuple[float, ...] = PLACE, review: float = 0.015
) -> list[Compared]:
    """Compare a window with what came before it: both drawn, the earlier part always from what is usual."""
    pairs = [
        Pair("missing", f"{field} of {source}", "earlier", counted(rng, shares.get(field, 0), 3000),
             counted(rng, usual[source].get(field, 0), 500))
        for source, shares in USUAL.items() for field in FIELDS
    ]  # fmt: skip
    pairs.append(Pair("links", "place", "earlier", levels(rng, PLACE, 5000), levels(rng, place, 800)))
    pairs.append(Pair("review", "review", "earlier", counted(rng, 0.015, 12000), counted(rng, review, 2000)))
    return compare(pairs)


def warned(found: list[Compared]) -> list[str]:
    return [one.name for one in found if one.level]


def test_a_hundred_windows_of_the_same_give_no_warning() -> None:
    """Chance alone warns at most once in `ONE_IN` windows: of a hundred none, nine times in ten and more."""
    assert ONE_IN >= 1000
    assert [warned(a_window(Random(seed), USUAL)) for seed in range(100)] == [[]] * 100


def test_a_source_that_drops_postcodes_is_named_in_every_window() -> None:
    changed = USUAL | {"EDU": USUAL["EDU"] | {"postcode": 0.9}}
    for seed in range(20):
        found = a_window(Random(seed), changed)
        assert warned(found) == ["postcode of EDU"]
        assert found[0].level == "retrain"


def test_twice_as_many_questions_are_seen_though_they_are_rare() -> None:
    for seed in range(20):
        found = a_window(Random(seed), USUAL, review=0.06)
        assert warned(found) == ["review"]
        assert found[0].psi < 0.25, "the index alone hardly sees what is rare"


def test_links_that_agree_otherwise_are_seen() -> None:
    found = a_window(Random(1), USUAL, place=(0.4, 0.15, 0.25, 0.12, 0.08))
    assert warned(found) == ["place"]
    assert words(found[0]).endswith("train the model again")


def test_chance_explains_a_large_index_of_few_records() -> None:
    pair = Pair("missing", "sex", "earlier", (2, 248), (11, 239))
    (found,) = compare([pair])
    assert psi(pair.before, pair.now) < by_chance(2, (250, 250), 1)
    assert not found.level


def test_too_few_records_are_not_compared() -> None:
    assert compare([Pair("missing", "sex", "earlier", (0, 5000), (150, 0))]) == []


@pytest.mark.parametrize("field", FIELDS)
def test_what_a_training_report_says_is_read_back(field: str) -> None:
    persons = [Person(postcode="LS1 4AP", givens=("ada",))] * 3 + [Person(families=("quill",))]
    report = {"records": 4.0} | to_report(persons)
    assert from_report(report)[field] == {"postcode": (1, 3), "given": (1, 3), "family": (3, 1)}.get(field, (4, 0))
    assert from_report({"records": 4.0}) == {}
