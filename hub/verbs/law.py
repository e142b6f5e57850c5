"""What the verbs about rules do."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from hub.bootstrap import Hub, run_cases
from hub.domain.due import Counting, Given, due_of
from hub.domain.errors import NotFound, Unusable
from hub.domain.facts import SchoolCalendar, calendars_of
from hub.domain.rules import NOTHING, Rule, list_rules
from hub.domain.words import explain as explained
from hub.verbs import reading

COMMAND = "hub rules due"


def rules(hub: Hub) -> list[dict[str, Any]]:
    """Return the rules, as `--json` prints them."""
    return list_rules(hub.rulebook, hub.case_counts())


def rule_of(hub: Hub, rule: str) -> Rule:
    """Return one rule; `NotFound` if there is none of that id."""
    if rule not in hub.rulebook.by_id:
        raise NotFound("rule", rule)
    return hub.rulebook.by_id[rule]


def explain(hub: Hub, rule: str) -> str:
    """Return one rule in words; `NotFound` if there is none of that id."""
    return explained(rule_of(hub, rule))


def check_rules(hub: Hub, cases: Path | None) -> dict[str, Any]:
    """Read all rules and run worked cases; without a path the rules alone are checked."""
    if cases is None:
        return {"rules": len(hub.rulebook.rules), "cases": 0, "failed": 0, "differences": []}
    return {"rules": len(hub.rulebook.rules)} | run_cases(hub.rulebook, cases)


def cases_in_words(result: dict[str, Any]) -> str:
    """Return the outcome of a check as people read it."""
    lines = [f"{result['rules']} rules read; {result['cases']} worked cases, {result['failed']} failed"]
    return "\n".join([*lines, *(f"  {difference}" for difference in result["differences"])])


# ── when is it due? ───────────────────────────────────────────────────────────────────────────────────────────────────


def due(hub: Hub, rule_id: str, start: str, besides: Iterable[str], school: SchoolCalendar | None) -> dict[str, Any]:
    """Return when a duty is due that starts on a date, and how that is found; for disabled rules too.

    Args:
        start: Day that the limit is counted from (ISO).
        besides: `NAME=DATE` for further legs of the limit and `NAME=VALUE` for fields that choose one.
        school: Calendar for limits in school days.
    """
    rule = rule_of(hub, rule_id)
    started_on = _day("--from", start)
    data, legs = _besides(rule, started_on, besides)
    found = due_of(rule, started_on, Counting(hub.rulebook.holidays, school), Given(data or NOTHING, legs))
    steps = found.steps()
    if found.on is None and rule.limits and rule.limit_at(started_on, data) is None:
        fields = sorted({name for dated in rule.limits for name, _ in dated.where})
        needs = f"depends on {', '.join(fields)}: say --and {fields[0]}=…" if fields else "no limit"
        steps = [needs if rule.is_in_force(started_on) else f"not in force on {started_on}"]
    return {
        "rule": rule.id, "from": started_on.isoformat(), "due_on": found.on.isoformat() if found.on else None,
        "enabled": not rule.why_disabled, "limit_force": rule.limit_force, "source": rule.cited, "steps": steps,
    }  # fmt: skip


def due_lines(hub: Hub, lines: Iterable[str], school: SchoolCalendar | None) -> Iterator[dict[str, Any]]:
    """Yield an answer per line `RULE<tab>DATE[<tab>NAME=DATE…]`; `{"error"}` for one that cannot be read."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        rule, *rest = line.rstrip("\r\n").split("\t")
        try:
            if not rest:
                raise Unusable("standard input", "line", "not RULE<tab>DATE[<tab>NAME=DATE…]", number)
            yield due(hub, rule.strip(), rest[0].strip(), rest[1:], school)
        except (Unusable, NotFound) as error:
            yield {"error": f"line {number}: {_said(error)}"}


def _said(error: Unusable | NotFound) -> str:
    return f"no {error.kind} {error.name}" if isinstance(error, NotFound) else f"{error.field}: {error.reason}"


def due_in_words(answer: dict[str, Any]) -> str:
    """Return an answer as people read it."""
    if "error" in answer:
        return str(answer["error"])
    steps = "".join(f"\n  {step}" for step in answer["steps"])
    disabled = "" if answer["enabled"] else " (rule disabled)"
    return f"{answer['rule']} from {answer['from']}: due {answer['due_on'] or 'at no fixed date'}{disabled}{steps}"


