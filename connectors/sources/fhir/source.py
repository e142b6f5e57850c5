"""FHIR R4 as files: what an NHS trust's or an ICB's system exports, and what servers answer."""

from collections.abc import Iterator, Sequence

from msgspec import Raw
from msgspec.structs import replace

from connectors.base import Connector, Held, Part, Reading, Refusal, Refused, Row
from connectors.files import encoding_of
from connectors.sources.fhir.columns import TABLES, example
from connectors.sources.fhir.mapping import USED, asked, map_resource, removed, unused
from connectors.sources.fhir.reading import Document, check, documents, entries
from connectors.sources.fhir.resources import Entry
from connectors.sources.fhir.view import Advice, Around, FhirConfig, head_of, id_in


class FhirFiles:
    """Reads FHIR files as one site configures it."""

    def __init__(self, config: FhirConfig) -> None:
        self._config = config

    def read(self, parts: Sequence[Part]) -> Reading:
        """Map the resources of all files, in the order of their names."""
        around = Around(self._config, advice=self._advice(parts))
        for part in sorted(parts, key=lambda part: part.name):
            encoding, fault = encoding_of(part)
            if fault:
                yield Held(part.name, fault)
                continue
            yield from self._part(part, encoding, around)

    def _advice(self, parts: Sequence[Part]) -> dict[str, Advice]:
        """Return the requests for advice in the load: an answer finds the one it names whatever file it is in."""
        mark, found = self._config.advice_system.encode(), dict[str, Advice]()
        for part in parts:
            encoding, fault = encoding_of(part)
            for document in documents(part, encoding) if not fault else ():
                if mark in document.raw and not document.fault:
                    found |= dict(self._asked(document))
        return found

    def _asked(self, document: Document) -> Iterator[tuple[str, Advice]]:
        for entry, _, around in entries(document.raw, Around(self._config)):
            head = head_of(entry.resource if entry else b"")
            if entry and head.resourceType in ("Task", "ServiceRequest"):
                advice = asked(head.resourceType, entry.resource, entry.fullUrl, around)
                if advice is not None:
                    yield f"{head.resourceType}/{head.id or id_in(entry.fullUrl)}", advice

    def _part(self, part: Part, encoding: str, around: Around) -> Reading:
        number, seen = 0, set[str]()
        for document in documents(part, encoding):
            if document.is_cut:
                yield Held(part.name, document.fault)
                return
            if document.fault:
                number += 1
                yield Refusal(part.name, number, "", document.fault, document.raw)
                continue
            for entry, raw, inside in entries(document.raw, around):
                if entry and not entry.resource and not _is_removed(entry):
                    continue  # the answer to a transaction holds entries without a resource
                number += 1
                yield _mapped(part.name, number, (entry, raw), inside, seen)


def _is_removed(entry: Entry) -> bool:
    return entry.request is not None and entry.request.method.upper() == "DELETE"


def _mapped(file: str, number: int, one: tuple[Entry | None, Raw], around: Around, seen: set[str]) -> Row | Refusal:
    entry, raw = one
    try:
        if entry is None:
            raise Refused("entry", "not in the form of FHIR R4")
        return replace(_row(entry, around, seen), file=file, number=number)
    except Refused as refused:
        return Refusal(file, number, refused.field, refused.reason, bytes(entry.resource if entry else raw))


def _row(entry: Entry, around: Around, seen: set[str]) -> Row:
    if _is_removed(entry):
        when = entry.response.lastModified if entry.response else ""
        return removed(entry.request.url if entry.request else "", when)
    head = head_of(entry.resource)
    if not head.resourceType:
        raise Refused("resourceType", "missing: not a FHIR resource")
    if head.resourceType in USED:
        return map_resource(head.resourceType, entry.resource, entry.fullUrl, around)
    is_first = head.resourceType not in seen
    seen.add(head.resourceType)
    return unused(head.resourceType, head.id or id_in(entry.fullUrl), is_first)


def connector(config: FhirConfig) -> Connector:
    """Return the FHIR connector of a site with codes of its own."""
    return Connector(
        name="fhir",
        title="FHIR R4 resources as JSON",
        about="Files of JSON: Bundles of any type, NDJSON (one resource a line) or single resources, FHIR R4 4.0.1. "
        "Resource types that are not listed are read and say nothing. A resource entered in error, or deleted by its "
        "Bundle, withdraws what it said before. Subjects are patients by reference: `Patient/…` or the entry's URL.",
        suffixes=(".json", ".ndjson", ".jsonl", ".xml"),
        tables=TABLES,
        reports=(
            "PersonDescribed", "PersonDied", "AdviceRequested", "AdviceSent", "AdviceDeclined", "ReferralMade",
            "AppointmentBooked", "AppointmentCancelled", "AppointmentMissed", "AppointmentAttended",
            "HealthContactRecorded",
        ),
        check=check,
        read=FhirFiles(config).read,
        template=example,
    )  # fmt: skip


FHIR = connector(FhirConfig())
