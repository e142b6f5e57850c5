"""Topic `agency.health`."""

from datetime import date, datetime
from typing import ClassVar

from hub.domain.events.envelope import OfProcess, Payload


class AdviceSent(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The sender says that the advice was sent (any agency topic)."""

    topic: ClassVar[str] = "agency.health"
    advice_request: str = ""
    advice_kind: str = ""
    profession: str = ""
    body: str = ""
    service: str = ""
    sent_on: date | None = None
    recipient: str = ""
    document_ref: str = ""


class ReferralMade(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A referral to a service."""

    topic: ClassVar[str] = "agency.health"
    service: str = ""
    specialty: str = ""
    reason: str = ""
    priority: str = ""


class _Appointment(Payload, frozen=True, kw_only=True, omit_defaults=True):
    topic: ClassVar[str] = "agency.health"
    service: str = ""
    starts: datetime | None = None
    by_body: str = ""
    because: str = ""
    advice_request: str = ""
    line: str = ""


class AppointmentBooked(_Appointment, frozen=True, kw_only=True, omit_defaults=True):
    """An appointment was made."""


class AppointmentCancelled(_Appointment, frozen=True, kw_only=True, omit_defaults=True):
    """An appointment was cancelled."""


class AppointmentMissed(_Appointment, frozen=True, kw_only=True, omit_defaults=True):
    """The child was not brought or did not attend."""


class AppointmentAttended(_Appointment, frozen=True, kw_only=True, omit_defaults=True):
    """The appointment took place."""


class HealthContactRecorded(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A contact with a health service, by kind."""

    topic: ClassVar[str] = "agency.health"
    kind: str = ""
    service: str = ""
    document_ref: str = ""
