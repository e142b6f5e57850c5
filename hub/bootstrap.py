"""From configuration to wired parts: the only importer of adapters."""

import hashlib
import re
import secrets
import shutil
import time
from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

import schemas
from connectors import catalogue
from connectors.base import Connector
from connectors.ingest import Intake
from connectors.sources.mns import source as mns
from connectors.sources.pds_trace.client import Pds, Settings
from consumers import publish
from consumers.embedded import Embedded
from hub.adapters import cases, models
from hub.adapters import now as clock
from hub.adapters import rulebook as law
from hub.adapters.channels.outbox_folder import OutboxFolder
from hub.adapters.channels.smtp import Server, Smtp
from hub.adapters.sql import store as sql
from hub.adapters.sql.tables import FOLDED, METADATA
from hub.commands.inbox import By, audit, send
from hub.config import Config
from hub.domain.access import STEWARDSHIP, Actor
from hub.domain.errors import ConfigError, Conflict, NotFound, Unavailable, Unusable
from hub.domain.identifiers import Keyed, name_of
from hub.domain.identity.model import Model
from hub.domain.instants import stamp
from hub.domain.messages import compose
from hub.domain.rules import Rule, Rulebook
from hub.domain.topics import Topics
from hub.pipeline.area import AreaWorker
from hub.pipeline.journal import Input, encode
from hub.ports import Channel, Codec, EventLog, Store
from hub.web.app import create_app
from hub.web.site import WebValues

SCHEMAS = Path(schemas.__file__).parent
PATIENCE_S = 2.0
"""How long a page waits for the worker to take what a steward decided."""

DEMO_KEY = b"the demo's own key: it protects nobody, for nobody in the demo exists"


