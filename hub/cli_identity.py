"""The verbs of `hub identity`: one function per verb; what they do is in `hub.verbs`."""

import click

from hub.bootstrap import Hub
from hub.verbs import deciding, tracing
from hub.verbs.printing import AS_JSON, REASON, WHO, say, table


@click.group()
def identity() -> None:
    """Which records are one child: what a person must decide, and undoing it."""


@identity.command("queue")
@click.option("--area", "only_area", default="")
@AS_JSON
@click.pass_obj
def identity_queue(hub: Hub, only_area: str, as_json: bool) -> None:
    """List possible matches that wait for a person: the most harmful first, with their age and target in working days."""
    table(deciding.queue(hub, only_area), as_json)


@identity.command("decide")
@click.argument("match")
@click.argument("verdict", type=click.Choice(["link", "apart"]))
@WHO
@REASON
@AS_JSON
@click.pass_obj
def identity_decide(hub: Hub, match: str, verdict: str, who: str, reason: str, as_json: bool) -> None:
    """Decide a possible match: the same child (link), or not (apart)."""
    say(deciding.decide(hub, match, verdict, who, reason), as_json, lambda _: f"{match}: {verdict}")


@identity.command("split")
@click.argument("name", metavar="SOURCE")
@click.argument("local_id")
@click.option("--into", default="", help="Revive this child, which was merged into the one it leaves.")
@WHO
@REASON
@AS_JSON
@click.pass_obj
def identity_split(hub: Hub, name: str, local_id: str, into: str, who: str, reason: str, as_json: bool) -> None:
    """Take one source record out of its child, with all its events, into a child of its own."""
    say(deciding.split(hub, name, local_id, who, reason, into), as_json, lambda r: f"split: {r['entry']}")


@identity.command("merge")
@click.argument("child")
@click.argument("into")
@WHO
@REASON
@AS_JSON
@click.pass_obj
def identity_merge(hub: Hub, child: str, into: str, who: str, reason: str, as_json: bool) -> None:
    """Make one child of two. If both have an open plan, another person must confirm with `hub identity decide`."""
    say(deciding.merge(hub, child, into, who, reason), as_json, lambda r: f"{r['state']}: {r['match']}")


@identity.command("undo")
@click.argument("entry")
@WHO
@REASON
@AS_JSON
@click.pass_obj
def identity_undo(hub: Hub, entry: str, who: str, reason: str, as_json: bool) -> None:
    """Take back a decision, named by its ENTRY in `hub identity history`, and nothing that came after it."""
    say(deciding.undo(hub, entry, who, reason), as_json, lambda r: f"undone: {r['entry']}")


@identity.command("history")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1))
@AS_JSON
@click.pass_obj
def identity_history(hub: Hub, limit: int, as_json: bool) -> None:
    """List what people decided on who is who, the latest first."""
    table(deciding.history(hub, limit), as_json)


@identity.command("disclosures")
@click.argument("child")
@AS_JSON
@click.pass_obj
def identity_disclosures(hub: Hub, child: str, as_json: bool) -> None:
    """Say who saw a child's record, or was sent word of it, while records of another child were mixed into it."""
    say(deciding.disclosures(hub, child), as_json, deciding.disclosures_in_words)


@identity.command("move")
@click.argument("event")
@click.option("--to", "child", required=True, help="Child that the event is really about.")
@WHO
@REASON
@AS_JSON
@click.pass_obj
def identity_move(hub: Hub, event: str, child: str, who: str, reason: str, as_json: bool) -> None:
    """Move one event, with all its revisions to come, to another child."""
    say(deciding.move(hub, event, child, who, reason), as_json, lambda _: "moved")


@identity.command("trace")
@click.argument("area", metavar="AREA")
@click.option("--limit", type=click.IntRange(1), help="Ask for at most so many; the next run goes on.")
@click.option("--numbers", "of_numbers", is_flag=True, help="Ask for the numbers that are known: which were replaced?")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say how many would be asked for, and ask nobody.")
@AS_JSON
@click.pass_obj
def identity_trace(hub: Hub, area: str, limit: int | None, of_numbers: bool, is_dry: bool, as_json: bool) -> None:
    """Ask PDS for the NHS numbers of children who have none. Answers are evidence, for the resolver and for people."""
    say(tracing.trace(hub, area, limit, of_numbers, is_dry), as_json, tracing.in_words)
