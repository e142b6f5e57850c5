"""The groups `hub connectors` and `hub rules`: what can be looked up without a store."""

import json
from pathlib import Path

import click

from connectors import catalogue, runner
from connectors.base import Connector
from hub import bootstrap
from hub.domain.errors import NotFound
from hub.verbs import law
from hub.verbs.printing import AS_JSON, say, table


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


def _connector(name: str) -> Connector:
    if name not in catalogue.BY_NAME:
        raise NotFound("connector", name)
    return catalogue.BY_NAME[name]
