"""Builders for tests of the whole thread in memory: rows, loads, ticks, and random histories of a small area.

`World` is an embedded hub of its own on a store in memory. `histories()` makes lists of steps; `World.play` plays them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from msgspec import Struct

from consumers.embedded import Embedded
from consumers.rebuild import rebuild
from hub.adapters import models
from hub.bootstrap import Hub, tables_of
from hub.commands.inbox import By, send
from hub.config import Config
from hub.domain.errors import HubError
from hub.domain.events.education import (
    AdviceReceived,
    AdviceRequested,
    AssessmentDecisionNotified,
    NeedsAssessmentRequested,
    RequestWithdrawn,
    SchoolCalendarPublished,
)
from hub.domain.events.envelope import Payload
from hub.domain.events.health import AdviceSent
from hub.domain.events.people import PersonDescribed
from hub.domain.events.provision import ProvisionSpecified, SessionDelivered, SessionMissed
from hub.domain.identifiers import Keyed
from hub.domain.instants import stamp
from hub.domain.occasion import case_of
from hub.domain.said import Refusal, Row, Said
from hub.intake.ledger import table_of
from hub.intake.load import Extract, Load, Outcome, Source, missing
from hub.pipeline.area import AreaWorker
from hub.pipeline.assess import assess
from hub.pipeline.handover import in_words
from hub.pipeline.journal import Input, encode
from hub.ports import Store

AREA = "A01"
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY0 = date(2026, 1, 5)
KEYED = Keyed(b"the key of the property tests")
MODEL = models.load()
NHS = ("9990010005", "9990010013", "9990010021", "9990010048")
BY = By("tester", "operations", "operations")


def quick(examples: int) -> settings:
    """Return settings that take the same examples each time, and no minutes to shrink one (give `phases` to do that)."""
    return settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )  # fmt: skip


HUB = Hub(Config(data=Path("nowhere")))

CASEWORK = Source("casework", "ehc_casework", "A01", (AREA,))
TRUST = Source("trust", "fhir", "TRUST", (AREA,))
LOG = Source("log", "provision_log", "SCH1", (AREA,))
SOURCES = {source.source: source for source in (CASEWORK, TRUST, LOG)}

CONTACTS = [
    {"role": "dco", "body": "ICB", "area": AREA, "name_ref": "dco-1", "channel": "email", "address": "dco@icb.example"},
    {"role": "sen_officer", "body": "", "area": AREA, "name_ref": "officer-1", "channel": "email", "address": "o@la.example"},
    {"role": "data_manager", "body": "A01", "area": AREA, "name_ref": "data-1", "channel": "email", "address": "d@la.example"},
    {"role": "assurance", "body": "", "area": AREA, "name_ref": "assurance-1", "channel": "email", "address": "a@la.example"},
]  # fmt: skip
BODIES = [
    {"code": "A01", "kind": "local_authority", "name": "Ashdale Council"},
    {"code": "ICB", "kind": "icb", "name": "Ashdale ICB"},
    {"code": "TRUST", "kind": "nhs_trust", "name": "Ashdale Trust", "commissioner": "ICB", "aliases": "TR2"},
    {"code": "SCH1", "kind": "school", "name": "Ashdale School"},
]


@cache
def rulebook() -> Any:
    return HUB.rulebook


Told = tuple[Payload, date | None]


def a_row(key: str, local_id: str, *told: Told, version: str = "", area: str = "", subject_kind: str = "child") -> Row:
    """Return a row whose facts stand in its own slots, numbered by kind."""
    said: list[Said] = []
    for payload, on in told:
        kind = type(payload).__name__
        ordinal = sum(one.kind == kind for one in said)
        said.append(Said(key, kind, ordinal, local_id, subject_kind, on, None, payload))  # type: ignore[arg-type]
    return Row(key, version, tuple(said), (), "file.csv", 1, area)


def a_person(**fields: Any) -> Told:
    return PersonDescribed(**fields), None


def a_request(on: date = DAY0, process: str = "p1", basis: str = "acknowledged") -> Told:
    told = NeedsAssessmentRequested(process=process, process_kind="request", received_on=on, received_basis=basis)
    return told, on


def a_decision(on: date, process: str = "p1", decision: str = "assess") -> Told:
    return AssessmentDecisionNotified(process=process, process_kind="request", decision=decision, sent_on=on), on


def an_advice_request(on: date = DAY0, name: str = "a1", process: str = "p1", body: str = "TRUST") -> Told:
    told = AdviceRequested(
        process=process, process_kind="request", advice_request=name, advice_kind="medical", profession="paediatrician",
        body=body, sent_on=on, received_on=on, received_basis="acknowledged",
    )  # fmt: skip
    return told, on


def an_advice(on: date, name: str = "a1", process: str = "p1", body: str = "TRUST") -> Told:
    told = AdviceReceived(
        process=process, process_kind="request", advice_request=name, advice_kind="medical", profession="paediatrician",
        body=body, received_on=on, is_final=True,
    )  # fmt: skip
    return told, on


class World:
    """An embedded hub on a store in memory, with one area unless told otherwise."""

    def __init__(self, store: Store | None = None, areas: Sequence[str] = (AREA,), live_from: date = DAY0) -> None:
        self.store: Store = store or HUB.in_memory()
        self.today, self.loads = DAY0, 0
        self.start()
        for area in areas:
            self.configure(area, {"what": "area", "name": area, "live_from": live_from.isoformat()})
            modes = dict.fromkeys([*rulebook().by_id, "provision-shortfall"], "live")
            self.configure(area, {"what": "mode", "modes": modes})
            self.configure(area, {"what": "contacts", "rows": CONTACTS})
            self.configure(area, {"what": "bodies", "rows": BODIES})

    def start(self) -> None:
        """Begin again with nothing in memory, as after a crash."""
        self.host = Embedded(self.store, KEYED, rulebook(), MODEL, lambda: NOW, self._delivered)

    def configure(self, area: str, body: dict[str, Any]) -> None:
        self.command("configure", body, area)

    def command(self, kind: str, body: dict[str, Any], area: str = AREA) -> dict[str, Any]:
        return self.host.command(area, send(self.store, area, kind, body, BY, stamp(NOW)))

    def load(
        self, source: Source, rows: Iterable[Row | Refusal], at: datetime | None = None, kind: str = "changes",
        covers: tuple[date, date] | None = None, complete_to: date | None = None,
    ) -> Outcome:  # fmt: skip
        """Take rows as ingest does after its checks, and all that they cause up to the next tick."""
        self.loads += 1  # one minute after the other, so that no two extracts have one version
        at = at or datetime(self.today.year, self.today.month, self.today.day, 3, tzinfo=UTC) + timedelta(
            minutes=self.loads
        )
        outcome = self.intake(source, list(rows), Extract(kind, at, at, covers, complete_to, is_simulated=True))
        self.host.drain()
        return outcome

    def intake(self, source: Source, rows: list[Row | Refusal], extract: Extract) -> Outcome:
        load = Load(self.store, KEYED, source, extract)
        present = {key for row in rows if isinstance(row, Row) for key in (row.key, *(said.key for said in row.said))}
        before = self.store.select("SELECT DISTINCT table_name FROM intake_row WHERE source = :s", s=source.source)
        whole = {row["table_name"] for row in before} <= {table_of(key) for key in present}
        gone, because = missing(self.store, source, extract, present, whole, set())
        return load.hold(because, "kept") if because else load.run(rows, gone)

    def tick(self, on: date | None = None, area: str = AREA) -> dict[str, Any]:
        self.today = on or self.today
        return self.command("tick", {"on": self.today.isoformat()}, area)

    def worker(self, area: str = AREA) -> AreaWorker:
        return self.host.worker(area)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        return {name: read() for name, read in tables_of(self.store).items()}

    def rebuilt(self) -> dict[str, list[dict[str, Any]]]:
        target = HUB.in_memory()
        rebuild(self.store, target, KEYED, rulebook(), MODEL)
        return {name: read() for name, read in tables_of(target).items()}

    def select(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        return self.store.select(sql, **parameters)

    def states(self) -> dict[str, str]:
        """Return rule to state where each rule has one duty."""
        return {row["rule"]: row["state"] for row in self.select("SELECT rule, state FROM obligation ORDER BY rule")}

    def unsaid(self, area: str = AREA) -> list[Any]:
        """Return what judging everybody now would change: rows and announcements that the last tick left behind."""
        worker = AreaWorker(self.store, area, KEYED, rulebook(), MODEL)  # nothing remembered of what was judged before
        state = worker.state
        found: list[Any] = []
        names = [row["child"] for row in self.select("SELECT child FROM child WHERE area = :a", a=area)]
        for name, child in state.memory.recall(n for n in names if n not in state.quarantined).items():
            before = dict(child.rows)
            judgement = assess(state, name, child, rulebook())
            restricted = int(state.clusters.is_restricted(name))
            case = case_of(name, child.facts(), restricted, in_words(state, name))
            decided = state.told.of_child(worker._occasion(), case, judgement)
            found += [(name, kind, body) for kind, body in decided]
            found += [(name, key, before.get(key), child.rows.get(key)) for key in before.keys() | child.rows.keys()
                      if before.get(key) != child.rows.get(key)]  # fmt: skip
        return found

    def journalled(self, area: str = AREA) -> list[Input]:
        """Return the area's inputs as they arrived, without decisions and ticks."""
        kinds = "'event', 'load_started', 'load_ended', 'configure'"
        sql = f"SELECT kind, id, body, taken_at FROM journal WHERE area = :a AND kind IN ({kinds}) ORDER BY seq"
        return [Input(r["kind"], r["id"], r["body"], r["taken_at"]) for r in self.select(sql, a=area)]

    def play(self, steps: Sequence["Step"], after: Callable[[], None] = lambda: None) -> None:
        for step in steps:
            step.do(self)
            after()
        assert self.select("SELECT * FROM quarantine") == []

    def _delivered(self, worker: AreaWorker, at: str) -> None:
        state = worker.state
        rows = [{"delivery": w.delivery.delivery, "alert": w.delivery.alert} for w in state.told.waiting()]
        if rows:
            body = encode({"outcome": "sent", "on": str(state.tick_on), "deliveries": rows})
            worker.take([Input("delivery_reported", KEYED.name("reported", body), body, at)], stamp(NOW))


