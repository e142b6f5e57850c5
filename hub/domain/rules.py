"""What the law requires, as data: rules, and the rulebook that finds them by the events that start them."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from msgspec import Struct, structs

from hub.domain.calendar import DayOfYear, Limit
from hub.domain.facts import Fact

NOTHING: Mapping[str, Any] = MappingProxyType({})
Force = Literal["act", "regulation", "tribunal_rule", "case", "code", "statutory_guidance", "guidance", "policy"]
Evidence = Literal["read", "secondary", "recalled_high", "recalled_medium", "recalled_low"]
MatchedBy = Literal["process", "advice_request", "series"]
Values = tuple[tuple[str, tuple[str, ...]], ...]
"""Field to the values that fit, as text; a truth value reads `true` or `false`, a list fits by any of its entries."""

THIS_AREA = "@area"
"""Stands, among values, for the code of the area whose rules these are."""


class Told(Struct, frozen=True):
    """An event that counts for a rule, and the field whose date counts.

    Attributes:
        otherwise: Fields to read where that one is empty, in this order.
        where: Every one of these fields must have one of its values; a field may be named more than once.
        unless: None of these fields may have one of its values.
        every: It counts only when each of these values has been told by some event; the last of them is the date.
        all_of: Recipients who must all have been sent it, each with the names it goes by; the last date counts.
            Empty: nobody in particular. Read from the field `sent`; where that is empty, the one date stands for all.
    """

    event: str
    date_field: str = "occurred_on"
    otherwise: tuple[str, ...] = ()
    where: Values = ()
    unless: Values = ()
    all_of: tuple[tuple[str, ...], ...] = ()
    every: Values = ()

    def fits(self, data: Mapping[str, Any], area: str = "") -> bool:
        """Tell whether the fields of an event of this type are the ones meant."""
        for name, values in self.where:
            if not has_one(data.get(name), values, area):
                return False
        for name, values in self.unless:
            if has_one(data.get(name), values, area):
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


class Notice(Struct, frozen=True):
    """How many working days lay between two dates of an event, the first one counted.

    Attributes:
        at_least: As many or more; `None` where the other bound is meant.
        less_than: Fewer than that.
    """

    since: str
    upto: str
    at_least: int | None = None
    less_than: int | None = None


class Start(Told, frozen=True):
    """An event that starts a rule's clock.

    Attributes:
        basis: Field that says how receipt is known; empty where receipt does not matter.
        notice: It starts this rule only with so much notice between two of its dates.
    """

    basis: str = ""
    notice: Notice | None = None

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
    """A duty is owed only if an event of its process has one of these values in a field; without a field, if it happens.

    Attributes:
        of_child: The event is of no process (a year group): what it said when the duty began counts.
        had: It must have happened to the child before the duty began, in whatever process (a plan was made).
        unless: What undoes that, if it came after and still before the duty began (the plan ceased).
    """

    told: Told
    field: str
    values: tuple[str, ...]
    of_child: bool = False
    had: bool = False
    unless: Told | None = None

    def holds(self, fact: Fact) -> bool:
        """Tell whether the event says that the duty is owed."""
        return not self.field or has_one(fact.data.get(self.field), self.values)


class Leg(Struct, frozen=True):
    """A second way of counting the same limit, from another event of the case.

    Attributes:
        name: What people call that event, such as `certificate`.
        is_before: The event comes before the start (the last one counts), not after it (the first one counts).
        of: Field of that event that is counted from, such as the day that an extension names; an event told after the
            limit's own last day then comes too late.
    """

    name: str
    told: Told
    limit: Limit
    is_before: bool = False
    of: str = ""


class DatedLimit(Struct, frozen=True):
    """A limit and the starting dates it applies to; both ends inclusive, `until` open where `None`.

    Attributes:
        limit: A length, or the day before a date of the year.
        of: Field of the starting event that the limit is counted from; empty: from the start itself.
        year: Field of the starting event that names the year of a date; without it the next such date.
        where: It applies only to starting events with these values.
        legs: Further ways of counting, for a limit that is the later or the earlier of several.
        takes: Which of them counts.
    """

    since: date
    limit: Limit | DayOfYear
    until: date | None = None
    of: str = ""
    year: str = ""
    where: Values = ()
    legs: tuple[Leg, ...] = ()
    takes: Literal["later", "earlier"] = "later"

    @property
    def is_plain(self) -> bool:
        """Whether it is counted from the start alone, in days that are the same for everybody."""
        if self.legs or self.of or self.year or isinstance(self.limit, DayOfYear):
            return False
        return self.limit.unit in ("days", "weeks", "months") and self.limit.last_day == "stands"

    def is_for(self, started_on: date, data: Mapping[str, Any]) -> bool:
        """Tell whether it applies to a case that started on a date with an event."""
        if started_on < self.since or (self.until is not None and started_on > self.until):
            return False
        return not self.where or all(has_one(data.get(name), values) for name, values in self.where)


class Exemption(Struct, frozen=True):
    """A ground on which the fixed limit is switched off. It never adds time (law.md 0, warning 3).

    Attributes:
        available_when: A test of `grounds` that a claim must pass besides, where what it asks about is known.
        min_days: A claim for fewer days does not count (an absence of four weeks).
    """

    id: str
    grounds: tuple[str, ...]
    source: str
    needs: Literal["claim"] = "claim"
    available_when: str = ""
    min_days: int = 0


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
        process_kinds: Kinds of process whose events may count where the source does not say which process they belong to.
        matched_by: What ties an event to the duty: its process, its advice_request, or in a series that it comes after
            the start and is about the same plan.
        each: Field that tells duties of one process apart (the institution consulted).
        later: Only what happens on or after the start ends or discharges it, for processes with several stages.
        owed_by: Field of the starting event that names the body that owes it, where that is not its body or institution.
        judged_by: The limit in force at the case's `start` counts, or the one in force on the `day_asked`.
        times: How often it must have happened to be discharged.
        recurs: It is owed anew in every school year (1 September to 31 August) while it lasts.
        stays_on_move: The law leaves it with the authority that a child moves away from: its people are told of it still.
        discharged_by: Empty for a duty that continues until it lapses.
        said_done_by: Events by which the sender says that it is done, without discharging it.
        told_by: Connectors able to report the discharge.
        of_process: Those of its discharging events that belong to a process and begin nothing themselves.
        limits: The first that fits counts, the newest before older ones; empty for a duty without a number of days.
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
    process_kinds: tuple[str, ...] = ()
    matched_by: MatchedBy = "process"
    each: str = ""
    judged_by: Literal["start", "day_asked"] = "start"
    later: bool = False
    owed_by: str = ""
    times: int = 1
    recurs: Literal["", "school_year"] = ""
    stays_on_move: bool = False
    only_if: tuple[Condition, ...] = ()
    said_done_by: tuple[Told, ...] = ()
    of_process: frozenset[str] = frozenset()
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

    @property
    def is_window(self) -> bool:
        """Whether it is a family's right with an end, not a duty: when it ends it lapses and nobody is late."""
        return self.duty_holder == "family"

    def may_be_told_by(self, connector: str, source: str, leading: Mapping[str, str]) -> bool:
        """Tell whether a source is able to tell of the discharge, and its word would count where a source leads.

        Args:
            leading: Event to the source whose word alone counts for it.
        """
        leads = [leading.get(told.event) for told in self.discharged_by]
        return connector in self.told_by and any(lead in (None, source) for lead in leads)

    def tells_unmatched(self, event: str) -> bool:
        """Whether an event that would discharge this duty, and fits no case, is a gap worth a person's look."""
        return self.matched_by != "series" and not self.recurs and event in self.of_process

    def is_in_force(self, started_on: date) -> bool:
        """Tell whether the law knew the duty when a case started; one without a limit has always been there."""
        return not self.limits or any(
            dated.since <= started_on and (dated.until is None or started_on <= dated.until) for dated in self.limits
        )

    def limit_at(self, started_on: date, data: Mapping[str, Any] = NOTHING) -> DatedLimit | None:
        """Return the limit in force when the case started, for an event with these fields; or `None`."""
        for dated in self.limits:
            if dated.since <= started_on and dated.is_for(started_on, data):
                return dated
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


