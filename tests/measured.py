"""Cases of every measure in the read tables, each with dates worked out by hand: for tests of figures on both databases."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from hub.domain.identifiers import name_of
from tests.invented import Invented, MemoryReader

FINAL, WEEKS_20 = "ehcp-final", "plan-20-weeks"


class Measured:
    """One area, E1, on 29 June 2026; each case is a child of its own unless it says otherwise."""

    def __init__(self, engine: sa.Engine) -> None:
        self.made = Invented(engine)
        self.reader = MemoryReader(engine)
        self.made.add("area", area="E1", name="Northmoor", live_from="2025-01-01", tick_on="2026-06-29", modes="{}")
        self.made.add_all(
            "body", "code kind name aliases", ("T1", "nhs_trust", "Vale Therapies", '["THER"]'),
            ("100001", "school", "Hollin Bank Primary", "[]"), area="E1", is_s31_body=1, areas="[]",
        )  # fmt: skip

    def child(self, name: str, restricted: int = 0) -> str:
        return self.made.child("E1", name, restricted=restricted, sources="casework")

    def duty(self, rule: str, state: str, child: str = "", **values: Any) -> str:
        """Put one duty of a child; dates as ISO texts."""
        child = child or self.child(f"{rule} {state} {next(self.made._numbers)}")
        obligation = name_of("obligation", child, rule, str(sorted(values.items())))
        because = values.pop("because", [])
        row: dict[str, Any] = {
            "area": "E1", "obligation": obligation, "child": child, "rule": rule, "process": "R1", "body": "", "state": state,
            "duty_holder": "local_authority", "because": _listed(because), "waits_for": "[]",
        }  # fmt: skip
        self.made.add("obligation", **(row | values))
        return obligation

    def plan(self, received: str, due: str, issued: str, name: str = "", **values: Any) -> str:
        """A plan issued on a request received on a day; in time or late by the law's last day."""
        restricted = values.pop("restricted", 0)
        child = self.child(name or f"Plan {received} {issued} {next(self.made._numbers)}", restricted)
        event = self.made.event(
            "E1", child, "PlanFinalised", issued, process="R1", plan="P1", issued_on=issued, institution="100002"
        )
        days = (date.fromisoformat(issued) - date.fromisoformat(due)).days
        late = {"state": "met_late", "was_late_by": days} if days > 0 else {"state": "met"}
        row = late | {"started_on": received, "due_on": due, "done_on": issued, "because": [event]} | values
        self.duty(FINAL, child=child, **row)
        return child

    def claim(self, child: str, **said: Any) -> None:
        said = {"process": "R1", "ground": "exceptional_circumstances", "reaches": ["ehcp-final"]} | said
        self.made.event("E1", child, "ExceptionClaimed", "2025-09-01", **said)


def _listed(events: list[str]) -> str:
    return "[" + ", ".join(f'"{event}"' for event in events) + "]"


def in_memory() -> Measured:
    """Return an empty area in a store of its own."""
    return Measured(
        sa.create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=sa.pool.StaticPool)
    )


def fill(m: Measured) -> None:
    """Put a case of everything that a measure counts, counts apart or leaves out."""
    m.plan("2025-06-02", "2025-10-20", "2025-10-20")
    m.plan("2025-06-02", "2025-10-20", "2025-10-21")
    m.plan("2025-09-01", "2026-01-19", "2026-01-19")  # asked for in 2025, issued in 2026
    m.claim(m.plan("2025-06-02", "2025-10-20", "2025-12-01", state="exempt", was_late_by=None))
    m.made.event("E1", m.child("Nobody Asked"), "PlanFinalised", "2025-05-06", plan="P9", issued_on="2025-05-06")
    m.duty(FINAL, "not_known", started_on="2025-06-02", due_on="2025-10-20")
    m.duty("ehcna-decision", "met", started_on="2025-12-22", due_on="2026-02-02", done_on="2026-02-02")
    m.duty("ehcna-decision", "lapsed", started_on="2026-01-05", due_on="2026-02-16", done_on="2026-01-20")
    m.duty(
        "ehcna-no-plan-decision",
        "met_late",
        started_on="2025-09-01",
        due_on="2025-12-22",
        done_on="2026-01-05",
        was_late_by=14,
    )
    child = m.child("Ada Marlow")
    asked = m.made.event("E1", child, "AdviceRequested", "2026-01-05", advice_kind="medical", body="THER")
    m.duty("ehcna-advice-health", "overdue", child, body="THER", duty_holder="health", advice_request="A1", because=[asked],
           started_on="2026-01-05", due_on="2026-02-16")  # fmt: skip
    for state in ("exempt", "exempt_claimed", "open", "past_due_unconfirmed", "sent_not_recorded"):
        m.duty(
            "ehcna-advice-school",
            state,
            body="100001",
            duty_holder="school",
            started_on="2026-01-05",
            due_on="2026-02-16",
        )
    m.duty("review-decision", "met", started_on="2025-12-15", due_on="2026-01-12", done_on="2026-01-09")
    child = m.child("Ben Ashgrove")
    m.made.event("E1", child, "ReviewMeetingHeld", "2026-03-02", meeting_on="2026-03-02")
    m.duty("review-next", "overdue", child, started_on="2025-03-03", due_on="2026-03-02")
    m.duty("phase-transfer-general", "met", started_on="2025-09-01", due_on="2026-02-14", done_on="2026-02-13")
    m.duty("phase-transfer-post16", "overdue", started_on="2025-09-01", due_on="2026-03-30")
    m.duty("order-plan-draft", "met", started_on="2026-02-02", due_on="2026-03-09", done_on="2026-03-09")
    m.duty("med-arrange-joint", "met", started_on="2026-02-02", due_on="2026-03-04", done_on="2026-03-04")
    for may_decide, state in ((True, "met"), (False, "open"), (None, "open")):
        child = m.child(f"Met {may_decide}")
        held = m.made.event("E1", child, "MediationHeld", "2026-03-04", held_on="2026-03-04", may_decide=may_decide)
        m.duty("med-attendee-authority", state, child, started_on="2026-03-04", due_on=None, because=[held],
               done_on="2026-03-04" if state == "met" else None)  # fmt: skip
