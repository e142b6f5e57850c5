"""Answers of the Personal Demographics Service: as `hub identity trace` gets them, or as files of a trace made elsewhere."""

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from connectors.base import Connector, Held, Part, Reading, Refusal, Refused, Row
from connectors.files import encoding_of
from connectors.sources.fhir.reading import check, documents
from connectors.sources.pds_trace.columns import TABLES, example
from connectors.sources.pds_trace.mapping import exchange, told

Lines = Callable[[bytes], Sequence[Row]]


def read_lines(parts: Sequence[Part], rows: Lines) -> Reading:
    """Yield the rows of every JSON text in the files, by name of file; the next one is not lost by a bad one."""
    for part in sorted(parts, key=lambda part: part.name):
        encoding, fault = encoding_of(part)
        if fault:
            yield Held(part.name, fault)
            continue
        yield from _part(part, encoding, rows)


def _part(part: Part, encoding: str, rows: Lines) -> Iterator[Row | Refusal | Held]:
    for number, document in enumerate(documents(part, encoding), 1):
        if document.is_cut:
            yield Held(part.name, document.fault)
            return
        try:
            if document.fault:
                raise Refused("", "not JSON")
            yield from [replace(row, file=part.name, number=number) for row in rows(document.raw)]
        except Refused as refused:
            yield Refusal(part.name, number, refused.field, refused.reason, document.raw)


def _read(parts: Sequence[Part]) -> Reading:
    return read_lines(parts, lambda raw: told(exchange(raw)).rows)


PDS_TRACE = Connector(
    name="pds_trace",
    title="PDS trace: NHS numbers of children who have none",
    about="Lines of JSON, each a question to the NHS Personal Demographics Service (PDS FHIR API) and its answer. The"
    " subject is the person by the NHS number that PDS knows them by. An answer is evidence: it joins nothing and"
    " overwrites nothing. Of an answer with a score below 1 only that it was given is kept, for a person to review.",
    suffixes=(".ndjson", ".jsonl", ".json"),
    tables=TABLES,
    reports=("PersonDescribed", "PersonDied", "IdentifierTraced", "IdentifierSuperseded"),
    check=check,
    read=_read,
    template=example,
)
