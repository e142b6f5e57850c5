"""What the verbs that feed the hub do: areas, reference data, loads, commands."""

import csv
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec

from connectors import runner
from hub.bootstrap import Hub
from hub.commands.inbox import By, send
from hub.domain.errors import Conflict, NotFound, Unavailable, Unusable
from hub.domain.identifiers import name_of
from hub.domain.instants import instant
from hub.domain.said import Held
from hub.intake.forgetting import forget, forget_traces
from hub.intake.load import Extract, Load, Outcome, Source, usable_source
from hub.intake.placing import subject_name

OPERATOR = By("operator", "operations", "operations")
WAIT_S = 120.0
"""How long a verb waits for the worker before it says «saved, being applied»."""


def must_exist(hub: Hub, area: str) -> None:
    """Raise `NotFound` unless the area was added."""
    if not hub.store.select("SELECT 1 AS one FROM area WHERE area = :area", area=area):
        raise NotFound("area", area)


def command(hub: Hub, area: str, kind: str, body: dict[str, Any], by: By) -> dict[str, Any]:
    """Send a command and return its result.

    Raises:
        Conflict: The area's order of things forbids it.
        Unavailable: No worker took it in time; it is saved and will be applied.
    """
    number = send(hub.store, area, kind, body, by, hub.now())
    result = _awaited(hub, number) if hub.config.bootstrap else hub.embedded.command(area, number)
    if "error" in result:
        if result["error"] == "NotFound":
            raise NotFound(result["kind"], result["name"])
        raise Conflict(result.get("what", kind), result.get("reason", ""))
    return result


def _awaited(hub: Hub, number: int) -> dict[str, Any]:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        row = hub.store.select("SELECT state, result FROM inbox WHERE n = :n", n=number)[0]
        if row["state"] != "waiting":
            result: dict[str, Any] = msgspec.json.decode(row["result"] or "{}")
            return result
        time.sleep(0.05)
    raise Unavailable("worker", 1.0, "the command is saved and being applied")


def configure(hub: Hub, area: str, body: dict[str, Any]) -> None:
    """Enter configuration into the area's journal."""
    command(hub, area, "configure", body, OPERATOR)


