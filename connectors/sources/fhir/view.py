"""What a mapping sees around one resource: its bundle, the advice asked for in the load, and a place for notes."""

import re
from datetime import date, datetime
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct, field

from connectors.base import Note, Refused
from connectors.cells import day
from connectors.sources.fhir.resources import Concept, Head, Identifier, Organization, Patient, Reference, Resource
from hub.domain.identifiers import nhs_number
from hub.domain.instants import LONDON, local_date

NHS_NUMBER = ("https://fhir.nhs.uk/Id/nhs-number", "http://fhir.nhs.net/Id/nhs-number")
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
R = TypeVar("R", bound=Resource)
_AT = re.compile(r"at `\$\.(\w+)")
_HEAD = msgspec.json.Decoder(Head)


class FhirConfig(Struct, frozen=True):
    """What differs from site to site.

    Attributes:
        advice_system: System of the codes that mark a request for EHC advice; the code is the advice kind.
        upn_system: System of a UPN among a patient's identifiers; nobody has published one.
    """

    advice_system: str = "urn:tell-once:advice"
    upn_system: str = "urn:tell-once:upn"


class Advice(Struct, frozen=True):
    """A request for advice, as what answers it must name it."""

    process: str = ""
    advice_request: str = ""
    advice_kind: str = ""
    profession: str = ""
    body: str = ""


class Around(Struct):
    """What stands around the resources of a load.

    Attributes:
        places: Full URL to `Type/id`, of the bundle at hand.
        bodies: `Organization/id` to ODS code, of the bundle at hand.
        advice: `Task/id` or `ServiceRequest/id` to what was asked, of the whole load.
    """

    config: FhirConfig = FhirConfig()
    places: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    advice: dict[str, Advice] = field(default_factory=dict)


def head_of(raw: bytes | Raw) -> Head:
    """Return type and id of a resource; both empty if it is none."""
    try:
        return _HEAD.decode(raw)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return Head()


def decode(raw: bytes | Raw, kind: type[R]) -> tuple[R, list[Note]]:
    """Return the resource and a note for each element left out because it is not in the form of FHIR R4.

    Raises:
        Refused: It cannot be read at all.
    """
    try:
        return msgspec.json.decode(raw, type=kind), []
    except msgspec.ValidationError as error:
        return _without(msgspec.json.decode(raw), kind, str(error))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("", "not readable as JSON") from error


def _without(tree: dict[str, object], kind: type[R], error: str) -> tuple[R, list[Note]]:
    notes: list[Note] = []
    while (found := _AT.search(error)) and found[1] in tree and found[1] not in ("id", "resourceType"):
        del tree[found[1]]
        notes.append(Note(found[1], "not in the form of FHIR R4"))
        try:
            return msgspec.convert(tree, kind), notes
        except msgspec.ValidationError as again:
            error = str(again)
    raise Refused(found[1] if found else "", "not in the form of FHIR R4")


