"""Worked cases: what the law says of a few events, written from its source and not from our code (house.md 2).

A case gives `today`, what was known (`known_on`, `complete_to` by connector), the area's `bodies` (code to kind),
`aliases`, `modes` and `leading` sources, `events` (a school_calendar_published is the area's, all others the child's), and
what is expected of each rule: by `rule`, `rule@body`, `rule@advice_request` or `rule@process`.
"""

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.alerts import AlertRaised, AlertRetracted, Announced
from hub.domain.announcements import after, decide
from hub.domain.errors import RuleError
from hub.domain.events.index import BY_NAME, CAMEL
from hub.domain.facts import AreaFacts, Body, Fact, Feed, SchoolCalendar, calendars_of
from hub.domain.instants import local_date
from hub.domain.obligation import Judgement, Obligation
from hub.domain.obligations import judge
from hub.domain.occasion import Case as CaseOf
from hub.domain.occasion import Occasion
from hub.domain.routing import Contact
from hub.domain.rules import Rulebook

AREA, CHILD = "E00000001", "child"
COMPARED = tuple(name for name in Obligation.__struct_fields__ if name not in ("obligation", "child", "area"))
NONE = "none"
"""Expected of a rule that must not be there at all."""

_ENVELOPE = ("on", "type", "recorded_at", "source", "slot")
CALENDAR = "school_calendar_published"
# events.md has words that Python owns
_DATES, _BODIES = {"from": "since", "to": "until"}, {"from": "from_body", "to": "to_body"}
_OTHER_NAMES = {
    "exception_claimed": _DATES, "exception_ended": _DATES, "plan_transferred": _BODIES, "commissioner_notified": _BODIES,
}  # fmt: skip


class ExpectedAlert(Struct, forbid_unknown_fields=True):
    """An alert that somebody was sent by today, as an area would send it that is live and ticks every day.

    Attributes:
        on: Day on which it was raised, or taken back or closed where that is its state; any day without it.
        state: What it announces (overdue, at_risk …), or what became of it: raised, retracted, closed.
    """

    rule: str
    role: str = ""
    on: date | None = None
    state: str = ""


class Case(Struct, forbid_unknown_fields=True):
    """One worked case.

    Attributes:
        today: The date asked about.
        known_on: What was recorded after the end of this day (Europe/London) is not known; `None`: all is.
        complete_to: By connector; the area has a feed of each connector named here, and of `ehc_casework` always.
        expect_alerts: Alerts that must be among those sent; an empty list: none of a rule that is expected here runs today.
        expect: Rule, or rule@body, rule@advice_request, rule@process, to fields of the obligation; or "none".
    """

    name: str
    today: date
    expect: dict[str, dict[str, Any] | str]
    events: list[dict[str, Any]] = []
    known_on: date | None = None
    complete_to: dict[str, date] = {}
    bodies: dict[str, str] = {}
    aliases: dict[str, str] = {}
    modes: dict[str, str] = {}
    leading: dict[str, str] = {}
    unmatched: int | None = None
    expect_alerts: list[ExpectedAlert] | None = None
    source: str = ""
    file: str = ""


def read_cases(path: Path) -> Iterator[Case]:
    """Yield the cases of a file, or of all files of a folder in order of name.

    Raises:
        RuleError: A file is no TOML, or a case has a key we do not know.
    """
    files = sorted(path.glob("**/*.toml")) if path.is_dir() else [path]
    for file in files:
        try:
            cases = tomllib.loads(file.read_text("utf-8")).get("case", [])
            for written in cases:
                yield msgspec.structs.replace(msgspec.convert(written, Case), file=file.name)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
            raise RuleError(file.name, "", str(wrong)) from wrong


def run(case: Case, rulebook: Rulebook) -> list[str]:
    """Return what differs from what the case expects; empty if it holds."""
    judgement = judged(case, rulebook)
    differences = []
    for key, expected in case.expect.items():
        found = _found(judgement, key)
        if expected == NONE:
            differences += [f"{key}: expected none, found {obligation.state}" for obligation in found]
        elif len(found) != 1:
            differences.append(f"{key}: {len(found)} obligations of that name, not 1")
        elif isinstance(expected, dict):
            differences += _differences(key, expected, found[0])
    if case.unmatched is not None and len(judgement.unmatched) != case.unmatched:
        differences.append(f"unmatched: expected {case.unmatched}, found {len(judgement.unmatched)}")
    if case.expect_alerts is not None:
        differences += _alert_differences(case, case.expect_alerts, alerts_of(case, rulebook))
    return differences


def judged(case: Case, rulebook: Rulebook) -> Judgement:
    """Return how the rulebook judges a case."""
    return _judged_on(case, _facts(case), case.today, rulebook)[1]


def _facts(case: Case) -> list[Fact]:
    return [fact for n, event in enumerate(case.events) if _is_known(fact := _fact(case, n, event), case.known_on)]


def _judged_on(case: Case, facts: list[Fact], on: date, rulebook: Rulebook) -> tuple[AreaFacts, Judgement]:
    area = _area(case, on, calendars_of(fact.data for fact in facts if fact.type == CALENDAR))
    return area, judge(CHILD, area, [fact for fact in facts if fact.type != CALENDAR], on, rulebook)


