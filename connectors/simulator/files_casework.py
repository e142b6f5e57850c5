"""The council's casework as a folder of CSV files for each extract."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache

from connectors.simulator.facts import days_of_record
from connectors.simulator.feeds import Feed
from connectors.simulator.lives import Advice, Case, Claim, Entry, Episode, Life, Line, Plan, Review
from connectors.simulator.paper import Paper, Style
from connectors.simulator.people import school_codes
from connectors.simulator.recipe_book import NOTICES_SAID, STEP_FIELDS, TABLE_OF
from connectors.simulator.weeks import CLOSURES, DAY, FLOODED, TERMS, is_flooded

_CHILD = ("record_key", "person_key", "updated_at")
COLUMNS = {
    "people": (
        *_CHILD, "area", "nhs_number", "upn", "family_name", "given_names", "birth_date", "death_date", "sex",
        "postcode", "address_lines", "school_urn", "ethnicity", "language", "sensitivity", "valid_from",
    ),
    "requests": (
        *_CHILD, "process", "requested_by", "legal_basis", "received_on", "received_basis", "withdrawn_on",
        "withdrawn_reason",
    ),
    "decisions": (*_CHILD, "process", "decision", "outcome", "sent_on", "right_of_appeal_included"),
    "advice_requests": (
        *_CHILD, "process", "advice_request", "advice_kind", "profession", "body", "sent_on", "received_on",
        "received_basis", "evidence_enclosed",
    ),
    "advice_received": (
        *_CHILD, "process", "advice_request", "advice_kind", "profession", "body", "received_on", "is_final",
        "sufficient", "document_ref", "declined_on", "ground", "reasons_given",
    ),
    "exceptions": (
        *_CHILD, "process", "advice_request", "claimed_by", "ground", "reaches", "impractical_because", "evidence",
        "from", "to", "family_told_on",
    ),
    "drafts": (*_CHILD, "process", "served_on", "is_amendment"),
    "plans": (
        *_CHILD, "process", "plan", "version", "issued_on", "sent", "institution", "institution_kind", "sections",
        "right_of_appeal_included", "ceased_on", "cease_reason", "cause",
    ),
    "provision_lines": (
        *_CHILD, "plan", "plan_version", "line", "section", "kind", "quantity", "unit", "per", "weeks", "group_size",
        "delivered_by", "reported_by", "starts_on", "ends_on", "is_quantified",
    ),
    "reviews": (
        *_CHILD, "process", "plan", "meeting_on", "decision", "sent_on", "amendments_enclosed", "institution",
    ),
    "case_workers": (*_CHILD, "role", "worker_ref", "since"),
    "steps": (*_CHILD, "event", "on", "process", "process_kind", *STEP_FIELDS),
    "calendar": ("record_key", "updated_at", "institution", "closed_from", "reopens_on", "school_days"),
}  # fmt: skip

Cells = tuple[object, ...]


@lru_cache(maxsize=4096)
def updated_at(day: date) -> str:
    """Return the instant that a row changed on that day carries."""
    return f"{day}T16:30:00Z"


class CaseworkFiles:
    """Writes one council's extracts."""

    def __init__(self, feed: Feed, place: int, paper: Paper) -> None:
        self._feed, self._paper, self._place = feed, paper, place
        # Two systems that write differently: one with a byte order mark, one in the old Windows encoding.
        self._style = Style("utf-8-sig") if place % 2 == 0 else Style("cp1252", "\r\n")
        self.rows = 0
        for load in feed.loads:
            for table in COLUMNS if load.since is None else ("people",):
                paper.table(self._path(load.name, table), COLUMNS[table], self._style)
        self._calendar()

    def write(self, life: Life) -> None:
        """Write everything the council holds of a child."""
        self._person(life)
        for case in life.cases:
            self._case(life, case)
        if life.plan:
            self._plan(life, life.plan)
        for episode in life.episodes:
            self._episode(life, episode)

    def bad_row(self, at: int, table: str, row: Cells) -> None:
        """Write a row that is not right into one extract only."""
        self._put(at, table, row)

    def key_of(self, life: Life) -> str:
        """Return the child's key in this system."""
        return f"C{life.person.number + 1:06}"

    # -- tables ---------------------------------------------------------------------------------------------------

    def _person(self, life: Life) -> None:
        who, seen = life.person, life.person.at_council()
        changes = {life.known_from, *days_of_record(life.died)}
        if life.moved_on:
            changes.add(life.moved_on)
        sensitivity = "R" if who.is_restricted else ""
        street, code = who.address, seen.postcode

        def cells(day: date) -> Cells:
            died = life.died.as_at(day)
            has_moved = life.moved_on is not None and day >= life.moved_on
            home = f"7 Newer Road;{who.area}" if has_moved else f"{street};{who.area}"
            new_code = code[:-2] + "ZZ" if has_moved else code
            return (
                who.area, seen.nhs_number, seen.upn, seen.family_name, seen.given_names, seen.birth_date, died,
                seen.sex, new_code, home, who.school, "", "en", sensitivity, life.known_from,
            )  # fmt: skip

        self._row(life, "people", "", sorted(changes), cells)
        worker = ("sen_officer", f"officer-{who.area.lower()}-{who.number % 3 + 1}", life.known_from)
        self._row(life, "case_workers", f"W{who.number + 1:06}", [life.known_from], lambda _: worker)

    def _case(self, life: Life, case: Case) -> None:
        key, process = case.process, case.process

        def request(day: date) -> Cells | None:
            received_on, withdrawn_on = case.received.as_at(day), case.withdrawn.as_at(day)
            reason = case.withdrawn_reason if withdrawn_on else ""
            return (process, case.requested_by, "s36", received_on, "acknowledged", withdrawn_on, reason)

        for suffix in ("", "-again") if case.is_entered_twice else ("",):
            self._row(life, "requests", key + suffix, days_of_record(case.received, case.withdrawn), request)
        appeal = "true" if case.decision == "refuse" else ""
        decided = case.decided.on
        if decided:
            self._fact(life, "decisions", f"{key}-D", case.decided.said, (process, case.decision, "", decided, appeal))
        told = case.outcome_sent.on
        if told:
            appeal = "true" if case.outcome == "not_issue" else ""
            self._fact(life, "decisions", f"{key}-O", case.outcome_sent.said, (process, "", case.outcome, told, appeal))
        if case.draft.on:
            self._fact(life, "drafts", f"{key}-F", case.draft.said, (process, case.draft.on, "false"))
        for said, fact in zip(NOTICES_SAID, (case.consulted, case.considered, case.told), strict=True):
            if fact.on:
                cells = self._said(life, (process, "request"), Entry("", said, fact), "steps", fact.on)
                self._fact(life, "steps", f"{key}-{said.event[0]}{said.fields['stage'][0]}", fact.said, cells)
        if case.claim:
            self._claim(life, process, case.claim)
        for advice in case.advice:
            self._advice(life, process, advice)

    def _advice(self, life: Life, process: str, advice: Advice) -> None:
        who_asked = (process, advice.key, advice.kind, advice.profession, advice.body)
        if advice.received.said:
            recorded_on = advice.received.said[0][0]
            asked = (*who_asked, advice.sent_on, advice.received.on, advice.basis, "true")
            for suffix in ("", "-again") if advice.is_asked_twice else ("",):
                self._row(life, "advice_requests", advice.key + suffix, [recorded_on], lambda _: asked)
        if advice.done.said:

            def given(day: date) -> Cells | None:
                on = advice.done.as_at(day)
                return (*who_asked, on, "true", "true", f"doc-{advice.key}", "", "", "") if on else None

            self._row(life, "advice_received", f"{advice.key}-G", days_of_record(advice.done), given)
        if advice.declined.said:
            cells = (*who_asked, "", "", "", "", advice.declined.on, "s31_adverse", "true")
            self._fact(life, "advice_received", f"{advice.key}-N", advice.declined.said, cells)
        if advice.claim:
            self._claim(life, process, advice.claim)

    def _claim(self, life: Life, process: str, claim: Claim) -> None:
        cells = (
            process, claim.advice_request, claim.claimed_by, claim.ground, claim.rule, claim.ground, claim.evidence,
            claim.since, claim.until, claim.recorded_on,
        )  # fmt: skip
        self._row(life, "exceptions", claim.key, [claim.recorded_on], lambda _: cells)

    def _plan(self, life: Life, plan: Plan) -> None:
        school = life.person.school

        def cells(day: date) -> Cells | None:
            on, ceased, icb = plan.issued.as_at(day), plan.ceased.as_at(day), plan.icb_sent.as_at(day)
            sent = f"parent={on};institution={on}" + (f";icb={icb}" if icb else "")
            reason = plan.cease_reason if ceased else ""
            what = (on, sent, school, "school", "B;F", "true", ceased, reason, "")
            return (plan.process, plan.key, "1", *what) if on else None

        self._row(life, "plans", plan.key, days_of_record(plan.issued, plan.icb_sent, plan.ceased), cells)
        for line in plan.lines:
            self._line(life, plan, line)
        for review in plan.reviews:
            self._review(life, plan, review)

    def _line(self, life: Life, plan: Plan, line: Line) -> None:
        amount = (line.quantity, line.unit, "week", "term_time", 1) if line.is_quantified else ("", "", "", "", "")
        reported_by = f"schools-{life.person.area.lower()}" if line.is_reported else ""
        cells = (
            plan.key, "1", line.key, line.section, line.kind, *amount, line.delivered_by, reported_by,
            line.starts_on, "", "true" if line.is_quantified else "false",
        )  # fmt: skip
        recorded_on = plan.issued.said[0][0]
        self._row(life, "provision_lines", line.key, [recorded_on], lambda _: cells)

    def _review(self, life: Life, plan: Plan, review: Review) -> None:
        def cells(day: date) -> Cells:
            sent_on = review.decided.as_at(day)
            decision = review.decision if sent_on else ""
            enclosed = "true" if decision == "amend" else ""
            return (review.key, plan.key, review.meeting.as_at(day), decision, sent_on, enclosed, "")

        self._row(life, "reviews", review.key, days_of_record(review.meeting, review.decided), cells)

    def _episode(self, life: Life, episode: Episode) -> None:
        for entry in episode.entries:
            table = TABLE_OF.get(entry.said.event, "steps")
            versions = {
                recorded_on: self._said(life, (episode.key, episode.recipe.kind), entry, table, on) if on else None
                for recorded_on, on in entry.fact.said
            }
            self._row(life, table, entry.key, days_of_record(entry.fact), versions.__getitem__)
        if episode.claim:
            self._claim(life, episode.key, episode.claim)

    def _said(self, life: Life, process: tuple[str, str], entry: Entry, table: str, on: date) -> Cells:
        (key, kind), said, who = process, entry.said, life.person
        values: dict[str, object] = {
            name: text.format(
                key=key, on=on, area=who.area, school=who.school, icb=f"ICB-{who.area}", trust=f"{who.area}-NHS"
            )
            if "{" in text
            else text
            for name, text in said.fields.items()
        }
        values |= dict.fromkeys(said.dated, on) | dict(entry.more) | {"event": said.event, "on": on}
        if said.has_process:
            values |= {"process": key, "process_kind": said.of or kind}
        return tuple(values.get(column, "") for column in COLUMNS[table][len(_CHILD) :])

    # -- rows into extracts ---------------------------------------------------------------------------------------

    def _fact(self, life: Life, table: str, key: str, said: Sequence[tuple[date, object]], cells: Cells) -> None:
        if said:
            self._row(life, table, key, [said[0][0]], lambda _: cells)

    def _row(
        self, life: Life, table: str, key: str, days: Sequence[date], cells: Callable[[date], Cells | None]
    ) -> None:
        """Write the row, as it read after each of those days, into every extract that holds it."""
        person = self.key_of(life)
        for at, version in self._feed.holds(days):
            if life.is_closed and self._feed.loads[at].leaves_out_closed:
                continue
            values = cells(days[version])
            if values is not None:
                self._put(at, table, (key, person, updated_at(days[version]), *values))

    def _put(self, at: int, table: str, row: Cells) -> None:
        path = self._path(self._feed.loads[at].name, table)
        self._paper.table(path, COLUMNS[table], self._style)
        self._paper.row(path, row)
        self.rows += 1

    def _calendar(self) -> None:
        for institution in ("*", *filter(is_flooded, school_codes(self._place))):
            self._year(date(2025, 7, 1), institution, CLOSURES)
            if institution != "*":
                self._put_calendar(FLOODED[0] - DAY, "flooded", institution, (*FLOODED, ""))

    def _year(self, recorded_on: date, institution: str, closures: Sequence[tuple[date, date]]) -> None:
        ranges = ";".join(f"{first}..{last}" for first, last in TERMS)
        self._put_calendar(recorded_on, "days", institution, ("", "", ranges))
        for first, reopens in closures:
            self._put_calendar(recorded_on, f"closed-{first}", institution, (first, reopens, ""))

    def _put_calendar(self, recorded_on: date, what: str, institution: str, cells: Cells) -> None:
        for at in self._feed.carriers(recorded_on):
            self._put(at, "calendar", (f"{institution}-{what}", updated_at(recorded_on), institution, *cells))

    def _path(self, name: str, table: str) -> str:
        return f"{self._feed.source}/{name}/{table}.csv"
