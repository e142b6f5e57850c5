"""What `hub measures` prints: figures with their definitions, and the cases behind one."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import click
from msgspec import to_builtins

from hub import bootstrap
from hub.domain.disclose import THRESHOLD
from hub.domain.errors import Unusable
from hub.domain.measures import BY_ID, OPEN_NOTE
from hub.queries.desk import Desk
from hub.queries.measures import GROUPS, Asked, Figure, cases, figures
from hub.verbs.printing import AS_JSON, say, table
from hub.verbs.reading import desk

HELD_BACK = "c"
"""The mark of official statistics for a value that is confidential."""

NOTE = f"{HELD_BACK}: held back, 1 to {THRESHOLD - 1} cases or a count that would give such a one away. {OPEN_NOTE}"


def published(at: Desk, asked: Asked) -> dict[str, Any]:
    """Return figures, each with its definition, and what must be said beside them."""
    found = figures(at, asked)
    return {"note": NOTE, "figures": [to_builtins(figure) | _defined(figure) for figure in found]}


def in_words(result: dict[str, Any]) -> str:
    """Return the figures as lines, measure by measure."""
    lines: list[str] = []
    for name, found in groupby(result["figures"], key=lambda figure: figure["measure"]):
        measure = BY_ID[name]
        lines += [f"{name}: {measure.title}", f"  {measure.definition} {measure.left_out}"]
        lines += [f"  {_line(figure)}" for figure in found]
    return "\n".join([*lines, result["note"]])


def groups_of(options: Iterable[str]) -> dict[str, str]:
    """Return what `--of month=2026-03` and the like ask for."""
    found = dict(option.partition("=")[::2] for option in options)
    if unknown := sorted(found.keys() - {*GROUPS, "state"}):
        raise Unusable("command line", "--of", f"{', '.join(unknown)}: one of {', '.join([*GROUPS, 'state'])}")
    return found


def _defined(figure: Figure) -> dict[str, Any]:
    measure = BY_ID[figure.measure]
    return {
        "title": measure.title, "definition": measure.definition, "what_is_left_out": measure.left_out,
        "is_national": measure.is_national,
    }  # fmt: skip


def _line(figure: dict[str, Any]) -> str:
    share = "" if figure["per_cent"] is None else f", {figure['per_cent']}%"
    where = f"{figure['area']} {figure['year']}" + (f" {figure['name']}" if figure["by"] else "")
    counts = [HELD_BACK if figure[name] is None else figure[name] for name in ("numerator", "denominator")]
    apart = [HELD_BACK if figure[name] is None else figure[name] for name in ("not_known", "left_out")]
    return f"{where}: {counts[0]} of {counts[1]}{share}; {apart[0]} not known, {apart[1]} left out (as at {figure['as_at']})"


@click.command()
@click.argument("measure", required=False, default="")
@click.option("--measure", "named", default="", help="The same as MEASURE.")
@click.option("--area", "only_area", default="", help="Code of the area; all areas without it.")
@click.option("--year", default="", help="Calendar year; all without it.")
@click.option("--by", type=click.Choice(sorted(GROUPS)), default=None, help="Break each figure down.")
@click.option("--cases", "as_cases", is_flag=True, help="List the cases behind MEASURE, for roles that open records.")
@click.option("--of", "groups", multiple=True, help="Only cases of month=2026-03, body=, school=, kind= or state=late.")
@click.option("--as", "role", default="analyst", show_default=True, help="Role in which you ask.")
@click.option("--purpose", default="service_planning", show_default=True, help="Lawful purpose.")
@AS_JSON
@click.pass_obj
def measures(
    hub: bootstrap.Hub, measure: str, named: str, only_area: str, year: str, by: str | None, as_cases: bool,
    groups: tuple[str, ...], role: str, purpose: str, as_json: bool,
) -> None:  # fmt: skip
    """Print how timely plans, decisions, advice, reviews, orders and mediation are, with small numbers held back."""
    asked, at = Asked(measure or named, only_area, year, by or "", groups_of(groups)), desk(hub, role, purpose)
    if as_cases:
        table(cases(at, asked), as_json)
    else:
        say(published(at, asked), as_json, in_words)
