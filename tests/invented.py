"""Invented people in the read tables, as a folded store would have them: for tests of queries and pages.

`a_store()` holds two areas on 23 December 2025. With `hidden=1` one more child is there, restricted, with rows in every
table; with `hidden=2` it is sealed.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import count
from threading import Lock
from typing import Any

import sqlalchemy as sa

from hub.adapters.rulebook import load
from hub.adapters.sql.tables import METADATA
from hub.domain.access import Actor
from hub.domain.identifiers import name_of

TODAY = date(2025, 12, 23)
BOOK = load()
MADE_AT = "2025-12-23T06:00:00.000000Z"
HEALTH, SCHOOL, EP = "ehcna-advice-health", "ehcna-advice-school", "ehcna-advice-ep"
CARE, DECISION, FINAL = "ehcna-advice-social-care", "ehcna-decision", "ehcp-final"
DCO = Actor("dco-quayle", "dco", ("E1", "E2"), ("QX1",))
DCO_ELSEWHERE = Actor("dco-thorne", "dco", ("E1", "E2"), ("QX2",))

_REGULATION = {
    "source": "reg 8(1)",
    "enactment": "Special Educational Needs and Disability Regulations 2014",
    "duty_force": "regulation",
    "limit_force": "regulation",
    "signed_off": {},
    "doubt": "",
}
_CODE = _REGULATION | {"source": "para 9.49", "enactment": "SEND Code of Practice 2015", "limit_force": "code"}
RULES: dict[str, dict[str, Any]] = {
    HEALTH: _REGULATION
    | {"duty": "Give the authority the advice it asked for", "doubt": "receipt by post is not settled"},
    SCHOOL: _CODE | {"duty": "Give the authority the educational advice it asked for"},
    EP: _CODE | {"duty": "Give the psychological advice that the authority asked for"},
    CARE: _CODE | {"duty": "Give the social care advice that the authority asked for"},
    DECISION: _REGULATION | {"duty": "Tell the parent whether an assessment will be made", "source": "reg 5(1)"},
    FINAL: _REGULATION | {"duty": "Send the finalised EHC plan", "source": "reg 13(2)"},
}


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
        row = {"area": area, "alert": body["alert"], "seq": 1000 + len(self.sent), "kind": body["kind"]}
        row |= {"actor": actor.name, "reason": body.get("reason", ""), "until": body.get("until")}
        with self.reader.lock, self.reader.engine.begin() as connection:
            connection.execute(METADATA.tables["answer"].insert().values(**row))
        return "done"


class Invented:
    """Puts rows into a store."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        METADATA.create_all(self.engine)
        self._numbers: Iterator[int] = count(1)

    def add(self, table: str, **values: object) -> None:
        with self.engine.begin() as connection:
            connection.execute(METADATA.tables[table].insert().values(**values))

    def add_all(self, table: str, columns: str, *rows: tuple[object, ...], **same: object) -> None:
        for row in rows:
            self.add(table, **dict(zip(columns.split(), row, strict=True)), **same)

    def child(
        self, area: str, name: str, restricted: int = 0, school: str = "100001", sources: str = "casework therapy"
    ) -> str:
        n = next(self._numbers)
        child, given, family = name_of("child", area, name), *name.split(" ", 1)
        self.add(
            "child",
            area=area,
            child=child,
            alias_of="",
            restricted=restricted,
            reference=f"{area}-{1000 + n}",
        )
        for source in sources.split():
            record = {"area": area, "source": source, "local_id": f"{source[0].upper()}{4000 + n}"}
            self.add("source_record", **record, known_from=n, child=child, how="exact", known_to=None)
            self.add("person", **record, family_name=family, given_names=given, school_urn=school)
        return child

    def event(self, area: str, child: str, name: str, on: str, source: str = "casework", **data: object) -> str:
        """Put an event into the journal; `slot` and `revision` in the data place it, `erased` blanks it."""
        n = next(self._numbers)
        slot, revision = data.pop("slot", f"slot-{n}"), data.pop("revision", 1)
        event = name_of("event", area, child, name, n)
        body = "" if data.pop("erased", False) else json.dumps({"id": event, "data": data})
        self.add(
            "journal", area=area, seq=n, taken_at=MADE_AT, kind="event", id=event, type=name, slot=slot,
            revision=revision, source=source, local_id="", subject_kind="child", occurred_on=on,
            recorded_at=f"{on}T09:00:00.000000Z", load="L1", body=body,
        )  # fmt: skip
        self.add("attribution", area=area, event=event, known_from=n, child=child, known_to=None, decision="")
        return event

    def duty(self, area: str, child: str, rule: str, state: str, due: date, **other: Any) -> str:
        obligation = name_of("obligation", area, child, rule, due.isoformat())
        lists = {name: json.dumps(other.pop(name, ())) for name in ("because", "waits_for")}
        values = {"process": "R1", "advice_request": "", "body": "", "duty_holder": "local_authority"}
        started = other.pop("started_on", due - timedelta(weeks=6))
        self.add(
            "obligation", area=area, obligation=obligation, child=child, rule=rule, state=state,
            duty_force=RULES[rule]["duty_force"], limit_force=RULES[rule]["limit_force"],
            started_on=started.isoformat(), due_on=due.isoformat(), **lists, **(values | other),
        )  # fmt: skip
        return obligation

    def alert(self, area: str, child: str, obligation: str, announced: str, role: str, **other: Any) -> str:
        alert = name_of("alert", obligation, child, announced, role)
        values = {"rule": HEALTH, "body": "", "to": "", "state": "raised", "on": "2025-12-22", "reason": "", "text": ""}
        values |= {"area": area, "alert": alert, "obligation": obligation, "child": child}
        self.add("alert", **(values | {"role": role, "announced": announced} | other))
        return alert

    def advice(self, area: str, child: str, state: str, due: date, **other: Any) -> str:
        """Health advice asked of a body, with the event that started it and, if `alert` says so, its alert."""
        received = due - timedelta(weeks=6)
        sent = (received - timedelta(days=2)).isoformat()
        body, basis, alert = other.pop("body", "T1"), other.pop("basis", "acknowledged"), other.pop("alert", "")
        event = self.event(
            area, child, "AdviceRequested", sent, process="R1", advice_request="A1", advice_kind="medical", body=body,
            sent_on=sent, received_on=received.isoformat(), received_basis=basis,
        )  # fmt: skip
        obligation = self.duty(
            area, child, HEALTH, state, due, body=body, duty_holder="health", advice_request="A1", started_basis=basis,
            because=[event], **other,
        )  # fmt: skip
        if alert:
            text = f"{_HEADINGS.get(state, 'Not known')}: give the authority the advice it asked for, asked of {body}."
            text += f" Due {due:%-d %B %Y}. As at 23 December 2025, from casework."
            self.alert(area, child, obligation, state, "dco", body=body, to="dco-quayle", state=alert, text=text)
        return obligation


