"""A process killed within any transaction of an ingest or a tick, started again and asked again, ends the same (invariant 11)."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hub.pipeline import visits
from tests.conformance.commands import CommandLine, asked, received, set_up
from tests.property import dies

POINTS = (2, 3, 5, 6, 7, 8, 9, 10, 15, 18)
"""Transactions in which the process dies: of the loads, of taking what they sent, of the tick and of its deliveries."""

SAME = ("obligation", "provision", "shortfall", "timer", "visit", "alert", "delivery", "announced", "person", "child", "feed",
        "possible_match", "quarantine", "body", "contact")  # fmt: skip
ROOT = Path(__file__).parents[2]


def steps_of(files: Path) -> list[list[str]]:
    first, late = str(asked(files)), str(received(files, "2026-02-20"))
    tick = ["tick", "--area", "A01", "--json", "--on"]
    return [
        ["ingest", "casework", first, "--recorded-at", "2026-01-13T03:00", "--complete-to", "2026-02-23", "--json"],
        [*tick, "2026-02-24"],
        ["ingest", "casework", late, "--recorded-at", "2026-03-02T03:00", "--complete-to", "2026-03-01", "--json"],
        [*tick, "2026-03-02"],
    ]


def same(line: CommandLine) -> dict[str, list[dict[str, Any]]]:
    tables = line.tables()
    return {name: tables[name] for name in SAME} | {"events": line.hub.store.select(
        "SELECT j.id, j.slot, j.revision, a.child FROM journal j JOIN attribution a ON a.event = j.id AND a.known_to IS NULL"
        " WHERE j.kind = 'event' ORDER BY j.id"
    )}  # fmt: skip


def test_killed_in_any_transaction_and_asked_again_it_ends_the_same(tmp_path: Path) -> None:
    base = CommandLine(tmp_path / "base")
    set_up(base, tmp_path / "files")
    base.hub.keyed.name("make the key")
    base.close()
    steps = tmp_path / "steps.jsonl"
    steps.write_text("\n".join(json.dumps(step) for step in steps_of(tmp_path / "files")))
    shutil.copytree(tmp_path / "base", tmp_path / "whole")
    dies.main(tmp_path / "whole", steps, 0, "NEVER")
    whole = CommandLine(tmp_path / "whole")
    expected = same(whole)
    whole.close()
    count = int(steps.with_suffix(".count").read_text())
    assert count >= POINTS[-1]
    for number in POINTS:
        when = "BEFORE" if number % 2 else "AFTER"
        folder = tmp_path / f"killed-{number}"
        shutil.copytree(tmp_path / "base", folder)
        died = subprocess.run(
            [sys.executable, "-m", "tests.property.dies", str(folder), str(steps), str(number), when],
            cwd=ROOT,
            check=False,
        )
        assert died.returncode == -signal.SIGKILL
        line = CommandLine(folder)
        for step in steps.read_text().splitlines()[int(steps.with_suffix(".done").read_text()) :]:
            line.ok(*json.loads(step))
        assert same(line) == expected, (number, when)
        rebuilt = line.json("rebuild", "--to", folder / "rebuilt")["tables"]
        assert rebuilt
        assert line.json("compare", folder, folder / "rebuilt")["equal"], number
        line.close()


def test_a_tick_in_small_pieces_ends_as_one_in_one_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[dict[str, list[dict[str, Any]]]] = []
    for piece in (500, 1):
        monkeypatch.setattr(visits, "PIECE", piece)
        line = CommandLine(tmp_path / f"hub{piece}")
        if found:
            (tmp_path / f"hub{piece}").mkdir()
            shutil.copy(tmp_path / "hub500" / "key", tmp_path / f"hub{piece}" / "key")
        set_up(line, tmp_path / "files")
        for step in steps_of(tmp_path / "files"):
            line.ok(*step)
        found.append(line.tables())
        line.close()
    assert found[0] == found[1]
