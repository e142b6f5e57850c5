"""What becomes of advice that was asked for: one function for each fate."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from connectors.simulator.facts import NEVER, Fact, happened
from connectors.simulator.facts import corrected as said_again
from connectors.simulator.lives import Advice, Claim, Task
from connectors.simulator.weeks import LIVE_FROM, TODAY, due_on, weekday

_NEEDS_KNOWN_ON_MONDAYS = frozenset({"heard_late", "corrected", "corrected_twice", "deemed_then_acknowledged"})
_UNSAID = frozenset({"on_time", "late", "never", "last_day"})


class Draw(Struct, frozen=True):
    """What a fate draws from: chance, and the next key of a kind."""

    rng: Random
    key: Callable[[str], str]


def suits(asked: Advice, until: date) -> Callable[[str], bool]:
    """Return whether a fate can be told to its end in this case."""
    due, is_cut_short = _due(asked), until < TODAY

    def fits(fate: str) -> bool:
        if fate in _UNSAID:
            return not is_cut_short or fate != "never"
        if is_cut_short or due < date(2025, 9, 1):
            return fate == "on_time"
        if fate == "mistake":
            return date(2026, 1, 16) <= due <= date(2026, 3, 30)
        if fate in _NEEDS_KNOWN_ON_MONDAYS:
            return LIVE_FROM <= due <= date(2026, 4, 24)
        return due <= date(2026, 6, 12)

    return fits


def with_task(draw: Draw, advice: Advice, source: str, until: date) -> Advice:
    """The trust's system has the request too, and says when it sent what the council then received."""
    received_on = advice.received.on or advice.sent_on
    sent = NEVER
    if advice.done.on:
        earlier = min(draw.rng.randrange(2), (advice.done.on - received_on).days)
        sent = happened(advice.done.on - timedelta(days=earlier), draw.rng.randrange(2), until)
    ended = None
    if advice.declined.said:
        ended = (advice.declined.said[0][0], "rejected")
    elif not sent.on and until < TODAY:
        ended = (until + timedelta(days=4), "cancelled")
    return replace(advice, task=Task(source, received_on, received_on, sent, ended))


def on_time(draw: Draw, asked: Advice, _source: str, until: date) -> Advice:
    """Given within the six weeks."""
    return _given(draw, asked, weekday(_day0(asked) + timedelta(days=draw.rng.randrange(18, 42))), until)


def last_day(draw: Draw, asked: Advice, _source: str, until: date) -> Advice:
    """Given on the very last day."""
    return _given(draw, asked, _due(asked), until)


def late(draw: Draw, asked: Advice, _source: str, until: date) -> Advice:
    """Given some weeks late."""
    return _given(draw, asked, weekday(_due(asked) + timedelta(days=draw.rng.randrange(4, 45))), until)


def never(draw: Draw, asked: Advice, _source: str, _until: date) -> Advice:
    """Not given at all."""
    return asked


def heard_late(draw: Draw, asked: Advice, _source: str, until: date) -> Advice:
    """Given in time, and recorded by the council only weeks later."""
    rng = draw.rng
    given_on = weekday(_due(asked) - timedelta(days=rng.randrange(1, 12)))
    return replace(asked, done=happened(given_on, rng.randrange(24, 50), until))


def sent_not_recorded(draw: Draw, asked: Advice, source: str, until: date) -> Advice:
    """Sent by the trust; the council never recorded it."""
    sent = happened(weekday(_due(asked) - timedelta(days=draw.rng.randrange(1, 10))), 1, until)
    return replace(asked, task=Task(source, _day0(asked), _day0(asked), sent))


def deemed(draw: Draw, asked: Advice, _source: str, until: date) -> Advice:
    """Posted; the date of receipt is only assumed, and nothing came."""
    received = happened(weekday(asked.sent_on + timedelta(days=2)), 0, until)
    return replace(asked, received=received, basis="deemed") if received.on else asked


def unknown(draw: Draw, asked: Advice, _source: str, until: date) -> Advice:
    """Nobody knows when the body had the request; the council wrote down the day of sending. Given late."""
    asked = replace(asked, received=happened(asked.sent_on, 0, until), basis="unknown")
    return _given(draw, asked, weekday(_due(asked) + timedelta(days=draw.rng.randrange(10, 40))), until)


def deemed_then_acknowledged(draw: Draw, asked: Advice, source: str, until: date) -> Advice:
    """The council assumes a date of receipt; weeks later the trust's system tells the true, earlier one."""
    assumed = happened(weekday(asked.sent_on + timedelta(days=3)), 0, until)
    truly = weekday(asked.sent_on + timedelta(days=1))
    heard_on = weekday(_due(asked) + timedelta(days=draw.rng.randrange(12, 25)))
    if not assumed.on or truly > assumed.on or heard_on >= min(until, TODAY):
        return asked
    return replace(asked, received=assumed, basis="deemed", task=Task(source, truly, heard_on))


