"""The `hub` command: one function per verb. `hub VERB --help` says more; the README has the tour."""

import gc
from datetime import date, datetime
from pathlib import Path

import click
import msgspec

from connectors import catalogue, ingest
from consumers import rebuild
from consumers.compare import compare as compare_tables
from hub import bootstrap, cli_identity, cli_resolver, config
from hub.commands.inbox import By
from hub.domain.errors import ConfigError, HubError, NotFound
from hub.domain.instants import day_in, instant
from hub.intake.load import Extract, usable_source
from hub.verbs import (
    checking,
    deciding,
    demo,
    feeding,
    library,
    looking,
    measuring,
    moving,
    reading,
    serving,
    simulating,
)
from hub.verbs.printing import AREA, AS_JSON, DAY, REASON, WHO, instant_of, range_of, say, table


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="tell-once", prog_name="hub")
@click.pass_context
def cli(context: click.Context) -> None:
    """Tell Once: joins what agencies record about a child and watches the statutory clocks. Try `hub demo`."""
    if context.obj is None:
        context.obj = bootstrap.Hub(config.read())


def main(arguments: list[str] | None = None, hub: bootstrap.Hub | None = None) -> int:
    """Run one verb and return the exit code of `hub.domain.errors`."""
    # An area at hand is millions of objects that stay: looking through all of them often would stop the worker for long.
    gc.set_threshold(100_000, 50, 100)
    try:
        code = cli(arguments, standalone_mode=False, obj=hub)
    except HubError as error:
        click.echo(f"{type(error).__name__}: {error}", err=True)
        return error.exit_code
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return 130
    return code if isinstance(code, int) else 0  # a verb that ends with a code of its own gives it back here


# ── areas, contacts, bodies, sources ──────────────────────────────────────────────────────────────────────────────────


@cli.group()
def area() -> None:
    """Areas: local authorities' areas, the tenants."""


@area.command("add")
@click.argument("code")
@click.option("--name", required=True)
@click.option("--live-from", required=True, type=DAY, help="What was late before is backlog, never a single alert.")
@click.pass_obj
def area_add(hub: bootstrap.Hub, code: str, name: str, live_from: datetime) -> None:
    """Add an area, or change its name or the day it goes live."""
    feeding.configure(hub, code, {"what": "area", "name": name, "live_from": live_from.date().isoformat()})
    feeding.share(hub, [code])
    click.echo(f"area {code}: live from {live_from.date()}")


@area.command("mode")
@click.argument("code")
@click.argument("rule")
@click.argument("mode", type=click.Choice(["off", "shadow", "live"]))
@click.pass_obj
def area_mode(hub: bootstrap.Hub, code: str, rule: str, mode: str) -> None:
    """Set a rule, or `all`, to off, shadow or live in an area. A rule is in shadow until you say otherwise."""
    known = [*hub.rulebook.by_id, "provision-shortfall"]
    if rule != "all" and rule not in known:
        raise NotFound("rule", rule)
    feeding.must_exist(hub, code)
    feeding.configure(hub, code, {"what": "mode", "modes": dict.fromkeys(known if rule == "all" else [rule], mode)})
    click.echo(f"area {code}: {rule} {mode}")


@area.command("remove")
@click.argument("code")
@click.pass_obj
def area_remove(hub: bootstrap.Hub, code: str) -> None:
    """Switch an area off: every rule off, nothing announced any more; its journal stays."""
    feeding.must_exist(hub, code)
    modes = dict.fromkeys([*hub.rulebook.by_id, "provision-shortfall"], "off")
    feeding.configure(hub, code, {"what": "mode", "modes": modes})
    click.echo(f"area {code}: every rule is off; its journal stays")


@area.command("postcodes")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def area_postcodes(hub: bootstrap.Hub, file: Path) -> None:
    """Load postcodes.csv: postcode (or sector, or district), area. It lists who may have moved, and moves nobody."""
    click.echo(f"{moving.load_postcodes(hub, file)} postcodes, sectors and districts")


@cli.group()
def contacts() -> None:
    """People who are told, by role, body and area."""


