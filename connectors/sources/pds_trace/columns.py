"""A line of a trace, explained, and an example."""

from connectors.base import Column, Table

TABLES: tuple[Table, ...] = (
    Table(
        "trace",
        "One question and its answer a line. A record was asked for (source, local_id), or a number.",
        (
            Column("asked_at", "When PDS was asked; the version of what it says", "instant", "2026-03-02T09:00:00Z", (), True),
            Column("source", "Source of the record that was asked for", "key", "casework"),
            Column("local_id", "That record's number in its source", "key", "C1"),
            Column("strategy", "Which search gave the answer: exact, history, no_address …", "code", "exact"),
            Column("number", "The NHS number, where one was asked for", "key", "9990000018"),
            Column("answer", "What PDS answered: Bundle, Patient or OperationOutcome, FHIR R4", "text", "", (), True),
        ),
    ),
)  # fmt: skip

_EXAMPLE = (
    '{"asked_at": "2026-03-02T09:00:00Z", "source": "casework", "local_id": "C1", "strategy": "exact", "answer":'
    ' {"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [{"search": {"score": 1}, "resource":'
    ' {"resourceType": "Patient", "id": "9990000018", "name": [{"use": "usual", "family": "Sample", "given": ["Ada"]}],'
    ' "gender": "female", "birthDate": "2015-04-01"}}]}}\n'
    '{"asked_at": "2026-03-02T09:00:01Z", "number": "9990000026", "answer": {"resourceType": "OperationOutcome", "issue":'
    ' [{"severity": "error", "code": "processing", "details": {"coding": [{"code": "INVALIDATED_RESOURCE"}]}}]}}\n'
)


def example() -> dict[str, str]:
    """Return a trace of two lines."""
    return {"trace.ndjson": _EXAMPLE}
