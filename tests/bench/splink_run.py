"""Splink on one set of records, unsupervised, on DuckDB: `python -m tests.bench.splink_run FOLDER SET`; prints one JSON object.

Runs in an environment of its own (.venv-bench) and imports nothing of the hub. Accuracy is counted as the hub's is: over
all true pairs, those that blocking missed included. Every threshold is tried: `best` knows the answers and so favours
Splink; `p0.95` and `p0.99` are the thresholds that its documentation uses.
"""

import csv
import gzip
import json
import logging
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import log2
from pathlib import Path
from typing import Any

import duckdb
import splink
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from tests.bench.splink_settings import PAIRS, SETS, Set

THREADS = 2
ONE_BY_ONE = 40
"""Records for which matches are sought one at a time."""

KINDS = {"twin": "twin", "sibling": "sibling", "adoption-new-identity": "adopted"}

Edge = tuple[float, str, str]
Rows = Mapping[str, Mapping[str, str]]


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a packed CSV."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def run(folder: Path, name: str) -> dict[str, Any]:
    """Return what was measured on one set."""
    one = SETS[name]
    connection = duckdb.connect()
    connection.execute(f"SET threads TO {THREADS}")
    path = str(folder / name / "records.csv.gz").replace("'", "''")
    connection.execute(f"CREATE TABLE raw AS SELECT * FROM read_csv('{path}', header=true, all_varchar=true)")
    connection.execute(f"CREATE TABLE records AS {one.query}")
    began = time.perf_counter()
    linker, left, right = trained(one, connection)
    train_s = time.perf_counter() - began
    began = time.perf_counter()
    edges = predicted(linker)
    predict_s = time.perf_counter() - began
    rows = {row["record_id"]: row for row in rows_of(folder / name / "records.csv.gz")}
    entity = {row["record_id"]: row["entity_id"] for row in rows_of(folder / name / "truth.csv.gz")}
    began = time.perf_counter()
    found = judged(one, edges, rows, entity)
    found |= {
        "splink": splink.__version__, "duckdb": duckdb.__version__, "records": len(rows), "pairs": len(edges),
        "train_s": round(train_s, 1), "predict_s": round(predict_s, 1),
        "cluster_s": round(time.perf_counter() - began, 1), "batch_records_per_s": round(len(rows) / predict_s),
        "exact_levels": exact_levels(linker),
    }  # fmt: skip
    if name == "children_en":
        apart = rows_of(folder / name / "must_not_link.csv.gz")
        related = {frozenset((r["entity_a"], r["entity_b"])): r["relation"] for r in apart}
        for cut in ("best", "p0.95", "p0.99"):
            found[cut] |= harm(edges, found[cut]["bits"], rows, entity, related)
        found["one_by_one"] = one_by_one(linker, connection, left)
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def trained(one: Set, connection: Any) -> tuple[Linker, Any, Any]:
    """Return a linker with its model trained without labels, and its tables."""
    api = DuckDBAPI(connection=connection)
    settings = SettingsCreator(
        link_type=one.kind, comparisons=list(one.comparisons), blocking_rules_to_generate_predictions=list(one.blocks),
        retain_matching_columns=False, retain_intermediate_calculation_columns=False,
    )  # fmt: skip
    tables = []
    if one.kind == "link_only":
        names = [row[0] for row in connection.execute("SELECT DISTINCT source FROM records ORDER BY 1").fetchall()]
        for side in names:
            connection.execute(
                f"CREATE TABLE side_{side} AS SELECT * EXCLUDE (source) FROM records WHERE source = '{side}'"
            )
            tables.append(api.register(f"side_{side}", dataset_display_name=side))
    else:
        tables.append(api.register("records", dataset_display_name="all_records"))
    linker = Linker(tables if len(tables) > 1 else tables[0], settings)
    training = linker.training
    training.estimate_probability_two_random_records_match(list(one.deterministic), recall=one.recall)
    training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=1)
    for columns in one.em:
        training.estimate_parameters_using_expectation_maximisation(
            block_on(*columns), estimate_without_term_frequencies=not one.with_frequencies
        )
    return linker, tables[0], tables[-1]


def predicted(linker: Linker) -> list[Edge]:
    """Return every pair that blocking gave, heaviest first."""
    table = linker.inference.predict()
    sql = f"SELECT match_weight, unique_id_l, unique_id_r FROM {table.physical_name}"
    relation = linker._db_api.duckdb_con.sql(sql)  # the fastest way out
    return sorted(((w, a, b) for w, a, b in relation.fetchall()), key=lambda edge: (-edge[0], edge[1], edge[2]))


