"""What `hub outstanding` does: the days of a child's processes, as an object or in words."""

from typing import Any

import msgspec

from hub.bootstrap import Hub
from hub.domain.alert_texts import counted, day
from hub.domain.instants import day_in
from hub.domain.outstanding import LABEL
from hub.queries.outstanding import outstanding
from hub.verbs import reading


def days(hub: Hub, role: str, purpose: str, child: str) -> dict[str, Any]:
    """Return the days outstanding of a child, found by id or case reference; dates as ISO text."""
    found = outstanding(reading.desk(hub, role, purpose), hub.rulebook, child)
    result: dict[str, Any] = msgspec.to_builtins(found)
    return result


def in_words(result: dict[str, Any]) -> str:
    """Return the days as people read them: a line for each process, and one for each body and duty."""
    lines = [f"case {result['reference']} as at {day(day_in(result['on']))}"]
    for one in result["processes"]:
        lines.append(
            f"{one['kind'] or 'process'} {one['process']}, began {one['started_on']}"
            + (f", ended {one['ended_on']}" if one["ended_on"] else f", counted to {one['counted_to']}")
            + f": {counted(one['elapsed_days'], 'day')}, {one['in_time_days']} in time,"
            f" {one['sole_days'] + one['shared_days']} {LABEL}"
        )
        lines += [line for body in one["bodies"] for line in _body(body)]
    return "\n".join(lines) if result["processes"] else f"{lines[0]}: no process with a date"


def _body(body: dict[str, Any]) -> list[str]:
    return [
        f"  {body['name']}: {body['sole_days']} alone, {body['shared_days']} with others",
        *(f"    {e['rule']}: due {e['due_on']}, {_done(e['done_on'])} ({e['obligation']})" for e in body["because"]),
    ]


def _done(on: str | None) -> str:
    return f"done {on}" if on else "not recorded as done"
