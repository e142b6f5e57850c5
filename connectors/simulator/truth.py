"""`truth.json`: what was planted, so that a checker can say how every duty stood on any day, as known on any day.

A duty as true on D and known on K (dates; K is the end of that day; both may be the same Monday)
-----------------------------------------------------------------------------------------------
1. *What a field said at K.* A field with entries in `corrected` said, at K, the `became` of its last entry with
   `told_on` <= K, and before its first entry that entry's `was`. Any other field said what it says here. Only then
   the day on which the field was first told counts: `started_told_on` for started_on, due_on and receipt_basis,
   `told_on` for done_on, `sent_told_on` for sent_on, `lapsed_told_on` for lapsed_on, and the `told_on` inside
   `exemption` and `occurs_if`. Before that day the field is null at K; a told day of null means never told.
2. *What counts on D.* A fact counts if it is known at K and its date is <= D (for an exemption: its `from`).
3. The duty is there if `started_on` counts. Then its state is the first that applies:

   not_owed              `occurs_if.on` counts and `occurs_if.was` is not `occurs_if.outcome`
   lapsed                `lapsed_on` counts, and no `done_on` that counts is on or before it
   conditional           `occurs_if` is not null and `occurs_if.on` does not count
   met                   `done_on` counts and is <= due_on
   exempt                `exemption` counts and has evidence: a limit that is switched off cannot be missed
   exempt_claimed        `exemption` counts and has none
   met_late              `done_on` counts
   and after the due date (D > due_on):
   sent_not_recorded     `sent_on` counts
   not_known             no ehc_casework feed of the area was complete to due_on at K: the last pair of its
                         `complete_to_by_date` whose first date is <= K has a second date < due_on (or there is no pair)
   past_due_unconfirmed  `receipt_basis` is deemed or unknown
   overdue               otherwise
   and until the due date (D <= due_on):
   at_risk, open         one or the other by the rule's own warning window, which is not planted

A line of provision in a week, as known on K: `delivered` and `missed_because` hold from `told_on` on (null: nothing
was logged, or it was never told), after the corrections in `corrected` in the same manner; before it nothing of the
week is reported. `promised` minus what was delivered and missed is unreported. Where `reported` is false no source
reports the line, and it is not judged; where `promised` is null the plan does not say how much. Of a line whose
`line_told_on` is null, or later than K, nobody has told.

A record with `sure` false carries little: that it is joined without a person's decision is not expected, nor
forbidden. An exemption is written only where the claim reaches the rule and runs over the due date.
`lapsed_because`: request_withdrawn, person_died, refused, no_plan (notified that none will be made), plan_issued,
plan_ceased or declined. A duty to give advice ends with the assessment: it lapses when the plan is issued or refused,
if not done by then. `planted` names what was planted there, for whoever looks at a difference.
"""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from connectors.simulator.facts import NEVER, Fact
from connectors.simulator.feeds import Feed
from connectors.simulator.lives import Advice, Case, Claim, Life, Plan
from connectors.simulator.weeks import TODAY, due_on

_encode = msgspec.json.Encoder().encode


class Correction(Struct, frozen=True):
    """A field that was told otherwise later."""

    field: str
    was: Any
    became: Any
    told_on: date


class Duty(Struct, kw_only=True):
    """One planted duty; see the top of the module."""

    person: str
    area: str
    rule: str
    body: str = ""
    process: str = ""
    advice_request: str = ""
    started_on: date | None = None
    started_told_on: date | None = None
    receipt_basis: str = ""
    due_on: date | None = None
    done_on: date | None = None
    told_on: date | None = None
    sent_on: date | None = None
    sent_told_on: date | None = None
    lapsed_on: date | None = None
    lapsed_told_on: date | None = None
    lapsed_because: str = ""
    occurs_if: dict[str, Any] | None = None
    exemption: dict[str, Any] | None = None
    corrected: list[Correction] = []
    planted: str = ""


