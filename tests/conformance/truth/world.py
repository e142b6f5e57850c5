"""An invented world through the embedded hub, and what the hub says of it on a day, as known on a day."""

import contextlib
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from connectors.simulator.simulate import simulate
from consumers.rebuild import History, areas, as_known
from hub.bootstrap import Hub
from hub.cli import main
from hub.config import Config
from hub.ports import Reader, Store
from tests.conformance.truth import planted
from tests.conformance.truth.planted import Record

Rows = list[dict[str, Any]]

DEMO_SEED = 1

TABLES = {
    "obligation": (
        "SELECT area, obligation, child, rule, process, advice_request, body, started_on, due_on, state, was_late_by,"
        " known_late_since, duty_holder, waits_for FROM obligation"
    ),
    "provision": "SELECT * FROM provision",
    "shortfall": "SELECT area, child, line, since, until, missed_by_provider FROM shortfall",
    "source_record": "SELECT area, source, local_id, child FROM source_record WHERE known_to IS NULL",
}


class Said(Struct, frozen=True):
    """What the hub says of all areas, true on a day and as known at the end of another."""

    true_on: date
    known_on: date
    obligations: Rows
    provision: Rows
    shortfalls: Rows
    child_of: dict[tuple[str, str, str], str]


DECISION = ("alert", "area", "subject", "announced", "state", "on", "obligation", "child", "role", "rule", "was")


class Decision(Struct, frozen=True):
    """A journalled decision to tell people something, or that it no longer holds; kind as in the journal."""

    kind: str
    alert: str
    area: str
    subject: str
    announced: str
    state: str
    on: str
    obligation: str
    child: str
    role: str
    rule: str
    was: str


class World:
    """A simulated world that has run through a hub to its end."""

    def __init__(self, folder: Path, children: int, seed: int = DEMO_SEED, movers: int = 0) -> None:
        self._sources = sources = folder / "sources"
        simulate(2, children, seed, sources, movers=movers)
        self.truth = planted.read(sources / "truth.json")
        self.hub = Hub(Config(data=folder.resolve()))
        self.hub.mark_demo()
        steps = [json.loads(line)["args"] for line in (sources / "loads.jsonl").read_text().splitlines()]
        self.ticks = sorted({date.fromisoformat(step[4]) for step in steps if step[0] == "tick"})
        for step in steps:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(sources):
                assert main(step, self.hub) == 0, f"hub {' '.join(step)}"
        assert not (left := self.hub.store.select("SELECT area, child, reason FROM quarantine")), left

    def known_then(self) -> Iterator[Said]:
        """Yield what the hub says on each Monday as known on it."""
        store, histories = self._histories()
        for monday in self.ticks:
            for history in histories:
                history.known(as_known(monday))
                history.true_on(monday)
            yield said(store, monday, monday)

    def known_now(self) -> Iterator[Said]:
        """Yield what the hub says of each Monday as known today."""
        store, histories = self._histories()
        today = self.ticks[-1]
        for history in histories:
            history.known(as_known(today))
        for monday in self.ticks:
            for history in histories:
                history.true_on(monday)
            yield said(store, monday, today)

    def live(self) -> Said:
        """Return what the hub itself holds, as it was left by the last tick."""
        return said(self.hub.store, self.ticks[-1], self.ticks[-1])

    def shown(self, true_on: date, known_on: date) -> Said:
        """Return what `hub show` prints of all that is not sealed."""
        when = ["--true-on", f"{true_on}", "--known-on", f"{known_on}"]
        rows = {name: self._printed("show", name, *when) for name in ("obligation", "provision", "source_record")}
        child_of = {(row["area"], row["source"], row["local_id"]): row["child"] for row in rows["source_record"]}
        return Said(true_on, known_on, rows["obligation"], rows["provision"], [], child_of)

    def _printed(self, *arguments: str) -> Rows:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            assert main([*arguments, "--as", "assurance", "--purpose", "assurance", "--jsonl"], self.hub) == 0
        return [json.loads(line) for line in out.getvalue().splitlines()]

    def decisions(self) -> Iterator[Decision]:
        """Yield what was decided to tell people, in order."""
        of_alerts = "SELECT kind, body FROM journal WHERE kind LIKE 'alert\\_%' ESCAPE '\\' ORDER BY area, seq"
        for row in self.hub.store.select(of_alerts):
            body = msgspec.json.decode(row["body"])
            yield Decision(row["kind"], **{name: body.get(name) or "" for name in DECISION})

    def refused(self) -> dict[str, int]:
        """Return how many rows were refused, by source."""
        counts = self.hub.store.select("SELECT source, count(*) AS n FROM refusal GROUP BY source ORDER BY source")
        return {row["source"]: row["n"] for row in counts}

    def was_handed_over(self, record: Record) -> bool:
        """Tell whether any file of the record's source, as read, names it."""
        name = record.local_id.encode()
        return any(name in path.read_bytes() for path in (self._sources / record.source).rglob("*") if path.is_file())

    def subjects(self, area: str) -> set[tuple[str, str]]:
        """Return the source records that an area answers for."""
        sql = "SELECT source, local_id FROM source_record WHERE area = :area AND known_to IS NULL"
        return {(row["source"], row["local_id"]) for row in self.hub.store.select(sql, area=area)}

    def children(self) -> int:
        """Return how many children the hub shows."""
        sql = "SELECT count(*) AS n FROM child WHERE alias_of = '' AND area <> 'unplaced'"
        return int(self.hub.store.select(sql)[0]["n"])

    def _histories(self) -> tuple[Store, list[History]]:
        hub, store = self.hub, self.hub.in_memory()
        codes = [area for area in areas(hub.store) if area != "unplaced"]
        return store, [History(hub.store, store, area, hub.keyed, hub.rulebook, hub.model) for area in codes]


def said(reader: Reader, true_on: date, known_on: date) -> Said:
    """Return what the tables of a store say."""
    rows = {name: reader.select(sql) for name, sql in TABLES.items()}
    child_of = {(row["area"], row["source"], row["local_id"]): row["child"] for row in rows["source_record"]}
    return Said(true_on, known_on, rows["obligation"], rows["provision"], rows["shortfall"], child_of)
