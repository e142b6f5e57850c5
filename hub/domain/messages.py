"""Deliveries that wait become messages: a case reference and a link, never a name."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from msgspec import Struct

from hub.domain.alert_texts import counted, day
from hub.domain.alerts import Delivery, Kind, Message
from hub.domain.identifiers import name_of

# In a digest: first what is late, then what will be, then what is to be mended.
_ORDER = ("overdue", "shortfall", "past_due_unconfirmed", "at_risk", "sent_not_recorded", "not_known")


class Waiting(Struct, frozen=True):
    """A delivery to be sent, and what its alert says.

    Attributes:
        text: The alert's text.
        reason: Why it ended; read for a retraction and a closing.
        reference: Case reference; empty for an alert about no single child.
    """

    delivery: Delivery
    announced: str
    text: str
    reason: str = ""
    reference: str = ""


def compose(
    waiting: Iterable[Waiting], on: date, base_url: str, digested: Collection[tuple[str, str]] = ()
) -> list[Message]:
    """Return the messages for the deliveries that wait, in order of channel, address and id.

    What is immediate, and a summary, goes alone. One digest a day per person; what was taken back on one day goes to
    a person in one message, and so does what was closed because the child moved. The
    same deliveries give the same message ids, so a repeated message is seen as one.

    Args:
        digested: (channel, address) of those who have had the day's digest: theirs waits for the next day.
    """
    link = f"{base_url.rstrip('/')}/alerts/"
    messages: list[Message] = []
    for (channel, to, kind), group in sorted(_grouped(waiting).items()):
        if kind == "digest" and (channel, to) in digested:
            continue
        for part in [group] if kind in ("digest", "retraction", "closing") else [[item] for item in group]:
            messages.append(_message(part, on, link))
    return sorted(messages, key=lambda m: (m.channel, m.to, m.id))


def _grouped(waiting: Iterable[Waiting]) -> dict[tuple[str, str, Kind], list[Waiting]]:
    groups: dict[tuple[str, str, Kind], list[Waiting]] = {}
    for item in sorted(waiting, key=_rank):
        if item.delivery.state == "pending":
            groups.setdefault((item.delivery.channel, item.delivery.to, item.delivery.kind), []).append(item)
    return groups


def _rank(item: Waiting) -> tuple[int, str, str]:
    order = _ORDER.index(item.announced) if item.announced in _ORDER else len(_ORDER)
    return order, item.reference, item.delivery.delivery


def _message(items: Sequence[Waiting], on: date, link: str) -> Message:
    first, ids = items[0].delivery, tuple(sorted(item.delivery.delivery for item in items))
    subject, opening = _TITLES[first.kind](items, on)
    body = "\n\n".join([opening, *(_entry(item, link) for item in items), _FOOT])
    name = ids[0] if len(ids) == 1 else name_of("message", *ids)
    return Message(name, first.channel, first.to, one_line(subject), body + "\n", on, ids)


def _entry(item: Waiting, link: str) -> str:
    case = f"Case {one_line(item.reference)}" if item.reference else "Area"
    lines = [case, one_line(item.text)]
    if how := _ENDS.get(item.delivery.kind):
        lines = [f"{case}: the alert below is {how}.", f"Reason: {one_line(item.reason)}", one_line(item.text)]
    return "\n".join([*lines, link + item.delivery.alert])


def _title(items: Sequence[Waiting], on: date) -> tuple[str, str]:
    heading, case = items[0].text.partition(":")[0], items[0].reference
    return f"Tell Once: {heading}" + (f" (case {case})" if case else ""), f"Tell Once, {day(on)}"


def _digest_title(items: Sequence[Waiting], on: date) -> tuple[str, str]:
    number = counted(len(items), "alert")
    return f"Tell Once: {number}, {day(on)}", f"Tell Once, {day(on)}: {number} since the last digest."


def _end_title(items: Sequence[Waiting], on: date) -> tuple[str, str]:
    number, how = counted(len(items), "alert"), _ENDS[items[0].delivery.kind]
    case = f" (case {items[0].reference})" if len(items) == 1 and items[0].reference else ""
    return f"Tell Once: {number} {how}{case}", f"Tell Once, {day(on)}: {number} that you were sent is {how}."


def one_line(text: str) -> str:
    r"""Return the text on one line, with nothing that could begin another.

    >>> one_line("Due soon\r\nBcc: somebody")
    'Due soon Bcc: somebody'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


_FOOT = "This message names nobody. Sign in by the link to see the record, the rule and the events behind it."
_TITLES: dict[Kind, Callable[[Sequence[Waiting], date], tuple[str, str]]] = {
    "immediate": _title,
    "summary": _title,
    "digest": _digest_title,
    "retraction": _end_title,
    "closing": _end_title,
}
_ENDS: dict[Kind, str] = {"retraction": "withdrawn", "closing": "closed"}
