"""Levels of agreement, field by field."""

from itertools import product

import pytest

from hub.domain.identity.compare import (
    ABSENT,
    BIRTH_DATE_DIFFERS,
    BIRTH_DATE_TWO_PARTS,
    FAMILY_DIFFERS,
    FIELDS,
    GIVEN_ALIKE,
    GIVEN_DIFFERS,
    GIVEN_FORM,
    GIVEN_INITIAL,
    GIVEN_OTHER,
    GIVEN_SWAPPED,
    LEVELS,
    best,
    levels,
)
from tests.identities import a_person

ADA = a_person()


def level(field: str, **other: object) -> int:
    return levels(ADA, a_person(**other))[FIELDS.index(field)]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("Ada", 0), ("Ad", GIVEN_DIFFERS), ("Adah", GIVEN_ALIKE), ("Beatrice Ada", GIVEN_OTHER), ("A", GIVEN_INITIAL),
        ("Bertram", GIVEN_DIFFERS), ("", ABSENT), ("Baby", ABSENT),
    ],
)  # fmt: skip
def test_given_names(given: str, found: int) -> None:
    assert level("given", given_names=given) == found


def test_a_nickname_is_a_form() -> None:
    assert levels(a_person(given_names="Isabelle"), a_person(given_names="Izzy"))[0] == GIVEN_FORM


def test_swapped_names_agree_crosswise_and_count_once() -> None:
    found = levels(ADA, a_person(given_names="Quillfeather", family_name="Ada"))
    assert found[:2] == (GIVEN_SWAPPED, ABSENT)


@pytest.mark.parametrize(
    ("family", "found"),
    [("Quillfeather", 0), ("Quillfeather-Moss", 1), ("Quilfeather", 2), ("Moss", FAMILY_DIFFERS), ("", ABSENT)],
)
def test_family_names(family: str, found: int) -> None:
    assert level("family", family_name=family) == found


def test_a_former_name_agrees_no_better_than_a_part() -> None:
    assert level("family", family_name="Moss", former_names=["Quillfeather"]) == 1


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2015-03-04", 0), ("2015-04-03", 1), ("2015-03-14", 2), ("2015-03-25", BIRTH_DATE_TWO_PARTS), ("2012-07-08", BIRTH_DATE_DIFFERS),
        ("2015-01-01", ABSENT), ("", ABSENT),
    ],
)  # fmt: skip
def test_birth_dates(day: str, found: int) -> None:
    assert level("birth_date", birth_date=day) == found


@pytest.mark.parametrize(("sex", "found"), [("F", 0), ("M", 1), ("unknown", ABSENT)])
def test_sexes(sex: str, found: int) -> None:
    assert level("sex", sex=sex) == found


@pytest.mark.parametrize(
    ("postcode", "line", "found"),
    [
        ("LS1 4AP", "12, Alder Row", 0), ("LS1 4AP", "", 1), ("LS9 9ZZ", "12 Alder Row", 2), ("", "12 Alder Row", 2), ("LS1 9ZZ", "", 3),
        ("M1 1AA", "88 Yew Close", 4), ("", "", ABSENT),
    ],
)  # fmt: skip
def test_homes(postcode: str, line: str, found: int) -> None:
    assert level("place", postcode=postcode, address_lines=[line] if line else []) == found


def test_comparing_does_not_depend_on_the_side() -> None:
    people = [
        a_person(given_names=given, family_name=family, birth_date=day, sex=sex)
        for given, family, day, sex in product(
            ("Ada", "Adah", "A", ""), ("Quillfeather", "Moss"), ("2015-03-04", ""), ("F", "M")
        )
    ]
    for one, other in product(people, people):
        assert levels(one, other) == levels(other, one)


def test_a_childs_records_together_give_the_best_of_each_field() -> None:
    assert best((3, ABSENT, 0, ABSENT, 2), (1, 4, 2, ABSENT, 3)) == (1, 4, 0, ABSENT, 2)


def test_every_level_has_words() -> None:
    assert [len(LEVELS[field]) for field in FIELDS] == [8, 5, 5, 2, 5]
