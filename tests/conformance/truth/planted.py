"""What was planted, read from `truth.json` as the top of `connectors/simulator/truth.py` says, and nothing else."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

PENDING = "open or at risk"
"""Before the due date; which of the two is the rule's own warning window, and that is not planted."""

_TOLD = {
    "started_on": "started_told_on",
    "due_on": "started_told_on",
    "receipt_basis": "started_told_on",
    "done_on": "told_on",
    "sent_on": "sent_told_on",
    "lapsed_on": "lapsed_told_on",
}
"""Field to the one that says when it was first told."""

_DATES = frozenset({"started_on", "due_on", "done_on", "sent_on", "lapsed_on"})
_OF_START = frozenset({"started_on", "receipt_basis"})
_DAY = timedelta(days=1)
_UNCONFIRMED = frozenset({"deemed", "unknown"})


class Correction(Struct, frozen=True):
    """A field that was told otherwise later."""

    field: str
    was: Any
    became: Any
    told_on: date


class Part(Struct, frozen=True):
    """The condition of a conditional duty (`on`, `outcome`, `was`), or an exemption (`from`, `evidence`)."""

    on: date | None = None
    since: date | None = msgspec.field(default=None, name="from")
    told_on: date | None = None
    outcome: str | None = None
    was: str | None = None
    evidence: str = ""


class Extension(Struct, frozen=True):
    """The holder took more time: from `on` on the duty is due on `due_on`."""

    due_on: date
    on: date | None = None
    told_on: date | None = None


class Duty(Struct, frozen=True, kw_only=True):
    """One planted duty."""

    person: str
    area: str
    rule: str
    body: str
    process: str
    advice_request: str
    receipt_basis: str
    planted: str
    started_on: date | None = None
    started_told_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    told_on: date | None = None
    sent_on: date | None = None
    sent_told_on: date | None = None
    lapsed_on: date | None = None
    lapsed_told_on: date | None = None
    occurs_if: Part | None = None
    exemption: Part | None = None
    extension: Extension | None = None
    is_window: bool = False
    told_by: str = "ehc_casework"
    corrected: tuple[Correction, ...] = ()


class Week(Struct, frozen=True, kw_only=True):
    """One planted line of provision in one week."""

    person: str
    area: str
    line: str
    week: date
    promised: float | None
    delivered: float
    missed_because: dict[str, float]
    reported: bool
    line_told_on: date | None = None
    told_on: date | None = None
    corrected: tuple[Correction, ...] = ()


class Record(Struct, frozen=True):
    """A record of a person at a source; `sure` unless it carries too little to be joined without asking somebody."""

    source: str
    local_id: str
    sure: bool


class Person(Struct, frozen=True):
    """One planted child."""

    id: str
    area: str
    restricted: bool
    records: tuple[Record, ...]


class Feed(Struct, frozen=True):
    """A source, and how far it was complete from which day on."""

    source: str
    connector: str
    areas: tuple[str, ...]
    complete_to_by_date: tuple[tuple[date, date], ...]


class Truth(Struct, frozen=True):
    """The whole of `truth.json`.

    Attributes:
        in_shadow: Rules that the areas keep in shadow: nobody is told what they say.
        wholly: Rules every duty of which is planted; of the others only those that episodes plant.
        families: Rule to family, of all that are planted.
    """

    today: date
    refused: dict[str, int]
    wholly: frozenset[str]
    in_shadow: frozenset[str]
    families: dict[str, str]
    feeds: tuple[Feed, ...]
    people: tuple[Person, ...]
    duties: tuple[Duty, ...]
    provision: tuple[Week, ...]

    def sources(self, connector: str, area: str) -> list[str]:
        """Return the sources of an area with that connector."""
        return [feed.source for feed in self.feeds if feed.connector == connector and area in feed.areas]

    def completed(self, connector: str, area: str) -> list[tuple[date, date]]:
        """Return how far any source of an area with that connector was complete from which day on."""
        feeds = (feed for feed in self.feeds if feed.connector == connector and area in feed.areas)
        return [moved for feed in feeds for moved in feed.complete_to_by_date]

    def complete_to(self, connector: str, area: str, known_on: date) -> date:
        """Return how far it was complete at the end of a day."""
        return max((to for day, to in self.completed(connector, area) if day <= known_on), default=date.min)


class Standing(Struct, frozen=True):
    """How a planted duty stood on a day, as known on a day.

    Attributes:
        late_by: Days, where it was late and nobody doubts it.
        known_late_since: First day on which one could have known that; of overdue ones too.
    """

    state: str
    started_on: date
    due_on: date | None
    late_by: int | None = None
    known_late_since: date | None = None


def read(file: Path) -> Truth:
    """Return what a `truth.json` says."""
    return msgspec.json.decode(file.read_bytes(), type=Truth)


def standing(truth: Truth, duty: Duty, true_on: date, known_on: date) -> Standing | None:
    """Return how a duty stood as true on a day and known at the end of another; `None` if it was not there."""
    started = _day(duty, "started_on", true_on, known_on)
    if started is None:
        return None
    due = _due(duty, true_on, known_on)
    state = _state(truth, duty, due, true_on, known_on)
    if state == "overdue" and due:
        return Standing(state, started, due, known_late_since=_known_late(truth, duty, due, known_on))
    done = _day(duty, "done_on", true_on, known_on)
    if state != "met_late" or done is None or due is None or _said(duty, "receipt_basis", known_on) in _UNCONFIRMED:
        return Standing(state, started, due)
    known = _known_late(truth, duty, due, known_on)
    if known is not None and duty.told_on is not None:
        known = min(known, max(duty.told_on, due + _DAY))
    return Standing(state, started, due, (done - due).days, known)