_HEADINGS = {
    "overdue": "Statutory limit passed",
    "at_risk": "Due soon",
    "past_due_unconfirmed": "No advice recorded; date of receipt not confirmed",
}


def a_store(hidden: int | None = None) -> MemoryReader:
    """Return a reader of a store of its own."""
    engine = _in_memory()
    with engine.connect() as connection:
        connection.connection.driver_connection.deserialize(_content(hidden))  # type: ignore[union-attr]
    return MemoryReader(engine)


def _in_memory() -> sa.Engine:
    return sa.create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=sa.pool.StaticPool)


@cache
def _content(hidden: int | None) -> bytes:
    engine = _in_memory()
    fill(engine, hidden)
    with engine.connect() as connection:
        return bytes(connection.connection.driver_connection.serialize())  # type: ignore[union-attr]


def fill(engine: sa.Engine, hidden: int | None = None) -> None:
    """Put the invented rows into an empty database."""
    made = Invented(engine)
    for area, name in (("E1", "Northmoor"), ("E2", "Southfield")):
        _area(made, area, name)
    _ada(made)
    _cases(made)
    _elsewhere(made)
    if hidden is not None:
        _hidden(made, hidden)


def _area(made: Invented, area: str, name: str) -> None:
    modes = json.dumps({rule: "live" for rule in RULES})
    made.add(
        "area", area=area, name=name, live_from="2025-09-01", last_seq=1, tick_seq=1, tick_on="2025-12-23",
        tick_facts=json.dumps({"area": area}), modes=modes, leading="{}",
    )  # fmt: skip
    made.add_all(
        "body", "code kind name aliases commissioner",
        ("QX1", "icb", "Vale and Fell ICB", "[]", ""),
        ("QX2", "icb", "Eastmere ICB", "[]", ""),
        ("T1", "nhs_trust", "Vale Therapies", '["THER"]', "QX1"),
        ("T2", "nhs_trust", "Eastmere Community Trust", "[]", "QX2"),
        ("100001", "school", "Hollin Bank Primary", "[]", ""),
        ("EP", "psychology_service", "Psychology service", "[]", ""),
        area=area, is_s31_body=1, areas="[]",
    )  # fmt: skip
    made.add_all(
        "feed", "source connector agency complete_to last_load_at",
        ("casework", "ehc_casework", area, "2025-12-22", MADE_AT),
        ("therapy", "fhir", "T1", "2025-12-22", MADE_AT),
        ("care", "cin_census", area, "2025-12-11", "2025-12-11T06:00:00.000000Z"),
        area=area,
    )  # fmt: skip
    made.add_all(
        "contact", "role body name_ref",
        ("dco", "QX1", "dco-quayle"),
        ("dco", "QX2", "dco-thorne"),
        ("sen_officer", "", f"officer-{area.lower()}"),
        ("dsco", "", f"dsco-{area.lower()}"),
        ("senco", "100001", f"senco-{area.lower()}"),
        ("data_manager", "", f"data-{area.lower()}"),
        area=area, channel="email", address=f"{area.lower()}@example.org", valid_from="2025-01-01", valid_to="",
    )  # fmt: skip


