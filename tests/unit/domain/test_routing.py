from datetime import date

import pytest

from hub.domain.facts import Body
from hub.domain.routing import STAND_INS, CaseWorker, Contact, Matter, Routed, plain_role, route

AREA = "E1"
ON = date(2026, 1, 20)
BODIES = {
    body.code: body
    for body in (
        Body("ICB-N", "icb", "North ICB"),
        Body("ICB-S", "icb", "South ICB"),
        Body("ICB-OLD", "icb", "Old ICB", valid_to=date(2025, 12, 31), successor="ICB-N"),
        Body("TRUST", "nhs_trust", "Hill Trust", commissioner="ICB-N"),
        Body("OLDTRUST", "nhs_trust", "Vale Trust", commissioner="ICB-OLD"),
        Body("STRAY", "nhs_trust", "Stray Trust"),
        Body("CARE", "social_care", "Children's services"),
        Body("SCH", "school", "Mill Lane School"),
    )
} | {"TR2": Body("TRUST", "nhs_trust", "Hill Trust", commissioner="ICB-N")}
NORTH = Contact("dco", "north", "ICB-N", AREA)
SOUTH = Contact("dco", "south", "ICB-S", AREA)
MANAGER = Contact("sen_manager", "manager", "", AREA)
OPERATIONS = Contact("operations", "ops")


def routed(role: str, *contacts: Contact, body: str = "TRUST", on: date = ON, **matter: object) -> Routed:
    return route(Matter(AREA, body, **matter), role, contacts, BODIES, on)  # type: ignore[arg-type]


def names(found: Routed) -> list[str]:
    return [contact.name_ref for contact in found.to]


def test_the_dco_is_the_one_of_the_commissioner_of_the_body_that_was_asked() -> None:
    found = routed("dco", SOUTH, NORTH, MANAGER)
    assert names(found) == ["north"]
    assert not found.fallback_used
    assert found.because == "designated clinical officer of North ICB, which commissions Hill Trust"


def test_an_alias_of_the_body_leads_to_the_same_dco() -> None:
    assert names(routed("dco", SOUTH, NORTH, body="TR2")) == ["north"]


def test_an_icb_that_was_asked_itself_has_its_own_dco() -> None:
    assert names(routed("dco", SOUTH, NORTH, body="ICB-S")) == ["south"]


def test_a_commissioner_that_was_merged_is_followed_to_its_successor() -> None:
    assert names(routed("dco", SOUTH, NORTH, body="OLDTRUST")) == ["north"]
    assert names(routed("dco", SOUTH, NORTH, MANAGER, body="OLDTRUST", on=date(2025, 12, 31))) == ["manager"]


def test_a_contact_filed_under_the_old_code_of_the_commissioner_is_found() -> None:
    assert names(routed("dco", SOUTH, Contact("dco", "old", "ICB-OLD", AREA))) == ["old"]


@pytest.mark.parametrize("body", ["STRAY", "NOBODY", ""])
def test_without_a_known_commissioner_no_icbs_dco_is_chosen(body: str) -> None:
    found = routed("dco", SOUTH, NORTH, MANAGER, body=body)
    assert names(found) == ["manager"]
    assert found.fallback_used
    assert "no commissioner is known" in found.because


def test_the_dco_of_another_icb_is_never_told_even_when_there_is_nobody_else() -> None:
    found = routed("dco", SOUTH)
    assert names(found) == []
    assert found.fallback_used


def test_a_dco_without_a_body_serves_the_whole_area() -> None:
    found = routed("dco", SOUTH, Contact("dco", "all", "", AREA), MANAGER)
    assert names(found) == ["all"]
    assert not found.fallback_used


@pytest.mark.parametrize(
    "contacts, told",
    [
        ((Contact("dmo", "dmo", "ICB-N"), Contact("icb_send_lead", "lead", "ICB-N"), MANAGER), "dmo"),
        ((Contact("dmo", "dmo", "ICB-S"), Contact("icb_send_lead", "lead", "ICB-N"), MANAGER), "lead"),
        ((Contact("icb_send_lead", "lead", "ICB-S"), MANAGER, OPERATIONS), "manager"),
        ((OPERATIONS,), "ops"),
    ],
)
def test_without_a_dco_the_next_in_line_is_told(contacts: tuple[Contact, ...], told: str) -> None:
    found = routed("dco", *contacts)
    assert names(found) == [told]
    assert found.fallback_used
    assert found.because.startswith("North ICB has no designated clinical officer here; ")


def test_without_a_dmo_the_dco_is_told() -> None:
    assert names(routed("dmo", NORTH, MANAGER)) == ["north"]


def test_without_a_dsco_the_head_of_service_is_told() -> None:
    found = routed("dsco", NORTH, MANAGER, body="CARE")
    assert (names(found), found.fallback_used) == (["manager"], True)
    assert found.because == "the area has no designated social care officer; SEN manager of the area"


