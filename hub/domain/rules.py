"""What the law requires, as data: rules, and the rulebook that finds them by the events that start them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct, structs

from hub.domain.calendar import Limit, due_on
from hub.domain.facts import Fact

Force = Literal["act", "regulation", "tribunal_rule", "case", "code", "statutory_guidance", "guidance", "policy"]
Evidence = Literal["read", "secondary", "recalled_high", "recalled_medium", "recalled_low"]
MatchedBy = Literal["process", "advice_request", "plan"]
Values = tuple[tuple[str, tuple[str, ...]], ...]
"""Field to the values that fit, as text; a truth value reads `true` or `false`."""


class Told(Struct, frozen=True):
    """An event that counts for a rule, and the field whose date counts.

    Attributes:
        otherwise: Fields to read where that one is empty, in this order.
        where: Every one of these fields must have one of its values.
        unless: None of these fields may have one of its values.
        all_of: Recipients who must all have been sent it, each with the names it goes by; the last date counts.
            Empty: nobody in particular. Read from the field `sent`; where that is empty, the one date stands for all.
    """

    event: str
    date_field: str = "occurred_on"
    otherwise: tuple[str, ...] = ()
    where: Values = ()
    unless: Values = ()
    all_of: tuple[tuple[str, ...], ...] = ()

    def fits(self, data: Mapping[str, Any]) -> bool:
        """Tell whether the fields of an event of this type are the ones meant."""
        for name, values in self.where:
            if _text(data.get(name)) not in values:
                return False
        for name, values in self.unless:
            if _text(data.get(name)) in values:
                return False
        return True

    def day(self, fact: Fact) -> date | None:
        """Return the date that counts, or `None` where the event has none."""
        if self.all_of and (sent := fact.data.get("sent")):
            return self._last_sent(sent, bool(fact.data.get("institution")))
        day = fact.day(self.date_field)
        for name in self.otherwise if day is None else ():
            day = day or fact.day(name)
        return day

    def _last_sent(self, sent: tuple[str, ...], has_institution: bool) -> date | None:
        dates = dict(entry.split("=", 1) for entry in sent if "=" in entry)
        last: date | None = None
        for names in self.all_of:
            if "institution" in names and not has_institution:
                continue  # a plan that names a type of school only has no school to be sent to (CFA s.40)
            text = next((dates[name] for name in names if dates.get(name)), None)
            if text is None:
                return None
            last = max(last or date.min, date.fromisoformat(text))
        return last


class Start(Told, frozen=True):
    """An event that starts a rule's clock.

    Attributes:
        basis: Field that says how receipt is known; empty where receipt does not matter.
    """

    basis: str = ""

    def basis_of(self, fact: Fact) -> str:
        """Return how receipt is known: a date that stands in for the missing one is `unknown`."""
        if not self.basis:
            return ""
        return str(fact.data.get(self.basis, "")) if fact.day(self.date_field) else "unknown"


class Lapse(Told, frozen=True):
    """An event that ends a duty without discharging it.

    Attributes:
        of_child: It ends every process of the child, not one.
    """

    of_child: bool = False


class Condition(Struct, frozen=True):
    """A duty is owed only if an event of its process has one of these values in a field."""

    told: Told
    field: str
    values: tuple[str, ...]

    def holds(self, fact: Fact) -> bool:
        """Tell whether the event says that the duty is owed."""
        return _text(fact.data.get(self.field)) in self.values


class DatedLimit(Struct, frozen=True):
    """A limit and the starting dates it applies to; both ends inclusive, `until` open where `None`."""

    since: date
    limit: Limit
    until: date | None = None


class Exemption(Struct, frozen=True):
    """A ground on which the fixed limit is switched off. It never adds time (law.md 0, warning 3)."""

    id: str
    grounds: tuple[str, ...]
    source: str
    needs: Literal["claim"] = "claim"
    available_when: str = ""


class Warn(Struct, frozen=True):
    """How long before the due date a duty is at risk."""

    count: int
    unit: Literal["days", "weeks"]


class Recipient(Struct, frozen=True):
    """A role that is told, and whether at once or in the day's digest."""

    role: str
    immediate: bool = False


class SignOff(Struct, frozen=True):
    """Who confirmed the reading of a rule, and when."""

    by: str
    on: date


