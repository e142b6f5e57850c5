"""One record against one child."""

import msgspec

from hub.domain.identity.cluster import Clusters
from hub.domain.identity.model import Scorer
from hub.domain.identity.normalise import Person
from hub.domain.identity.weigh import against_rival, weigh
from tests.identities import NHS, a_person
from tests.property.builders import MODEL

SCORER = Scorer(MODEL)
NEW = ("late", "L1")


def an_area(*children: dict[str, Person]) -> Clusters:
    """Return children c0, c1, … of records named by their source."""
    clusters = Clusters()
    for number, records in enumerate(children):
        clusters.created[f"c{number}"] = number
        for source, one in records.items():
            clusters.link((source, f"{number}"), f"c{number}")
            clusters.describe((source, f"{number}"), one)
    return clusters


def common(**other: object) -> Person:
    return a_person(given_names="Oliver", family_name="Ahmed", sex="M", **other)


def test_a_child_answers_with_the_best_of_its_records() -> None:
    clusters = an_area(
        {"casework": a_person(postcode="", address_lines=[]), "trust": a_person(given_names="", birth_date="")}
    )
    found = weigh(NEW, a_person(), "c0", clusters, SCORER)
    assert found.levels == (0, 0, 0, 0, 0)
    assert found.is_sure


def test_what_a_record_said_before_still_counts_but_not_its_numbers() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0])})
    clusters.describe(("casework", "0"), a_person(family_name="Moss", postcode="M1 1AA", address_lines=[]))
    found = weigh(NEW, a_person(nhs_number=NHS[0]), "c0", clusters, SCORER)
    assert found.levels[:2] == (0, 0)
    assert found.how == "score"


def test_it_says_by_which_number_it_is_found() -> None:
    clusters = an_area({"casework": a_person(nhs_number=NHS[0], upn="B801200005001")})
    assert weigh(NEW, a_person(nhs_number=NHS[0]), "c0", clusters, SCORER).how == "nhs_number"
    assert weigh(NEW, a_person(upn="B801200005001"), "c0", clusters, SCORER).how == "upn"
    assert weigh(NEW, a_person(), "c0", clusters, SCORER).how == "score"


def test_a_doubtful_link_needs_more() -> None:
    clusters = an_area({"casework": a_person()})
    limits = MODEL.thresholds
    assert weigh(NEW, a_person(), "c0", clusters, SCORER).needed == limits.auto
    away = a_person(postcode="M1 1AA", address_lines=["88 Yew Close"])
    assert weigh(NEW, away, "c0", clusters, SCORER).needed == limits.auto + limits.doubtful
    assert (
        weigh(NEW, a_person(nhs_number=NHS[0]), "c0", an_area({"t": a_person(nhs_number=NHS[0])}), SCORER).needed
        == limits.identifier
    )


def test_a_common_name_needs_the_home_or_a_number() -> None:
    names = msgspec.structs.replace(MODEL.given, frequency=dict(MODEL.given.frequency) | {"oliver": 0.02})
    families = msgspec.structs.replace(MODEL.family, frequency=dict(MODEL.family.frequency) | {"ahmed": 0.02})
    scorer = Scorer(msgspec.structs.replace(MODEL, given=names, family=families))
    away = {"postcode": "M1 1AA", "address_lines": ["88 Yew Close"]}
    clusters = an_area({"casework": common(nhs_number=NHS[0])})
    assert weigh(NEW, common(**away), "c0", clusters, scorer).rule == "common_name"
    assert weigh(NEW, common(), "c0", clusters, scorer).rule == ""
    assert weigh(NEW, common(nhs_number=NHS[0], **away), "c0", clusters, scorer).rule == ""
    assert weigh(NEW, a_person(**away), "c0", an_area({"casework": a_person()}), scorer).rule == ""


def test_two_common_given_names_that_are_spelt_alike_are_two_names() -> None:
    names = msgspec.structs.replace(MODEL.given, frequency=dict(MODEL.given.frequency) | {"lola": 0.004, "lila": 0.004})
    scorer = Scorer(msgspec.structs.replace(MODEL, given=names))
    clusters = an_area({"casework": a_person(given_names="Lola")})
    assert weigh(NEW, a_person(given_names="Lila"), "c0", clusters, scorer).rule == "given_names_differ"


def test_a_source_that_has_nobody_twice_keeps_the_record_that_fits_better() -> None:
    scorer = Scorer(msgspec.structs.replace(MODEL, one_per_child=("school",)))
    clusters = an_area(
        {"casework": a_person(), "school": a_person(given_names="Adah", birth_date="2015-04-03", sex="")}
    )
    record = ("school", "new")
    sure = weigh(record, a_person(), "c0", clusters, scorer)
    better = against_rival(record, a_person(), sure, clusters, scorer)
    assert (better.rule, better.displaces) == ("", ("school", "0"))
    worse = a_person(given_names="A", birth_date="2015-03-14", sex="")
    found = against_rival(record, worse, weigh(record, worse, "c0", clusters, scorer), clusters, scorer)
    assert (found.rule, found.displaces) == ("one_per_child", None)
    clusters.decided.add(("school", "0"))
    assert against_rival(record, a_person(), sure, clusters, scorer).rule == "one_per_child"
    assert against_rival(("trust", "new"), a_person(), sure, clusters, scorer) == sure
