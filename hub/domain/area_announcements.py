"""What we tell about an area as a whole: feeds that are silent, and what was late before it went live.

    decide_feeds(occasion, waiting, before)       -> decisions, in order of source
    decide_backlog(occasion, backlog, before)     -> one summary per role

`before` is by subject, as in `announcements`; `announcements.after` takes these decisions too.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hub.domain import alert_texts as texts
from hub.domain.alerts import Addressee, AlertRaised, AlertRow, Announced, Decision, Stance, alert_id
from hub.domain.announcements import Ending, end
from hub.domain.facts import Feed
from hub.domain.occasion import Addressed, Occasion, address
from hub.domain.routing import Matter
from hub.domain.rules import Recipient

FEED_RULE, BACKLOG_RULE = "feed-silent", "backlog"
"""Names for what follows the modes of other rules and has none of its own."""

DISPUTE_RULE, DISPUTED = "dispute", "disputed"
"""What a dispute is told under; it is no rule of law and has no mode."""

QUARANTINE, QUARANTINED = "quarantine", "not_assessed"
"""What is told of children that an error keeps from being assessed."""

BACKLOG_SUMMARY = "backlog_summary"
"""What a summary announces: its alert is in state backlog, and its deliveries are of kind summary."""


def feed_subject(source: str) -> str:
    """Return the subject of what is told about a silent feed."""
    return f"feed:{source}"


def decide_feeds(
    occasion: Occasion, waiting: Mapping[tuple[str, str], int], before: Mapping[str, Announced]
) -> tuple[Decision, ...]:
    """Return what changes in what the feeds' owners are told: once per silence, closed when nothing waits any more.

    Args:
        waiting: (source, rule) to the number of duties in state not_known; restricted children left out.
    """
    silent = {told.subject: told for told in before.values() if told.is_running and told.rule == FEED_RULE}
    sources = {feed_subject(source): source for source, _ in waiting}
    decisions: list[Decision] = []
    for subject in sorted(sources.keys() | silent.keys()):
        told, source = silent.get(subject), subject.removeprefix("feed:")
        stance, duties = _unjudged(occasion, source, waiting)
        if told and duties and not (told.state == "shadow" and stance == "raised"):
            continue
        if told:
            decisions.append(end(occasion, told, Ending(texts.NOW_LIVE if duties else _heard_again(occasion, source))))
        if duties:
            decisions.append(_raise_silence(occasion, source, stance, duties, before.get(subject)))
    return tuple(decisions)


def _unjudged(occasion: Occasion, source: str, waiting: Mapping[tuple[str, str], int]) -> tuple[Stance, int]:
    """How many duties a feed leaves unjudged: those of live rules if there are any, else those in shadow."""
    counts: Counter[str] = Counter()
    for (name, rule), number in waiting.items():
        if name == source:
            counts[occasion.stance(rule)] += number
    return ("raised", counts["raised"]) if counts["raised"] else ("shadow", counts["shadow"])


def _heard_again(occasion: Occasion, source: str) -> str:
    feed = occasion.area.feeds.get(source)
    upto = f" Complete to {texts.day(feed.complete_to)}." if feed and feed.complete_to else ""
    return f"No duty waits for it any more.{upto}"


def _raise_silence(occasion: Occasion, source: str, stance: Stance, duties: int, last: Announced | None) -> AlertRaised:
    feed = occasion.area.feeds.get(source, Feed(source, ""))
    whom = address(occasion, Matter(occasion.area.area, feed.agency), [Recipient("data_manager")])
    return AlertRaised(
        **_what(occasion, feed_subject(source), "not_known", last), **_whom(whom), state=stance,
        as_at=feed.complete_to or occasion.on, source=source, rule=FEED_RULE, body=feed.agency,
        text=texts.of_silence(source, feed, duties, occasion.on),
    )  # fmt: skip


def _what(occasion: Occasion, subject: str, announced: str, last: Announced | None) -> dict[str, Any]:
    """The part of an alert that says of what it is, and its name: by how often the same was announced before."""
    area, times = occasion.area.area, last.times(announced) if last else 0
    return {
        "alert": alert_id(f"{area}:{subject}", announced, times), "area": area, "subject": subject,
        "announced": announced, "times": times, "on": occasion.on,
    }  # fmt: skip


def _whom(whom: Addressed) -> dict[str, Any]:
    """The part of an alert that says who is told, and why them."""
    return {"role": whom.role, "to": whom.to, "reason": whom.because}


def decide_quarantine(occasion: Occasion, children: int, before: Mapping[str, Announced]) -> tuple[Decision, ...]:
    """Return what changes in what operations are told of children that cannot be assessed: once, closed when none is left.

    Args:
        children: How many are in quarantine; restricted ones left out.
    """
    last = before.get(QUARANTINE)
    if last is not None and last.is_running:
        return () if children else (end(occasion, last, Ending("Every child is assessed again.")),)
    if not children:
        return ()
    whom = address(occasion, Matter(occasion.area.area, ""), [Recipient("operations")])
    are = "1 child is" if children == 1 else f"{children} children are"
    raised = AlertRaised(
        **_what(occasion, QUARANTINE, QUARANTINED, last), **_whom(whom), state="raised", as_at=occasion.on, rule=QUARANTINE,
        text=f"{are} not assessed after an error: duties of theirs may be missed. See hub quarantine list.",
    )  # fmt: skip
    return (raised,)


def decide_backlog(
    occasion: Occasion, backlog: Iterable[Announced], before: Mapping[str, Announced]
) -> tuple[AlertRaised, ...]:
    """Return one summary per role of what was late before the area went live; again only for rules that join later.

    Args:
        backlog: Everything announced in the area that is in state backlog, in any order.
    """
    by_role: dict[str, list[Announced]] = {}
    for told in backlog:
        for role in {a.role for a in told.to} if told.state == "backlog" and told.rule != BACKLOG_RULE else ():
            by_role.setdefault(role, []).append(told)
    return tuple(_summaries(occasion, by_role, before))


def _summaries(
    occasion: Occasion, by_role: Mapping[str, list[Announced]], before: Mapping[str, Announced]
) -> Iterator[AlertRaised]:
    live = {rule for rule in occasion.area.modes if occasion.stance(rule) == "raised"}
    for role, told in sorted(by_role.items()):
        subject = f"backlog:{role}:{occasion.area.live_from}"
        last = before.get(subject)
        if live and not (last and {t.rule for t in told} <= set(last.covers)):
            covers = tuple(sorted(live | {t.rule for t in told}))
            yield _summary(occasion, role, told, covers, _what(occasion, subject, BACKLOG_SUMMARY, last))


def _summary(
    occasion: Occasion, role: str, told: list[Announced], covers: tuple[str, ...], what: dict[str, Any]
) -> AlertRaised:
    counts = Counter(t.announced for t in told)
    late, lines = counts["overdue"], counts["shortfall"]
    to = {(a.channel, a.address or a.name_ref): a for t in told for a in t.to if a.role == role}
    people = tuple(Addressee(a.role, a.name_ref, a.channel, a.address) for _, a in sorted(to.items()))
    return AlertRaised(
        **what, state="backlog", as_at=occasion.on, rule=BACKLOG_RULE, role=role, to=people, covers=covers,
        reason="one summary for all that was late before the area went live",
        text=texts.of_backlog((late, len(told) - late - lines, lines), occasion.area.live_from or occasion.on),
    )  # fmt: skip


def raise_dispute(
    occasion: Occasion, disputed: AlertRow, reason: str, reference: str, before: Mapping[str, Announced]
) -> AlertRaised:
    """Return what tells the data manager that somebody disputes an alert; the duty and its dates stay as they are."""
    subject = f"dispute:{disputed.alert}"
    whom = address(occasion, Matter(occasion.area.area, ""), [Recipient("data_manager")])
    because = reason.replace("_", " ") or "no reason given"
    return AlertRaised(
        **_what(occasion, subject, DISPUTED, before.get(subject)), **_whom(whom), state="raised", as_at=occasion.on,
        rule=DISPUTE_RULE, body=disputed.body,
        text=f"Case {reference}: an alert is disputed ({because}). {disputed.text}",
    )  # fmt: skip
