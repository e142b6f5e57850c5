"""Very many duties that fall due at one tick: each is announced once. `python -m tests.bench.one_tick 100000`.

Prints how many alerts there were after the tick before, the tick itself and the tick after, and how long each took. Unlike
other benches it fails if an alert is missing or doubled: that is no matter of time.
"""

import json
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from tests.conformance.commands import CommandLine

AREA, RULE = "A01", "ehcna-decision"
RECEIVED = date(2026, 1, 5)
DUE = RECEIVED + timedelta(weeks=6)


def files(folder: Path, children: int) -> None:
    """Write the casework of so many children, whose requests all came on one day."""
    at = "2026-01-05T16:00:00Z"
    people = [f"P{n},{at},Quill{n},Wren,{2008 + n % 14}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(children)]
    requests = [f"R{n},P{n},{at},R{n},{RECEIVED},acknowledged" for n in range(children)]
    folder.mkdir()
    head = "person_key,updated_at,family_name,given_names,birth_date"
    (folder / "people.csv").write_text("\n".join([head, *people, ""]))
    head = "record_key,person_key,updated_at,process,received_on,received_basis"
    (folder / "requests.csv").write_text("\n".join([head, *requests, ""]))


def run(children: int) -> dict[str, object]:
    """Return what one run counted and how long its parts took."""
    with tempfile.TemporaryDirectory() as folder:
        files(Path(folder) / "casework", children)
        commands = CommandLine(Path(folder) / "hub")
        store = commands.hub.store

        def line(*words: str) -> float:
            began = time.perf_counter()
            commands.ok(*words)
            return round(time.perf_counter() - began, 1)

        def alerts() -> int:
            sql = "SELECT count(*) AS n FROM alert WHERE rule = :rule AND announced = 'overdue' AND state = 'raised'"
            return int(store.select(sql, rule=RULE)[0]["n"])

        line("area", "add", AREA, "--name", "Ashdale", "--live-from", "2026-01-01")
        line("area", "mode", AREA, RULE, "live")
        line("source", "add", "casework", "--connector", "ehc_casework", "--agency", AREA, "--area", AREA)
        loaded = line(
            "ingest", "casework", str(Path(folder) / "casework"), "--recorded-at", f"{DUE + timedelta(days=1)}T03:00",
            "--complete-to", str(DUE + timedelta(days=1)),
        )  # fmt: skip
        seconds, counts = {}, {}
        for name, on in (("before", DUE), ("due", DUE + timedelta(days=1)), ("after", DUE + timedelta(days=2))):
            seconds[name] = line("tick", "--area", AREA, "--on", str(on))
            counts[name] = alerts()
        sql = "SELECT count(DISTINCT obligation) AS n FROM alert WHERE rule = :rule AND announced = 'overdue'"
        distinct = int(store.select(sql, rule=RULE)[0]["n"])
    if counts != {"before": 0, "due": children, "after": children} or distinct != children:
        raise SystemExit(f"alerts missing or doubled: {counts}, {distinct} duties")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"children": children, "ingest_s": loaded, "tick_s": seconds, "alerts": counts, "peak_mb": peak}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(int(sys.argv[1]))) + "\n")