class Rule(Struct, frozen=True, kw_only=True):
    """A duty, what starts, discharges and ends it, and how sure we are of it. Field by field as in house.md 2.

    Attributes:
        family: Name under which an exception may reach several rules.
        process_kind: Kind of process whose events may count where the source does not say which process they belong to.
        matched_by: What ties an event to the duty: its process, its advice_request or its plan.
        said_done_by: Events by which the sender says that it is done, without discharging it.
        told_by: Connectors able to report the discharge.
        limits: In order of date; empty for a duty without a number of days.
        why_disabled: Empty for an enabled rule.
    """

    id: str
    enactment: str
    duty: str
    duty_holder: str
    source: str
    duty_force: Force
    limit_force: Force
    evidence: Evidence
    starts_on: tuple[Start, ...]
    discharged_by: tuple[Told, ...]
    lapses_on: tuple[Lapse, ...]
    told_by: tuple[str, ...]
    alert_to: tuple[Recipient, ...]
    family: str = ""
    process_kind: str = ""
    matched_by: MatchedBy = "process"
    only_if: Condition | None = None
    said_done_by: tuple[Told, ...] = ()
    limits: tuple[DatedLimit, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    warn: Warn | None = None
    doubt: str = ""
    signed_off: SignOff | None = None
    why_disabled: str = ""
    file: str = ""
    checked_on: date | None = None

    @property
    def cited(self) -> str:
        """The exact source: enactment and provision."""
        return f"{self.enactment}, {self.source}"

    def limit_at(self, started_on: date) -> DatedLimit | None:
        """Return the limit in force when the case started, or `None`."""
        for dated in reversed(self.limits):
            if dated.since <= started_on:
                return dated if dated.until is None or started_on <= dated.until else None
        return None


class ProvisionPolicy(Struct, frozen=True, kw_only=True):
    """When recorded delivery is reported as below the plan: local policy, no law sets it.

    Attributes:
        window_weeks: School weeks looked at, the last ones that are complete.
        min_sessions: Sessions missed by the provider in the window, at least.
        min_share: Share of what was promised that the provider missed in the window, at least.
        alert_to: By section of the plan.
    """

    window_weeks: int
    min_sessions: int
    min_share: float
    source: str
    alert_to: dict[str, tuple[Recipient, ...]]


class Rulebook(Struct, frozen=True):
    """All rules, found by id and by the events that start them.

    Attributes:
        rules: In order of id.
        by_id: Every rule, disabled ones too.
        starting: Event to the enabled rules it may start, in order of id.
        discharging: Event to what it may discharge, or say to be done, in enabled rules.
        holidays: Bank holidays in England and Wales.
        version: Name of this exact content; tables made under another are not read.
    """

    rules: tuple[Rule, ...]
    by_id: dict[str, Rule]
    starting: dict[str, tuple[Rule, ...]]
    discharging: dict[str, tuple[tuple[Rule, Told], ...]]
    policy: ProvisionPolicy
    holidays: frozenset[date]
    version: str


def rulebook(rules: tuple[Rule, ...], policy: ProvisionPolicy, holidays: frozenset[date], version: str) -> Rulebook:
    """Return the rulebook of these rules, indexed."""
    ordered = tuple(sorted(rules, key=lambda rule: rule.id))
    starting: dict[str, list[Rule]] = {}
    discharging: dict[str, list[tuple[Rule, Told]]] = {}
    for rule in ordered:
        if rule.why_disabled:
            continue
        for event in dict.fromkeys(start.event for start in rule.starts_on):
            starting.setdefault(event, []).append(rule)
        for told in rule.discharged_by + rule.said_done_by:
            discharging.setdefault(told.event, []).append((rule, told))
    return Rulebook(
        rules=ordered,
        by_id={rule.id: rule for rule in ordered},
        starting={event: tuple(found) for event, found in starting.items()},
        discharging={event: tuple(found) for event, found in discharging.items()},
        policy=policy,
        holidays=holidays,
        version=version,
    )


def due_of(rule: Rule, started_on: date, holidays: frozenset[date] = frozenset()) -> date | None:
    """Return the last day in time of a duty that started on a date, or `None` for a duty without a limit."""
    dated = rule.limit_at(started_on)
    return due_on(started_on, dated.limit, holidays) if dated else None


def list_rules(book: Rulebook) -> list[dict[str, Any]]:
    """Return what there is to list of every rule, in order of id; dates as ISO text."""
    names = ("id", "duty", "duty_holder", "duty_force", "limit_force", "evidence", "doubt", "why_disabled", "file")
    return [
        {
            **{name: getattr(rule, name) for name in names},
            "enabled": not rule.why_disabled,
            "source": rule.cited,
            "alert_to": [structs.asdict(recipient) for recipient in rule.alert_to],
            "signed_off": structs.asdict(rule.signed_off) | {"on": str(rule.signed_off.on)}
            if rule.signed_off
            else None,
        }
        for rule in book.rules
    ]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value or "")
