"""Fairness and drift say the same of an area on PostgreSQL as on SQLite."""

from pathlib import Path
from typing import Any

from hub.bootstrap import Hub
from hub.config import Config
from hub.verbs.fairness import of_area
from hub.verbs.records import read
from hub.verbs.simulating import people
from tests.conformance.commands import AREA, CommandLine
from tests.crowd import FIRST, LATER, feed, told


def found(hub: Hub, crowd: Path, folder: Path) -> dict[str, Any]:
    line = CommandLine(folder)
    line.hub = hub
    line.ok("area", "add", AREA, "--name", "Ashdale", "--live-from", "2026-01-05")
    inputs = list(told(list(read(crowd / "records.csv.gz"))))
    cut = len(inputs) * 7 // 10
    feed(line, inputs[:cut], FIRST)
    feed(line, inputs[cut:], LATER)
    return of_area(hub, AREA, "steward", "data_quality")


def test_fairness_is_the_same_on_both_databases(postgres_dsn: str, tmp_path: Path) -> None:
    crowd = tmp_path / "people"
    people(1, 600, 5, 1.0, crowd)
    for name in ("lite", "post"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "key").write_text("a test's key\n")
    lite = Hub(Config(data=tmp_path / "lite"))
    post = Hub(Config(data=tmp_path / "post", database=postgres_dsn))
    here, there = found(lite, crowd, tmp_path / "lite"), found(post, crowd, tmp_path / "post")
    lite.close()
    post.close()
    assert here == there
    assert here["groups"] and here["drift"][AREA]
