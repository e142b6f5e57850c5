"""Topic `agency.social-care`."""

from typing import ClassVar

from hub.domain.events.envelope import Payload


class _Care(Payload, frozen=True, kw_only=True, omit_defaults=True):
    topic: ClassVar[str] = "agency.social-care"


class CareReferralReceived(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """A referral to children's social care."""

    referral_source: str = ""
    primary_need: str = ""
    no_further_action: bool | None = None


class CareAssessmentStarted(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """A child and family assessment began."""


class CareAssessmentCompleted(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """A child and family assessment was authorised."""

    factors: tuple[str, ...] = ()
    disability: tuple[str, ...] = ()


class StrategyDiscussionHeld(_Care, frozen=True, kw_only=True, omit_defaults=True):
    """Section 47 enquiries began."""


class ProtectionConferenceHeld(_Care, frozen=True, kw_only=True, omit_defaults=True):
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
