import json
from typing import Any

import pytest

from connectors.base import Refused, Row
from connectors.sources.fhir.mapping import map_resource, removed
from connectors.sources.fhir.view import Advice, Around

PATIENT = {"reference": "Patient/p1"}
ADVICE = {"coding": [{"system": "urn:tell-once:advice", "code": "medical"}]}
OWNER = {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RXY"}}


def mapped(kind: str, around: Around | None = None, **elements: Any) -> Row:
    elements = {name.rstrip("_"): value for name, value in elements.items()}
    one = {"resourceType": kind, "id": "x1", "meta": {"lastUpdated": "2026-03-27T23:30:00+01:00"}, **elements}
    return map_resource(kind, json.dumps(one).encode(), "", around or Around())


def task(**elements: Any) -> Row:
    given = {
        "status": "in-progress", "code": ADVICE, "groupIdentifier": {"value": "R1"}, "identifier": [{"value": "A1"}],
        "for": PATIENT, "authoredOn": "2026-02-11", "executionPeriod": {"start": "2026-02-12"}, "owner": OWNER,
    }  # fmt: skip
    return mapped("Task", **{**given, **elements})


def kinds(row: Row) -> list[str]:
    return [said.kind for said in row.said]


def payload(row: Row, index: int = 0) -> Any:
    return row.said[index].payload


def reasons(row: Row) -> list[tuple[str, str]]:
    return [(note.field, note.reason) for note in row.notes]


def test_a_task_with_a_configured_code_asks_for_advice() -> None:
    row = task()
    asked = payload(row)
    assert (row.key, row.version) == ("Task:x1", "2026-03-27T22:30:00.000000Z")
    assert (asked.process, asked.advice_request, asked.advice_kind, asked.body) == ("R1", "A1", "medical", "RXY")
    assert (str(asked.sent_on), str(asked.received_on), asked.received_basis) == (
        "2026-02-11",
        "2026-02-12",
        "acknowledged",
    )


def test_a_task_that_was_not_acknowledged_has_no_day_of_receipt() -> None:
    asked = payload(task(executionPeriod={}))
    assert (asked.received_on, asked.received_basis) == (None, "")


def test_a_task_without_the_code_says_nothing() -> None:
    assert task(code={"coding": [{"system": "http://snomed.info/sct", "code": "1"}]}).said == ()


def test_a_completed_task_says_that_the_advice_was_sent() -> None:
    row = task(
        status="completed",
        executionPeriod={"start": "2026-02-12", "end": "2026-03-29T23:30:00Z"},
        output=[{"type": {"text": "advice"}, "valueReference": {"reference": "DocumentReference/d1"}}],
    )
    assert kinds(row) == ["AdviceRequested", "AdviceSent"]
    assert (str(payload(row, 1).sent_on), payload(row, 1).document_ref) == ("2026-03-30", "DocumentReference/d1")


def test_a_completed_task_without_an_end_counts_from_its_last_change() -> None:
    assert str(payload(task(status="completed", lastModified="2026-03-20T10:00:00Z"), 1).sent_on) == "2026-03-20"


def test_a_rejected_task_says_that_advice_was_declined_and_why() -> None:
    row = task(status="rejected", lastModified="2026-02-20", statusReason={"coding": [{"code": "wrong_service"}]})
    assert kinds(row) == ["AdviceRequested", "AdviceDeclined"]
    assert (payload(row, 1).ground, payload(row, 1).reasons_given) == ("wrong_service", True)


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_a_task_that_is_not_in_force_says_nothing_with_a_note(status: str) -> None:
    row = task(status=status)
    assert row.said == ()
    assert reasons(row)


def test_entered_in_error_says_nothing_so_that_its_slots_are_withdrawn() -> None:
    row = task(status="entered-in-error")
    assert (row.key, row.said) == ("Task:x1", ())


def test_an_owner_is_found_by_its_ods_code_in_the_bundle_or_by_its_id() -> None:
    around = Around(bodies={"Organization/o1": "RXY"}, places={"urn:uuid:1": "Organization/o1"})
    assert payload(mapped_task(around, {"reference": "urn:uuid:1"})).body == "RXY"
    assert payload(mapped_task(Around(), {"reference": "Organization/R99"})).body == "R99"
    row = mapped_task(Around(), {"reference": "Practitioner/d1"})
    assert payload(row).body == ""
    assert reasons(row) == [("owner", "not an organisation: body left empty")]


def mapped_task(around: Around, owner: dict[str, str]) -> Row:
    return mapped("Task", around, status="requested", code=ADVICE, for_=PATIENT, authoredOn="2026-02-11", owner=owner)


def test_a_service_request_is_a_referral_unless_it_has_the_code() -> None:
    given = {"status": "active", "subject": PATIENT, "authoredOn": "2026-02-11", "performer": [OWNER]}
    assert kinds(mapped("ServiceRequest", **given, code={"coding": [{"code": "1"}]})) == ["ReferralMade"]
    row = mapped("ServiceRequest", **given, code=ADVICE, requisition={"value": "R1"}, identifier=[{"value": "A1"}])
    assert kinds(row) == ["AdviceRequested"]
    assert (payload(row).process, payload(row).advice_request, payload(row).body) == ("R1", "A1", "RXY")


@pytest.mark.parametrize(
    ("status", "kind"),
    [("booked", "AppointmentBooked"), ("cancelled", "AppointmentCancelled"), ("noshow", "AppointmentMissed"),
     ("fulfilled", "AppointmentAttended"), ("proposed", "")],
)  # fmt: skip
def test_an_appointment_says_what_its_status_says(status: str, kind: str) -> None:
    participants = [
        {"actor": {"reference": "Practitioner/d"}},
        {"actor": PATIENT},
        {"actor": {"reference": "Organization/RXY"}},
    ]
    row = mapped(
        "Appointment", status=status, start="2026-03-02T10:30:00Z", created="2026-02-20", participant=participants
    )
    assert kinds(row) == ([kind] if kind else [])
    if kind:
        assert (row.said[0].local_id, payload(row).by_body) == ("p1", "RXY")
        happened = {"booked": "2026-02-20", "cancelled": "2026-03-27"}.get(status, "2026-03-02")
        assert str(row.said[0].occurred_on) == happened


def test_a_contact_in_the_night_is_on_londons_date() -> None:
    row = mapped("Encounter", status="finished", subject=PATIENT, period={"start": "2026-06-30T23:30:00Z"})
    assert str(row.said[0].occurred_on) == "2026-07-01"


def test_a_document_for_an_advice_task_of_the_load_says_sent() -> None:
    around = Around(advice={"Task/t1": Advice(process="R1", advice_request="A1", advice_kind="medical", body="RXY")})
    given = {"status": "current", "subject": PATIENT, "date": "2026-03-27T09:00:00Z"}
    row = mapped("DocumentReference", around, **given, context={"related": [{"reference": "Task/t1"}]})
    assert (payload(row).advice_request, payload(row).body, payload(row).document_ref) == (
        "A1",
        "RXY",
        "DocumentReference/x1",
    )
    assert mapped("DocumentReference", around, **given, context={"related": [{"reference": "Task/t2"}]}).said == ()


def test_a_communication_with_our_code_says_sent_without_knowing_the_request() -> None:
    row = mapped("Communication", status="completed", subject=PATIENT, sent="2026-03-27T09:00:00Z", category=[ADVICE])
    assert (payload(row).advice_kind, payload(row).advice_request) == ("medical", "")


def test_a_subject_known_by_nhs_number_only_is_described_by_it() -> None:
    subject = {"identifier": {"system": "http://fhir.nhs.net/Id/nhs-number", "value": "999 001 0005"}}
    row = mapped("Encounter", status="finished", subject=subject, period={"start": "2026-02-02"})
    assert kinds(row) == ["PersonDescribed", "HealthContactRecorded"]
    assert {said.local_id for said in row.said} == {"nhs-number:9990010005"}
    assert row.said[0].key == "person:nhs-number:9990010005"


def test_an_invalid_nhs_number_as_subject_is_a_note_and_no_refusal() -> None:
    subject = {"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990010006"}}
    row = mapped("Encounter", status="finished", subject=subject, period={"start": "2026-02-02"})
    assert kinds(row) == ["HealthContactRecorded"]
    assert reasons(row) == [("subject", "not a valid NHS number")]


