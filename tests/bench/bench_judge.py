"""How long one child takes: `python -m tests.bench.bench_judge`. Prints medians, asserts nothing."""

from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from hub.adapters.rulebook import load
from hub.domain.facts import AreaFacts, Body, Fact, Feed, SchoolCalendar
from hub.domain.obligations import judge

RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
START = date(2025, 9, 1)
TERMS = (
    (date(2025, 9, 2), date(2025, 12, 19)),
    (date(2026, 1, 5), date(2026, 3, 27)),
    (date(2026, 4, 13), date(2026, 7, 21)),
)
AREA = AreaFacts(
    "A",
    feeds={
        "cw": Feed("cw", "ehc_casework", complete_to=date(2026, 6, 1)),
        "log": Feed("log", "provision_log", complete_to=date(2026, 6, 1)),
    },
    bodies={code: Body(code, kind) for code, kind in (("B1", "icb"), ("B2", "school"), ("B3", "psychology_service"))},
    calendars={"*": SchoolCalendar("*", TERMS)},
)


def fact(number: int, kind: str, occurred_on: date, **data: Any) -> Fact:
    return Fact(kind, f"e{number}", f"s{number}", data.pop("source", "cw"), occurred_on, RECORDED, data)


def life(sessions: int) -> list[Fact]:
    """Return twenty facts of casework and so many sessions."""
    day = START.isoformat()
    common = {"process": "p1", "process_kind": "request"}
    facts = [
        fact(0, "person_described", START),
        fact(1, "needs_assessment_requested", START, **common, received_on=day, received_basis="acknowledged"),
        fact(2, "assessment_decision_notified", START, **common, decision="assess", sent_on="2025-10-06"),
    ]
    for n, (body, kind) in enumerate(
        (("B1", "medical"), ("B1", "other"), ("B2", "education"), ("B3", "psychological"))
    ):
        asked = {**common, "advice_request": f"a{n}", "advice_kind": kind, "body": body}
        facts.append(fact(10 + n, "advice_requested", START, **asked, sent_on="2025-10-07", received_on="2025-10-08"))
        facts.append(fact(20 + n, "advice_received", START, **asked, received_on="2025-11-20"))
        facts.append(fact(30 + n, "advice_sent", START, **asked, sent_on="2025-11-19", source="trust"))
    facts += [
        fact(40, "outcome_notified", START, **common, outcome="issue", sent_on="2025-12-15"),
        fact(41, "draft_plan_sent", START, **common, served_on="2025-12-16"),
        fact(42, "plan_finalised", START, **common, plan="P", issued_on="2026-01-20", institution="B2"),
        fact(
            43, "provision_specified", date(2026, 1, 20), plan="P", line="L1", section="F", quantity=2, unit="sessions",
            per="week", starts_on="2026-01-20", reported_by="log", is_quantified=True,
        ),
        fact(44, "case_worker_assigned", START, worker_ref="w"),
    ]  # fmt: skip
    for n in range(sessions):
        on = date(2026, 1, 26) + timedelta(days=3 * n)
        kind = "session_missed" if n % 4 == 0 else "session_delivered"
        said = {"line": "L1", "on": on.isoformat(), "minutes": 30.0} | (
            {"because": "staff_absent"} if n % 4 == 0 else {}
        )
        facts.append(fact(100 + n, kind, on, **said, source="log"))
    return facts


def main() -> None:
    """Print the median time of one judgement."""
    rulebook, on = load(), date(2026, 6, 8)
    for sessions in (0, 40):
        facts, times = life(sessions), []
        for _ in range(2000):
            start = perf_counter()
            judgement = judge("c", AREA, facts, on, rulebook)
            times.append(perf_counter() - start)
        made = f"{len(judgement.obligations)} obligations, {len(judgement.provision)} weeks"
        print(f"{len(facts)} facts: median {median(times) * 1e6:.0f} µs, best {min(times) * 1e6:.0f} µs, {made}")


if __name__ == "__main__":
    main()