@pytest.mark.parametrize("body", ["", "CARE", "E1", "E09000099"])
def test_the_areas_dsco_is_told_whatever_body_they_are_filed_under(body: str) -> None:
    found = routed("dsco", Contact("dsco", "dsco", body, AREA), MANAGER, body="CARE")
    assert (names(found), found.fallback_used) == (["dsco"], False)


def test_the_senco_is_the_one_of_the_school_that_was_asked() -> None:
    other, own = Contact("senco", "other", "SCH2", AREA), Contact("senco", "own", "SCH", AREA)
    assert names(routed("senco", other, own, body="SCH")) == ["own"]


def test_the_senco_of_the_childs_school_is_told_of_what_another_body_delivers() -> None:
    other, own = Contact("senco", "other", "SCH2", AREA), Contact("senco", "own", "SCH", AREA)
    assert names(routed("senco", other, own, body="TRUST", school="SCH")) == ["own"]


def test_without_a_senco_of_that_school_the_case_officer_is_told_and_no_other_senco() -> None:
    officer = Contact("sen_officer", "officer", "", AREA)
    assert names(routed("senco", Contact("senco", "other", "SCH2", AREA), officer, body="SCH")) == ["officer"]


def test_the_latest_case_worker_is_told() -> None:
    first, second = Contact("sen_officer", "first", "", AREA), Contact("sen_officer", "second", "", AREA)
    workers = (
        CaseWorker("second", "sen_officer", date(2025, 9, 1)),
        CaseWorker("first", "sen_officer", date(2025, 1, 1)),
        CaseWorker("first", "sen_officer", date(2026, 2, 1)),  # not yet
        CaseWorker("first", "plan_writer", date(2025, 12, 1)),  # another role
    )
    found = routed("sen_officer", first, second, workers=workers)
    assert (names(found), found.because) == (["second"], "SEN officer of the case")


def test_without_a_case_worker_the_areas_only_officer_is_told() -> None:
    found = routed("sen_officer", Contact("sen_officer", "officer", "", AREA), MANAGER)
    assert (names(found), found.fallback_used) == (["officer"], False)


def test_a_case_worker_who_is_no_contact_is_replaced_and_that_is_said() -> None:
    found = routed("sen_officer", Contact("sen_officer", "officer", "", AREA), workers=(CaseWorker("gone"),))
    assert (names(found), found.fallback_used) == (["officer"], True)
    assert found.because == "the case's SEN officer is not among the contacts; SEN officer of the area"


def test_among_several_officers_and_none_named_the_manager_is_told_and_not_a_random_one() -> None:
    officers = [Contact("sen_officer", name, "", AREA) for name in ("a", "b")]
    assert names(routed("sen_officer", *officers, MANAGER)) == ["manager"]


def test_the_data_manager_is_the_one_of_the_feeds_agency() -> None:
    own, other = Contact("data_manager", "own", "TRUST", AREA), Contact("data_manager", "other", "CARE", AREA)
    shared = Contact("data_manager", "shared", "", AREA)
    assert names(routed("data_manager", own, other, shared, body="TRUST")) == ["own"]
    assert names(routed("data_manager", other, shared, body="TRUST")) == ["shared"]
    assert names(routed("data_manager", other, OPERATIONS, body="TRUST")) == ["ops"]


def test_contacts_of_another_area_or_another_time_are_not_told() -> None:
    elsewhere = Contact("dco", "elsewhere", "ICB-N", "E2")
    past = Contact("dco", "past", "ICB-N", AREA, valid_to=date(2026, 1, 19))
    future = Contact("dco", "future", "ICB-N", AREA, valid_from=date(2026, 1, 21))
    today = Contact("dco", "today", "ICB-N", AREA, valid_from=ON, valid_to=ON)
    assert names(routed("dco", elsewhere, past, future, today)) == ["today"]
    assert names(routed("dco", elsewhere, past, future)) == []


def test_two_who_share_the_role_are_both_told_in_order_of_name() -> None:
    assert names(routed("dco", Contact("dco", "zed", "ICB-N"), NORTH)) == ["north", "zed"]


@pytest.mark.parametrize("role", ["assurance", "family"])
def test_nobody_stands_in_for_assurance_or_a_family(role: str) -> None:
    found = routed(role, MANAGER, OPERATIONS, NORTH)
    assert (names(found), found.fallback_used) == ([], False)


@pytest.mark.parametrize("role", sorted(STAND_INS))
def test_every_line_of_stand_ins_ends_with_operations(role: str) -> None:
    assert STAND_INS[role][-1] == "operations"
    found = routed(role, OPERATIONS)
    assert (names(found), found.fallback_used) == (["ops"], True)


def test_a_role_without_a_plain_name_is_readable() -> None:
    assert plain_role("youth_worker") == "youth worker"


def test_bodies_that_succeed_each_other_in_a_circle_end_the_search() -> None:
    circle = {
        "A": Body("A", "icb", valid_to=date(2020, 1, 1), successor="B"),
        "B": Body("B", "icb", valid_to=date(2020, 1, 1), successor="A"),
    }
    assert route(Matter(AREA, "A"), "dco", [MANAGER], circle, ON).to == (MANAGER,)
