"""A rule that says something else than the law fails a worked case: change each part of each rule, and see."""

from datetime import date, timedelta

import pytest
from msgspec import structs

from tests.conformance.rules.mutants import BOOK, is_noticed, mutants

RULES = [rule for rule in BOOK.rules if not rule.why_disabled]


@pytest.mark.parametrize("name", [rule.id for rule in RULES])
def test_a_changed_rule_fails_a_case(name: str) -> None:
    assert [what for what, changed in mutants(BOOK.by_id[name]) if not is_noticed(changed)] == []


def test_a_mutant_that_changes_nothing_would_be_seen() -> None:
    for rule in RULES:
        assert not is_noticed(structs.replace(rule, checked_on=(rule.checked_on or date.min) + timedelta(days=1)))
