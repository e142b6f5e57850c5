"""The demo: two invented areas from files to alerts, in a store of its own."""

import contextlib
import hashlib
import io
import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from connectors.simulator.simulate import simulate
from hub.bootstrap import Hub
from hub.config import Config
from hub.verbs import serving

FOLDER = Path(".demo")
Main = Callable[[list[str], Hub], int]


def simulated(areas: int, children: int, seed: int, folder: Path, movers: int = 0) -> dict[str, Any]:
    """Write invented areas into a folder and return the counts."""
    with tqdm(total=children, desc="children", unit="", disable=not sys.stderr.isatty(), leave=False) as bar:
        return simulate(areas, children, seed, folder, lambda done, _: _advance(bar, done), movers)


def _advance(bar: Any, done: int) -> None:
    bar.update(done - bar.n)


def run(main: Main, children: int, seed: int, as_json: bool, serve: bool) -> None:
    """Rebuild ./.demo, run everything, print what happened, and serve the pages."""
    began = time.perf_counter()
    if FOLDER.exists():
        shutil.rmtree(FOLDER)
    click.echo("Tell Once demo: two invented areas; no real child, number or address.", err=as_json)
    simulated(2, children, seed, FOLDER / "sources")
    hub = Hub(Config(data=FOLDER.resolve()))
    hub.mark_demo()
    steps = [json.loads(line)["args"] for line in (FOLDER / "sources" / "loads.jsonl").read_text().splitlines()]
    _play(main, hub, steps)
    summary = summarise(hub) | {"seconds": round(time.perf_counter() - began, 1)}
    if as_json:
        click.echo(json.dumps(summary))
    else:
        click.echo(in_words(summary, hub))
    if serve and not as_json:
        serving.serve(hub, None)


def _play(main: Main, hub: Hub, steps: list[list[str]]) -> None:
    with tqdm(steps, desc="loads and ticks", unit="", disable=not sys.stderr.isatty(), leave=False) as bar:
        for step in bar:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(FOLDER / "sources"):
                code = main(step, hub)
            if code:
                raise click.ClickException(f"step failed with exit {code}: hub {' '.join(step)}")


def summarise(hub: Hub) -> dict[str, Any]:
    """Return what the demo did; the same each time."""
    select = hub.store.select

    def counts(sql: str) -> dict[str, int]:
        return {row["name"]: row["n"] for row in select(sql)}

    def one(sql: str) -> int:
        return int(select(sql)[0]["n"])

    roles: Counter[str] = Counter()
    for row in select("SELECT role FROM alert WHERE state = 'raised'"):
        roles.update(row["role"].split(";"))
    alerts = [row["alert"] for row in select("SELECT alert FROM alert ORDER BY area, alert")]
    agency = (
        "SELECT s.agency AS name, count(*) AS n FROM journal j JOIN source s ON s.source = j.source"
        " WHERE j.kind = 'event' GROUP BY s.agency ORDER BY s.agency"
    )
    return {
        "children": one("SELECT count(*) AS n FROM child WHERE alias_of = '' AND area <> 'unplaced'"),
        "events": counts(agency),
        "obligations": counts("SELECT state AS name, count(*) AS n FROM obligation GROUP BY state ORDER BY state"),
        "shortfalls": one("SELECT count(*) AS n FROM shortfall"),
        "not_reported": one(
            "SELECT count(DISTINCT area || child || line) AS n FROM provision WHERE state = 'not_reported'"
        ),
        "alerts": dict(sorted(roles.items())),
        "retracted": one("SELECT count(*) AS n FROM alert WHERE state = 'retracted'"),
        "possible_matches": one("SELECT count(*) AS n FROM possible_match WHERE state = 'waiting'"),
        "refused_rows": one("SELECT count(*) AS n FROM refusal"),
        "unplaced": one("SELECT count(*) AS n FROM source_record WHERE area = 'unplaced' AND known_to IS NULL"),
        "today": select("SELECT max(tick_on) AS day FROM area")[0]["day"],
        "alert_ids_sha256": hashlib.sha256("\n".join(alerts).encode()).hexdigest(),
    }


def in_words(summary: dict[str, Any], hub: Hub) -> str:
    """Return what happened and what to open."""
    states = ", ".join(f"{n} {state}" for state, n in summary["obligations"].items())
    alerts = ", ".join(f"{n} to {role}" for role, n in summary["alerts"].items())
    events = ", ".join(f"{n} from {agency}" for agency, n in summary["events"].items())
    return "\n".join([
        f"As at {summary['today']}, in {summary['seconds']} s:",
        f"  {summary['children']} children from {sum(summary['events'].values())} events ({events})",
        f"  duties: {states}",
        f"  provision: {summary['shortfalls']} lines below the plan, {summary['not_reported']} that nobody reports",
        f"  alerts now: {alerts}; {summary['retracted']} withdrawn since",
        f"  for a person: {summary['possible_matches']} possible matches, {summary['refused_rows']} refused rows,"
            f" {summary['unplaced']} unplaced",
        f"Mails: {hub.config.mails}/   Store: {hub.config.data}/hub.sqlite",
        f"Try: HUB_DATA=.demo {sys.argv[0]} show obligation --as assurance --purpose assurance --jsonl | head",
    ])  # fmt: skip
