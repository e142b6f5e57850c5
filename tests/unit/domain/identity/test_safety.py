"""The rules that protect children, each by itself: what they forbid, and what they do not."""

import re
from pathlib import Path

import pytest

from hub.domain.identity import safety
from hub.domain.identity.cluster import Clusters
from hub.domain.identity.compare import (
    ABSENT,
    BIRTH_DATE_TWO_PARTS,
    FAMILY_DIFFERS,
    FAMILY_LITTLE,
    GIVEN_ALIKE,
    GIVEN_DIFFERS,
    GIVEN_FORM,
    GIVEN_INITIAL,
    GIVEN_LITTLE,
    GIVEN_OTHER,
    GIVEN_SWAPPED,
)
from hub.domain.identity.safety import HARM, WORDS, agreement, doubt, forbids, is_placed, union_breaks
from tests.identities import NHS, UPNS, a_person

NOWHERE = Clusters()
NUMBER = {"nhs_number": True}
SAME = [0, 0, 0, 0, 0]


def but(**levels: int) -> tuple[int, ...]:
    """Return full agreement but for the named fields."""
    names = ("given", "family", "birth_date", "sex", "place")
    return tuple(levels.get(name, 0) for name in names)


def conflict(*others: dict[str, str], clusters: Clusters = NOWHERE, **own: str) -> str:
    return agreement(a_person(**own), [a_person(**other) for other in others], clusters)[1]


# ── rule 1: numbers ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_nhs_numbers_conflict_with_any_record_of_the_child() -> None:
    assert conflict({"nhs_number": NHS[1]}, nhs_number=NHS[0]) == "two_nhs_numbers"
    assert conflict({}, {"nhs_number": NHS[0]}, {"nhs_number": NHS[1]}, nhs_number=NHS[0]) == "two_nhs_numbers"


def test_one_nhs_number_or_none_does_not_conflict() -> None:
    assert conflict({"nhs_number": NHS[0]}, {}, nhs_number=NHS[0]) == ""
    assert conflict({"nhs_number": NHS[0]}, {}) == ""
    assert conflict({}, nhs_number=NHS[0]) == ""


def test_an_nhs_number_with_a_wrong_check_digit_does_not_conflict() -> None:
    assert conflict({"nhs_number": "9990010006"}, nhs_number=NHS[0]) == ""


def test_two_upns_conflict_unless_the_nhs_number_agrees() -> None:
    assert conflict({"upn": UPNS[1]}, upn=UPNS[0]) == "two_upns"
    assert conflict({"upn": UPNS[0]}, {"upn": UPNS[1]}, upn=UPNS[0]) == "two_upns"
    assert conflict({"upn": UPNS[1], "nhs_number": NHS[0]}, upn=UPNS[0], nhs_number=NHS[0]) == ""


def test_a_temporary_upn_does_not_conflict() -> None:
    assert conflict({"upn": "M80120000500A"}, upn=UPNS[0]) == ""


def test_a_conflict_of_nhs_numbers_is_named_before_one_of_upns() -> None:
    assert conflict({"upn": UPNS[1], "nhs_number": NHS[1]}, upn=UPNS[0], nhs_number=NHS[0]) == "two_nhs_numbers"


def test_a_replaced_number_is_one_with_its_successor_and_an_invalid_one_is_absent() -> None:
    known = Clusters()
    known.superseded.update({NHS[0]: NHS[1], NHS[2]: ""})
    assert conflict({"nhs_number": NHS[1]}, clusters=known, nhs_number=NHS[0]) == ""
    assert conflict({"nhs_number": NHS[3]}, clusters=known, nhs_number=NHS[0]) == "two_nhs_numbers"
    assert conflict({"nhs_number": NHS[1]}, clusters=known, nhs_number=NHS[2]) == ""
    assert agreement(a_person(nhs_number=NHS[2]), [a_person(nhs_number=NHS[2])], known) == ({}, "")


def test_what_is_about_to_be_replaced_counts_already() -> None:
    one, other = [a_person(nhs_number=NHS[0])], [a_person(nhs_number=NHS[1])]
    assert union_breaks(one, other, NOWHERE) == "two_nhs_numbers"
    assert union_breaks(one, other, NOWHERE, {NHS[0]: NHS[1]}) == ""


def test_children_are_not_made_one_if_any_two_of_their_records_conflict() -> None:
    ours, theirs = [a_person(), a_person(nhs_number=NHS[0])], [a_person(), a_person(nhs_number=NHS[1])]
    assert union_breaks(ours, theirs, NOWHERE) == "two_nhs_numbers"
    assert union_breaks(theirs, ours, NOWHERE) == "two_nhs_numbers"
    assert union_breaks(ours, ours, NOWHERE) == ""
    assert union_breaks([a_person(upn=UPNS[0])], [a_person(upn=UPNS[1])], NOWHERE) == "two_upns"


def test_agreement_is_told_number_by_number() -> None:
    one = a_person(nhs_number=NHS[0], upn=UPNS[0])
    assert agreement(one, [a_person(nhs_number=NHS[0], upn=UPNS[0])], NOWHERE)[0] == {"nhs_number": True, "upn": True}
    assert agreement(one, [a_person(upn=UPNS[1])], NOWHERE)[0] == {"upn": False}


