"""Where candidates are looked for."""

import msgspec

from hub.domain.identity.block import identifier_keys, keys
from hub.domain.identity.normalise import hidden
from tests.identities import NHS, UPNS, a_person

ADA = a_person(nhs_number=NHS[0], upn=UPNS[0])


def shared(**other: object) -> bool:
    """Tell whether Ada, without her numbers, is found as another one."""
    return not set(keys(a_person())).isdisjoint(keys(a_person(**other)))


def test_a_person_is_found_by_every_number() -> None:
    assert len(list(identifier_keys(ADA))) == 2
    assert set(identifier_keys(ADA)) <= set(keys(ADA))


def test_errors_in_one_field_do_not_hide_a_person() -> None:
    for other in (
        {"given_names": "Bertram"}, {"family_name": "Moss"}, {"birth_date": "2011-09-17"}, {"birth_date": "2015-04-03"},
        {"postcode": "M1 1AA", "address_lines": ["88 Yew Close"]}, {"birth_date": ""}, {"postcode": "", "address_lines": []},
        {"given_names": "", "family_name": ""},
    ):  # fmt: skip
        assert shared(**other), other


def test_strangers_are_not_found() -> None:
    stranger = {"given_names": "Bertram", "family_name": "Moss", "birth_date": "2011-09-17", "postcode": "M1 1AA"}
    assert not shared(**stranger, address_lines=["88 Yew Close"])


def test_absent_values_lead_nowhere() -> None:
    nothing = {
        "given_names": "Baby",
        "family_name": "",
        "birth_date": "2015-01-01",
        "postcode": "",
        "address_lines": [],
    }
    assert keys(a_person(**nothing)) == ()


def test_of_a_restricted_person_only_the_numbers_lead_there() -> None:
    for one in (a_person(nhs_number=NHS[0], sensitivity="refuge"), hidden(a_person(nhs_number=NHS[0]))):
        assert list(keys(one)) == list(identifier_keys(one))
        assert len(keys(one)) == 1


def test_nothing_leads_to_a_sealed_person() -> None:
    assert keys(msgspec.structs.replace(ADA, is_sealed=True)) == ()
