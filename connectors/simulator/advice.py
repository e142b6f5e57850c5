"""Advice: who is asked, and what becomes of it."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from msgspec.structs import replace

from connectors.simulator.facts import NEVER, Fact, corrected, happened
from connectors.simulator.lives import Advice, Claim, Task
from connectors.simulator.people import Person
from connectors.simulator.plots import Deck
from connectors.simulator.weeks import LIVE_FROM, TODAY, due_on, weekday

_NEEDS_KNOWN_ON_MONDAYS = frozenset({"heard_late", "corrected", "corrected_twice", "deemed_then_acknowledged"})
_UNSAID = frozenset({"on_time", "late", "never", "last_day"})


class Desk:
    """The council's desk that asks for advice in one child's case.

    Args:
        tasks: Deals fates of advice that a trust's own system tells of.
        letters: Deals those that only the council tells of.
    """

    def __init__(self, person: Person, keys: Counter[str], tasks: Deck, letters: Deck, rng: Random) -> None:
        self.area, self._person, self._keys, self._rng = person.area, person, keys, rng
        self._tasks, self._letters = tasks, letters

    def key(self, kind: str) -> str:
        """Return the next key of a kind in the area's casework."""
        name = f"{self.area}-{kind}"
        self._keys[name] += 1
        return f"{name}{self._keys[name]:06}"

    def ask(self, sent_on: date, until: date) -> tuple[Advice, ...]:
        """Return every request for advice of a case, with what becomes of each."""
        if sent_on >= min(until, TODAY):
            return ()
        sent_on = weekday(sent_on)
        asked = [self._parents(sent_on, until)]
        area = self.area
        trust = "trust" if self._person.is_sure_in_trust else ""
        bodies = [
            ("medical", "paediatrics", f"{area}-NHS", "ehcna-advice-health", trust),
            ("education", "teaching", self._person.school, "ehcna-advice-school", ""),
            ("psychological", "educational_psychology", f"{area}-EPS", "ehcna-advice-ep", ""),
            ("social_care", "social_work", f"{area}-CSC", "ehcna-advice-social-care", ""),
        ]
        if self._rng.randrange(2):
            therapy = "therapy" if self._person.has_shared_number else ""
            bodies.append(("other", "speech_and_language_therapy", "THERAPY", "ehcna-advice-health", therapy))
        for kind, profession, body, rule, source in bodies:
            blank = Advice("", kind, profession, body, rule, sent_on, NEVER, "")
            asked.append(self._one(blank, source, until))
        return tuple(asked)

    def _parents(self, sent_on: date, until: date) -> Advice:
        rng = self._rng
        received = happened(sent_on + timedelta(days=2), 0, until)
        done = happened(sent_on + timedelta(days=rng.randrange(5, 30)), rng.randrange(3), until)
        return Advice(self.key("AR"), "parent", "", "", "", sent_on, received, "deemed", done)

    def _one(self, asked: Advice, source: str, until: date) -> Advice:
        received_on = asked.sent_on + timedelta(days=self._rng.randrange(2))
        received_on = weekday(received_on)
        if received_on >= min(until, TODAY):
            received_on = asked.sent_on
        received = happened(received_on, self._rng.randrange(2), until)
        basis = "portal_timestamp" if source else "acknowledged"
        asked = replace(asked, key=self.key("AR"), received=received, basis=basis)
        deck = self._tasks if source else self._letters
        fate = deck.deal(_suits(asked, until))
        given = _FATES[fate](self, replace(asked, fate=fate), source, until)
        return self._with_task(given, source, until) if source and given.task is None else given

    # -- what the trust's own system says -------------------------------------------------------------------------

    def _with_task(self, advice: Advice, source: str, until: date) -> Advice:
        """The trust's system has the request too, and says when it sent what the council then received."""
        received_on = advice.received.on or advice.sent_on
        sent = NEVER
        if advice.done.on:
            earlier = min(self._rng.randrange(2), (advice.done.on - received_on).days)
            sent = happened(advice.done.on - timedelta(days=earlier), self._rng.randrange(2), until)
        ended = None
        if advice.declined.said:
            ended = (advice.declined.said[0][0], "rejected")
        elif not sent.on and until < TODAY:
            ended = (until + timedelta(days=4), "cancelled")
        return replace(advice, task=Task(source, received_on, received_on, sent, ended))

    # -- fates ----------------------------------------------------------------------------------------------------

    def on_time(self, asked: Advice, _source: str, until: date) -> Advice:
        """Given within the six weeks."""
        return self._given(asked, weekday(_day0(asked) + timedelta(days=self._rng.randrange(18, 42))), until)

    def last_day(self, asked: Advice, _source: str, until: date) -> Advice:
        """Given on the very last day."""
        return self._given(asked, _due(asked), until)

    def late(self, asked: Advice, _source: str, until: date) -> Advice:
        """Given some weeks late."""
        return self._given(asked, weekday(_due(asked) + timedelta(days=self._rng.randrange(4, 45))), until)

    def never(self, asked: Advice, _source: str, _until: date) -> Advice:
        """Not given at all."""
        return asked

    def heard_late(self, asked: Advice, _source: str, until: date) -> Advice:
        """Given in time, and recorded by the council only weeks later."""
        rng = self._rng
        given_on = weekday(_due(asked) - timedelta(days=rng.randrange(1, 12)))
        return replace(asked, done=happened(given_on, rng.randrange(24, 50), until))

    def sent_not_recorded(self, asked: Advice, source: str, until: date) -> Advice:
        """Sent by the trust; the council never recorded it."""
        sent = happened(weekday(_due(asked) - timedelta(days=self._rng.randrange(1, 10))), 1, until)
        return replace(asked, task=Task(source, _day0(asked), _day0(asked), sent))

    def deemed(self, asked: Advice, _source: str, until: date) -> Advice:
        """Posted; the date of receipt is only assumed, and nothing came."""
        received = happened(weekday(asked.sent_on + timedelta(days=2)), 0, until)
        return replace(asked, received=received, basis="deemed") if received.on else asked

    def unknown(self, asked: Advice, _source: str, until: date) -> Advice:
        """Nobody knows when the body had the request; the council wrote down the day of sending. Given late."""
        asked = replace(asked, received=happened(asked.sent_on, 0, until), basis="unknown")
        return self._given(asked, weekday(_due(asked) + timedelta(days=self._rng.randrange(10, 40))), until)

    def deemed_then_acknowledged(self, asked: Advice, source: str, until: date) -> Advice:
        """The council assumes a date of receipt; weeks later the trust's system tells the true, earlier one."""
        assumed = happened(weekday(asked.sent_on + timedelta(days=3)), 0, until)
        truly = weekday(asked.sent_on + timedelta(days=1))
        heard_on = weekday(_due(asked) + timedelta(days=self._rng.randrange(12, 25)))
        if not assumed.on or truly > assumed.on or heard_on >= min(until, TODAY):
            return asked
        return replace(asked, received=assumed, basis="deemed", task=Task(source, truly, heard_on))

    def corrected(self, asked: Advice, _source: str, until: date) -> Advice:
        """First recorded as given late; three weeks on the council corrects the date: it was in time."""
        truly = weekday(_due(asked) - timedelta(days=3))
        wrongly = weekday(_due(asked) + timedelta(days=9))
        found_on = weekday(wrongly + timedelta(days=20))
        if found_on >= min(until, TODAY):
            return self.on_time(asked, _source, until)
        return replace(asked, done=corrected((wrongly, wrongly), (found_on, truly)))

    def corrected_twice(self, asked: Advice, _source: str, until: date) -> Advice:
        """A, then B, then A again: late after all."""
        late = weekday(_due(asked) + timedelta(days=7))
        days = [weekday(late + timedelta(days=n)) for n in (1, 16, 31)]
        if days[-1] >= min(until, TODAY):
            return self.late(asked, _source, until)
        wrongly = weekday(_due(asked) - timedelta(days=7))
        return replace(asked, done=corrected((days[0], late), (days[1], wrongly), (days[2], late)))

    def mistake(self, asked: Advice, _source: str, until: date) -> Advice:
        """Recorded for the wrong child, and deleted later: it was never given."""
        wrongly = weekday(_due(asked) - timedelta(days=2))
        deleted_on = date(2026, 4, 22)
        if not date(2026, 1, 12) <= wrongly < date(2026, 4, 1) or until < TODAY:
            return asked
        said = ((wrongly, wrongly), (deleted_on, None))
        return replace(asked, done=Fact(None, said))

    def asked_twice(self, asked: Advice, source: str, until: date) -> Advice:
        """The same request stands in two rows."""
        return replace(self.on_time(asked, source, until), is_asked_twice=True)

    def task_twice(self, asked: Advice, source: str, until: date) -> Advice:
        """The trust's system has the same request twice, one of them entered in error."""
        given = self._with_task(self.late(asked, source, until), source, until)
        if given.task is None or _day0(asked) + timedelta(days=30) >= until:
            return given
        return replace(given, task=replace(given.task, made_twice_on=_day0(asked) + timedelta(days=2)))

    def declined(self, asked: Advice, source: str, until: date) -> Advice:
        """The body declines under CFA s.31, with reasons."""
        day = weekday(_day0(asked) + timedelta(days=self._rng.randrange(7, 30)))
        return replace(asked, declined=happened(day, 0, until))

    def exempt(self, asked: Advice, source: str, until: date) -> Advice:
        """An exception is claimed with evidence; the advice comes late, or not yet."""
        late = self._given(asked, weekday(_due(asked) + timedelta(days=self._rng.randrange(40, 90))), until)
        return replace(late, claim=self._claim(asked, "missed_appointment", "appointment_record"))

    def exempt_no_evidence(self, asked: Advice, _source: str, _until: date) -> Advice:
        """An exception is claimed without evidence."""
        return replace(asked, claim=self._claim(asked, "exceptional_circumstances", ""))

    def out_of_reach(self, asked: Advice, _source: str, _until: date) -> Advice:
        """School closure is claimed, which reg 8(2) does not know."""
        claim = self._claim(asked, "school_closed", "school_calendar")
        return replace(asked, claim=replace(claim, holds=False))

    def _given(self, asked: Advice, on: date, until: date) -> Advice:
        return replace(asked, done=happened(on, self._rng.randrange(4), until))

    def _claim(self, asked: Advice, ground: str, evidence: str) -> Claim:
        since = _day0(asked) + timedelta(days=self._rng.randrange(10, 20))
        return Claim(
            key=self.key("X"),
            rule=asked.rule,
            claimed_by=asked.body,
            ground=ground,
            evidence=evidence,
            since=since,
            until=_due(asked) + timedelta(days=self._rng.randrange(10, 40)),
            recorded_on=weekday(since + timedelta(days=5)),
            advice_request=asked.key,
        )