# ── rule 4: names and birth dates without a number ────────────────────────────────────────────────────────────────────


def test_full_agreement_is_not_forbidden() -> None:
    assert forbids(but(), {}) == ""
    assert forbids(but(), NUMBER) == ""


def test_without_a_given_name_nothing_attaches_unless_a_number_agrees() -> None:
    assert forbids(but(given=ABSENT), {}) == "no_given_name"
    assert forbids(but(given=ABSENT), {"nhs_number": False}) == "no_given_name"
    assert forbids(but(given=ABSENT), NUMBER) == ""


@pytest.mark.parametrize("given", [GIVEN_LITTLE, GIVEN_DIFFERS])
def test_another_given_name_at_the_same_home_on_the_same_day_is_a_twin(given: int) -> None:
    assert forbids(but(given=given), {}) == "given_names_differ"


@pytest.mark.parametrize("given", [GIVEN_FORM, GIVEN_ALIKE, GIVEN_OTHER, GIVEN_INITIAL, GIVEN_SWAPPED])
def test_another_spelling_of_the_given_name_is_not_forbidden(given: int) -> None:
    assert forbids(but(given=given), {}) == ""


def test_without_a_number_the_birth_date_must_be_known_and_near() -> None:
    assert forbids(but(birth_date=ABSENT), {}) == "birth_date"
    assert forbids(but(birth_date=4), {}) == "birth_date"
    assert forbids(but(birth_date=2), {}) == ""


def test_two_parts_of_a_birth_date_are_enough_only_for_the_same_name_at_the_same_home() -> None:
    assert forbids(but(birth_date=BIRTH_DATE_TWO_PARTS), {}) == ""
    for other in ({"given": GIVEN_ALIKE}, {"family": 2}, {"sex": 1}, {"place": 2}, {"place": ABSENT}):
        assert forbids(but(birth_date=BIRTH_DATE_TWO_PARTS, **other), {}) == "birth_date", other


@pytest.mark.parametrize("family", [FAMILY_LITTLE, FAMILY_DIFFERS])
def test_another_family_name_elsewhere_may_be_a_new_identity(family: int) -> None:
    assert forbids(but(family=family, place=4), {}) == "family_name"
    assert forbids(but(family=family, place=ABSENT), {}) == "family_name"
    assert forbids(but(family=family, place=3), {}) == "family_name"
    assert forbids(but(family=family, place=2), {}) == ""
    assert forbids(but(family=family, place=4), NUMBER) == ""


# ── rule 5: a number that may be keyed by mistake ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "other",
    [{"birth_date": 4}, {"birth_date": 1}, {"birth_date": ABSENT}, {"sex": 1}, {"family": 2}, {"family": ABSENT}],
)
def test_a_number_with_another_given_name_needs_all_else_to_be_the_same(other: dict[str, int]) -> None:
    assert forbids(but(given=GIVEN_DIFFERS, **other), NUMBER) == "other_person"


def test_a_number_with_another_given_name_and_all_else_the_same_may_be_joined() -> None:
    assert forbids(but(given=GIVEN_DIFFERS), NUMBER) == ""
    assert forbids(but(given=GIVEN_DIFFERS, sex=ABSENT, place=4), NUMBER) == ""


@pytest.mark.parametrize("given", [ABSENT, GIVEN_INITIAL])
def test_a_number_with_hardly_a_name_and_another_family_name_needs_a_birth_date(given: int) -> None:
    for born in (ABSENT, BIRTH_DATE_TWO_PARTS, 4):
        assert forbids(but(given=given, family=FAMILY_DIFFERS, birth_date=born), NUMBER) == "other_person"
    assert forbids(but(given=given, family=FAMILY_DIFFERS, birth_date=2), NUMBER) == ""
    assert forbids(but(given=given, family=0, birth_date=4), NUMBER) == ""


# ── doubt ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_is_doubtful_without_the_home_or_the_whole_birth_date() -> None:
    assert doubt(but()) == 0
    assert doubt(but(place=2)) == 0
    for other in (
        {"place": 3},
        {"place": ABSENT},
        {"birth_date": 1},
        {"birth_date": 2},
        {"given": GIVEN_INITIAL},
        {"given": GIVEN_SWAPPED},
    ):
        assert doubt(but(**other)) == 1, other
    assert doubt(but(given=GIVEN_OTHER)) == 0.5  # twins share middle names


def test_the_home_supports_a_link_by_house_or_postcode() -> None:
    assert [is_placed(but(place=place)) for place in (ABSENT, 0, 1, 2, 3, 4)] == [False, True, True, True, False, False]


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_rule_has_words_and_an_order_of_harm() -> None:
    assert WORDS.keys() == HARM.keys()
    assert HARM["two_nhs_numbers"] == HARM["two_upns"] == 0 < HARM["other_person"] < HARM["two_candidates"]


def test_no_rule_is_named_that_has_no_words() -> None:
    text = Path(safety.__file__).read_text()
    assert set(re.findall(r'(?:return|broken =|else) "(\w+)"', text)) <= WORDS.keys()
