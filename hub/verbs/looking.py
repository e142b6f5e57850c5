"""The verbs that look: each names a role and a purpose, passes through the desk, and is audited."""

import json
from datetime import datetime
from typing import Any

import click

from hub import bootstrap
from hub.queries import forecasts
from hub.queries.explain import route_of, why
from hub.queries.reconcile import reconcile
from hub.queries.show import VIEWS, show
from hub.verbs import days, feeding, reading
from hub.verbs.printing import AREA, AS_JSON, DAY, PURPOSE, ROLE, say, table


@click.command("show")
@click.argument("kind", type=click.Choice(sorted(VIEWS)))
@click.option("--area", "only_area", default="", help="Code of the area; all areas without it.")
@click.option("--true-on", type=DAY, help="As the law stood with the facts of that day.")
@click.option("--known-on", type=DAY, help="By what the hub knew at the end of that day (Europe/London).")
@ROLE
@PURPOSE
@click.option("--jsonl", is_flag=True, help="One JSON object per line.")
@click.pass_obj
def show_(
    hub: bootstrap.Hub, kind: str, only_area: str, true_on: datetime | None, known_on: datetime | None, role: str,
    purpose: str, jsonl: bool,
) -> None:  # fmt: skip
    """Print the rows of a read view that the role may see."""
    reader: Any = hub.store
    if (true_on or known_on) and kind != "audit":
        reader = reading.as_known(
            hub, only_area, true_on.date() if true_on else None, known_on.date() if known_on else None
        )
    for row in show(reading.desk(hub, role, purpose, reader), kind, only_area):
        click.echo(json.dumps(row) if jsonl else "  ".join(str(v) for v in row.values()))


@click.command("sql")
@click.argument("query")
@ROLE
@PURPOSE
@AS_JSON
@click.pass_obj
def sql_(hub: bootstrap.Hub, query: str, role: str, purpose: str, as_json: bool) -> None:
    """Run one SELECT over the read views (record, event, obligation, measure, provision, alert, delivery, source_record, audit)."""
    table(reading.query(hub, reading.desk(hub, role, purpose), query), as_json)


@click.command("why")
@click.argument("obligation")
@click.option("--as", "role", default="assurance", show_default=True, help="Role in which you ask.")
@click.option("--purpose", default="assurance", show_default=True, help="Lawful purpose.")
@AS_JSON
@click.pass_obj
def why_(hub: bootstrap.Hub, obligation: str, role: str, purpose: str, as_json: bool) -> None:
    """Say why an obligation stands as it does, and why there is an alert or none."""
    say(why(reading.desk(hub, role, purpose), hub.rulebook, obligation), as_json, lambda r: "\n".join(r["words"]))


@click.command("outstanding")
@click.argument("child", metavar="CASE_REFERENCE_OR_CHILD")
@ROLE
@PURPOSE
@AS_JSON
@click.pass_obj
def outstanding_(hub: bootstrap.Hub, child: str, role: str, purpose: str, as_json: bool) -> None:
    """Count the days of a child's processes: in time, and past the date of one body or of several, with the evidence."""
    say(days.days(hub, role, purpose, child), as_json, days.in_words)


@click.command("forecast")
@click.option("--area", required=True, help="Code of the area.")
@click.option(
    "--report", "as_report", is_flag=True, help="How forecasts would have turned out: calibration and lead time."
)
@ROLE
@PURPOSE
@AS_JSON
@click.pass_obj
def forecast_(hub: bootstrap.Hub, area: str, as_report: bool, role: str, purpose: str, as_json: bool) -> None:
    """Say how likely open duties are to pass their due dates, learnt from the area's own cases; in order of due date."""
    desk = reading.desk(hub, role, purpose)
    rows = forecasts.report(desk, area) if as_report else forecasts.forecast(desk, area)
    click.echo(json.dumps(rows) if as_json else reading.forecast_in_words(rows))


@click.command("route")
@click.argument("obligation")
@click.option("--as", "role", default="operations", show_default=True, help="Role in which you ask.")
@AS_JSON
@click.pass_obj
def route_(hub: bootstrap.Hub, obligation: str, role: str, as_json: bool) -> None:
    """Say whom an alert of an obligation would go to, and why them."""
    say(
        route_of(hub.store, hub.rulebook, obligation, role),
        as_json,
        lambda r: f"{', '.join(r['to']) or 'nobody'}: {r['because']}",
    )


@click.command("reconcile")
@AREA
@AS_JSON
@click.pass_obj
def reconcile_(hub: bootstrap.Hub, area: str, as_json: bool) -> None:
    """Compare the area's sources: how complete, how well joined, what fits nothing."""
    feeding.must_exist(hub, area)
    say(reconcile(hub.store, area, hub.rulebook), as_json, lambda r: json.dumps(r, indent=2))


VERBS = (show_, sql_, why_, outstanding_, forecast_, route_, reconcile_)
