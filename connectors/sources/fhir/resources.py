"""The part of FHIR R4 that we read, typed. What stands elsewhere in a resource is not looked at."""

from msgspec import Raw, Struct


class Coding(Struct):
    """A code of a system."""

    system: str = ""
    code: str = ""


class Concept(Struct):
    """CodeableConcept. Its text is only ever tested for being there."""

    coding: list[Coding] = []
    text: str = ""

    @property
    def code(self) -> str:
        """Return the first code."""
        return next((coding.code for coding in self.coding if coding.code), "")


class Period(Struct):
    """Two dates or times as written."""

    start: str = ""
    end: str = ""


class Extension(Struct):
    """The kinds of extension that we read."""

    url: str = ""
    valueCodeableConcept: Concept | None = None


class Identifier(Struct):
    """A business identifier."""

    system: str = ""
    value: str = ""
    use: str = ""
    period: Period | None = None
    extension: list[Extension] = []


class Reference(Struct):
    """A reference by place or by identifier."""

    reference: str = ""
    type: str = ""
    identifier: Identifier | None = None


class Meta(Struct):
    """When the resource was written, and how confidential it is."""

    lastUpdated: str = ""
    security: list[Coding] = []


class Resource(Struct, kw_only=True):
    """What every resource may have."""

    resourceType: str
    id: str = ""
    meta: Meta | None = None
    status: str = ""
    contained: list[Raw] = []
    identifier: list[Identifier] = []


class Head(Struct):
    """As much of a resource as says what it is."""

    resourceType: str = ""
    id: str = ""


class HumanName(Struct):
    """A name as FHIR writes it."""

    use: str = ""
    family: str = ""
    given: list[str | None] = []
    period: Period | None = None


class Address(Struct):
    """An address as FHIR writes it."""

    use: str = ""
    line: list[str | None] = []
    city: str = ""
    postalCode: str = ""
    period: Period | None = None


class Language(Struct):
    """A language the patient speaks."""

    language: Concept | None = None
    preferred: bool = False


class Patient(Resource, kw_only=True):
    """A person."""

    extension: list[Extension] = []
    name: list[HumanName] = []
    gender: str = ""
    birthDate: str = ""
    address: list[Address] = []
    deceasedDateTime: str = ""
    deceasedBoolean: bool = False
    generalPractitioner: list[Reference] = []
    communication: list[Language] = []


class Output(Struct):
    """What a task produced."""

    valueReference: Reference | None = None


class Task(Resource, kw_only=True, rename={"for_": "for"}):
    """One body being asked for something."""

    code: Concept | None = None
    basedOn: list[Reference] = []
    groupIdentifier: Identifier | None = None
    statusReason: Concept | None = None
    for_: Reference | None = None
    authoredOn: str = ""
    lastModified: str = ""
    executionPeriod: Period | None = None
    requester: Reference | None = None
    performerType: list[Concept] = []
    owner: Reference | None = None
    input: list[Raw] = []
    output: list[Output] = []


class ServiceRequest(Resource, kw_only=True):
    """A referral, or a request for advice."""

    code: Concept | None = None
    category: list[Concept] = []
    requisition: Identifier | None = None
    subject: Reference | None = None
    authoredOn: str = ""
    performer: list[Reference] = []
    performerType: Concept | None = None
    priority: str = ""
    reasonCode: list[Concept] = []


class Participant(Struct):
    """Who takes part in an appointment."""

    actor: Reference | None = None


class Appointment(Resource, kw_only=True):
    """A booking."""

    serviceType: list[Concept] = []
    cancelationReason: Concept | None = None
    start: str = ""
    created: str = ""
    basedOn: list[Reference] = []
    participant: list[Participant] = []


class Encounter(Resource, kw_only=True, rename={"class_": "class"}):
    """A contact."""

    class_: Coding | None = None
    serviceType: Concept | None = None
    type: list[Concept] = []
    subject: Reference | None = None
    period: Period | None = None


class DocumentContext(Struct):
    """What a document belongs to."""

    related: list[Reference] = []


class DocumentReference(Resource, kw_only=True):
    """A document somewhere."""

    masterIdentifier: Identifier | None = None
    docStatus: str = ""
    type: Concept | None = None
    category: list[Concept] = []
    subject: Reference | None = None
    date: str = ""
    custodian: Reference | None = None
    context: DocumentContext | None = None


class Communication(Resource, kw_only=True):
    """Something sent to somebody."""

    basedOn: list[Reference] = []
    category: list[Concept] = []
    topic: Concept | None = None
    reasonCode: list[Concept] = []
    subject: Reference | None = None
    sent: str = ""
    recipient: list[Reference] = []
    sender: Reference | None = None


class Organization(Resource, kw_only=True):
    """A body."""


class Request(Struct):
    """What a bundle's entry asks to be done."""

    method: str = ""
    url: str = ""


class Response(Struct):
    """What became of it."""

    lastModified: str = ""


class Entry(Struct):
    """One entry of a bundle."""

    fullUrl: str = ""
    resource: Raw = Raw()
    request: Request | None = None
    response: Response | None = None


class Bundle(Struct):
    """Many resources, of whatever type of bundle; its entries are read one by one: a bad one costs itself."""

    entry: list[Raw] = []