class Truth:
    """Writes down what was planted, part by part, and puts the parts together at the end."""

    def __init__(self, to: Path) -> None:
        self._to = to
        self._parts = {name: (to / f".{name}.part").open("wb") for name in ("people", "duties", "provision")}
        self._count = dict.fromkeys(self._parts, 0)

    def add(self, part: str, entry: object) -> None:
        """Add one entry to a part."""
        out = self._parts[part]
        out.write(b",\n" if self._count[part] else b"\n")
        out.write(_encode(entry))
        self._count[part] += 1

    def close(self, rest: dict[str, Any]) -> dict[str, int]:
        """Write `truth.json` with the parts and the rest; return the number of entries by part."""
        with (self._to / "truth.json").open("wb") as out:
            out.write(b'{"today":' + _encode(TODAY))
            for name, value in rest.items():
                out.write(b",\n" + _encode(name) + b":" + _encode(value))
            for name, part in self._parts.items():
                part.close()
                out.write(b",\n" + _encode(name) + b":[")
                path = self._to / f".{name}.part"
                with path.open("rb") as written:
                    shutil.copyfileobj(written, out)
                path.unlink()
                out.write(b"]")
            out.write(b"}\n")
        return self._count


def duties(life: Life, council: Feed, health: dict[str, Feed]) -> Iterator[Duty]:
    """Yield every duty of a child's life that the rules at work know.

    Args:
        health: Feed of each kind of health source: trust, therapy.
    """
    for case in life.cases:
        yield from _of_case(life, case, council)
        for advice in case.advice:
            if advice.rule:
                yield _of_advice(life, case, advice, council, health)
    if life.plan:
        yield from _of_reviews(life, life.plan, council)


def _duty(life: Life, rule: str, process: str) -> Duty:
    who = life.person
    return Duty(person=who.id, area=who.area, rule=rule, process=process, corrected=[], planted=life.plot)


def _of_case(life: Life, case: Case, council: Feed) -> Iterator[Duty]:
    refused = case.decided if case.decision == "refuse" else NEVER
    no_plan, issued, sent = _ends_of(life, case)
    ends = [("request_withdrawn", case.withdrawn), ("person_died", life.died)]

    def duty(rule: str, done: Fact, *more: tuple[str, Fact]) -> Duty:
        found = _duty(life, rule, case.process)
        _start(found, _heard(case.received, council))
        _done(found, done, council)
        _lapse(found, [*ends, *more], council)
        return found

    yield duty("ehcna-decision", case.decided)
    conditional = duty("ehcna-no-plan-decision", no_plan, ("refused", refused), ("plan_issued", issued))
    told_on = _first_told(case.outcome_sent, council)
    conditional.occurs_if = {
        "outcome": "not_issue", "was": case.outcome or None, "on": case.outcome_sent.on, "told_on": told_on,
    }  # fmt: skip
    yield conditional
    final = duty("ehcp-final", sent, ("refused", refused), ("no_plan", no_plan))
    final.exemption = _exemption(case.claim, council)
    yield final


def _ends_of(life: Life, case: Case) -> tuple[Fact, Fact, Fact]:
    """Return when it was told that there will be no plan, when the plan was issued, and when all had been sent it."""
    no_plan = case.outcome_sent if case.outcome == "not_issue" else NEVER
    is_this = life.plan is not None and life.plan.process == case.process
    return no_plan, *((life.plan.issued, life.plan.icb_sent) if life.plan and is_this else (NEVER, NEVER))


def _of_advice(life: Life, case: Case, advice: Advice, council: Feed, health: dict[str, Feed]) -> Duty:
    found = _duty(life, advice.rule, case.process)
    found.body, found.advice_request, found.receipt_basis = advice.body, advice.key, advice.basis
    found.planted = advice.fate
    heard = _heard(advice.received, council)
    if advice.task:
        told_on = health[advice.task.source].told_on(advice.task.recorded_on)
        heard = _with_receivers_word(found, heard, told_on, advice.task.received_on)
        found.sent_on = advice.task.sent.on
        found.sent_told_on = _first_told(advice.task.sent, health[advice.task.source])
    _start(found, heard)
    _done(found, advice.done, council)
    found.exemption = _exemption(advice.claim, council)
    declined = _declined(advice, council, health)
    no_plan, issued, _ = _ends_of(life, case)
    ends = [
        ("request_withdrawn", case.withdrawn),
        ("person_died", life.died),
        ("no_plan", no_plan),
        ("plan_issued", issued),
    ]
    _lapse(found, ends, council)
    if declined[0]:
        found.lapsed_on, found.lapsed_told_on, found.lapsed_because = *declined, "declined"
    return found