@contacts.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def contacts_load(hub: bootstrap.Hub, file: Path) -> None:
    """Load contacts.csv: role, body, area, name_ref, channel, address, valid_from, valid_to. Replaces what was loaded."""
    rows = feeding.rows_of(file, ("role", "name_ref"), ("body", "area", "channel", "address", "valid_from", "valid_to"))
    feeding.load_reference(hub, "contacts", rows)
    click.echo(f"{len(rows)} contacts")


@cli.group()
def bodies() -> None:
    """Bodies that owe, give or commission something."""


@bodies.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def bodies_load(hub: bootstrap.Hub, file: Path) -> None:
    """Load bodies.csv: code, kind, name, aliases, is_s31_body, areas, commissioner, valid_from, valid_to, successor."""
    more = ("name", "aliases", "is_s31_body", "areas", "commissioner", "valid_from", "valid_to", "successor")
    rows = feeding.rows_of(file, ("code", "kind"), more)
    feeding.load_reference(hub, "bodies", rows)
    click.echo(f"{len(rows)} bodies")


@cli.group()
def source() -> None:
    """Sources: agencies' systems."""


@source.command("add")
@click.argument("name")
@click.option("--connector", "connector_name", required=True)
@click.option("--agency", required=True)
@click.option("--area", "areas", multiple=True, help="May be given more than once; none means every area.")
@click.pass_obj
def source_add(hub: bootstrap.Hub, name: str, connector_name: str, agency: str, areas: tuple[str, ...]) -> None:
    """Add a source."""
    if connector_name not in catalogue.BY_NAME:
        raise NotFound("connector", connector_name)
    for code in areas:
        feeding.must_exist(hub, code)
    with hub.store.begin() as unit:
        unit.put("source", [(name, connector_name, agency, " ".join(areas))])
    click.echo(f"source {name}: {connector_name} of {agency}, {', '.join(areas) or 'every area'}")