def _ada(made: Invented) -> None:
    """One whole life: a request, a decision, four advices in four states, a plan ahead, provision below it."""
    ada = made.child("E1", "Ada Marlow")
    asked = {"process": "R1", "requested_by": "school", "received_on": "2025-10-13", "received_basis": "acknowledged"}
    began = made.event("E1", ada, "NeedsAssessmentRequested", "2025-10-13", **asked)
    made.event("E1", ada, "CaseWorkerAssigned", "2025-10-14", worker_ref="officer-e1", role="sen_officer")
    told = made.event("E1", ada, "AssessmentDecisionNotified", "2025-10-28", process="R1", decision="assess")
    since = {"started_on": date(2025, 10, 13), "started_basis": "acknowledged"}
    made.duty("E1", ada, DECISION, "met", date(2025, 11, 24), done_on="2025-10-28", because=[began, told], **since)
    made.advice("E1", ada, "overdue", date(2025, 12, 11), alert="raised")
    missed = {"advice_request": "A1", "by_body": "T1", "because": "staff_absent"}
    made.event("E1", ada, "AppointmentMissed", "2025-12-09", source="therapy", **missed)
    made.event("E1", ada, "PersonDescribed", "2025-12-20", family_name="Marlow")
    made.event("E1", ada, "AppointmentAttended", "2025-12-21", source="therapy", erased=True)
    psychology = {"body": "EP", "duty_holder": "psychology", "advice_request": "A2", "started_basis": "acknowledged"}
    made.duty("E1", ada, EP, "overdue", date(2025, 12, 12), **psychology)
    school = {"body": "100001", "duty_holder": "school", "advice_request": "A3", "started_basis": "deemed"}
    made.duty("E1", ada, SCHOOL, "at_risk", date(2025, 12, 30), **school)
    care = {"body": "E1", "duty_holder": "social_care", "advice_request": "A4", "done_on": "2025-12-15"}
    made.duty("E1", ada, CARE, "met_late", date(2025, 12, 10), was_late_by=5, **care)
    made.duty("E1", ada, FINAL, "open", date(2026, 3, 2), because=[began], **since)
    _provision(made, "E1", ada)


def _cases(made: Invented) -> None:
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
    ):
        child = made.child("E1", name)
        waits_for = ["casework"] if state == "not_known" else ()
        made.advice("E1", child, state, due, basis=basis, alert=alert, waits_for=waits_for)
        made.duty("E1", child, FINAL, "open", date(2026, 3, 20))
    mia = made.child("E1", "Mia Yarrow")
    late = made.advice("E1", mia, "met", date(2025, 12, 15), done_on="2025-12-12")
    reason = "Done on 12 December 2025, in time; the record of it reached us after the alert."
    withdrawn = {"body": "T1", "to": "dco-quayle", "state": "retracted", "on": "2025-12-21", "reason": reason}
    made.alert("E1", mia, late, "overdue", "dco", text="Statutory limit passed: give health advice.", **withdrawn)
    made.add("possible_match", area="E1", id="m1", source="therapy", local_id="T9", child=mia, state="waiting")
    silent = {
        "rule": "",
        "to": "data-e1",
        "text": "Feed silent: care last heard 12 days ago; 0 duties cannot be judged.",
    }
    made.alert("E1", "", "", "not_known", "data_manager", **silent)


