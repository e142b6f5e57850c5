"""Read the law from TOML: every file of a folder becomes part of one rulebook, or a RuleError says what is wrong."""

import tomllib
from collections.abc import Iterator
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from hub.adapters.rule_form import (
    WrittenConfirmed,
    WrittenDisabled,
    WrittenFile,
    WrittenPolicy,
    WrittenProvision,
    WrittenRule,
)
from hub.adapters.rule_writer import Writer, recipients
from hub.domain.errors import RuleError
from hub.domain.identifiers import name_of
from hub.domain.rules import ProvisionPolicy, Rule, Rulebook, SignOff, rulebook

POLICY_FILE = "local_policy.toml"
DISABLED_FILE = "disabled.toml"
HOLIDAYS_FILE = "calendars/bank-holidays.json"
COUNTS_FILE = "case_counts.json"

_T = TypeVar("_T")


def load(folder: Path | None = None, pack: str = "", sign_offs: str = "") -> Rulebook:
    """Return the rulebook of a folder, or of the package's own rules.

    Args:
        pack: Name of a pack of the package, or path of one: its rules stand in the place of those of the same id.
        sign_offs: TOML of readings confirmed for this hub: by rule id the `by`, `on` and `text` (see `text_of`) confirmed.

    Raises:
        RuleError: A file says something that cannot be; it names file, rule and reason.
    """
    root: Traversable = folder or resources.files("hub.rules")
    texts = _texts(root)
    holidays_text = root.joinpath(HOLIDAYS_FILE).read_text("utf-8")
    disabled = _read(DISABLED_FILE, texts.get(DISABLED_FILE, "[rule]"), WrittenDisabled).rule
    policy = _policy(_read(POLICY_FILE, texts.get(POLICY_FILE, ""), WrittenPolicy).provision)
    told: dict[object, object] = {}
    rules = _by_id(texts, disabled, told)
    for name in disabled.keys() - rules.keys():
        raise RuleError(DISABLED_FILE, name, "no such rule")
    _worked(root, rules)
    if pack:
        added = _texts(_pack(root, pack))
        rules |= _by_id(added, {}, told)
        texts |= {f"{pack}/{name}": text for name, text in added.items()}
    confirmed = _read("sign-offs", sign_offs, dict[str, WrittenConfirmed]) if sign_offs else {}
    for name, said in confirmed.items():
        if name in rules and text_of(rules[name]) == said.text:
            rules[name] = msgspec.structs.replace(rules[name], signed_off=SignOff(said.by, said.on))
    parts = [part for name in sorted(texts) for part in (name, texts[name])]
    return rulebook(tuple(rules.values()), policy, holidays(holidays_text), name_of("rulebook", *parts, holidays_text))


def case_counts() -> dict[str, int]:
    """Return the number of worked cases by rule, as counted when the product was made (`tools/rules_page.py`)."""
    text = resources.files("hub.rules").joinpath(COUNTS_FILE).read_text("utf-8")
    return msgspec.json.decode(text, type=dict[str, int])


def signed(sign_offs: str, rule: Rule, by: str, on: date) -> str:
    """Return sign-offs as TOML with one more, in place of an earlier one of the same rule."""
    confirmed = _read("sign-offs", sign_offs, dict[str, WrittenConfirmed])
    confirmed[rule.id] = WrittenConfirmed(by, on, text_of(rule))
    return "\n".join(
        f"[{msgspec.json.encode(name).decode()}]\nby = {msgspec.json.encode(c.by).decode()}\non = {c.on}\n"
        f'text = "{c.text}"\n'
        for name, c in sorted(confirmed.items())
    )


def _worked(root: Traversable, rules: dict[str, Rule]) -> None:
    """Refuse an enabled rule without a worked case, where the folder says how many each has."""
    if not root.joinpath(COUNTS_FILE).is_file():
        return
    counts = msgspec.json.decode(root.joinpath(COUNTS_FILE).read_text("utf-8"), type=dict[str, int])
    for rule in rules.values():
        if not rule.why_disabled and not counts.get(rule.id):
            raise RuleError(rule.file, rule.id, "has no worked case (write one, then python -m tools.rules_page)")


def packs() -> list[str]:
    """Return the names of the packs that come with the product, in order."""
    folder = resources.files("hub.rules").joinpath("packs")
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []


def text_of(rule: Rule) -> str:
    """Return the name of a rule's exact content: a reading confirmed for one content says nothing of another."""
    bare = msgspec.structs.replace(rule, signed_off=None, why_disabled="", checked_on=None)
    return name_of("rule", msgspec.json.encode(bare).decode())[:16]


def _texts(root: Traversable) -> dict[str, str]:
    files = sorted((entry for entry in root.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return {entry.name: entry.read_text("utf-8") for entry in files}


def _pack(root: Traversable, pack: str) -> Traversable:
    known = root.joinpath("packs").joinpath(pack)
    if "/" not in pack and known.is_dir():
        return known
    if not Path(pack).is_dir():
        raise RuleError(pack, "", f"no such pack; there are {', '.join(packs()) or 'none'}")
    return Path(pack)


def _by_id(texts: dict[str, str], disabled: dict[str, str], told: dict[object, object]) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for name, text in texts.items():
        if name in (POLICY_FILE, DISABLED_FILE):
            continue
        for rule in _rules(name, _read(name, text, WrittenFile), disabled):
            if rule.id in rules:
                raise RuleError(name, rule.id, f"is also in {rules[rule.id].file}")
            rules[rule.id] = _shared(rule, told)
    return rules


def holidays(text: str) -> frozenset[date]:
    """Return the bank holidays of England and Wales from the GOV.UK list."""
    events = msgspec.json.decode(text)["england-and-wales"]["events"]
    return frozenset(date.fromisoformat(event["date"]) for event in events)


def _read(name: str, text: str, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except (tomllib.TOMLDecodeError, ValueError) as wrong:  # a date that is none is a ValueError of its own
        raise RuleError(name, "", str(wrong)) from wrong


def _policy(text: WrittenProvision) -> ProvisionPolicy:
    return ProvisionPolicy(
        window_weeks=text.window_weeks,
        min_sessions=text.min_sessions,
        min_share=text.min_share,
        source=text.source,
        alert_to={section: recipients(POLICY_FILE, section, to) for section, to in text.alert_to.items()},
    )


def _rules(name: str, text: WrittenFile, disabled: dict[str, str]) -> Iterator[Rule]:
    for written in text.rule:
        rule_id = str(written.get("id", ""))
        try:
            rule = msgspec.convert(written, WrittenRule)
        except msgspec.ValidationError as wrong:
            raise RuleError(name, rule_id, str(wrong)) from wrong
        yield Writer(name, text, rule).rule(disabled.get(rule_id, ""))


def _shared(rule: Rule, known: dict[object, object]) -> Rule:
    """Return the rule with parts that are equal in other rules taken from there.

    The engine remembers by identity what it found for a start or a lapse; what rules share is then looked up once.
    """

    def one(part: Any) -> Any:
        return known.setdefault((type(part), part), part)

    return msgspec.structs.replace(
        rule,
        starts_on=one(tuple(one(start) for start in rule.starts_on)),
        discharged_by=tuple(one(told) for told in rule.discharged_by),
        only_if=tuple(msgspec.structs.replace(condition, told=one(condition.told)) for condition in rule.only_if),
        lapses_on=one(tuple(one(lapse) for lapse in rule.lapses_on)),
        said_done_by=tuple(one(told) for told in rule.said_done_by),
    )
