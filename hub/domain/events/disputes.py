"""Topic `agency.education`: mediation, appeals, complaints, requests for records, and detention."""

from datetime import date

from hub.domain.events.envelope import OfProcess


class _ToAdviser(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    body: str = ""
    kind: str = ""
    told_on: date | None = None


class MediationAdviserContacted(_ToAdviser, frozen=True, kw_only=True, omit_defaults=True):
    """The family contacted a mediation adviser (reg 33); `body` is the adviser."""


class MediationCertificateIssued(_ToAdviser, frozen=True, kw_only=True, omit_defaults=True):
    """The adviser issued the certificate (regs 34, 39); `body` is the adviser."""

    issued_on: date | None = None


class _Issues(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    body: str = ""
    issues: tuple[str, ...] = ()


class MediationRequested(_Issues, frozen=True, kw_only=True, omit_defaults=True):
    """The family told the authority on `told_on` that it wants mediation, and about which issues (CFA s.53, reg 36)."""

    told_on: date | None = None


class MediationIssuesSent(_Issues, frozen=True, kw_only=True, omit_defaults=True):
    """The authority told a commissioning body the issues (CFA s.53, reg 35)."""

    told_on: date | None = None
    sent_on: date | None = None


class MediationArranged(_Issues, frozen=True, kw_only=True, omit_defaults=True):
    """Mediation was arranged for `held_on`, and the family given notice; `body` arranges."""

    sent_on: date | None = None
    held_on: date | None = None
    notice_given_on: date | None = None


class MediationCannotBeArranged(_Issues, frozen=True, kw_only=True, omit_defaults=True):
    """The body that arranges told the adviser that the 30 days cannot be met (reg 39(3))."""

    adviser_told_on: date | None = None


class MediationHeld(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """Mediation was held; `attended` lists bodies or roles, `may_decide` tells whether one there could resolve the issues (reg 37)."""

    body: str = ""
    held_on: date | None = None
    attended: tuple[str, ...] = ()
    may_decide: bool | None = None
    outcome: str = ""


class MediationAgreementReached(_Issues, frozen=True, kw_only=True, omit_defaults=True):
    """The parties agreed in writing (reg 42). `steps` lists `what:by whom:by when`."""

    agreed_on: date | None = None
    appealable_as: str = ""
    steps: tuple[str, ...] = ()


class AgreementStepDone(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A step of the agreement was done."""

    body: str = ""
    agreed_on: date | None = None
    appealable_as: str = ""
    step: str = ""
    on: date | None = None


class AgreementReportedToAuthority(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The commissioning body told the authority, which was no party, of the agreement (reg 42(4))."""

    body: str = ""
    agreed_on: date | None = None
    sent_on: date | None = None


class AppealRegistered(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The tribunal received an appeal (`received_on`) and registered it; `sent_on` is the day it sent it to the authority."""

    limb: str = ""
    received_on: date | None = None
    notified_on: date | None = None
    sent_on: date | None = None


class AppealResponseSent(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The authority sent its response to the tribunal (SI 2008/2699 r.21)."""

    limb: str = ""
    sent_on: date | None = None


class AppealConceded(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The authority notified the tribunal that it will not oppose (reg 45)."""

    limb: str = ""
    notified_on: date | None = None


class AppealHeard(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The tribunal heard the appeal."""

    limb: str = ""
    held_on: date | None = None


class AppealEnded(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The appeal is finally decided, withdrawn or struck out."""

    limb: str = ""
    notified_on: date | None = None
    outcome: str = ""


class TribunalOrderMade(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The tribunal made an order; `kind` is the limb of reg 44(2)."""

    kind: str = ""
    made_on: date | None = None
    sent_on: date | None = None


class TribunalRecommendationMade(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The tribunal recommended something to a body about health or social care (SI 2017/1306)."""

    made_on: date | None = None
    sent_on: date | None = None
    body: str = ""
    subject: str = ""


class RecommendationAnswered(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The body answered a recommendation (SI 2017/1306 reg 6)."""

    sent_on: date | None = None
    body: str = ""
    subject: str = ""
    accepted: bool | None = None
    reasons_given: bool | None = None


class _Complaint(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    route: str = ""
    stage: str = ""
    body: str = ""
    is_complex: bool | None = None


class ComplaintReceived(_Complaint, frozen=True, kw_only=True, omit_defaults=True):
    """A complaint was received."""

    received_on: date | None = None


class ComplaintAcknowledged(_Complaint, frozen=True, kw_only=True, omit_defaults=True):
    """The body acknowledged a complaint."""

    received_on: date | None = None
    sent_on: date | None = None


class ComplaintEscalated(_Complaint, frozen=True, kw_only=True, omit_defaults=True):
    """The complainant asked for the next stage, which is `stage`."""

    received_on: date | None = None


class ComplaintExtended(_Complaint, frozen=True, kw_only=True, omit_defaults=True):
    """The body told the complainant that it needs more time, up to and with `until`."""

    sent_on: date | None = None
    until: date | None = None


class ComplaintAnswered(_Complaint, frozen=True, kw_only=True, omit_defaults=True):
    """The body answered a complaint; `remedy` is a code."""

    sent_on: date | None = None
    remedy: str = ""


class _Record(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    basis: str = ""
    body: str = ""
    institution: str = ""


class RecordRequested(_Record, frozen=True, kw_only=True, omit_defaults=True):
    """The education record or personal data was asked for (SI 2005/1437 reg 5; UK GDPR art. 15)."""

    received_on: date | None = None
    is_complex: bool | None = None


class RecordDisclosed(_Record, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked for was disclosed."""

    sent_on: date | None = None


class DetentionBegan(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The person was detained in youth accommodation (CFA s.70)."""

    accommodation: str = ""
    on: date | None = None
    aware_on: date | None = None


class DetentionEnded(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The person was released."""

    accommodation: str = ""
    on: date | None = None
