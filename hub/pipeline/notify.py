"""Notify: decisions become deliveries (`deliveries`), and what a channel reports changes them (`reported`).

A rebuild calls both on what it finds in the journal; neither sends anything. What waits becomes messages in
`hub/domain/messages.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import structs

from hub.domain.alerts import AlertClosed, AlertRaised, AlertRetracted, Decision, Delivery, Kind, delivery_id
from hub.domain.area_announcements import BACKLOG_SUMMARY


def deliveries(decisions: Iterable[Decision], known: Mapping[str, Sequence[Delivery]]) -> dict[str, Delivery]:
    """Return the delivery rows that the decisions change, by delivery.

    Args:
        decisions: In journal order.
        known: Alert to its deliveries as they are, at least of the alerts that end.
    """
    changed: dict[str, Delivery] = {}
    for decision in decisions:
        own = {d.delivery: d for d in known.get(decision.alert, ())}
        own |= {name: d for name, d in changed.items() if d.alert == decision.alert}
        rows = _sent_out(decision) if isinstance(decision, AlertRaised) else _called_back(decision, own.values())
        changed |= {row.delivery: row for row in rows}
    return changed


def reported(
    delivery: Delivery, outcome: Literal["sent", "failed"], on: date, taken: AlertRetracted | AlertClosed | None = None
) -> tuple[Delivery, ...]:
    """Return the rows that a channel's report changes.

    Args:
        delivery: As it is now; one that was cancelled while its message was on its way was sent after all.
        taken: The end of its alert, if people are told of it: who got the alert gets that too.
    """
    now = structs.replace(delivery, state=outcome, on=on)
    late = delivery.state == "cancelled" and outcome == "sent" and taken is not None
    return (now, *_called_back(taken, [now], on)) if late and taken else (now,)


def digested(known: Iterable[Delivery], on: date) -> set[tuple[str, str]]:
    """Return (channel, address) of everybody who has had that day's digest."""
    return {(d.channel, d.to) for d in known if d.kind == "digest" and d.state == "sent" and d.on == on}


def _sent_out(raised: AlertRaised) -> Iterator[Delivery]:
    """Deliveries of an alert; of backlog only the summary is sent, of shadow nothing."""
    is_summary = raised.announced == BACKLOG_SUMMARY
    if raised.state != "raised" and not is_summary:
        return
    for person in raised.to:
        if person.channel != "none" and person.address:
            kind: Kind = "summary" if is_summary else "immediate" if person.is_immediate else "digest"
            yield _pending(raised, kind, person.channel, person.address)


def _called_back(ended: Decision, known: Iterable[Delivery], on: date | None = None) -> Iterator[Delivery]:
    """What waits is cancelled; who was sent an alert and is told of its end is sent that, by the same channel."""
    allowed = {(a.channel, a.address) for a in ended.to}
    kind: Kind = "retraction" if isinstance(ended, AlertRetracted) else "closing"
    for delivery in sorted(known, key=lambda d: d.delivery):
        if delivery.state == "pending":
            yield structs.replace(delivery, state="cancelled", on=ended.on)
        elif delivery.state == "sent" and (delivery.channel, delivery.to) in allowed:
            yield _pending(ended, kind, delivery.channel, delivery.to, on)


def _pending(decision: Decision, kind: Kind, channel: str, to: str, on: date | None = None) -> Delivery:
    name = delivery_id(decision.alert, kind, to)
    return Delivery(decision.area, name, decision.alert, kind, channel, to, "pending", on or decision.on)