def corrected(draw: Draw, asked: Advice, _source: str, until: date) -> Advice:
    """First recorded as given late; three weeks on the council corrects the date: it was in time."""
    truly = weekday(_due(asked) - timedelta(days=3))
    wrongly = weekday(_due(asked) + timedelta(days=9))
    found_on = weekday(wrongly + timedelta(days=20))
    if found_on >= min(until, TODAY):
        return on_time(draw, asked, _source, until)
    return replace(asked, done=said_again((wrongly, wrongly), (found_on, truly)))


def corrected_twice(draw: Draw, asked: Advice, _source: str, until: date) -> Advice:
    """A, then B, then A again: late after all."""
    truly = weekday(_due(asked) + timedelta(days=7))
    first, second, third = (weekday(truly + timedelta(days=n)) for n in (1, 16, 31))
    if third >= min(until, TODAY):
        return late(draw, asked, _source, until)
    wrongly = weekday(_due(asked) - timedelta(days=7))
    return replace(asked, done=said_again((first, truly), (second, wrongly), (third, truly)))


def mistake(draw: Draw, asked: Advice, _source: str, until: date) -> Advice:
    """Recorded for the wrong child, and deleted later: it was never given."""
    wrongly = weekday(_due(asked) - timedelta(days=2))
    deleted_on = date(2026, 4, 22)
    if not date(2026, 1, 12) <= wrongly < date(2026, 4, 1) or until < TODAY:
        return asked
    said = ((wrongly, wrongly), (deleted_on, None))
    return replace(asked, done=Fact(None, said))


def asked_twice(draw: Draw, asked: Advice, source: str, until: date) -> Advice:
    """The same request stands in two rows."""
    return replace(on_time(draw, asked, source, until), is_asked_twice=True)


def task_twice(draw: Draw, asked: Advice, source: str, until: date) -> Advice:
    """The trust's system has the same request twice, one of them entered in error."""
    given = with_task(draw, late(draw, asked, source, until), source, until)
    if given.task is None or _day0(asked) + timedelta(days=30) >= until:
        return given
    return replace(given, task=replace(given.task, made_twice_on=_day0(asked) + timedelta(days=2)))


def declined(draw: Draw, asked: Advice, source: str, until: date) -> Advice:
    """The body declines under CFA s.31, with reasons."""
    day = weekday(_day0(asked) + timedelta(days=draw.rng.randrange(7, 30)))
    return replace(asked, declined=happened(day, 0, until))


def exempt(draw: Draw, asked: Advice, source: str, until: date) -> Advice:
    """An exception is claimed with evidence; the advice comes late, or not yet."""
    given = _given(draw, asked, weekday(_due(asked) + timedelta(days=draw.rng.randrange(40, 90))), until)
    return replace(given, claim=_claim(draw, asked, "missed_appointment", "appointment_record"))


def exempt_no_evidence(draw: Draw, asked: Advice, _source: str, _until: date) -> Advice:
    """An exception is claimed without evidence."""
    return replace(asked, claim=_claim(draw, asked, "exceptional_circumstances", ""))


def out_of_reach(draw: Draw, asked: Advice, _source: str, _until: date) -> Advice:
    """School closure is claimed, which reg 8(2) does not know."""
    claim = _claim(draw, asked, "school_closed", "school_calendar")
    return replace(asked, claim=replace(claim, holds=False))


def _given(draw: Draw, asked: Advice, on: date, until: date) -> Advice:
    return replace(asked, done=happened(on, draw.rng.randrange(4), until))


def _claim(draw: Draw, asked: Advice, ground: str, evidence: str) -> Claim:
    since = _day0(asked) + timedelta(days=draw.rng.randrange(10, 20))
    return Claim(
        key=draw.key("X"),
        rule=asked.rule,
        claimed_by=asked.body,
        ground=ground,
        evidence=evidence,
        since=since,
        until=_due(asked) + timedelta(days=draw.rng.randrange(10, 40)),
        recorded_on=weekday(since + timedelta(days=5)),
        advice_request=asked.key,
    )


def _day0(asked: Advice) -> date:
    return asked.received.on or asked.sent_on


def _due(asked: Advice) -> date:
    return due_on(asked.rule, _day0(asked))


FATES: dict[str, Callable[[Draw, Advice, str, date], Advice]] = {
    fate.__name__: fate
    for fate in (
        on_time,
        last_day,
        late,
        never,
        heard_late,
        sent_not_recorded,
        deemed,
        unknown,
        deemed_then_acknowledged,
        corrected,
        corrected_twice,
        mistake,
        asked_twice,
        task_twice,
        declined,
        exempt,
        exempt_no_evidence,
        out_of_reach,
    )
}
"""What can become of advice, by name: (what to draw from, the request, the trust whose system tells of it, the end)."""
