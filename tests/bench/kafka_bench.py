"""How fast the worker on Kafka and PostgreSQL is: events a second with much waiting, and the time from produce to row.

    python -m tests.bench.kafka_bench [CHILDREN]

Broker, database, worker and this process share the machine. Prints one JSON object and asserts nothing.
"""

import contextlib
import io
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

from connectors.simulator.simulate import simulate
from hub import cli
from tests.servers.kafka import KafkaServer
from tests.servers.postgres import PostgresServer
from tests.worker_world import MONDAY, World, an_event

AREA = "E00000001"
WARM_UP = 100


def run(children: int = 300, seed: int = 7, rate: int = 100, seconds: float = 10.0) -> dict[str, Any]:
    """Return what one run measured.

    Args:
        children: Simulated children in two areas, about 60 events each.
        seed: Of the simulation.
        rate: Events a second while latency is measured.
        seconds: How long latency is measured.
    """
    with tempfile.TemporaryDirectory() as folder, KafkaServer() as kafka, PostgresServer() as postgres:
        with World(Path(folder) / "load", postgres.new_database(), kafka.bootstrap, "load.") as world:
            made = throughput(world, children, seed, Path(folder) / "sources")
        with World(Path(folder) / "single", postgres.new_database(), kafka.bootstrap, "single.") as world:
            return made | latency(world, rate, seconds)


def throughput(world: World, children: int, seed: int, sources: Path) -> dict[str, Any]:
    """Let everything be published while no worker runs; then measure how long one takes to have it all assessed."""
    simulate(2, children, seed, sources)
    steps = [json.loads(line)["args"] for line in (sources / "loads.jsonl").read_text().splitlines()]
    areas = {step[2] for step in steps if step[:2] == ["area", "add"]}
    ticks = [n for n, step in enumerate(steps) if step[0] == "tick"][: len(areas)]  # without a tick nothing is judged
    worker = world.start("w1")
    _play(world, steps[: ticks[-1] + 1], sources)
    worker.stop()
    loads = [step for step in steps[ticks[-1] + 1 :] if step[0] == "ingest"]
    before = world.count("journal WHERE kind = 'event'")
    began = time.perf_counter()
    _play(world, loads, sources)
    ingested = time.perf_counter() - began
    events = _published(world) - before
    world.start("w1")
    world.wait(lambda: world.count("journal WHERE kind = 'event'") > before, 60)
    began, already = time.perf_counter(), world.count("journal WHERE kind = 'event'") - before
    world.wait_for_events(before + events, 600)
    took = time.perf_counter() - began
    return {
        "events": events, "ingest_and_publish_per_s": round(events / ingested),
        "worker_events_per_s": round((events - already) / took), "in_first_batch": already,
    }  # fmt: skip


def latency(world: World, rate: int, seconds: float) -> dict[str, Any]:
    """Produce single events at a steady rate; measure from before the produce until another connection sees the row."""
    world.start("w1")
    world.configure(AREA)
    world.send([an_event(AREA, 0, 0, "PersonDescribed", None, family_name="Quill")])
    world.wait_for_events(1)
    count = int(rate * seconds) + WARM_UP
    rows = [an_event(AREA, 0, n + 1, "SessionDelivered", MONDAY, line="L1", minutes=30.0) for n in range(count)]
    sent: dict[str, float] = {}
    seen: dict[str, float] = {}

    def watch() -> None:
        last = 0
        while len(seen) < count:
            for row in world.hub.store.select(
                "SELECT seq, id FROM journal WHERE seq > :last AND kind = 'event'", last=last
            ):
                seen.setdefault(row["id"], time.perf_counter())
                last = max(last, row["seq"])
            time.sleep(0.002)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    began = time.perf_counter()
    for n, row in enumerate(rows):
        time.sleep(max(0.0, began + n / rate - time.perf_counter()))
        sent[row[3]] = time.perf_counter()
        world.hub.log.publish(
            [dict(zip(("n", "area", "topic", "kind", "id", "body", "taken_at"), (n, *row), strict=True))]
        )
    watcher.join(60)
    waits = sorted(1000 * (seen[row[3]] - sent[row[3]]) for row in rows[WARM_UP:] if row[3] in seen)
    cuts = quantiles(waits, n=100)
    return {"latency_events": len(waits), "p50_ms": round(cuts[49], 1), "p99_ms": round(cuts[98], 1)}


def _play(world: World, steps: list[list[str]], sources: Path) -> None:
    for step in steps:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(sources):
            code = cli.main(step, world.hub)
        if code:
            raise SystemExit(f"hub {' '.join(step)}: exit {code}\n" + world.workers[-1].said())


def _published(world: World) -> int:
    rows = world.hub.store.select("SELECT events FROM load")
    return sum(sum(json.loads(row["events"]).values()) for row in rows if row["events"])


def main(children: int = 300) -> None:
    """Measure and print."""
    print(f"Kafka worker, {children} children, one run: {json.dumps(run(children))}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
