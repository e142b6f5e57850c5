"""Assessments (child, date) a second on one core: `python -m tests.bench.assessments [CHILDREN]`. Asserts nothing.

A thousand children with three years of history (an assessment with its advice, a plan, three reviews, support and provision,
about 180 facts each) are judged on a date drawn for each child, by every enabled rule. Printed: from nothing for every
(child, date), and as an area does it, week after week, where a
judgement holds until the day it says.
"""

import json
import sys
from datetime import UTC, date, datetime, timedelta
from random import Random
from time import process_time
from typing import Any

from hub.adapters.rulebook import load
from hub.domain.facts import AreaFacts, Body, Fact, Feed, SchoolCalendar
from hub.domain.obligation import Judgement
from hub.domain.obligations import OF_LINES_ALONE, judge, judge_duties, judge_more_lines, pass_time
from hub.domain.provision import Kept
from hub.domain.rules import Rulebook

RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
FIRST, DAYS = date(2023, 9, 4), 3 * 365
LAST = FIRST + timedelta(days=DAYS)
TERMS = tuple(
    span
    for year in (2023, 2024, 2025)
    for span in (
        (date(year, 9, 4), date(year, 12, 19)),
        (date(year + 1, 1, 5), date(year + 1, 3, 27)),
        (date(year + 1, 4, 13), date(year + 1, 7, 21)),
    )
)
AREA = AreaFacts(
    "A",
    feeds={
        "cw": Feed("cw", "ehc_casework", complete_to=LAST),
        "log": Feed("log", "provision_log", complete_to=LAST),
    },
    bodies={code: Body(code, kind) for code, kind in (("B1", "icb"), ("B2", "school"), ("B3", "psychology_service"))},
    calendars={"*": SchoolCalendar("*", TERMS)},
)


class _Life:
    def __init__(self, seed: int) -> None:
        self.random, self.facts = Random(seed), list[Fact]()

    def add(self, kind: str, occurred_on: date, /, **data: Any) -> None:
        n = len(self.facts)
        said = {name: str(value) if isinstance(value, date) else value for name, value in data.items()}
        self.facts.append(Fact(kind, f"e{n}", f"s{n:04}", said.pop("source", "cw"), occurred_on, RECORDED, said))

    def whole(self) -> list[Fact]:
        asked = FIRST + timedelta(days=self.random.randrange(60))
        issued = self.assessment(asked)
        self.add("enrolment_started", FIRST, institution="B2", year_group="5")
        self.add("sen_status_changed", FIRST, status="plan", since=FIRST)
        for year in range(3):
            self.review(issued + timedelta(days=330 + 350 * year), f"v{year}")
        self.sessions(issued)
        return self.facts

    def assessment(self, asked: date) -> date:
        case = {"process": "p1", "process_kind": "request"}
        self.add("needs_assessment_requested", asked, **case, received_on=asked, received_basis="acknowledged")
        decided = asked + timedelta(days=self.random.randrange(25, 50))
        self.add("assessment_decision_notified", decided, **case, decision="assess", sent_on=decided)
        for n, (body, kind) in enumerate(
            (("B1", "medical"), ("B1", "other"), ("B2", "education"), ("B3", "psychological"))
        ):
            request = {**case, "advice_request": f"a{n}", "advice_kind": kind, "body": body}
            self.add("advice_requested", decided, **request, sent_on=decided, received_on=decided)
            came = decided + timedelta(days=self.random.randrange(20, 70))
            self.add("advice_received", came, **request, received_on=came)
        draft = decided + timedelta(days=75)
        self.add("outcome_notified", draft, **case, outcome="issue", sent_on=draft)
        self.add("draft_plan_sent", draft, **case, served_on=draft)
        issued = draft + timedelta(days=self.random.randrange(16, 60))
        self.add("plan_finalised", issued, **case, plan="P", issued_on=issued, institution="B2", sections=["F", "G"])
        for line in ("L1", "L2"):
            self.add(
                "provision_specified", issued, plan="P", line=line, section="F", quantity=1, unit="sessions", per="week",
                starts_on=issued, reported_by="log", is_quantified=True,
            )  # fmt: skip
        return issued

    def review(self, meeting: date, process: str) -> None:
        case = {"process": process, "process_kind": "review", "plan": "P"}
        self.add("review_scheduled", meeting - timedelta(days=40), **case, meeting_on=meeting)
        self.add("review_invitations_sent", meeting - timedelta(days=20), **case, sent_on=meeting - timedelta(days=20))
        self.add("review_papers_circulated", meeting - timedelta(days=15), **case, sent_on=meeting - timedelta(days=15))
        self.add("review_meeting_held", meeting, **case, meeting_on=meeting)
        self.add("review_report_sent", meeting, **case, sent_on=meeting + timedelta(days=10))
        told = meeting + timedelta(days=self.random.randrange(15, 40))
        self.add("review_decision_notified", told, **case, decision="maintain", sent_on=told)

    def sessions(self, issued: date) -> None:
        day = issued + timedelta(days=7)
        while day < LAST:
            kind = "session_missed" if self.random.random() < 0.1 else "session_delivered"
            because = {"because": "staff_absent"} if kind == "session_missed" else {}
            self.add(kind, day, line=self.random.choice(("L1", "L2")), on=day, minutes=30.0, source="log", **because)
            day += timedelta(days=7)


def _week_by_week(facts: list[Fact], book: Rulebook) -> int:
    """Assess a child every week of its history, with what had come by then, as `pipeline.assess` does; return how often."""
    coming = sorted(facts, key=lambda fact: (fact.occurred_on or FIRST, fact.slot))
    known: list[Fact] = []
    duties: Judgement | None = None
    lines_until: date | None = FIRST
    kept: Kept | None = None
    weeks = range(DAYS // 7)
    for week in weeks:
        on = FIRST + timedelta(weeks=week)
        new = []
        while coming and (coming[0].occurred_on or FIRST) <= on:
            new.append(coming.pop(0))
        known += new
        if any(fact.type not in OF_LINES_ALONE for fact in new):
            duties = kept = None
        if any(fact.type == "provision_specified" for fact in new):
            kept = None
        if duties is None or (duties.wake_on is not None and duties.wake_on <= on):
            duties = (duties and pass_time(duties, on)) or judge_duties("c", AREA, known, on, book)
        if new or (lines_until is not None and lines_until <= on):
            judgement, kept = judge_more_lines("c", AREA, known, on, book, kept)
            lines_until = judgement.wake_on
    return len(weeks)


def main(children: int) -> None:
    """Print the two rates."""
    book, random = load(), Random(11)
    lives = [_Life(seed).whole() for seed in range(children)]
    dates = [FIRST + timedelta(days=random.randrange(DAYS)) for _ in lives]
    began = process_time()
    duties = sum(len(judge("c", AREA, facts, on, book).obligations) for facts, on in zip(lives, dates, strict=True))
    alone = children / (process_time() - began)
    began = process_time()
    assessed = sum(_week_by_week(facts, book) for facts in lives[: children // 5])
    weekly = assessed / (process_time() - began)
    facts_each = sum(map(len, lives)) // children
    found = {
        "children": children, "rules": sum(not rule.why_disabled for rule in book.rules), "facts_each": facts_each,
        "duties_each": round(duties / children, 1), "from_nothing_per_s": round(alone), "week_by_week_per_s": round(weekly),
    }  # fmt: skip
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
