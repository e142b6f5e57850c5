"""What `hub identity scenarios` does: small sequences of records and of what people did, each expectation checked."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from consumers import inbox
from hub.bootstrap import Hub
from hub.commands.inbox import By, send
from hub.config import Config
from hub.domain.errors import Unusable
from hub.domain.identity.model import Model
from hub.pipeline.area import AreaWorker
from hub.ports import Store
from hub.verbs.columns import shipped
from hub.verbs.evaluating import AREA, AT, described

STEWARD = By("steward", "steward", "identity_stewardship")
Pair = tuple[int, int]


class Expected(Struct, frozen=True):
    """What must come out; pairs are positions of events."""

    same_child: list[Pair] = []
    never_auto_linked: list[Pair] = []
    should_reach_review: list[Pair] = []


class Scenario(Struct, frozen=True):
    """One sequence."""

    id: str
    kind: str
    events: list[dict[str, Any]]
    expect: Expected


class Tally(Struct):
    """How many expectations held."""

    passed: int = 0
    total: int = 0
    failed: list[str] = []

    def count(self, scenario: str, holds: bool) -> None:
        """Count one expectation of a scenario."""
        self.total += 1
        self.passed += holds
        if not holds and scenario not in self.failed:
            self.failed.append(scenario)


class Played(Struct):
    """What became of the scenarios of a file."""

    never_auto_linked: Tally
    other: Tally
    scenarios: int = 0


def play(path: Path, model: Model) -> Played:
    """Play every scenario of a file, each in an area of its own, and check what it expects at every step."""
    result = Played(Tally(), Tally())
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(Config(data=Path(folder)))
        for scenario in read(path):
            store = hub.in_memory()
            worker = AreaWorker(store, AREA, hub.keyed, hub.rulebook, model)
            _Stage(store, worker).play(scenario, result)
            result.scenarios += 1
    return result


def read(path: Path) -> Iterator[Scenario]:
    """Yield the scenarios of a file of JSON lines.

    Raises:
        Unusable: A line is not one.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(str(path), "file", f"cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=Scenario)
            except msgspec.MsgspecError as error:
                raise Unusable(f"{path}:{number}", "scenario", str(error)) from error


class _Stage:
    """One area in which one scenario is played."""

    def __init__(self, store: Store, worker: AreaWorker) -> None:
        self._store, self._worker = store, worker
        self._columns = shipped()["children"]
        self._records: dict[int, tuple[str, str]] = {}
        self._revisions: Counter[tuple[str, str]] = Counter()

    def play(self, scenario: Scenario, result: Played) -> None:
        """Play it and count what held."""
        joined: set[Pair] = set()
        for event in scenario.events:
            self._step(event)
            if event.get("op") == "steward_split":  # what is forbidden then is to join them again
                joined = {pair for pair in joined if not self._parts(event, pair)}
            joined |= {pair for pair in scenario.expect.never_auto_linked if self._are_one(pair)}
        for pair in scenario.expect.never_auto_linked:
            result.never_auto_linked.count(scenario.id, pair not in joined)
        for pair in scenario.expect.same_child:
            result.other.count(scenario.id, self._are_one(pair))
        for pair in scenario.expect.should_reach_review:
            result.other.count(scenario.id, self._was_asked(pair))

    def _step(self, event: dict[str, Any]) -> None:
        operation = event.get("op", "")
        if operation == "steward_split":
            self._split(event)
        elif operation == "nhs_superseded":
            self._superseded(event["old"], event["new"])
        elif operation:
            raise Unusable("scenario", "op", f"{operation} is not known: steward_split or nhs_superseded")
        else:
            record = self._columns.subject(event)
            self._records[event["seq"]] = record
            self._revisions[record] += 1
            self._worker.take([described(record, self._revisions[record], self._columns.data(event))], AT)

    def _split(self, event: dict[str, Any]) -> None:
        """Part two records by the command that the pages send."""
        source, local_id = self._records[event["b"]]
        body = {"source": source, "local_id": local_id, "by": STEWARD.actor, "reason": event.get("reason", "")}
        send(self._store, AREA, "split_child", body, STEWARD, AT)
        for row in inbox.waiting(self._store, AREA):
            inbox.take(self._worker, self._store, row, AT)

    def _superseded(self, old: str, new: str) -> None:
        """Tell what the Spine tells: one number took another one's place."""
        said = {"system": "nhs_number", "old": old, "new": new}
        self._worker.take([described(("pds", new), 1, said, "IdentifierSuperseded")], AT)

    def _parts(self, event: dict[str, Any], pair: Pair) -> bool:
        return {self._records[n] for n in pair} == {self._records[event["a"]], self._records[event["b"]]}

    def _are_one(self, pair: Pair) -> bool:
        if not set(pair) <= self._records.keys():
            return False
        one, other = (self._records[n] for n in pair)
        child_of = self._worker.state.clusters.child_of
        return one == other or child_of[one] == child_of[other]

    def _was_asked(self, pair: Pair) -> bool:
        """Whether somebody was asked about one record and the child of the other, as it was then or is now."""
        one, other = (self._records[n] for n in pair)
        sql = "SELECT source, local_id, child FROM source_record WHERE area = :area"
        children: dict[tuple[str, str], set[str]] = {one: set(), other: set()}
        for row in self._store.select(sql, area=AREA):
            record = (row["source"], row["local_id"])
            if record in children:
                children[record].add(row["child"])
        asked = {((m["source"], m["local_id"]), m["child"]) for m in self._worker.state.matches.values()}
        return any((one, child) in asked for child in children[other]) or any(
            (other, c) in asked for c in children[one]
        )


def lines(played: dict[str, Any]) -> str:
    """Return the tally as people read it."""
    said = []
    for name in ("never_auto_linked", "other"):
        tally = played[name]
        failed = f"; failed: {', '.join(tally['failed'])}" if tally["failed"] else ""
        said.append(f"{name.replace('_', ' ')}: {tally['passed']} of {tally['total']} hold{failed}")
    return "\n".join(said)
