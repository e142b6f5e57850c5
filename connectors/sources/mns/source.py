"""Events of the NHS Multicast Notification Service as files: what a queue's reader has put into a folder."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from connectors.base import Column, Connector, Part, Reading, Refused, Row, Table
from connectors.sources.fhir.reading import check
from connectors.sources.mns.mapping import Notification, changed, is_change, map_change, notification, unused
from connectors.sources.pds_trace.source import read_lines
from hub.domain.errors import Unavailable

NOT_FETCHED = "what replaced the number is not known: configure PDS, or give its answer as data, then replay"
NOT_ANSWERED = "PDS did not answer: replay later"
NOT_OURS = "nobody here is known by this number: replay when somebody is"


class Fetch(Struct, frozen=True):
    """How the survivor of a number is fetched.

    Attributes:
        answer: Gives what PDS answers to a number; `Unavailable` if it is away.
        is_known: Tells whether anybody here goes by the number: PDS is asked about nobody else.
    """

    answer: Callable[[str], bytes]
    is_known: Callable[[str], bool]


class MnsFiles:
    """Reads events, and fetches what they only point to."""

    def __init__(self, fetch: Fetch | None) -> None:
        self._fetch = fetch

    def read(self, parts: Sequence[Part]) -> Reading:
        """Map the events of all files, in the order of their names."""
        yield from read_lines(parts, lambda raw: [self._row(notification(raw))])

    def _row(self, one: Notification) -> Row:
        if not is_change(one):
            return unused(one)
        number, _ = changed(one)
        return map_change(one, bytes(one.data) or self._fetched(number))

    def _fetched(self, number: str) -> bytes:
        if self._fetch is None:
            raise Refused("data", NOT_FETCHED)
        if not self._fetch.is_known(number):
            raise Refused("subject", NOT_OURS)
        try:
            return self._fetch.answer(number)
        except Unavailable as error:
            raise Refused("data", NOT_ANSWERED) from error


_EXAMPLE = (
    '{"specversion": "1.0", "id": "236a1d4a-0001", "source": "uk.nhs.personal-demographics-service", "type":'
    ' "nhs-number-change-2", "time": "2026-03-02T09:00:00Z", "subject": "9990000018", "dataref":'
    ' "https://api.service.nhs.uk/personal-demographics/FHIR/R4/Patient/9990000018", "data": {"resourceType": "Patient",'
    ' "id": "9990000026"}}\n'
)


def connector(fetch: Fetch | None = None) -> Connector:
    """Return the MNS connector; without `fetch` an event that does not bring PDS's answer is kept as a refused row."""
    return Connector(
        name="mns",
        title="MNS: changes of NHS numbers",
        about="Events of type nhs-number-change-2 as JSON (CloudEvents), one a file or one a line. They say that a number"
        " changed, not what to: that is fetched from PDS where PDS is configured, or stands in `data`. The subject is the"
        " person by the old number. An event without an answer is kept for replay, with the reason.",
        suffixes=(".json", ".ndjson", ".jsonl"),
        tables=(
            Table(
                "event",
                "IdentifierSuperseded, and the old number that says whose it was. Other types say nothing.",
                (
                    Column("id", "Key of the event", "key", "236a1d4a-0001", required=True),
                    Column("type", "nhs-number-change-2", "text", "nhs-number-change-2", required=True),
                    Column("time", "When it was sent; its version", "instant", "2026-03-02T09:00:00Z", required=True),
                    Column("subject", "The NHS number that changed", "key", "9990000018", required=True),
                    Column("dataref", "Where PDS answers; read for nothing: the configured address is asked", "text"),
                    Column("data", "What PDS answers to the number: Patient or OperationOutcome", "text"),
                ),
            ),
        ),
        reports=("PersonDescribed", "IdentifierSuperseded"),
        check=check,
        read=MnsFiles(fetch).read,
        template=lambda: {"events.ndjson": _EXAMPLE},
    )


MNS = connector()
