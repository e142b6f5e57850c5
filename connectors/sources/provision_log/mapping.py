"""A row of a provision log: who it is about, as far as the log knows, and one session."""

from collections.abc import Iterator

from connectors.base import Row
from connectors.cells import Cells, row_of
from connectors.facts import Fact
from hub.domain.events.people import PersonDescribed
from hub.domain.events.provision import SessionDelivered, SessionMissed


def map_row(table: str, cells: Cells) -> Row:
    """Return what the row says.

    Raises:
        Refused: The row names no child, or no day.
    """
    person = cells.needed("person_key")
    record = cells.text("record_key")
    return row_of(cells, f"{table}:{record}" if record else "", (person, "child"), _session(cells, person))


def _session(cells: Cells, person: str) -> Iterator[Fact]:
    number, upn = cells.nhs_number(), cells.upn()
    if number or upn:
        # The same of each of the child's rows: one slot for all, so that a term of sessions is one description.
        yield PersonDescribed(nhs_number=number, upn=upn), None, f"person:{person}"
    on = cells.fact_date("on")
    outcome = cells.code("outcome")
    line, kind, minutes, role = cells.text("line"), cells.slug("kind"), cells.number("minutes"), cells.slug("role")
    if not line and not kind:
        cells.note("line", "neither line nor kind: the session counts for no line")
    if outcome == "delivered":
        yield SessionDelivered(line=line, kind=kind, on=on, minutes=minutes, role=role), on
    elif outcome == "missed":
        because = cells.code("because")
        yield SessionMissed(line=line, kind=kind, on=on, minutes=minutes, because=because, role=role), on
    elif not cells.text("outcome"):
        cells.note("outcome", "missing: the row says nothing of the session")