class Hub:
    """The parts of one hub, made when first asked for."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def store(self) -> sql.SqlStore:
        """The store: PostgreSQL where a DSN is given, else one SQLite file."""
        if self.config.database:
            return sql.open_dsn(self.config.database)
        return sql.open_file(self.config.data / "hub.sqlite")

    @cached_property
    def keyed(self) -> Keyed:
        """Our names' key: from its file, made at first use and readable by its owner only."""
        if self.is_demo:
            return Keyed(DEMO_KEY)
        path = self.config.key_file or self.config.data / "key"
        if not path.exists():
            if self.config.key_file:
                raise ConfigError("HUB_KEY_FILE", "no such file")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32) + "\n")
        return Keyed(path.read_bytes().strip())

    @cached_property
    def is_demo(self) -> bool:
        """Whether the store is marked as the demo's."""
        return bool(self.store.select("SELECT 1 AS one FROM meta WHERE key = 'demo'"))

    @cached_property
    def rulebook(self) -> Rulebook:
        """The law in force, with the readings that were confirmed for this hub."""
        return self.rulebook_with("")

    def rulebook_with(self, pack: str) -> Rulebook:
        """Return the law in force with the rules of a pack in place of those of the same id."""
        confirmed = self._sign_offs.read_text("utf-8") if self._sign_offs.exists() else ""
        return law.load(pack=pack, sign_offs=confirmed)

    @cached_property
    def model(self) -> Model:
        """The identity model that an area begins with; one that was activated there comes before it."""
        return models.load()

    @staticmethod
    def model_of(name: str) -> Model:
        """Return an identity model that ships, by name, or one in a file, by its path ending in .json."""
        return models.load(name or models.FIRST)

    @staticmethod
    def write_model(model: Model, path: Path) -> None:
        """Write an identity model to a file."""
        models.save(model, path)

    @staticmethod
    def case_counts() -> dict[str, int]:
        """Return the number of worked cases by rule."""
        return law.case_counts()

    def sign_off(self, rule: Rule, by: str, on: date) -> None:
        """Record that the reading of a rule, as its content is now, was confirmed."""
        said = self._sign_offs.read_text("utf-8") if self._sign_offs.exists() else ""
        text = law.signed(said, rule, by, on)
        self._sign_offs.parent.mkdir(parents=True, exist_ok=True)
        self._sign_offs.write_text(text, "utf-8")
        self.__dict__.pop("rulebook", None)

    @property
    def _sign_offs(self) -> Path:
        return self.config.data / "signed_off.toml"

    @cached_property
    def embedded(self) -> Embedded:
        """The embedded host."""
        return Embedded(self.store, self.keyed, self.rulebook, self.model, clock.now, self.deliver)

    @cached_property
    def intake(self) -> Intake:
        """Where loads go."""
        return Intake(self.store, self.keyed, self.config.data / "held")

    @cached_property
    def pds(self) -> Pds:
        """The client of PDS.

        Raises:
            ConfigError: It is not configured, and so off.
        """
        config = self.config
        if not config.pds_url:
            raise ConfigError("HUB_PDS_URL", "not set: nobody is traced. Give the base URL of the PDS FHIR API")
        if config.pds_key_file and not config.pds_key_file.exists():
            raise ConfigError("HUB_PDS_KEY_FILE", "no such file")
        return Pds(Settings(config.pds_url, self._pds_key, config.pds_rate), self.keyed.name)

    def _pds_key(self) -> str:
        path = self.config.pds_key_file
        return path.read_text("utf-8").strip() if path else ""

    def connector(self, name: str) -> Connector:
        """Return the connector of that name; MNS asks PDS what replaced a number, where PDS is configured."""
        if name != mns.MNS.name or not self.config.pds_url:
            return catalogue.BY_NAME[name]
        known = "SELECT 1 AS one FROM directory WHERE name = :name"
        return mns.connector(
            mns.Fetch(
                lambda number: self.pds.patient(number, self.now()),
                lambda number: bool(self.store.select(known, name=self.keyed.name("nhs_number", number))),
            )
        )

    @cached_property
    def log(self) -> EventLog:
        """The event log: Kafka, with the schema registry that is configured."""
        from hub.adapters.kafka import KafkaLog

        return KafkaLog(self.config.bootstrap, self.topics, self.codec)

    @cached_property
    def topics(self) -> Topics:
        """The topics, their names on the broker prefixed as configured."""
        from hub.adapters.kafka import load_topics

        return load_topics(SCHEMAS / "topics.toml", self.config.prefix)

    @cached_property
    def codec(self) -> Codec:
        """Events as Avro; the file registry unless a server is configured."""
        from hub.adapters.avro import AvroCodec
        from hub.adapters.registry import ConfluentRegistry, FileRegistry

        folder = SCHEMAS / "avro"
        return AvroCodec(
            folder, ConfluentRegistry(self.config.registry) if self.config.registry else FileRegistry(folder)
        )

    def publish(self) -> int:
        """Publish what intake left in its outbox; return how many rows that was, each acknowledged."""
        return publish.outbox(self.store, self.log)

    def work(self, name: str) -> int:
        """Be a worker on Kafka and PostgreSQL until told to stop; return the exit code."""
        from consumers import app
        from consumers.batch_service import Settings
        from consumers.partition import Parts

        parts = Parts(
            self.store, self.log, self.codec, self.topics, self.keyed, self.rulebook, self.model, clock.now, self.deliver
        )  # fmt: skip
        group = f"{self.config.prefix}tell-once"
        return app.run(parts, Settings(name=name, bootstrap=self.config.bootstrap, group=group))

    def close(self) -> None:
        """Close what was opened."""
        for part in ("log", "pds", "store"):
            if part in self.__dict__:
                self.__dict__.pop(part).close()

    def now(self) -> str:
        """Return the present instant, our stamp form."""
        return stamp(clock.now())

    def channel(self, name: str) -> Channel:
        """Return the channel of that name; without a mail server mail is a file in the outbox folder."""
        if name == "email" and self.config.smtp:
            host, _, port = self.config.smtp.rpartition(":")
            return Smtp(Server(host or "127.0.0.1", int(port)), self.config.smtp_from)
        return OutboxFolder(self.config.mails, self.config.smtp_from)

    def deliver(self, worker: AreaWorker, at: str) -> None:
        """Send what waits in the area, and take the reports of it into the journal."""
        state = worker.state
        if state.tick_on is None:
            return
        messages = compose(
            state.told.waiting(), state.tick_on, self.config.base_url, state.told.digested(state.tick_on)
        )
        outcomes: dict[str, list[str]] = {"sent": [], "failed": []}
        for message in messages:
            try:
                self.channel(message.channel).send(message)
                outcomes["sent"] += message.deliveries
            except Unusable:
                outcomes["failed"] += message.deliveries
            except Unavailable:
                continue  # it stays pending, and goes at the next tick
        alerts = {w.delivery.delivery: w.delivery.alert for w in state.told.waiting()}
        reports = []
        for outcome, deliveries in outcomes.items():
            if deliveries:
                rows = [{"delivery": d, "alert": alerts[d]} for d in sorted(deliveries)]
                body = {"outcome": outcome, "on": state.tick_on.isoformat(), "deliveries": rows}
                reports.append(
                    Input("delivery_reported", name_of("reported", state.area, encode(body)), encode(body), at)
                )
        if reports:
            worker.take(reports, max(at, self.now()))

    def rebuilt(self, folder: Path) -> Store:
        """Return a fresh store in the folder; what stood there goes."""
        if folder.exists():
            shutil.rmtree(folder)
        return sql.open_file(folder / "hub.sqlite")

    def in_memory(self) -> Store:
        """Return a store for one question."""
        return sql.in_memory()

    def at(self, where: str) -> sql.SqlStore:
        """Return the store in a folder or at a DSN.

        Raises:
            ConfigError: There is none.
        """
        if "://" in where:
            return sql.open_dsn(where)
        if not (Path(where) / "hub.sqlite").exists():
            raise ConfigError(where, "holds no hub")
        return sql.open_file(Path(where) / "hub.sqlite")

    def tables(self) -> list[str]:
        """Return the names of all tables of a store."""
        return sorted(METADATA.tables)

    def select_over(self, views: dict[str, tuple[str, dict[str, object]]], query: str) -> list[dict[str, Any]]:
        """Run a SELECT that sees nothing but the given views: name to query and parameters."""
        parameters: dict[str, object] = {}
        schema = "main" if self.store.is_sqlite else "public"
        heads = []
        for n, (name, (body, values)) in enumerate(views.items()):
            for key in sorted(values, key=len, reverse=True):
                body = re.sub(rf":{key}\b", f":v{n}_{key}", body)
                parameters[f"v{n}_{key}"] = values[key]
            body = re.sub(r"\b(FROM|JOIN) (\w+)", rf"\1 {schema}.\2", body)
            heads.append(f'shown_{name} AS ({body}), "{name}" AS (SELECT * FROM shown_{name})')
        text = f"WITH {', '.join(heads)} SELECT * FROM ({query}) answered" if heads else query
        return self.store.select_read_only(text, parameters)

    def web(self, base_url: str) -> Any:
        """Return the pages and the API as an ASGI app."""
        values = WebValues(self.is_demo, self.keyed.signature(b"sessions").encode(), clock.now)
        rules = rules_for_pages(self.rulebook)
        return create_app(lambda: self.store, Audits(self), WebCommands(self), values, rules, self.rulebook)

    def mark_demo(self) -> None:
        """Mark a new store as the demo's: only such a store has a demo sign-in."""
        with self.store.begin() as unit:
            unit.put("meta", [("demo", "1")])
        self.__dict__.pop("is_demo", None)


