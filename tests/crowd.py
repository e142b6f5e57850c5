"""Invented children as an area hears of them: rows of `hub simulate --people-only` become descriptions in its journal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from starlette.applications import Starlette

from hub.domain.events.envelope import Event
from hub.pipeline.journal import Input
from hub.verbs.columns import shipped
from hub.verbs.evaluating import described
from hub.verbs.records import read
from hub.verbs.simulating import people
from tests.conformance.commands import AREA, CommandLine
from tests.stewarding import app_of

FIRST, LATER = "2026-01-05T07:00:00.000000Z", "2026-03-05T07:00:00.000000Z"
Row = dict[str, str]


def told(rows: list[Row], **more: Callable[[Row], Any]) -> Iterator[Input]:
    """Yield descriptions of the rows in the area, with further fields worked out from each."""
    columns, revisions = shipped()["children"], dict[tuple[str, str], int]()
    for row in rows:
        subject = columns.subject(row)
        revisions[subject] = revisions.get(subject, 0) + 1
        data = columns.data(row) | {name: of(row) for name, of in more.items()}
        one = described(subject, revisions[subject], data)
        event = msgspec.structs.replace(msgspec.json.decode(one.body, type=Event), area=AREA)
        yield Input("event", one.id, msgspec.json.encode(event).decode())


def feed(line: CommandLine, inputs: list[Input], at: str) -> None:
    worker = line.hub.embedded.worker(AREA)
    for start in range(0, len(inputs), 200):
        worker.take([msgspec.structs.replace(one, taken_at=at) for one in inputs[start : start + 200]], at)


@contextmanager
def a_crowd(folder: Path, children: int = 400) -> Iterator[Starlette]:
    """Give the pages over an area of invented children whose ethnicity their records say."""
    people(1, children, 5, 1.0, folder / "people")
    entity = {row["record_id"]: row["entity_id"] for row in read(folder / "people" / "truth.csv.gz")}
    groups = {row["entity_id"]: row["ethnicity"] for row in read(folder / "people" / "groups.csv.gz")}
    line = CommandLine(folder / "hub")
    line.hub.mark_demo()
    line.ok("area", "add", AREA, "--name", "Ashdale", "--live-from", "2026-01-05")
    rows = list(read(folder / "people" / "records.csv.gz"))
    feed(line, list(told(rows, ethnicity=lambda row: groups[entity[row["record_id"]]])), FIRST)
    yield app_of(line.hub)
    line.close()