def _with_receivers_word(
    duty: Duty, heard: list[tuple[date, date | None]], told_on: date | None, received_on: date
) -> list[tuple[date, date | None]]:
    """The receiver's own date of receipt comes before what the council says of it."""
    if told_on is None:
        return heard
    if not heard or told_on < heard[0][0]:
        duty.receipt_basis = "acknowledged"
        return [(told_on, received_on)]
    if duty.receipt_basis == "deemed":
        duty.corrected.append(Correction("receipt_basis", "deemed", "acknowledged", told_on))
        duty.receipt_basis = "acknowledged"
        return [*heard, (told_on, received_on)]
    return heard


def _declined(advice: Advice, council: Feed, health: dict[str, Feed]) -> tuple[date | None, date | None]:
    days = [_first_told(advice.declined, council)]
    if advice.task and advice.task.ended and advice.task.ended[1] == "rejected":
        days.append(health[advice.task.source].told_on(advice.task.ended[0]))
    return advice.declined.on, min((day for day in days if day), default=None)


def _of_reviews(life: Life, plan: Plan, council: Feed) -> Iterator[Duty]:
    starts = [(plan.process, plan.issued), *((review.key, review.decided) for review in plan.reviews)]
    for at, (process, start) in enumerate(starts):
        if not start.on:
            continue
        found = _duty(life, "review-next", process)
        _start(found, _heard(start, council))
        _done(found, starts[at + 1][1] if at + 1 < len(starts) else NEVER, council)
        _lapse(found, [("person_died", life.died), ("plan_ceased", plan.ceased)], council)
        yield found


# -- what was heard when --------------------------------------------------------------------------------------------


def _heard(fact: Fact, feed: Feed) -> list[tuple[date, date | None]]:
    """Return (day told, date told) in order, without what was never told or was told otherwise on the same day."""
    found: dict[date, date | None] = {}
    for recorded_on, value in fact.said:
        told_on = feed.told_on(recorded_on) if value else feed.told_gone_on(recorded_on)
        if told_on:
            found[told_on] = value
    return sorted(found.items())


def _first_told(fact: Fact, feed: Feed) -> date | None:
    heard = _heard(fact, feed)
    return heard[0][0] if heard else None


def _start(duty: Duty, heard: list[tuple[date, date | None]]) -> None:
    if not heard:
        return
    duty.started_told_on, duty.started_on = heard[0][0], heard[-1][1]
    for (_, was), (told_on, became) in zip(heard, heard[1:], strict=False):
        if was and became and was != became:
            duty.corrected.append(Correction("started_on", was, became, told_on))
            duty.corrected.append(Correction("due_on", due_on(duty.rule, was), due_on(duty.rule, became), told_on))
    if duty.started_on:
        duty.due_on = due_on(duty.rule, duty.started_on)


def _done(duty: Duty, fact: Fact, feed: Feed) -> None:
    heard = _heard(fact, feed)
    duty.done_on = fact.on
    duty.told_on = heard[0][0] if heard else None
    for (_, was), (told_on, became) in zip(heard, heard[1:], strict=False):
        duty.corrected.append(Correction("done_on", was, became, told_on))


def _lapse(duty: Duty, ends: list[tuple[str, Fact]], feed: Feed) -> None:
    came = [(fact.on, _first_told(fact, feed), because) for because, fact in ends if fact.on]
    if came:
        duty.lapsed_on, duty.lapsed_told_on, duty.lapsed_because = min(came, key=lambda end: end[0])


def _exemption(claim: Claim | None, feed: Feed) -> dict[str, Any] | None:
    if claim is None or not claim.holds or claim.recorded_on >= TODAY:
        return None
    return {
        "ground": claim.ground, "evidence": claim.evidence, "from": claim.since, "to": claim.until,
        "told_on": feed.told_on(claim.recorded_on),
    }  # fmt: skip
