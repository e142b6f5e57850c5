"""Every payload by its name: a plain tuple that can be read, and the names in the form that rules use."""

import re

from hub.domain.events import education, health, people, provision, social_care
from hub.domain.events.envelope import Payload

PAYLOADS: tuple[type[Payload], ...] = (
    people.PersonDescribed,
    people.IdentifierSuperseded,
    people.PersonDied,
    people.IdentitySealed,
    education.SourceRecordWithdrawn,
    education.ResponsibilityBegan,
    education.ResponsibleBodyChanged,
    education.CaseWorkerAssigned,
    education.NeedsAssessmentRequested,
    education.AssessmentDecisionNotified,
    education.RequestWithdrawn,
    education.AdviceRequested,
    education.AdviceReceived,
    education.AdviceDeclined,
    education.ExistingAdviceAccepted,
    education.ExceptionClaimed,
    education.OutcomeNotified,
    education.DraftPlanSent,
    education.PlanFinalised,
    education.PlanAmended,
    education.PlanCeased,
    education.ReviewMeetingHeld,
    education.ReviewDecisionNotified,
    education.SchoolCalendarPublished,
    provision.ProvisionSpecified,
    provision.ProvisionEnded,
    provision.SessionDelivered,
    provision.SessionMissed,
    health.AdviceSent,
    health.ReferralMade,
    health.AppointmentBooked,
    health.AppointmentCancelled,
    health.AppointmentMissed,
    health.AppointmentAttended,
    health.HealthContactRecorded,
    social_care.CareReferralReceived,
    social_care.CareAssessmentStarted,
    social_care.CareAssessmentCompleted,
    social_care.StrategyDiscussionHeld,
    social_care.ProtectionConferenceHeld,
    social_care.ChildInNeedPlanStarted,
    social_care.ChildInNeedPlanEnded,
    social_care.ProtectionPlanStarted,
    social_care.ProtectionPlanEnded,
)

BY_NAME: dict[str, type[Payload]] = {payload.__name__: payload for payload in PAYLOADS}
SNAKE: dict[str, str] = {name: re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in BY_NAME}
"""`AdviceReceived` to `advice_received`: the form used in rules, cases and file names."""
CAMEL: dict[str, str] = {snake: name for name, snake in SNAKE.items()}
