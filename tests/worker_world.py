"""A hub on Kafka and PostgreSQL for tests: invented inputs, worker processes that can be made to die, and waiting.

python -m tests.worker_world '{"data": …, "dsn": …, "bootstrap": …, "prefix": …, "name": …}'    one worker
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Self

import msgspec

from consumers import app, publish
from consumers.batch_service import Settings
from consumers.compare import compare
from consumers.due import Patience
from consumers.partition import Parts
from hub.adapters import now as clock
from hub.bootstrap import Hub, tables_of
from hub.commands.inbox import By, send
from hub.config import Config
from hub.domain.events.envelope import Event, Payload, Subject
from hub.domain.events.index import BY_NAME
from hub.domain.identifiers import name_of
from hub.domain.instants import instant
from hub.ports import Store, Unit
from tests.servers.process import wait_until

ROOT = Path(__file__).parents[1]
MONDAY = date(2026, 1, 5)
AT = "2026-01-05T07:00:00.000000Z"
OPERATOR = By("operator", "operations", "operations")
Row = tuple[str, str, str, str, str, str]


# ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def an_event(area: str, child: int, number: int, kind: str, occurred_on: date | None, **said: Any) -> Row:
    """One row of the outbox: the child's `number`th event."""
    payload: type[Payload] = BY_NAME[kind]
    source = f"casework-{area}"
    event = Event(
        id=name_of("event", area, child, number), type=kind, slot=name_of("slot", area, child, number), revision=1,
        source=source, load=f"{source}-00001", agency=area, area=area, subject=Subject(source, f"C{child:05d}"),
        recorded_at=instant(AT), occurred_on=occurred_on, data=msgspec.to_builtins(payload(**said)),
    )  # fmt: skip
    return area, payload.topic, "event", event.id, msgspec.json.encode(event).decode(), AT


def a_life(area: str, child: int) -> list[Row]:
    """Eight events of one child: who it is, a request, its decision, advice asked for (and mostly given), sessions."""
    asked = MONDAY - timedelta(days=45 + child % 40)
    case = {"process": f"R{child}", "process_kind": "request"}
    advice = case | {"advice_request": f"A{child}", "advice_kind": "medical", "body": "QX1"}
    made = [
        (
            "PersonDescribed",
            None,
            {"family_name": f"Quill{child}", "given_names": "Wren", "birth_date": date(2015, 1, 1)},
        ),
        ("NeedsAssessmentRequested", asked, case | {"received_on": asked, "received_basis": "acknowledged"}),
        ("AssessmentDecisionNotified", asked, case | {"decision": "assess", "sent_on": asked + timedelta(days=20)}),
        ("AdviceRequested", asked, advice | {"sent_on": asked, "received_on": asked, "received_basis": "acknowledged"}),
        ("AdviceReceived", MONDAY, advice | {"received_on": asked + timedelta(days=25 + child % 30)})
        if child % 3
        else ("CaseWorkerAssigned", MONDAY, {"worker_ref": "w1"}),
    ] + [("SessionDelivered", MONDAY, {"line": "L1", "on": MONDAY, "minutes": float(m)}) for m in (30, 45, 60)]
    return [an_event(area, child, n, kind, day, **said) for n, (kind, day, said) in enumerate(made)]


def a_load(area: str, children: int) -> list[Row]:
    """All rows of one load of an area, its marks included."""
    rows = [row for child in range(children) for row in a_life(area, child)]
    source = f"casework-{area}"
    mark = {
        "source": source, "connector": "ehc_casework", "agency": area, "load": f"{source}-00001",
        "complete_to": MONDAY.isoformat(), "recorded_at": AT, "extract": "changes",
    }  # fmt: skip
    counts: dict[str, int] = {}
    for row in rows:
        counts[row[1]] = counts.get(row[1], 0) + 1
    end = mark | {"topics": dict(sorted(counts.items()))}
    started = (area, "sources", "load_started", name_of("started", source), _json(mark | {"area": area}), AT)
    ended = (area, "sources", "load_ended", name_of("ended", source), _json(end | {"area": area}), AT)
    return [started, *rows, ended]


def _json(body: object) -> str:
    return msgspec.json.encode(body).decode()


