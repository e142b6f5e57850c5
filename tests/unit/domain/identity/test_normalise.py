"""What is compared of a description: everything unusable is absent."""

import pytest

from hub.domain.identity.normalise import Person, hidden, person
from tests.identities import ADA, NHS, UPNS, a_person


@pytest.mark.parametrize("number", ["9990010006", "999001000", "0000000000", "not known", "99900100O5"])
def test_an_nhs_number_with_a_check_digit_that_does_not_hold_is_absent(number: str) -> None:
    assert a_person(nhs_number=number).nhs_number == ""


def test_an_nhs_number_is_read_however_it_is_written() -> None:
    assert a_person(nhs_number="999 001 0005").nhs_number == NHS[0]


@pytest.mark.parametrize("upn", ["M80120000500A", "A801200005001", "B80120000500", ""])
def test_a_temporary_or_wrong_upn_is_absent(upn: str) -> None:
    assert a_person(upn=upn).upn == ""


def test_a_permanent_upn_counts() -> None:
    assert a_person(upn=UPNS[0].lower()).upn == UPNS[0]


@pytest.mark.parametrize("day", ["2015-01-01", "1900-01-01", "2015", "", "2015-3-4"])
def test_the_first_of_january_and_what_is_no_date_is_absent(day: str) -> None:
    assert a_person(birth_date=day).birth_date == ""


@pytest.mark.parametrize("given", ["Baby", "Twin 1", "Unknown", "Baby Boy", "", "Not Known", "N/A", "Unknown (tbc)"])
def test_a_placeholder_is_no_given_name(given: str) -> None:
    assert a_person(given_names=given).givens == ()


def test_a_preferred_name_is_one_more_given_name() -> None:
    assert a_person(given_names="Isabelle May", preferred_name="Izzy").givens == ("isabelle", "may", "izzy")
    assert a_person(given_names="Ada", preferred_name="Ada").givens == ("ada",)


@pytest.mark.parametrize(
    ("said", "sex"), [("female", "F"), ("M", "M"), ("1", "M"), ("2", "F"), ("unknown", ""), ("9", ""), ("", "")]
)
def test_a_sex_is_one_of_two_as_recorded_or_absent(said: str, sex: str) -> None:
    assert a_person(sex=said).sex == sex


@pytest.mark.parametrize("word", ["V", "adoption", "refuge", "anything"])
def test_a_sensitive_person_has_no_home(word: str) -> None:
    found = a_person(sensitivity=word)
    assert (found.postcode, found.home) == ("", "")
    assert found.is_restricted


@pytest.mark.parametrize("word", ["", "none"])
def test_a_person_who_is_not_sensitive_has_one(word: str) -> None:
    found = a_person(sensitivity=word)
    assert (found.postcode, found.home, found.is_restricted) == ("LS1 4AP", "12 alder row", False)


def test_a_person_whom_another_area_hides_has_no_home_and_is_restricted() -> None:
    found = hidden(a_person())
    assert (found.postcode, found.home, found.is_restricted) == ("", "", True)


def test_nothing_said_is_nothing_known() -> None:
    assert person({}) == Person()


def test_data_that_is_only_measured_on_is_taken_as_it_is() -> None:
    found = person(ADA | {"nhs_number": "17", "birth_date": "1899-01-01"}, is_checked=False)
    assert (found.nhs_number, found.birth_date) == ("17", "1899-01-01")
