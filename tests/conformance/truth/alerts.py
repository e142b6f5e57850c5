"""What people should have been told on each Monday, by what was planted, beside what they were told."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from tests.conformance.truth.compare import Compared, People, duties
from tests.conformance.truth.planted import Duty, LineWeek, Truth, Week, line_weeks, standing
from tests.conformance.truth.world import Decision, Said

NOTHING = "nothing"
TOLD = frozenset({"overdue", "past_due_unconfirmed", "sent_not_recorded"})
WAS_RIGHT = {
    "overdue": frozenset({"met_late"}),
    "past_due_unconfirmed": frozenset({"met_late", "overdue"}),
    "sent_not_recorded": frozenset({"met", "met_late"}),
}
"""What was told, to the states after it that prove it right: it closes. Any other takes it back."""

WINDOW, SESSIONS, SHARE = 4, 2, 0.25
"""Local policy: missed by the provider in the last four weeks, at least so many, and at least that share."""
_TWO_SESSIONS_IN_MINUTES = 60  # sessions are planted 30 or 45 minutes long, and no line promises 30 sessions a week


def compare(truth: Truth, said: Iterable[Said], decisions: Iterable[Decision]) -> Compared:
    """Compare what runs after each tick with what should, and how what ended on it ended.

    Args:
        said: What the hub says on each Monday as known on it, in order.
        decisions: All that were journalled, in order by area.
    """
    by_day: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        by_day[decision.on].append(decision)
    running: dict[tuple[str, str], Decision] = {}
    compared = Compared()
    for at in said:
        monday = _Monday(truth, at)
        for decision in by_day.pop(str(at.true_on), ()):
            subject = decision.area, decision.subject
            if decision.kind == "alert_raised":
                running[subject] = decision
                compared += monday.raised(decision)
            else:
                compared += monday.ended(decision)
                if subject in running and running[subject].alert == decision.alert:
                    del running[subject]
        compared += monday.running(running)
    for day in by_day:
        compared.add(at, "alert", "a Monday", day, "decided on a day without a tick")
    return compared


class _Monday:
    """One tick of all areas."""

    def __init__(self, truth: Truth, said: Said) -> None:
        self._truth, self._said, self._people = truth, said, People(truth)
        found: dict[int, str] = {}
        duties(truth, said, found)
        self._duty = {obligation: truth.duties[place] for place, obligation in found.items()}
        self._unplanted = {
            row["obligation"]: row
            for row in said.obligations
            if row["obligation"] not in self._duty and row["rule"] not in truth.wholly
        }
        self._person = {person.id: person for person in truth.people}
        self._restricted = {self._people.child(said, person.id) for person in truth.people if person.restricted}
        self._lines = dict(shortfalls(truth, said.true_on))
        self._expected = self._expect()

    def _expect(self) -> dict[tuple[str, str], str]:
        expected: dict[tuple[str, str], str] = {}
        for obligation, duty in self._duty.items():
            state = self._state(duty)
            if state in TOLD:
                expected[duty.area, obligation] = state
            elif state == "not_known" and not self._person[duty.person].restricted:
                sources = self._truth.sources(duty.told_by, duty.area)
                expected |= {(duty.area, f"feed:{source}"): state for source in sources}
        for obligation, row in self._unplanted.items():  # what nobody planted is told of as the hub says it stands
            if row["state"] in TOLD:
                expected[row["area"], obligation] = row["state"]
            elif row["state"] == "not_known" and row["child"] not in self._restricted:
                expected |= {(row["area"], f"feed:{source}"): "not_known" for source in json.loads(row["waits_for"])}
        for (person, line), _ in self._lines.items():
            child = self._people.child(self._said, person)
            expected[self._person[person].area, f"line:{child}:{line}"] = "shortfall"
        return expected

    def _state(self, duty: Duty) -> str:
        planted = standing(self._truth, duty, self._said.true_on, self._said.known_on)
        return planted.state if planted else NOTHING

    def running(self, running: Mapping[tuple[str, str], Decision]) -> Compared:
        """Compare what runs after the tick; warnings with the hub's own window, which is not planted."""
        compared = Compared()
        warned = {
            (row["area"], row["obligation"])
            for row in self._said.obligations
            if row["state"] == "at_risk" and row["duty_holder"] != "family"  # nobody is told of a family's own time
        }
        told = {subject: one for subject, one in running.items() if one.announced != "backlog_summary"}
        for subject in sorted(self._expected.keys() | told.keys() | warned):
            wanted = self._expected.get(subject, "at_risk" if subject in warned else NOTHING)
            one = told.get(subject)
            compared.add(
                self._said, "alert running", wanted, one.announced if one else NOTHING, self._where(subject[1])
            )
        return compared

    def raised(self, one: Decision) -> Compared:
        """Compare how it was raised: as backlog, or to people; and, of a restricted child, to assurance alone."""
        compared = Compared()
        if (since := self._since(one)) is None:
            return compared
        wanted = "backlog" if since < self._truth.feeds[0].complete_to_by_date[0][0] else "raised"
        if (duty := self._duty.get(one.subject)) and duty.rule in self._truth.in_shadow:
            wanted = "shadow"
        compared.add(self._said, "alert raised", wanted, one.state, self._where(one.subject))
        if one.child in self._restricted:
            compared.add(self._said, "alert raised", "to assurance", f"to {one.role}", self._where(one.subject))
        return compared

    def _since(self, one: Decision) -> date | None:
        if duty := self._duty.get(one.subject):
            planted = standing(self._truth, duty, self._said.true_on, self._said.known_on)
            return planted.due_on if planted else None
        for (person, line), since in self._lines.items():
            if one.subject == f"line:{self._people.child(self._said, person)}:{line}":
                return since
        return None

    def ended(self, one: Decision) -> Compared:
        """Compare how it ended: taken back, or closed because it was right."""
        compared, duty = Compared(), self._duty.get(one.obligation)
        if one.was == "raised" and one.announced in TOLD:
            unplanted = self._unplanted.get(one.obligation, {"state": NOTHING})
            state = self._state(duty) if duty else unplanted["state"]
            wanted = "alert_closed" if state in WAS_RIGHT[one.announced] else "alert_retracted"
            compared.add(self._said, f"{one.announced} ended", wanted, one.kind, f"{self._where(one.subject)}: {state}")
        return compared

    def _where(self, subject: str) -> str:
        duty = self._duty.get(subject)
        return f"{duty.person} {duty.rule} {duty.process} {duty.advice_request} ({duty.planted})" if duty else subject


def shortfalls(truth: Truth, monday: date) -> Iterator[tuple[tuple[str, str], date]]:
    """Yield person and line of every line below the plan by local policy, and the first Monday of its window."""
    lines: dict[tuple[str, str], list[tuple[Week, LineWeek]]] = defaultdict(list)
    for week, planted in line_weeks(truth, monday, monday):
        if planted.state == "judged":
            lines[week.person, week.line].append((week, planted))
    for key, weeks in lines.items():
        window = sorted(weeks, key=lambda found: found[0].week)[-WINDOW:]
        missed = sum(planted.missed_by_provider for _, planted in window)
        promised = sum(planted.promised for _, planted in window)
        least = _TWO_SESSIONS_IN_MINUTES if window[0][1].promised >= 30 else SESSIONS
        if missed >= least and missed >= SHARE * promised:
            yield key, window[0][0].week