def _due(duty: Duty, true_on: date, known_on: date) -> date | None:
    """Return the last day in time; `None` where the law sets none."""
    due: date | None = _said(duty, "due_on", known_on)
    longer = duty.extension
    if due and longer and longer.on and longer.told_on and longer.on <= true_on and longer.told_on <= known_on:
        return longer.due_on
    return due


def _known_late(truth: Truth, duty: Duty, due: date, known_on: date) -> date | None:
    """Return the first day past due with the start told as it then stood and confirmed, and the casework complete."""
    heard = [day for day, to in truth.completed(duty.told_by, duty.area) if to >= due and day <= known_on]
    mended = [c.told_on for c in duty.corrected if c.field in _OF_START and c.told_on <= known_on]
    if not heard or duty.started_told_on is None:
        return None
    return max(min(heard), due + _DAY, duty.started_told_on, *mended)


def _state(truth: Truth, duty: Duty, due: date | None, true_on: date, known_on: date) -> str:
    done, lapsed = (_day(duty, name, true_on, known_on) for name in ("done_on", "lapsed_on"))
    condition = _part(duty.occurs_if, true_on, known_on)
    if condition is not None and condition.was != condition.outcome:
        return "not_owed"
    if lapsed is not None and (done is None or done > lapsed):
        return "lapsed"
    if duty.occurs_if is not None and condition is None:
        return "conditional"
    if done is not None and (due is None or done <= due):
        return "met"
    if due is None:
        return PENDING
    if (exemption := _part(duty.exemption, true_on, known_on)) is not None:
        return "exempt" if exemption.evidence else "exempt_claimed"
    if duty.is_window and true_on > due:
        return "lapsed"
    if done is not None:
        return "met_late"
    return PENDING if true_on <= due else _past_due(truth, duty, due, true_on, known_on)


def _past_due(truth: Truth, duty: Duty, due: date, true_on: date, known_on: date) -> str:
    if _day(duty, "sent_on", true_on, known_on) is not None:
        return "sent_not_recorded"
    if truth.complete_to(duty.told_by, duty.area, known_on) < due:
        return "not_known"
    return "past_due_unconfirmed" if _said(duty, "receipt_basis", known_on) in _UNCONFIRMED else "overdue"


def _said(record: Struct, name: str, known_on: date, told: str = "") -> Any:
    """Return what a field said at the end of a day, after the corrections told until then; `None` before the first."""
    told_on = getattr(record, told or _TOLD[name])
    if told_on is None or told_on > known_on:
        return None
    value, mended = getattr(record, name), [c for c in getattr(record, "corrected", ()) if c.field == name]
    if mended:
        value = next((c.became for c in reversed(mended) if c.told_on <= known_on), mended[0].was)
    return date.fromisoformat(value) if name in _DATES and isinstance(value, str) else value


def _day(duty: Duty, name: str, true_on: date, known_on: date) -> date | None:
    """Return a date if it was known and had come."""
    day: date | None = _said(duty, name, known_on)
    return day if day is not None and day <= true_on else None


def _part(part: Part | None, true_on: date, known_on: date) -> Part | None:
    if part is None or part.told_on is None or part.told_on > known_on:
        return None
    day = part.on or part.since
    return part if day is not None and day <= true_on else None


class LineWeek(Struct, frozen=True):
    """What is to be said of a line in a week; amounts in the line's unit."""

    state: str
    promised: float
    delivered: float
    missed_by_provider: float
    missed_by_child: float

    @property
    def not_reported(self) -> float:
        """What was promised and neither delivered nor missed, as far as anybody said."""
        return max(0.0, self.promised - self.delivered - self.missed_by_provider - self.missed_by_child)


_BY_CHILD = frozenset({"child_absent", "refused_by_family"})


def line_weeks(truth: Truth, true_on: date, known_on: date) -> Iterator[tuple[Week, LineWeek]]:
    """Yield every week of a line that was over, and of which all had been told where it is reported."""
    for week in truth.provision:
        if week.line_told_on is None or week.line_told_on > known_on:
            continue
        complete_to = truth.complete_to("provision_log", week.area, known_on) if week.reported else date.max
        if week.week.toordinal() + 6 <= min(true_on, complete_to).toordinal():
            yield week, _line_week(week, known_on)


def _line_week(week: Week, known_on: date) -> LineWeek:
    missed = _said(week, "missed_because", known_on, "told_on") or {}
    by_child = sum(count for because, count in missed.items() if because in _BY_CHILD)
    is_judged = week.reported and week.promised is not None
    return LineWeek(
        state="judged" if is_judged else "not_reported",
        promised=float(week.promised or 0),
        delivered=float(_said(week, "delivered", known_on, "told_on") or 0),
        missed_by_provider=float(sum(missed.values()) - by_child),
        missed_by_child=float(by_child),
    )