def test_a_contained_patient_is_found() -> None:
    patient = {
        "resourceType": "Patient",
        "id": "c1",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990010005"}],
    }
    row = mapped(
        "Encounter",
        status="finished",
        contained=[patient],
        subject={"reference": "#c1"},
        period={"start": "2026-02-02"},
    )
    assert row.said[0].local_id == "nhs-number:9990010005"


@pytest.mark.parametrize(
    "subject", [{}, {"reference": "urn:uuid:nothing"}, {"reference": "Group/1"}, {"reference": "#none"}]
)
def test_a_subject_that_cannot_be_found_refuses(subject: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        mapped("Encounter", status="finished", subject=subject, period={"start": "2026-02-02"})
    assert refused.value.field == "subject"


def test_an_absolute_reference_and_a_versioned_one_name_the_same_patient() -> None:
    for reference in ("https://example.org/fhir/Patient/p1", "Patient/p1/_history/3"):
        row = mapped("Encounter", status="finished", subject={"reference": reference}, period={"start": "2026-02-02"})
        assert row.said[0].local_id == "p1"


def test_an_element_in_the_wrong_form_is_dropped_and_the_rest_kept() -> None:
    row = mapped("Patient", name={"family": "Testcase"}, gender="female", birthDate="2016-04-02", identifier=7)
    assert (payload(row).family_name, payload(row).sex, str(payload(row).birth_date)) == ("", "female", "2016-04-02")
    assert sorted(field for field, _ in reasons(row)) == ["identifier", "name"]


def test_names_by_use() -> None:
    names = [
        {"use": "old", "family": "Former", "given": ["Ada"]},
        {"use": "usual", "family": "Usual", "given": ["Ada"]},
        {"use": "official", "family": "Testcase", "given": ["Ada", "May"]},
        {"use": "nickname", "given": ["Addie"]},
    ]
    described = payload(mapped("Patient", name=names))
    assert (described.family_name, described.given_names, described.preferred_name) == ("Testcase", "Ada May", "Addie")
    assert described.former_names == ("Ada Former",)


@pytest.mark.parametrize(
    ("code", "kept"), [("R", "restricted"), ("V", "very_restricted"), ("REDACTED", "redacted"), ("U", ""), ("N", "")]
)
def test_security_labels(code: str, kept: str) -> None:
    address = [{"postalCode": "LS1 4AP"}]
    described = payload(mapped("Patient", meta={"security": [{"code": code}]}, address=address))
    assert described.sensitivity == kept
    assert described.postcode == ("" if kept else "LS1 4AP")


def test_a_death_without_a_day_counts_from_the_day_it_was_written() -> None:
    row = mapped("Patient", deceasedBoolean=True)
    assert (kinds(row), str(row.said[1].occurred_on)) == (["PersonDescribed", "PersonDied"], "2026-03-27")
    assert reasons(row)


def test_half_a_birth_date_is_noted() -> None:
    row = mapped("Patient", birthDate="2016-04")
    assert payload(row).birth_date is None
    assert reasons(row) == [("birthDate", "not a whole date")]


def test_a_deletion_says_nothing_any_more_and_a_conditional_one_is_refused() -> None:
    assert (removed("Task/t1", "2026-03-01T00:00:00Z").key, removed("Task/t1", "").said) == ("Task:t1", ())
    with pytest.raises(Refused):
        removed("Task?identifier=1", "")
