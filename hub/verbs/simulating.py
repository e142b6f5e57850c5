"""What `hub simulate` writes: invented areas, or only the records of many invented children."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from connectors.simulator.crowd.crowd import MOST_CHILDREN, write
from connectors.simulator.crowd.places import MOST_AREAS
from hub.domain.errors import Unusable
from hub.verbs import demo
from hub.verbs.printing import AS_JSON, say


def people(areas: int, children: int, seed: int, errors: float, folder: Path) -> dict[str, Any]:
    """Write the records of many invented children into a folder and return its manifest."""
    for name, value, most in (("--areas", areas, MOST_AREAS), ("--children", children, MOST_CHILDREN)):
        if not 1 <= value <= most:
            raise Unusable("command line", name, f"1 to {most:,}: there are no more numbers that are nobody's")
    with tqdm(total=children, desc="children", unit="", disable=not sys.stderr.isatty(), leave=False) as bar:
        return write(areas, children, seed, errors, folder, lambda done, _: _advance(bar, done))


def _advance(bar: Any, done: int) -> None:
    bar.update(done - bar.n)


@click.command("simulate")
@click.option("--areas", default=2, show_default=True, help="With --people-only at most 4.")
@click.option("--children", default=150, show_default=True, help="With --people-only up to 2,000,000.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--to", "--folder", "folder", required=True, type=click.Path(path_type=Path), help="Empty or new folder.")
@click.option(
    "--people-only",
    is_flag=True,
    help="Write only records, for measuring identity: records, truth, must_not_link and groups as packed CSV.",
)
@click.option(
    "--errors", type=click.FloatRange(0, 5), help="With --people-only: times the usual rate of errors; 1 without it."
)
@click.option(
    "--movers",
    type=click.IntRange(0, 1000),
    default=0,
    show_default=True,
    help="Further children, who move from the first area to the second; truth.json says which duties go with them.",
)
@AS_JSON
def simulate(
    areas: int,
    children: int,
    seed: int,
    folder: Path,
    people_only: bool,
    errors: float | None,
    movers: int,
    as_json: bool,
) -> None:
    """Write invented areas: native files per agency, loads.jsonl, truth.json.

    With --people-only the records of invented children as five agencies write them, and which are about the same child.
    """
    if errors is not None and not people_only:
        raise click.UsageError("--errors goes with --people-only.")
    if movers and (people_only or areas < 2):
        raise click.UsageError("--movers wants two areas and not --people-only.")
    try:
        if people_only:
            told = people(areas, children, seed, 1.0 if errors is None else errors, folder)
        else:
            told = demo.simulated(areas, children, seed, folder, movers)
    except FileExistsError as error:
        raise Unusable("command line", "--to", f"{folder} is not empty") from error
    say(told, as_json, lambda result: json.dumps(result, indent=2, default=str))
