"""Topic `agency.social-care`."""

from datetime import date
from typing import ClassVar

from hub.domain.events.envelope import OfProcess, Payload


class _Care(Payload, frozen=True, kw_only=True, omit_defaults=True):
    topic: ClassVar[str] = "agency.social-care"


class _Case(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    topic: ClassVar[str] = "agency.social-care"


class CareReferralReceived(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """A referral to children's social care."""

    referral_source: str = ""
    primary_need: str = ""
    no_further_action: bool | None = None


class CareReferralDecided(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """It was decided what to do about a referral, and the referrer was told on `sent_on`."""

    codes: tuple[str, ...] = ()
    decision: str
    sent_on: date | None = None


class CareAssessmentStarted(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """A child and family assessment began."""


class CareAssessmentCompleted(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """A child and family assessment was authorised."""

    factors: tuple[str, ...] = ()
    disability: tuple[str, ...] = ()


class StrategyDiscussionHeld(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """Section 47 enquiries began."""


class ProtectionConferenceHeld(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """An initial child protection conference was held."""


class ChildInNeedPlanStarted(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """A child in need plan began."""


class ChildInNeedPlanEnded(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """A child in need plan ended."""


class ProtectionPlanStarted(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """A child protection plan began."""

    category: str = ""


class ProtectionPlanEnded(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """A child protection plan ended."""

    reason: str = ""


class BecameLookedAfter(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """The child became looked after by the authority."""

    legal_status: str = ""
    placement_type: str = ""
    provider: str = ""
    reason: str = ""


class CeasedLookedAfter(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """The child is no longer looked after."""

    legal_status: str = ""
    placement_type: str = ""
    provider: str = ""
    reason: str = ""


class PlacementChanged(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """A looked-after child moved to another placement, or the legal status changed."""

    legal_status: str = ""
    placement_type: str = ""
    provider: str = ""
    reason: str = ""


class EducationPlanReviewed(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """A personal education plan was made or reviewed."""

    institution: str = ""
    kind: str = ""
    next_review_on: date | None = None


class HealthAssessmentCompleted(_Case, frozen=True, kw_only=True, omit_defaults=True):
    """A looked-after child's health assessment was reported."""

    body: str = ""
    kind: str = ""
    next_review_on: date | None = None


class ShortBreakArranged(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """Short breaks were arranged; `source` is the section, H1 or H2."""

    hours: float | None = None
    source: str = ""


class SocialWorkerAllocated(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """Who is the child's social worker, by reference."""

    role: str = ""
    worker_ref: str = ""
    since: date | None = None


class AdultTransitionAssessed(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """A child's needs for care and support as an adult were assessed (Care Act 2014 s.58)."""

    role: str = ""
    decision: str = ""


class ParentCarerAssessed(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """A parent carer's needs were assessed (Children Act 1989 s.17ZD)."""

    role: str = ""
    decision: str = ""