class Audits:
    """Writes looks into the audit."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def audit(self, actor: str, role: str, purpose: str, action: str, area: str) -> None:
        """Record one look."""
        with self._hub.store.begin() as unit:
            audit(unit, area, By(actor, role, purpose), action, self._hub.now())


class WebCommands:
    """Hands in what people do on pages."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def send(self, area: str, kind: str, body: dict[str, Any], actor: Actor, words: str = "") -> str:
        """Hand a command in, and take it at once where this process is the worker."""
        by = By(actor.name, actor.role, "duty_monitoring")
        body = body | {"actor": actor.name}
        if words:
            body |= {"words_ref": self._keep(area, body, words)}
        number = send(self._hub.store, area, kind, body, by, self._hub.now())
        if self._hub.config.bootstrap:
            return "saved, being applied"
        self._hub.embedded.command(area, number)
        return "done"

    def decide(self, area: str, kind: str, body: dict[str, Any], actor: Actor, words: str = "") -> dict[str, Any]:
        """Hand in what a steward decides; return its result."""
        by = By(actor.name, actor.role, STEWARDSHIP)
        body = body | {"by": actor.name}
        if words:
            body |= {"words_ref": self._keep(area, body, words)}
        number = send(self._hub.store, area, kind, body, by, self._hub.now())
        result = self._awaited(number) if self._hub.config.bootstrap else self._hub.embedded.command(area, number)
        if result.get("error") == "NotFound":
            raise NotFound(result["kind"], "")
        if "error" in result:
            raise Conflict(result.get("what", kind), result.get("reason", ""))
        return result

    def _awaited(self, number: int) -> dict[str, Any]:
        """Return what the area's worker made of a command, nothing if it has not come to it in two seconds."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            row = self._hub.store.select("SELECT state, result FROM inbox WHERE n = :n", n=number)[0]
            if row["state"] != "waiting":
                result: dict[str, Any] = msgspec.json.decode(row["result"] or "{}")
                return result
            time.sleep(0.05)
        return {}

    def _keep(self, area: str, body: dict[str, Any], words: str) -> str:
        """Keep free text in its own table and return its reference."""
        name = name_of("text", area, encode(body), self._hub.now())
        about = next((body[one] for one in ("alert", "match", "entry", "child", "of") if body.get(one)), "")
        with self._hub.store.begin() as unit:
            unit.put("text", [(area, name, about, words, "")])
        return name


def rules_for_pages(book: Rulebook) -> dict[str, dict[str, Any]]:
    """Return what pages say of each rule."""
    return {rule.id: rule_for_pages(rule) for rule in book.rules}


def rule_for_pages(rule: Rule) -> dict[str, Any]:
    """Return what pages say of one rule."""
    return {
        "duty": rule.duty, "source": rule.cited, "duty_force": rule.duty_force, "limit_force": rule.limit_force,
        "enactment": rule.enactment, "signed_off": rule.signed_off is not None, "doubt": rule.doubt,
    }  # fmt: skip


def tables_of(store: Store) -> dict[str, Callable[[], list[dict[str, Any]]]]:
    """Return, by name, a reader of every table that a rebuild makes again."""

    def reader(name: str, order: str) -> Callable[[], list[dict[str, Any]]]:
        return lambda: store.select(f'SELECT * FROM "{name}" ORDER BY {order}')

    return {t.name: reader(t.name, ", ".join(f'"{c.name}"' for c in t.primary_key.columns)) for t in FOLDED}


def digest_of(rows: list[dict[str, Any]]) -> str:
    """Return the sha256 of a table's rows in key order."""

    total = hashlib.sha256()
    for row in rows:
        total.update(msgspec.json.encode(list(row.values())) + b"\n")
    return total.hexdigest()


def run_cases(book: Rulebook, path: Path) -> dict[str, Any]:
    """Run worked cases and return how many there were, how many failed, and how."""
    count, failed, differences = 0, 0, []
    for case in cases.read_cases(path):
        found = cases.run(case, book)
        count += 1
        failed += bool(found)
        differences += [f"{case.name}: {difference}" for difference in found]
    return {"cases": count, "failed": failed, "differences": differences}
