import json
from typing import Any

import pytest

from connectors.base import Refused
from connectors.sources.pds_trace.mapping import Told, exchange, told
from connectors.sources.pds_trace.questions import Question, searches
from tests.unit.connectors.fake_pds import NOBODY, outcome, sandbox, scored

JANE = Question("Smith", "Jane Anne", "2010-10-22", "female", "LS1 6AE")
AT = "2026-03-02T09:00:00Z"


def of(answer: dict[str, Any], **asked: str) -> Told:
    asked = asked or {"source": "casework", "local_id": "C1", "strategy": "exact"}
    return told(exchange(json.dumps({"asked_at": AT, "answer": answer, **asked}).encode()))


def said(found: Told) -> list[tuple[str, str]]:
    return [(one.kind, one.local_id) for row in found.rows for one in row.said]


def payload(found: Told, kind: str) -> Any:
    return next(one.payload for row in found.rows for one in row.said if one.kind == kind)


def test_the_narrowest_search_comes_first_and_only_one_person_is_asked_for() -> None:
    exact, history, without = searches(JANE)
    assert dict(exact.parameters) == {
        "family": "Smith", "given": "Jane", "birthdate": "eq2010-10-22", "address-postalcode": "LS1 6AE",
        "_exact-match": "true", "_max-results": "1",
    }  # fmt: skip
    assert dict(history.parameters)["given"] == "Jan*"
    assert dict(history.parameters)["address-postalcode"] == "LS*"
    assert dict(without.parameters)["gender"] == "female"


def test_a_restricted_child_is_never_searched_by_address() -> None:
    restricted = Question("Smith", "Jane", "2010-10-22", "female", "LS1 6AE", is_restricted=True)
    assert not [name for one in searches(restricted) for name, _ in one.parameters if name.startswith("address")]


def test_a_sure_answer_describes_the_person_under_their_number_and_says_for_whom_it_was_given() -> None:
    found = of(scored(sandbox("PatientSearch.json"), 1))
    assert (found.outcome, found.number, found.score) == ("found", "9000000009", 1.0)
    assert said(found) == [
        ("PersonDescribed", "9000000009"), ("PersonDied", "9000000009"), ("IdentifierTraced", "9000000009"),
    ]  # fmt: skip
    who, traced = payload(found, "PersonDescribed"), payload(found, "IdentifierTraced")
    assert (who.nhs_number, who.nhs_number_status, who.family_name, who.postcode) == (
        "9000000009", "01", "Smith", "LS1 6AE",
    )  # fmt: skip
    assert (traced.for_source, traced.for_local_id, traced.strategy, traced.score) == ("casework", "C1", "exact", 1.0)


@pytest.mark.parametrize("name", ["PatientSearch.json", "PatientSearch-Jayne-Smyth.json", "Minimal_PatientSearch.json"])
def test_an_unsure_answer_as_the_sandbox_gives_it_is_evidence_alone(name: str) -> None:
    found = of(sandbox(name))
    assert (found.outcome, found.score) == ("possible", 0.75)
    assert said(found) == [("IdentifierTraced", found.number)]


def test_a_sensitive_person_keeps_the_flag_and_no_place_however_sure_the_answer() -> None:
    unsure = of(sandbox("Sensitive_PatientSearch.json"))
    who = payload(unsure, "PersonDescribed")
    assert (unsure.outcome, who.sensitivity, who.nhs_number, who.family_name) == ("possible", "restricted", "", "")
    home = {"address": [{"use": "home", "line": ["1 Hidden Way"], "postalCode": "LS1 6AE"}]}
    who = payload(of(scored(sandbox("Sensitive_PatientSearch.json"), 1, **home)), "PersonDescribed")
    assert (who.sensitivity, who.nhs_number) == ("restricted", "9000000025")
    assert (who.postcode, who.address_lines, who.gp_practice) == ("", (), "")


def test_an_answer_without_a_score_is_not_a_sure_one() -> None:
    (entry,) = sandbox("PatientSearch.json")["entry"]
    found = of({"resourceType": "Bundle", "total": 1, "entry": [{"resource": entry["resource"]}]})
    assert (found.outcome, found.score, said(found)) == ("possible", None, [("IdentifierTraced", "9000000009")])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(NOBODY, "nobody"), (outcome("TOO_MANY_MATCHES"), "many"), (NOBODY | {"total": 2}, "many")],
)
def test_of_nobody_and_of_many_nothing_is_taken_and_what_was_said_before_is_taken_back(
    answer: dict[str, Any], expected: str
) -> None:
    found = of(answer)
    assert (found.outcome, found.number, said(found)) == (expected, "", [])
    assert [row.key for row in found.rows] == ["trace:casework:C1"]


def test_a_number_answered_by_another_one_is_superseded_and_the_old_patient_is_no_more() -> None:
    found = of(sandbox("Patient.json"), number="9000000017")
    change = payload(found, "IdentifierSuperseded")
    assert (found.outcome, change.system, change.old, change.new) == (
        "superseded", "nhs_number", "9000000017", "9000000009",
    )  # fmt: skip
    assert {local_id for _, local_id in said(found)} == {"9000000009"}
    assert (found.rows[-1].key, found.rows[-1].said) == ("Patient:9000000017", ())


def test_an_invalidated_number_is_superseded_by_nothing() -> None:
    found = of(outcome("INVALIDATED_RESOURCE"), number="9000000017")
    assert said(found) == [("PersonDescribed", "9000000017"), ("IdentifierSuperseded", "9000000017")]
    assert payload(found, "IdentifierSuperseded").new == ""


def test_a_number_that_holds_says_nothing_but_a_restriction() -> None:
    assert said(of(sandbox("Patient.json"), number="9000000009")) == []
    who = payload(of(sandbox("Sensitive_Patient.json"), number="9000000025"), "PersonDescribed")
    assert (who.sensitivity, who.nhs_number, who.family_name) == ("restricted", "9000000025", "")


def test_an_unknown_number_says_nothing() -> None:
    assert of(outcome("RESOURCE_NOT_FOUND"), number="9000000017") == Told("unknown")


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (outcome("INVALID_SEARCH_DATA"), {}),
        ({"resourceType": "Bundle"}, {}),
        ({"resourceType": "Observation"}, {}),
        ({"resourceType": "Patient", "id": "9000000008"}, {"number": "9000000009"}),
        (outcome("INVALID_RESOURCE_ID"), {"number": "9000000009"}),
    ],
)
def test_what_is_no_answer_is_refused_without_a_value(answer: dict[str, Any], asked: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        of(answer, **asked)
    assert "900000000" not in refused.value.reason