# ── random histories ──────────────────────────────────────────────────────────────────────────────────────────────────


class Step(Struct, frozen=True):
    """One thing that happens to an area."""

    kind: str
    source: str = ""
    rows: tuple[tuple[str, int], ...] = ()
    number: int = 0

    def do(self, world: World) -> None:
        world.today += timedelta(days=1)
        if self.kind == "load":
            self._load(world)
        elif self.kind == "tick":
            world.tick(world.today + timedelta(days=self.number))
        else:
            self._person(world)

    def _load(self, world: World) -> None:
        rows = [row for key, variant in self.rows if (row := variant_of(self.source, key, variant))]
        kind = "full" if self.number % 3 == 0 else "changes"
        covers = (DAY0 - timedelta(days=200), world.today) if kind == "full" else None
        complete = None if self.number % 5 == 4 else world.today - timedelta(days=1)
        at = datetime(world.today.year, world.today.month, world.today.day, 3, tzinfo=UTC)
        at -= timedelta(days=30) if self.number % 7 == 6 else timedelta()
        world.load(SOURCES[self.source], rows, at, kind, covers, complete)

    def _person(self, world: World) -> None:
        """Something that a person does; what may not be is refused and changes nothing."""
        records = world.select(
            "SELECT source, local_id FROM source_record WHERE known_to IS NULL ORDER BY source, local_id"
        )
        record = records[self.number % len(records)] if records else {}
        by = {"by": "tester", "reason": "test"}
        if self.kind in ("split_child", "erase") and record:
            world.command(self.kind, record | by)
        elif self.kind == "decide_link":
            matches = world.select("SELECT id FROM possible_match WHERE state = 'waiting' ORDER BY id")
            if matches:
                verdict = "link" if self.number % 2 else "apart"
                world.command(
                    "decide_link", {"match": matches[self.number % len(matches)]["id"], "verdict": verdict} | by
                )
        elif self.kind == "move_events":
            slots = world.select("SELECT DISTINCT slot FROM journal WHERE type = 'AdviceReceived' ORDER BY slot")
            children = world.select("SELECT child FROM child WHERE alias_of = '' ORDER BY child")
            if slots and children:
                to = children[self.number % len(children)]["child"]
                world.command("move_events", {"slots": [slots[self.number % len(slots)]["slot"]], "child": to} | by)
        elif self.kind == "mode":
            modes = dict.fromkeys(rulebook().by_id, ("off", "shadow", "live")[self.number % 3])
            world.configure(AREA, {"what": "mode", "modes": modes})


