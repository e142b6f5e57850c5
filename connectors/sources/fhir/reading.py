"""Files of FHIR JSON: single resources, Bundles of any type, NDJSON; one entry at a time."""

from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

import msgspec
from msgspec import Raw, Struct

from connectors.base import Part, Refused
from connectors.files import encoding_of
from connectors.sources.fhir.resources import Bundle, Entry, Organization
from connectors.sources.fhir.view import Around, decode, head_of, id_in, ods_code

_BY_LINE = (".ndjson", ".jsonl")
_BOM = b"\xef\xbb\xbf"
_BUNDLE = msgspec.json.Decoder(Bundle)
_ENTRY = msgspec.json.Decoder(Entry)
NOT_JSON, CUT = "not JSON", "JSON that ends too early: cut short"


class Document(Struct):
    """One JSON text of a file; `fault` says why it is none, `is_cut` that the file ends within it."""

    raw: bytes
    fault: str = ""
    is_cut: bool = False


def documents(part: Part, encoding: str) -> Iterator[Document]:
    """Yield the JSON texts of a file: its lines if it is NDJSON, else the whole of it."""
    with part.open() as stream:
        first, second = _first(stream, encoding), _line(stream, encoding)
        if not first.lstrip().startswith((b"{", b"[")):
            yield Document(first[:200], "not FHIR in JSON")
        elif not _fault(first) or (part.name.lower().endswith(_BY_LINE) and not _fault(second)):
            yield from _ndjson(chain((first, second), _lines(stream, encoding)))
        else:
            yield _whole(b"".join(chain((first, second), _lines(stream, encoding))))


def _first(stream: BinaryIO, encoding: str) -> bytes:
    first = _line(stream, encoding)
    first = first.removeprefix(_BOM)
    while first and not first.strip():
        first = _line(stream, encoding)
    return first


def _line(stream: BinaryIO, encoding: str) -> bytes:
    line = stream.readline()
    return line.decode("cp1252", "replace").encode() if encoding == "cp1252" else line


def _lines(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    while line := _line(stream, encoding):
        yield line


def _whole(raw: bytes) -> Document:
    fault = _fault(raw)
    return Document(raw, fault, is_cut=fault == CUT)


def _ndjson(lines: Iterator[bytes]) -> Iterator[Document]:
    previous = b""
    for line in lines:
        if previous.strip():
            yield Document(previous, NOT_JSON if _fault(previous) else "")
        previous = line or previous
        if not line.strip():
            previous = b""
    if previous.strip():
        yield _whole(previous)


def _fault(raw: bytes) -> str:
    """Say why a text is no JSON: it ends too early, or is malformed; empty if it is JSON."""
    try:
        msgspec.json.decode(raw, type=Raw)
    except msgspec.DecodeError as error:
        return CUT if "truncated" in str(error) else NOT_JSON
    return ""


def check(part: Part) -> str:
    """Say why the file is not whole; empty if it is."""
    encoding, fault = encoding_of(part)
    return fault or next((document.fault for document in documents(part, encoding) if document.is_cut), "")


def entries(raw: bytes, around: Around) -> Iterator[tuple[Entry | None, Raw, Around]]:
    """Yield the entries of a JSON text, those of bundles within bundles too, each with what stands around it.

    Yields:
        The entry (`None` if it has not the form of one), its own text, and its surroundings.
    """
    for one in msgspec.json.decode(raw, type=list[Raw]) if raw.lstrip().startswith(b"[") else [Raw(raw)]:
        if head_of(one).resourceType == "Bundle":
            yield from _of_bundle(one, around)
        else:
            yield Entry(resource=one), one, around


def _of_bundle(raw: Raw, around: Around) -> Iterator[tuple[Entry | None, Raw, Around]]:
    try:
        found = _BUNDLE.decode(raw).entry
    except msgspec.ValidationError:
        yield None, raw, around
        return
    read = [(_entry(one), one) for one in found]
    inside = _around([entry for entry, _ in read if entry], around)
    for entry, one in read:
        if entry and head_of(entry.resource).resourceType == "Bundle":
            yield from _of_bundle(entry.resource, around)
        else:
            yield entry, one, inside


def _entry(raw: Raw) -> Entry | None:
    try:
        return _ENTRY.decode(raw)
    except msgspec.ValidationError:
        return None


def _around(read: list[Entry], around: Around) -> Around:
    """Return what stands around the resources of one bundle."""
    places: dict[str, str] = {}
    bodies: dict[str, str] = {}
    for entry in read:
        head = head_of(entry.resource)
        name = head.id or id_in(entry.fullUrl)
        if entry.fullUrl and head.resourceType:
            places[entry.fullUrl] = f"{head.resourceType}/{name}"
        if head.resourceType == "Organization" and (code := _ods_code(entry.resource)):
            bodies[f"Organization/{name}"] = code
    return Around(around.config, places, bodies, around.advice)


def _ods_code(raw: Raw) -> str:
    try:
        return ods_code(decode(raw, Organization)[0])
    except Refused:
        return ""
