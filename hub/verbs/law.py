"""What the verbs about rules do."""

from pathlib import Path
from typing import Any

from hub.bootstrap import Hub, run_cases
from hub.domain.errors import NotFound
from hub.domain.rules import list_rules
from hub.domain.words import explain as explained


def rules(hub: Hub) -> list[dict[str, Any]]:
    """Return the rules, as `--json` prints them."""
    return list_rules(hub.rulebook)


def explain(hub: Hub, rule: str) -> str:
    """Return one rule in words; `NotFound` if there is none of that id."""
    if rule not in hub.rulebook.by_id:
        raise NotFound("rule", rule)
    return explained(hub.rulebook.by_id[rule])


def check_rules(hub: Hub, cases: Path | None) -> dict[str, Any]:
    """Read all rules and run worked cases; without a path the rules alone are checked."""
    if cases is None:
        return {"rules": len(hub.rulebook.rules), "cases": 0, "failed": 0, "differences": []}
    return {"rules": len(hub.rulebook.rules)} | run_cases(hub.rulebook, cases)


def cases_in_words(result: dict[str, Any]) -> str:
    """Return the outcome of a check as people read it."""
    lines = [f"{result['rules']} rules read; {result['cases']} worked cases, {result['failed']} failed"]
    return "\n".join([*lines, *(f"  {difference}" for difference in result["differences"])])
