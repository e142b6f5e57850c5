"""Advice: who is asked, and what becomes of it."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from msgspec.structs import replace

from connectors.simulator.facts import NEVER, happened
from connectors.simulator.fates import FATES, Draw, suits, with_task
from connectors.simulator.lives import Advice
from connectors.simulator.people import Person
from connectors.simulator.plots import Deck
from connectors.simulator.weeks import TODAY, weekday


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
        draw = Draw(self._rng, self.key)
        fate = deck.deal(suits(asked, until))
        given = FATES[fate](draw, replace(asked, fate=fate), source, until)
        return with_task(draw, given, source, until) if source and given.task is None else given