def school_calendar(path: Path | None) -> SchoolCalendar | None:
    """Return the calendar in a file: CSV as `calendar.csv` of the casework export, or JSON of the same fields."""
    if path is None:
        return None
    text = path.read_text("utf-8-sig")
    if text.lstrip()[:1] in "[{":
        read = msgspec.json.decode(text)
        rows = read if isinstance(read, list) else [read]
    else:
        rows = list(csv.DictReader(text.splitlines()))
    listed = [row | {"school_days": _list(row.get("school_days"))} for row in rows]
    try:
        found = calendars_of({"institution": "school"} | {k: v for k, v in row.items() if v} for row in listed)
    except ValueError as error:
        raise Unusable(path.name, "school_days", str(error)) from error
    if len(found) != 1:
        raise Unusable(path.name, "institution", f"one school's calendar is needed, this holds {len(found)}")
    return next(iter(found.values()))


def _list(value: object) -> list[str]:
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else list(value or [])  # type: ignore[call-overload]


def _besides(rule: Rule, started_on: date, besides: Iterable[str]) -> tuple[dict[str, str], dict[str, date]]:
    names = {
        name: leg.name
        for dated in rule.limits
        for leg in dated.legs
        for name in (leg.told.date_field, leg.told.event, leg.name)
    }
    loosely = {leg.name for dated in rule.limits for leg in dated.legs}  # certificate_issued_on means certificate
    fields = {name for dated in rule.limits for name, _ in dated.where}
    years = {dated.year for dated in rule.limits if dated.year}
    data: dict[str, str] = {}
    legs: dict[str, date] = {}
    for one in besides:
        name, equals, value = one.strip().partition("=")
        if not equals:
            raise Unusable(COMMAND, "--and", f"not NAME=DATE: {one!r}")
        if name in fields:
            data[name] = value
        elif name in years or name == "year":
            data |= {year: _year(value) for year in years}
        elif name in names or len(fitting := [leg for leg in loosely if leg in name]) == 1:
            legs[names.get(name) or fitting[0]] = _day(name, value)
        else:
            known = sorted({*names.values(), *fields, *years})
            raise Unusable(COMMAND, name, f"{rule.id} knows {', '.join(known) or 'no other date'}")
    if data:  # what a limit is counted from is the day asked about
        data |= {dated.of: started_on.isoformat() for dated in rule.limits if dated.of}
    return data, legs


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unusable(COMMAND, name, f"no date: {text!r}") from error


def _year(text: str) -> str:
    if not (text.isdigit() and len(text) == 4):
        raise Unusable(COMMAND, "--year", f"no year: {text!r}")
    return text


# ── two packs side by side, and readings confirmed ────────────────────────────────────────────────────────────────────


def compare(hub: Hub, pack: str, area: str, on: date) -> dict[str, Any]:
    """Return what another pack of law would say of an area's children on a date; restricted children are left out.

    The same recorded events are judged twice, as known and as at the end of that day. Nothing is written.
    """
    desk = reading.desk(hub, "assurance", "assurance")
    if area not in desk.areas:
        raise NotFound("area", area)
    desk.audit(f"compare law {pack}")
    before, after = (
        _states(reading.as_known(hub, area, on, on, book), area) for book in (hub.rulebook, hub.rulebook_with(pack))
    )
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    different = [
        {
            "child": child,
            "rule": rule,
            "before": before.get((name, child, rule)),
            "after": after.get((name, child, rule)),
        }
        for name, child, rule in keys
    ]
    by_rule = Counter(rule for _, _, rule in keys)
    return {
        "pack": pack, "area": area, "on": on.isoformat(), "obligations": len(before), "with_pack": len(after),
        "same": len(before.keys() & after.keys()) - sum(1 for row in different if row["before"] and row["after"]),
        "by_rule": dict(sorted(by_rule.items())), "different": different,
    }  # fmt: skip


def _states(reader: Any, area: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    sql = (
        "SELECT o.obligation, c.reference, o.rule, o.state, o.due_on FROM obligation o"
        " JOIN child c ON c.area = o.area AND c.child = o.child AND c.restricted = 0 WHERE o.area = :area"
    )
    return {
        (row["obligation"], row["reference"], row["rule"]): {"state": row["state"], "due_on": row["due_on"]}
        for row in reader.select(sql, area=area)
    }


def compared_in_words(result: dict[str, Any]) -> str:
    """Return a comparison as people read it."""
    head = (
        f"{result['area']} on {result['on']}: {result['obligations']} duties by the law in force,"
        f" {result['with_pack']} with {result['pack']}, {result['same']} the same"
    )
    return "\n".join([head, *(f"  {rule}: {count} different" for rule, count in result["by_rule"].items())])


def sign_off(hub: Hub, rule_id: str, by: str, on: date) -> dict[str, Any]:
    """Record for this hub that a solicitor has confirmed the reading of a rule, as it stands now."""
    rule = rule_of(hub, rule_id)
    if not by.strip():
        raise Unusable("hub rules sign-off", "--by", "who confirmed it?")
    hub.sign_off(rule, by.strip(), on)
    return {"rule": rule.id, "by": by.strip(), "on": on.isoformat(), "source": rule.cited}
