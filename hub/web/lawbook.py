"""Rules as the pages show them."""

from collections.abc import Iterable
from typing import Any

from hub.domain.rules import Rule


def shown(rules: Iterable[Rule]) -> dict[str, dict[str, Any]]:
    """Return what pages say of each rule, by id: its duty, its source in law, its force, its doubt."""
    return {
        rule.id: {
            "duty": rule.duty,
            "source": rule.source,
            "enactment": rule.enactment,
            "duty_force": rule.duty_force,
            "limit_force": rule.limit_force,
            "doubt": rule.doubt,
            "signed_off": {"by": rule.signed_off.by, "on": rule.signed_off.on} if rule.signed_off else {},
        }
        for rule in rules
    }
