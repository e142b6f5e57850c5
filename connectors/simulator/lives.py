"""What happens to a child, as plain data: the parts that agencies write down and that `truth.json` is made of."""

from datetime import date

from msgspec import Struct

from connectors.simulator.facts import NEVER, Fact
from connectors.simulator.people import Person
from connectors.simulator.recipes import Recipe, Say


class Claim(Struct, frozen=True):
    """A duty holder says that a limit does not apply.

    Attributes:
        holds: False where the ground does not reach the rule, so that nothing is exempt.
    """

    key: str
    rule: str
    claimed_by: str
    ground: str
    evidence: str
    since: date
    until: date
    recorded_on: date
    advice_request: str = ""
    holds: bool = True


class Task(Struct, frozen=True):
    """A request for advice in a trust's own system.

    Attributes:
        source: trust or therapy.
        received_on: The day on which the trust truly had it.
        recorded_on: The day on which its system says so.
        sent: When the trust sent the advice.
        ended: Day of recording and state (rejected, cancelled) where it ended otherwise.
        made_twice_on: Day on which it was made a second time by mistake, to be taken back later.
    """

    source: str
    received_on: date
    recorded_on: date
    sent: Fact = NEVER
    ended: tuple[date, str] | None = None
    made_twice_on: date | None = None


class Advice(Struct, frozen=True):
    """One body asked for advice.

    Attributes:
        rule: The duty that it starts; empty for parents, who owe nothing.
        received: When the body had it, as the council says.
        basis: How the council knows that.
        done: When the council had the advice.
        fate: What was dealt, by name.
    """

    key: str
    kind: str
    profession: str
    body: str
    rule: str
    sent_on: date
    received: Fact
    basis: str
    done: Fact = NEVER
    declined: Fact = NEVER
    task: Task | None = None
    claim: Claim | None = None
    is_asked_twice: bool = False
    fate: str = ""


class Case(Struct, frozen=True):
    """A request for an assessment and what came of it.

    Attributes:
        decision: assess or refuse; empty while there is none.
        outcome: issue or not_issue; empty while there is none.
        is_entered_twice: The request stands in two rows with the same process.
        consulted: When the family was consulted before the decision.
        considered: When the partners were told that an assessment is considered.
        told: When the partners were told the decision.
    """

    process: str
    requested_by: str
    received: Fact
    decision: str = ""
    decided: Fact = NEVER
    outcome: str = ""
    outcome_sent: Fact = NEVER
    draft: Fact = NEVER
    withdrawn: Fact = NEVER
    withdrawn_reason: str = ""
    advice: tuple[Advice, ...] = ()
    claim: Claim | None = None
    is_entered_twice: bool = False
    consulted: Fact = NEVER
    considered: Fact = NEVER
    told: Fact = NEVER


class Session(Struct, frozen=True):
    """One session of a provision line.

    Attributes:
        because: Why it was missed; empty for a delivered one.
        mended_on: Day until which a delivered one was logged as missed.
    """

    on: date
    because: str = ""
    mended_on: date | None = None


class LineWeek(Struct, frozen=True):
    """What was logged of a line in a week, and on which day."""

    monday: date
    sessions: tuple[Session, ...]
    recorded_on: date


class Line(Struct, frozen=True):
    """One line of a plan. `quantity` is by week, in `unit`; `minutes` is the length of a session."""

    key: str
    section: str
    kind: str
    quantity: int
    unit: str
    minutes: int
    delivered_by: str
    is_quantified: bool
    is_reported: bool
    starts_on: date
    weeks: tuple[LineWeek, ...] = ()


class Review(Struct, frozen=True):
    """One review of a plan."""

    key: str
    meeting: Fact
    decision: str
    decided: Fact


class Plan(Struct, frozen=True):
    """A plan and what follows from it.

    Attributes:
        issued: When it went to the family and the school.
        icb_sent: When it went to the ICB; only then is it sent to all.
    """

    key: str
    process: str
    issued: Fact
    icb_sent: Fact
    ceased: Fact = NEVER
    cease_reason: str = ""
    reviews: tuple[Review, ...] = ()
    lines: tuple[Line, ...] = ()


class Visit(Struct, frozen=True):
    """One appointment with a health service, and how it ended (fulfilled, noshow, cancelled, entered-in-error)."""

    source: str
    service: str
    booked_on: date
    on: date
    ended: str


class Care(Struct, frozen=True):
    """One referral to children's social care; dates are `None` where the step never came."""

    referred_on: date
    referral_source: str
    need: str
    is_no_further_action: bool
    assessed_from: date | None = None
    assessed_on: date | None = None
    plan_from: date | None = None
    plan_to: date | None = None
    protection_from: date | None = None
    closed_on: date | None = None


class Entry(Struct, frozen=True):
    """One row: what is said, and when it was so; `more` are fields with days of their own."""

    key: str
    said: Say
    fact: Fact
    more: tuple[tuple[str, date], ...] = ()


class Episode(Struct, frozen=True):
    """One duty in a case of its own.

    Attributes:
        condition: When it was told whether it is owed, and whether it is; `None` without a condition.
        extension: When it was told that it takes longer, and up to which day.
    """

    recipe: Recipe
    key: str
    fate: str
    start: Fact
    done: Fact = NEVER
    lapse: tuple[str, Fact] | None = None
    condition: tuple[Fact, bool] | None = None
    extension: tuple[Fact, date] | None = None
    claim: Claim | None = None
    entries: tuple[Entry, ...] = ()


class Life(Struct, frozen=True):
    """A child and all that happens to it.

    Attributes:
        known_from: Day on which the council opened its file.
        died: When the child died, as the council recorded it.
        moved_on: Day on which the council recorded a new address.
        is_closed: The council's cases ended before this year.
        episodes: Cases of their own kind beside the request and the plan.
    """

    person: Person
    plot: str
    known_from: date
    cases: tuple[Case, ...]
    plan: Plan | None
    died: Fact
    visits: tuple[Visit, ...]
    care: tuple[Care, ...]
    moved_on: date | None = None
    is_closed: bool = False
    episodes: tuple[Episode, ...] = ()
