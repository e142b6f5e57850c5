"""Run the clocks: from a child's facts, the rules and a date to who owes what."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache, partial

from msgspec import Struct, structs

from hub.domain.advice import Advice
from hub.domain.calendar import DayOfYear, Limit, before
from hub.domain.clock import Clock, Hits
from hub.domain.due import Counting, Given, due_by
from hub.domain.facts import AreaFacts, Fact
from hub.domain.grounds import CLAIM, OTHER_LIMITS, Grounds
from hub.domain.identifiers import name_of
from hub.domain.obligation import Judgement, Obligation, State
from hub.domain.processes import Episode, Processes, Started, process_episodes, school_year_episodes, series_episodes
from hub.domain.provision import Kept, judge_provision
from hub.domain.rules import DatedLimit, Lapse, Rule, Rulebook, Told
from hub.domain.seen import Hit, Seen

_DAY = timedelta(days=1)

OF_LINES_ALONE = frozenset({"provision_specified", "provision_ended", "session_delivered", "session_missed"})
"""Events that no duty reads: only provision is judged anew when one of them comes."""


def judge(child: str, area: AreaFacts, facts: Iterable[Fact], on: date, rulebook: Rulebook) -> Judgement:
    """Return all that the rules say of a child on a date.

    Args:
        facts: The child's live facts, in any order: slots folded, withdrawn ones left out.
        on: The date asked about. A fact counts only if the date that matters for it is not later.
    """
    known = list(facts)
    return together(judge_duties(child, area, known, on, rulebook), judge_lines(child, area, known, on, rulebook))


def judge_duties(child: str, area: AreaFacts, facts: Iterable[Fact], on: date, rulebook: Rulebook) -> Judgement:
    """Return the half of a judgement that is about duties; it reads no session and no provision line."""
    duties = (fact for fact in facts if fact.type not in OF_LINES_ALONE)
    seen = Seen(duties, on, area.leading, area.area, rulebook.holidays)
    case = _Case(child, area, seen, rulebook)
    obligations = tuple(sorted(case.obligations(), key=lambda o: o.obligation))
    unmatched = case.unmatched()
    wakes = [day for day in (case.wake, seen.wake) if day is not None]
    wake_on = min(wakes, default=None)
    return Judgement(obligations=obligations, unmatched=unmatched, wake_on=wake_on, read_on=seen.wake)


class RefusedClaim(Struct, frozen=True):
    """An exception claimed that does not switch a limit off, and why not."""

    event: str
    ground: str
    since: date
    reason: str


def refused_claims(
    child: str, area: AreaFacts, facts: Iterable[Fact], on: date, rulebook: Rulebook
) -> dict[str, tuple[RefusedClaim, ...]]:
    """Return, by obligation, the claims in its case that do not reach it; arguments as of `judge`.

    Only of duties that know exceptions, and without claims that name other limits.
    """
    seen = Seen(facts, on, area.leading, area.area, rulebook.holidays)
    return _Case(child, area, seen, rulebook).refused_claims()


def pass_time(duties: Judgement, on: date) -> Judgement | None:
    """Return the half about duties as at a later date, where time alone passed; `None` if it must be judged anew.

    A duty that comes into its warning window changes its state and nothing else; one whose due date passes, or a fact
    that comes into sight, needs the facts.
    """
    if duties.read_on is not None and duties.read_on <= on:
        return None
    found: list[Obligation] = []
    wakes: list[date] = [duties.read_on] if duties.read_on else []
    for owed in duties.obligations:
        if owed.state in ("open", "at_risk") and owed.due_on is not None:
            if owed.due_on < on:
                return None
            wakes.append(_wakes_on(owed.due_on, owed.warns_on, on))
            if owed.state == "open" and owed.warns_on is not None and owed.warns_on <= on:
                owed = structs.replace(owed, state="at_risk")
        found.append(owed)
    return Judgement(tuple(found), unmatched=duties.unmatched, wake_on=min(wakes, default=None), read_on=duties.read_on)


def judge_lines(child: str, area: AreaFacts, facts: Iterable[Fact], on: date, rulebook: Rulebook) -> Judgement:
    """Return the half of a judgement that is about provision."""
    return judge_more_lines(child, area, facts, on, rulebook, None)[0]


def judge_more_lines(
    child: str, area: AreaFacts, facts: Iterable[Fact], on: date, rulebook: Rulebook, kept: Kept | None
) -> tuple[Judgement, Kept | None]:
    """Return the half about provision, and what a later judgement may keep of it; `kept` as of `judge_provision`."""
    seen = Seen(facts, on, area.leading)
    found = judge_provision(child, area, seen, rulebook.policy, kept)
    wakes = [day for day in (seen.wake, found.wake) if day is not None]
    judgement = Judgement(provision=found.weeks, shortfalls=found.shortfalls, wake_on=min(wakes, default=None))
    return judgement, found.kept if seen.wake is None else None


def together(duties: Judgement, lines: Judgement) -> Judgement:
    """Return the judgement that the two halves make up."""
    wakes = [day for day in (duties.wake_on, lines.wake_on) if day is not None]
    return Judgement(
        duties.obligations, lines.provision, lines.shortfalls, duties.unmatched, min(wakes, default=None)
    )  # fmt: skip


class _Case:
    """One child on one date."""

    def __init__(self, child: str, area: AreaFacts, seen: Seen, rulebook: Rulebook) -> None:
        self.child, self.area, self.seen, self.rulebook = child, area, seen, rulebook
        self.on = seen.on
        self.wake: date | None = None
        self._used: set[str] = set()
        self._begun: set[str] = set()
        self._advices: dict[tuple[str, tuple[str, ...], str], Advice] = {}
        self._advice_processes: dict[tuple[int, int], Processes] = {}
        self._asked: dict[int, list[Episode]] = {}
        self._started: dict[tuple[int, tuple[str, ...]], Started] = {}
        self._episodes: dict[tuple[int, str], list[Episode]] = {}
        self._schools: dict[str, Counting] = {}

    def obligations(self) -> Iterator[Obligation]:
        """Yield the obligations of every rule that something has started."""
        return (owed for owed, _, _, _ in self._standing())

    def _standing(self) -> Iterator[tuple[Obligation, Rule, Episode, Hits]]:
        starting = self.rulebook.starting
        rules = {rule.id: rule for event in self.seen.by_type for rule in starting.get(event, ())}
        for rule in rules.values():
            episodes, hits = self._matched(rule)
            self._begun |= {rule.id} if episodes else set()
            for episode in episodes:
                if (obligation := self._obligation(rule, episode, hits)) is not None:
                    yield obligation, rule, episode, hits

    def refused_claims(self) -> dict[str, tuple[RefusedClaim, ...]]:
        """Return the claims that do not reach the duties of their cases, by obligation."""
        found: dict[str, tuple[RefusedClaim, ...]] = {}
        for owed, rule, episode, hits in self._standing():
            if not rule.exemptions or owed.due_on is None:
                continue
            grounds = Grounds(rule, episode, owed.due_on, self.area, self.seen)
            claims = [(day, fact, grounds.why_not(fact, day)) for day, _, fact in hits(CLAIM, episode)]
            refused = [
                RefusedClaim(fact.event, str(fact.data.get("ground", "")), day, reason)
                for day, fact, reason in claims
                if reason and reason != OTHER_LIMITS
            ]
            if refused:
                found[owed.obligation] = tuple(refused)
        return found

    def unmatched(self) -> tuple[str, ...]:
        """Return the events that say that something is done and that fit nothing. Call after `obligations`.

        Only of duties that the child has, and of advice: an event may well be no answer to what was never owed.
        """
        return tuple(
            sorted(
                {
                    fact.event
                    for event in self.seen.by_type
                    for rule, told in self.rulebook.discharging.get(event, ())
                    if rule.id in self._begun or rule.matched_by == "advice_request"
                    for _, _, fact in self.seen.dated(told)
                    if fact.event not in self._used and fact.data.get("process_kind") in (None, *rule.process_kinds)
                }
            )
        )

    # ---------------------------------------------------------------------------------- what belongs to what

    def _matched(self, rule: Rule) -> tuple[Sequence[Episode], Hits]:
        if rule.recurs:
            return school_year_episodes(self.seen, rule.starts_on, rule.lapses_on), self._of_year
        if rule.matched_by == "series":
            return series_episodes(self.seen, rule.starts_on), self._of_series
        if rule.matched_by == "advice_request":
            return self._of_advice(rule)
        shared = id(rule.starts_on), rule.each
        episodes = self._episodes.get(shared)
        if episodes is None:
            episodes = self._episodes[shared] = process_episodes(self.seen, rule.starts_on, rule.each)
        return (episodes, self._of_process(rule, episodes)) if episodes else ((), self._of_series)

    def _of_year(self, told: Told, episode: Episode) -> list[Hit]:
        """Return what happened in the school year; what ended the duty before it has left no such year."""
        until = episode.until or date.max
        return [hit for hit in self.seen.dated(told) if episode.started_on <= hit[0] <= until]

    def _of_series(self, told: Told, episode: Episode) -> list[Hit]:
        return [
            hit
            for hit in self.seen.dated(told)
            if _is_of_child(told)
            or (hit[0] > episode.started_on and episode.plan in ("", hit[2].data.get("plan", episode.plan)))
        ]

    def _of_process(self, rule: Rule, episodes: Sequence[Episode]) -> Hits:
        processes = self._processes(rule, episodes, rule.discharged_by)
        for told in rule.discharged_by:
            if told.event in self.seen.by_type:
                for episode in episodes:
                    self._used.update(hit[2].event for hit in processes.of(told, episode.key))
        return partial(self._in_process, processes, rule)

    def _processes(self, rule: Rule, episodes: Sequence[Episode], discharging: Sequence[Told]) -> Processes:
        shared = id(episodes), rule.process_kinds
        started = self._started.get(shared)
        if started is None:
            started = self._started[shared] = Started(self.seen, episodes, rule.process_kinds)
        reads = self.rulebook.reads[rule.id]
        return Processes(started, (*discharging, *reads.lapses), (CLAIM, *reads.besides))

    def _in_process(self, processes: Processes, rule: Rule, told: Told, episode: Episode) -> list[Hit]:
        if _is_of_child(told):
            return self.seen.dated(told)
        hits = processes.of(told, episode.key)
        if rule.later and told is not CLAIM:
            hits = [hit for hit in hits if hit[0] >= episode.started_on]
        if rule.each and not isinstance(told, Lapse):
            hits = [hit for hit in hits if hit[2].data.get(rule.each, episode.part) == episode.part]
        return hits

    def _advice(self, rule: Rule) -> Advice:
        """Return the child's requests for advice; rules that count from the same dates share them."""
        start = rule.starts_on[0]
        key = start.date_field, start.otherwise, start.basis
        if key not in self._advices:
            self._advices[key] = Advice(self.seen, self.area, start)
        return self._advices[key]

    def _of_advice(self, rule: Rule) -> tuple[Sequence[Episode], Hits]:
        start, advice = rule.starts_on[0], self._advice(rule)
        # A request begins something itself: where it also discharges a duty (all advice asked for), it is never loose.
        self._used.update(event for request in advice.requests.values() for event in request.behind)
        asked = [(key, r, r.episode(r.day)) for key, r in advice.requests.items() if r.day is not None]
        shared = id(advice), id(rule.lapses_on)
        processes = self._advice_processes.get(shared)
        if processes is None:
            # All requests count here, those of other rules too: what ends an assessment ends all its requests.
            of_advice = self._asked.setdefault(id(advice), [episode for _, _, episode in asked])
            processes = self._processes(rule, of_advice, ())
            self._advice_processes[shared] = processes
        answers = {id(told): advice.answers(told) for told in rule.discharged_by + rule.said_done_by}
        for found in answers.values():
            self._used.update(hit[2].event for hits in found.values() for hit in hits)
        mine = [(key, episode) for key, request, episode in asked if start.fits(request.said)]
        keys = {episode.slot: key for key, episode in mine}

        def hits(told: Told, episode: Episode) -> list[Hit]:
            by_request = answers.get(id(told))
            if by_request is not None:
                return by_request.get(keys[episode.slot], [])
            return self._in_process(processes, rule, told, episode)

        return [episode for _, episode in mine], hits

    # ---------------------------------------------------------------------------------- how it stands

    def _obligation(self, rule: Rule, episode: Episode, hits: Hits) -> Obligation | None:
        law_of = episode.started_on if rule.judged_by == "start" else self._day_asked(rule)
        dated = rule.limit_at(law_of, episode.first.data)
        if dated is None and not rule.is_in_force(law_of):
            return None  # the law was not in force when the case started
        due = self._due(dated, episode, hits) if dated else None
        warns = None
        if due is not None and rule.warn is not None:
            warns = max(before(due, rule.warn.count, rule.warn.unit), episode.started_on)
        standing = Clock(rule, episode, due, warns, self.area, self.seen).standing(hits, self._replaced(rule, episode))
        self._wake_for(standing.state, due, warns)
        claim = standing.claim
        return Obligation(
            obligation=_name(self.area.area, self.child, rule.id, *_named_by(rule, episode)),
            child=self.child,
            area=self.area.area,
            rule=rule.id,
            process=episode.process,
            advice_request=episode.advice_request,
            body=_owed_by(rule, episode),
            duty_holder=rule.duty_holder,
            duty_force=rule.duty_force,
            limit_force=rule.limit_force,
            started_on=episode.started_on,
            started_basis=episode.basis,
            due_on=due,
            state=standing.state,
            warns_on=warns,
            done_on=standing.done_on,
            was_late_by=standing.late_by,
            known_late_since=standing.known_late_since,
            waits_for=standing.waits_for,
            because=tuple(dict.fromkeys(episode.behind + standing.because)),
            exempt_from=CLAIM.day(claim) if claim else None,
            exempt_until=claim.day("until") if claim else None,
        )  # fmt: skip

    def _day_asked(self, rule: Rule) -> date:
        """Return the date asked about, and wake when the law of a rule changes that follows it."""
        for dated in rule.limits:
            self.seen.has_come(dated.since)
            self.seen.has_come(dated.until + _DAY if dated.until else None)
        return self.on

    def _due(self, dated: DatedLimit, episode: Episode, hits: Hits) -> date | None:
        if episode.until is not None:
            return episode.until
        if dated.is_plain:
            return _plain_due(episode.started_on, dated.limit)
        legs: dict[str, date] = {}
        for leg in dated.legs:
            told = self._before(leg.told, episode) if leg.is_before else hits(leg.told, episode)
            if leg.of:
                own = due_by(dated, episode.started_on, self._counting(episode), Given(episode.first.data)).on
                days = [on for day, _, fact in told if own and day <= own and (on := fact.day(leg.of)) is not None]
                legs |= {leg.name: max(days)} if days else {}
            elif told:
                days = [day for day, _, _ in told]
                legs[leg.name] = max(days) if leg.is_before else min(days)
        return due_by(dated, episode.started_on, self._counting(episode), Given(episode.first.data, legs)).on

    def _before(self, told: Told, episode: Episode) -> list[Hit]:
        return [hit for hit in self.seen.dated(told) if hit[0] <= episode.started_on]

    def _counting(self, episode: Episode) -> Counting:
        """Return the days that count for a child: those of the institution that the case is about, or of its school."""
        institution = episode.first.data.get("institution", "") or self._school()
        if institution not in self._schools:
            calendars = self.area.calendars
            school = calendars.get(institution) or calendars.get("*")
            self._schools[institution] = Counting(self.rulebook.holidays, school)
        return self._schools[institution]

    def _school(self) -> str:
        enrolled = self.seen.by_type.get("enrolment_started", ())
        known = [(fact.occurred_on or date.min, fact.slot, fact.data.get("institution", "")) for fact in enrolled]
        return str(max(known)[2]) if known else ""

    def _replaced(self, rule: Rule, episode: Episode) -> Hit | None:
        """Return the request for advice that took the place of this one, if it was issued again."""
        if not episode.advice_request:
            return None
        newer = self._advice(rule).replaced_by.get(episode.advice_request)
        return (newer.sent_on, newer.first.slot, newer.first) if newer else None

    def _wake_for(self, state: State, due: date | None, warns: date | None) -> None:
        if due is None or state not in ("open", "at_risk"):
            return
        day = _wakes_on(due, warns, self.on)
        if self.wake is None or day < self.wake:
            self.wake = day


