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

from hub.domain.calendar import DayOfYear, Direction, FirstDay, LastDay, Limit, Unit
from hub.domain.errors import RuleError
from hub.domain.events.index import BY_NAME, CAMEL
from hub.domain.identifiers import name_of
from hub.domain.obligations import OF_LINES_ALONE
from hub.domain.rules import (
    Condition,
    DatedLimit,
    Evidence,
    Exemption,
    Force,
    Lapse,
    Leg,
    MatchedBy,
    Notice,
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
COUNTS_FILE = "case_counts.json"
HOLDERS = frozenset(
    "local_authority psychology health school social_care youth_justice tribunal mediation_adviser family "
    "other_authority".split()
)
_DERIVED = {"advice_requested": {"asked"}}  # fields that matching adds to what the event says
_SAID_ON = ("sent_on", "issued_on", "served_on", "received_on")

_Fields = dict[str, str | bool | list[str]]
_Conditions = _Fields | list[_Fields]
_T = TypeVar("_T")


class _Notice(Struct, forbid_unknown_fields=True):
    since: str
    upto: str
    at_least: int | None = None
    less_than: int | None = None


class _Told(Struct, forbid_unknown_fields=True):
    event: str
    date: str = "occurred_on"
    otherwise: list[str] = []
    where: _Conditions = {}
    unless: _Conditions = {}
    all_of: list[str | list[str]] = []
    every: dict[str, list[str]] = {}
    basis: str = ""
    of_child: bool | None = None
    notice: _Notice | None = None


class _Leg(Struct, forbid_unknown_fields=True):
    name: str
    event: str
    date: str
    count: int
    unit: Unit
    where: _Conditions = {}
    is_before: bool = False
    of: str = ""
    first_day: FirstDay | None = None
    last_day: LastDay | None = None


class _Limit(Struct, forbid_unknown_fields=True, rename={"since": "from"}):
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
    where: _Conditions = {}
    takes: Literal["later", "earlier"] = "later"
    leg: list[_Leg] = []


class _Exception(Struct, forbid_unknown_fields=True):
    id: str
    source: str
    grounds: list[str] = []
    needs: Literal["claim"] = "claim"
    available_when: Literal["", "advice_asked_in_closure_window", "appointment_missed_with_body_asked"] = ""
    min_days: int = 0


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
    each: str = ""
    judged_by: Literal["start", "day_asked"] = "start"
    later: bool = False
    owed_by: str = ""
    times: int = 1
    recurs: Literal["", "school_year"] = ""
    only_if: str | list[str] = []
    said_done_by: list[_Told] = []
    no_lapse_because: str = ""
    no_discharge_because: str = ""
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


class _Confirmed(Struct, forbid_unknown_fields=True):
    by: str
    on: date
    text: str


class _Disabled(Struct, forbid_unknown_fields=True):
    rule: dict[str, str]


def load(folder: Path | None = None, pack: str = "", sign_offs: str = "") -> Rulebook:
    """Return the rulebook of a folder, or of the package's own rules.

    Args:
        pack: Name of a pack of the package, or path of one: its rules stand in the place of those of the same id.
        sign_offs: TOML of readings confirmed for this hub: by rule id the `by`, `on` and `text` (see `text_of`) confirmed.

    Raises:
        RuleError: A file says something that cannot be; it names file, rule and reason.
    """
    root: Traversable = folder or resources.files("hub.rules")
    texts = _texts(root)
    holidays_text = root.joinpath(HOLIDAYS_FILE).read_text("utf-8")
    disabled = _read(DISABLED_FILE, texts.get(DISABLED_FILE, "[rule]"), _Disabled).rule
    policy = _policy(_read(POLICY_FILE, texts.get(POLICY_FILE, ""), _Policy).provision)
    told: dict[object, object] = {}
    rules = _by_id(texts, disabled, told)
    for name in disabled.keys() - rules.keys():
        raise RuleError(DISABLED_FILE, name, "no such rule")
    _worked(root, rules)
    if pack:
        added = _texts(_pack(root, pack))
        rules |= _by_id(added, {}, told)
        texts |= {f"{pack}/{name}": text for name, text in added.items()}
    confirmed = _read("sign-offs", sign_offs, dict[str, _Confirmed]) if sign_offs else {}
    for name, said in confirmed.items():
        if name in rules and text_of(rules[name]) == said.text:
            rules[name] = msgspec.structs.replace(rules[name], signed_off=SignOff(said.by, said.on))
    parts = [part for name in sorted(texts) for part in (name, texts[name])]
    return rulebook(tuple(rules.values()), policy, holidays(holidays_text), name_of("rulebook", *parts, holidays_text))


def case_counts() -> dict[str, int]:
    """Return the number of worked cases by rule, as counted when the product was made (`tools/rules_page.py`)."""
    text = resources.files("hub.rules").joinpath(COUNTS_FILE).read_text("utf-8")
    return msgspec.json.decode(text, type=dict[str, int])


def signed(sign_offs: str, rule: Rule, by: str, on: date) -> str:
    """Return sign-offs as TOML with one more, in place of an earlier one of the same rule."""
    confirmed = _read("sign-offs", sign_offs, dict[str, _Confirmed])
    confirmed[rule.id] = _Confirmed(by, on, text_of(rule))
    return "\n".join(
        f"[{msgspec.json.encode(name).decode()}]\nby = {msgspec.json.encode(c.by).decode()}\non = {c.on}\n"
        f'text = "{c.text}"\n'
        for name, c in sorted(confirmed.items())
    )


def _worked(root: Traversable, rules: dict[str, Rule]) -> None:
    """Refuse an enabled rule without a worked case, where the folder says how many each has."""
    if not root.joinpath(COUNTS_FILE).is_file():
        return
    counts = msgspec.json.decode(root.joinpath(COUNTS_FILE).read_text("utf-8"), type=dict[str, int])
    for rule in rules.values():
        if not rule.why_disabled and not counts.get(rule.id):
            raise RuleError(rule.file, rule.id, "has no worked case (write one, then python -m tools.rules_page)")


def packs() -> list[str]:
    """Return the names of the packs that come with the product, in order."""
    folder = resources.files("hub.rules").joinpath("packs")
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []


def text_of(rule: Rule) -> str:
    """Return the name of a rule's exact content: a reading confirmed for one content says nothing of another."""
    bare = msgspec.structs.replace(rule, signed_off=None, why_disabled="", checked_on=None)
    return name_of("rule", msgspec.json.encode(bare).decode())[:16]


def _texts(root: Traversable) -> dict[str, str]:
    files = sorted((entry for entry in root.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return {entry.name: entry.read_text("utf-8") for entry in files}


def _pack(root: Traversable, pack: str) -> Traversable:
    known = root.joinpath("packs").joinpath(pack)
    if "/" not in pack and known.is_dir():
        return known
    if not Path(pack).is_dir():
        raise RuleError(pack, "", f"no such pack; there are {', '.join(packs()) or 'none'}")
    return Path(pack)


def _by_id(texts: dict[str, str], disabled: dict[str, str], told: dict[object, object]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for name, text in texts.items():
        if name in (POLICY_FILE, DISABLED_FILE):
            continue
        for rule in _rules(name, _read(name, text, _File), disabled):
            if rule.id in rules:
                raise RuleError(name, rule.id, f"is also in {rules[rule.id].file}")
            rules[rule.id] = _shared(rule, told)
    return rules


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
        if not written.starts_on:
            raise self._error("starts_on needs an event")
        if not written.discharged_by and not written.no_discharge_because:
            raise self._error("an empty discharged_by needs no_discharge_because")
        for field in (written.each, written.owed_by):
            for told in written.starts_on if field else ():
                self._check(told.event, field)
        starts = {told.event for told in written.starts_on}
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
            process_kinds=tuple(kind.strip() for kind in written.process_kind.split("|") if kind.strip()),
            matched_by=written.matched_by,
            each=written.each,
            judged_by=written.judged_by,
            later=written.later,
            owed_by=written.owed_by,
            times=written.times,
            recurs=written.recurs,
            only_if=tuple(
                map(self._condition, [written.only_if] if isinstance(written.only_if, str) else written.only_if)
            ),
            of_process=frozenset(
                told.event
                for told in written.discharged_by + written.said_done_by
                if "process" in self._fields(told.event) and told.event not in starts
            ),
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
        if told.basis or told.notice or told.of_child is not None:
            raise self._error(f"{told.event}: basis and notice belong to starts_on, of_child to lapses_on")
        return Told(**self._common(told))

    def _start(self, told: _Told) -> Start:
        notice = None
        if told.notice:
            bounds = (told.notice.at_least, told.notice.less_than)
            if bounds.count(None) != 1:
                raise self._error(f"{told.event}: notice needs either at_least or less_than")
            notice = Notice(told.notice.since, told.notice.upto, *bounds)
        for field in (told.basis, *((notice.since, notice.upto) if notice else ())):
            if field:
                self._check(told.event, field)
        return Start(**self._common(told), basis=told.basis, notice=notice)

    def _lapse(self, lapse: str | _Told) -> Lapse:
        """Return a lapse. `event:value` means that value in the one field that the event cannot do without."""
        if isinstance(lapse, _Told):
            of_child = self._is_of_child(lapse.event) if lapse.of_child is None else lapse.of_child
            return Lapse(**self._common(lapse), of_child=of_child)
        event, _, value = lapse.partition(":")
        written = _Told(event)
        if value:
            written.where = {self._needed(event): value}
        written.date = next((name for name in _SAID_ON if name in self._fields(event)), "occurred_on")
        return Lapse(**self._common(written), of_child=self._is_of_child(event))

    def _common(self, told: _Told) -> dict[str, Any]:
        otherwise = told.otherwise or ([] if told.date == "occurred_on" else ["occurred_on"])
        where, unless = self._values(told.event, told.where), self._values(told.event, told.unless)
        for field in (told.date, *otherwise, *told.every):
            self._check(told.event, field)
        return {
            "event": told.event,
            "date_field": told.date,
            "otherwise": tuple(otherwise),
            "where": where,
            "unless": unless,
            "all_of": tuple(tuple([names] if isinstance(names, str) else names) for names in told.all_of),
            "every": tuple((name, tuple(values)) for name, values in told.every.items()),
        }

    def _values(self, event: str, fields: _Conditions) -> Values:
        values = _values(fields)
        for name, _ in values:
            self._check(event, name)
        return values

    def _condition(self, text: str) -> Condition:
        """Return a condition: `event.field = value | value`, or `event` alone where it is enough that it happens.

        `had event …` asks for what had happened to the child before the duty began.
        """
        had, text = text.startswith("had "), text.removeprefix("had ")
        head, equals, values = text.partition("=")
        event, dot, field = head.strip().partition(".")
        if bool(equals) != bool(dot) or bool(equals) != bool(values.strip()):
            raise self._error(f"only_if is not of the form event.field = value: {text!r}")
        if field:
            self._check(event, field)
        day = next((name for name in _SAID_ON if name in self._fields(event)), "occurred_on")
        told = Told(event, day, ("occurred_on",))
        texts = tuple(value.strip() for value in values.split("|")) if field else ()
        return Condition(told, field, texts, of_child="process" not in self._fields(event), had=had)

    def _limits(self) -> tuple[DatedLimit, ...]:
        limits = [self._dated(written) for written in self._rule.limit]
        limits.sort(key=lambda dated: (dated.where, dated.since))
        for earlier, later in pairwise(limits):
            is_same = earlier.where == later.where
            if is_same and (earlier.until or date.max) >= later.since and not self._gives_way(earlier, later):
                raise self._error(f"limits overlap on {later.since}")
        # The first that fits counts: those for certain events only, then the newest.
        return tuple(sorted(limits, key=lambda dated: (not dated.where, -dated.since.toordinal())))

    @staticmethod
    def _gives_way(earlier: DatedLimit, later: DatedLimit) -> bool:
        """Tell whether a limit without an end is followed by a later one, which ends it."""
        return earlier.until is None and earlier.since < later.since

    def _dated(self, written: _Limit) -> DatedLimit:
        if written.until is not None and written.until < written.since:
            raise self._error(f"a limit ends on {written.until}, before it begins")
        starts = [told.event for told in self._rule.starts_on]
        for event in starts:
            for field in (written.of, written.year):
                if field:
                    self._check(event, field)
        legs = tuple(self._leg(leg) for leg in written.leg)
        where = _values(written.where)
        for name, _ in where:
            if not any(name in self._fields(event) for event in starts):
                raise self._error(f"no starting event has a field {name}")
        return DatedLimit(
            written.since, self._length(written), written.until, written.of, written.year, where, legs, written.takes
        )

    def _length(self, written: _Limit) -> Limit | DayOfYear:
        if written.before:
            month, dash, day = written.before.partition("-")
            if written.count is not None or not dash:
                raise self._error("a limit is a count and a unit, or before = MM-DD")
            try:
                date(2023, int(month), int(day))
            except ValueError as wrong:
                raise self._error(f"no such date in every year: {written.before}") from wrong
            return DayOfYear(int(month), int(day))
        if written.count is None or written.unit is None:
            raise self._error("a limit is a count and a unit, or before = MM-DD")
        if written.count < 0:
            raise self._error("a limit cannot count less than 0")
        first_day = written.first_day or self._text.first_day
        last_day = written.last_day or self._text.last_day
        return Limit(written.count, written.unit, first_day, last_day, written.direction)

    def _leg(self, written: _Leg) -> Leg:
        told = Told(**self._common(_Told(written.event, written.date, where=written.where)))
        first_day = written.first_day or self._text.first_day
        last_day = written.last_day or self._text.last_day
        if written.of:
            self._check(written.event, written.of)
        limit = Limit(written.count, written.unit, first_day, last_day)
        return Leg(written.name, told, limit, written.is_before, written.of)

    def _exemption(self, written: _Exception) -> Exemption:
        if not written.source.strip():
            raise self._error(f"exception {written.id} has no source")
        grounds = tuple(written.grounds or [written.id.replace("-", "_")])
        return Exemption(written.id, grounds, written.source, written.needs, written.available_when, written.min_days)

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
        if event in OF_LINES_ALONE:
            raise self._error(f"{event} is compared week by week and starts, ends or discharges no duty")
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


def _values(fields: _Conditions) -> Values:
    def texts(value: str | bool | list[str]) -> tuple[str, ...]:
        if isinstance(value, bool):
            return (str(value).lower(),)
        return (value,) if isinstance(value, str) else tuple(value)

    tables = [fields] if isinstance(fields, dict) else fields
    return tuple((name, texts(value)) for table in tables for name, value in table.items())


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
        only_if=tuple(msgspec.structs.replace(condition, told=one(condition.told)) for condition in rule.only_if),
        lapses_on=one(tuple(one(lapse) for lapse in rule.lapses_on)),
        said_done_by=tuple(one(told) for told in rule.said_done_by),
    )