def rows_of(file: Path, required: tuple[str, ...], more: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a reference file with exactly these columns.

    Raises:
        Unusable: A column or a value that must be there is missing.
    """
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        for name in required:
            if name not in (reader.fieldnames or ()):
                raise Unusable(file.name, name, "column missing")
        rows = [{name: (row.get(name) or "").strip() for name in (*required, *more)} for row in reader]
    for number, row in enumerate(rows, 1):
        for name in required:
            if not row[name] and name != "name_ref":
                raise Unusable(file.name, name, "empty", number)
    return rows


def load_reference(hub: Hub, kind: str, rows: list[dict[str, str]]) -> None:
    """Replace the hub's contacts or bodies, and enter them into the journals of the areas they concern."""
    with hub.store.begin() as unit:
        unit.execute("DELETE FROM reference WHERE kind = :kind", kind=kind)
        unit.put(
            "reference",
            [(kind, f"{n:06d}", _areas_of(kind, row), msgspec.json.encode(row).decode()) for n, row in enumerate(rows)],
        )
    areas = [row["area"] for row in hub.store.select("SELECT area FROM area ORDER BY area")]
    share(hub, areas, (kind,))


def share(hub: Hub, areas: list[str], kinds: tuple[str, ...] = ("contacts", "bodies")) -> None:
    """Enter what the hub knows of contacts and bodies into the areas' journals, where it is not there yet."""
    for kind in kinds:
        rows = hub.store.select("SELECT area, body FROM reference WHERE kind = :kind ORDER BY name", kind=kind)
        for area in areas:
            mine = [
                msgspec.json.decode(row["body"]) for row in rows if not row["area"] or area in row["area"].split(";")
            ]
            table = "contact" if kind == "contacts" else "body"
            if mine or hub.store.select(f"SELECT 1 AS one FROM {table} WHERE area = :area", area=area):
                configure(hub, area, {"what": kind, "rows": mine})


def _areas_of(kind: str, row: dict[str, str]) -> str:
    return row["area"] if kind == "contacts" else row["areas"]


def usable(hub: Hub, name: str, only_area: str | None) -> Source:
    """Return the source, narrowed to one area if asked."""
    source = usable_source(hub.store, name)
    if not source.areas:
        areas = tuple(row["area"] for row in hub.store.select("SELECT area FROM area ORDER BY area"))
        source = msgspec.structs.replace(source, areas=areas)
    return msgspec.structs.replace(source, areas=(only_area,)) if only_area else source


def forward(hub: Hub) -> None:
    """Bring intake's outbox to the areas' workers: publish it to Kafka, or take it here and now."""
    if hub.config.bootstrap:
        hub.publish()
    else:
        hub.embedded.drain()


def report(outcome: Outcome) -> dict[str, Any]:
    """Return what a load did, as `--json` prints it."""
    return {
        "load": outcome.load, "read": outcome.read, "accepted": outcome.accepted,
        "accepted_with_notes": outcome.accepted_with_notes, "refused": outcome.refused, "withdrawn": outcome.withdrawn,
        "held": outcome.held, "held_because": outcome.held_because, "events": dict(sorted(outcome.events.items())),
        "notes": [{"field": f, "reason": r, "count": n} for (f, r), n in sorted(outcome.notes.items())],
        "refusals": outcome.refusals,
    }  # fmt: skip


def in_words(result: dict[str, Any]) -> str:
    """Return a load's report as people read it."""
    if result["held"]:
        load = result["load"]
        return f"{load}: held, nothing of it has begun: {result['held_because']}\nLook at it, then: hub loads release {load}"
    lines = [
        f"{result['load']}: {result['read']} read, {result['accepted']} accepted, {result['accepted_with_notes']} with notes,"
        f" {result['refused']} refused, {result['withdrawn']} withdrawn; {sum(result['events'].values())} events"
    ]
    lines += [f"  refused {r['file']} row {r['row']}: {r['field']}: {r['reason']}" for r in result["refusals"][:20]]
    return "\n".join(lines)


def held(hub: Hub, load: str) -> dict[str, Any]:
    """Return a held load's row; `NotFound` if there is none."""
    rows = hub.store.select("SELECT * FROM load WHERE load = :load AND state = 'held'", load=load)
    if not rows:
        raise NotFound("held load", load)
    return rows[0]


def settle(hub: Hub, row: dict[str, Any], state: str) -> None:
    """Settle a held load, and remove the copy that was kept."""
    with hub.store.begin() as unit:
        unit.execute(
            "UPDATE load SET state = :s, path = '' WHERE source = :o AND load = :l",
            s=state,
            o=row["source"],
            l=row["load"],
        )
    shutil.rmtree(Path(row["path"]).parent, ignore_errors=True)


def replay(hub: Hub, refusal: str, mended: Path | None) -> dict[str, Any]:
    """Take a refused row again; it is settled if nothing of it is refused this time."""
    rows = hub.store.select("SELECT * FROM refusal WHERE refusal = :r AND state = 'waiting'", r=refusal)
    if not rows:
        raise NotFound("refusal", refusal)
    row = rows[0]
    source = usable(hub, row["source"], None)
    at = instant(row["recorded_at"])
    load = Load(hub.store, hub.keyed, source, Extract("changes", at, at))
    connector = hub.connector(source.connector)
    content = mended.read_bytes() if mended else bytes(row["content"])
    found = list(runner.read_content(connector, row["file"], content))
    unread = next((one.reason for one in found if isinstance(one, Held)), "" if found else "holds no row")
    if unread:
        raise Unusable(row["source"], "row", unread, file=mended.name if mended else row["file"])
    outcome = load.run(found)
    if not outcome.refused:
        with hub.store.begin() as unit:
            unit.execute("UPDATE refusal SET state = 'mended', content = NULL WHERE refusal = :r", r=refusal)
    forward(hub)
    return report(outcome)


def area_of(hub: Hub, table: str, column: str, value: str) -> str:
    """Return the area in which a row stands; `NotFound` if there is none."""
    rows = hub.store.select(f"SELECT area FROM {table} WHERE {column} = :value", value=value)
    if not rows:
        raise NotFound(table.replace("_", " "), value)
    return str(rows[0]["area"])


def erase(hub: Hub, source: str, local_id: str, by: By, reason: str) -> dict[str, Any]:
    """Erase a subject everywhere: journals, ledger, refused rows; and refuse it from then on."""
    usable_source(hub.store, source)
    given, local_id = local_id, subject_name(hub.keyed, source, local_id)
    here = "SELECT area FROM source_record WHERE source = :s AND local_id = :l"
    sent_on = (
        "SELECT placed_in AS area FROM placed WHERE source = :s AND local_id = :l"  # and on its way there, perhaps
    )
    areas = sorted(row["area"] for row in hub.store.select(f"{here} UNION {sent_on}", s=source, l=local_id))
    done = hub.store.select("SELECT 1 AS one FROM erased WHERE name = :n", n=hub.keyed.name("erased", source, local_id))
    if not areas and not done:
        raise NotFound("source record", source)
    for area in areas:
        body = {"source": source, "local_id": local_id, "by": by.actor, "reason": reason}
        command(hub, area, "erase", body, by)
    forget(hub.store, source, local_id, given)
    for found, answered in forget_traces(hub.store, hub.keyed, source, local_id):
        erase(hub, found, answered, by, reason)  # PDS was asked because of the subject: its answers go too
    return {"areas": areas, "name": name_of("erasure", source, *areas)}
