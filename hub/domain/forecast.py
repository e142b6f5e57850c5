"""How likely an open duty is to pass its due date, learnt from the area's own cases. A help, never an order of duty.

A life table in discrete time (Kaplan and Meier 1958; Cox 1972 for the multipliers): for each rule, of the cases still open
at each twentieth of the limit, the share that was done in it. Open cases count for as long as they were seen (censored).
A body and a month of the year multiply that share by done over expected, drawn towards 1 by ten expected cases, so that
few cases say little. Rules with fewer than 50 known cases have no forecast.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from statistics import fmean, median
from typing import Any

from msgspec import Struct

PARTS = 20
FEWEST = 50
PRIOR = 10.0
"""Expected cases by which a body's or month's multiplier is drawn towards 1."""

LIKELY = 0.5
_MOST = 0.99


class Past(Struct, frozen=True):
    """One duty as far as it was seen.

    Attributes:
        done_on: Day it was discharged; `None` if it was not by `seen_to`.
        seen_to: Last day on which we know how it stood: the date asked about, of its end, or the feed's last word.
    """

    rule: str
    body: str
    started_on: date
    due_on: date
    done_on: date | None
    seen_to: date

    def until(self, on: date) -> "Past":
        """Return what was known of it on a day."""
        done_on = self.done_on if self.done_on is not None and self.done_on <= on else None
        return Past(self.rule, self.body, self.started_on, self.due_on, done_on, min(self.seen_to, on))

    @property
    def is_late(self) -> bool | None:
        """Whether it passed its due date; `None` while that is not known."""
        if self.done_on is not None:
            return self.done_on > self.due_on
        return True if self.seen_to > self.due_on else None


class Chance(Struct, frozen=True):
    """How likely a duty is to pass its due date, and on how many cases of its rule that rests."""

    share: float
    cases: int


class Model(Struct, frozen=True):
    """What was learnt.

    Attributes:
        known: By rule, cases whose outcome is known.
        done: By rule, for each part of the limit the share done among those still open.
        bodies: By rule and body, and `months` by rule and month (1 to 12): the multiplier.
    """

    known: dict[str, int]
    done: dict[str, tuple[float, ...]]
    bodies: dict[tuple[str, str], float]
    months: dict[tuple[str, int], float]

    def chance(self, duty: Past, on: date) -> Chance | None:
        """Return how likely an open duty is to pass its due date; `None` where too little is known, or it has passed."""
        if self.known.get(duty.rule, 0) < FEWEST or on > duty.due_on or duty.done_on is not None:
            return None
        # What is left of today and of the part it lies in counts as far as it is left.
        gone = max(0.0, (on - duty.started_on).days - 0.5) / (duty.due_on - duty.started_on).days * PARTS
        open_still = 1.0
        for part in range(int(gone), PARTS):
            left = min(1.0, part + 1 - gone)
            open_still *= 1 - left * min(_MOST, self.done[duty.rule][part] * self._factor(duty, part))
        return Chance(round(open_still, 3), self.known[duty.rule])

    def _factor(self, duty: Past, part: int) -> float:
        month = _day_of(duty, part).month
        return self.bodies.get((duty.rule, duty.body), 1.0) * self.months.get((duty.rule, month), 1.0)


class Report(Struct, frozen=True):
    """How forecasts made on one day turned out, for duties open on it; the model knew nothing later.

    Attributes:
        brier: Mean squared error of the chances; `base` is that of always saying the rule's own share of late ones.
        bins: (mean chance said, share that came true, cases), by tenths of the chance.
        lead_days: Median days before its due date on which a duty that became late was first called likely to.
        called: Share of the duties that became late of which that was ever said.
    """

    rule: str
    made_on: date
    cases: int
    late: int
    brier: float
    base: float
    bins: tuple[tuple[float, float, int], ...]
    lead_days: float | None
    called: float | None


def learn(cases: Iterable[Past]) -> Model:
    """Return the model of these cases, in any order."""
    of_rule: dict[str, list[Past]] = defaultdict(list)
    for case in cases:
        if case.due_on > case.started_on:
            of_rule[case.rule].append(case)
    known = {rule: sum(case.is_late is not None for case in found) for rule, found in sorted(of_rule.items())}
    done = {rule: _life_table(found) for rule, found in sorted(of_rule.items())}
    bodies: dict[tuple[str, str], float] = {}
    months: dict[tuple[str, int], float] = {}
    for rule, found in sorted(of_rule.items()):
        bodies |= {(rule, body): by for body, by in _multipliers(found, done[rule], _body_of, {}).items()}
        of_body = {body: by for (one, body), by in bodies.items() if one == rule}
        months |= {(rule, month): by for month, by in _multipliers(found, done[rule], _month_of, of_body).items()}
    return Model(known, done, bodies, months)


def check(cases: Sequence[Past], made_on: date) -> tuple[Report, ...]:
    """Return how forecasts made on a day would have turned out, by rule, for those with enough cases on both sides."""
    model = learn(case.until(made_on) for case in cases if case.started_on <= made_on)
    reports = []
    for rule, found in groupby(sorted(cases, key=lambda case: case.rule), key=lambda case: case.rule):
        said = list(_said(model, found, made_on))
        if len(said) >= FEWEST:
            reports.append(_report(rule, made_on, said, model))
    return tuple(reports)


def _said(model: Model, cases: Iterable[Past], made_on: date) -> Iterator[tuple[float, bool, Past]]:
    """Yield the chance said halfway through each limit that was not over on the day, what came of it, and the case."""
    for case in cases:
        halfway = case.started_on + (case.due_on - case.started_on) / 2
        is_open = case.done_on is None or case.done_on > halfway
        outcome = case.is_late
        if halfway < made_on or not is_open or outcome is None:
            continue
        if (chance := model.chance(case.until(halfway), halfway)) is not None:
            yield chance.share, outcome, case


def _report(rule: str, made_on: date, said: Sequence[tuple[float, bool, Past]], model: Model) -> Report:
    late = sum(outcome for _, outcome, _ in said)
    base = late / len(said)
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for share, outcome, _ in said:
        bins[min(9, int(share * 10))].append((share, outcome))
    leads = [lead for _, outcome, case in said if outcome and (lead := _lead(model, case)) is not None]
    return Report(
        rule,
        made_on,
        len(said),
        late,
        round(fmean((share - outcome) ** 2 for share, outcome, _ in said), 4),
        round(base * (1 - base), 4),
        tuple(
            (round(fmean(share for share, _ in found), 3), round(fmean(outcome for _, outcome in found), 3), len(found))
            for _, found in sorted(bins.items())
        ),
        median(leads) if leads else None,
        round(len(leads) / late, 3) if late else None,
    )


def _lead(model: Model, case: Past) -> int | None:
    day = case.started_on
    while day <= case.due_on:
        chance = model.chance(case.until(day), day)
        if chance is not None and chance.share >= LIKELY:
            return (case.due_on - day).days
        day += timedelta(days=1)
    return None


def _life_table(cases: Iterable[Past]) -> tuple[float, ...]:
    at_risk: Counter[int] = Counter()
    done: Counter[int] = Counter()
    for case in cases:
        for part, is_done in _lived(case):
            at_risk[part] += 1
            done[part] += is_done
    return tuple(done[part] / at_risk[part] if at_risk[part] else 0.0 for part in range(PARTS))


def _multipliers(
    cases: Iterable[Past], table: Sequence[float], key_of: Callable[[Past, int], Any], of_body: dict[str, float]
) -> dict[Any, float]:
    done: Counter[Any] = Counter()
    expected: dict[Any, float] = defaultdict(float)
    for case in cases:
        for part, is_done in _lived(case):
            key = key_of(case, part)
            done[key] += is_done
            expected[key] += min(_MOST, table[part] * of_body.get(case.body, 1.0))
    return {key: round((done[key] + PRIOR) / (expected[key] + PRIOR), 4) for key in sorted(expected)}


def _lived(case: Past) -> Iterator[tuple[int, bool]]:
    """Yield the parts of the limit in which a case was seen open, and whether it was done in them."""
    last = min(case.seen_to, case.due_on) if case.done_on is None else min(case.done_on, case.due_on)
    is_done = case.done_on is not None and case.done_on <= case.due_on
    end = _part(case, last)
    for part in range(min(end + 1, PARTS)):
        yield part, is_done and part == end


def _part(case: Past, on: date) -> int:
    """Return the part of the limit that a day lies in, from 0; the last one for its end."""
    share = (on - case.started_on) / (case.due_on - case.started_on)
    return max(0, min(PARTS - 1, int(share * PARTS)))


def _day_of(case: Past, part: int) -> date:
    return case.started_on + (case.due_on - case.started_on) * (part + 0.5) / PARTS


def _body_of(case: Past, part: int) -> str:
    return case.body


def _month_of(case: Past, part: int) -> int:
    return _day_of(case, part).month
