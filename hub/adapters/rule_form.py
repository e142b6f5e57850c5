"""How rules are written down: the keys of the TOML files, and what each may hold (house.md 2)."""

from datetime import date
from typing import Any, Literal

from msgspec import Struct

from hub.domain.calendar import Direction, FirstDay, LastDay, Unit
from hub.domain.rules import Evidence, Force, MatchedBy

Fields = dict[str, str | bool | list[str]]
Conditions = Fields | list[Fields]


class WrittenNotice(Struct, forbid_unknown_fields=True):
    """How much notice between two dates of an event starts a rule."""

    since: str
    upto: str
    at_least: int | None = None
    less_than: int | None = None


class WrittenTold(Struct, forbid_unknown_fields=True):
    """An event that counts, with the date field and the values that it must have; in starts_on, discharged_by, lapses_on."""

    event: str
    date: str = "occurred_on"
    otherwise: list[str] = []
    where: Conditions = {}
    unless: Conditions = {}
    all_of: list[str | list[str]] = []
    every: dict[str, list[str]] = {}
    basis: str = ""
    of_child: bool | None = None
    notice: WrittenNotice | None = None


class WrittenLeg(Struct, forbid_unknown_fields=True):
    """A further way of counting a limit, from another event."""

    name: str
    event: str
    date: str
    count: int
    unit: Unit
    where: Conditions = {}
    is_before: bool = False
    of: str = ""
    first_day: FirstDay | None = None
    last_day: LastDay | None = None


class WrittenLimit(Struct, forbid_unknown_fields=True, rename={"since": "from"}):
    """A limit: a count and a unit, or `before` a date of the year; from when and for what."""

    since: date
    count: int | None = None
    unit: Unit | None = None
    before: str = ""
    until: date | None = None
    first_day: FirstDay | None = None
    last_day: LastDay | None = None
    direction: Direction = "after"
    of: str = ""
    year: str = ""
    where: Conditions = {}
    takes: Literal["later", "earlier"] = "later"
    leg: list[WrittenLeg] = []


class WrittenException(Struct, forbid_unknown_fields=True):
    """A ground on which the limit is switched off."""

    id: str
    source: str
    grounds: list[str] = []
    needs: Literal["claim"] = "claim"
    available_when: Literal["", "advice_asked_in_closure_window", "appointment_missed_with_body_asked"] = ""
    min_days: int = 0


class WrittenSignOff(Struct, frozen=True, forbid_unknown_fields=True):
    """Who confirmed the reading."""

    by: str = ""
    on: date | None = None


class WrittenRecipient(Struct, forbid_unknown_fields=True):
    """A role that is told, and whether at once."""

    role: str
    immediate: bool = False


class WrittenWarn(Struct, forbid_unknown_fields=True):
    """How long before the due date a duty is at risk."""

    count: int
    unit: Literal["days", "weeks"]


class WrittenRule(Struct, forbid_unknown_fields=True):
    """One `[[rule]]`; `hub.domain.rules.Rule` says what each key means."""

    id: str
    duty: str
    duty_holder: str
    alert_to: list[str | WrittenRecipient]
    starts_on: list[WrittenTold]
    discharged_by: list[WrittenTold]
    lapses_on: list[str | WrittenTold]
    told_by: list[str]
    source: str
    duty_force: Force
    limit_force: Force
    evidence: Evidence
    family: str = ""
    process_kind: str = ""
    matched_by: MatchedBy = "process"
    each: str = ""
    judged_by: Literal["start", "day_asked"] = "start"
    later: bool = False
    owed_by: str = ""
    times: int = 1
    recurs: Literal["", "school_year"] = ""
    stays_on_move: bool = False
    only_if: str | list[str] = []
    said_done_by: list[WrittenTold] = []
    no_lapse_because: str = ""
    no_discharge_because: str = ""
    doubt: str = ""
    signed_off: WrittenSignOff = WrittenSignOff()
    warn: WrittenWarn | None = None
    limit: list[WrittenLimit] = []
    exception: list[WrittenException] = []


class WrittenFile(Struct, forbid_unknown_fields=True):
    """A file of one enactment."""

    enactment: str
    extent: str
    first_day: FirstDay
    last_day: LastDay
    checked_on: date
    rule: list[dict[str, Any]]


class WrittenProvision(Struct, forbid_unknown_fields=True):
    """The area's own thresholds for provision."""

    window_weeks: int
    min_sessions: int
    min_share: float
    source: str
    alert_to: dict[str, list[str | WrittenRecipient]]


class WrittenPolicy(Struct, forbid_unknown_fields=True):
    """local_policy.toml."""

    provision: WrittenProvision


class WrittenConfirmed(Struct, forbid_unknown_fields=True):
    """One reading confirmed for a hub; `text` names the rule's exact content."""

    by: str
    on: date
    text: str


class WrittenDisabled(Struct, forbid_unknown_fields=True):
    """disabled.toml: rule to why it is not run."""

    rule: dict[str, str]
