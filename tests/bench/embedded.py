"""How fast the embedded hub is: from agencies' files to assessed records, with its peak memory, part by part.

Rates are given by the wall and by CPU time, for the machine may be busy with other things.

Runs one simulated world in this process and prints one JSON object; `tests.bench` runs it in processes of its own.
"""

import contextlib
import io
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from connectors.simulator.simulate import simulate
from hub import cli
from hub.bootstrap import Hub
from hub.config import Config


def run(children: int, seed: int = 7) -> dict[str, object]:
    """Return what one run measured: events, seconds by kind of step, events a second, peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / "sources"
        began = time.perf_counter()
        simulate(2, children, seed, sources)
        simulated = time.perf_counter() - began
        hub = Hub(Config(data=Path(folder) / "hub"))
        seconds: Counter[str] = Counter()
        cpu: Counter[str] = Counter()
        lines = (sources / "loads.jsonl").read_text().splitlines()
        for line in lines:
            step = json.loads(line)["args"]
            began, used = time.perf_counter(), time.process_time()
            with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(sources):
                code = cli.main(step, hub)
            seconds[step[0]] += time.perf_counter() - began
            cpu[step[0]] += time.process_time() - used
            if code:
                raise SystemExit(f"hub {' '.join(step)}: exit {code}")
        events = int(hub.store.select("SELECT count(*) AS n FROM journal WHERE kind = 'event'")[0]["n"])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    ingest, tick = seconds["ingest"], seconds["tick"]
    return {
        "children": children, "events": events, "events_per_child": round(events / children, 1), "steps": len(lines),
        "simulate_s": round(simulated, 1), "children_simulated_per_s": round(children / simulated),
        "ingest_s": round(ingest, 1), "tick_s": round(tick, 1), "events_per_s": round(events / ingest),
        "events_per_s_with_ticks": round(events / (ingest + tick)),
        "events_per_cpu_s": round(events / cpu["ingest"]),
        "events_per_cpu_s_with_ticks": round(events / (cpu["ingest"] + cpu["tick"])), "peak_mb": peak,
    }  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(int(sys.argv[1]))) + "\n")
