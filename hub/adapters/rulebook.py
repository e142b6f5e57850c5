"""Read the law from TOML: every file of a folder becomes part of one rulebook, or a RuleError says what is wrong."""

import csv
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from hub.domain.calendar import FirstDay, LastDay, Limit, Unit
from hub.domain.errors import RuleError
from hub.domain.events.index import BY_NAME, CAMEL
from hub.domain.identifiers import name_of
from hub.domain.rules import (
    Condition,
    DatedLimit,
    Evidence,
    Exemption,
    Force,
    Lapse,
    MatchedBy,
    ProvisionPolicy,
    Recipient,
    Rule,
    Rulebook,
    SignOff,
    Start,
    Told,
    Values,
    Warn,
    rulebook,
)

POLICY_FILE = "local_policy.toml"
DISABLED_FILE = "disabled.toml"
HOLIDAYS_FILE = "calendars/bank-holidays.json"
HOLDERS = frozenset(
    "local_authority psychology health school social_care youth_justice tribunal mediation_adviser family "
    "other_authority".split()
)
_DERIVED = {"advice_requested": {"asked"}}  # fields that matching adds to what the event says
_SAID_ON = ("sent_on", "issued_on", "served_on", "received_on")

_Fields = dict[str, str | bool | list[str]]
_T = TypeVar("_T", bound=Struct)


class _Told(Struct, forbid_unknown_fields=True):
    event: str
    date: str = "occurred_on"
    otherwise: list[str] = []
    where: _Fields = {}
    unless: _Fields = {}
    all_of: list[str | list[str]] = []
    basis: str = ""
    of_child: bool = False


class _Limit(Struct, forbid_unknown_fields=True, rename={"since": "from"}):
    since: date
    count: int
    unit: Unit
    until: date | None = None
    first_day: FirstDay | None = None
    last_day: LastDay | None = None


class _Exception(Struct, forbid_unknown_fields=True):
    id: str
    source: str
    grounds: list[str] = []
    needs: Literal["claim"] = "claim"
    available_when: str = ""


class _SignOff(Struct, frozen=True, forbid_unknown_fields=True):
    by: str = ""
    on: date | None = None


class _Recipient(Struct, forbid_unknown_fields=True):
    role: str
    immediate: bool = False


class _Warn(Struct, forbid_unknown_fields=True):
    count: int
    unit: Literal["days", "weeks"]


class _Rule(Struct, forbid_unknown_fields=True):
    id: str
    duty: str
    duty_holder: str
    alert_to: list[str | _Recipient]
    starts_on: list[_Told]
    discharged_by: list[_Told]
    lapses_on: list[str | _Told]
    told_by: list[str]
    source: str
    duty_force: Force
    limit_force: Force
    evidence: Evidence
    family: str = ""
    process_kind: str = ""
    matched_by: MatchedBy = "process"
    only_if: str = ""
    said_done_by: list[_Told] = []
    no_lapse_because: str = ""
    doubt: str = ""
    signed_off: _SignOff = _SignOff()
    warn: _Warn | None = None
    limit: list[_Limit] = []
    exception: list[_Exception] = []


class _File(Struct, forbid_unknown_fields=True):
    enactment: str
    extent: str
    first_day: FirstDay
    last_day: LastDay
    checked_on: date
    rule: list[dict[str, Any]]


class _Provision(Struct, forbid_unknown_fields=True):
    window_weeks: int
    min_sessions: int
    min_share: float
    source: str
    alert_to: dict[str, list[str | _Recipient]]


class _Policy(Struct, forbid_unknown_fields=True):
    provision: _Provision


class _Disabled(Struct, forbid_unknown_fields=True):
    rule: dict[str, str]


