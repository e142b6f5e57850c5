"""Names as they are compared."""

import pytest

from hub.domain.identity.names import (
    PLACEHOLDERS,
    are_close,
    are_forms,
    are_somewhat_alike,
    family_tokens,
    fold,
    given_tokens,
    sound,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Zoë", "zoe"), ("O'Brien", "obrien"), ("Smith-Jones", "smith jones"), ("  Ada   May ", "ada may"), ("Łukasz", "lukasz"),
        ("Strauß", "strauss"), ("Ægir", "aegir"), ("Søren", "soren"), ("D’Arcy", "darcy"), ("", ""), ("Ada 2", "ada"),
    ],
)  # fmt: skip
def test_a_name_folds_to_small_letters_without_accents_or_marks(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("word", sorted(PLACEHOLDERS))
def test_a_given_name_that_stands_for_none_is_absent(word: str) -> None:
    assert given_tokens(word.upper()) == ()
    assert given_tokens(f"Baby {word} 1") == ()
    assert given_tokens(f"Ada {word}") == ("ada", word)


def test_a_family_name_is_its_parts_without_particles_in_any_order() -> None:
    assert family_tokens("van der Berg") == family_tokens("Berg") == ("berg",)
    assert family_tokens("Jones-Smith") == family_tokens("Smith Jones")
    assert family_tokens("de la") == ("de", "la")  # a name of particles alone is a name
    assert family_tokens("") == ()


@pytest.mark.parametrize(
    ("one", "other"), [("izzy", "isabelle"), ("mohd", "muhammad"), ("ted", "edward"), ("kasia", "catherine")]
)
def test_forms_of_one_name_are_known_in_both_directions(one: str, other: str) -> None:
    assert are_forms(one, other)
    assert are_forms(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("ada", "ida"), ("leo", "lea"), ("aiden", "jack"), ("quill", "quillfeather"), ("", "")]
)
def test_other_names_are_no_forms(one: str, other: str) -> None:
    assert not are_forms(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("smith", "smyth"), ("bardley", "bradley"), ("quillfeather", "quilfeather"), ("mia", "mya")]
)
def test_a_slip_of_the_pen_is_close(one: str, other: str) -> None:
    assert are_close(one, other)
    assert are_close(other, one)


@pytest.mark.parametrize(("one", "other"), [("jo", "bo"), ("aiden", "jayden"), ("ada", "eve"), ("", ""), ("", "ada")])
def test_two_slips_in_a_short_name_make_another_name(one: str, other: str) -> None:
    assert not are_close(one, other)


def test_what_a_bad_hand_leaves_of_a_name_is_somewhat_alike() -> None:
    assert are_somewhat_alike("phoenix", "foenix")
    assert not are_somewhat_alike("phoenix", "benedict")


@pytest.mark.parametrize(
    ("name", "code"), [("robert", "r163"), ("rupert", "r163"), ("tymczak", "t522"), ("lee", "l000"), ("", "")]
)
def test_names_that_sound_alike_are_looked_for_together(name: str, code: str) -> None:
    assert sound(name) == code