class View:
    """One resource's surroundings and notes."""

    def __init__(self, around: Around, notes: list[Note]) -> None:
        self.around, self.notes = around, notes

    def note(self, name: str, reason: str) -> None:
        """Keep a note about an element."""
        self.notes.append(Note(name, reason))

    def on(self, name: str, text: str) -> date | None:
        """Return the local date of a FHIR date, dateTime or instant; `None` with a note for half a date."""
        if not text:
            return None
        read = on(text)
        if read is None:
            self.note(name, "not a whole date" if len(text) < 10 else "not a date that can be")
        return read

    def place(self, reference: Reference | None) -> str:
        """Return `Type/id` of a reference, resolved within the bundle; empty if it names none."""
        text = reference.reference if reference else ""
        if text in self.around.places:
            return self.around.places[text]
        return "/".join(text.split("/_history/")[0].split("/")[-2:]) if "/" in text else ""

    def body(self, reference: Reference | None, contained: list[Raw]) -> str:
        """Return the code of the organisation referred to: its identifier's value, else its id."""
        if reference is None:
            return ""
        if reference.identifier and reference.identifier.value:
            return reference.identifier.value
        if reference.reference.startswith("#"):
            return ods_code(_contained(reference.reference[1:], contained, Organization))
        place = self.place(reference)
        if not place.startswith("Organization/"):
            return ""
        return self.around.bodies.get(place) or place.partition("/")[2]

    def advice_code(self, *concepts: Concept | None) -> str | None:
        """Return the code in the configured advice system, `None` if there is none."""
        system = self.around.config.advice_system
        codings = (coding for concept in concepts if concept for coding in concept.coding)
        return next((coding.code for coding in codings if coding.system == system), None)

    def advice(self, references: list[Reference]) -> Advice | None:
        """Return the request for advice that one of the references names."""
        for reference in references:
            if found := self.around.advice.get(self.place(reference)):
                return found
            asked = reference.identifier
            if (
                asked
                and asked.value
                and reference.type in ("Task", "ServiceRequest")
                and "/" not in reference.reference
            ):
                known = (one for one in self.around.advice.values() if one.advice_request == asked.value)
                if one := next(known, None):
                    return one
        return None

    def subject(self, name: str, reference: Reference | None, owner: Resource) -> tuple[str, str]:
        """Return the patient's local id and, where the reference itself gives a valid NHS number, that number.

        Raises:
            Refused: There is no patient, or none that can be found.
        """
        if reference is None or not (reference.reference or reference.identifier):
            raise Refused(name, "missing")
        if reference.reference.startswith("#"):
            return self._contained_patient(name, reference.reference[1:], owner)
        place = self.place(reference)
        if place.startswith("Patient/"):
            return place.partition("/")[2], ""
        if reference.reference.startswith("urn:"):
            raise Refused(name, "refers to nothing in its bundle")
        if reference.identifier and reference.identifier.value and not place:
            return self._identified(name, reference.identifier)
        raise Refused(name, "not a patient")

    def _contained_patient(self, name: str, local: str, owner: Resource) -> tuple[str, str]:
        patient = _contained(local, owner.contained, Patient)
        numbers = [one for one in patient.identifier if one.value] if patient else []
        if numbers:
            return self._identified(name, next((one for one in numbers if one.system in NHS_NUMBER), numbers[0]))
        raise Refused(name, "a contained patient without an identifier")

    def _identified(self, name: str, identifier: Identifier) -> tuple[str, str]:
        if identifier.system not in NHS_NUMBER:
            return f"{identifier.system}|{identifier.value}" if identifier.system else identifier.value, ""
        number = nhs_number(identifier.value)
        if not number:
            self.note(name, "not a valid NHS number")
        return f"nhs-number:{number or ''.join(identifier.value.split())}", number or ""


def _contained(local: str, contained: list[Raw], kind: type[R]) -> R | None:
    for raw in contained:
        if head_of(raw).id == local and head_of(raw).resourceType == kind.__name__:
            return decode(raw, kind)[0]
    return None


def id_in(full_url: str) -> str:
    """Return the id at the end of an entry's URL, which names a resource that has none yet.

    >>> id_in("urn:uuid:8d78b15d"), id_in("https://example.org/Patient/1")
    ('8d78b15d', '1')
    """
    return full_url.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def ods_code(organisation: Organization | None) -> str:
    """Return an organisation's ODS code, else its first identifier."""
    given = [one for one in organisation.identifier if one.value] if organisation else []
    return next((one.value for one in given if one.system == ODS), given[0].value if given else "")


def on(text: str) -> date | None:
    """Return the date in Europe/London of a FHIR date, dateTime or instant; `None` for half a date or none.

    >>> on("2026-06-30T23:30:00Z"), on("2026-06"), on("2026-06-30")
    (datetime.date(2026, 7, 1), None, datetime.date(2026, 6, 30))
    """
    plain = day(text)
    return plain and (
        plain if len(text) == 10 else local_date(at(text) or datetime.combine(plain, datetime.min.time(), LONDON))
    )


def at(text: str) -> datetime | None:
    """Return a FHIR instant; without a zone it is London's. `None` if it is none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=LONDON)