def _day0(asked: Advice) -> date:
    return asked.received.on or asked.sent_on


def _due(asked: Advice) -> date:
    return due_on(asked.rule, _day0(asked))


def _suits(asked: Advice, until: date) -> Callable[[str], bool]:
    """Return whether a fate can be told to its end in this case."""
    due, is_cut_short = _due(asked), until < TODAY

    def suits(fate: str) -> bool:
        if fate in _UNSAID:
            return not is_cut_short or fate != "never"
        if is_cut_short or due < date(2025, 9, 1):
            return fate == "on_time"
        if fate == "mistake":
            return date(2026, 1, 16) <= due <= date(2026, 3, 30)
        if fate in _NEEDS_KNOWN_ON_MONDAYS:
            return LIVE_FROM <= due <= date(2026, 4, 24)
        return due <= date(2026, 6, 12)

    return suits


_FATES: dict[str, Callable[[Desk, Advice, str, date], Advice]] = {
    name: getattr(Desk, name)
    for name in (
        "on_time", "last_day", "late", "never", "heard_late", "sent_not_recorded", "deemed", "unknown",
        "deemed_then_acknowledged", "corrected", "corrected_twice", "mistake", "asked_twice", "task_twice", "declined",
        "exempt", "exempt_no_evidence", "out_of_reach",
    )
}  # fmt: skip
