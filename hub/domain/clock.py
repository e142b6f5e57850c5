"""One duty's clock: how it stands on a date, the first state that applies in the order of house.md 2."""

from collections.abc import Callable
from datetime import date, timedelta

from msgspec import Struct

from hub.domain.facts import AreaFacts, Body, Fact, Feed
from hub.domain.instants import local_date
from hub.domain.obligation import State
from hub.domain.processes import UNCONFIRMED, Episode
from hub.domain.rules import Exemption, Lapse, Rule, Told
from hub.domain.seen import Hit, Seen, in_order

CLAIM = Told("exception_claimed", "since", ("occurred_on",))

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
        done = min((hit for told in rule.discharged_by for hit in hits(told, episode)), default=None, key=in_order)
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
            claim = covering(rule, episode, due, hits(CLAIM, episode), self._area.bodies)
            if claim is not None:
                return _exempt(claim, done)
        if done is not None:
            return self._met_late(due, done)
        if self._seen.on <= due:
            return Standing("at_risk" if self._warns is not None and self._seen.on >= self._warns else "open")
        return self._past_due(due, hits)

    def _condition(self, hits: Hits) -> tuple[Fact | None, bool]:
        """Return what decides whether the duty is owed, if known, and whether it is."""
        condition = self._rule.only_if
        if condition is None:
            return None, True
        known = [fact for _, _, fact in hits(condition.told, self._episode)]
        holding = [fact for fact in known if condition.holds(fact)]
        return (holding[0], True) if holding else (known[0] if known else None, False)

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
        return min(found, default=None, key=in_order)

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
        sent = min((hit for said in told for hit in hits(said, self._episode)), default=None, key=in_order)
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
        leading = [self._area.leading.get(told.event) for told in self._rule.discharged_by]
        return [
            feed
            for feed in self._area.feeds.values()
            if feed.connector in self._rule.told_by and any(lead in (None, feed.source) for lead in leading)
        ]

    def _known_late(self, due: date) -> date | None:
        """Return the first day past the due date on which we were sure of the start, and heard all up to the due date."""
        known = [day for feed in self._feeds() for day, complete_to in feed.completed if complete_to >= due]
        return max(min(known), due + _DAY, local_date(self._episode.heard_at)) if known else None


def _exempt(claim: Fact, done: Hit | None) -> Standing:
    because = (claim.event, done[2].event) if done else (claim.event,)
    state: State = "exempt" if claim.data.get("evidence") else "exempt_claimed"
    return Standing(state, done[0] if done else None, because=because, claim=claim)


def covering(rule: Rule, episode: Episode, due: date, claims: list[Hit], bodies: dict[str, Body]) -> Fact | None:
    """Return the claim that switches the limit off on its last day, one with evidence first; `None` without one.

    A limit is switched off while the claim runs (`since` to `until`, both inclusive) and comes back with its old date:
    a claim that ends before the due date changes nothing, and one that begins after it comes too late. Where it covers
    the due date there is no fixed limit any more, only "as soon as practicable", so the duty stays exempt after the
    claim ends, until it is discharged: an exception never adds weeks (law.md 0, warning 3).
    """
    found = [
        (not fact.data.get("evidence"), day, slot, fact)
        for day, slot, fact in claims
        if day <= due <= (fact.day("until") or date.max) and reaches(fact, rule, episode, bodies)
    ]
    return min(found, key=lambda claim: claim[:3])[3] if found else None


def reaches(claim: Fact, rule: Rule, episode: Episode, bodies: dict[str, Body]) -> bool:
    """Tell whether a claim reaches a rule: the ground is one of the rule's, and it is said by or about the right body.

    A claim that names rules or families reaches those alone; one that names none reaches all that know its ground.
    """
    data = claim.data
    named, request = data.get("reaches"), data.get("advice_request")
    grounds = [exemption for exemption in rule.exemptions if data.get("ground") in exemption.grounds]
    if not grounds or (named and rule.id not in named and rule.family not in named):
        return False
    by = bodies.get(data.get("claimed_by", ""))
    if rule.matched_by == "advice_request":
        # Regulation 8(2) is the adviser's own: what it relies on is about its request, or else said by it.
        return request == episode.advice_request if request else by is not None and by is bodies.get(episode.body)
    is_authority = by is None or by.kind == rule.duty_holder
    return is_authority and (not request or bool(named) or any(map(_is_about_a_request, grounds)))


def _is_about_a_request(exemption: Exemption) -> bool:
    # What one adviser says of its own request reaches the authority's limit only where that limit's ground is such a
    # request (long closure).
    return bool(exemption.available_when)
