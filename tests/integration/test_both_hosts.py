"""The embedded hub and the Kafka worker are one hub: same journal, same tables; same files, same answers."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.simulator.simulate import simulate
from consumers.compare import compare
from hub import cli
from hub.bootstrap import Hub, tables_of
from hub.config import Config

CHILDREN = 16


def run(hub: Hub, *arguments: object) -> str:
    """Run one verb in this process and return what it printed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = cli.main([str(argument) for argument in arguments], hub)
    assert code == 0, (code, arguments, out.getvalue())
    return out.getvalue()


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("both") / "sources"
    simulate(2, CHILDREN, 3, folder)
    return folder


def play(hub: Hub, sources: Path) -> None:
    for line in (sources / "loads.jsonl").read_text().splitlines():
        with contextlib.chdir(sources):
            run(hub, *json.loads(line)["args"])


@pytest.fixture(scope="module")
def embedded(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = Hub(Config(data=tmp_path_factory.mktemp("embedded")))
    play(hub, sources)
    yield hub
    hub.close()


def test_one_journal_gives_byte_equal_tables_in_both_databases(
    embedded: Hub, postgres_dsn: str, tmp_path: Path
) -> None:
    run(embedded, "journal", "export", tmp_path / "journal.jsonl")
    other = Hub(Config(data=tmp_path / "other", database=postgres_dsn))
    run(other, "journal", "import", tmp_path / "journal.jsonl")
    found = json.loads(run(embedded, "compare", embedded.config.data, postgres_dsn, "--json"))
    run(other, "journal", "export", tmp_path / "again.jsonl")
    other.close()
    assert found["equal"], found
    assert (tmp_path / "journal.jsonl").read_bytes() == (tmp_path / "again.jsonl").read_bytes()


def test_the_same_files_through_kafka_give_the_same_up_to_the_names_of_children(
    embedded: Hub, sources: Path, kafka: str, postgres_dsn: str, tmp_path: Path, unique
) -> None:
    prefix = unique("both") + "."
    hub = Hub(Config(data=tmp_path / "hub", database=postgres_dsn, bootstrap=kafka, prefix=prefix))
    environment = os.environ | {
        "HUB_DATA": str(tmp_path / "hub"), "HUB_DATABASE": postgres_dsn, "HUB_BOOTSTRAP": kafka, "HUB_PREFIX": prefix,
    }  # fmt: skip
    command = [str(Path(sys.executable).parent / "hub"), "worker", "--name", "w1"]
    assert hub.keyed  # the key is there before the worker asks for it
    with (
        (tmp_path / "worker.log").open("w") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as worker,
    ):
        try:
            play(hub, sources)
        finally:
            worker.terminate()
            code = worker.wait(60)
    found = compare(tables_of(embedded.store), tables_of(hub.store), rename_children=True)
    hub.close()
    assert code == 0, (tmp_path / "worker.log").read_text()
    assert found["equal"], {name: table for name, table in found["tables"].items() if table["different"]}
