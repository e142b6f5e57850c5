"""`make bench`: prints how fast the hub is; asserts nothing.

`python -m tests.bench --full` adds 20,000 children, and 100,000 duties due at one tick.
"""

import json
import statistics
import subprocess
import sys
from typing import Any

from tests.bench import assessments, bench_judge, one_tick

RUNS = 3


def embedded(children: int, runs: int) -> dict[str, Any]:
    """Return the medians over runs, each in a process of its own so that its peak memory is its own."""
    command = [sys.executable, "-m", "tests.bench.embedded", str(children)]
    found = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(runs)
    ]
    return {name: round(statistics.median(one[name] for one in found), 1) for name in found[0]}


def main(arguments: list[str]) -> None:
    """Run every measurement and print it as it comes."""
    print("judging one child:")
    bench_judge.main()
    print("assessments (child, date) a second on one core, 1,000 children with three years of history:", flush=True)
    assessments.main(1000)
    for children, runs in [(500, RUNS), (2000, RUNS if "--quick" not in arguments else 1)]:
        print(f"embedded, {children} children, median of {runs}: {json.dumps(embedded(children, runs))}", flush=True)
    if "--full" in arguments:
        print(f"100,000 duties due at one tick: {json.dumps(one_tick.run(100_000))}", flush=True)
        print(f"embedded, 20000 children, one run: {json.dumps(embedded(20000, 1))}", flush=True)
    if "--embedded-only" not in arguments:
        from tests.bench import kafka_bench

        kafka_bench.main()


if __name__ == "__main__":
    main(sys.argv[1:])
