"""Fitting the weights to records without labels."""

import random
from functools import cache

import pytest

from hub.domain.identity.compare import FIELDS
from hub.domain.identity.model import Model, Scorer
from hub.domain.identity.normalise import Person, person
from hub.domain.identity.train import train
from tests.property.builders import MODEL

GIVEN = (
    "Ada",
    "Bela",
    "Cleo",
    "Dana",
    "Edie",
    "Finn",
    "Gwen",
    "Hari",
    "Iris",
    "Jude",
    "Kofi",
    "Lena",
    "Milo",
    "Nell",
    "Otis",
)
FAMILY = (
    "Ashgrove",
    "Brindle",
    "Cotter",
    "Fenwick",
    "Harrow",
    "Lindale",
    "Moss",
    "Penhale",
    "Roscoe",
    "Stroud",
    "Tarn",
    "Vane",
)


@cache
def invented() -> tuple[Person, ...]:
    """Three hundred children twice, of whom one in ten has moved and one in ten has a birth date taken down wrong."""
    draw, found = random.Random(7), []
    for n in range(300):
        who = {
            "given_names": draw.choice(GIVEN), "family_name": draw.choice(FAMILY), "sex": draw.choice("MF"),
            "birth_date": f"{draw.randint(2008, 2020)}-{draw.randint(2, 12):02}-{draw.randint(2, 28):02}",
            "postcode": f"LS{draw.randint(1, 29)} {draw.randint(1, 9)}AB", "address_lines": [f"{n + 1} Mill Lane"],
        }  # fmt: skip
        moved = {"postcode": f"BD{draw.randint(1, 20)} 1ZZ", "address_lines": [f"{n} Yew Close"]} if n % 10 == 0 else {}
        wrong = {"birth_date": who["birth_date"][:-1] + "9"} if n % 10 == 5 else {}
        found += [person(who), person(who | moved | wrong)]
    return tuple(found)


@cache
def trained() -> Model:
    return train("fitted", invented(), MODEL)


def test_a_fitted_model_has_whole_probabilities_and_keeps_thresholds_and_protection() -> None:
    for table in (trained().m, trained().u):
        for field in FIELDS:
            assert sum(table[field]) == pytest.approx(1, abs=0.001)
            assert min(table[field]) > 0
    assert (trained().thresholds, trained().keeps_children) == (MODEL.thresholds, True)
    assert trained().report["records"] == 600


def test_it_finds_how_often_people_agree_in_what() -> None:
    assert trained().m["given"][0] > 0.9
    assert trained().m["place"][4] > trained().m["sex"][1]  # some have moved, nobody's sex was changed
    assert trained().u["given"][0] < 0.2


def test_it_knows_the_names_of_the_area() -> None:
    assert trained().given.frequency["ada"] == pytest.approx(1 / len(GIVEN), abs=0.04)
    assert "quillfeather" not in trained().family.frequency


def test_a_fitted_model_scores_and_its_parts_add_up() -> None:
    score = Scorer(trained()).score((0, 0, 0, 0, 0), (0.001, 0.001), 600, {})
    assert score.bits > 10
    assert sum(bits for _, _, bits in score.parts) == pytest.approx(score.bits, abs=0.01)


def test_fitting_twice_gives_the_same_model() -> None:
    assert train("fitted", invented(), MODEL) == trained()
