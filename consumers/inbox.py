"""Commands from the inbox become inputs of the area: shared by both hosts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from hub.domain.errors import Conflict, HubError, NotFound, Unavailable
from hub.domain.identifiers import name_of
from hub.domain.instants import at_six, instant, local_date, stamp
from hub.pipeline.area import AreaWorker
from hub.pipeline.journal import Input
from hub.ports import Store, Unit


def waiting(store: Store, area: str) -> list[dict[str, Any]]:
    """Return the area's commands that nobody has taken, oldest first."""
    return store.select("SELECT * FROM inbox WHERE area = :area AND state = 'waiting' ORDER BY n", area=area)


def has_arrived(store: Store, area: str) -> bool:
    """Tell whether all that intake sent to the area is in its journal, and no load of it is under way."""
    sql = "SELECT source, load, state FROM load WHERE state IN ('running', 'ended') AND (area = '' OR ' ' || area || ' ' LIKE :like)"
    loads = store.select(sql, like=f"% {area} %")
    if store.select("SELECT source FROM settling WHERE area = :area LIMIT 1", area=area):
        return False
    whole = "SELECT source, load FROM load_progress WHERE area = :area AND expected IS NOT NULL AND arrived >= expected"
    here = {(row["source"], row["load"]) for row in store.select(whole, area=area)}
    return all(row["state"] == "ended" and (row["source"], row["load"]) in here for row in loads)


def take(worker: AreaWorker, store: Store, row: dict[str, Any], now: str) -> dict[str, Any]:
    """Take one command into the journal, write its result beside it, and return that.

    A command that may not be (`Conflict`, `NotFound`) changes nothing but its own row.
    """
    number, body = row["n"], msgspec.json.decode(row["body"])
    result: dict[str, Any] = {}

    def finish(unit: Unit) -> None:
        text = msgspec.json.encode(result).decode()
        unit.execute("UPDATE inbox SET state = :s, result = :r WHERE n = :n", s="taken", r=text, n=number)

    try:
        one = _input(worker, store, row["area"], row["kind"], body, number, now)
        ticked = worker.take([one], max(now, one.taken_at))
        if ticked is not None:
            result |= msgspec.to_builtins(ticked)
        if row["kind"] in BY_PEOPLE:
            result["entry"] = one.id
        with store.begin() as unit:
            finish(unit)
    except Unavailable:
        raise  # the database or a channel is away: the command waits for another try
    except HubError as error:
        result = {"error": type(error).__name__, **{k: str(v) for k, v in error.fields().items()}}
        with store.begin() as unit:
            text = msgspec.json.encode(result).decode()
            unit.execute("UPDATE inbox SET state = 'refused', result = :r WHERE n = :n", r=text, n=number)
        if not isinstance(error, (Conflict, NotFound)):
            raise
    return result


def _input(
    worker: AreaWorker, store: Store, area: str, kind: str, body: dict[str, Any], number: int, now: str
) -> Input:
    state = worker.state
    name = name_of("command", area, number)
    taken_at = body.pop("taken_at", "")
    if kind == "configure":  # configuration moves no clock: a simulated past stays one
        return Input(kind, name, _text(body), state.taken_at or stamp(instant("1970-01-01T00:00:00+00:00")))
    if kind == "tick":
        _may_tick(worker, body, now)
        on = date.fromisoformat(body["on"])
        taken_at = now if on == local_date(instant(now)) else stamp(at_six(on))
        return Input("tick", name, _text({"on": body["on"]}), taken_at)
    check = CHECKS.get(kind)
    if check is not None:
        check(worker, body)
    if kind == "move_child":
        _may_move(worker, store, body, now)
    kinds = {"erase": "erasure"}
    return Input(kinds.get(kind, kind), name, _text(body), taken_at)


def _match_is_there(worker: AreaWorker, body: dict[str, Any]) -> None:
    match = worker.state.matches.get(body["match"])
    if match is None or (match["source"], match["local_id"]) not in worker.state.clusters.child_of:
        raise NotFound("possible match", body["match"])


def _records_are_there(worker: AreaWorker, body: dict[str, Any]) -> None:
    state = worker.state
    if "links" not in body:
        if (body["source"], body["local_id"]) not in state.clusters.child_of:
            raise NotFound("source record", body["source"])
        return
    if not body["links"]:
        raise Conflict("child", "no record was chosen")
    for number in body["links"]:
        record = state.linked_at.get(number)
        if record is None or record not in state.links:
            raise NotFound("source record", str(number))
        if state.links[record][0] != number:
            raise Conflict("source record", "it was linked anew since")


def _children_are_there(worker: AreaWorker, body: dict[str, Any]) -> None:
    for name in ("child", "into"):
        if body[name] not in worker.state.clusters.created:
            raise NotFound("child", body[name])


def _entry_is_there(worker: AreaWorker, body: dict[str, Any]) -> None:
    if not worker.state.memory.behind(body["entry"]):
        raise NotFound("decision", body["entry"])


def _keeps_children(worker: AreaWorker, body: dict[str, Any]) -> None:
    """Refuse a model without the rules that protect children: such a one is for measuring on other people's data."""
    if not body["model"].get("keeps_children", True):
        raise Conflict("model", "it is without the rules that protect children: no hub decides by it")


CHECKS: dict[str, Callable[[AreaWorker, dict[str, Any]], None]] = {
    "decide_link": _match_is_there, "split_child": _records_are_there, "merge_children": _children_are_there,
    "undo": _entry_is_there, "activate_model": _keeps_children,
}  # fmt: skip
"""What must hold for a command to be taken into the journal, by kind."""

BY_PEOPLE = frozenset({"decide_link", "merge_children", "split_child", "move_events", "undo"})
"""Decisions that can be undone: their result names their entry of the journal."""


def _may_tick(worker: AreaWorker, body: dict[str, Any], now: str) -> None:
    today, last = local_date(instant(now)), worker.state.tick_on
    if date.fromisoformat(body["on"]) > today:
        raise Conflict("tick", f"{body['on']} is after today, {today.isoformat()}")
    if last is not None and body["on"] < last.isoformat():
        raise Conflict("tick", f"{body['on']} is before the area's last tick, {last.isoformat()}")


def _may_move(worker: AreaWorker, store: Store, body: dict[str, Any], now: str) -> None:
    state, to = worker.state, body["to"]
    child = state.present(body["child"])
    records = state.clusters.records.get(child)
    if not records:
        raise NotFound("child", body["child"])
    if not store.select("SELECT 1 AS one FROM area WHERE area = :area", area=to):
        raise NotFound("area", to)
    if date.fromisoformat(body["on"]) > local_date(instant(now)):
        raise Conflict("move child", f"{body['on']} is after today")
    left = state.moves.left.get(child)
    if left is not None and any(record in state.placed for record in records):
        raise Conflict("move child", f"area {left.to} answers for the child since {left.on}: decide it there")
    if left is None and to == state.area:
        raise Conflict("move child", f"area {to} answers for the child already")


def _text(body: dict[str, Any]) -> str:
    return msgspec.json.encode(body, order="sorted").decode()
