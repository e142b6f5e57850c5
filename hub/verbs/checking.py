"""`hub check`: what an operator should look at, each with what to do."""

from datetime import timedelta
from typing import Any

from hub.bootstrap import Hub
from hub.domain.identity.drift import words
from hub.domain.instants import instant
from hub.queries.drift import drift, warnings

STUCK = timedelta(minutes=2)
"""A command, or an event of intake, that waits longer than this means that no worker is at work."""


def check(hub: Hub) -> dict[str, Any]:
    """Return whether the hub is at work, and what waits for a person; no name and no id of a child."""

    def count(sql: str) -> int:
        return int(hub.store.select(sql)[0]["n"])

    oldest = hub.store.select("SELECT min(at) AS at FROM inbox WHERE state = 'waiting'")[0]["at"]
    stuck = bool(oldest) and instant(hub.now()) - instant(oldest) > STUCK
    found = {
        "commands_waiting": (count("SELECT count(*) AS n FROM inbox WHERE state = 'waiting'"), "start the area's worker"),
        "events_waiting": (count("SELECT count(*) AS n FROM outbox"), "run any verb (embedded), or look at the broker"),
        "loads_held": (count("SELECT count(*) AS n FROM load WHERE state = 'held'"), "hub loads list; then release or reject"),
        "refused_rows": (count("SELECT count(*) AS n FROM refusal WHERE state = 'waiting'"), "hub refusals list; then replay"),
        "dead_letters": (count("SELECT count(*) AS n FROM dead_letter"), "an event nobody could read: look at its source"),
        "quarantined_children": (count("SELECT count(*) AS n FROM quarantine"), "not assessed: look at the log of the worker"),
        "possible_matches": (count("SELECT count(*) AS n FROM possible_match WHERE state = 'waiting'"), "hub identity queue"),
    }  # fmt: skip
    found |= _drifted(hub)
    return {"at_work": not stuck, "waits": {name: {"count": n, "then": then} for name, (n, then) in found.items() if n}}


def _drifted(hub: Hub) -> dict[str, tuple[int, str]]:
    """Return how many areas get records unlike those that their identity model knows, and the worst change of each."""
    areas = [row["area"] for row in hub.store.select("SELECT area FROM area WHERE name <> '' ORDER BY area")]
    worst = {area: found[0] for area in areas if (found := warnings(drift(hub.store, area, hub.model)))}
    said = "; ".join(f"{area}: {words(one)}" for area, one in worst.items())
    return {"identity_drift": (len(worst), f"{said}; see hub identity fairness")}


def in_words(result: dict[str, Any]) -> str:
    """Return a check as people read it."""
    lines = ["at work" if result["at_work"] else "NOT AT WORK: commands wait and nobody takes them"]
    return "\n".join(
        [*lines, *(f"  {name.replace('_', ' ')}: {w['count']} ({w['then']})" for name, w in result["waits"].items())]
    )
