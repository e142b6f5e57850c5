"""Exceptions: which claim switches a limit off, and whether the law gives that ground to whoever claims it."""

from collections.abc import Iterator
from datetime import date, timedelta

from hub.domain.facts import AreaFacts, Fact, SchoolCalendar
from hub.domain.processes import Episode
from hub.domain.rules import Exemption, Rule, Told
from hub.domain.seen import Hit, Seen

CLAIM = Told("exception_claimed", "since", ("occurred_on",))
OTHER_LIMITS = "claimed for other limits"
LONG_CLOSURE = timedelta(weeks=4)
WEEK = timedelta(weeks=1)
ASKED_IN_WINDOW, MISSED_WITH_BODY = "advice_asked_in_closure_window", "appointment_missed_with_body_asked"


class Grounds:
    """What one rule's claims are tested against, for one episode."""

    def __init__(self, rule: Rule, episode: Episode, due: date, area: AreaFacts, seen: Seen) -> None:
        self._rule, self._episode, self._due, self._area, self._seen = rule, episode, due, area, seen

    def covering(self, claims: list[Hit]) -> Fact | None:
        """Return the claim that switches the limit off on its last day, one with evidence first; `None` without one.

        A limit is switched off while the claim runs (`since` to `until`, both inclusive) and comes back with its old
        date: a claim that ends before the due date changes nothing, and one that begins after it comes too late. Where it
        covers the due date there is no fixed limit any more, only "as soon as practicable", so the duty stays exempt after
        the claim ends, until it is discharged: an exception never adds weeks (law.md 0, warning 3).
        """
        found = [
            (not fact.data.get("evidence"), day, slot, fact)
            for day, slot, fact in claims
            if not self.why_not(fact, day)
        ]
        return min(found, key=lambda claim: claim[:3])[3] if found else None

    def why_not(self, claim: Fact, since: date) -> str:
        """Return why a claim does not switch the limit off, its days included; empty if it does."""
        until = claim.day("until")
        if since > self._due:
            return "it begins after the due date"
        if until is not None and until < self._due:
            return "it ends before the due date, and an exception adds no time"
        return self._refused(claim, since)

    def _refused(self, claim: Fact, since: date) -> str:
        """Return why a claim does not reach the rule; empty if it does.

        A claim that names rules or families reaches those alone; one that names none reaches all that know its ground.
        """
        data, rule = claim.data, self._rule
        named = data.get("reaches")
        grounds = [exemption for exemption in rule.exemptions if data.get("ground") in exemption.grounds]
        if not grounds:
            return "no ground of this limit"
        if named and rule.id not in named and rule.family not in named:
            return OTHER_LIMITS
        if not self._is_by_holder(claim, grounds):
            return "not claimed by or for the body that owes it"
        reasons = [self._unavailable(ground, claim, since) for ground in grounds]
        return "" if "" in reasons else reasons[0]

    def _is_by_holder(self, claim: Fact, grounds: list[Exemption]) -> bool:
        data, episode = claim.data, self._episode
        request, bodies = data.get("advice_request"), self._area.bodies
        by = bodies.get(data.get("claimed_by", ""))
        if self._rule.matched_by == "advice_request":
            # Regulation 8(2) is the adviser's own: what it relies on is about its request, or else said by it.
            return request == episode.advice_request if request else by is not None and by is bodies.get(episode.body)
        # What one adviser says of its own request reaches the authority's limit only where that limit's ground is such
        # a request (long closure).
        about_request = any(ground.available_when == ASKED_IN_WINDOW for ground in grounds)
        is_holder = by is None or by.kind == self._rule.duty_holder
        return is_holder and (not request or bool(data.get("reaches")) or about_request)

    def _unavailable(self, ground: Exemption, claim: Fact, since: date) -> str:
        until = claim.day("until")
        if ground.min_days and until is not None and (until - since).days + 1 < ground.min_days:
            return f"for fewer than {ground.min_days} days"
        if ground.available_when == ASKED_IN_WINDOW and not self._was_asked_in_window(claim.data.get("advice_request")):
            return "no school was asked in the window of a closure of four weeks"
        if ground.available_when == MISSED_WITH_BODY and not self._missed_with_body():
            return "the appointment missed was not with the body asked"
        return ""

    def _was_asked_in_window(self, request: str | None) -> bool:
        """Tell whether a school was asked for advice in such a window, as far as calendars say; unknown counts as yes."""
        asked = list(self._asked_of_schools(request))
        known = [(day, calendar) for day, calendar in asked if calendar is not None and calendar.closures]
        if len(known) < len(asked) or not asked:
            return True
        return any(in_closure_window(day, calendar) for day, calendar in known)

    def _asked_of_schools(self, request: str | None) -> Iterator[tuple[date, SchoolCalendar | None]]:
        for fact in self._seen.by_type.get("advice_requested", ()):
            day = fact.day("sent_on") or fact.day("received_on") or fact.occurred_on
            if day is None or fact.data.get("process", "") not in self._processes():
                continue
            kind = fact.data.get("advice_kind", "")
            if fact.data.get("advice_request") == request if request else kind in ("education", "sensory"):
                body = self._area.bodies.get(code := fact.data.get("body", ""))
                yield day, self._area.calendars.get(body.code if body else code)

    def _processes(self) -> set[str]:
        """Return the duty's process and those it is under: an order's school was asked in the request it goes back to."""
        found, process = {""}, self._episode.process
        while process and process not in found:
            found.add(process)
            process = self._seen.under.get(process, "")
        return found

    def _missed_with_body(self) -> bool:
        """Tell whether the appointment missed was with the body asked, in its weeks; none recorded counts as yes."""
        bodies, episode = self._area.bodies, self._episode
        mine = bodies.get(episode.body)
        missed = self._seen.by_type.get("appointment_missed", ())
        in_weeks = [f for f in missed if f.occurred_on is None or episode.started_on <= f.occurred_on <= self._due]
        return not in_weeks or any(
            fact.data.get("advice_request") == episode.advice_request
            if fact.data.get("advice_request")
            else not (by := fact.data.get("by_body", ""))
            or by == episode.body
            or (mine is not None and bodies.get(by) is mine)
            for fact in in_weeks
        )


def in_closure_window(asked_on: date, calendar: SchoolCalendar) -> bool:
    """Tell whether a school was asked from one week before a closure of at least four weeks to one week before its end.

    Regulations 5(4)(a), 10(4)(a), 27(3)(a) of S.I. 2014/1530; both ends inclusive.
    """
    return any(
        closure.reopens_on - closure.closed_from >= LONG_CLOSURE
        and closure.closed_from - WEEK <= asked_on <= closure.reopens_on - WEEK
        for closure in calendar.closures
    )