# ── loads ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@cli.command("ingest")
@click.argument("name", metavar="SOURCE")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--area", "only_area", help="Everything in this load belongs to this area.")
@click.option("--extract", "kind", type=click.Choice(["full", "changes"]), default="changes", show_default=True)
@click.option("--covers", help="FIRST..LAST date of facts in a full extract; absence means something inside it.")
@click.option("--complete-to", type=DAY, help="Last date up to which the source has told everything, inclusive.")
@click.option("--extracted-at", help="When the source made it (default: recorded-at).")
@click.option("--recorded-at", help="When it reached us, in a simulated past; sets taken_at too.")
@AS_JSON
@click.pass_obj
def ingest_(
    hub: bootstrap.Hub, name: str, path: Path, only_area: str | None, kind: str, covers: str | None,
    complete_to: datetime | None, extracted_at: str | None, recorded_at: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Take a file, folder or zip of a source: read, map, compare with what it said before, send on what is new."""
    if only_area:
        feeding.must_exist(hub, only_area)
    told = feeding.usable(hub, name, only_area)
    recorded = instant_of(recorded_at, "--recorded-at") if recorded_at else instant(hub.now())
    extract = Extract(
        kind, instant_of(extracted_at, "--extracted-at") if extracted_at else recorded, recorded, range_of(covers),
        complete_to.date() if complete_to else None, is_simulated=bool(recorded_at),
    )  # fmt: skip
    outcome = ingest.ingest(hub.intake, told, hub.connector(told.connector), path, extract)
    feeding.forward(hub)
    say(feeding.report(outcome), as_json, feeding.in_words)


@cli.group()
def loads() -> None:
    """Loads, and what is held for a person."""


@loads.command("list")
@AS_JSON
@click.pass_obj
def loads_list(hub: bootstrap.Hub, as_json: bool) -> None:
    """List the loads, the newest last."""
    rows = hub.store.select("SELECT * FROM load ORDER BY recorded_at, load")
    shown = [
        {k: row[k] for k in ("load", "source", "state", "read", "refused", "withdrawn", "complete_to", "held_because")}
        for row in rows
    ]
    table(shown, as_json)


@loads.command("release")
@click.argument("load")
@AS_JSON
@click.pass_obj
def loads_release(hub: bootstrap.Hub, load: str, as_json: bool) -> None:
    """Let a held load through after looking at it."""
    row = feeding.held(hub, load)
    told = msgspec.structs.replace(usable_source(hub.store, row["source"]), areas=tuple(row["area"].split()))
    first, _, last = (row["covers"] or "").partition("..")
    extract = Extract(
        row["extract"], instant(row["extracted_at"]), instant(row["recorded_at"]),
        (date.fromisoformat(first), date.fromisoformat(last)) if first else None,
        day_in(row["complete_to"]), is_released=True,
    )  # fmt: skip
    outcome = ingest.ingest(hub.intake, told, hub.connector(told.connector), Path(row["path"]), extract)
    feeding.settle(hub, row, "held again" if outcome.held else "released")
    feeding.forward(hub)
    say(feeding.report(outcome), as_json, feeding.in_words)


@loads.command("reject")
@click.argument("load")
@click.pass_obj
def loads_reject(hub: bootstrap.Hub, load: str) -> None:
    """Throw a held load away; nothing of it had begun."""
    feeding.settle(hub, feeding.held(hub, load), "rejected")
    click.echo(f"{load}: rejected")


@cli.group()
def refusals() -> None:
    """Rows that could not be used, kept for mending."""


@refusals.command("list")
@AS_JSON
@click.pass_obj
def refusals_list(hub: bootstrap.Hub, as_json: bool) -> None:
    """List refused rows: where, which field, why; never what stood there."""
    columns = "refusal, source, load, file, row, field, reason, state"
    table(hub.store.select(f'SELECT {columns} FROM refusal ORDER BY source, load, file, "row"'), as_json)


@refusals.command("replay")
@click.argument("refusal")
@click.option(
    "--with",
    "mended",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The row, mended, with its header.",
)
@AS_JSON
@click.pass_obj
def refusals_replay(hub: bootstrap.Hub, refusal: str, mended: Path | None, as_json: bool) -> None:
    """Take a refused row again, as it was or mended."""
    say(feeding.replay(hub, refusal, mended), as_json, feeding.in_words)


# ── ticks and reading ─────────────────────────────────────────────────────────────────────────────────────────────────


@cli.command()
@AREA
@click.option("--on", required=True, type=DAY)
@AS_JSON
@click.pass_obj
def tick(hub: bootstrap.Hub, area: str, on: datetime, as_json: bool) -> None:
    """Let a day pass in an area: judge what it changes, and tell whom it concerns."""
    feeding.must_exist(hub, area)
    result = feeding.command(
        hub, area, "tick", {"on": on.date().isoformat()}, By("operator", "operations", "operations")
    )
    say(
        result,
        as_json,
        lambda r: (
            f"{r['on']}: {r['visited']} visited, {r['raised']} raised, {r['retracted']} retracted, {r['closed']} closed"
        ),
    )


for verb in looking.VERBS:
    cli.add_command(verb)


# ── identity ──────────────────────────────────────────────────────────────────────────────────────────────────────────


cli_resolver.add_to(cli_identity.identity)
cli.add_command(cli_identity.identity)


@cli.command("check")
@AS_JSON
@click.pass_obj
def check_(hub: bootstrap.Hub, as_json: bool) -> None:
    """Say what an operator should look at. Exit 1 if nobody is at work."""
    result = checking.check(hub)
    say(result, as_json, checking.in_words)
    if not result["at_work"]:
        raise click.exceptions.Exit(1)


@cli.group()
def quarantine() -> None:
    """Children that an error keeps from being assessed."""


@quarantine.command("list")
@AS_JSON
@click.pass_obj
def quarantine_list(hub: bootstrap.Hub, as_json: bool) -> None:
    """List them, with the kind of error and since when; restricted children are left out."""
    table(deciding.quarantined(hub), as_json)


@quarantine.command("release")
@click.argument("child")
@WHO
@AS_JSON
@click.pass_obj
def quarantine_release(hub: bootstrap.Hub, child: str, who: str, as_json: bool) -> None:
    """Assess a child again, once the error is mended."""
    say(deciding.release(hub, child, who), as_json, lambda _: f"{child}: released")


# ── erasure, rebuild, journal ─────────────────────────────────────────────────────────────────────────────────────────


@cli.command()
@click.argument("name", metavar="SOURCE")
@click.argument("local_id")
@WHO
@REASON
@AS_JSON
@click.pass_obj
def erase(hub: bootstrap.Hub, name: str, local_id: str, who: str, reason: str, as_json: bool) -> None:
    """Erase one subject of a source: its events are blanked for good, and it is refused from then on."""
    say(
        feeding.erase(hub, name, local_id, By(who, "operations", "operations"), reason),
        as_json,
        lambda r: f"erased in {', '.join(r['areas'])}",
    )


@cli.command("rebuild")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path))
@AS_JSON
@click.pass_obj
def rebuild_(hub: bootstrap.Hub, folder: Path, as_json: bool) -> None:
    """Fold the journal again into fresh tables in a folder; equal bytes mean that nothing hangs on chance."""
    target = hub.rebuilt(folder)
    rebuild.rebuild(hub.store, target, hub.keyed, hub.rulebook, hub.model)
    tables = {name: bootstrap.digest_of(read()) for name, read in bootstrap.tables_of(target).items()}
    say({"tables": tables}, as_json, lambda r: "\n".join(f"{d}  {t}" for t, d in r["tables"].items()))


@cli.command("compare")
@click.argument("a")
@click.argument("b")
@click.option(
    "--rename-children", is_flag=True, help="Equal up to the renaming of children, and of what is named after them."
)
@AS_JSON
@click.pass_obj
def compare_(hub: bootstrap.Hub, a: str, b: str, rename_children: bool, as_json: bool) -> None:
    """Compare the tables of two hubs, each a folder or a DSN. Exit 1 if they differ."""
    stores = [hub.at(where) for where in (a, b)]
    result = compare_tables(bootstrap.tables_of(stores[0]), bootstrap.tables_of(stores[1]), rename_children)
    for store in stores:
        store.close()
    say(
        result,
        as_json,
        lambda r: (
            "equal"
            if r["equal"]
            else "\n".join(
                f"{t}: {n['different']} of {n['rows']} rows differ" for t, n in r["tables"].items() if n["different"]
            )
        ),
    )
    if not result["equal"]:
        raise click.exceptions.Exit(1)


@cli.group()
def journal() -> None:
    """The areas' journals: the truth that everything else is folded from."""


@journal.command("export")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--to", "to", type=click.Path(path_type=Path), help="The same as FILE.")
@click.pass_obj
def journal_export(hub: bootstrap.Hub, file: Path | None, to: Path | None) -> None:
    """Write every journal as JSON lines, to FILE or standard output. It holds personal data: keep it as you keep the store."""
    reading.export(hub, file or to)


@journal.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@AS_JSON
@click.pass_obj
def journal_import(hub: bootstrap.Hub, file: Path, as_json: bool) -> None:
    """Fold an exported journal into this hub, which must have none; nothing is decided or sent again."""
    say(reading.import_(hub, file), as_json, lambda r: f"{r['entries']} entries in {len(r['areas'])} areas")


# ── connectors, rules, simulator, demo, hosts ─────────────────────────────────────────────────────────────────────────

cli.add_command(library.connectors)
cli.add_command(library.rules)
cli.add_command(measuring.measures)
cli.add_command(simulating.simulate)


@cli.command("demo")
@click.option("--no-serve", is_flag=True, help="Stop after printing what happened.")
@click.option("--children", default=150, show_default=True)
@click.option("--seed", default=1, show_default=True)
@AS_JSON
def demo_(no_serve: bool, children: int, seed: int, as_json: bool) -> None:
    """Run two invented areas from files to alerts in ./.demo, and open their pages."""
    demo.run(main, children, seed, as_json, not no_serve)


@cli.command("serve")
@click.option("--port", type=int, help="Port on loopback; the next free one if it is taken.")
@click.pass_obj
def serve_(hub: bootstrap.Hub, port: int | None) -> None:
    """Serve the pages and the API on loopback."""
    serving.serve(hub, port)


@cli.command("worker")
@click.option("--name", required=True, help="Name of this worker, the same after every restart.")
@click.pass_obj
def worker_(hub: bootstrap.Hub, name: str) -> None:
    """Work on Kafka and PostgreSQL until told to stop."""
    if not (hub.config.bootstrap and hub.config.database):
        raise ConfigError("HUB_BOOTSTRAP, HUB_DATABASE", "a worker needs both")
    raise click.exceptions.Exit(hub.work(name))
