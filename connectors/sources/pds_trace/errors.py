"""PDS's word for what went wrong."""

import msgspec
from msgspec import Raw, Struct

from connectors.sources.fhir.resources import Concept


class _Issue(Struct):
    details: Concept | None = None


class _Outcome(Struct):
    issue: list[_Issue] = []


def spine_code(raw: bytes | Raw) -> str:
    """Return the first Spine error code of an OperationOutcome, such as TOO_MANY_MATCHES; empty if it has none.

    >>> spine_code(b'{"issue": [{"details": {"coding": [{"code": "TOO_MANY_MATCHES"}]}}]}')
    'TOO_MANY_MATCHES'
    """
    try:
        issues = msgspec.json.decode(raw, type=_Outcome).issue
    except msgspec.ValidationError:
        return ""
    return next((issue.details.code for issue in issues if issue.details and issue.details.code), "")
