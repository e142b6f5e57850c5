"""Topic `agency.education`: a plan from its draft to its end, and the money that follows it."""

from datetime import date

from hub.domain.events.envelope import OfProcess


class DraftPlanSent(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A draft plan was served."""

    served_on: date | None = None
    is_amendment: bool | None = None


class RepresentationsMade(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The family made representations about a draft plan or a proposed amendment (regs 13(1), 22(2))."""

    plan: str = ""
    preference_named: bool | None = None
    meeting_required: bool | None = None
    received_on: date | None = None


class DraftMeetingHeld(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The family met the authority about the draft (reg 13(1)(a)(ii))."""

    plan: str = ""
    preference_named: bool | None = None
    meeting_on: date | None = None


class PlacementConsulted(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """An institution was consulted before being named (CFA ss.39(2), 40(3))."""

    plan: str = ""
    institution: str = ""
    sent_on: date | None = None
    received_on: date | None = None


class PlacementResponded(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A consulted institution answered."""

    plan: str = ""
    institution: str = ""
    sent_on: date | None = None
    received_on: date | None = None
    response: str = ""
    grounds: str = ""


class PlanFinalised(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The final plan was issued. `sent` lists `to=date`."""

    plan: str = ""
    version: str = ""
    issued_on: date | None = None
    sent: tuple[str, ...] = ()
    institution: str = ""
    institution_kind: str = ""
    funding: str = ""
    sections: tuple[str, ...] = ()
    right_of_appeal_included: bool | None = None
    cause: str = ""


class PlanAmended(PlanFinalised, frozen=True, kw_only=True, omit_defaults=True):
    """A later version of the plan was issued."""


class _Ceasing(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    plan: str = ""
    reason: str = ""
    decided_on: date | None = None
    ends_on: date | None = None
    sent: tuple[str, ...] = ()


class PlanCeaseProposed(_Ceasing, frozen=True, kw_only=True, omit_defaults=True):
    """The authority considers ceasing to maintain the plan (reg 31(1)). `sent` lists `to=date`."""


class PlanCeased(_Ceasing, frozen=True, kw_only=True, omit_defaults=True):
    """The plan ceases (CFA s.45). `reason` is the SEN2 code 1 to 9, `sent` lists `to=date`."""


class PlanTransferred(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The old authority transferred the plan to the new one (reg 15(2))."""

    plan: str = ""
    from_body: str = ""
    to_body: str = ""
    on: date | None = None
    aware_on: date | None = None


class CommissionerNotified(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The old commissioning body notified the new one (regs 15(7), 16(2))."""

    plan: str = ""
    from_body: str = ""
    to_body: str = ""
    on: date | None = None
    aware_on: date | None = None


class PlanDisclosureRequested(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The young person asked for the plan to be sent on, as to a university (reg 47)."""

    plan: str = ""
    kind: str = ""
    received_on: date | None = None


class PlanDisclosed(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A copy of the plan was sent on as asked (reg 47)."""

    plan: str = ""
    kind: str = ""
    sent_on: date | None = None


class PersonalBudgetRequested(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """The parent or young person asked for a personal budget (CFA s.49)."""

    plan: str = ""
    lines: tuple[str, ...] = ()
    kind: str = ""
    received_on: date | None = None


class PersonalBudgetAgreed(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A personal budget was agreed for lines of the plan."""

    plan: str = ""
    lines: tuple[str, ...] = ()
    kind: str = ""
    amount: float | None = None
    sent_on: date | None = None


class DirectPaymentMade(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """A direct payment was made (SI 2014/1652)."""

    plan: str = ""
    lines: tuple[str, ...] = ()
    kind: str = ""
    amount: float | None = None
    on: date | None = None


class DirectPaymentChanged(OfProcess, frozen=True, kw_only=True, omit_defaults=True):
    """Direct payments are reduced or stopped (SI 2014/1652 regs 12, 14)."""

    plan: str = ""
    lines: tuple[str, ...] = ()
    kind: str = ""
    amount: float | None = None
    notice_given_on: date | None = None
    on: date | None = None
