"""Topic `agency.education`: reviews of a plan, what follows from them, and re-assessments."""

from datetime import date

from hub.domain.events.envelope import OfProcess


class ReviewListSent(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The authority sent the list of reviews due in a term; its subject is the institution."""

    institution: str = ""
    term: str = ""
    sent_on: date | None = None


class ReviewRequested(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A review was asked for, as by a commissioner that cannot arrange Section G (regs 15(8), 16(3))."""

    plan: str = ""
    by: str = ""
    ground: str = ""
    received_on: date | None = None
    institution: str = ""


class ReviewScheduled(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The day of a review meeting was fixed; `institution` is who arranges it."""

    plan: str = ""
    institution: str = ""
    meeting_on: date | None = None


class ReviewInvitationsSent(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """Those named in reg 20(2) or 21(2) were invited (regs 20(3), 21(3))."""

    plan: str = ""
    institution: str = ""
    meeting_on: date | None = None
    invited: tuple[str, ...] = ()
    sent_on: date | None = None


class ReviewPapersCirculated(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The advice for the meeting was circulated (regs 20(4), 21(4))."""

    plan: str = ""
    institution: str = ""
    meeting_on: date | None = None
    sent_on: date | None = None


class ReviewMeetingHeld(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A review meeting was held."""

    plan: str = ""
    institution: str = ""
    meeting_on: date | None = None
    attended: tuple[str, ...] = ()


class ReviewReportSent(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The report of the meeting was sent to all invited (regs 20(9), 21(7))."""

    plan: str = ""
    institution: str = ""
    meeting_on: date | None = None
    sent_on: date | None = None


class ReviewDecisionNotified(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The family was told the decision after a review: maintain, amend or cease."""

    plan: str = ""
    decision: str = ""
    sent_on: date | None = None
    amendments_enclosed: bool | None = None


class AmendmentNoticeSent(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A copy of the plan went out with notice of the proposed amendments (reg 22(2))."""

    plan: str = ""
    served_on: date | None = None
    sent_on: date | None = None
    reasons: str = ""


class AmendmentAbandoned(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The authority told the family that it will not amend after all (reg 22(4))."""

    plan: str = ""
    served_on: date | None = None
    sent_on: date | None = None
    reasons: str = ""


class PhaseTransferDue(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The child will move to another phase of education in `transfer_year` (reg 18)."""

    plan: str = ""
    from_phase: str = ""
    to_phase: str = ""
    transfer_year: str = ""
    planned_move_on: date | None = None


class ReassessmentRequested(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A re-assessment was asked for (CFA s.44(2))."""

    plan: str = ""
    requested_by: str = ""
    received_on: date | None = None


class ReassessmentDecisionNotified(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The family was told whether a re-assessment is necessary (reg 25(1))."""

    plan: str = ""
    requested_by: str = ""
    decision: str
    sent_on: date | None = None
