"""What we read of FHIR, explained, and an example."""

from connectors.base import Column, Table
from connectors.codes import ADVICE_KINDS, GROUNDS

_STATUS = "entered-in-error withdraws the resource"


def _type(name: str, about: str, *columns: Column) -> Table:
    common = (
        Column("id", "Key of the resource, the same in every export", "key", f"{name.lower()}-1", required=True),
        Column("meta.lastUpdated", "When it was written; its version", "instant", "2026-01-15T16:05:00Z"),
    )
    return Table(name, about, common + columns)


TABLES: tuple[Table, ...] = (
    _type(
        "Patient", "PersonDescribed; PersonDied where deceased.",
        Column("identifier", "NHS number (https://fhir.nhs.uk/Id/nhs-number); UPN (urn:tell-once:upn)"),
        Column("name", "official before usual; nickname is the preferred, old and maiden are former names"),
        Column("birthDate", "Whole date only", "date", "2016-04-02"),
        Column("gender", "male, female, other, unknown", "code", "female"),
        Column("address", "The home's; left out for a restricted patient"),
        Column("deceasedDateTime", "Date of death; deceasedBoolean is understood", "date"),
        Column("meta.security", "R, V or REDACTED restricts the record", "code", "R"),
        Column("generalPractitioner", "ODS code of the practice", "key", "Y12345"),
    ),
    _type(
        "Task", "With a code of the configured system: AdviceRequested; completed: AdviceSent too; "
        "rejected: AdviceDeclined too. Other tasks, drafts and cancelled ones say nothing.",
        Column("status", _STATUS, "code", "in-progress"),
        Column("code", "System urn:tell-once:advice and the advice kind", "code", "", ADVICE_KINDS, True),
        Column("groupIdentifier.value", "Key of the process", "key", "R17"),
        Column("identifier.value", "Key of this one request for advice; without it the id", "key", "A17-2"),
        Column("for", "The patient", "key", "Patient/p-1", required=True),
        Column("authoredOn", "Sent; this or executionPeriod.start is needed", "date", "2026-02-17", required=True),
        Column("executionPeriod.start", "Received: the body's acknowledgement", "date", "2026-02-18"),
        Column("executionPeriod.end", "Advice sent, when completed; else lastModified", "date", "2026-03-27"),
        Column("owner", "Organisation that owes the advice: identifier, else id", "key", "RXY"),
        Column("performerType", "Whose advice", "text", "speech_and_language_therapist"),
        Column("output.valueReference", "The document", "key", "DocumentReference/d-1"),
        Column("statusReason", "Why it was rejected", "code", "", GROUNDS),
    ),
    _type(
        "ServiceRequest", "With a code of the configured system AdviceRequested, else ReferralMade.",
        Column("status", _STATUS, "code", "active"),
        Column("subject", "The patient", "key", "Patient/p-1", required=True),
        Column("authoredOn", "Day it was made", "date", "2026-01-20", required=True),
        Column("code", "What is asked for", "code", "306118006"),
        Column("performer", "Organisation asked", "key", "RXY"),
        Column("reasonCode", "Why, as a code", "code"),
        Column("priority", "How urgent", "code", "routine"),
    ),
    _type(
        "Appointment", "booked: AppointmentBooked; cancelled: AppointmentCancelled; noshow: AppointmentMissed; "
        "arrived, checked-in, fulfilled: AppointmentAttended.",
        Column("status", _STATUS, "code", "booked"),
        Column("participant.actor", "The patient; an organisation gives it", "key", "Patient/p-1", required=True),
        Column("start", "When", "instant", "2026-03-02T10:30:00Z", required=True),
        Column("created", "Day of the booking", "date", "2026-02-20"),
        Column("basedOn", "The request for advice that it serves", "key", "ServiceRequest/s-1"),
    ),
    _type(
        "Encounter", "finished: HealthContactRecorded.",
        Column("status", _STATUS, "code", "finished"),
        Column("subject", "The patient", "key", "Patient/p-1", required=True),
        Column("period.start", "When", "instant", "2026-03-02T10:30:00Z", required=True),
        Column("class", "Kind of contact", "code", "AMB"),
    ),
    _type(
        "DocumentReference", "AdviceSent if context.related names a request for advice, or type "
        "or category has a code of the configured system; else nothing.",
        Column("status", _STATUS, "code", "current"),
        Column("subject", "The patient", "key", "Patient/p-1", required=True),
        Column("date", "Day it was sent", "instant", "2026-03-27T09:00:00Z", required=True),
        Column("context.related", "The request for advice", "key", "Task/t-1"),
    ),
    _type(
        "Communication", "completed: AdviceSent if basedOn names a request for advice, or category, topic or "
        "reasonCode has a code of the configured system; else nothing.",
        Column("status", _STATUS, "code", "completed"),
        Column("subject", "The patient", "key", "Patient/p-1", required=True),
        Column("sent", "When", "instant", "2026-03-27T09:00:00Z", required=True),
        Column("basedOn", "The request for advice", "key", "Task/t-1"),
    ),
)  # fmt: skip

EXAMPLE = """\
{"resourceType": "Patient", "id": "p-1", "meta": {"lastUpdated": "2026-01-10T09:00:00Z"}, "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990010005"}], "name": [{"use": "official", "family": "Testcase", "given": ["Ada", "May"]}], "gender": "female", "birthDate": "2016-04-02", "address": [{"use": "home", "postalCode": "LS1 4AP"}]}
{"resourceType": "Task", "id": "t-1", "meta": {"lastUpdated": "2026-03-27T09:00:00Z"}, "status": "completed", "intent": "order", "code": {"coding": [{"system": "urn:tell-once:advice", "code": "medical"}]}, "groupIdentifier": {"value": "R17"}, "identifier": [{"value": "A17-2"}], "for": {"reference": "Patient/p-1"}, "authoredOn": "2026-02-17", "executionPeriod": {"start": "2026-02-18", "end": "2026-03-27"}, "owner": {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RXY"}}, "output": [{"type": {"text": "advice"}, "valueReference": {"reference": "DocumentReference/d-1"}}]}
"""  # noqa: E501


def example() -> dict[str, str]:
    """Return a small NDJSON file: a patient and a request for advice that was answered."""
    return {"example.ndjson": EXAMPLE}
