"""A ledger that was lost is made again from the journal (invariant 1)."""

import json
from pathlib import Path

import pytest

from connectors.simulator.simulate import simulate
from tests.conformance.commands import CommandLine

FIRST = 22


def steps(folder: Path) -> list[list[str]]:
    return [json.loads(line)["args"] for line in (folder / "loads.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lost") / "sources"
    simulate(1, 8, 5, folder)
    return folder


def test_a_lost_ledger_doubles_nothing_and_goes_on(sources: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(sources)
    found: list[dict[str, tuple[str, str]]] = []
    for name in ("kept", "lost"):
        line = CommandLine(tmp_path / name)
        line.hub.mark_demo()  # one key for both
        for step in steps(sources)[:FIRST]:
            line.ok(*step)
        if name == "lost":
            with line.hub.store.begin() as unit:
                unit.execute("DELETE FROM intake_row")
        for step in [s for s in steps(sources)[:FIRST] if s[0] == "ingest"] + steps(sources)[FIRST : FIRST + 12]:
            line.ok(*step)
        rows = line.hub.store.select("SELECT id, type, load FROM journal WHERE kind = 'event'")
        found.append({row["id"]: (row["type"], row["load"].rsplit("-", 1)[0]) for row in rows})
        line.close()
    kept, lost = found
    assert not lost.keys() - kept.keys()
    # What is missed: a FHIR resource entered in error says nothing any more, so nobody knows whose it was.
    assert {kept[one] for one in kept.keys() - lost.keys()} <= {("SourceRecordWithdrawn", "trust-a01")}
