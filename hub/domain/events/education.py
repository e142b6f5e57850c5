"""Topic `agency.education`: who is responsible, and the assessment of a child's needs."""

from datetime import date

from hub.domain.events.envelope import OfProcess, Payload


class SourceRecordWithdrawn(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """The source no longer says what stood in this slot; `kind` is the event that stood there, whose topic this takes."""

    kind: str = ""
    reason: str = ""


class ResponsibilityBegan(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The authority became responsible for the child (CFA s.24)."""

    basis: str = ""
    how: str = ""
    on: date | None = None


class ResponsibleBodyChanged(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """Another authority or commissioner became responsible."""

    body_kind: str
    old: str = ""
    new: str = ""
    moved_on: date | None = None
    aware_on: date | None = None


class CaseWorkerAssigned(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Who works on the case, by reference."""

    role: str = ""
    worker_ref: str
    since: date | None = None


class FamilyInformed(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The parent or young person was told of a matter, such as provision made (CFA s.68) or a plan's transfer (reg 15(4))."""

    matter: str = ""
    sent_on: date | None = None


class NeedsAssessmentRequested(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """An EHC needs assessment was asked for."""

    requested_by: str = ""
    legal_basis: str = ""
    sent_on: date | None = None
    received_on: date | None = None
    received_basis: str = ""


class FamilyConsulted(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The family was consulted on whether an assessment is necessary (reg 3)."""

    stage: str = ""
    sent_on: date | None = None


class PartnersNotified(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """Those named in reg 4(2) were notified that an assessment is considered, or of the decision (reg 5(2))."""

    stage: str = ""
    notified: tuple[str, ...] = ()
    sent_on: date | None = None


class AssessmentDecisionNotified(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The family was told whether an assessment will be made."""

    decision: str
    sent_on: date | None = None
    right_of_appeal_included: bool | None = None


class RequestWithdrawn(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The request came to nothing: withdrawn, moved or ceased."""

    reason: str = ""


class AdviceListSettled(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """Whose advice the authority will seek (reg 6(1)). `required` lists `advice_kind:profession:body`."""

    required: tuple[str, ...] = ()


class AdviceRequested(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """One body was asked for advice under reg 6."""

    advice_request: str = ""
    advice_kind: str = ""
    profession: str = ""
    body: str = ""
    service: str = ""
    addressed_to: str = ""
    sent_on: date | None = None
    received_on: date | None = None
    received_basis: str = ""
    reissue_of: str = ""
    evidence_enclosed: bool | None = None


class AdviceReceived(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The council says it has the advice."""

    advice_request: str = ""
    advice_kind: str = ""
    profession: str = ""
    body: str = ""
    received_on: date | None = None
    is_final: bool | None = None
    sufficient: bool | None = None
    document_ref: str = ""


class AdviceDeclined(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The body asked declined to give advice."""

    advice_request: str = ""
    body: str = ""
    ground: str = ""
    reasons_given: bool | None = None


class ExistingAdviceAccepted(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """Existing advice was agreed to be sufficient (reg 6(4))."""

    advice_kind: str = ""
    agreed_by: tuple[str, ...] = ()


class ExceptionClaimed(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A duty holder says that a limit does not apply from `since` to `until`, both inclusive."""

    advice_request: str = ""
    claimed_by: str = ""
    ground: str = ""
    reaches: tuple[str, ...] = ()
    impractical_because: str = ""
    evidence: str = ""
    since: date | None = None
    until: date | None = None
    family_told_on: date | None = None


class ExceptionEnded(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The ground of an exception is gone; `until` is its last day, inclusive."""

    advice_request: str = ""
    claimed_by: str = ""
    ground: str = ""
    until: date | None = None


class OutcomeNotified(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The family was told whether a plan will be issued."""

    outcome: str
    sent_on: date | None = None


class SchoolCalendarPublished(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """One closure, or the school days, of an institution. `school_days` lists `first..last` ranges, both inclusive."""

    institution: str
    closed_from: date | None = None
    reopens_on: date | None = None
    school_days: tuple[str, ...] = ()
