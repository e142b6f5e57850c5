"""The groups `hub connectors` and `hub rules`: what can be looked up without a store."""

import json
from datetime import datetime
from pathlib import Path

import click

from connectors import catalogue, runner
from connectors.base import Connector
from hub import bootstrap
from hub.domain.errors import NotFound, Unusable
from hub.verbs import law
from hub.verbs.printing import AS_JSON, DAY, say, table


@click.group()
def connectors() -> None:
    """Connectors: how agencies' systems are read."""


@connectors.command("list")
@AS_JSON
def connectors_list(as_json: bool) -> None:
    """List the connectors."""
    table([{"name": c.name, "title": c.title, "reports": list(c.reports)} for c in catalogue.CONNECTORS], as_json)


@connectors.command("template")
@click.argument("name")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path))
def connectors_template(name: str, folder: Path) -> None:
    """Write files that show how a source must look, every column explained."""
    for path in runner.template(_connector(name), folder):
        click.echo(path)


@connectors.command("dry-run")
@click.argument("name")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@AS_JSON
def connectors_dry_run(name: str, path: Path, as_json: bool) -> None:
    """Say what an ingest would take, refuse and drop; writes nothing."""
    say(runner.dry_run(_connector(name), path), as_json, lambda r: json.dumps(r, indent=2))


@click.group()
def rules() -> None:
    """The law as data."""


@rules.command("list")
@AS_JSON
@click.pass_obj
def rules_list(hub: bootstrap.Hub, as_json: bool) -> None:
    """List the rules."""
    table(law.rules(hub), as_json)


@rules.command("explain")
@click.argument("rule")
@click.pass_obj
def rules_explain(hub: bootstrap.Hub, rule: str) -> None:
    """Explain one rule: what starts it, its limit, what ends it, its source and its doubts."""
    click.echo(law.explain(hub, rule))


@rules.command("check")
@click.option(
    "--cases", type=click.Path(exists=True, path_type=Path), help="Worked cases; those of the tests without it."
)
@AS_JSON
@click.pass_obj
def rules_check(hub: bootstrap.Hub, cases: Path | None, as_json: bool) -> None:
    """Read all rules, and run worked cases against them. Exit 1 on any difference."""
    result = law.check_rules(hub, cases)
    say(result, as_json, law.cases_in_words)
    if result["failed"]:
        raise click.exceptions.Exit(1)


@rules.command("due")
@click.argument("rule")
@click.option("--from", "start", help="Day that the limit is counted from.")
@click.option("--and", "besides", multiple=True, help="NAME=DATE or NAME=VALUE: what else the due date depends on.")
@click.option("--year", help="Year of a limit that is a date, such as the year of transfer.")
@click.option("--calendar", type=click.Path(exists=True, path_type=Path), help="A school's calendar (calendar.csv).")
@AS_JSON
@click.pass_obj
def rules_due(
    hub: bootstrap.Hub, rule: str, start: str | None, besides: tuple[str, ...], year: str | None,
    calendar: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Say when a duty is due that starts on a day, and how that is found. RULE `-` reads lines from standard input.

    A line is RULE, DATE and NAME=DATE …, with tabs between them; a bad line is answered with its error, and the exit is 1.
    """
    school = law.school_calendar(calendar)
    if rule != "-":
        if not start:
            raise Unusable("hub rules due", "--from", "from which day?")
        more = (*besides, *([f"year={year}"] if year else []))
        say(law.due(hub, rule, start, more, school), as_json, law.due_in_words)
        return
    failed = False
    for answer in law.due_lines(hub, click.get_text_stream("stdin"), school):
        failed = failed or "error" in answer
        say(answer, as_json, law.due_in_words)
    if failed:
        raise click.exceptions.Exit(1)


@rules.command("compare")
@click.argument("pack")
@click.option("--area", required=True, help="Code of the area.")
@click.option("--on", required=True, type=DAY, help="Day asked about, known and true.")
@AS_JSON
@click.pass_obj
def rules_compare(hub: bootstrap.Hub, pack: str, area: str, on: datetime, as_json: bool) -> None:
    """Judge the same events by another pack of law, and say what would be different."""
    say(law.compare(hub, pack, area, on.date()), as_json, law.compared_in_words)


@rules.command("sign-off")
@click.argument("rule")
@click.option("--by", required=True, help="Who confirmed the reading.")
@click.option("--on", required=True, type=DAY, help="When.")
@AS_JSON
@click.pass_obj
def rules_sign_off(hub: bootstrap.Hub, rule: str, by: str, on: datetime, as_json: bool) -> None:
    """Record that a solicitor has confirmed the reading of a rule, for this hub and for the rule as it stands now."""
    say(law.sign_off(hub, rule, by, on.date()), as_json, lambda r: f"{r['rule']}: confirmed by {r['by']} on {r['on']}")


def _connector(name: str) -> Connector:
    if name not in catalogue.BY_NAME:
        raise NotFound("connector", name)
    return catalogue.BY_NAME[name]
