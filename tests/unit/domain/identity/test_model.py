"""The weights, and the model that ships."""

from pathlib import Path

import pytest

from hub.adapters import models
from hub.domain.errors import ConfigError
from hub.domain.identity.compare import FIELDS, GIVEN_DIFFERS, LEVELS
from hub.domain.identity.model import Scorer

MODEL = models.load()
SCORER = Scorer(MODEL)
SAME = (0, 0, 0, 0, 0)


def bits(levels: tuple[int, ...], chance: tuple[float, float] = (0.001, 0.001), **agree: bool) -> float:
    return SCORER.score(levels, chance, 100, agree).bits


def test_the_probabilities_of_a_field_are_a_whole() -> None:
    for table in (MODEL.m, MODEL.u):
        for field in FIELDS:
            assert len(table[field]) == len(LEVELS[field])
            assert sum(table[field]) == pytest.approx(1, abs=0.001)


def test_the_thresholds_are_those_that_were_chosen_and_none_is_below_asking() -> None:
    limits = MODEL.thresholds
    chosen = (limits.auto, limits.doubtful, limits.gap, limits.merge, limits.identifier, limits.common, limits.review)
    assert chosen == (3, 2, 4, 6, 2, 1, -2)
    assert MODEL.keeps_children


def test_agreement_in_everything_is_more_than_enough_and_in_nothing_far_too_little() -> None:
    assert bits(SAME) > MODEL.thresholds.auto
    assert bits((7, 4, 4, 1, 4)) < MODEL.thresholds.review


def test_a_number_that_agrees_speaks_for_and_one_that_differs_against() -> None:
    assert bits(SAME, nhs_number=True) > bits(SAME) > bits(SAME, nhs_number=False)


def test_a_rare_name_says_more_than_a_common_one() -> None:
    assert bits(SAME, (0.00001, 0.00001)) > bits(SAME, (0.02, 0.02))


def test_a_twin_and_a_sister_score_below_what_is_joined() -> None:
    assert bits((GIVEN_DIFFERS, 0, 0, 0, 0)) < MODEL.thresholds.auto
    assert bits((GIVEN_DIFFERS, 0, 4, 1, 0)) < MODEL.thresholds.review


def test_an_absent_field_says_nothing() -> None:
    names = [name for name, _, _ in SCORER.score((0, -1, 0, -1, -1), (0.001, 0.001), 100, {}).parts]
    assert names == ["prior", "given", "birth_date", "household"]


def test_a_model_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match="no such identity model"):
        models.load("none-such")
    with pytest.raises(ConfigError):
        models.load("none-such.json")


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "m.json"
    models.save(MODEL, path)
    assert models.load(str(path)) == MODEL
    path.write_text('{"name": 1}')
    with pytest.raises(ConfigError, match="not an identity model"):
        models.load(str(path))
