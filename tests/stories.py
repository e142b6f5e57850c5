"""A child with a long story, put beside the invented people: every look that a bar can have, in several processes."""

import json
from datetime import date
from typing import Any

import sqlalchemy as sa

from hub.domain.identifiers import name_of
from tests.invented import CARE, DECISION, EP, FINAL, HEALTH, RULES, SCHOOL, Invented, MemoryReader, a_store

ROSA = name_of("child", "E1", "Rosa Venn")
VIEWS, LODGE, CONSULT, EARLIER = "ehcp-draft-representations", "appeal-lodge", "ehcna-consult-family", "review-next"
NO_PLAN, ON_TRIAL = "ehcna-no-plan-decision", "ehcna-advice-yot"
_LAW = {"duty_force": "regulation", "limit_force": "regulation"}
_MORE = (VIEWS, LODGE, CONSULT, EARLIER, NO_PLAN)


def a_store_with_a_story(restricted: int = 0, many: int = 0) -> MemoryReader:
    """Return the store of `a_store` with Rosa in it.

    Args:
        many: So many more advices asked of her process, all done.
    """
    reader = a_store()
    made = Invented(reader.engine)
    made._numbers = iter(range(9000, 99999))
    _go_live(reader, *_MORE)
    rosa = made.child("E1", "Rosa Venn", restricted=restricted)
    _assessment(made, rosa)
    for n in range(many):
        _owed(made, rosa, HEALTH, "met", "2025-08-11", "2025-09-22", done_on="2025-09-10", body="T1", slot=f"m{n}")
    _owed(made, rosa, EARLIER, "met", "2024-06-03", "2025-06-02", done_on="2025-05-20", process="V1")
    return reader


def _assessment(made: Invented, rosa: str) -> None:
    began = made.event("E1", rosa, "NeedsAssessmentRequested", "2025-06-30", process="R9", received_on="2025-06-30")
    _owed(made, rosa, DECISION, "met_late", "2025-06-30", "2025-08-11", done_on="2025-08-14", was_late_by=3,
          known_late_since="2025-08-13", because=[began])  # fmt: skip
    claim = made.event("E1", rosa, "ExceptionClaimed", "2025-10-20", process="R9", since="2025-10-20",
                       until="2025-12-01", ground="exceptional_circumstances", evidence="letter")  # fmt: skip
    _owed(made, rosa, FINAL, "exempt", "2025-06-30", "2025-11-17", because=[began, claim])
    _owed(made, rosa, HEALTH, "overdue", "2025-08-18", "2025-09-29", body="T1", known_late_since="2025-10-02")
    _owed(made, rosa, EP, "met_late", "2025-08-18", "2025-09-29", done_on="2025-10-23", was_late_by=24, body="EP",
          known_late_since="2025-10-01")  # fmt: skip
    _owed(made, rosa, CARE, "past_due_unconfirmed", "2025-08-19", "2025-09-30", body="E1", started_basis="deemed")
    _owed(made, rosa, SCHOOL, "met", "2025-08-18", "2025-09-29", done_on="2025-09-12", body="100001")
    _owed(made, rosa, HEALTH, "at_risk", "2025-11-24", "2026-01-05", body="T2", warns_on="2025-12-22", slot="second")
    _owed(made, rosa, HEALTH, "exempt_claimed", "2025-10-13", "2025-11-24", body="THER", slot="third", because=[
        made.event("E1", rosa, "ExceptionClaimed", "2025-11-10", process="R9", since="2025-11-10")])  # fmt: skip
    _owed(made, rosa, SCHOOL, "lapsed", "2025-08-18", "2025-09-29", done_on="2025-09-01", body="100009", slot="old")
    _owed(made, rosa, VIEWS, "open", "2025-12-15", "2026-01-05", duty_holder="family")
    _owed(made, rosa, LODGE, "lapsed", "2025-08-14", "2025-10-14", done_on="2025-10-14", duty_holder="family")
    _owed(made, rosa, CONSULT, "met", "2025-06-30", None, done_on="2025-07-09")
    _owed(made, rosa, NO_PLAN, "conditional", "2025-06-30", "2025-10-20")
    _owed(made, rosa, ON_TRIAL, "overdue", "2025-08-18", "2025-09-29", body="T1")


def _owed(made: Invented, child: str, rule: str, state: str, start: str, due: str | None, **other: Any) -> None:
    lists = {name: json.dumps(other.pop(name, ())) for name in ("because", "waits_for")}
    known = {"process": "R9", "body": "", "duty_holder": "local_authority", "started_basis": "acknowledged"}
    name = name_of("obligation", child, rule, start, due or "", other.pop("slot", ""))
    force = {key: RULES[rule][key] for key in _LAW} if rule in RULES else _LAW
    made.add(
        "obligation", area="E1", obligation=name, child=child, rule=rule, state=state, advice_request="",
        started_on=start, due_on=due, **force, **lists, **(known | other),
    )  # fmt: skip


def _go_live(reader: MemoryReader, *rules: str) -> None:
    modes = json.dumps({rule: "live" for rule in (*RULES, *rules)})
    with reader.engine.begin() as connection:
        connection.execute(sa.text("UPDATE area SET modes = :modes"), {"modes": modes})


def on(text: str) -> date:
    return date.fromisoformat(text)
