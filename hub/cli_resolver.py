"""The verbs of `hub identity` that measure, explain and change how records are resolved."""

from datetime import datetime
from pathlib import Path

import click
import msgspec

from hub.bootstrap import Hub
from hub.verbs import columns as mapping
from hub.verbs import evaluating, explaining, fairness, modelling, moving, scenarios
from hub.verbs import records as recordfile
from hub.verbs.printing import AREA, AS_JSON, DAY, REASON, WHO, say, table

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MODEL = click.option(
    "--model", default="", help="A model that ships, a file ending in .json, or `own`: trained on the records."
)
COLUMNS = click.option(
    "--columns", default="", metavar="FILE", help="Which column is what; known forms are found by their header."
)


@click.command("evaluate")
@click.argument("records", type=FILE)
@click.option("--truth", required=True, type=FILE, help="CSV with record_id and entity_id.")
@click.option("--must-not-link", type=FILE, help="CSV with entity_a, entity_b and relation.")
@click.option("--order", type=int, metavar="SEED", help="Another order of arrival (default: the file's own).")
@COLUMNS
@MODEL
@AS_JSON
@click.pass_obj
def evaluate(
    hub: Hub,
    records: Path,
    truth: Path,
    must_not_link: Path | None,
    order: int | None,
    columns: str,
    model: str,
    as_json: bool,
) -> None:
    """Resolve a file of records one at a time, as deployed, and compare with its truth."""
    form = mapping.mapping_for(recordfile.header(records), columns)
    used = evaluating.model_for(hub, records, form, model)
    found = evaluating.evaluate(records, truth, must_not_link, order, form, used)
    say(msgspec.to_builtins(found), as_json, evaluating.lines)


@click.command("scenarios")
@click.argument("file", type=FILE)
@MODEL
@AS_JSON
@click.pass_obj
def play(hub: Hub, file: Path, model: str, as_json: bool) -> None:
    """Play small sequences of records and decisions, and check what each expects."""
    played = scenarios.play(file, hub.model_of(model))
    say(msgspec.to_builtins(played), as_json, scenarios.lines)
    if played.never_auto_linked.failed or played.other.failed:
        raise SystemExit(1)


@click.command("explain")
@click.argument("name", metavar="CHILD|SOURCE")
@click.argument("local_id", required=False, default="")
@AS_JSON
@click.pass_obj
def explain(hub: Hub, name: str, local_id: str, as_json: bool) -> None:
    """Say why each record of a child is there: CHILD, or SOURCE and its LOCAL_ID for one record."""
    found = explaining.explain(hub, name, local_id)
    if as_json:
        table(found, as_json)
    else:
        click.echo(explaining.lines(found))


@click.command("train")
@click.option("--area", default="", help="Train on the records of this area.")
@click.option("--records", type=FILE, help="Train on a file of records instead.")
@COLUMNS
@click.option("--name", required=True, help="What the model is called.")
@click.option(
    "--to", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write, ending in .json."
)
@AS_JSON
@click.pass_obj
def fit(hub: Hub, area: str, records: Path | None, columns: str, name: str, to: Path, as_json: bool) -> None:
    """Fit a model's weights to records, without labels (EM), and write it with its report."""
    if bool(area) == bool(records):
        raise click.UsageError("give --area or --records")
    if records:
        form = mapping.mapping_for(recordfile.header(records), columns)
        report = modelling.fit_file(hub, records, form, name, to)
    else:
        report = modelling.fit(hub, area, name, to)
    say(report, as_json, modelling.lines)


@click.command("shadow")
@click.argument("model")
@AREA
@AS_JSON
@click.pass_obj
def see(hub: Hub, model: str, area: str, as_json: bool) -> None:
    """List every child that a model would merge or split; nothing changes."""
    table([msgspec.to_builtins(change) for change in modelling.shadow(hub, hub.model_of(model), area)], as_json)


@click.command("activate")
@click.argument("model")
@AREA
@click.option("--expect", required=True, type=int, help="How many children `shadow` listed.")
@WHO
@REASON
@AS_JSON
@click.pass_obj
def begin(hub: Hub, model: str, area: str, expect: int, who: str, reason: str, as_json: bool) -> None:
    """Let a model decide from now on; nothing that was decided before is changed."""
    done = modelling.activate(hub, hub.model_of(model), area, who, reason, expect)
    say(done, as_json, lambda r: f"{r['area']}: {r['model']} decides from now on")


@click.command("move-child")
@click.argument("child")
@click.argument("area")
@click.option("--on", type=DAY, help="First day on which the other area answers for the child (default: today).")
@click.option("--as", "who", default="operator", show_default=True, help="Reference of the person who decides.")
@REASON
@AS_JSON
@click.pass_obj
def move_child(hub: Hub, child: str, area: str, on: datetime | None, who: str, reason: str, as_json: bool) -> None:
    """Hand a child over to another area: its live events go there, its record here is closed."""
    day = on.date().isoformat() if on else ""
    say(moving.move_child(hub, child, area, day, who, reason), as_json, lambda r: f"moved to {r['area']} on {r['on']}")


@click.command("may-have-moved")
@click.option("--area", "only_area", default="")
@AS_JSON
@click.pass_obj
def may_have_moved(hub: Hub, only_area: str, as_json: bool) -> None:
    """List children for whom another area may answer: a number known in both, an address there, a move taken back."""
    table(moving.may_have_moved(hub, only_area), as_json)


@click.command("fairness")
@click.option("--area", "only_area", default="", help="Code of the area; all areas without it.")
@click.option("--records", type=FILE, help="Measure a file of records instead, with --truth and --groups.")
@click.option("--truth", type=FILE, help="CSV with record_id and entity_id.")
@click.option("--groups", type=FILE, help="CSV with entity_id, ethnicity, sex, birth_year, looked_after and area.")
@COLUMNS
@MODEL
@click.option("--as", "role", default="steward", show_default=True, help="Role in which you ask.")
@click.option("--purpose", default="data_quality", show_default=True, help="Lawful purpose.")
@AS_JSON
@click.pass_obj
def fair(
    hub: Hub, only_area: str, records: Path | None, truth: Path | None, groups: Path | None, columns: str, model: str,
    role: str, purpose: str, as_json: bool,
) -> None:  # fmt: skip
    """Say how well records are joined for each group of children, and whether they still are as the model knows them."""
    if records and truth and groups and not only_area:
        form = mapping.mapping_for(recordfile.header(records), columns)
        used = evaluating.model_for(hub, records, form, model)
        found = fairness.of_sample(records, truth, groups, form, used)
    elif records or truth or groups:
        raise click.UsageError("--records, --truth and --groups go together, without --area")
    else:
        found = fairness.of_area(hub, only_area, role, purpose)
    say(found, as_json, fairness.in_words)


def add_to(group: click.Group) -> None:
    """Add these verbs to a group."""
    for verb in (evaluate, play, explain, fair, fit, see, begin, move_child, may_have_moved):
        group.add_command(verb)
