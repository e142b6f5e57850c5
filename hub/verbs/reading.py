"""What the verbs that read do: the audit of a look, as-known-at, SQL over the read views, export and import."""

import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from consumers.rebuild import History, areas, entries
from consumers.rebuild import as_known as until
from hub.bootstrap import Audits, Hub
from hub.domain.access import EVERY, Actor
from hub.domain.errors import Conflict, Unusable
from hub.domain.rules import Rulebook
from hub.pipeline.area import AreaWorker
from hub.pipeline.journal import Entry
from hub.ports import Reader
from hub.queries.desk import Desk
from hub.queries.show import AUDITORS, VIEWS


def desk(hub: Hub, role: str, purpose: str, reader: Reader | None = None) -> Desk:
    """Return the operator's desk in a role, over the hub's store or another reader; every look is audited."""
    return Desk(reader or hub.store, Audits(hub), Actor("operator", role, EVERY, EVERY), purpose)


def as_known(hub: Hub, area: str, true_on: date | None, known_on: date | None, book: Rulebook | None = None) -> Reader:
    """Return tables as known at the end of a day, judged as at another (the same one if only one is given).

    Args:
        book: Law to judge by; the hub's own without it.
    """
    store = hub.in_memory()
    for code in [area] if area else areas(hub.store):
        history = History(hub.store, store, code, hub.keyed, book or hub.rulebook, hub.model)
        history.known(until(known_on))
        history.true_on(true_on or known_on or date.max)
    return store


def forecast_in_words(rows: list[dict[str, Any]]) -> str:
    """Return a forecast or its report as people read it."""
    lines = [
        f"{row['due_on']}  {row['chance_of_passing']:.0%} to pass  {row['rule']} {row['body']} case {row['reference']}"
        f" (of {row['cases']} cases)"
        if "chance_of_passing" in row
        else f"{row['rule']}: {row['cases']} forecasts, {row['late']} late; error {row['brier']} against {row['base']};"
        f" first said {row['lead_days']} days before"
        for row in rows
    ]
    return "\n".join(lines) or "no rule of this area has enough cases for a forecast"


_NAME = re.compile(r'"[^"]*"|[A-Za-z_][A-Za-z_0-9$]*')


def query(hub: Hub, desk: Desk, text: str) -> list[dict[str, Any]]:
    """Run one SELECT over the read views, each narrowed to what the desk may see; no table can be reached.

    The views stand in front of the query as common table expressions, and it may name no table of the store.

    Raises:
        Unusable: It is no single SELECT, or names something that is not a read view.
    """
    bare = re.sub(r"'(?:[^']|'')*'", "''", text)
    if ";" in bare or "--" in bare or "/*" in bare or not re.match(r"\s*(select|with)\b", bare, re.IGNORECASE):
        raise Unusable("hub sql", "query", "one SELECT without comments or semicolon")
    names = {name.strip('"').lower() for name in _NAME.findall(bare)}
    hidden = {name for name in hub.tables() if name not in VIEWS} | {
        "sqlite_master",
        "sqlite_schema",
        "sqlite_temp_master",
        "main",
        "temp",
        "public",
    }
    for name in sorted(names & hidden) + sorted(
        n for n in names if n.startswith(("pg_", "sqlite_", "pragma", "information_schema", "lo_"))
    ):
        raise Unusable("hub sql", name, f"not a read view; those are {', '.join(VIEWS)}")
    desk.audit("sql " + " ".join(sorted(names & VIEWS.keys())))
    return hub.select_over({name: _visible(desk, name) for name in VIEWS if name in names}, text)


def _visible(desk: Desk, name: str) -> tuple[str, dict[str, object]]:
    view = VIEWS[name]
    if name == "audit" and desk.access.role not in AUDITORS:
        return view.select.format("1 = 0"), {}
    condition = view.visible(desk)
    return view.select.format(condition.sql), dict(condition.parameters)


def export(hub: Hub, file: Path | None) -> None:
    """Write every area's journal as JSON lines, area by area, in order."""
    out = file.open("wb") if file else sys.stdout.buffer
    try:
        for area in areas(hub.store):
            for entry in entries(hub.store, area):
                out.write(msgspec.json.encode({"area": area} | msgspec.to_builtins(entry)) + b"\n")
    finally:
        if file:
            out.close()


def import_(hub: Hub, file: Path) -> dict[str, Any]:
    """Fold an exported journal into an empty hub."""
    if areas(hub.store):
        raise Conflict("journal", "this hub has one already")
    found: dict[str, list[Entry]] = {}
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                data = msgspec.json.decode(line)
                found.setdefault(data.pop("area"), []).append(msgspec.convert(data, Entry))
            except (msgspec.MsgspecError, KeyError) as error:
                raise Unusable(file.name, "line", "is no journal entry", number) from error
    for area in sorted(found):
        worker = AreaWorker(hub.store, area, hub.keyed, hub.rulebook, hub.model)
        worker.replay(found[area])
        worker.judge_all()
    return {"entries": sum(map(len, found.values())), "areas": sorted(found)}
