"""The Children in Need census as councils send it: XML that mostly fails its own schema, read with tolerance."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, cast
from xml.etree.ElementTree import Element, XMLPullParser, tostring
from xml.parsers import expat

from msgspec.structs import replace

from connectors.base import Connector, Held, Part, Reading, Refusal, Refused
from connectors.files import encoding_of, text_of
from connectors.sources.cin_census.columns import TABLES, example
from connectors.sources.cin_census.mapping import Header, header_of, map_child

_CHUNK = 1 << 16
_CUT = "not well-formed XML, or cut short"


class _Forbidden(Exception):
    """The file declares entities or a document type."""


def _forbid(*_: object) -> None:
    raise _Forbidden


def check(part: Part) -> str:
    """Say why the file is not whole; empty if it is. A document type is refused: a return has none, an attack may."""
    encoding, fault = encoding_of(part)
    if fault:
        return fault
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _forbid
    try:
        with text_of(part, encoding) as text:
            while chunk := text.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse("", True)
    except expat.ExpatError:
        return _CUT
    except _Forbidden:
        return "declares a document type: not read"
    return ""


def read(parts: Sequence[Part]) -> Reading:
    """Map the children of all files, in the order of their names."""
    for part in sorted(parts, key=lambda part: part.name):
        if fault := check(part):
            yield Held(part.name, fault)
        else:
            yield from _part(part)


def _part(part: Part) -> Reading:
    header, head, seen, number = Header(), Element("Header"), set[str](), 0
    for element in _elements(part):
        if element.tag == "Header":
            header, head = header_of(element), element
            continue
        if header.collection not in ("", "CIN"):
            break
        number += 1
        try:
            row = map_child(element, header, (name := _name(element)) in seen)
        except Refused as refused:
            yield Refusal(part.name, number, refused.field, refused.reason, _content(head, element))
            continue
        seen.add(name)
        yield replace(row, file=part.name, number=number)
    if not number:
        yield Refusal(part.name, 0, "Collection", "not a Children in Need return, or one without children")


def _elements(part: Part) -> Iterator[Element]:
    """Yield the header and each child as soon as it is read, and let go of it after."""
    parser: XMLPullParser[Any] = XMLPullParser(("start", "end"))
    parents: list[Element] = []
    encoding, _ = encoding_of(part)
    with text_of(part, encoding) as text:
        for chunk in chain(iter(lambda: text.read(_CHUNK), ""), [""]):
            parser.feed(chunk) if chunk else parser.close()
            for event, element in cast(Iterator[tuple[str, Element]], parser.read_events()):
                if event == "start":
                    parents.append(element)
                    continue
                parents.pop()
                if _local(element) in ("Header", "Child"):
                    for inner in element.iter():
                        inner.tag = _local(inner)
                    yield element
                    if parents:
                        parents[-1].remove(element)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _name(child: Element) -> str:
    return (child.findtext("ChildIdentifiers/LAchildID") or "").strip()


def _content(head: Element, child: Element) -> bytes:
    """Return header and child as a return of their own, so that a mended one can be read by itself."""
    return b"<Message>" + tostring(head) + b"<Children>" + tostring(child) + b"</Children></Message>"


CIN_CENSUS = Connector(
    name="cin_census",
    title="Children in Need census",
    about="The XML file of the yearly return, as the social care system makes it. It need not pass the schema: stray "
    "text, true and false for 1 and 0, unknown codes and impossible dates are noted, and the rest is taken.",
    suffixes=(".xml",),
    tables=TABLES,
    reports=(
        "PersonDescribed", "PersonDied", "CareReferralReceived", "CareAssessmentStarted", "CareAssessmentCompleted",
        "StrategyDiscussionHeld", "ProtectionConferenceHeld", "ChildInNeedPlanStarted", "ChildInNeedPlanEnded",
        "ProtectionPlanStarted", "ProtectionPlanEnded",
    ),
    check=check,
    read=read,
    template=example,
)  # fmt: skip
