"""Invented people in the read tables, as a folded store would have them: for tests of queries and pages.

`a_store()` holds two areas on 23 December 2025. With `hidden=1` one more child is there, restricted, with rows in every
table; with `hidden=2` it is sealed.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from threading import Lock
from typing import Any

import sqlalchemy as sa

from hub.adapters.sql.tables import METADATA
from hub.domain.access import Actor
from hub.domain.identifiers import name_of

TODAY = date(2025, 12, 23)
MADE_AT = "2025-12-23T06:00:00.000000Z"
HEALTH, SCHOOL, EP, CARE = "ehcna-advice-health", "ehcna-advice-school", "ehcna-advice-ep", "ehcna-advice-social-care"
DCO = Actor("dco-quayle", "dco", ("E1", "E2"), ("QX1",))
DCO_ELSEWHERE = Actor("dco-thorne", "dco", ("E1", "E2"), ("QX2",))

_RULE: dict[str, Any] = {
    "duty": "Give health advice for the EHC needs assessment",
    "source": "reg 8(1)",
    "duty_force": "regulation",
    "limit_force": "regulation",
    "enactment": "Special Educational Needs and Disability Regulations 2014",
    "signed_off": {},
    "doubt": "what counts as receipt by post is not settled here",
}
RULES: dict[str, dict[str, Any]] = {
    HEALTH: _RULE,
    SCHOOL: _RULE | {"duty": "Give the school's advice", "source": "para 9.49", "limit_force": "code", "enactment": "SEND Code of Practice 2015", "doubt": ""},
    EP: _RULE | {"duty": "Give educational psychology advice", "source": "para 9.49", "limit_force": "code", "enactment": "SEND Code of Practice 2015", "doubt": ""},
    CARE: _RULE | {"duty": "Give social care advice", "source": "para 9.49", "limit_force": "code", "enactment": "SEND Code of Practice 2015", "doubt": ""},
    "ehcna-decision": _RULE | {"duty": "Tell the parent or young person whether an EHC needs assessment will be made", "source": "reg 5(1)", "doubt": ""},
    "ehcp-final": _RULE | {"duty": "Send the final EHC plan", "source": "reg 13(2)", "doubt": ""},
}  # fmt: skip


class MemoryReader:
    """The reader of a store in memory."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.lock = Lock()  # one connection holds the whole store

    def select(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        with self.lock, self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(sa.text(sql), parameters).mappings()]


