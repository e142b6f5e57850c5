"""A plan: its reviews, year after year, and its provision lines, week after week."""

from datetime import date, timedelta
from random import Random

from msgspec.structs import replace

from connectors.simulator.advice import Desk
from connectors.simulator.facts import NEVER, Fact, happened
from connectors.simulator.lives import Line, LineWeek, Plan, Review, Session
from connectors.simulator.plots import Deck
from connectors.simulator.weeks import DAY, TODAY, WEEK, due_on, school_weeks, weekday

_LAST_REVIEWS = {
    "reviewed": (date(2025, 11, 3), date(2026, 5, 22)),
    "review_late": (date(2026, 1, 12), date(2026, 4, 30)),
    "review_missed": (date(2025, 1, 13), date(2025, 6, 12)),
    "review_heard_late": (date(2026, 1, 12), date(2026, 4, 10)),
    "review_meeting_only": (date(2025, 1, 20), date(2025, 5, 22)),
    "ceased": (date(2025, 3, 3), date(2025, 10, 31)),
    "ceased_2025": (date(2024, 9, 2), date(2025, 3, 28)),
}
"""First and last day of the last review decision by plot."""
_KINDS = (
    ("speech_and_language", "F", "THERAPY"),
    ("occupational_therapy", "F", "THERAPY"),
    ("literacy", "F", ""),
    ("mentoring", "F", ""),
    ("physiotherapy", "G", "THERAPY"),
)
_BLOCKS = {
    "staff_absent": "staff_absent",
    "not_commissioned": "not_commissioned",
    "child_absent": "child_absent",
    "refused": "refused_by_family",
}


def days(count: int) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)


def old_plan(plot: str, desk: Desk, deck: Deck, school: str, rng: Random) -> Plan:
    """Return a plan made years ago, with its reviews; with lines unless it has ceased."""
    first, last = _LAST_REVIEWS[plot]
    last_on = weekday(first + days(rng.randrange((last - first).days)))
    key = desk.key("P")
    issued_on, reviews = _reviews(plot, last_on, desk, rng)
    ceased = NEVER
    if plot.startswith("ceased"):
        ceased = happened(weekday(last_on + days(rng.randrange(80, 160))), rng.randrange(4))
    lines = () if ceased.on else _lines(date(2025, 9, 1), desk, deck, school, rng)
    issued = happened(issued_on, 2)
    return Plan(key, "", issued, issued, ceased, "7" if ceased.on else "", reviews, lines)


def new_plan(process: str, issued: Fact, desk: Desk, deck: Deck, school: str, rng: Random, icb_after: int = 0) -> Plan:
    """Return the plan that a case ended in; its lines begin on the second Monday after it was recorded.

    Args:
        icb_after: Days after which the ICB was sent it; 0 for at once.
    """
    key = desk.key("P")
    starts_on = issued.said[0][0] if issued.said else TODAY
    starts_on += days(14 - starts_on.weekday())
    lines = _lines(max(starts_on, date(2025, 9, 1)), desk, deck, school, rng) if starts_on < TODAY else ()
    icb_sent = happened(issued.on + days(icb_after), 1) if icb_after and issued.on else issued
    return Plan(key, process, issued, icb_sent, lines=lines)


def _reviews(plot: str, last_on: date, desk: Desk, rng: Random) -> tuple[date, tuple[Review, ...]]:
    """Return when the plan was first made and its reviews; backwards from the last decision."""
    decided = [last_on]
    if plot == "review_late":
        decided.insert(0, weekday(last_on - days(365 + rng.randrange(15, 60))))
    if plot == "review_heard_late":
        decided.insert(0, weekday(last_on - days(365 - rng.randrange(2, 9))))
    while len(decided) < 4 and decided[0] > date(2024, 2, 1):
        decided.insert(0, weekday(decided[0] - days(365 - rng.randrange(5, 40))))
    issued_on = weekday(decided[0] - days(rng.randrange(280, 350)))
    heard_late = plot == "review_heard_late"
    reviews = [_review(day, 40 if heard_late and day == last_on else rng.randrange(4), desk, rng) for day in decided]
    if plot == "review_meeting_only":
        meeting = happened(weekday(due_on("review-next", last_on) - days(rng.randrange(10, 25))), 2)
        reviews.append(Review(desk.key("V"), meeting, "", NEVER))
    return issued_on, tuple(reviews)


def _review(decided_on: date, after_days: int, desk: Desk, rng: Random) -> Review:
    meeting = happened(weekday(decided_on - days(rng.randrange(10, 27))), rng.randrange(3))
    decision = rng.choice(("maintain", "maintain", "amend"))
    return Review(desk.key("V"), meeting, decision, happened(decided_on, after_days))


def _lines(starts_on: date, desk: Desk, deck: Deck, school: str, rng: Random) -> tuple[Line, ...]:
    found: list[Line] = []
    for kind, section, body in rng.sample(_KINDS, rng.choice((1, 2, 2, 3))):
        line = _line(kind, section, body or school, starts_on, desk.key("L"), rng)
        is_first = not found
        is_quantified = is_first or rng.randrange(6) > 0
        if is_first or (is_quantified and rng.randrange(4) > 0):
            sessions = line.quantity if line.unit == "sessions" else line.quantity // line.minutes
            weeks = _weeks(school, starts_on, sessions, deck.deal(lambda _: True), rng)
            line = replace(line, is_reported=True, weeks=weeks)
        found.append(replace(line, is_quantified=is_quantified))
    return tuple(found)


def _line(kind: str, section: str, body: str, starts_on: date, key: str, rng: Random) -> Line:
    in_minutes = rng.randrange(6) == 0
    sessions, minutes = rng.choice((1, 2, 2, 3)), rng.choice((30, 45))
    return Line(
        key=key,
        section=section,
        kind=kind,
        quantity=sessions * minutes if in_minutes else sessions,
        unit="minutes" if in_minutes else "sessions",
        minutes=minutes,
        delivered_by=body,
        is_quantified=True,
        is_reported=False,
        starts_on=starts_on,
    )


def _weeks(school: str, starts_on: date, sessions: int, fate: str, rng: Random) -> tuple[LineWeek, ...]:
    mondays = [monday for monday in school_weeks(school) if monday >= starts_on]
    if not mondays:
        return ()
    length = rng.randrange(4, 9)
    first = rng.randrange(max(1, len(mondays) - length))
    return tuple(
        _week(monday, sessions, fate if first <= at < first + length else "", rng) for at, monday in enumerate(mondays)
    )


def _week(monday: date, sessions: int, fate: str, rng: Random) -> LineWeek:
    friday = monday + days(4)
    if fate == "unreported":
        return LineWeek(monday, (), friday)
    day = monday + days(rng.randrange(1, 4))  # never a Monday, which may be a bank holiday
    logged = []
    for number in range(sessions):
        chance = rng.random()
        because = "child_absent" if chance < 0.03 else "staff_absent" if chance < 0.05 else ""
        if fate in _BLOCKS and chance < 0.85:
            because = _BLOCKS[fate]
        mended_on = None
        if fate == "corrected" and number == 0 and friday + 2 * WEEK + DAY < TODAY:
            because, mended_on = "", friday + 2 * WEEK + DAY
        logged.append(Session(day + days(number), because, mended_on))
    recorded_on = friday + 3 * WEEK if fate == "late_log" else friday
    return LineWeek(monday, tuple(logged), recorded_on)
