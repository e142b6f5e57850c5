"""Episodes: one duty each, in a case of its own, and what becomes of it."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from connectors.simulator.facts import NEVER, Fact, corrected, happened
from connectors.simulator.lives import Claim, Entry, Episode
from connectors.simulator.recipes import MOVED_AWAY, Recipe, Say
from connectors.simulator.weeks import DAY, TODAY, weekday

_DELETED_ON = date(2026, 4, 22)
"""Rows entered by mistake are deleted on this day; the full extract of May tells it."""


class Moment(Struct, frozen=True):
    """What a fate draws from.

    Attributes:
        due: The due date, or a day some weeks on where the law sets none.
    """

    rng: Random
    recipe: Recipe
    area: str
    school: str
    key: str
    start: date
    due: date

    def between(self, first: date, last: date) -> date:
        """Return a day from the first to the last, or the first if there is none."""
        return first + DAY * self.rng.randrange(max((last - first).days, 0) + 1)

    def soon(self) -> int:
        """Return how many days later something is recorded that is recorded at once."""
        return self.rng.randrange(3)

    def in_time(self) -> date:
        """Return a day between the start and the due date."""
        return self.between(self.start + DAY, self.due)


More = tuple[tuple[str, date], ...]
"""Fields with days of their own."""

Parts = dict[str, object]
"""Fields of an episode."""


def in_time(at: Moment) -> Parts:
    """Done within the limit."""
    return {"done": happened(at.in_time(), at.soon())}


def last_day(at: Moment) -> Parts:
    """Done on the very last day."""
    return {"done": happened(at.due, at.soon())}


def day_late(at: Moment) -> Parts:
    """Done on the day after."""
    return {"done": happened(at.due + DAY, at.soon())}


def late(at: Moment) -> Parts:
    """Done some weeks late."""
    return {"done": happened(at.due + DAY * at.rng.randrange(8, 45), at.soon())}


def never(at: Moment) -> Parts:
    """Not done."""
    return {}


def told_late(at: Moment) -> Parts:
    """Done in time, and recorded weeks after the due date."""
    done = at.in_time()
    return {"done": happened(done, (at.due - done).days + at.rng.randrange(12, 35))}


def mended(at: Moment) -> Parts:
    """Recorded as done late; weeks on the date is corrected: it was in time."""
    truly, wrongly = at.in_time(), at.due + DAY * 6
    if wrongly + DAY * 20 >= TODAY:
        return in_time(at)
    return {"done": corrected((wrongly + DAY, wrongly), (wrongly + DAY * 20, truly))}


def deleted(at: Moment) -> Parts:
    """Recorded in the wrong case, and deleted later: it was never done."""
    wrongly = at.between(max(at.start + DAY, date(2026, 1, 5)), min(at.due, date(2026, 4, 9)))
    return {"done": Fact(None, ((wrongly, wrongly), (_DELETED_ON, None)))}


def start_told_late(at: Moment) -> Parts:
    """Nobody heard that it had begun until it was past due; done late."""
    recorded = (at.due - at.start).days + at.rng.randrange(3, 14)
    return {"start": happened(at.start, recorded), "done": happened(at.due + DAY * at.rng.randrange(16, 30), 1)}


def start_mended(at: Moment) -> Parts:
    """The day it began was recorded wrongly, four days too early, and corrected; not done."""
    return {"start": _said_again(at, (1, -4), (22, 0))}


def start_mended_twice(at: Moment) -> Parts:
    """The day it began was recorded rightly, then wrongly, then rightly again; done on the last day."""
    return {"start": _said_again(at, (1, 0), (15, -3), (29, 0)), "done": happened(at.due, 1)}


def start_deleted(at: Moment) -> Parts:
    """It never began: the row was of another child, and was deleted."""
    return {"start": Fact(None, ((at.start, at.start), (_DELETED_ON, None)))}


def _said_again(at: Moment, *said: tuple[int, int]) -> Fact:
    return corrected(*((at.start + DAY * after, at.start + DAY * shift) for after, shift in said))


def lapsed(because: str) -> Callable[[Moment], Parts]:
    """Ended by something else before it was due."""
    return lambda at: {"lapse": (because, happened(at.in_time(), at.soon()))}


def lapsed_late(because: str) -> Callable[[Moment], Parts]:
    """Ended by something else after it was late."""
    return lambda at: {"lapse": (because, happened(at.due + DAY * at.rng.randrange(8, 25), at.soon()))}


def not_owed(at: Moment) -> Parts:
    """It turns out that it is not owed."""
    return {"condition": (happened(at.in_time(), at.soon()), False)}


def not_owed_after_all(at: Moment) -> Parts:
    """It turns out only after the due date that it is not owed."""
    return {"condition": (happened(at.due + DAY * at.rng.randrange(8, 25), at.soon()), False)}


def unknown(at: Moment) -> Parts:
    """It never turns out whether it is owed."""
    return {"condition": (NEVER, False)}


def exempt(at: Moment) -> Parts:
    """An exception is claimed over the due date, with evidence; done after it."""
    return {**late(at), "claim": _claim(at, at.recipe.grounds[at.rng.randrange(len(at.recipe.grounds))], "letter")}


def exempt_no_evidence(at: Moment) -> Parts:
    """An exception is claimed over the due date, and nothing shown for it; not done."""
    return {"claim": _claim(at, at.recipe.grounds[0], "")}


def out_of_reach(at: Moment) -> Parts:
    """A ground is claimed that the law does not give: done late."""
    return {**late(at), "claim": _claim(at, "missed_appointment", "letter", holds=False)}


def absent_too_short(at: Moment) -> Parts:
    """An absence is claimed that is a day too short for the law: done late."""
    return {**late(at), "claim": _claim(at, "absent_from_area", "letter", days=at.recipe.absence - 1, holds=False)}


def claim_over(at: Moment) -> Parts:
    """The exception ended before the due date: it changes nothing. Not done."""
    return {
        "claim": _claim(at, at.recipe.grounds[0], "letter", days=at.recipe.absence, until=at.due - DAY, holds=False)
    }


def _claim(
    at: Moment, ground: str, evidence: str, *, days: int = 0, until: date | None = None, holds: bool = True
) -> Claim:
    days = days or at.recipe.absence + at.rng.randrange(3, 12)
    until = until or at.due + DAY * at.rng.randrange(3, at.recipe.absence // 2)
    since = until - DAY * (days - 1)
    return Claim(
        key=f"{at.key}-X", rule=at.recipe.rule, claimed_by=at.area, ground=ground, evidence=evidence, since=since,
        until=until, recorded_on=since + DAY * 2, holds=holds,
    )  # fmt: skip


def extended(at: Moment) -> Parts:
    """More time is taken, and it is done in that."""
    fact, until = _extension(at)
    return {"extension": (fact, until), "done": happened(until - DAY, at.soon())}


def extended_late(at: Moment) -> Parts:
    """More time is taken, and it is done later still."""
    fact, until = _extension(at)
    return {"extension": (fact, until), "done": happened(until + DAY * at.rng.randrange(1, 20), at.soon())}


def _extension(at: Moment) -> tuple[Fact, date]:
    assert at.recipe.extension
    fact, longer = happened(at.in_time(), at.soon()), at.recipe.extension
    if not longer.is_from_notice:
        return fact, longer.due(at.start, at.school)
    return fact, min(at.due, longer.due(fact.on or at.start, at.school))


_OF_LIMIT: dict[str, Callable[[Moment], Parts]] = {
    "in_time": in_time, "late": late, "told_late": told_late, "never": never, "last_day": last_day,
    "day_late": day_late, "mended": mended, "start_told_late": start_told_late, "start_mended": start_mended,
    "start_mended_twice": start_mended_twice, "deleted": deleted, "start_deleted": start_deleted,
}  # fmt: skip
_WITHOUT_LIMIT = ("in_time", "never", "told_late", "start_deleted", "deleted")
_WITHOUT_END = ("never", "start_mended")
_OF_CONDITION = {"not_owed": not_owed, "not_owed_after_all": not_owed_after_all, "unknown": unknown}
_OF_CLAIM = {
    "exempt": exempt, "exempt_no_evidence": exempt_no_evidence, "out_of_reach": out_of_reach, "claim_over": claim_over,
    "absent_too_short": absent_too_short,
}  # fmt: skip
_OF_EXTENSION = {"extended": extended, "extended_late": extended_late}
_CHANGES_DONE = frozenset({"mended", "deleted"})


def fates(recipe: Recipe) -> dict[str, Callable[[Moment], Parts]]:
    """Return what may become of a duty of that recipe, by name."""
    names = (_OF_LIMIT if recipe.due else _WITHOUT_LIMIT) if recipe.done else _WITHOUT_END
    found = {name: _OF_LIMIT[name] for name in names}
    if recipe.since > _DELETED_ON - timedelta(60):  # what begins so late is not deleted by then
        found = {name: fate for name, fate in found.items() if "deleted" not in name}
    for because, _ in recipe.lapses:
        found[f"lapsed:{because}"] = lapsed(because)
        if recipe.due:
            found[f"lapsed_late:{because}"] = lapsed_late(because)
    if recipe.ahead or recipe.alone == "leaves":  # what hangs on another day, or on which all else ends, is not mended
        found = {name: fate for name, fate in found.items() if "start_mended" not in name}
    if recipe.starts:
        del found["start_deleted"]
    if recipe.is_long:
        found = {
            name: fate for name, fate in found.items() if name in ("in_time", "never", "deleted") or "lapsed:" in name
        }
    if recipe.condition:
        if not recipe.condition.is_true:  # the discharge tells the condition: a change of one would change the other
            found = {name: fate for name, fate in found.items() if name not in _CHANGES_DONE}
        found["unknown"] = unknown
        found |= _OF_CONDITION if recipe.condition.is_false else {}
    found |= _OF_CLAIM if recipe.grounds else {}
    found |= _OF_EXTENSION if recipe.extension else {}
    if recipe.alone == "case" and not recipe.stays:
        found["moved_away"] = lapsed("responsible_body_changed")
    return found


# -- from a recipe and a fate to an episode ----------------------------------------------------------------------------

_WINDOW = (date(2026, 1, 26), date(2026, 6, 5))
_WINDOWS = {
    "deleted": (date(2026, 1, 20), date(2026, 3, 30)),
    "told_late": (date(2026, 1, 12), date(2026, 5, 8)),
    "mended": (date(2026, 1, 12), date(2026, 5, 8)),
    "start_told_late": (date(2026, 1, 12), date(2026, 5, 15)),
}
"""First and last due date, more or less, by fate."""


def plant(recipe: Recipe, fate: str, key: str, area: str, school: str, rng: Random) -> Episode:
    """Return an episode with that fate, between last year and today."""
    first, last = _WINDOWS.get(fate, _WINDOW)
    start = weekday(first + timedelta(rng.randrange((last - first).days)) - timedelta(recipe.span))
    if recipe.starts:
        start = weekday(recipe.starts[0] + timedelta(rng.randrange((recipe.starts[1] - recipe.starts[0]).days)))
    if fate == "start_deleted":  # the full extract that no longer holds it speaks for this year alone
        start = weekday(date(2026, 1, 12) + timedelta(rng.randrange(80)))
    if start < recipe.since + timedelta(5):
        start = weekday(recipe.since + timedelta(rng.randrange(5, 55)))
    return begin(recipe, fate, key, area, school, start, rng)


def begin(recipe: Recipe, fate: str, key: str, area: str, school: str, start: date, rng: Random) -> Episode:
    """Return an episode that begins on that day."""
    due = recipe.due_on(start, school) or start + DAY * rng.randrange(10, 50)
    at = Moment(rng, recipe, area, school, key, start, due)
    parts: Parts = {"start": happened(start, at.soon()), **fates(recipe)[fate](at)}
    episode = Episode(recipe, key, fate, **parts)  # type: ignore[arg-type]
    if recipe.condition and not episode.condition:
        episode = _with_condition(episode, at)
    return _with_entries(episode)


def _with_condition(episode: Episode, at: Moment) -> Episode:
    """It is owed: something says so, or the discharge does."""
    told = episode.done
    if at.recipe.condition and at.recipe.condition.is_true:
        told = happened(at.start + DAY, 0)
    return replace(episode, condition=(told, bool(told.on)))


def _with_entries(episode: Episode) -> Episode:
    recipe = episode.recipe
    ahead: More = ()
    if recipe.ahead and (start := episode.start.on or episode.start.said[0][1]):
        ahead = ((recipe.ahead[0], start + DAY * recipe.ahead[1]),)
    is_same = recipe.done is not None and recipe.done.event == recipe.start.event
    said: list[tuple[Say | None, Fact, More]] = [
        (recipe.start, episode.start, ahead), (recipe.done, episode.done, ahead if is_same else ()),
    ]  # fmt: skip
    if episode.lapse:
        said.append((dict(recipe.lapses).get(episode.lapse[0], MOVED_AWAY), episode.lapse[1], ()))
    if episode.condition and recipe.condition:
        fact, is_owed = episode.condition
        said.append((recipe.condition.is_true if is_owed else recipe.condition.is_false, fact, ()))
    if episode.extension and recipe.extension:
        until: More = () if recipe.extension.is_from_notice else (("until", episode.extension[1]),)
        said.append((recipe.extension.told, episode.extension[0], until))
    entries = tuple(
        Entry(f"{episode.key}-{n}", what, fact, more)
        for n, (what, fact, more) in enumerate(said, 1)
        if what and fact.said
    )
    return replace(episode, entries=entries)


def has_own_time(recipe: Recipe, fate: str) -> bool:
    """Tell whether it must be told at a time of its own, and cannot begin on any day."""
    return fate in _WINDOWS or fate == "start_deleted" or recipe.span > 75 or recipe.starts is not None
