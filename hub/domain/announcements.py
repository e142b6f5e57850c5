"""What changes in what we tell people: what holds now, compared with what was last announced.

    decide(occasion, case, judgement, before, gone)   one child at a tick  -> decisions, in order of subject
    after(before, decisions)                          what is announced then: feed it back as `before` next time
    vanished(before, judgement)                       running announcements whose duty is gone; the caller knows why

What concerns no single child is in `area_announcements`: silent feeds, and the summary of the backlog.

All are pure: the same arguments give the same decisions, and deciding again after `after` gives none. A decision is
journalled and never taken again; `pipeline/announce.py` makes alert rows of it and `pipeline/notify.py` deliveries.
Only what was raised is ever retracted; what ran in shadow or backlog closes, for nobody had been told.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any

from msgspec import Struct, structs

from hub.domain import alert_texts as texts
from hub.domain.access import RESTRICTED
from hub.domain.alerts import AlertClosed, AlertRaised, AlertRetracted, Announced, Decision, Stance, alert_id
from hub.domain.obligation import Judgement, Obligation, Shortfall
from hub.domain.occasion import NO_REASONS, SHORTFALL_RULE, Addressed, Case, Occasion, address
from hub.domain.routing import ASSURANCE, Matter
from hub.domain.rules import Recipient

TOLD_STATES = frozenset({"overdue", "at_risk", "past_due_unconfirmed", "sent_not_recorded"})
"""States of a duty that somebody is told; the silence of a feed (not_known) is told by feed."""

# States that prove an alert right: it closes. Any other state takes it back; a warning was right whatever came after.
_RIGHT = MappingProxyType(
    {
        "overdue": frozenset({"met_late", "disabled"}),
        "past_due_unconfirmed": frozenset({"overdue", "met_late", "disabled"}),
        "sent_not_recorded": frozenset({"met", "met_late", "disabled"}),
    }
)


class _Claim(Struct, frozen=True):
    """Something that holds and that somebody should be told.

    Attributes:
        since: What came before the area's `live_from` is backlog.
        text: From the body's name and what the claim rests on.
        details: Further fields of the decision.
    """

    subject: str
    announced: str
    rule: str
    body: str
    since: date | None
    to: tuple[Recipient, ...]
    text: Callable[[str, texts.Heard], str]
    details: dict[str, Any]


def decide(
    occasion: Occasion,
    case: Case,
    judgement: Judgement,
    before: Mapping[str, Announced],
    gone: Mapping[str, str] = NO_REASONS,
) -> tuple[Decision, ...]:
    """Return what changes in what people are told about one child.

    Args:
        before: By subject; other children's are ignored.
        gone: Subject to the reason why it vanished, where it is not that the source withdrew it (`texts.MOVED` …).

    Returns:
        In order of subject; the end of an alert before the one that replaces it.
    """
    claims = {} if case.moved else {claim.subject: claim for claim in _claims(occasion, case, judgement)}
    running = {s: told for s, told in before.items() if told.is_running and told.child == case.child}
    decisions: list[Decision] = []
    for subject in sorted(claims.keys() | running.keys()):
        claim, told = claims.get(subject), running.get(subject)
        stance = occasion.stance(claim.rule, claim.since) if claim else "off"
        if told and claim and not _must_renew(told, claim, stance, case):
            continue
        if told:
            ending = _ending(occasion, case, judgement, told, claim, gone.get(subject, texts.WITHDRAWN))
            decisions.append(end(occasion, told, ending, case.has_died))
        if claim and stance != "off":
            last = before.get(subject)
            decisions.append(_raise(occasion, case, claim, stance, last.times(claim.announced) if last else 0))
    return tuple(decisions)


def after(before: Mapping[str, Announced], decisions: Iterable[Decision]) -> dict[str, Announced]:
    """Return what is announced after the decisions, by subject: only subjects that they change."""
    told: dict[str, Announced] = {}
    for decision in decisions:
        last = told.get(decision.subject) or before.get(decision.subject)
        if isinstance(decision, AlertRaised):
            told[decision.subject] = _announced(decision, last)
        elif last is not None and last.alert == decision.alert:
            state = "retracted" if isinstance(decision, AlertRetracted) else "closed"
            told[decision.subject] = structs.replace(last, state=state, on=decision.on)
    return told


def vanished(before: Mapping[str, Announced], judgement: Judgement) -> tuple[Announced, ...]:
    """Return running announcements about duties of the child that are no longer there, in order of subject."""
    present = {owed.obligation for owed in judgement.obligations}
    running = [told for _, told in sorted(before.items()) if told.is_running and told.obligation]
    return tuple(told for told in running if told.obligation not in present)


def line_subject(child: str, line: str) -> str:
    """Return the subject of what is told about a provision line."""
    return f"line:{child}:{line}"


class Ending(Struct, frozen=True):
    """Why an announcement ends.

    Attributes:
        was_right: It held while it ran; else it is taken back.
        is_told: Who was sent it is told that it is over, although it was right.
    """

    reason: str
    was_right: bool = True
    is_told: bool = False


def end(occasion: Occasion, told: Announced, ending: Ending, has_died: bool = False) -> Decision:
    """Return the decision that ends an announcement: taken back only if it was raised and proved wrong."""
    heard = occasion.heard(told.rule)
    common: dict[str, Any] = {
        "alert": told.alert, "area": occasion.area.area, "subject": told.subject, "announced": told.announced,
        "was": told.state, "on": occasion.on, "as_at": heard.as_at, "source": heard.source, "reason": ending.reason,
        "obligation": told.obligation, "child": told.child,
    }  # fmt: skip
    to = tuple(a for a in told.to if not (has_died and a.role == "family"))
    if ending.was_right or told.state != "raised":
        return AlertClosed(**common, to=to if ending.is_told and told.state == "raised" else ())
    return AlertRetracted(**common, to=to)


# ------------------------------------------------------------------------------------------- what holds


def _claims(occasion: Occasion, case: Case, judgement: Judgement) -> Iterator[_Claim]:
    if case.restricted > RESTRICTED:
        return  # nobody is told of a sealed child
    for owed in judgement.obligations:
        # A family's own time is shown on its page; until families can be reached one by one nobody is told of it.
        if owed.state in TOLD_STATES and owed.duty_holder != "family" and (claim := _of_duty(occasion, owed)):
            yield claim
    for short in judgement.shortfalls:
        yield _of_line(occasion, short)


def _of_duty(occasion: Occasion, owed: Obligation) -> _Claim | None:
    rule = occasion.rulebook.by_id.get(owed.rule)
    if rule is None or rule.why_disabled:
        return None
    to = (Recipient("sen_officer"),) if owed.state == "sent_not_recorded" else rule.alert_to
    details = {"obligation": owed.obligation, "started_by": next(iter(owed.because), ""), "due_on": owed.due_on}
    text = partial(texts.of_duty, owed, rule, occasion.on)
    return _Claim(owed.obligation, owed.state, owed.rule, owed.body, owed.due_on, to, text, details)


def _of_line(occasion: Occasion, short: Shortfall) -> _Claim:
    by_section = occasion.rulebook.policy.alert_to
    to = by_section.get(short.section) or by_section.get(short.section[:1], ())
    details = {"since": short.since, "until": short.until, "missed": short.missed_by_provider}
    subject, text = line_subject(short.child, short.line), partial(texts.of_shortfall, short)
    return _Claim(subject, "shortfall", SHORTFALL_RULE, short.body, short.since, to, text, details)


def _must_renew(told: Announced, claim: _Claim, stance: str, case: Case) -> bool:
    """Whether a running announcement no longer says what holds, or not to those it should."""
    if stance == "off" or claim.announced != told.announced or case.restricted != told.restricted:
        return True
    return stance != told.state and (told.state == "shadow" and stance != "shadow" or stance == "raised")


# ------------------------------------------------------------------------------------------- what ends


def _ending(
    occasion: Occasion, case: Case, judgement: Judgement, told: Announced, claim: _Claim | None, gone: str
) -> Ending:
    if case.restricted > told.restricted:
        return Ending(texts.READDRESSED)  # never a word about a restricted child to those who may not know of it
    if case.moved:
        return Ending(case.moved, is_told=True)
    if occasion.stance(told.rule) == "off" or _is_disabled(occasion, told):
        return Ending(texts.RULE_OFF)
    if claim and claim.announced == told.announced:
        return Ending(texts.NOW_LIVE if case.restricted == told.restricted else texts.READDRESSED)
    if not told.obligation:
        return _line_ending(judgement, told, gone)
    holds = next((o for o in judgement.obligations if o.obligation == told.obligation), None)
    if holds is None:
        return Ending(gone, was_right=False)
    return Ending(
        texts.ended(holds, told.announced), told.announced == "at_risk" or holds.state in _RIGHT[told.announced]
    )


def _is_disabled(occasion: Occasion, told: Announced) -> bool:
    rule = occasion.rulebook.by_id.get(told.rule)
    return bool(told.obligation) and (rule is None or bool(rule.why_disabled))


def _line_ending(judgement: Judgement, told: Announced, gone: str) -> Ending:
    """A shortfall ends because later weeks are better (it was right), or because its own weeks were corrected."""
    first, last = told.since or date.min, told.until or date.max
    line = [w for w in judgement.provision if line_subject(w.child, w.line) == told.subject]
    weeks = [w for w in line if first <= w.period <= last]
    if not weeks:
        return Ending(gone, was_right=False)
    if sum(w.missed_by_provider for w in weeks) > told.missed - 0.01:  # sums of rounded parts
        return Ending("The latest weeks are no longer below the plan.")
    delivered, promised = (texts.amount(sum(n)) for n in zip(*((w.delivered, w.promised) for w in weeks), strict=True))
    return Ending(f"Corrected: {delivered} of {promised} are recorded for those weeks.", was_right=False)


# ------------------------------------------------------------------------------------------- what is raised


def _raise(occasion: Occasion, case: Case, claim: _Claim, stance: Stance, times: int) -> AlertRaised:
    heard, whom = occasion.heard(claim.rule), _addressed(occasion, case, claim)
    return AlertRaised(
        alert=alert_id(claim.subject, claim.announced, times), area=occasion.area.area, subject=claim.subject,
        announced=claim.announced, state=stance, times=times, on=occasion.on, as_at=heard.as_at, source=heard.source,
        rule=claim.rule, role=whom.role, to=whom.to, reason=whom.because, body=claim.body, child=case.child,
        reference=case.reference, restricted=case.restricted, text=claim.text(occasion.body_name(claim.body), heard),
        **claim.details,
    )  # fmt: skip


def _addressed(occasion: Occasion, case: Case, claim: _Claim) -> Addressed:
    roles = (Recipient(ASSURANCE),) if case.restricted else claim.to
    may_hurry = claim.announced in ("overdue", "shortfall")  # a warning waits for the digest
    wanted = [Recipient(r.role, r.immediate and may_hurry) for r in roles if not (case.has_died and r.role == "family")]
    return address(occasion, Matter(occasion.area.area, claim.body, case.school, case.workers), wanted)


def _announced(raised: AlertRaised, last: Announced | None) -> Announced:
    counts = {**(dict(last.counts) if last else {}), raised.announced: raised.times + 1}
    return Announced(
        raised.subject, raised.alert, raised.announced, raised.state, raised.on, raised.rule, raised.role,
        raised.obligation, raised.child, raised.body, raised.to, raised.restricted, raised.started_by,
        raised.since, raised.until, raised.missed, raised.covers, tuple(sorted(counts.items())),
    )  # fmt: skip