# ── a hub ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class World:
    """A hub and its workers, for one test."""

    def __init__(self, folder: Path, dsn: str, bootstrap: str, prefix: str) -> None:
        self.config = Config(data=folder, database=dsn, bootstrap=bootstrap, prefix=prefix)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "key").write_text("a test's key\n")
        self.hub = Hub(self.config)
        self.workers: list[WorkerProcess] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.kill()
        self.hub.log.close()
        self.hub.store.close()

    def send(self, rows: Sequence[Row]) -> None:
        """Let intake leave the rows in its outbox, and publish them."""
        with self.hub.store.begin() as unit:
            unit.put("outbox", rows)
        publish.outbox(self.hub.store, self.hub.log)

    def command(self, area: str, kind: str, body: dict[str, Any]) -> int:
        return send(self.hub.store, area, kind, body, OPERATOR, AT)

    def configure(self, area: str) -> None:
        bodies = [
            {"code": "QX1", "kind": "icb", "name": "North"},
            {"code": area, "kind": "local_authority", "name": area},
        ]
        self.command(area, "configure", {"what": "area", "name": area, "live_from": "2025-09-01"})
        self.command(area, "configure", {"what": "bodies", "rows": [_body(row) for row in bodies]})
        self.command(area, "configure", {"what": "mode", "modes": dict.fromkeys(self.hub.rulebook.by_id, "live")})
        contacts = [
            {
                "role": role,
                "body": body,
                "area": area,
                "name_ref": role,
                "channel": "email",
                "address": f"{role}@example.invalid",
            }
            for role, body in (("dco", "QX1"), ("sen_officer", area), ("sen_manager", area), ("data_manager", area))
        ]
        self.command(
            area,
            "configure",
            {"what": "contacts", "rows": [row | {"valid_from": "", "valid_to": ""} for row in contacts]},
        )

    def start(self, name: str, **settings: Any) -> "WorkerProcess":
        worker = WorkerProcess(self.config, name, settings)
        self.workers.append(worker)
        return worker

    def count(self, sql: str) -> int:
        return int(self.hub.store.select(f"SELECT count(*) AS n FROM {sql}")[0]["n"])

    def wait_for_events(self, count: int, timeout_s: float = 60) -> None:
        self.wait(lambda: self.count("journal WHERE kind = 'event'") >= count, timeout_s)

    def wait_for_commands(self, timeout_s: float = 60) -> None:
        self.wait(lambda: self.count("inbox WHERE state = 'waiting'") == 0, timeout_s)

    def wait(self, holds: Callable[[], bool], timeout_s: float = 60) -> None:
        """Wait; where it takes too long, say what the workers said last."""
        try:
            wait_until(lambda: time.sleep(0.05) or holds(), timeout_s)
        except TimeoutError:
            raise AssertionError("\n".join(worker.said() for worker in self.workers)) from None


class EmbeddedWorld(World):
    """The same on the embedded host, at once and in order."""

    def __init__(self, folder: Path) -> None:
        self.config = Config(data=folder)
        (folder / "key").write_text("a test's key\n")
        self.hub = Hub(self.config)
        self.workers = []

    def __exit__(self, *_: object) -> None:
        self.hub.store.close()

    def send(self, rows: Sequence[Row]) -> None:
        with self.hub.store.begin() as unit:
            unit.put("outbox", rows)
        self.hub.embedded.drain()

    def command(self, area: str, kind: str, body: dict[str, Any]) -> int:
        number = super().command(area, kind, body)
        self.hub.embedded.command(area, number)
        return number


def difference(one: Hub, other: Hub) -> dict[str, int]:
    """Return how many rows differ, by table; empty if the two hubs say the same, up to the names of children."""
    found = compare(tables_of(one.store), tables_of(other.store), rename_children=True)
    return {name: table["different"] for name, table in found["tables"].items() if table["different"]}


def _body(row: dict[str, str]) -> dict[str, str]:
    names = (
        "code",
        "kind",
        "name",
        "aliases",
        "is_s31_body",
        "areas",
        "commissioner",
        "valid_from",
        "valid_to",
        "successor",
    )
    return {name: row.get(name, "") for name in names}


class WorkerProcess:
    """`hub worker` in a process of its own."""

    def __init__(self, config: Config, name: str, settings: dict[str, Any]) -> None:
        self._log = config.data / f"{name}.log"
        given = {
            "data": str(config.data),
            "dsn": config.database,
            "bootstrap": config.bootstrap,
            "prefix": config.prefix,
        }
        command = [sys.executable, "-m", "tests.worker_world", json.dumps(given | {"name": name, **settings})]
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def signal(self, what: signal.Signals) -> None:
        self._process.send_signal(what)

    def stop(self, timeout_s: float = 30) -> int:
        """Ask it to end and return its exit code."""
        self._process.terminate()
        return self._process.wait(timeout_s)

    def wait(self, timeout_s: float = 60) -> int:
        return self._process.wait(timeout_s)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def said(self) -> str:
        return self._log.read_text(errors="replace")[-6000:]


# ── a worker ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Mortal:
    """A store whose process is killed inside its nth transaction, everything written and nothing committed."""

    def __init__(self, store: Store, dies_in: int) -> None:
        self._store, self._left = store, dies_in

    def select(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        return self._store.select(sql, **parameters)

    @contextlib.contextmanager
    def begin(self) -> Iterator[Unit]:
        with self._store.begin() as unit:
            yield unit
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


def main(given: dict[str, Any]) -> int:
    """Run one worker as `hub worker` does, with other settings."""
    config = Config(
        Path(given.pop("data")), database=given.pop("dsn"), bootstrap=given.pop("bootstrap"), prefix=given.pop("prefix")
    )
    hub = Hub(config)
    store: Store = Mortal(hub.store, given.pop("dies_in")) if "dies_in" in given else hub.store
    has_agents = given.pop("agents", False)
    deliver = (lambda *_: time.sleep(600)) if given.pop("hangs", False) else hub.deliver
    parts = Parts(store, hub.log, hub.codec, hub.topics, hub.keyed, hub.rulebook, hub.model, clock.now, deliver)
    given["patience"] = Patience(**given.pop("patience", {}))
    settings = {"group": f"{config.prefix}tell-once", "bootstrap": config.bootstrap, "session_s": 6.0} | given
    return app.run(parts, Settings(**settings), has_agents)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
