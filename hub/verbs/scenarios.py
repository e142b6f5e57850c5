"""What `hub identity scenarios` does: small sequences of records and of what people did, each expectation checked."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from consumers import inbox
from hub.bootstrap import Hub
from hub.commands.inbox import By, send
from hub.config import Config
from hub.domain.errors import Unusable
from hub.domain.identity.model import Model
from hub.pipeline.area import AreaWorker
from hub.ports import Store
from hub.verbs.columns import shipped
from hub.verbs.evaluating import AREA, AT, described

STEWARD = By("steward", "steward", "identity_stewardship")
Pair = tuple[int, int]


class Expected(Struct, frozen=True):
    """What must come out; pairs are positions of events."""

    same_child: list[Pair] = []
    never_auto_linked: list[Pair] = []
    should_reach_review: list[Pair] = []


class Scenario(Struct, frozen=True):
    """One sequence."""

    id: str
    kind: str
    events: list[dict[str, Any]]
    expect: Expected


class Tally(Struct):
    """How many expectations held."""

    passed: int = 0
    total: int = 0
    failed: list[str] = []

    def count(self, scenario: str, holds: bool) -> None:
        """Count one expectation of a scenario."""
        self.total += 1
        self.passed += holds
        if not holds and scenario not in self.failed:
            self.failed.append(scenario)


class Played(Struct):
    """What became of the scenarios of a file."""

    never_auto_linked: Tally
    other: Tally
    scenarios: int = 0


def play(path: Path, model: Model) -> Played:
    """Play every scenario of a file, each in an area of its own, and check what it expects at every step."""
    result = Played(Tally(), Tally())
    config = Config(data=path.parent)
    hub = Hub(config)
    for scenario in read(path):
        store = hub.in_memory()
        _Stage(store, AreaWorker(store, AREA, hub.keyed_for_tests, hub.rulebook, model)).play(scenario, result)
        result.scenarios += 1
    return result
