"""Killed in an open transaction, frozen and thawed, again and again: the tables are those of an undisturbed run."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.bootstrap import Hub
from tests.worker_world import EmbeddedWorld, Row, WorkerProcess, World, a_load, difference

Unique = Callable[[str], str]
AREAS = [f"E{n:08d}" for n in range(1, 6)]
CHILDREN = 60
EVENTS = len(AREAS) * CHILDREN * 8
TICKS = ("2026-01-05", "2026-02-16")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Twins:
    """Two hubs with the same inputs: a disturbed one on Kafka, and the reference, which nobody disturbs."""

    def __init__(self, disturbed: World, reference: Hub) -> None:
        self.disturbed, self.reference = disturbed, reference
        self.rows: list[Row] = [row for area in AREAS for row in a_load(area, CHILDREN)]
        for area in AREAS:
            self.disturbed.configure(area)

    def tick(self, on: str) -> None:
        for area in AREAS:
            self.disturbed.command(area, "tick", {"on": on})

    def assert_equal(self) -> None:
        sql = "SELECT area, id, body, count(*) AS n FROM journal WHERE kind = 'event' GROUP BY area, id, body ORDER BY area, id"
        disturbed, reference = self.disturbed.hub.store.select(sql), self.reference.store.select(sql)
        assert len(disturbed) == EVENTS
        assert {row["n"] for row in disturbed} == {1}
        assert disturbed == reference
        sql = "SELECT area, min(seq) AS first, max(seq) - count(*) AS gaps FROM journal GROUP BY area ORDER BY area"
        assert {(row["first"], row["gaps"]) for row in self.disturbed.hub.store.select(sql)} == {(1, 0)}
        assert difference(self.disturbed.hub, self.reference) == {}
        assert self.disturbed.count("alert WHERE state = 'raised'") > 0
        assert self.disturbed.count("delivery WHERE state = 'pending'") == 0


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The embedded hub, the reference semantics, with everything taken in order."""
    with EmbeddedWorld(tmp_path_factory.mktemp("reference")) as world:
        for area in AREAS:
            world.configure(area)
        world.send([row for area in AREAS for row in a_load(area, CHILDREN)])
        for on in TICKS:
            for area in AREAS:
                world.command(area, "tick", {"on": on})
        yield world.hub


@pytest.fixture
def twins(kafka: str, postgres_dsn: str, reference: Hub, tmp_path: Path, unique: Unique) -> Iterator[Twins]:
    with World(tmp_path / "disturbed", postgres_dsn, kafka, unique("kill") + ".") as disturbed:
        yield Twins(disturbed, reference)


def died(worker: WorkerProcess) -> bool:
    return not worker.is_running and worker.wait() == -signal.SIGKILL


def test_killed_inside_its_transactions_with_lag_it_loses_and_doubles_nothing(twins: Twins) -> None:
    world = twins.disturbed
    world.send(twins.rows)
    twins.tick(TICKS[0])
    deaths = 0
    for transactions in (1, 2, 3, 5, 8, 13, 14, 15, 16, 17, 23, 31):
        worker = world.start("w1", batch=150, dies_in=transactions)
        world.wait(lambda w=worker: died(w), 90)
        deaths += 1
    last = world.start("w1", batch=150)
    world.wait_for_commands(120)
    twins.tick(TICKS[1])
    world.wait_for_commands(120)
    assert last.stop() == 0
    assert deaths == 12
    twins.assert_equal()


def test_two_workers_killed_at_any_moment_under_load_lose_and_double_nothing(twins: Twins) -> None:
    world, chance = twins.disturbed, random.Random(3)
    workers = {name: world.start(name, batch=100, agents=True) for name in ("w1", "w2")}
    pieces = [twins.rows[n : n + 200] for n in range(0, len(twins.rows), 200)]
    for number, piece in enumerate(pieces):
        world.send(piece)
        time.sleep(chance.uniform(0, 0.5))
        if number % 2 == 0:
            name = chance.choice(["w1", "w2"])
            workers[name].kill()
            workers[name] = world.start(name, batch=100, agents=True)
    world.wait_for_events(EVENTS, 120)
    for on in TICKS:
        twins.tick(on)
        time.sleep(chance.uniform(0, 1.0))
        for name in workers:
            workers[name].kill()
            workers[name] = world.start(name, batch=100, agents=True)
        world.wait_for_commands(120)
    assert [worker.stop() for worker in workers.values()] == [0, 0]
    twins.assert_equal()


def test_a_worker_that_was_frozen_and_comes_back_writes_nothing_stale(twins: Twins) -> None:
    world = twins.disturbed
    half = len(twins.rows) // 2
    frozen = world.start("w1", batch=100)
    world.send(twins.rows[:half])
    world.wait(lambda: world.count("journal WHERE kind = 'event'") > 300)
    frozen.signal(signal.SIGSTOP)
    other = world.start("w2", batch=100)
    world.send(twins.rows[half:])
    world.wait_for_events(EVENTS, 120)  # after the frozen one's session and open transaction have timed out
    twins.tick(TICKS[0])
    world.wait_for_commands(120)
    frozen.signal(signal.SIGCONT)
    twins.tick(TICKS[1])
    world.wait_for_commands(120)
    time.sleep(3)
    assert other.stop() == 0
    frozen.kill()
    twins.assert_equal()
