"""Topic `agency.education`: what schools, admissions and transport tell of a child's days."""

from datetime import date

from hub.domain.events.envelope import OfProcess, Payload


class NeedsDescribed(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """The child's needs; `needs` lists `type=rank`."""

    needs: tuple[str, ...] = ()


class _Enrolment(Payload, frozen=True, kw_only=True, omit_defaults=True):
    institution: str = ""
    year_group: str = ""
    is_main: bool | None = None
    sen_unit: bool | None = None
    reason: str = ""


class EnrolmentStarted(_Enrolment, frozen=True, kw_only=True, omit_defaults=True):
    """The child's name was entered on an institution's register."""


class EnrolmentEnded(_Enrolment, frozen=True, kw_only=True, omit_defaults=True):
    """The child's name was deleted from an institution's register."""


class SenStatusChanged(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """What help the child has changed: none, support or plan."""

    institution: str = ""
    status: str
    since: date | None = None
    next_review_on: date | None = None


class SupportCycleReviewed(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A cycle of assess, plan, do, review ended with its review (Code 6.53)."""

    institution: str = ""
    status: str = ""
    next_review_on: date | None = None


class ParentMeetingHeld(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """The school met the parents of a pupil on SEN support (Code 6.65)."""

    institution: str = ""
    meeting_on: date | None = None


class SupportReportSent(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """The school sent the yearly report on a pupil on SEN support (Code 6.64)."""

    institution: str = ""
    sent_on: date | None = None


class AttendanceRecorded(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A week's attendance: `sessions` lists `code=n`, `possible` is how many there could have been."""

    institution: str = ""
    week_of: date | None = None
    sessions: tuple[str, ...] = ()
    possible: int | None = None


class _Exclusion(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    institution: str = ""
    started_on: date | None = None
    sessions: int | None = None
    reason_codes: tuple[str, ...] = ()
    days_in_term: int | None = None
    exam_on: date | None = None


class SuspensionGiven(_Exclusion, frozen=True, kw_only=True, omit_defaults=True):
    """A pupil was suspended; `days_in_term` counts all suspensions of the term, this one with them."""


class PermanentExclusionGiven(_Exclusion, frozen=True, kw_only=True, omit_defaults=True):
    """A pupil was permanently excluded; `started_on` is the first day of it."""


class _Matter(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    institution: str = ""
    started_on: date | None = None
    matter: str = ""
    on: date | None = None


class PermanentExclusionRescinded(_Matter, frozen=True, kw_only=True, omit_defaults=True):
    """A permanent exclusion was cancelled, or the pupil is reinstated."""


class AuthorityTold(_Matter, frozen=True, kw_only=True, omit_defaults=True):
    """The school told the authority of the matter, such as a suspension (SI 2012/1033)."""


class GovernorsMet(_Matter, frozen=True, kw_only=True, omit_defaults=True):
    """The governing body considered the matter (SI 2012/1033)."""


class AttendanceReturnSent(_Matter, frozen=True, kw_only=True, omit_defaults=True):
    """The school sent the authority a return (SI 2024/208 reg 13)."""


class _Elsewhere(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    institution: str = ""
    hours: float | None = None
    agreed_with_parent: bool | None = None
    kind: str = ""
    provider: str = ""
    reason: str = ""
    review_on: date | None = None


class PartTimeTimetableStarted(_Elsewhere, frozen=True, kw_only=True, omit_defaults=True):
    """A part-time timetable began; `hours` are those of a week."""


class PartTimeTimetableEnded(_Elsewhere, frozen=True, kw_only=True, omit_defaults=True):
    """A part-time timetable ended."""


class AlternativeProvisionStarted(_Elsewhere, frozen=True, kw_only=True, omit_defaults=True):
    """Education elsewhere than at the child's school began (Education Act 1996 s.19; CFA s.61)."""


class AlternativeProvisionEnded(_Elsewhere, frozen=True, kw_only=True, omit_defaults=True):
    """Education elsewhere than at the child's school ended."""


class _Admission(Payload, frozen=True, kw_only=True, omit_defaults=True):
    institution: str = ""
    reason: str = ""
    stage: str = ""


class AdmissionApplied(_Admission, frozen=True, kw_only=True, omit_defaults=True):
    """A place was applied for."""


class AdmissionOffered(_Admission, frozen=True, kw_only=True, omit_defaults=True):
    """A place was offered."""


class AdmissionRefused(_Admission, frozen=True, kw_only=True, omit_defaults=True):
    """A place was refused."""


class _TransportAsked(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    institution: str = ""
    reason: str = ""
    stage: str = ""
    sent_on: date | None = None
    received_on: date | None = None


class TransportRequested(_TransportAsked, frozen=True, kw_only=True, omit_defaults=True):
    """Home-to-school travel was asked for."""


class _TransportAnswered(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    institution: str = ""
    reason: str = ""
    stage: str = ""
    decision: str = ""
    sent_on: date | None = None
    received_on: date | None = None


class TransportDecided(_TransportAnswered, frozen=True, kw_only=True, omit_defaults=True):
    """The family was told whether travel is arranged."""


class TransportAppealed(_TransportAsked, frozen=True, kw_only=True, omit_defaults=True):
    """The family asked for stage 1 or 2 of the review of a refusal."""


class TransportAppealAnswered(_TransportAnswered, frozen=True, kw_only=True, omit_defaults=True):
    """A stage of the review of a refusal was answered."""


class TransportJourneyMissed(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A journey that was arranged did not take place."""

    institution: str = ""
    reason: str = ""
    stage: str = ""
    on: date | None = None


class _Assessed(Payload, frozen=True, kw_only=True, omit_defaults=True):
    measure: str = ""
    value: str = ""
    scale: str = ""
    expected: str = ""


class BaselineAssessed(_Assessed, frozen=True, kw_only=True, omit_defaults=True):
    """Where the child stood on a measure to begin with."""


class OutcomeAssessed(_Assessed, frozen=True, kw_only=True, omit_defaults=True):
    """Where the child stands on a measure, and where they were expected to."""
