"""Steps of a case that have no file of their own: which events a step may be, their columns, and what a row says.

All of it comes from the events' structs, so that a new event or field needs nothing here.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from msgspec.structs import FieldInfo, fields

from connectors.base import Column, Refused
from connectors.cells import Cells, slug
from connectors.facts import Fact
from hub.domain.events.envelope import Payload
from hub.domain.events.index import PAYLOADS, SNAKE

NOT_STEPS = frozenset({
    # a file of their own
    "NeedsAssessmentRequested", "RequestWithdrawn", "AssessmentDecisionNotified", "OutcomeNotified", "AdviceRequested",
    "AdviceReceived", "AdviceDeclined", "ExceptionClaimed", "DraftPlanSent", "PlanFinalised", "PlanAmended",
    "PlanCeased", "ProvisionSpecified", "ReviewMeetingHeld", "ReviewDecisionNotified", "CaseWorkerAssigned",
    "SchoolCalendarPublished",
    # said by intake, by the sender of an advice, by clinics, and by logs
    "SourceRecordWithdrawn", "AdviceSent", "AppointmentBooked", "AppointmentCancelled", "AppointmentMissed",
    "AppointmentAttended", "HealthContactRecorded", "SessionDelivered", "SessionMissed",
})  # fmt: skip
TOPICS = frozenset({"agency.education", "agency.health", "agency.social-care", "agency.family"})
STEPS: dict[str, type[Payload]] = {
    SNAKE[payload.__name__]: payload
    for payload in PAYLOADS
    if payload.topic in TOPICS and payload.__name__ not in NOT_STEPS
}
"""What a step may be, by the name it has in rules."""
OF_INSTITUTION = "review_list_sent"
"""The one step that is about an institution and not a child."""
FIELDS: dict[str, tuple[FieldInfo, ...]] = {name: fields(payload) for name, payload in STEPS.items()}

FORMS: dict[Any, str] = {
    str: "code", date | None: "date", bool | None: "flag", int | None: "number", float | None: "number",
    tuple[str, ...]: "list",
}  # fmt: skip
KEYS = frozenset({
    "accommodation", "advice_request", "body", "claimed_by", "document_ref", "duty", "expected", "from_body",
    "institution", "line", "measure", "new", "old", "plan", "process", "provider", "scale", "term", "to_body",
    "under", "value", "words_ref", "worker_ref", "year_group",
})  # fmt: skip
"""Texts that are kept as they are written; all others are codes, and taken in small letters."""
_ITEM = re.compile(r"\S{1,120}")

_ALWAYS = (
    Column("event", "What happened", "code", "mediation_arranged", tuple(STEPS), required=True),
    Column("on", "Date of the fact, on which it happened", "date", "2026-03-02", required=True),
    Column("process", "The system's own key of the case that the step belongs to", "key", "M4"),
    Column("process_kind", "Kind of that case", "code", "mediation"),
    Column(
        "under", "Key of the case that it belongs to: of an order the appeal, of an appeal the request", "key", "R17"
    ),
)


def form_of(field: FieldInfo) -> str:
    """Return the form of the column that a field makes."""
    return "key" if field.name in KEYS else FORMS[field.type]


def _columns() -> tuple[Column, ...]:
    events: dict[str, list[str]] = {}
    forms: dict[str, str] = {}
    for event, of_event in FIELDS.items():
        for field in of_event:
            events.setdefault(field.name, []).append(event)
            # A column that is a list for one event holds a single item for the others.
            forms[field.name] = "list" if forms.get(field.name) == "list" else form_of(field)
    always = {column.name for column in _ALWAYS}
    made = (Column(name, f"Of {', '.join(of)}", forms[name]) for name, of in events.items() if name not in always)
    return (*_ALWAYS, *made)


COLUMNS = _columns()


def is_of_institution(row: Cells) -> bool:
    """Tell whether the row is about an institution and names no child."""
    return slug(row.text("event")) == OF_INSTITUTION


def facts(row: Cells, _record: str) -> Iterator[Fact]:
    """Yield the one event that the row names, with the columns that it has.

    Raises:
        Refused: The event is missing or is none of these, or it has no date.
    """
    event = slug(row.needed("event"))
    if event not in STEPS:
        raise Refused("event", "not a step of this table: see the list of events in the template")
    on, own = row.fact_date("on"), FIELDS[event]
    taken = {"event", "on", *(field.name for field in own)}
    for column in COLUMNS:
        if column.name not in taken and row.text(column.name):
            row.note(column.name, "not a field of this event: left out")
    values = {field.name: READ[field.type](row, field.name) for field in own}
    empty = [field.name for field in own if field.required and not values[field.name]]
    for name in empty:
        row.note(name, "missing: the row says nothing")
    if not empty:
        yield STEPS[event](**values), on


def _text(row: Cells, name: str) -> str:
    text = row.ref(name)
    return text if name in KEYS else text.lower()


def _items(row: Cells, name: str) -> tuple[str, ...]:
    """Return the items that are codes or references; free text leaves a note."""
    items = row.items(name)
    kept = tuple(item for item in items if _ITEM.fullmatch(item))
    if len(kept) < len(items):
        row.note(name, "free text is not taken: give codes or references")
    return kept


def _whole(row: Cells, name: str) -> int | None:
    number = row.number(name)
    if number is not None and not number.is_integer():
        row.note(name, "not a whole number")
        return None
    return None if number is None else int(number)


READ: dict[Any, Callable[[Cells, str], object]] = {
    str: _text, date | None: Cells.on, bool | None: Cells.flag, int | None: _whole, float | None: Cells.number,
    tuple[str, ...]: _items,
}  # fmt: skip
