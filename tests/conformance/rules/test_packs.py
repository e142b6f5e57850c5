"""Every pack that comes with the product loads beside the law in force, and its worked cases hold."""

from pathlib import Path

import pytest

from hub.adapters.cases import Case, read_cases, rules_of, run
from hub.adapters.rulebook import load, packs

CASES = [
    (file.stem, case) for file in sorted((Path(__file__).parent / "packs").glob("*.toml")) for case in read_cases(file)
]


@pytest.mark.parametrize(("pack", "case"), CASES, ids=lambda value: value.name if isinstance(value, Case) else value)
def test_case_of_a_pack_holds(pack: str, case: Case) -> None:
    assert run(case, load(pack=pack)) == []


@pytest.mark.parametrize("pack", packs())
def test_every_rule_of_a_pack_has_a_worked_case_and_a_doubt(pack: str) -> None:
    own = [rule for rule in load(pack=pack).rules if rule not in load().rules]
    assert {rule.id for rule in own} <= {rule for name, case in CASES if name == pack for rule in rules_of(case)}
    assert [rule.id for rule in own if not rule.doubt] == []