def _wakes_on(due: date, warns: date | None, on: date) -> date:
    """Return the first later day on which a duty that is under way changes by itself: warned of, or past its date."""
    return warns if warns is not None and warns > on else due + _DAY


_name = lru_cache(maxsize=65536)(partial(name_of, "obligation"))


@lru_cache(maxsize=8192)
def _plain_due(started_on: date, limit: Limit | DayOfYear) -> date | None:
    return due_by(DatedLimit(date.min, limit), started_on, Counting(), Given()).on


def _is_of_child(told: Told) -> bool:
    return isinstance(told, Lapse) and told.of_child


def _owed_by(rule: Rule, episode: Episode) -> str:
    """Return the body that owes the duty; empty for the area's own authority and for a family."""
    if rule.matched_by == "advice_request":
        return episode.body
    if rule.duty_holder in ("local_authority", "family"):
        return ""
    data = episode.first.data
    if rule.owed_by:
        return str(data.get(rule.owed_by, ""))
    return str(data.get("institution" if rule.duty_holder == "school" else "body", "") or data.get("body", ""))


def _named_by(rule: Rule, episode: Episode) -> tuple[str, str, str, str]:
    """Return body, process, advice request and slot, as far as they name a duty.

    Where the sources share a key of the request or the process, that key names it and the slot does not: else one more
    teller of the same request would end a duty under one name and begin it under another.
    """
    if episode.advice_request:
        return episode.body, "", episode.advice_request, ""
    if episode.until is not None:
        return "", episode.process, str(episode.until), episode.slot
    is_one = bool(episode.process) and rule.matched_by == "process"
    return episode.part, episode.process, "", "" if is_one else episode.slot
