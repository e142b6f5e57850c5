"""Are two hubs the same? Row by row; or up to the renaming of children and of all that is named after them."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

Rows = list[dict[str, Any]]
Tables = Mapping[str, Callable[[], Rows]]

ROUNDS = 4
"""How far a difference travels from name to name; children, duties, alerts and deliveries are four steps."""

RENAMED = frozenset("child alias_of obligation alert delivery event id slot subject because reference decision".split())
"""Columns that hold names made of a child's, an area's or a key's: a renaming changes them and nothing else."""

WITH_NAMES = "text with names"
"""Stands for a column whose text has such names inside it."""

_NAME = re.compile("[0-9a-f]{32}")

HIDDEN = "n-"
"""Begins a source's key that we hide, because it is an NHS number: another key hides it otherwise."""

ARRIVAL = frozenset("known_from last_seq tick_seq last_taken_at last_load_at since seq".split())
"""Columns that say when something arrived: two runs may differ in it and still say the same."""


def compare(a: Tables, b: Tables, rename_children: bool) -> dict[str, Any]:
    """Return whether two hubs' tables are equal, and by table how many rows there are and how many differ."""
    names = sorted(a.keys() | b.keys())
    left = {name: a[name]() if name in a else [] for name in names}
    right = {name: b[name]() if name in b else [] for name in names}
    if rename_children:
        left, right = _renamed(left), _renamed(right)
    tables = {name: _difference(left[name], right[name]) for name in names}
    return {"equal": not any(t["different"] for t in tables.values()), "tables": tables}


def _difference(left: Rows, right: Rows) -> dict[str, int]:
    one, other = (Counter(_key(row) for row in rows) for rows in (left, right))
    return {"rows": max(len(left), len(right)), "different": max((one - other).total(), (other - one).total())}


def _renamed(tables: dict[str, Rows]) -> dict[str, Rows]:
    """Return the tables with each name replaced by what is said of it, found by refinement: colours of neighbours."""
    tables = {name: [_plain(name, row) for row in rows] for name, rows in tables.items()}
    names = {value for rows in tables.values() for row in rows for value in _names(row)}
    colours = dict.fromkeys(names, "")
    for _ in range(ROUNDS):
        said: dict[str, list[str]] = {name: [] for name in names}
        for table, rows in tables.items():
            for row in rows:
                text = table + _key(_coloured(row, colours))
                for column, value in _columns(row):
                    said[value].append(column + text)
        colours = {name: _hash("".join(sorted(lines))) for name, lines in said.items()}
    return {name: [_coloured(row, colours) for row in rows] for name, rows in tables.items()}


def _plain(table: str, row: dict[str, Any]) -> dict[str, Any]:
    kept = {column: value for column, value in row.items() if column not in ARRIVAL}
    if "known_to" in kept:
        kept["known_to"] = kept["known_to"] is not None  # that it ended counts, not with which entry
    if table == "area" and kept.get("tick_facts"):
        facts = msgspec.json.decode(kept["tick_facts"])
        facts["feeds"] = {name: feed.get("complete_to") for name, feed in facts.get("feeds", {}).items()}
        kept["tick_facts"] = msgspec.json.encode(facts, order="sorted").decode()
    if table == "announced":
        kept[WITH_NAMES] = kept.pop("body")
    return kept


def _columns(row: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for column in row.keys() & RENAMED:
        value = row[column]
        if isinstance(value, str) and value.startswith("["):
            found += [(column, one) for one in msgspec.json.decode(value) if isinstance(one, str)]
        elif isinstance(value, str) and value:
            found.append((column, value))
    if str(row.get("local_id", "")).startswith(HIDDEN):
        found.append(("local_id", row["local_id"]))
    return sorted(found)


def _names(row: dict[str, Any]) -> list[str]:
    return [value for _, value in _columns(row)]


def _coloured(row: dict[str, Any], colours: dict[str, str]) -> dict[str, Any]:
    changed = dict(row)
    for column in row.keys() & RENAMED:
        value = row[column]
        if isinstance(value, str) and value.startswith("["):
            changed[column] = msgspec.json.encode(
                sorted(colours.get(str(v), str(v)) for v in msgspec.json.decode(value))
            ).decode()
        elif isinstance(value, str) and value:
            changed[column] = colours[value]
    if str(row.get("local_id", "")).startswith(HIDDEN):
        changed["local_id"] = colours[row["local_id"]]
    if WITH_NAMES in changed:
        changed[WITH_NAMES] = _NAME.sub(lambda found: colours.get(found[0], ""), str(changed[WITH_NAMES]))
    return changed


def _key(row: dict[str, Any]) -> str:
    return msgspec.json.encode(row, order="sorted").decode()


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
