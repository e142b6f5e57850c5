"""What `hub identity fairness` does: are records joined as well for one group of children as for another?"""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from consumers.embedded import BATCH
from hub.bootstrap import Hub
from hub.config import Config
from hub.domain.disclose import THRESHOLD
from hub.domain.errors import Unusable
from hub.domain.identity.drift import words as drift_words
from hub.domain.identity.fairness import ALL, Counts, Group, Unit, table
from hub.domain.identity.groups import NAMES, age_on
from hub.domain.identity.model import Model
from hub.pipeline.area import AreaWorker
from hub.queries import fairness as live
from hub.queries.drift import drift, warnings
from hub.verbs.columns import Columns
from hub.verbs.evaluating import AREA, AT, inputs
from hub.verbs.reading import desk
from hub.verbs.records import header, read

GROUPS = ("entity_id", "ethnicity", "sex", "birth_year", "looked_after", "area")
MEASURES = {"recall": "true pairs found", "precision": "pairs that are right", "review": "sent to review"}
NOTE = (
    f"c: held back, 1 to {THRESHOLD - 1} children or cases, or a number that would give such a one away. Intervals of 95 in"
    " 100: Wilson's, for trials counted by child. * does not hold the share of all; one in twenty does so by chance."
)


def of_area(hub: Hub, area: str, role: str, purpose: str) -> dict[str, Any]:
    """Return figures of the areas as they are, and what has changed in their records since the model was trained."""
    at = desk(hub, role, purpose)
    found = live.fairness(at, area)
    changes = {name: drift(hub.store, name, hub.model) for name in at.areas if area in ("", name)}
    return _result(found, live.MEASURES) | {
        "drift": {name: [to_builtins(one) for one in them] for name, them in changes.items()},
        "warnings": [
            {"area": name, "words": drift_words(one)} for name, them in changes.items() for one in warnings(them)
        ],
    }


def of_sample(records: Path, truth: Path, groups: Path, columns: Columns, model: Model) -> dict[str, Any]:
    """Return figures of a file of records whose truth is known, streamed through the resolver as deployed.

    Args:
        records: As for `hub identity evaluate`.
        truth: CSV with `record_id` and `entity_id`.
        groups: CSV with the columns of `GROUPS`; an entity that is not in it counts as not known.
        columns: Which column of the records is what.
        model: The model to resolve with.

    Raises:
        Unusable: The file of groups has other columns.
    """
    if absent := sorted(set(GROUPS) - set(header(groups))):
        raise Unusable(str(groups), "columns", f"no {', '.join(absent)}")
    found = units(records, truth, {row["entity_id"]: row for row in read(groups)}, columns, model)
    return _result(
        [one for name in (ALL, *live.DIMENSIONS) for one in table(found, name, tuple(MEASURES))], MEASURES
    ) | {"model": model.name}


def units(
    records: Path, truth: Path, groups: Mapping[str, Mapping[str, str]], columns: Columns, model: Model
) -> list[Unit]:
    """Return every person of a sample with groups and counts: pairs that are true, of them found; joined, of them right.

    A wrong pair counts for both of the people whose records are in it.
    """
    rows = list(read(records))
    entity = {row["record_id"]: row["entity_id"] for row in read(truth)}
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(Config(data=Path(folder)))
        worker = AreaWorker(hub.in_memory(), AREA, hub.keyed, hub.rulebook, model)
        told = list(inputs(rows, columns))
        for start in range(0, len(told), BATCH):
            worker.take(told[start : start + BATCH], AT)
        child_of = dict(worker.state.clusters.child_of)
        asked = {(match["source"], match["local_id"]) for match in worker.state.matches.values()}
        hub.close()
    child = {row["record_id"]: child_of[columns.subject(row)] for row in rows}
    pairs = _pairs([(child[row["record_id"]], entity[row["record_id"]]) for row in rows])
    of_record = {columns.subject(row): entity[row["record_id"]] for row in rows}
    all_records, reviewed = Counter(of_record.values()), Counter(of_record[record] for record in asked)
    return [
        Unit(_groups(groups.get(name, {})), pairs[name] | {"review": (reviewed[name], all_records[name])})
        for name in sorted(pairs)
    ]


def _pairs(placed: Sequence[tuple[str, str]]) -> dict[str, dict[str, Counts]]:
    """Return recall and precision of each entity, from child and entity of every record."""
    whole = Counter(entity for _, entity in placed)
    together: dict[str, Counter[str]] = defaultdict(Counter)
    for child, entity in placed:
        together[child][entity] += 1
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for entities in together.values():
        size = sum(entities.values())
        for entity, n in entities.items():
            right[entity] += n * (n - 1) // 2
            wrong[entity] += n * (size - n)
    return {
        entity: {
            "recall": (right[entity], n * (n - 1) // 2), "precision": (right[entity], right[entity] + wrong[entity])
        }
        for entity, n in whole.items()
    }  # fmt: skip


def _groups(row: Mapping[str, str]) -> dict[str, str]:
    if not row:
        return {}
    return {
        "ethnicity": row["ethnicity"], "sex": row["sex"], "area": row["area"],
        "age": age_on(f"{row['birth_year']}-07-01", date.fromisoformat(AT[:10])),
        "looked_after": "looked after" if row["looked_after"] == "1" else "not known to be",
    }  # fmt: skip


def _result(found: Sequence[Group], measures: Mapping[str, str]) -> dict[str, Any]:
    return {"note": NOTE, "measures": dict(measures), "groups": [to_builtins(group) for group in found]}


def in_words(result: dict[str, Any]) -> str:
    """Return figures as a table that people read, dimension by dimension, and what has changed."""
    names = result["measures"]
    lines = []
    for dimension, groups in groupby(result["groups"], key=lambda group: group["dimension"]):
        shown = list(groups)
        has_days = any(group["median_days"] is not None for group in shown)
        heads = [f"{title:>26}" for title in names.values()] + (["  median days"] if has_days else [])
        lines.append(f"{dimension.replace('_', ' '):27}{'children':>9}" + "".join(heads))
        for group in shown:
            cells = [f"{_cell(group, name):>26}" for name in names] + ([f"{_days(group):>13}"] if has_days else [])
            name = NAMES.get(group["group"], group["group"])
            lines.append(f"  {name:25}{_count(group['children']):>9}" + "".join(cells))
    lines += [f"WARNING {one['area']}: {one['words']}" for one in result.get("warnings", [])]
    return "\n".join([*lines, result["note"]])


def _count(value: int | None) -> str:
    return "c" if value is None else str(value)


def _days(group: Mapping[str, Any]) -> str:
    return "-" if group["median_days"] is None else f"{group['median_days']:.1f}"


def _cell(group: Mapping[str, Any], measure: str) -> str:
    one = group["figures"][measure]
    if one["per_cent"] is None:
        return "c" if one["hits"] is None or one["of"] is None else "-"
    mark = "*" if measure in group["stands_out"] else " "
    return f"{one['per_cent']:.1f}% ({one['low']:.1f}-{one['high']:.1f}){mark}"
