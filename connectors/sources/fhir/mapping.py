"""FHIR R4 resources: each becomes one row of what it tells."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from msgspec import Raw

from connectors.base import Note, Refused, Row
from connectors.cells import slug
from connectors.codes import ADVICE_KINDS, GROUNDS
from connectors.facts import Fact, said_of
from connectors.sources.fhir import resources as r
from connectors.sources.fhir.patient import patient
from connectors.sources.fhir.view import Advice, Around, View, at, decode, head_of, id_in, on
from hub.domain.events import health
from hub.domain.events.education import AdviceDeclined, AdviceRequested
from hub.domain.events.people import PersonDescribed
from hub.domain.instants import stamp

ENTERED_IN_ERROR = "entered-in-error"
NOT_YET = "not in force: the resource says nothing"
APPOINTMENTS = {
    "booked": health.AppointmentBooked,
    "cancelled": health.AppointmentCancelled,
    "noshow": health.AppointmentMissed,
    "arrived": health.AppointmentAttended,
    "checked-in": health.AppointmentAttended,
    "fulfilled": health.AppointmentAttended,
}


def map_resource(kind: str, raw: bytes | Raw, full_url: str, around: Around) -> Row:
    """Return what the resource says; nothing if it was entered in error, so that what it said before is withdrawn.

    Args:
        kind: Type of the resource, one of `USED`.
        raw: The resource as JSON.
        full_url: The entry's URL in its bundle, which names a resource that has no id yet.
        around: Its bundle and its load.

    Raises:
        Refused: It has no id, no patient, no date of the fact, or cannot be read.
    """
    struct, say, subject_at = USED[kind]
    one, notes = decode(raw, struct)
    view = View(around, notes)
    one.id = one.id or id_in(full_url)
    if not one.id:
        raise Refused("id", "missing")
    key = f"{kind}:{one.id}"
    written_at = at(one.meta.lastUpdated) if one.meta and one.meta.lastUpdated else None
    version = stamp(written_at) if written_at else ""
    if one.status == ENTERED_IN_ERROR:
        return Row(key, version, (), tuple(notes))
    said = tuple(say(one, view))
    if not said:
        return Row(key, version, (), tuple(notes))
    local_id, number = (one.id, "") if kind == "Patient" else view.subject(*subject_at(one, view), one)
    if number:
        said = ((PersonDescribed(nhs_number=number), None, f"person:{local_id}"), *said)
    return Row(key, version, said_of(said, key, (local_id, "child"), written_at), tuple(view.notes))


def asked(kind: str, raw: bytes | Raw, full_url: str, around: Around) -> Advice | None:
    """Return the request for advice that a Task or ServiceRequest makes, `None` if it makes none."""
    try:
        one: Any = decode(raw, USED[kind][0])[0]
    except Refused:
        return None
    one.id = one.id or id_in(full_url)
    view = View(around, [])
    code = view.advice_code(one.code, *getattr(one, "category", ()))
    return None if code is None else _asked(one, code, view)


def _asked(one: Any, code: str, view: View) -> Advice:
    group = one.groupIdentifier if isinstance(one, r.Task) else one.requisition
    owner = one.owner if isinstance(one, r.Task) else next(iter(one.performer), None)
    types = one.performerType if isinstance(one, r.Task) else [one.performerType] if one.performerType else []
    kind = code if code in ADVICE_KINDS else ""
    if not kind:
        view.note("code", "unknown advice kind")
    body = view.body(owner, one.contained)
    if owner and not body:
        view.note("owner" if isinstance(one, r.Task) else "performer", "not an organisation: body left empty")
    return Advice(
        process=group.value if group else "",
        advice_request=next((identifier.value for identifier in one.identifier if identifier.value), one.id),
        advice_kind=kind,
        profession=slug(types[0].code) if types else "",
        body=body,
    )


def _task(one: r.Task, view: View) -> Iterator[Fact]:
    code = view.advice_code(one.code)
    if code is None:
        return
    if one.status in ("draft", "cancelled"):
        view.note("status", NOT_YET)
        return
    advice = _asked(one, code, view)
    period = one.executionPeriod or r.Period()
    yield _requested(advice, one.authoredOn, period.start, bool(one.input) or None, view)
    changed = one.lastModified or (one.meta.lastUpdated if one.meta else "")
    if one.status == "completed":
        if sent_on := _day_of(view, executionPeriod_end=period.end, lastModified=changed):
            recipient = view.body(one.requester, one.contained)
            yield _sent(advice, sent_on, recipient, _document(one, view)), sent_on
    elif one.status == "rejected" and (
        declined_on := _day_of(view, lastModified=changed, executionPeriod_end=period.end)
    ):
        yield _declined(one, advice, view), declined_on


def _requested(advice: Advice, authored: str, received: str, enclosed: bool | None, view: View) -> Fact:
    sent_on, received_on = view.on("authoredOn", authored), view.on("executionPeriod.start", received)
    asked_on = received_on or sent_on
    if asked_on is None:
        raise Refused("authoredOn", "neither authoredOn nor executionPeriod.start is a date")
    return AdviceRequested(
        process=advice.process,
        process_kind="request",
        advice_request=advice.advice_request,
        advice_kind=advice.advice_kind,
        profession=advice.profession,
        body=advice.body,
        sent_on=sent_on,
        received_on=received_on,
        received_basis="acknowledged" if received_on else "",
        evidence_enclosed=enclosed,
    ), asked_on


def _sent(advice: Advice, sent_on: date, recipient: str, document_ref: str) -> health.AdviceSent:
    return health.AdviceSent(
        process=advice.process,
        process_kind="request" if advice.process else "",
        advice_request=advice.advice_request,
        advice_kind=advice.advice_kind,
        profession=advice.profession,
        body=advice.body,
        sent_on=sent_on,
        recipient=recipient,
        document_ref=document_ref,
    )


def _declined(one: r.Task, advice: Advice, view: View) -> AdviceDeclined:
    reason = one.statusReason or r.Concept()
    ground = reason.code if reason.code in GROUNDS else ""
    if reason.code and not ground:
        view.note("statusReason", "unknown code")
    return AdviceDeclined(
        process=advice.process,
        process_kind="request",
        advice_request=advice.advice_request,
        body=advice.body,
        ground=ground,
        reasons_given=bool(reason.code or reason.text),
    )


def _document(one: r.Task, view: View) -> str:
    for output in one.output:
        if reference := output.valueReference:
            return (reference.identifier.value if reference.identifier else "") or view.place(reference)
    return ""


def _day_of(view: View, **candidates: str) -> date | None:
    """Return the first of the dates that is one; a note if none is."""
    for text in candidates.values():
        if read := on(text):
            return read
    view.note(next(iter(candidates)).replace("_", "."), "missing: when it was done is not known")
    return None


def _service_request(one: r.ServiceRequest, view: View) -> Iterator[Fact]:
    if one.status in ("draft", "revoked"):
        view.note("status", NOT_YET)
        return
    code = view.advice_code(one.code, *one.category)
    if code is not None:
        yield _requested(_asked(one, code, view), one.authoredOn, "", None, view)
        return
    made_on = view.on("authoredOn", one.authoredOn)
    if made_on is None:
        raise Refused("authoredOn", "missing or not a whole date")
    yield (
        health.ReferralMade(
            service=one.code.code if one.code else "",
            specialty=one.performerType.code if one.performerType else "",
            reason=next((concept.code for concept in one.reasonCode), ""),
            priority=one.priority,
        ),
        made_on,
    )


def _appointment(one: r.Appointment, view: View) -> Iterator[Fact]:
    kind = APPOINTMENTS.get(one.status)
    if kind is None:
        view.note("status", NOT_YET)
        return
    start, written = view.on("start", one.start), one.meta.lastUpdated if one.meta else ""
    happened = {"booked": on(one.created), "cancelled": on(written)}.get(one.status) or start
    if happened is None:
        raise Refused("start", "missing or not a date")
    advice = view.advice(one.basedOn)
    actors = [participant.actor for participant in one.participant if participant.actor]
    yield (
        kind(
            service=next((concept.code for concept in one.serviceType), ""),
            starts=at(one.start) if start else None,
            by_body=next(
                filter(None, (view.body(actor, one.contained) for actor in actors if _is_body(actor, view))), ""
            ),
            because=one.cancelationReason.code if one.cancelationReason else "",
            advice_request=advice.advice_request if advice else "",
        ),
        happened,
    )


def _is_body(actor: r.Reference, view: View) -> bool:
    return actor.type == "Organization" or view.place(actor).startswith("Organization/")


def _encounter(one: r.Encounter, view: View) -> Iterator[Fact]:
    if one.status != "finished":
        view.note("status", NOT_YET)
        return
    met_on = view.on("period.start", one.period.start if one.period else "")
    if met_on is None:
        raise Refused("period.start", "missing or not a whole date")
    service = one.serviceType.code if one.serviceType else next((concept.code for concept in one.type), "")
    yield health.HealthContactRecorded(kind=one.class_.code if one.class_ else "", service=service), met_on


def _document_reference(one: r.DocumentReference, view: View) -> Iterator[Fact]:
    advice = view.advice(one.context.related if one.context else [])
    code = view.advice_code(one.type, *one.category)
    if advice is None and code is None:
        return
    if one.docStatus == "preliminary":
        view.note("docStatus", "preliminary: not sent yet")
        return
    sent_on = view.on("date", one.date)
    if sent_on is None:
        raise Refused("date", "missing or not a whole date")
    document = one.masterIdentifier.value if one.masterIdentifier else f"DocumentReference/{one.id}"
    advice = advice or _unlinked(code or "", view.body(one.custodian, one.contained), view)
    yield _sent(advice, sent_on, "", document), sent_on


def _communication(one: r.Communication, view: View) -> Iterator[Fact]:
    advice = view.advice(one.basedOn)
    code = view.advice_code(one.topic, *one.category, *one.reasonCode)
    if advice is None and code is None:
        return
    if one.status != "completed":
        view.note("status", NOT_YET)
        return
    sent_on = view.on("sent", one.sent)
    if sent_on is None:
        raise Refused("sent", "missing or not a whole date")
    advice = advice or _unlinked(code or "", view.body(one.sender, one.contained), view)
    recipient = next(filter(None, (view.body(to, one.contained) for to in one.recipient)), "")
    yield _sent(advice, sent_on, recipient, ""), sent_on


def _unlinked(code: str, body: str, view: View) -> Advice:
    """Return advice that names no request in the load: the pipeline looks for the one it answers."""
    if code not in ADVICE_KINDS:
        view.note("code", "unknown advice kind")
    return Advice(advice_kind=code if code in ADVICE_KINDS else "", body=body)


def _patient_of(one: r.Appointment, view: View) -> tuple[str, r.Reference | None]:
    actors = [participant.actor for participant in one.participant if participant.actor]
    found = next((actor for actor in actors if _is_patient(actor, one, view)), None)
    if actors and found is None:
        raise Refused("participant", "no patient that can be found")
    return "participant", found


def _is_patient(actor: r.Reference, one: r.Appointment, view: View) -> bool:
    if actor.type:
        return actor.type == "Patient"
    if actor.reference.startswith("#"):
        return any(
            head_of(raw).id == actor.reference[1:] and head_of(raw).resourceType == "Patient" for raw in one.contained
        )
    return view.place(actor).startswith("Patient/")


def _subject(one: Any, _view: View) -> tuple[str, r.Reference | None]:
    return "subject", one.subject


Say = Callable[[Any, View], Iterator[Fact]]
SubjectAt = Callable[[Any, View], tuple[str, r.Reference | None]]

USED: dict[str, tuple[type[Any], Say, SubjectAt]] = {
    "Patient": (r.Patient, patient, lambda one, view: ("id", None)),
    "Task": (r.Task, _task, lambda one, view: ("for", one.for_)),
    "ServiceRequest": (r.ServiceRequest, _service_request, _subject),
    "Appointment": (r.Appointment, _appointment, _patient_of),
    "Encounter": (r.Encounter, _encounter, _subject),
    "DocumentReference": (r.DocumentReference, _document_reference, _subject),
    "Communication": (r.Communication, _communication, _subject),
}
"""Resource type: what of it is read, what it says, and where it names its patient."""


def removed(url: str, when: str) -> Row:
    """Return the row of a resource that its bundle deletes: it says nothing any more.

    Raises:
        Refused: The deletion is conditional and names no resource.
    """
    kind, _, name = "/".join(url.split("/")[-2:]).partition("/")
    if not kind or not name or "?" in url:
        raise Refused("request.url", "a deletion that names no resource")
    moment = at(when) if when else None
    return Row(f"{kind}:{name}", stamp(moment) if moment else "", ())


def unused(kind: str, name: str, is_first: bool) -> Row:
    """Return the row of a resource of a type that we do not use; the first of its type says so."""
    notes = (Note(kind, "type of resource not used"),) if is_first else ()
    return Row(f"{kind}:{name}" if name else "", "", (), notes)
