"""What we tell people: the decisions that are journalled, the rows they make, and the message that leaves.

Decisions hold all that a rebuild needs, so that it takes none of them again. A text names no child and no id of ours;
the case reference and the link are added when a message is composed.
"""

from datetime import date
from typing import Literal

from msgspec import Struct

from hub.domain.identifiers import name_of

Stance = Literal["raised", "backlog", "shadow"]
Kind = Literal["immediate", "digest", "retraction", "closing", "summary"]


class Addressee(Struct, frozen=True, omit_defaults=True):
    """Somebody an alert is for, as they could be reached when it was raised.

    Attributes:
        channel: email, outbox or none.
        is_immediate: In a mail of its own, not in the day's digest.
    """

    role: str
    name_ref: str
    channel: str
    address: str
    is_immediate: bool = False


class AlertRaised(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """We tell somebody, or would if the rule were live (shadow, backlog).

    Attributes:
        subject: The obligation's id; `line:CHILD:LINE`, `feed:SOURCE` or `backlog:ROLE:DATE` for what is no obligation.
        announced: The state told: overdue, at_risk, past_due_unconfirmed, sent_not_recorded, shortfall, not_known …
        times: How often that state of the subject was announced before.
        role: Roles of those it is for, as they were reached; joined by `;`.
        reason: Why these people.
        as_at: Date up to which the source it rests on is complete.
        started_by: Id of the event that started the duty.
        missed: Sessions missed by the provider, between since and until; for a shortfall.
        covers: Rules that a summary of the backlog speaks for.
    """

    alert: str
    area: str
    subject: str
    announced: str
    state: Stance
    on: date
    as_at: date
    rule: str
    role: str
    text: str
    times: int = 0
    obligation: str = ""
    child: str = ""
    reference: str = ""
    body: str = ""
    to: tuple[Addressee, ...] = ()
    reason: str = ""
    source: str = ""
    restricted: int = 0
    started_by: str = ""
    due_on: date | None = None
    since: date | None = None
    until: date | None = None
    missed: float = 0.0
    covers: tuple[str, ...] = ()


class _Ended(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An alert that no longer runs.

    Attributes:
        was: What it was until now.
        to: Those who are told of it if the alert had reached them; empty for an alert that closes, unless the child moved.
    """

    alert: str
    area: str
    subject: str
    announced: str
    was: str
    on: date
    as_at: date
    reason: str
    obligation: str = ""
    child: str = ""
    source: str = ""
    to: tuple[Addressee, ...] = ()


class AlertRetracted(_Ended, frozen=True, kw_only=True, omit_defaults=True):
    """What we told does not hold: everybody who was sent it is told so, with the reason."""


class AlertClosed(_Ended, frozen=True, kw_only=True, omit_defaults=True):
    """It was right and is over, or nobody had been told: nothing is sent, but to those named."""


Decision = AlertRaised | AlertRetracted | AlertClosed


class Announced(Struct, frozen=True, omit_defaults=True):
    """What we last told anybody about one subject; kept after its end, for the counts.

    Attributes:
        state: raised, backlog or shadow while it runs; then retracted or closed.
        counts: How often each state of the subject was announced, in order of state.
    """

    subject: str
    alert: str
    announced: str
    state: str
    on: date
    rule: str
    role: str
    obligation: str = ""
    child: str = ""
    body: str = ""
    to: tuple[Addressee, ...] = ()
    restricted: int = 0
    started_by: str = ""
    since: date | None = None
    until: date | None = None
    missed: float = 0.0
    covers: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether it is neither retracted nor closed."""
        return self.state in ("raised", "backlog", "shadow")

    def times(self, announced: str) -> int:
        """Return how often that state of the subject was announced."""
        return dict(self.counts).get(announced, 0)


class AlertRow(Struct, frozen=True):
    """An alert as it stands, a row of the read table.

    Attributes:
        to: References of the people it is for, joined by `;`.
        on: Day of the tick that announced it.
        reason: Why these people, while it runs; then why it ended.
    """

    area: str
    alert: str
    obligation: str
    child: str
    rule: str
    role: str
    body: str
    to: str
    state: str
    announced: str
    on: date
    reason: str
    text: str


class Delivery(Struct, frozen=True):
    """One alert on its way to one address.

    Attributes:
        on: Day of its present state.
    """

    area: str
    delivery: str
    alert: str
    kind: Kind
    channel: str
    to: str
    state: Literal["pending", "sent", "cancelled", "failed"]
    on: date


class Message(Struct, frozen=True):
    """What a channel is given to send.

    Attributes:
        id: Stable name: the delivery's, or one made of the deliveries' when there are several.
        on: Day it is sent, for its date header.
        deliveries: Ids of the deliveries it carries.
    """

    id: str
    channel: str
    to: str
    subject: str
    text: str
    on: date
    deliveries: tuple[str, ...] = ()
    html: str = ""


def alert_id(subject: str, announced: str, times: int) -> str:
    """Return the stable name of an alert: never of code version or batch."""
    return name_of("alert", subject, announced, times)


def delivery_id(alert: str, kind: Kind, address: str) -> str:
    """Return the stable name of a delivery."""
    return name_of("delivery", alert, kind, address)