def variant_of(source: str, key: str, variant: int) -> Row | None:
    """Return what the row with that key says in one of its variants; `None`: the row is not there."""
    who = int(key[-1])
    local = f"{source[0].upper()}{who}"
    day = DAY0 + timedelta(days=7 * (variant % 4))
    table = key.split(":")[0]
    if variant == 7:
        return None
    if table == "people":
        told = [_described(source, who, variant)]
    elif table == "requests":
        told = [a_request(day, f"p{who}")] + ([(RequestWithdrawn(process=f"p{who}"), day)] if variant == 6 else [])
    elif table == "decisions":
        told = [a_decision(day, f"p{who}", ("assess", "refuse")[variant % 2])]
    elif table == "advice_requests":
        told = [an_advice_request(day, f"a{who}", f"p{who}", ("TRUST", "SCH1", "TR2")[variant % 3])]
    elif table == "advice_received":
        told = [an_advice(day + timedelta(days=35), f"a{who if variant else ''}", f"p{who}")]
    elif table == "advice_sent":
        told = [(AdviceSent(advice_request=f"a{who}", body="TRUST", profession="paediatrician", sent_on=day), day)]
    elif table == "provision_lines":
        told = [(ProvisionSpecified(plan=f"P{who}", line=f"L{who}", section="F", kind="speech_and_language", quantity=2.0,
                                    unit="sessions", per="week", weeks="term_time", delivered_by="SCH1", reported_by="log",
                                    starts_on=day, is_quantified=variant != 5), day)]  # fmt: skip
    elif table == "sessions":
        told = [_session(who, n, variant) for n in range(4)]
    else:
        days = ("2026-01-05..2026-02-13", "2026-02-23..2026-03-27", "2026-04-13..2026-07-20")
        calendar = SchoolCalendarPublished(institution="*", school_days=days[: 1 + variant % 3])
        return a_row(key, "*", (calendar, day), subject_kind="area")
    return a_row(key, local, *told)


