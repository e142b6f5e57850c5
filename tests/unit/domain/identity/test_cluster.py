"""Which records make up which child, and the index that finds them."""

from hub.domain.identity.block import keys
from hub.domain.identity.cluster import MOST_IN_A_BLOCK, MOST_PAST, Clusters
from tests.identities import NHS, UPNS, a_person
from tests.unit.domain.identity.test_weigh import NEW, an_area

RECORD = ("casework", "0")


def test_what_a_record_said_before_leads_to_it_but_no_number_of_then() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0], upn=UPNS[0])})
    clusters.describe(
        RECORD, a_person(family_name="Moss", given_names="Bea", birth_date="", postcode="M1 1AA", address_lines=[])
    )
    assert clusters.candidates(NEW, a_person()) == ["c0"]
    only_numbers = {"given_names": "", "family_name": "", "birth_date": "", "postcode": "", "address_lines": []}
    assert clusters.candidates(NEW, a_person(nhs_number=NHS[0], upn=UPNS[0], **only_numbers)) == []
    assert clusters.with_number(NHS[0]) == []


def test_only_the_last_few_descriptions_are_kept() -> None:
    clusters = an_area({"casework": a_person()})
    for n in range(MOST_PAST + 3):
        clusters.describe(RECORD, a_person(given_names=f"Ada {'abcdefgh'[n]}"))
    assert len(clusters.past[RECORD]) == MOST_PAST
    assert a_person() not in clusters.past[RECORD]


def test_a_description_that_is_withdrawn_leads_nowhere() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0])})
    clusters.describe(RECORD, a_person(family_name="Moss", nhs_number=NHS[0]))
    clusters.describe(RECORD, None)
    assert clusters._index == {}
    assert clusters.seen(0, "ada") == clusters.seen(1, "moss") == 0
    assert clusters.persons("c0") == []


def test_a_forgotten_record_leaves_nothing() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0])})
    clusters.seal("c0")
    clusters.forget(RECORD)
    assert (clusters.child_of, clusters.people, clusters.past, clusters._index) == ({}, {}, {}, {})
    assert (clusters.veiled, dict(clusters.sealed_numbers)) == ({}, {})


def test_a_key_that_too_many_share_says_nothing_but_a_number_always_leads_there() -> None:
    clusters = Clusters()
    for n in range(MOST_IN_A_BLOCK + 2):
        clusters.link(("school", str(n)), f"c{n}")
        clusters.describe(("school", str(n)), a_person(nhs_number=NHS[0]))
    assert clusters.candidates(NEW, a_person()) == []
    assert len(clusters.candidates(NEW, a_person(nhs_number=NHS[0]))) == MOST_IN_A_BLOCK + 2


def test_candidates_come_in_the_order_in_which_children_were_created() -> None:
    clusters = an_area({"casework": a_person()}, {"trust": a_person()}, {"school": a_person()})
    clusters.created = {"c0": 30, "c1": 10, "c2": 20}
    assert clusters.candidates(NEW, a_person()) == ["c1", "c2", "c0"]


def test_a_sealed_child_and_its_numbers_are_closed() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0], upn=UPNS[0])}, {"trust": a_person(upn=UPNS[0])})
    clusters.seal("c0")
    assert clusters.closed == {"c0", "c1"}
    assert clusters._index == {}
    assert clusters.is_restricted("c1")
    for number in ({"nhs_number": NHS[0]}, {"upn": UPNS[0]}):
        assert clusters.is_sealed(NEW, a_person(**number))
    assert not clusters.is_sealed(NEW, a_person(nhs_number=NHS[1]))


def test_numbers_follow_what_replaced_them() -> None:
    clusters = Clusters()
    clusters.superseded.update({NHS[0]: NHS[1], NHS[1]: NHS[2], NHS[3]: ""})
    assert [clusters.number(number) for number in NHS] == [NHS[2], NHS[2], NHS[2], ""]
    assert clusters.same_numbers(NHS[1]) == [NHS[0], NHS[1], NHS[2]]
    assert clusters.same_numbers(NHS[3]) == [NHS[3]]  # what is invalid is one with nobody's


def test_children_are_apart_in_both_directions() -> None:
    clusters = an_area({"casework": a_person()}, {"trust": a_person()})
    clusters.apart.add((("trust", "1"), "c0"))
    assert clusters.children_apart("c0", "c1")
    assert clusters.children_apart("c1", "c0")
    assert clusters.are_apart(RECORD, "c1")
    assert clusters.between("c0", "c1") == clusters.between("c1", "c0") == {(("trust", "1"), "c0")}
    assert not clusters.are_apart(NEW, "c0")


def test_a_child_is_restricted_by_any_of_its_records() -> None:
    clusters = an_area({"casework": a_person(), "trust": a_person(sensitivity="refuge")}, {"school": a_person()})
    assert clusters.is_restricted("c0")
    assert not clusters.is_restricted("c1")
    clusters.hidden.add(("school", "1"))
    assert clusters.is_restricted("c1")


def test_every_key_of_a_record_leads_to_its_child() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0])})
    assert set(clusters._index) == set(keys(a_person(nhs_number=NHS[0])))
