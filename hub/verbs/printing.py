"""How verbs read their options and print their answers."""

import csv
import json
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import click

from hub.domain.errors import Unusable
from hub.domain.instants import instant

AREA = click.option("--area", required=True, help="Code of the area.")
ROLE = click.option("--as", "role", required=True, help="Role in which you ask (schemas/codes/roles.csv).")
PURPOSE = click.option("--purpose", required=True, help="Lawful purpose (schemas/codes/purposes.csv).")
DAY = click.DateTime(formats=["%Y-%m-%d"])
WHO = click.option("--as", "who", required=True, help="Reference of the person who decides.")
REASON = click.option("--reason", required=True, help="Why; kept with the decision.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def instant_of(text: str, name: str) -> datetime:
    """Return the instant that an option names."""
    try:
        return instant(text)
    except ValueError as error:
        raise Unusable("command line", name, "no instant: 2026-01-05T09:00 or 2026-01-05") from error


def range_of(text: str | None) -> tuple[date, date] | None:
    """Return the first and last date of a range such as 2025-09-01..2026-08-31."""
    if not text:
        return None
    first, _, last = text.partition("..")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise Unusable("command line", "--covers", "no range: 2025-09-01..2026-08-31") from error


def say(result: dict[str, Any], as_json: bool, words: Callable[[dict[str, Any]], str]) -> None:
    """Print an answer, as one JSON object or in words."""
    click.echo(json.dumps(result, default=str) if as_json else words(result))


def table(rows: Iterable[dict[str, Any]], as_json: bool) -> None:
    """Print rows, as one JSON list or as lines with tabs."""
    rows = list(rows)
    if as_json:
        click.echo(json.dumps(rows))
    elif rows:
        out = csv.DictWriter(sys.stdout, rows[0].keys(), delimiter="\t", lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
