"""A notification of MNS that an NHS number changed, with PDS's answer to it."""

from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from connectors.base import Note, Refused, Row
from connectors.facts import Fact, said_of
from connectors.sources.pds_trace.mapping import NHS, Exchange, told
from hub.domain.events.people import IdentifierSuperseded, PersonDescribed
from hub.domain.identifiers import nhs_number
from hub.domain.instants import instant, stamp

CHANGE = "nhs-number-change-"
"""What the type of such an event begins with; a version follows."""


class Notification(Struct, frozen=True):
    """An MNS event in the form of CloudEvents 1.0, JSON.

    Attributes:
        subject: The NHS number that changed.
        data: What PDS answers to that number, where whoever delivers the event has fetched it.
    """

    id: str
    type: str
    subject: str = ""
    time: str = ""
    data: Raw = Raw()


def notification(raw: bytes) -> Notification:
    """Return the event; raise `Refused` if it is none."""
    try:
        return msgspec.json.decode(raw, type=Notification)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise Refused("", "not an event in the form of CloudEvents") from error


def is_change(one: Notification) -> bool:
    """Tell whether the event is about a changed NHS number."""
    return one.type.startswith(CHANGE)


def changed(one: Notification) -> tuple[str, datetime]:
    """Return the number that changed and when.

    Raises:
        Refused: It has no valid number, or no time.
    """
    number = nhs_number(one.subject)
    if not number:
        raise Refused("subject", "not a valid NHS number")
    try:
        return number, instant(one.time)
    except ValueError as error:
        raise Refused("time", "missing or not an instant") from error


def map_change(one: Notification, answer: bytes | Raw) -> Row:
    """Return what a change says of the person whom MNS knows by the old number.

    Args:
        one: The event.
        answer: What PDS answers to the old number.

    Raises:
        Refused: The event or the answer cannot be used.
    """
    old, at = changed(one)
    key, version = f"number:{old}", stamp(at)
    found = told(Exchange(one.time, Raw(answer), number=old))
    if found.outcome == "unknown":
        raise Refused("data", "PDS does not know the number")
    if found.outcome == "same":
        return Row(key, version, (), (Note("subject", "PDS still knows the person by this number"),))
    change = IdentifierSuperseded(system=NHS, old=old, new=found.number)
    # the number says whose it was: MNS knows nothing else of the person
    facts: list[Fact] = [(PersonDescribed(nhs_number=old), None), (change, None)]
    return Row(key, version, said_of(facts, key, (old, "child"), at))


def unused(one: Notification) -> Row:
    """Return the row of an event of another type: it says nothing."""
    return Row(f"event:{one.id}", "", (), (Note("type", "type of event not used"),))