class Reads(Struct, frozen=True):
    """What a rule reads of a process besides its start and discharge: what ends it, and what else decides about it."""

    lapses: tuple[Lapse, ...]
    besides: tuple[Told, ...]


def reads(rule: Rule) -> Reads:
    """Return what a rule reads of a process."""
    conditions = tuple(c.told for c in rule.only_if if not (c.of_child or c.had))
    legs = tuple(leg.told for dated in rule.limits for leg in dated.legs)
    return Reads(tuple(lapse for lapse in rule.lapses_on if not lapse.of_child), conditions + legs)


class Rulebook(Struct, frozen=True):
    """All rules, found by id and by the events that start them.

    Attributes:
        rules: In order of id.
        by_id: Every rule, disabled ones too; `reads` what each reads of a process.
        starting: Event to the enabled rules it may start, in order of id.
        discharging: Event to what it may discharge, or say to be done, in enabled rules, where a misfit is worth a look.
        holidays: Bank holidays in England and Wales.
        version: Name of this exact content; tables made under another are not read.
    """

    rules: tuple[Rule, ...]
    by_id: dict[str, Rule]
    reads: dict[str, Reads]
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
            if rule.tells_unmatched(told.event):
                discharging.setdefault(told.event, []).append((rule, told))
    return Rulebook(
        rules=ordered,
        by_id={rule.id: rule for rule in ordered},
        reads={rule.id: reads(rule) for rule in ordered},
        starting={event: tuple(found) for event, found in starting.items()},
        discharging={event: tuple(found) for event, found in discharging.items()},
        policy=policy,
        holidays=holidays,
        version=version,
    )


def list_rules(book: Rulebook, cases: Mapping[str, int] = NOTHING) -> list[dict[str, Any]]:
    """Return what there is to list of every rule, in order of id; dates as ISO text.

    Args:
        cases: Number of worked cases by rule.
    """
    names = ("id", "duty", "duty_holder", "duty_force", "limit_force", "evidence", "doubt", "why_disabled", "file")
    return [
        {
            **{name: getattr(rule, name) for name in names},
            "enabled": not rule.why_disabled,
            "cases": cases.get(rule.id, 0),
            "source": rule.cited,
            "alert_to": [structs.asdict(recipient) for recipient in rule.alert_to],
            "signed_off": structs.asdict(rule.signed_off) | {"on": str(rule.signed_off.on)}
            if rule.signed_off
            else None,
        }
        for rule in book.rules
    ]


def has_one(value: Any, values: tuple[str, ...], area: str = "") -> bool:
    """Tell whether a field's value, or one entry of a list, is among the values."""
    if isinstance(value, list | tuple):
        return any(has_one(entry, values, area) for entry in value)
    text = str(value).lower() if isinstance(value, bool) else str(value or "")
    return text in values or (THIS_AREA in values and bool(text) and text == area)
