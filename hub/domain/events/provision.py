"""Provision: what a plan promises and what was delivered. Any agency topic; the topic is the source's own."""

from datetime import date

from hub.domain.events.envelope import Payload


class ProvisionSpecified(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """One line of Section F, G, H1 or H2."""

    plan: str = ""
    plan_version: str = ""
    line: str = ""
    section: str = ""
    kind: str = ""
    quantity: float | None = None
    unit: str = ""
    per: str = ""
    weeks: str = ""
    group_size: int | None = None
    delivered_by: str = ""
    reported_by: str = ""
    qualification: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    is_quantified: bool | None = None


class ProvisionStarted(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A line is delivered from `occurred_on`."""

    line: str = ""
    reason: str = ""


class ProvisionSuspended(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A line is not delivered for the time being, from `occurred_on`."""

    line: str = ""
    reason: str = ""


class ProvisionEnded(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A line is no longer promised from `occurred_on`."""

    line: str = ""
    reason: str = ""


class ProvisionChecked(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """It was checked whether what the plan promises is in place; `missing_lines` are those that are not."""

    plan: str = ""
    line: str = ""
    missing_lines: tuple[str, ...] = ()


class SessionDelivered(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """One session took place on `on`."""

    line: str = ""
    kind: str = ""
    on: date | None = None
    minutes: float | None = None
    role: str = ""
    made_up_for: date | None = None


class SessionMissed(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """One session did not take place on `on`, and why."""

    line: str = ""
    kind: str = ""
    on: date | None = None
    minutes: float | None = None
    because: str = ""
    role: str = ""


class SuitableArrangementsMade(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """The parent or young person made suitable alternative arrangements for these lines (CFA s.42(5))."""

    plan: str = ""
    lines: tuple[str, ...] = ()