def _elsewhere(made: Invented) -> None:
    for name, body, state, due in (
        ("Noor Abbott", "T1", "overdue", date(2025, 12, 19)),
        ("Odd Brindle", "T2", "overdue", date(2025, 12, 1)),
        ("Pia Cotter", "THER", "at_risk", date(2025, 12, 24)),
    ):
        child = made.child("E2", name, school="100009", sources="casework")
        made.advice("E2", child, state, due, body=body, alert="raised")
        made.duty("E2", child, FINAL, "open", date(2026, 3, 20))


def _provision(made: Invented, area: str, child: str) -> None:
    promise = {"plan": "P1", "line": "F1", "section": "F", "kind": "speech_and_language", "quantity": 2}
    promise |= {"unit": "sessions", "per": "week", "delivered_by": "T1", "is_quantified": True}
    made.event(area, child, "ProvisionSpecified", "2025-09-01", **promise)
    shapes = (
        "200 200 110 200 200 101 200 020 110 200 110 000 110 100"  # delivered, missed by the provider, by the child
    )
    for n, shape in enumerate(shapes.split()):
        delivered, provider, absent = map(int, shape)
        made.add(
            "provision", area=area, child=child, line="F1", period=str(date(2025, 9, 8) + timedelta(weeks=n)),
            promised=2, delivered=delivered, missed_by_provider=provider, missed_by_child=absent,
            not_reported=2 - delivered - provider - absent, state="judged",
        )  # fmt: skip
    text = (
        "Recorded delivery is below Section F: 3 of 8 (2 staff absence, 3 not reported). Speech and language, by Vale"
        " Therapies, 17 November 2025 to 14 December 2025. As at 22 December 2025, from therapy."
    )
    told = {"rule": "provision-shortfall", "body": "T1", "to": "dco-quayle;officer-e1", "text": text}
    made.alert(area, child, "", "shortfall", "dco;sen_officer;senco", **told)


def _hidden(made: Invented, level: int) -> None:
    """A child that nobody may notice, with something for every list and every count."""
    child = made.child("E1", "Zoe Hidden", restricted=level, sources="casework therapy care")
    for state, due, alert in (
        ("overdue", date(2025, 12, 2), "raised"),
        ("at_risk", date(2025, 12, 27), "raised"),
        ("overdue", date(2025, 7, 2), "backlog"),
        ("not_known", date(2025, 12, 20), ""),
        ("sent_not_recorded", date(2025, 12, 21), ""),
        ("open", date(2026, 1, 21), ""),
        ("past_due_unconfirmed", date(2025, 12, 14), ""),
    ):
        made.advice("E1", child, state, due, alert=alert, waits_for=["casework"] if state == "not_known" else ())
    care = {"body": "E1", "duty_holder": "social_care", "advice_request": "A4"}
    made.duty("E1", child, CARE, "overdue", date(2025, 12, 3), **care)
    school = {"body": "100001", "duty_holder": "school", "advice_request": "A3"}
    made.duty("E1", child, SCHOOL, "overdue", date(2025, 12, 3), **school)
    past = made.advice("E1", child, "met", date(2025, 11, 15), done_on="2025-11-12")
    told = {"body": "T1", "to": "dco-quayle", "state": "retracted", "reason": "x", "text": "y"}
    disputed = made.alert("E1", child, past, "overdue", "dco;data_manager;senco;dsco", **told)
    answer = {"kind": "dispute", "actor": "dco-quayle", "reason": "wrong_date", "until": ""}
    made.add("answer", area="E1", alert=disputed, seq=9, **answer)
    _provision(made, "E1", child)
    made.add("possible_match", area="E1", id="m9", source="therapy", local_id="T8", child=child, state="waiting")