def alerts_of(case: Case, rulebook: Rulebook) -> list[tuple[AlertRaised, str, date]]:
    """Return the alerts sent by a case's day, what became of each (raised, retracted, closed) and when.

    The area is live throughout with every rule but those in `modes`, has one person in every role, and ticks every day.
    """
    facts = _facts(case)
    days = [fact.occurred_on or local_date(fact.recorded_at) for fact in facts]
    child = CaseOf(CHILD, "case")
    bodies = ["", *case.bodies]
    roles = sorted({recipient.role for rule in rulebook.rules for recipient in rule.alert_to})
    contacts = tuple(Contact(role, role, body, channel="none") for role in roles for body in bodies)
    before: dict[str, Announced] = {}
    sent: dict[str, tuple[AlertRaised, str, date]] = {}
    day = min(days, default=case.today)
    while day <= case.today:
        known = [fact for fact in facts if local_date(fact.recorded_at) <= day]
        area, judgement = _judged_on(case, known, day, rulebook)
        modes = {rule.id: "live" for rule in rulebook.rules} | case.modes
        live = msgspec.structs.replace(area, live_from=date(2000, 1, 1), modes=modes)
        decisions = decide(Occasion(day, live, rulebook, contacts), child, judgement, before)
        before |= after(before, decisions)
        for decision in decisions:
            if isinstance(decision, AlertRaised):
                sent[decision.alert] = decision, "raised", day
            else:
                state = "retracted" if isinstance(decision, AlertRetracted) else "closed"
                sent[decision.alert] = sent[decision.alert][0], state, day
        day += timedelta(days=1)
    return list(sent.values())


def _alert_differences(
    case: Case, expected: list[ExpectedAlert], sent: list[tuple[AlertRaised, str, date]]
) -> Iterator[str]:
    for one in expected:
        if not any(_is_that(one, *alert) for alert in sent):
            of_rule = [
                f"{a.announced} to {a.role or 'nobody'} on {a.on}, {state}"
                for a, state, _ in sent
                if a.rule == one.rule
            ]
            yield f"alert {one.rule} {one.state} {one.on or ''}: not sent; sent were {'; '.join(of_rule) or 'none'}"
    if not expected:
        rules = rules_of(case)
        yield from (
            f"alert {a.rule}: {a.announced} runs" for a, state, _ in sent if state == "raised" and a.rule in rules
        )


def _is_that(one: ExpectedAlert, alert: AlertRaised, state: str, since: date) -> bool:
    is_end = one.state in ("retracted", "closed")
    return (
        alert.rule == one.rule
        and one.role in ("", *alert.role.split(";"))
        and one.state in ("", alert.announced, state, "raised" if not is_end else state)
        and one.on in (None, since if is_end else alert.on)
    )


def rules_of(case: Case) -> set[str]:
    """Return the ids of the rules that a case says something about."""
    return {key.partition("@")[0] for key in case.expect}


def _found(judgement: Judgement, key: str) -> list[Obligation]:
    rule, _, name = key.partition("@")
    of_rule = [obligation for obligation in judgement.obligations if obligation.rule == rule]
    return [o for o in of_rule if not name or name in (o.body, o.advice_request, o.process)]


def _differences(key: str, expected: dict[str, Any], found: Obligation) -> Iterator[str]:
    for name, value in expected.items():
        if name not in COMPARED:
            yield f"{key}: no field {name}"
        elif (actual := _plain_value(getattr(found, name))) != value:
            yield f"{key}: {name} is {actual}, expected {value}"


def _area(case: Case, on: date, calendars: dict[str, SchoolCalendar]) -> AreaFacts:
    bodies = {code: Body(code, kind) for code, kind in case.bodies.items()}
    bodies |= {alias: bodies[code] for alias, code in case.aliases.items()}
    connectors = {"ehc_casework": None, **case.complete_to}
    feeds = {
        connector: Feed(connector, connector, complete_to=min(day, on) if day else None)
        for connector, day in connectors.items()
    }
    return AreaFacts(AREA, feeds=feeds, bodies=bodies, calendars=calendars, modes=case.modes, leading=case.leading)


def _fact(case: Case, number: int, event: dict[str, Any]) -> Fact:
    kind = str(event.get("type", ""))
    if kind not in CAMEL:
        raise RuleError(case.file, case.name, f"unknown event {kind!r}")
    names = _OTHER_NAMES.get(kind, {})
    fields = {names.get(name, name): _plain(value) for name, value in event.items() if name not in _ENVELOPE}
    known = {field.name for field in msgspec.structs.fields(BY_NAME[CAMEL[kind]])}
    if unknown := fields.keys() - known:
        raise RuleError(case.file, case.name, f"unknown field {kind}.{min(unknown)}")
    on = event.get("on")
    if "on" in known and on is not None:
        fields["on"] = on.isoformat()  # sessions and s.24 call it by the same name
    recorded = event.get("recorded_at") or datetime.combine(on or case.today, time(12), UTC)
    if not isinstance(recorded, datetime):
        recorded = datetime.combine(recorded, time(12), UTC)
    if recorded.tzinfo is None:
        recorded = recorded.replace(tzinfo=UTC)
    slot = str(event.get("slot", f"s{number:03}"))
    return Fact(kind, f"e{number:03}", slot, event.get("source", "ehc_casework"), on, recorded, fields)


def _is_known(fact: Fact, known_on: date | None) -> bool:
    return known_on is None or local_date(fact.recorded_at) <= known_on


def _plain_value(value: Any) -> Any:
    """Return a value as TOML can write it: lists, and `none` for what is not there."""
    if value is None:
        return NONE
    return list(value) if isinstance(value, tuple) else value


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, list) else value