class Audited:
    """Keeps what was audited."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str, str]] = []

    def audit(self, actor: str, role: str, purpose: str, action: str, area: str) -> None:
        self.rows.append((actor, role, purpose, action, area))


class Applied:
    """Takes commands and applies answers at once, as a worker beside it would."""

    def __init__(self, reader: MemoryReader) -> None:
        self.reader = reader
        self.sent: list[tuple[str, str, dict[str, Any], str]] = []

    def send(self, area: str, kind: str, body: dict[str, Any], actor: Actor, words: str = "") -> str:
        self.sent.append((area, kind, body, words))
        row = {
            "area": area,
            "alert": body["alert"],
            "seq": 1000 + len(self.sent),
            "kind": body["kind"],
            "actor": actor.name,
        }
        with self.reader.lock, self.reader.engine.begin() as connection:
            row |= {"reason": body.get("reason", ""), "until": body.get("until", "")}
            connection.execute(METADATA.tables["answer"].insert().values(**row))
        return "done"


class Invented:
    """Puts rows into a store."""

    def __init__(self) -> None:
        self.engine = sa.create_engine(
            "sqlite://", connect_args={"check_same_thread": False}, poolclass=sa.pool.StaticPool
        )
        METADATA.create_all(self.engine)
        self._numbers: Iterator[int] = count(1)

    def add(self, table: str, **values: object) -> None:
        with self.engine.begin() as connection:
            connection.execute(METADATA.tables[table].insert().values(**values))

    def child(
        self,
        area: str,
        name: str,
        restricted: int = 0,
        school: str = "100001",
        sources: tuple[str, ...] = ("casework", "therapy"),
    ) -> str:
        n = next(self._numbers)
        child, given, family = name_of("child", area, name), *name.split(" ", 1)
        self.add("child", area=area, child=child, alias_of="", restricted=restricted, reference=f"{area}-{1000 + n}")
        for source in sources:
            local = f"{source[0].upper()}{4000 + n}"
            self.add(
                "source_record",
                area=area,
                source=source,
                local_id=local,
                known_from=n,
                child=child,
                how="exact",
                known_to=None,
            )
            self.add("person", area=area, source=source, local_id=local, family_name=family, given_names=given, birth_date="2016-04-02",
                     school_urn=school, nhs_number="9990000018")  # fmt: skip
        return child

    def event(
        self,
        area: str,
        child: str,
        name: str,
        on: str,
        source: str = "casework",
        revision: int = 1,
        slot: str = "",
        **data: object,
    ) -> str:
        n = next(self._numbers)
        event = name_of("event", area, child, name, n)
        self.add("journal", area=area, seq=n, taken_at=MADE_AT, kind="event", id=event, type=name, slot=slot or f"slot-{n}", revision=revision,
                 source=source, local_id="", subject_kind="child", occurred_on=on, recorded_at=f"{on}T09:00:00.000000Z", load="L1",
                 body=json.dumps({"id": event, "data": data}))  # fmt: skip
        self.add("attribution", area=area, event=event, known_from=n, child=child, known_to=None, decision="")
        return event

    def duty(self, area: str, child: str, rule: str, state: str, due: date, **other: Any) -> str:
        obligation = name_of("obligation", area, child, rule, due.isoformat())
        law = RULES[rule]
        started = other.pop("started_on", due - timedelta(weeks=6))
        because = other.pop("because", ())
        waits_for = other.pop("waits_for", ())
        values = {
            "process": "R1",
            "advice_request": "",
            "body": "",
            "duty_holder": "local_authority",
            "started_basis": "",
            "was_late_by": None,
        }
        self.add("obligation", area=area, obligation=obligation, child=child, rule=rule, duty_force=law["duty_force"],
                 limit_force=law["limit_force"], started_on=started.isoformat(), due_on=due.isoformat(), state=state,
                 waits_for=json.dumps(waits_for), because=json.dumps(because), **(values | other))  # fmt: skip
        return obligation

    def alert(self, area: str, child: str, obligation: str, announced: str, role: str, **other: Any) -> str:
        alert = name_of("alert", obligation, child, announced, role)
        values = {"rule": HEALTH, "body": "", "to": "", "state": "raised", "on": "2025-12-22", "reason": "", "text": ""}
        self.add(
            "alert",
            area=area,
            alert=alert,
            obligation=obligation,
            child=child,
            role=role,
            announced=announced,
            **(values | other),
        )
        return alert

    def advice(
        self,
        area: str,
        child: str,
        state: str,
        due: date,
        body: str = "T1",
        basis: str = "acknowledged",
        alert: str = "",
        **other: Any,
    ) -> str:
        """Health advice asked of a body, with the event that started it and, if wanted, its alert in that state."""
        received = due - timedelta(weeks=6)
        event = self.event(area, child, "AdviceRequested", (received - timedelta(days=2)).isoformat(), process="R1", advice_request="A1",
                           advice_kind="medical", body=body, sent_on=(received - timedelta(days=2)).isoformat(),
                           received_on=received.isoformat(), received_basis=basis)  # fmt: skip
        obligation = self.duty(area, child, HEALTH, state, due, body=body, duty_holder="health", advice_request="A1", started_basis=basis,
                               because=[event], **other)  # fmt: skip
        if alert:
            passed = {
                "overdue": "Statutory limit passed",
                "at_risk": "Due soon",
                "past_due_unconfirmed": "No advice recorded",
            }
            text = f"{passed.get(state, 'Not known')}: give health advice for the EHC needs assessment. Due {due:%-d %B %Y}. As at 23 December 2025, from casework."
            self.alert(area, child, obligation, state, "dco", body=body, to="dco-quayle", state=alert, text=text)
        return obligation


def a_store(hidden: int | None = None) -> MemoryReader:
    """Return a reader of the store."""
    made = Invented()
    _areas(made)
    _cases(made)
    _elsewhere(made)
    if hidden is not None:
        _hidden(made, hidden)
    return MemoryReader(made.engine)


def _areas(made: Invented) -> None:
    modes = json.dumps({rule: "live" for rule in RULES})
    for area, name in (("E1", "Northmoor"), ("E2", "Southfield")):
        made.add(
            "area",
            area=area,
            name=name,
            live_from="2025-09-01",
            last_seq=1,
            tick_seq=1,
            tick_on="2025-12-23",
            tick_facts="{}",
            modes=modes,
            leading="{}",
        )
        made.add(
            "body",
            area=area,
            code="QX1",
            kind="icb",
            name="Vale and Fell ICB",
            aliases="[]",
            is_s31_body=1,
            areas="[]",
            commissioner="",
        )
        made.add(
            "body",
            area=area,
            code="QX2",
            kind="icb",
            name="Eastmere ICB",
            aliases="[]",
            is_s31_body=1,
            areas="[]",
            commissioner="",
        )
        made.add(
            "body",
            area=area,
            code="T1",
            kind="nhs_trust",
            name="Vale Therapies",
            aliases='["THER"]',
            is_s31_body=1,
            areas="[]",
            commissioner="QX1",
        )
        made.add(
            "body",
            area=area,
            code="T2",
            kind="nhs_trust",
            name="Eastmere Community Trust",
            aliases="[]",
            is_s31_body=1,
            areas="[]",
            commissioner="QX2",
        )
        made.add(
            "body",
            area=area,
            code="100001",
            kind="school",
            name="Hollin Bank Primary",
            aliases="[]",
            is_s31_body=0,
            areas="[]",
            commissioner="",
        )
        made.add(
            "body",
            area=area,
            code="EP",
            kind="psychology_service",
            name="Psychology service",
            aliases="[]",
            is_s31_body=0,
            areas="[]",
            commissioner="",
        )
        made.add(
            "feed",
            area=area,
            source="casework",
            connector="ehc_casework",
            agency=area,
            complete_to="2025-12-22",
            last_load_at=MADE_AT,
        )
        made.add(
            "feed",
            area=area,
            source="therapy",
            connector="fhir",
            agency="T1",
            complete_to="2025-12-22",
            last_load_at=MADE_AT,
        )
        made.add(
            "feed",
            area=area,
            source="care",
            connector="cin_census",
            agency=area,
            complete_to="2025-12-11",
            last_load_at="2025-12-11T06:00:00.000000Z",
        )
        for role, body, who in (
            ("dco", "QX1", "dco-quayle"), ("dco", "QX2", "dco-thorne"), ("sen_officer", "", f"officer-{area.lower()}"), ("dsco", "", f"dsco-{area.lower()}"),
            ("senco", "100001", f"senco-{area.lower()}"), ("data_manager", "", f"data-{area.lower()}"),
        ):  # fmt: skip
            made.add(
                "contact",
                area=area,
                role=role,
                body=body,
                name_ref=who,
                channel="email",
                address=f"{who}@example.org",
                valid_from="2025-01-01",
                valid_to="",
            )


def _cases(made: Invented) -> None:
    ada = made.child("E1", "Ada Marlow")
    made.event(
        "E1",
        ada,
        "NeedsAssessmentRequested",
        "2025-10-13",
        process="R1",
        requested_by="school",
        received_on="2025-10-13",
        received_basis="acknowledged",
    )
    made.event("E1", ada, "CaseWorkerAssigned", "2025-10-14", worker_ref="officer-e1", role="sen_officer")
    decided = made.event(
        "E1", ada, "AssessmentDecisionNotified", "2025-10-28", process="R1", decision="assess", sent_on="2025-10-28"
    )
    made.duty(
        "E1",
        ada,
        "ehcna-decision",
        "met",
        date(2025, 11, 24),
        started_on=date(2025, 10, 13),
        done_on="2025-10-28",
        because=[decided],
    )
    made.advice("E1", ada, "overdue", date(2025, 12, 11), alert="raised")
    made.event(
        "E1",
        ada,
        "AppointmentMissed",
        "2025-12-09",
        source="therapy",
        advice_request="A1",
        by_body="T1",
        because="staff_absent",
    )
    made.event("E1", ada, "PersonDescribed", "2025-12-20", family_name="Marlow")
    made.duty(
        "E1",
        ada,
        EP,
        "overdue",
        date(2025, 12, 12),
        body="EP",
        duty_holder="psychology",
        advice_request="A2",
        started_basis="acknowledged",
    )
    made.duty(
        "E1",
        ada,
        SCHOOL,
        "at_risk",
        date(2025, 12, 30),
        body="100001",
        duty_holder="school",
        advice_request="A3",
        started_basis="acknowledged",
    )
    made.duty(
        "E1",
        ada,
        CARE,
        "met_late",
        date(2025, 12, 10),
        body="E1",
        duty_holder="social_care",
        advice_request="A4",
        done_on="2025-12-15",
        was_late_by=5,
    )
    made.duty("E1", ada, "ehcp-final", "open", date(2026, 3, 2), started_on=date(2025, 10, 13))
    _provision(made, "E1", ada)
    for name, state, due, basis, alert in (
        ("Ben Ashgrove", "overdue", date(2025, 12, 18), "acknowledged", "raised"),
        ("Cara Fenwick", "overdue", date(2025, 12, 22), "portal_timestamp", "raised"),
        ("Dev Harrow", "past_due_unconfirmed", date(2025, 12, 16), "deemed", "raised"),
        ("Eli Stroud", "at_risk", date(2025, 12, 29), "acknowledged", ""),
        ("Fay Lindale", "at_risk", date(2026, 1, 5), "acknowledged", ""),
        ("Gus Penhale", "open", date(2026, 1, 20), "acknowledged", ""),
        ("Hana Roscoe", "open", date(2026, 1, 27), "acknowledged", ""),
        ("Ivo Tarn", "overdue", date(2025, 7, 1), "acknowledged", "backlog"),
        ("Joy Underhill", "overdue", date(2025, 7, 8), "acknowledged", "backlog"),
        ("Kit Vane", "not_known", date(2025, 12, 19), "acknowledged", ""),
        ("Lia Wharton", "sent_not_recorded", date(2025, 12, 17), "acknowledged", ""),
    ):  # fmt: skip
        child = made.child("E1", name)
        made.advice(
            "E1", child, state, due, basis=basis, alert=alert, waits_for=["casework"] if state == "not_known" else ()
        )
        made.duty("E1", child, "ehcp-final", "open", date(2026, 3, 20))
    mia = made.child("E1", "Mia Yarrow")
    late = made.advice("E1", mia, "met", date(2025, 12, 15), done_on="2025-12-12")
    made.alert("E1", mia, late, "overdue", "dco", body="T1", to="dco-quayle", state="retracted", on="2025-12-21",
               reason="Done on 12 December 2025, in time; the record of it reached us after the alert.", text="Statutory limit passed: give health advice.")  # fmt: skip
    made.add(
        "possible_match",
        area="E1",
        id="m1",
        source="therapy",
        local_id="T9",
        child=mia,
        state="open",
        because="same name",
        decided_by="",
    )
    made.alert(
        "E1",
        "",
        "",
        "not_known",
        "data_manager",
        rule="",
        to="data-e1",
        text="Feed silent: care last heard 12 days ago.",
    )


def _provision(made: Invented, area: str, child: str) -> None:
    made.event(area, child, "ProvisionSpecified", "2025-09-01", plan="P1", line="F1", section="F", kind="speech_and_language", quantity=2, unit="sessions",
               per="week", delivered_by="T1", is_quantified=True)  # fmt: skip
    first = date(2025, 9, 8)
    shapes = [
        (2, 0, 0),
        (2, 0, 0),
        (1, 1, 0),
        (2, 0, 0),
        (2, 0, 0),
        (1, 0, 1),
        (2, 0, 0),
        (0, 2, 0),
        (1, 1, 0),
        (2, 0, 0),
        (1, 1, 0),
        (0, 0, 0),
        (1, 1, 0),
        (1, 0, 0),
    ]
    for n, (delivered, provider, absent) in enumerate(shapes):
        made.add("provision", area=area, child=child, line="F1", period=(first + timedelta(weeks=n)).isoformat(), promised=2, delivered=delivered,
                 missed_by_provider=provider, missed_by_child=absent, not_reported=2 - delivered - provider - absent, state="judged")  # fmt: skip
    made.alert(area, child, "", "shortfall", "dco;sen_officer", rule="provision-shortfall", body="T1", to="dco-quayle;officer-e1",
               text="Recorded delivery is below Section F: 3 of 8 (2 staff absence, 3 not reported). Speech and language, by Vale Therapies, "
               "24 November 2025 to 21 December 2025. As at 22 December 2025, from therapy.")  # fmt: skip


def _elsewhere(made: Invented) -> None:
    for name, body, state, due in (
        ("Noor Abbott", "T1", "overdue", date(2025, 12, 19)), ("Odd Brindle", "T2", "overdue", date(2025, 12, 1)), ("Pia Cotter", "THER", "at_risk", date(2025, 12, 24)),
    ):  # fmt: skip
        child = made.child("E2", name, school="100009", sources=("casework",))
        made.advice("E2", child, state, due, body=body, alert="raised")
        made.duty("E2", child, "ehcp-final", "open", date(2026, 3, 20))


def _hidden(made: Invented, level: int) -> None:
    child = made.child("E1", "Zoe Hidden", restricted=level, sources=("casework", "therapy", "care"))
    for state, due, alert in (
        ("overdue", date(2025, 12, 2), "raised"), ("at_risk", date(2025, 12, 27), "raised"), ("overdue", date(2025, 7, 2), "backlog"),
        ("not_known", date(2025, 12, 20), ""), ("sent_not_recorded", date(2025, 12, 21), ""), ("open", date(2026, 1, 21), ""), ("past_due_unconfirmed", date(2025, 12, 14), ""),
    ):  # fmt: skip
        made.advice("E1", child, state, due, alert=alert, waits_for=["casework"] if state == "not_known" else ())
    made.duty(
        "E1", child, CARE, "overdue", date(2025, 12, 3), body="E1", duty_holder="social_care", advice_request="A4"
    )
    made.duty(
        "E1", child, SCHOOL, "overdue", date(2025, 12, 3), body="100001", duty_holder="school", advice_request="A3"
    )
    past = made.advice("E1", child, "met", date(2025, 11, 15), done_on="2025-11-12")
    disputed = made.alert(
        "E1",
        child,
        past,
        "overdue",
        "dco;data_manager;senco;dsco",
        body="T1",
        to="dco-quayle",
        state="retracted",
        on="2025-12-22",
        reason="x",
        text="y",
    )
    made.add(
        "answer", area="E1", alert=disputed, seq=9, kind="dispute", actor="dco-quayle", reason="wrong_date", until=""
    )
    _provision(made, "E1", child)
    made.add(
        "possible_match",
        area="E1",
        id="m9",
        source="therapy",
        local_id="T8",
        child=child,
        state="open",
        because="same name",
        decided_by="",
    )