# ── accuracy ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def judged(one: Set, edges: Sequence[Edge], rows: Rows, entity: Mapping[str, str]) -> dict[str, Any]:
    """Return precision, recall and F1 at the best threshold and at two that the documentation uses."""
    across = one.kind == "link_only"
    of_source = {record: row["source"] if across else "" for record, row in rows.items()}
    sizes = Counter(entity[r] for r in rows)
    true = sum(n * (n - 1) // 2 for n in sizes.values())
    if across:
        within = Counter((entity[r], of_source[r]) for r in rows)
        true -= sum(n * (n - 1) // 2 for n in within.values())
    steps = assigned(edges, entity) if across else joined(edges, entity)
    found: dict[str, Any] = {"true_pairs": true, "how": "one to one" if across else "connected components"}
    points = [(_figures(both, together, true), bits) for bits, both, together in steps]
    best, bits = max(points, key=lambda point: point[0]["f1"])
    found["best"] = best | {"bits": bits, "p": round(1 / (1 + 2**-bits), 4)}
    for p in (0.95, 0.99):
        cut = log2(p / (1 - p))
        at = [figures for figures, weight in points if weight >= cut]
        found[f"p{p}"] = (at[-1] if at else _figures(0, 0, true)) | {"bits": cut, "p": p}
    return found


def _figures(both: int, together: int, true: int) -> dict[str, float]:
    precision, recall = both / together if together else 1.0, both / true
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    return {"precision": round(precision, 6), "recall": round(recall, 6), "f1": round(f1, 6)}


class Groups:
    """Records in groups that grow; the smaller goes into the larger."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}

    def join(self, one: str, other: str) -> tuple[list[str], list[str]] | None:
        """Make one group of two; return their members before, or `None` if they were one."""
        a, b = self.of.setdefault(one, one), self.of.setdefault(other, other)
        if a == b:
            return None
        first, second = self.members.setdefault(a, [a]), self.members.setdefault(b, [b])
        if len(first) < len(second):
            a, b, first, second = b, a, second, first
        before = (list(first), second)
        self.of.update(dict.fromkeys(second, a))
        first += second
        del self.members[b]
        return before


def joined(edges: Iterable[Edge], entity: Mapping[str, str]) -> list[tuple[float, int, int]]:
    """Return for each threshold (bits, true pairs together, pairs together): connected components, heaviest edge first."""
    groups, both, together = Groups(), 0, 0
    found: list[tuple[float, int, int]] = []
    for bits, one, other in edges:
        sides = groups.join(one, other)
        if sides:
            counts = Counter(entity[r] for r in sides[0])
            both += sum(counts[entity[r]] for r in sides[1])
            together += len(sides[0]) * len(sides[1])
        found = _step(found, bits, both, together)
    return found


def assigned(edges: Iterable[Edge], entity: Mapping[str, str]) -> list[tuple[float, int, int]]:
    """Return the same where every record has at most one partner in the other source: greedily, heaviest first."""
    taken: set[str] = set()
    found: list[tuple[float, int, int]] = []
    both = together = 0
    for bits, one, other in edges:
        if one not in taken and other not in taken:
            taken |= {one, other}
            together += 1
            both += entity[one] == entity[other]
        found = _step(found, bits, both, together)
    return found


def _step(found: list[tuple[float, int, int]], bits: float, both: int, together: int) -> list[tuple[float, int, int]]:
    if found and found[-1][0] == bits:
        found[-1] = (bits, both, together)
    else:
        found.append((bits, both, together))
    return found


def harm(
    edges: Iterable[Edge], cut: float, rows: Rows, entity: Mapping[str, str], related: Mapping[frozenset[str], str]
) -> dict[str, Any]:
    """Return which children were taken for one, and how many have two current NHS numbers.

    Current is what a source's own record says last, as the hub counts it.
    """
    groups = Groups()
    for bits, one, other in edges:
        if bits >= cut:
            groups.join(one, other)
    last = {(row["source"], row["local_id"]): record for record, row in rows.items()}
    false: Counter[str] = Counter()
    two = 0
    for members in groups.members.values():
        for pair in combinations(sorted({entity[r] for r in members}), 2):
            false[KINDS.get(related.get(frozenset(pair), ""), "stranger")] += 1
        now = {last[rows[r]["source"], rows[r]["local_id"]] for r in members}
        two += len({rows[r]["nhs_number"] for r in now if is_nhs_number(rows[r]["nhs_number"])}) > 1
    return {
        "false_joins": {k: false[k] for k in ("twin", "sibling", "adopted", "stranger")},
        "two_current_nhs_numbers": two,
    }


def is_nhs_number(text: str) -> bool:
    """Tell whether the check digit holds (NHS Data Dictionary, NHS number).

    >>> is_nhs_number("9434765919"), is_nhs_number("9434765918")
    (True, False)
    """
    if len(text) != 10 or not text.isdigit():
        return False
    check = 11 - sum(int(digit) * (10 - n) for n, digit in enumerate(text[:9])) % 11
    return check % 11 == int(text[9]) and check != 10


# ── speed, and what was learnt ────────────────────────────────────────────────────────────────────────────────────────


def one_by_one(linker: Linker, connection: Any, everybody: Any) -> dict[str, float]:
    """Return how long it takes to find matches for one new record at a time; nothing is clustered."""
    times = []
    for column in ("given_name", "family_name"):
        linker.table_management.compute_tf_table(column)
    ids = [
        row[0]
        for row in connection.execute(
            "SELECT unique_id FROM records ORDER BY hash(unique_id) LIMIT ?", [ONE_BY_ONE]
        ).fetchall()
    ]
    for number, name in enumerate(ids):
        connection.execute(f"CREATE TABLE new_{number} AS SELECT * FROM records WHERE unique_id = '{name}'")
        new = linker._db_api.register(f"new_{number}", dataset_display_name=f"new_{number}")
        began = time.perf_counter()
        linker.inference.predict_between(everybody, new).as_record_list()
        times.append(time.perf_counter() - began)
    ranked = sorted(times)
    return {
        "records_per_s": round(len(times) / sum(times), 2), "p50_ms": round(1000 * statistics.median(times), 1),
        "p99_ms": round(1000 * ranked[int(0.99 * (len(ranked) - 1))], 1),
    }  # fmt: skip


def exact_levels(linker: Linker) -> dict[str, dict[str, float]]:
    """Return m and u of the exact level of each comparison, as trained."""
    found = {}
    model = linker.misc.save_model_to_json()
    for comparison in model["comparisons"]:
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        first = levels[0]
        found[comparison["output_column_name"]] = {
            "level": first["label_for_charts"], "m": first.get("m_probability"), "u": first.get("u_probability"),
        }  # fmt: skip
    return found


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), sys.argv[2])) + "\n")
