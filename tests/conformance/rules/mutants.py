"""Change each part of a rule: what a worked case must notice.

    python -m tests.conformance.rules.mutants [RULE …]      (all rules without one)

prints every change that no case notices, and the share that is noticed.
"""

import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from msgspec import structs

from hub.adapters.cases import Case, read_cases, rules_of, run
from hub.adapters.rulebook import load
from hub.domain.calendar import DayOfYear, Limit
from hub.domain.rules import DatedLimit, Rule, Rulebook, rulebook

BOOK = load()


@cache
def cases() -> dict[str, list[Case]]:
    """Return the worked cases by the rules they say something about."""
    found: dict[str, list[Case]] = {}
    for case in read_cases(Path(__file__).parent / "cases"):
        for rule in rules_of(case):
            found.setdefault(rule, []).append(case)
    return found


def mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield what was changed, and the rule that says something else than the law."""
    yield from _of_limits(rule)
    yield from _of_events(rule)
    yield from _of_the_rest(rule)


def _of_limits(rule: Rule) -> Iterator[tuple[str, Rule]]:
    for n, dated in enumerate(rule.limits):
        for what, other in () if rule.recurs else _lengths(dated.limit):  # those end with the school year
            yield f"limit {n}: {what}", _with_limit(rule, n, structs.replace(dated, limit=other))
        yield f"limit {n} not in force", _with_limit(rule, n, structs.replace(dated, since=date(2040, 1, 1)))
        for field in ("of", "year", "where"):
            if getattr(dated, field):
                other_dated = structs.replace(dated, **{field: type(getattr(dated, field))()})
                yield f"limit {n} without {field}", _with_limit(rule, n, other_dated)
        for k, leg in enumerate(dated.legs):
            legs = dated.legs[:k] + dated.legs[k + 1 :]
            yield f"limit {n} without leg {leg.name}", _with_limit(rule, n, structs.replace(dated, legs=legs))
            for what, length in _lengths(leg.limit):
                changed = (*dated.legs[:k], structs.replace(leg, limit=length), *dated.legs[k + 1 :])
                yield f"leg {leg.name}: {what}", _with_limit(rule, n, structs.replace(dated, legs=changed))
            if leg.of:
                changed = (*dated.legs[:k], structs.replace(leg, of=""), *dated.legs[k + 1 :])
                yield f"leg {leg.name} without of", _with_limit(rule, n, structs.replace(dated, legs=changed))
        if dated.legs:
            takes = "earlier" if dated.takes == "later" else "later"
            yield f"limit {n} takes the {takes}", _with_limit(rule, n, structs.replace(dated, takes=takes))
    if rule.warn:
        yield "warns later", structs.replace(rule, warn=structs.replace(rule.warn, count=rule.warn.count - 1))


def _lengths(limit: Limit | DayOfYear) -> Iterator[tuple[str, Limit | DayOfYear]]:
    if isinstance(limit, DayOfYear):
        yield "a day earlier", structs.replace(limit, day=limit.day - 1)
        return
    yield "longer", structs.replace(limit, count=limit.count + 1)
    if limit.count:
        yield "shorter", structs.replace(limit, count=limit.count - 1)
    if limit.direction == "before":
        yield "after, not before", structs.replace(limit, direction="after")
    elif limit.count:
        turned = "counted" if limit.first_day == "excluded" else "excluded"
        yield "first day", structs.replace(limit, first_day=turned)
    if limit.last_day != "stands":
        yield "last day", structs.replace(limit, last_day="stands")
    if limit.unit in ("working_days", "school_days", "tribunal_days"):
        yield "in days", structs.replace(limit, unit="days")


def _with_limit(rule: Rule, n: int, dated: DatedLimit) -> Rule:
    return structs.replace(rule, limits=(*rule.limits[:n], dated, *rule.limits[n + 1 :]))


def _of_events(rule: Rule) -> Iterator[tuple[str, Rule]]:
    for name in ("starts_on", "discharged_by", "lapses_on", "exemptions", "said_done_by", "only_if"):
        parts = getattr(rule, name)
        for n, part in enumerate(parts):
            said = getattr(part, "event", "") or getattr(part, "id", "") or part.told.event
            what = f"{name} without {said}"
            yield what, structs.replace(rule, **{name: parts[:n] + parts[n + 1 :]})
            for field in ("where", "unless", "all_of", "every", "basis", "notice", "min_days", "available_when", "had"):
                if value := getattr(part, field, None):
                    is_part = field == "notice" or (field == "unless" and name == "only_if")
                    other = structs.replace(part, **{field: None if is_part else type(value)()})
                    changed = structs.replace(rule, **{name: (*parts[:n], other, *parts[n + 1 :])})
                    yield f"{name}: {said} without {field}", changed


def _of_the_rest(rule: Rule) -> Iterator[tuple[str, Rule]]:
    if not rule.only_if and rule.limits and not rule.is_window:
        # what is owed only once it is known is judged backwards, and a window simply ends: no feed's silence matters
        yield "told by nobody", structs.replace(rule, told_by=())
    yield (
        "another holder",
        structs.replace(rule, duty_holder="health" if rule.duty_holder == "tribunal" else "tribunal"),
    )
    if rule.each:
        yield "not for each", structs.replace(rule, each="")
    if rule.later:
        yield "earlier events too", structs.replace(rule, later=False)
    if rule.owed_by:
        yield "owed by another body", structs.replace(rule, owed_by="")
    if rule.times > 1:
        yield "once is enough", structs.replace(rule, times=1)
    if rule.recurs:
        yield "owed once", structs.replace(rule, recurs="")
    if rule.family and rule.exemptions and not rule.family.startswith("ehcna-advice"):
        yield "another family", structs.replace(rule, family="")


def with_rule(rule: Rule) -> Rulebook:
    """Return the rulebook with one rule in place of its namesake."""
    rules = tuple(rule if other.id == rule.id else other for other in BOOK.rules)
    return rulebook(rules, BOOK.policy, BOOK.holidays, "mutant")


def is_noticed(rule: Rule) -> bool:
    """Tell whether a worked case fails with the rule in the rulebook."""
    book = with_rule(rule)
    return any(run(case, book) for case in cases().get(rule.id, ()))


def main(names: list[str]) -> int:
    """Print what no case notices, and the share that is."""
    rules = [rule for rule in BOOK.rules if not rule.why_disabled and (not names or rule.id in names)]
    all_of = [(rule.id, what, changed) for rule in rules for what, changed in mutants(rule)]
    missed = [(name, what) for name, what, changed in all_of if not is_noticed(changed)]
    for name, what in missed:
        print(f"not noticed: {name}: {what}")  # noqa: T201
    print(f"{len(all_of) - len(missed)} of {len(all_of)} changes to {len(rules)} rules are noticed")  # noqa: T201
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
