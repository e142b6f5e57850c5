"""Topic `agency.health`."""

from datetime import date, datetime
from typing import ClassVar

from hub.domain.events.envelope import OfProcess, Payload


class _Opinion(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    topic: ClassVar[str] = "agency.health"
    body: str = ""
    family_told_on: date | None = None
    notified_on: date | None = None


class HealthOpinionFormed(_Opinion, frozen=True, kw_only=True, omit_defaults=True):
    """A health body formed the opinion that a child under school age has, or probably has, SEN or a disability (CFA s.23)."""


class HealthNotificationMade(_Opinion, frozen=True, kw_only=True, omit_defaults=True):
    """The health body brought its opinion to the authority's attention (CFA s.23(3))."""


class HealthNotificationAcknowledged(_Opinion, frozen=True, kw_only=True, omit_defaults=True):
    """The authority said that it has the notification."""

    received_on: date | None = None


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


class _Referral(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    topic: ClassVar[str] = "agency.health"
    service: str = ""
    specialty: str = ""
    reason: str = ""
    priority: str = ""


class ReferralMade(_Referral, frozen=True, kw_only=True, omit_defaults=True):
    """A referral to a service."""


class ReferralAccepted(_Referral, frozen=True, kw_only=True, omit_defaults=True):
    """The service accepted the referral."""


class ReferralRejected(_Referral, frozen=True, kw_only=True, omit_defaults=True):
    """The service rejected the referral."""


class WaitStarted(_Referral, frozen=True, kw_only=True, omit_defaults=True):
    """The child waits for the service."""


class WaitEnded(_Referral, frozen=True, kw_only=True, omit_defaults=True):
    """The child waits no longer."""


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


class SpecialistAssessed(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A specialist assessed the child. `needs` lists codes."""

    topic: ClassVar[str] = "agency.health"
    specialty: str = ""
    document_ref: str = ""
    needs: tuple[str, ...] = ()


class ContinuingCareDecided(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """It was decided whether the child has continuing care; the family was told on `sent_on`."""

    topic: ClassVar[str] = "agency.health"
    body: str = ""
    document_ref: str = ""
    decision: str = ""
    kind: str = ""
    sent_on: date | None = None


class HealthContactRecorded(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A contact with a health service, by kind."""

    topic: ClassVar[str] = "agency.health"
    kind: str = ""
    service: str = ""
    document_ref: str = ""
