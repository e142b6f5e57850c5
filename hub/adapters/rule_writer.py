"""From a rule as it is written to the domain's, refusing what cannot be: unknown events and fields, overlapping limits."""

import csv
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import msgspec

from hub.adapters.rule_form import (
    Conditions,
    WrittenException,
    WrittenFile,
    WrittenLeg,
    WrittenLimit,
    WrittenRecipient,
    WrittenRule,
    WrittenTold,
)
from hub.domain.calendar import DayOfYear, Direction, Limit, Unit
from hub.domain.errors import RuleError
from hub.domain.events.index import BY_NAME, CAMEL
from hub.domain.moves import is_of_moves
from hub.domain.obligations import OF_LINES_ALONE
from hub.domain.rules import (
    Condition,
    DatedLimit,
    Exemption,
    Lapse,
    Leg,
    Notice,
    Recipient,
    Rule,
    SignOff,
    Start,
    Told,
    Values,
    Warn,
)

HOLDERS = frozenset(
    "local_authority psychology health school social_care youth_justice tribunal mediation_adviser family "
    "other_authority".split()
)
_DERIVED = {"advice_requested": {"asked"}}  # fields that matching adds to what the event says
_SAID_ON = ("sent_on", "issued_on", "served_on", "received_on")


class Writer:
    """Turns one written rule into the domain's, and refuses what cannot be."""

    def __init__(self, file: str, text: WrittenFile, written: WrittenRule) -> None:
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
        lapses = tuple(self._lapse(lapse) for lapse in written.lapses_on)
        if written.stays_on_move and any(is_of_moves(lapse) for lapse in lapses):
            raise self._error("a duty that stays_on_move does not lapse when another authority becomes responsible")
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
            lapses_on=lapses,
            told_by=tuple(written.told_by),
            alert_to=recipients(self._file, written.id, written.alert_to),
            family=written.family,
            process_kinds=tuple(kind.strip() for kind in written.process_kind.split("|") if kind.strip()),
            matched_by=written.matched_by,
            each=written.each,
            judged_by=written.judged_by,
            later=written.later,
            owed_by=written.owed_by,
            times=written.times,
            recurs=written.recurs,
            stays_on_move=written.stays_on_move,
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

    def _told(self, told: WrittenTold) -> Told:
        if told.basis or told.notice or told.of_child is not None:
            raise self._error(f"{told.event}: basis and notice belong to starts_on, of_child to lapses_on")
        return Told(**self._common(told))

    def _start(self, told: WrittenTold) -> Start:
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

    def _lapse(self, lapse: str | WrittenTold) -> Lapse:
        """Return a lapse. `event:value` means that value in the one field that the event cannot do without."""
        if isinstance(lapse, WrittenTold):
            of_child = self._is_of_child(lapse.event) if lapse.of_child is None else lapse.of_child
            return Lapse(**self._common(lapse), of_child=of_child)
        event, _, value = lapse.partition(":")
        written = WrittenTold(event)
        if value:
            written.where = {self._needed(event): value}
        written.date = self._said_on(event)
        return Lapse(**self._common(written), of_child=self._is_of_child(event))

    def _common(self, told: WrittenTold) -> dict[str, Any]:
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

    def _values(self, event: str, fields: Conditions) -> Values:
        values = _values(fields)
        for name, _ in values:
            self._check(event, name)
        return values

    def _condition(self, text: str) -> Condition:
        """Return a condition: `event.field = value | value`, or `event` alone where it is enough that it happens.

        `had event …` asks for what had happened to the child before the duty began, `… unless event` for what did not
        undo it by then.
        """
        had, text = text.startswith("had "), text.removeprefix("had ")
        text, _, undoing = text.partition(" unless ")
        if undoing and not had:
            raise self._error(f"only_if: unless belongs to had: {text!r}")
        head, equals, values = text.partition("=")
        event, dot, field = head.strip().partition(".")
        if bool(equals) != bool(dot) or bool(equals) != bool(values.strip()):
            raise self._error(f"only_if is not of the form event.field = value: {text!r}")
        if field:
            self._check(event, field)
        told = Told(event, self._said_on(event), ("occurred_on",))
        unless = Told(undoing, self._said_on(undoing, "ends_on"), ("occurred_on",)) if undoing else None
        texts = tuple(value.strip() for value in values.split("|")) if field else ()
        return Condition(told, field, texts, "process" not in self._fields(event), had, unless)

    def _said_on(self, event: str, *sooner: str) -> str:
        """Return the field whose date counts: one of `sooner`, else the one that says when it was said."""
        return next((name for name in (*sooner, *_SAID_ON) if name in self._fields(event)), "occurred_on")

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

    def _dated(self, written: WrittenLimit) -> DatedLimit:
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

    def _length(self, written: WrittenLimit) -> Limit | DayOfYear:
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
        return self._limit(written, written.count, written.unit, written.direction)

    def _leg(self, written: WrittenLeg) -> Leg:
        told = Told(**self._common(WrittenTold(written.event, written.date, where=written.where)))
        if written.of:
            self._check(written.event, written.of)
        limit = self._limit(written, written.count, written.unit, "after")
        return Leg(written.name, told, limit, written.is_before, written.of)

    def _limit(self, written: WrittenLimit | WrittenLeg, count: int, unit: Unit, direction: Direction) -> Limit:
        first_day = written.first_day or self._text.first_day
        return Limit(count, unit, first_day, written.last_day or self._text.last_day, direction)

    def _exemption(self, written: WrittenException) -> Exemption:
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


def _values(fields: Conditions) -> Values:
    def texts(value: str | bool | list[str]) -> tuple[str, ...]:
        if isinstance(value, bool):
            return (str(value).lower(),)
        return (value,) if isinstance(value, str) else tuple(value)

    tables = [fields] if isinstance(fields, dict) else fields
    return tuple((name, texts(value)) for table in tables for name, value in table.items())


def recipients(file: str, rule: str, written: list[str | WrittenRecipient]) -> tuple[Recipient, ...]:
    """Return the roles that are told; a `RuleError` for one that there is none of."""
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
