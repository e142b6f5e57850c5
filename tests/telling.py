"""Builders for tests of what people are told: a rulebook of two rules, an area, contacts, duties."""

from datetime import date
from typing import Any

from msgspec import structs

from hub.domain.facts import AreaFacts, Body, Feed
from hub.domain.obligation import Judgement, Obligation, ProvisionWeek, Shortfall
from hub.domain.occasion import SHORTFALL_RULE, Case, Occasion
from hub.domain.routing import Contact
from hub.domain.rules import ProvisionPolicy, Recipient, Rule, Rulebook, SignOff, rulebook

AREA = "E10000099"
TODAY = date(2026, 1, 20)
HEALTH, DECISION = "ehcna-advice-health", "ehcna-decision"
ALL_LIVE = {HEALTH: "live", DECISION: "live", SHORTFALL_RULE: "live"}

CONTACTS = (
    Contact("dco", "dco-north", "ICB-N", AREA, "email", "dco.north@icb.example"),
    Contact("dco", "dco-south", "ICB-S", AREA, "email", "dco.south@icb.example"),
    Contact("sen_officer", "officer-1", "", AREA, "outbox", "officer.1@council.example"),
    Contact("sen_manager", "manager-1", "", AREA, "email", "manager.1@council.example"),
    Contact("senco", "senco-1", "SCH1", AREA, "email", "senco.1@school.example"),
    Contact("data_manager", "data-1", "", AREA, "email", "data.1@council.example"),
    Contact("assurance", "assurance-1", "", AREA, "email", "assurance.1@council.example"),
    Contact("operations", "operations-1", "", "", "email", "operations@hub.example"),
)
BODIES = (
    Body("ICB-N", "icb", "North ICB"),
    Body("ICB-S", "icb", "South ICB"),
    Body("TRUST", "nhs_trust", "Hill Therapy Trust", aliases=("TR2",), commissioner="ICB-N"),
    Body("SCH1", "school", "Mill Lane School"),
)
LINE = "line-1"


def a_rule(rule: str = HEALTH, **fields: Any) -> Rule:
    given: dict[str, Any] = {
        "id": rule, "enactment": "SEND Regulations 2014", "duty": "Give advice for the needs assessment",
        "duty_holder": "health", "source": "reg 8(1)", "duty_force": "regulation", "limit_force": "regulation",
        "evidence": "read", "starts_on": (), "discharged_by": (), "lapses_on": (), "told_by": ("ehc_casework",),
        "alert_to": (Recipient("dco"),),
    }  # fmt: skip
    return Rule(**given | fields)


def a_rulebook(*rules: Rule) -> Rulebook:
    sections = {
        "F": (Recipient("sen_officer"), Recipient("senco")), "G": (Recipient("dco"),), "H": (Recipient("dsco"),),
    }  # fmt: skip
    policy = ProvisionPolicy(window_weeks=4, min_sessions=2, min_share=0.25, source="local policy", alert_to=sections)
    found = rules or (a_rule(), a_rule(DECISION, duty="Tell the parent", alert_to=(Recipient("sen_officer"),)))
    return rulebook(found, policy, frozenset(), "test")


def an_area(**fields: Any) -> AreaFacts:
    by_code = {b.code: b for b in BODIES} | {alias: b for b in BODIES for alias in b.aliases}
    given: dict[str, Any] = {
        "area": AREA, "live_from": date(2026, 1, 5), "bodies": by_code, "modes": ALL_LIVE,
        "feeds": {"casework": Feed("casework", "ehc_casework", AREA, date(2026, 1, 19))},
    }  # fmt: skip
    return AreaFacts(**given | fields)


def an_occasion(
    on: date = TODAY, contacts: tuple[Contact, ...] = CONTACTS, book: Rulebook | None = None, **area: Any
) -> Occasion:
    return Occasion(on, an_area(**area), book or a_rulebook(), contacts)


def a_case(**fields: Any) -> Case:
    return Case(**{"child": "child-1", "reference": "TO-AB12-CD34", **fields})


def a_duty(state: str = "overdue", **fields: Any) -> Obligation:
    given: dict[str, Any] = {
        "obligation": "duty-1", "child": "child-1", "area": AREA, "rule": HEALTH, "process": "p1",
        "advice_request": "a1", "body": "TRUST", "duty_holder": "health", "duty_force": "regulation",
        "limit_force": "regulation", "started_on": date(2025, 12, 1), "started_basis": "acknowledged",
        "due_on": date(2026, 1, 12), "state": state,
        "because": ("event-1",),
    }  # fmt: skip
    return Obligation(**given | fields)


def a_shortfall(**fields: Any) -> Shortfall:
    given: dict[str, Any] = {
        "child": "child-1", "line": LINE, "section": "F", "kind": "speech_and_language", "since": date(2026, 1, 5),
        "until": date(2026, 2, 1), "promised": 8.0, "delivered": 3.0, "missed_by_provider": 2.0, "missed_by_child": 0.0,
        "not_reported": 3.0, "body": "TRUST", "because_counts": (("staff_absent", 2.0),),
    }  # fmt: skip
    return Shortfall(**given | fields)


def a_week(period: date, delivered: float, missed: float) -> ProvisionWeek:
    return ProvisionWeek("child-1", LINE, period, 2.0, delivered, missed, 0.0, 2.0 - delivered - missed, "judged")


def judged(
    *duties: Obligation, shortfalls: tuple[Shortfall, ...] = (), weeks: tuple[ProvisionWeek, ...] = ()
) -> Judgement:
    return Judgement(obligations=duties, shortfalls=shortfalls, provision=weeks)


def signed(rule: Rule) -> Rule:
    return structs.replace(rule, signed_off=SignOff("A. Solicitor", date(2025, 12, 1)))
