"""The whole cast: one life after the other, the same for the same seed."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random

from connectors.simulator import care, case, health, plan
from connectors.simulator.advice import Desk
from connectors.simulator.facts import NEVER
from connectors.simulator.lives import Care, Life, Visit
from connectors.simulator.people import Person, person
from connectors.simulator.plots import LETTER_FATES, LINE_FATES, PLOTS, TASK_FATES, Deck, place
from connectors.simulator.weeks import DAY

_OLD_PLANS = ("reviewed", "review_", "ceased")


class Cast:
    """Makes the lives of all children in turn."""

    def __init__(self, areas: int, children: int, seed: int) -> None:
        self._areas, self._children, self._seed = areas, children, seed
        self._keys: Counter[str] = Counter()
        self._tasks, self._letters, self._lines = Deck(TASK_FATES), Deck(LETTER_FATES), Deck(LINE_FATES)

    def lives(self) -> Iterator[Life]:
        """Yield every child's life; the areas take turns."""
        for index in range(self._children):
            yield self._life(index)

    def _life(self, index: int) -> Life:
        who = person(index, self._areas, self._seed)
        rng = Random(f"{self._seed}/life/{index}")
        plot = PLOTS[place(index)]
        desk = Desk(who, self._keys, self._tasks, self._letters, rng)
        make = self._with_plan if plot.startswith(_OLD_PLANS) else self._with_case
        return make(who, plot, desk, rng)

    def _with_plan(self, who: Person, plot: str, desk: Desk, rng: Random) -> Life:
        old = plan.old_plan(plot, desk, self._lines, who.school, rng)
        opened_on = old.issued.on or date(2025, 1, 6)
        visits = () if plot == "ceased_2025" else self._visits(who, date(2025, 9, 1), rng)
        return Life(
            who, plot, opened_on, (), old, NEVER, visits, care.referrals(rng), _moved(who, rng), plot == "ceased_2025"
        )

    def _with_case(self, who: Person, plot: str, desk: Desk, rng: Random) -> Life:
        cases, issued, died = case.make(plot, desk, rng)
        opened_on = min(c.received.said[0][0] for c in cases if c.received.said)
        process = next((c.process for c in cases if c.outcome == "issue"), "")
        icb_after = rng.randrange(8, 20) if plot == "plan_icb_late" else 0
        new = plan.new_plan(process, issued, desk, self._lines, who.school, rng, icb_after) if issued.on else None
        visits: tuple[Visit, ...] = ()
        referrals: tuple[Care, ...] = ()
        if not died.on and plot != "closed_2025":
            visits, referrals = self._visits(who, opened_on, rng), care.referrals(rng)
        return Life(who, plot, opened_on, cases, new, died, visits, referrals, _moved(who, rng), plot == "closed_2025")

    def _visits(self, who: Person, after: date, rng: Random) -> tuple[Visit, ...]:
        found = health.visits("trust", "paediatrics", after, rng) if rng.randrange(4) else ()
        if rng.randrange(2):
            found += health.visits("therapy", "speech_and_language_therapy", after, rng)
        return found


def _moved(who: Person, rng: Random) -> date | None:
    return date(2026, 3, 18) + DAY * rng.randrange(10) if who.quirk == "moved_house" else None
