"""One duty's clock: how it stands on a date, the first state that applies in the order of house.md 2."""

from collections.abc import Callable
from datetime import date, timedelta

from msgspec import Struct

from hub.domain.facts import AreaFacts, Fact, Feed
from hub.domain.grounds import CLAIM, Grounds
from hub.domain.instants import local_date
from hub.domain.obligation import State
from hub.domain.processes import UNCONFIRMED, Episode
from hub.domain.rules import Condition, Lapse, Rule, Told, has_one
from hub.domain.seen import Hit, Seen, first, in_order

Hits = Callable[[Told, Episode], list[Hit]]
"""The events of a kind that belong to an episode, earliest first."""

_DAY = timedelta(days=1)


class Standing(Struct, frozen=True):
    """How a duty stands, and what says so. Fields as in `Obligation`."""

    state: State
    done_on: date | None = None
    late_by: int | None = None
    known_late_since: date | None = None
    waits_for: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    claim: Fact | None = None


class Clock:
    """A rule running for one episode, with its dates."""

    def __init__(
        self, rule: Rule, episode: Episode, due: date | None, warns: date | None, area: AreaFacts, seen: Seen
    ) -> None:
        self._rule, self._episode, self._due, self._warns = rule, episode, due, warns
        self._area, self._seen = area, seen

    def standing(self, hits: Hits, replaced: Hit | None) -> Standing:
        """Return the first state that applies.

        Args:
            replaced: The request that took the place of the one that started it, if there is one.
        """
        rule, episode, due = self._rule, self._episode, self._due
        if self._area.modes.get(rule.id) == "off":
            return Standing("disabled")
        outcome, is_owed = self._condition(hits)
        if outcome is not None and not is_owed:
            return Standing("not_owed", because=(outcome.event,))
        done = self._done(hits)
        lapse = self._lapse(hits, replaced)
        if lapse is not None and (done is None or lapse[0] < done[0]):
            return Standing("lapsed", lapse[0], because=(lapse[2].event,))
        if not is_owed:
            return Standing("conditional")
        if done is not None and (due is None or done[0] <= due):
            return Standing("met", done[0], because=(done[2].event,))
        if due is None:
            return Standing("open")
        if rule.exemptions and CLAIM.event in self._seen.by_type:
            claim = Grounds(rule, episode, due, self._area, self._seen).covering(hits(CLAIM, episode))
            if claim is not None:
                return _exempt(claim, done)
        if rule.is_window and self._seen.on > due:
            return Standing("lapsed", due)
        if done is not None:
            return self._met_late(due, done)
        if self._seen.on <= due:
            return Standing("at_risk" if self._warns is not None and self._seen.on >= self._warns else "open")
        return self._past_due(due, hits)

    def _done(self, hits: Hits) -> Hit | None:
        """Return the event that discharges the duty: the first, or the one that makes up the number or the list."""
        found = []
        for kind in self._rule.discharged_by:
            of_kind = hits(kind, self._episode)
            for field, values in kind.every:
                firsts = [first(hit for hit in of_kind if has_one(hit[2].data.get(field), (one,))) for one in values]
                told = [hit for hit in firsts if hit is not None]
                of_kind = [max(told, key=in_order)] if len(told) == len(values) else []
            found += of_kind
        if len(found) > 1:
            found.sort(key=in_order)
        return found[self._rule.times - 1] if len(found) >= self._rule.times else None

    def _condition(self, hits: Hits) -> tuple[Fact | None, bool]:
        """Return what decides whether the duty is owed, if known, and whether it is."""
        if not self._rule.only_if:
            return None, True
        against: Fact | None = None
        for condition in self._rule.only_if:
            if condition.had:
                known, undone = self._had(condition)
                against = against or undone
            else:
                known = self._at_start(condition) if condition.of_child else hits(condition.told, self._episode)
            if (holding := first(hit for hit in known if condition.holds(hit[2]))) is not None:
                return holding[2], True
            against = against or (known[0][2] if known else None)
        return against, False

    def _had(self, condition: Condition) -> tuple[list[Hit], Fact | None]:
        """Return what had happened before the duty began, or what had undone it by then."""
        start = self._episode.started_on
        known = [hit for hit in self._seen.dated(condition.told) if hit[0] <= start]
        if not known or condition.unless is None:
            return known, None
        undone = [hit for hit in self._seen.dated(condition.unless) if known[-1][0] <= hit[0] < start]
        return ([], undone[0][2]) if undone else (known, None)

    def _at_start(self, condition: Condition) -> list[Hit]:
        """Return the event of the child as it stood when the duty began, such as the year group; else the first after it."""
        known = self._seen.dated(condition.told)
        return [hit for hit in known if hit[0] <= self._episode.started_on][-1:] or known[:1]

    def _lapse(self, hits: Hits, replaced: Hit | None) -> Hit | None:
        found = [
            hit
            for lapse in self._rule.lapses_on
            if lapse.event in self._seen.by_type
            for hit in hits(lapse, self._episode)
            if not lapse.of_child or self._ends_child(lapse, hit)
        ]
        if replaced is not None:
            found.append(replaced)
        return first(found)

    def _ends_child(self, lapse: Lapse, hit: Hit) -> bool:
        """Tell whether an event of the child as a whole ends this duty.

        One before the start ends nothing (a move into the area), but for a death; nor does a move to this very area.
        """
        day, _, fact = hit
        is_in_time = day >= self._episode.started_on or lapse.event == "person_died"
        return is_in_time and fact.data.get("new") != self._area.area

    def _met_late(self, due: date, done: Hit) -> Standing:
        day, _, fact = done
        if self._episode.basis in UNCONFIRMED:
            # The due date is "not before": nobody can say by how many days it was late, and none count.
            return Standing("met_late", day, because=(fact.event,))
        known = self._known_late(due)
        if known is not None:
            known = min(known, max(local_date(fact.recorded_at), due + _DAY))
        return Standing("met_late", day, (day - due).days, known, because=(fact.event,))

    def _past_due(self, due: date, hits: Hits) -> Standing:
        told = self._rule.said_done_by
        sent = first(hit for said in told for hit in hits(said, self._episode))
        if sent is not None:
            return Standing("sent_not_recorded", sent[0], because=(sent[2].event,))
        feeds = self._feeds()
        if not any(feed.complete_to is not None and feed.complete_to >= due for feed in feeds):
            return Standing("not_known", waits_for=tuple(sorted(feed.source for feed in feeds)))
        if self._episode.basis in UNCONFIRMED:
            return Standing("past_due_unconfirmed")
        return Standing("overdue", known_late_since=self._known_late(due))

    def _feeds(self) -> list[Feed]:
        """Return the area's sources that could tell of the discharge, and whose word would count."""
        rule, area = self._rule, self._area
        return [feed for feed in area.feeds.values() if rule.may_be_told_by(feed.connector, feed.source, area.leading)]

    def _known_late(self, due: date) -> date | None:
        """Return the first day past the due date on which we were sure of the start, and heard all up to the due date."""
        known = [day for feed in self._feeds() for day, complete_to in feed.completed if complete_to >= due]
        return max(min(known), due + _DAY, local_date(self._episode.heard_at)) if known else None


def _exempt(claim: Fact, done: Hit | None) -> Standing:
    because = (claim.event, done[2].event) if done else (claim.event,)
    state: State = "exempt" if claim.data.get("evidence") else "exempt_claimed"
    return Standing(state, done[0] if done else None, because=because, claim=claim)
