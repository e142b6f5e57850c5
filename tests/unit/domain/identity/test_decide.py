"""Where a record belongs, given all the others."""

import msgspec

from hub.domain.identity.decide import Verdict, decide
from hub.domain.identity.normalise import Person
from tests.identities import NHS, UPNS, a_person
from tests.unit.domain.identity.test_weigh import NEW, SCORER, an_area


def asked(verdict: Verdict) -> list[tuple[str, str]]:
    return [(review.child, review.rule) for review in verdict.reviews]


def test_a_record_joins_the_child_that_it_fits() -> None:
    verdict = decide(NEW, a_person(), an_area({"casework": a_person()}), SCORER)
    assert (verdict.child, verdict.how, asked(verdict)) == ("c0", "score", [])
    assert verdict.score is not None


def test_a_record_that_fits_nobody_begins_a_child() -> None:
    stranger = a_person(
        given_names="Bertram", family_name="Moss", birth_date="2011-09-17", sex="M", postcode="M1 1AA", address_lines=[]
    )
    assert decide(NEW, stranger, an_area({"casework": a_person()}), SCORER) == Verdict()


def test_a_twin_joins_nobody() -> None:
    for sex in ("F", "M", ""):
        verdict = decide(NEW, a_person(given_names="Beatrice", sex=sex), an_area({"casework": a_person()}), SCORER)
        assert verdict.child == ""
        assert {rule for _, rule in asked(verdict)} <= {"given_names_differ"}


def test_two_children_that_fit_nearly_alike_are_both_asked_about() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0])}, {"trust": a_person(nhs_number=NHS[1])})
    verdict = decide(NEW, a_person(), clusters, SCORER)
    assert verdict.child == ""
    assert asked(verdict) == [("c0", "two_candidates"), ("c1", "two_candidates")]


def test_a_record_that_shows_two_children_to_be_one_joins_them() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0])}, {"school": a_person(upn=UPNS[0], family_name="Moss")})
    verdict = decide(NEW, a_person(nhs_number=NHS[0], upn=UPNS[0]), clusters, SCORER)
    assert {verdict.child, *verdict.merges} == {"c0", "c1"}


def three() -> Person:
    return a_person(nhs_number=NHS[0], upn=UPNS[0])


def test_but_no_two_that_conflict() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0], upn=UPNS[1])}, {"school": a_person(upn=UPNS[0])})
    verdict = decide(NEW, three(), clusters, SCORER)
    assert verdict.merges == ()


def test_nor_two_that_a_person_keeps_apart() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0])}, {"school": a_person(upn=UPNS[0])})
    assert len(decide(NEW, three(), clusters, SCORER).merges) == 1
    clusters.apart.add((("school", "1"), "c0"))
    assert decide(NEW, three(), clusters, SCORER).merges == ()


def test_nor_any_two_that_a_person_keeps_apart_be_it_through_a_third() -> None:
    clusters = an_area(
        {"casework": a_person(nhs_number=NHS[0])}, {"school": a_person(upn=UPNS[0])}, {"trust": a_person(upn=UPNS[0])}
    )
    assert len(decide(NEW, three(), clusters, SCORER).merges) == 2
    clusters.apart.add((("school", "1"), "c2"))
    verdict = decide(NEW, three(), clusters, SCORER)
    assert not {"c1", "c2"} <= {verdict.child, *verdict.merges}


def test_nor_what_a_person_has_put_together() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0])}, {"school": a_person(upn=UPNS[0])})
    clusters.decided.add(("school", "1"))
    assert decide(NEW, three(), clusters, SCORER).merges == ()


def test_a_child_that_a_person_keeps_it_apart_from_is_no_candidate() -> None:
    clusters = an_area({"casework": a_person()})
    clusters.apart.add((NEW, "c0"))
    assert decide(NEW, a_person(), clusters, SCORER) == Verdict()


def test_a_record_leaves_the_child_whose_number_it_contradicts_now() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0]), "trust": a_person(nhs_number=NHS[0])})
    verdict = decide(("trust", "0"), a_person(nhs_number=NHS[1]), clusters, SCORER)
    assert (verdict.leaves, verdict.child) == ("two_nhs_numbers", "")
    assert asked(verdict) == [("c0", "two_nhs_numbers")]


def test_a_record_that_a_person_put_where_it_is_stays() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0]), "trust": a_person(nhs_number=NHS[0])})
    clusters.decided.add(("trust", "0"))
    assert decide(("trust", "0"), a_person(nhs_number=NHS[1]), clusters, SCORER) == Verdict()


def test_and_so_do_those_it_was_put_with_but_a_new_conflict_is_asked_about() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0]), "trust": a_person(nhs_number=NHS[1])})
    clusters.decided.add(("trust", "0"))
    known = decide(("casework", "0"), a_person(nhs_number=NHS[0], sex=""), clusters, SCORER)
    assert (known.leaves, asked(known)) == ("", [])
    clusters.describe(("trust", "0"), a_person())
    clusters.describe(("casework", "0"), a_person(upn=UPNS[0]))
    clusters.describe(("trust", "0"), a_person(upn=UPNS[0]))
    new = decide(("casework", "0"), a_person(upn=UPNS[1]), clusters, SCORER)
    assert (new.leaves, asked(new)) == ("", [("c0", "two_upns")])


def test_a_number_that_may_be_keyed_by_mistake_is_asked_about_however_low_it_scores() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0])})
    wrong = a_person(
        nhs_number=NHS[0],
        given_names="Bertram",
        birth_date="2009-12-30",
        sex="M",
        family_name="Moss",
        postcode="",
        address_lines=[],
    )
    verdict = decide(NEW, wrong, clusters, SCORER)
    assert (verdict.child, asked(verdict)) == ("", [("c0", "other_person")])


def test_a_record_put_out_of_its_child_does_not_come_straight_back() -> None:
    clusters = an_area({"casework": a_person(), "school": a_person()})
    verdict = decide(("school", "0"), a_person(), clusters, SCORER, out_of="c0")
    assert verdict.child == ""


def test_the_same_is_decided_whatever_order_records_are_held_in() -> None:
    people = {"casework": a_person(), "trust": a_person(given_names="Adah"), "school": a_person(sex="")}
    for order in (list(people), list(reversed(people))):
        clusters = an_area({source: people[source] for source in order})
        verdict = decide(NEW, a_person(given_names="A"), clusters, SCORER)
        assert msgspec.structs.replace(verdict) == decide(NEW, a_person(given_names="A"), an_area(people), SCORER)