def load(folder: Path | None = None) -> Rulebook:
    """Return the rulebook of a folder, or of the package's own rules.

    Raises:
        RuleError: A file says something that cannot be; it names file, rule and reason.
    """
    root: Traversable = folder or resources.files("hub.rules")
    files = sorted((entry for entry in root.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    texts = {entry.name: entry.read_text("utf-8") for entry in files}
    holidays_text = root.joinpath(HOLIDAYS_FILE).read_text("utf-8")
    disabled = _read(DISABLED_FILE, texts.get(DISABLED_FILE, "[rule]"), _Disabled).rule
    policy = _policy(_read(POLICY_FILE, texts.get(POLICY_FILE, ""), _Policy).provision)
    rules: dict[str, Rule] = {}
    told: dict[object, object] = {}
    for name, text in texts.items():
        if name in (POLICY_FILE, DISABLED_FILE):
            continue
        for rule in _rules(name, _read(name, text, _File), disabled):
            if rule.id in rules:
                raise RuleError(name, rule.id, f"is also in {rules[rule.id].file}")
            rules[rule.id] = _shared(rule, told)
    for name in disabled.keys() - rules.keys():
        raise RuleError(DISABLED_FILE, name, "no such rule")
    version = name_of("rulebook", *(part for name in sorted(texts) for part in (name, texts[name])), holidays_text)
    return rulebook(tuple(rules.values()), policy, holidays(holidays_text), version)


def holidays(text: str) -> frozenset[date]:
    """Return the bank holidays of England and Wales from the GOV.UK list."""
    events = msgspec.json.decode(text)["england-and-wales"]["events"]
    return frozenset(date.fromisoformat(event["date"]) for event in events)


def _read(name: str, text: str, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except (tomllib.TOMLDecodeError, ValueError) as wrong:  # a date that is none is a ValueError of its own
        raise RuleError(name, "", str(wrong)) from wrong


def _policy(text: _Provision) -> ProvisionPolicy:
    return ProvisionPolicy(
        window_weeks=text.window_weeks,
        min_sessions=text.min_sessions,
        min_share=text.min_share,
        source=text.source,
        alert_to={section: _recipients(POLICY_FILE, section, to) for section, to in text.alert_to.items()},
    )


def _rules(name: str, text: _File, disabled: dict[str, str]) -> Iterator[Rule]:
    for written in text.rule:
        rule_id = str(written.get("id", ""))
        try:
            rule = msgspec.convert(written, _Rule)
        except msgspec.ValidationError as wrong:
            raise RuleError(name, rule_id, str(wrong)) from wrong
        yield _Writer(name, text, rule).rule(disabled.get(rule_id, ""))


class _Writer:
    """Turns one written rule into the domain's, and refuses what cannot be."""

    def __init__(self, file: str, text: _File, written: _Rule) -> None:
        self._file, self._text, self._rule = file, text, written

    def rule(self, why_disabled: str) -> Rule:
        written = self._rule
        for name in ("id", "duty", "source"):
            if not getattr(written, name).strip():
                raise self._error(f"{name} is empty")
        if written.duty_holder not in HOLDERS:
            raise self._error(f"unknown duty_holder {written.duty_holder!r}")
        if not written.starts_on or not written.discharged_by:
            raise self._error("starts_on and discharged_by each need an event")
        if not written.lapses_on and not written.no_lapse_because:
            raise self._error("an empty lapses_on needs no_lapse_because")
        return Rule(
            id=written.id,
            enactment=self._text.enactment,
            duty=written.duty,
            duty_holder=written.duty_holder,
            source=written.source,
            duty_force=written.duty_force,
            limit_force=written.limit_force,
            evidence=written.evidence,
            starts_on=tuple(self._start(told) for told in written.starts_on),
            discharged_by=tuple(self._told(told) for told in written.discharged_by),
            lapses_on=tuple(self._lapse(lapse) for lapse in written.lapses_on),
            told_by=tuple(written.told_by),
            alert_to=_recipients(self._file, written.id, written.alert_to),
            family=written.family,
            process_kind=written.process_kind,
            matched_by=written.matched_by,
            only_if=self._condition(written.only_if) if written.only_if else None,
            said_done_by=tuple(self._told(told) for told in written.said_done_by),
            limits=self._limits(),
            exemptions=tuple(self._exemption(exception) for exception in written.exception),
            warn=Warn(written.warn.count, written.warn.unit) if written.warn else None,
            doubt=written.doubt,
            signed_off=self._sign_off(),
            why_disabled=why_disabled,
            file=self._file,
            checked_on=self._text.checked_on,
        )

    def _error(self, reason: str) -> RuleError:
        return RuleError(self._file, self._rule.id, reason)

    def _told(self, told: _Told) -> Told:
        if told.basis or told.of_child:
            raise self._error(f"{told.event}: basis belongs to starts_on, of_child to lapses_on")
        return Told(**self._common(told))

    def _start(self, told: _Told) -> Start:
        if told.basis:
            self._check(told.event, told.basis)
        return Start(**self._common(told), basis=told.basis)

    def _lapse(self, lapse: str | _Told) -> Lapse:
        """Return a lapse. `event:value` means that value in the one field that the event cannot do without."""
        if isinstance(lapse, _Told):
            return Lapse(**self._common(lapse), of_child=lapse.of_child or self._is_of_child(lapse.event))
        event, _, value = lapse.partition(":")
        written = _Told(event)
        if value:
            written.where = {self._needed(event): value}
        written.date = next((name for name in _SAID_ON if name in self._fields(event)), "occurred_on")
        return Lapse(**self._common(written), of_child=self._is_of_child(event))

    def _common(self, told: _Told) -> dict[str, Any]:
        otherwise = told.otherwise or ([] if told.date == "occurred_on" else ["occurred_on"])
        for field in (told.date, *otherwise, *told.where, *told.unless):
            self._check(told.event, field)
        return {
            "event": told.event,
            "date_field": told.date,
            "otherwise": tuple(otherwise),
            "where": _values(told.where),
            "unless": _values(told.unless),
            "all_of": tuple(tuple([names] if isinstance(names, str) else names) for names in told.all_of),
        }

    def _condition(self, text: str) -> Condition:
        head, equals, values = text.partition("=")
        event, dot, field = head.strip().partition(".")
        if not equals or not dot or not values.strip():
            raise self._error(f"only_if is not of the form event.field = value: {text!r}")
        self._check(event, field)
        day = next((name for name in _SAID_ON if name in self._fields(event)), "occurred_on")
        told = Told(event, day, ("occurred_on",))
        return Condition(told, field, tuple(value.strip() for value in values.split("|")))

    def _limits(self) -> tuple[DatedLimit, ...]:
        limits = []
        for written in sorted(self._rule.limit, key=lambda limit: limit.since):
            if written.count < 1:
                raise self._error("a limit counts at least 1")
            if written.until is not None and written.until < written.since:
                raise self._error(f"a limit ends on {written.until}, before it begins")
            first_day = written.first_day or self._text.first_day
            last_day = written.last_day or self._text.last_day
            limit = Limit(written.count, written.unit, first_day, last_day)
            limits.append(DatedLimit(written.since, limit, written.until))
        for earlier, later in pairwise(limits):
            if earlier.since == later.since or (earlier.until is not None and earlier.until >= later.since):
                raise self._error(f"limits overlap on {later.since}")
        return tuple(limits)

    def _exemption(self, written: _Exception) -> Exemption:
        if not written.source.strip():
            raise self._error(f"exception {written.id} has no source")
        grounds = tuple(written.grounds or [written.id.replace("-", "_")])
        return Exemption(written.id, grounds, written.source, written.needs, written.available_when)

    def _sign_off(self) -> SignOff | None:
        written = self._rule.signed_off
        if not written.by and written.on is None:
            return None
        if not written.by or written.on is None:
            raise self._error("signed_off needs both by and on")
        return SignOff(written.by, written.on)

    def _fields(self, event: str) -> set[str]:
        if event not in CAMEL:
            raise self._error(f"unknown event {event!r}")
        fields = {field.name for field in msgspec.structs.fields(BY_NAME[CAMEL[event]])}
        return fields | _DERIVED.get(event, set()) | {"occurred_on"}

    def _check(self, event: str, field: str) -> None:
        if field not in self._fields(event):
            raise self._error(f"unknown field {event}.{field}")

    def _needed(self, event: str) -> str:
        self._fields(event)
        needed = [field.name for field in msgspec.structs.fields(BY_NAME[CAMEL[event]]) if field.required]
        if len(needed) != 1:
            raise self._error(f"{event}:value needs an event with one required field; write a table")
        return needed[0]

    def _is_of_child(self, event: str) -> bool:
        # An event of no process, or one that changes who is responsible for the child, ends what all processes began.
        return "process" not in self._fields(event) or event == "responsible_body_changed"


def _values(fields: _Fields) -> Values:
    def texts(value: str | bool | list[str]) -> tuple[str, ...]:
        if isinstance(value, bool):
            return (str(value).lower(),)
        return (value,) if isinstance(value, str) else tuple(value)

    return tuple((name, texts(value)) for name, value in fields.items())


def _recipients(file: str, rule: str, written: list[str | _Recipient]) -> tuple[Recipient, ...]:
    known = _roles()
    found = []
    for to in written:
        recipient = Recipient(to) if isinstance(to, str) else Recipient(to.role, to.immediate)
        if recipient.role not in known:
            raise RuleError(file, rule, f"unknown role {recipient.role!r}")
        found.append(recipient)
    return tuple(found)


@cache
def _roles() -> frozenset[str]:
    text = resources.files("schemas").joinpath("codes/roles.csv").read_text("utf-8")
    return frozenset(row["code"] for row in csv.DictReader(text.splitlines()))


def _shared(rule: Rule, known: dict[object, object]) -> Rule:
    """Return the rule with parts that are equal in other rules taken from there.

    The engine remembers by identity what it found for a start or a lapse; what rules share is then looked up once.
    """

    def one(part: Any) -> Any:
        return known.setdefault((type(part), part), part)

    return msgspec.structs.replace(
        rule,
        starts_on=one(tuple(one(start) for start in rule.starts_on)),
        discharged_by=tuple(one(told) for told in rule.discharged_by),
        lapses_on=one(tuple(one(lapse) for lapse in rule.lapses_on)),
        said_done_by=tuple(one(told) for told in rule.said_done_by),
    )