def _session(who: int, number: int, variant: int) -> Told:
    on = DAY0 + timedelta(days=2 * number + 7 * (variant % 3))
    if (number + variant) % 2:
        return SessionDelivered(line=f"L{who}", on=on), on
    return SessionMissed(line=f"L{who}", on=on, because=("staff_absent", "child_absent")[variant % 2]), on


def _described(source: str, who: int, variant: int) -> Told:
    """A person with traps: numbers that others have, one home, alike names, and a restriction that comes and goes."""
    number = (
        ("" if variant == 1 else NHS[(who + 1) % 3] if variant == 2 else NHS[who])
        if source != "log" or variant != 3
        else ""
    )
    given = ("Ada", "Bojana", "Cyrillo")[who] + ("a" if variant == 4 else "")
    return a_person(
        nhs_number=number, family_name="Testcase", given_names=given, birth_date=date(2015, 3, 4 + (who if variant != 5 else 0)),
        postcode="LS1 4AP" if variant < 4 else "LS2 7EW", sensitivity="adoption" if variant == 6 else "",
    )  # fmt: skip


TABLES = {
    "casework": (
        "people",
        "requests",
        "decisions",
        "advice_requests",
        "advice_received",
        "provision_lines",
        "calendar",
    ),
    "trust": ("people", "advice_sent"),
    "log": ("people", "sessions"),
}


def loads(source: str) -> st.SearchStrategy[Step]:
    keys = st.sampled_from([f"{table}:{who}" for table in TABLES[source] for who in range(3)])
    rows = st.dictionaries(keys, st.integers(0, 7), min_size=1, max_size=8).map(
        lambda found: tuple(sorted(found.items()))
    )
    return st.builds(Step, st.just("load"), st.just(source), rows, st.integers(0, 34))


ACTS = ("split_child", "erase", "decide_link", "move_events", "mode")


def histories(most: int = 9, acts: Sequence[str] = ACTS) -> st.SearchStrategy[list[Step]]:
    """Return lists of steps: loads of three sources, ticks, and what people do."""
    ticks = st.builds(Step, st.just("tick"), number=st.integers(0, 30))
    people = st.builds(Step, st.sampled_from(list(acts) or ["mode"]), number=st.integers(0, 5))
    one = st.one_of(loads("casework"), loads("casework"), loads("trust"), loads("log"), ticks, ticks, people)
    return st.lists(one, min_size=2, max_size=most)


def differences(one: dict[str, list[Any]], other: dict[str, list[Any]], only: Sequence[str] = ()) -> dict[str, Any]:
    """Return, by table, the rows that only one of two sets of tables has."""
    found = {}
    for name in only or one.keys() | other.keys():
        left, right = ({msgspec.json.encode(row, order="sorted") for row in tables[name]} for tables in (one, other))
        if left != right:
            found[name] = (sorted(left - right), sorted(right - left))
    return found


def refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except HubError:
        return True
    return False
