"""Killed in an open transaction, frozen and thawed, again and again: the tables are those of an undisturbed run."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.postgres import PostgresServer
from tests.worker_world import Row, WorkerProcess, World, a_load

Unique = Callable[[str], str]
AREAS = [f"E{n:08d}" for n in range(1, 6)]
CHILDREN = 60
EVENTS = len(AREAS) * CHILDREN * 8
TICKS = ("2026-01-05", "2026-02-16")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Twins:
    """Two hubs that read the same topics: one is disturbed, the other is not."""

    def __init__(self, kafka: str, postgres: PostgresServer, folder: Path, prefix: str) -> None:
        self.disturbed = World(folder / "disturbed", postgres.new_database(), kafka, prefix)
        self.undisturbed = World(folder / "undisturbed", postgres.new_database(), kafka, prefix)
        self.rows: list[Row] = [row for area in AREAS for row in a_load(area, CHILDREN)]
        for world in (self.disturbed, self.undisturbed):
            for area in AREAS:
                world.configure(area)

    def tick(self, world: World, on: str) -> None:
        for area in AREAS:
            world.command(area, "tick", {"on": on})

    def finish(self) -> None:
        """Let the undisturbed hub do the same."""
        worker = self.undisturbed.start("calm", group=f"{self.undisturbed.config.prefix}calm", batch=5000)
        self.undisturbed.wait_for_events(EVENTS, 120)
        for on in TICKS:
            self.tick(self.undisturbed, on)
            self.undisturbed.wait_for_commands(120)
        assert worker.stop() == 0

    def assert_equal(self) -> None:
        self.finish()
        sql = "SELECT area, id, body, count(*) AS n FROM journal WHERE kind = 'event' GROUP BY area, id, body ORDER BY area, id"
        disturbed, undisturbed = self.disturbed.hub.store.select(sql), self.undisturbed.hub.store.select(sql)
        assert len(disturbed) == EVENTS
        assert {row["n"] for row in disturbed} == {1}
        assert disturbed == undisturbed
        sql = "SELECT area, min(seq) AS first, max(seq) - count(*) AS gaps FROM journal GROUP BY area ORDER BY area"
        assert {(row["first"], row["gaps"]) for row in self.disturbed.hub.store.select(sql)} == {(1, 0)}
        assert self.disturbed.difference(self.undisturbed) == {}
        assert self.disturbed.count("alert WHERE state = 'raised'") > 0
        assert self.disturbed.count("delivery WHERE state = 'pending'") == 0


@pytest.fixture
def twins(kafka: str, postgres: PostgresServer, tmp_path: Path, unique: Unique) -> Iterator[Twins]:
    made = Twins(kafka, postgres, tmp_path, unique("kill") + ".")
    with made.disturbed, made.undisturbed:
        yield made
    for world in (made.disturbed, made.undisturbed):
        postgres.drop_database(world.config.database)


def died(worker: WorkerProcess) -> bool:
    return not worker.is_running and worker.wait() == -signal.SIGKILL


def test_killed_inside_its_transactions_with_lag_it_loses_and_doubles_nothing(twins: Twins) -> None:
    world = twins.disturbed
    world.send(twins.rows)
    twins.tick(world, TICKS[0])
    deaths = 0
    for transactions in (1, 2, 3, 5, 8, 13, 14, 15, 16, 17, 23, 31):
        worker = world.start("w1", batch=150, dies_in=transactions)
        world.wait(lambda w=worker: died(w), 90)
        deaths += 1
    last = world.start("w1", batch=150)
    world.wait_for_commands(120)
    twins.tick(world, TICKS[1])
    world.wait_for_commands(120)
    assert last.stop() == 0
    assert deaths == 12
    twins.assert_equal()


def test_two_workers_killed_at_any_moment_under_load_lose_and_double_nothing(twins: Twins) -> None:
    world, chance = twins.disturbed, random.Random(3)
    workers = {name: world.start(name, batch=100) for name in ("w1", "w2")}
    pieces = [twins.rows[n : n + 200] for n in range(0, len(twins.rows), 200)]
    for number, piece in enumerate(pieces):
        world.send(piece)
        time.sleep(chance.uniform(0, 0.5))
        if number % 2 == 0:
            name = chance.choice(["w1", "w2"])
            workers[name].kill()
            workers[name] = world.start(name, batch=100)
    world.wait_for_events(EVENTS, 120)
    for on in TICKS:
        twins.tick(world, on)
        time.sleep(chance.uniform(0, 1.0))
        for name in workers:
            workers[name].kill()
            workers[name] = world.start(name, batch=100)
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
    twins.tick(world, TICKS[0])
    world.wait_for_commands(120)
    frozen.signal(signal.SIGCONT)
    twins.tick(world, TICKS[1])
    world.wait_for_commands(120)
    time.sleep(3)
    assert other.stop() == 0
    frozen.kill()
    twins.assert_equal()
