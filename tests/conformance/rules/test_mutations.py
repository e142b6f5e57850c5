"""A rule that says something else than the law fails a worked case: change each part of each rule, and see."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from hub.adapters.cases import read_cases, rules_of, run
from hub.adapters.rulebook import load
from hub.domain.rules import DatedLimit, Rule, Rulebook, rulebook

CASES = list(read_cases(Path(__file__).parent / "cases"))
BOOK = load()


def _mutants() -> Iterator[tuple[str, Rule]]:
    for rule in BOOK.rules:
        for what, changed in (*_of_limits(rule), *_of_events(rule), *_of_the_rest(rule)):
            yield f"{rule.id}: {what}", changed


def _of_limits(rule: Rule) -> Iterator[tuple[str, Rule]]:
    for n, dated in enumerate(rule.limits):
        limit = dated.limit
        turned = "counted" if limit.first_day == "excluded" else "excluded"
        for what, other in (
            ("limit longer", structs.replace(limit, count=limit.count + 1)),
            ("limit shorter", structs.replace(limit, count=limit.count - 1)),
            ("first day", structs.replace(limit, first_day=turned)),
        ):
            limits = [*rule.limits]
            limits[n] = structs.replace(dated, limit=other)
            yield what, structs.replace(rule, limits=tuple(limits))
        later = DatedLimit(date(2030, 1, 1), limit)
        yield "limit not in force", structs.replace(rule, limits=(later,))
    if rule.warn:
        yield "warns later", structs.replace(rule, warn=structs.replace(rule.warn, count=rule.warn.count - 1))


def _of_events(rule: Rule) -> Iterator[tuple[str, Rule]]:
    for name in ("starts_on", "discharged_by", "lapses_on", "exemptions", "said_done_by"):
        parts = getattr(rule, name)
        for n, part in enumerate(parts):
            what = f"{name} without {getattr(part, 'event', '') or part.id}"
            yield what, structs.replace(rule, **{name: parts[:n] + parts[n + 1 :]})
            for field in ("where", "unless", "all_of", "basis"):
                if getattr(part, field, None):
                    other = structs.replace(part, **{field: type(getattr(part, field))()})
                    changed = structs.replace(rule, **{name: (*parts[:n], other, *parts[n + 1 :])})
                    yield f"{name}: {part.event} without {field}", changed


def _of_the_rest(rule: Rule) -> Iterator[tuple[str, Rule]]:
    if rule.only_if:
        yield "unconditional", structs.replace(rule, only_if=None)
    else:  # what is owed only once it is known is judged backwards: no feed's silence matters
        yield "told by nobody", structs.replace(rule, told_by=())
    yield "another holder", structs.replace(rule, duty_holder="tribunal")
    if rule.family and rule.family != "ehcna-advice":
        yield "another family", structs.replace(rule, family="")


def _with(rule: Rule) -> Rulebook:
    rules = tuple(rule if other.id == rule.id else other for other in BOOK.rules)
    return rulebook(rules, BOOK.policy, BOOK.holidays, "mutant")


MUTANTS = list(_mutants())


@pytest.mark.parametrize("rule", [rule for _, rule in MUTANTS], ids=[name for name, _ in MUTANTS])
def test_a_changed_rule_fails_a_case(rule: Rule) -> None:
    book = _with(rule)
    assert any(run(case, book) for case in CASES if rule.id in rules_of(case))


def test_a_mutant_that_changes_nothing_would_be_seen() -> None:
    for rule in BOOK.rules:
        book = _with(structs.replace(rule, checked_on=(rule.checked_on or date.min) + timedelta(days=1)))
        assert not any(run(case, book) for case in CASES if rule.id in rules_of(case))
