"""The answer of the law engine: who owes what for whom, since when, until when, and how it stands."""

from datetime import date
from typing import Literal

from msgspec import Struct

State = Literal[
    "disabled", "not_owed", "lapsed", "conditional", "met", "met_late", "exempt", "exempt_claimed",
    "sent_not_recorded", "not_known", "past_due_unconfirmed", "overdue", "at_risk", "open",
]  # fmt: skip


class Obligation(Struct, frozen=True):
    """One duty on one body for one child, as it stood on a date.

    Attributes:
        obligation: Hash of area, child, rule, body and the advice request or the process; of the starting slot where the source
            gives no key or a process starts more than once. Never of code version.
        process: Key of the process it belongs to, or empty.
        body: Code of the body that owes it, as the event names it; empty for the area's own authority.
        duty_holder: Kind of holder: local_authority, health, school, psychology, social_care …
        started_on: Day 0, not counted.
        started_basis: acknowledged, portal_timestamp, deemed, unknown, or empty where receipt does not matter.
        due_on: Last day in time, inclusive; `None` without a limit or before its start is known.
        warns_on: First day of the warning window.
        done_on: Day it was discharged (an exempt one too, if it was after all), sent (sent_not_recorded) or lapsed.
        was_late_by: Days from the due date to the discharge (met_late, where receipt is confirmed); else `None`. Days
            that still run are not counted here, so that an obligation changes only when something happens.
        known_late_since: First day on which the hub could say that it was late, as far as `Feed.completed` tells; only
            of overdue and met_late ones.
        waits_for: Sources whose silence keeps it `not_known`.
        because: Ids of the events behind it, the starting one first.
        exempt_from: First day of the exception that covers the due date (exempt, exempt_claimed).
        exempt_until: Its last day; `None` while open. The duty is owed as soon as practicable: no new date follows.
    """

    obligation: str
    child: str
    area: str
    rule: str
    process: str
    advice_request: str
    body: str
    duty_holder: str
    duty_force: str
    limit_force: str
    started_on: date | None
    started_basis: str
    due_on: date | None
    state: State
    warns_on: date | None = None
    done_on: date | None = None
    was_late_by: int | None = None
    known_late_since: date | None = None
    waits_for: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    exempt_from: date | None = None
    exempt_until: date | None = None


class ProvisionWeek(Struct, frozen=True):
    """One provision line in one school week: what was promised and what is known of it.

    Attributes:
        period: The Monday of the week.
        promised: Sessions (or minutes, by the line's unit) promised in that week.
        state: judged, or not_reported where no named source reports the line.
    """

    child: str
    line: str
    period: date
    promised: float
    delivered: float
    missed_by_provider: float
    missed_by_child: float
    not_reported: float
    state: Literal["judged", "not_reported"]


class Shortfall(Struct, frozen=True):
    """A line whose recorded delivery is below what the plan says, over the window that local policy sets.

    Attributes:
        since: Monday of the first week of the window.
        until: Sunday of the last week.
        because_counts: Reason code to sessions missed for it, in reason order.
    """

    child: str
    line: str
    section: str
    kind: str
    since: date
    until: date
    promised: float
    delivered: float
    missed_by_provider: float
    missed_by_child: float
    not_reported: float
    body: str
    because_counts: tuple[tuple[str, float], ...] = ()


class Judgement(Struct, frozen=True):
    """All that the rules say of one child on one date.

    Attributes:
        obligations: In order of id.
        provision: In order of line and week.
        shortfalls: In order of line.
        unmatched: Ids of events that should discharge something and fit nothing (the queue "advice without a request").
        wake_on: First later date on which any of this would change by the passing of time alone; `None` if never.
        read_on: First later date on which a fact is read that was not read yet; `None` if all were.
    """

    obligations: tuple[Obligation, ...] = ()
    provision: tuple[ProvisionWeek, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    unmatched: tuple[str, ...] = ()
    wake_on: date | None = None
    read_on: date | None = None
