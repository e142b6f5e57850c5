"""What `hub identity evaluate` does: records one at a time through the resolver as deployed, compared with the truth."""

import random
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from consumers.embedded import BATCH
from hub.bootstrap import Hub
from hub.config import Config
from hub.domain.events.envelope import Event, Subject
from hub.domain.identifiers import name_of
from hub.domain.identity.model import Model
from hub.domain.identity.train import train
from hub.domain.instants import instant
from hub.pipeline.area import AreaWorker
from hub.pipeline.journal import Input
from hub.verbs import modelling
from hub.verbs.columns import Columns
from hub.verbs.records import read

AREA = "evaluation"
AT = "2026-01-05T07:00:00.000000Z"

Pairs = Mapping[frozenset[str], str]


class Measured(Struct):
    """How the resolver did on one file."""

    precision: float
    recall: float
    f1: float
    records: int
    entities: int
    children: int
    reviews: int
    review_share: float
    review_true_share: float
    reviews_by_rule: dict[str, int]
    false_joins: dict[str, int]
    two_current_nhs_numbers: int
    records_per_s: float
    records_per_cpu_s: float
    p50_ms: float
    p99_ms: float
    batch_p99_ms: float
    peak_mb: float
    model: str
    order: int | None


def evaluate(
    records: Path, truth: Path, must_not_link: Path | None, order: int | None, columns: Columns, model: Model
) -> Measured:
    """Return how the resolver joins the records of a file, streamed one at a time into an embedded store.

    Args:
        records: CSV, plain or gzip; one row a record, in the order of arrival.
        truth: CSV with `record_id` and `entity_id`.
        must_not_link: CSV with `entity_a`, `entity_b` and `relation`; false joins of other pairs count as strangers.
        order: Seed of another order of arrival; `None` for the file's own.
        columns: Which column is what.
        model: The model to resolve with.
    """
    rows = list(read(records))
    if order is not None:
        random.Random(order).shuffle(rows)
    entity = {row["record_id"]: row["entity_id"] for row in read(truth)}
    related = (
        {frozenset((r["entity_a"], r["entity_b"])): r["relation"] for r in read(must_not_link)} if must_not_link else {}
    )
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(Config(data=Path(folder)))
        worker = Timed(hub.store, AREA, hub.keyed, hub.rulebook, model)
        times = stream(worker, inputs(rows, columns))
        found = _measure(worker, rows, columns, entity, related)
        hub.close()
    ranked = sorted(times.records)
    found.records_per_s = round(len(rows) / sum(times.batches), 1)
    found.records_per_cpu_s = round(len(rows) / times.cpu, 1)
    found.p50_ms, found.p99_ms = (round(1000 * ranked[int(share * (len(ranked) - 1))], 3) for share in (0.5, 0.99))
    found.batch_p99_ms = round(1000 * sorted(times.batches)[int(0.99 * (len(times.batches) - 1))], 1)
    found.peak_mb = round(
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024), 1
    )
    found.model, found.order = model.name, order
    return found


def model_for(hub: Hub, records: Path, columns: Columns, asked: str) -> Model:
    """Return the model to measure with: the one asked for, else the columns' own; `own` is trained on the records first."""
    name = asked or columns.model
    if name != "own":
        return hub.model_of(name)
    start = modelling.begin(hub, columns)
    return train("own", modelling.persons_of(records, columns, start), start)


def lines(found: dict[str, Any]) -> str:
    """Return the figures as people read them."""
    false = ", ".join(f"{n} {kind}" for kind, n in found["false_joins"].items())
    return "\n".join((
        f"{found['records']} records of {found['entities']} children became {found['children']}; model {found['model']}",
        f"pairs: precision {found['precision']:.5f}, recall {found['recall']:.5f}, F1 {found['f1']:.5f}",
        f"false joins: {false}; children with two current NHS numbers: {found['two_current_nhs_numbers']}",
        f"sent to review: {found['review_share']:.2%} of records, {found['review_true_share']:.0%} of the questions true",
        f"{found['records_per_s']:.0f} records/s ({found['records_per_cpu_s']:.0f} by CPU time),"
        f" p50 {found['p50_ms']} ms, p99 {found['p99_ms']} ms"
        f" (whole transaction p99 {found['batch_p99_ms']} ms), peak {found['peak_mb']:.0f} MB",
    ))  # fmt: skip


def inputs(rows: Iterable[Mapping[str, str]], columns: Columns) -> Iterator[Input]:
    """Yield each row as the event that a connector would have made of it; a record told again is its next revision."""
    revisions: Counter[tuple[str, str]] = Counter()
    for row in rows:
        subject = columns.subject(row)
        revisions[subject] += 1
        yield described(subject, revisions[subject], columns.data(row))


def described(subject: tuple[str, str], revision: int, data: dict[str, Any], kind: str = "PersonDescribed") -> Input:
    """Return the input that a record's description is."""
    slot = name_of("slot", kind, *subject)
    event = Event(
        id=name_of("event", slot, revision), type=kind, slot=slot, revision=revision, source=subject[0],
        load=f"{subject[0]}-1", agency=subject[0], area=AREA, subject=Subject(*subject), recorded_at=instant(AT), data=data,
    )  # fmt: skip
    return Input("event", event.id, msgspec.json.encode(event).decode(), AT)


class Timed(AreaWorker):
    """A worker that notes how long each input took by itself."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.own: list[float] = []

    def _input(self, one: Input, taken_at: str) -> None:
        start = time.perf_counter()
        super()._input(one, taken_at)
        self.own.append(time.perf_counter() - start)


class Times(Struct):
    """Seconds: of each record by itself with its share of the transaction, of each whole transaction, and the CPU's."""

    records: list[float] = []
    batches: list[float] = []
    cpu: float = 0.0


def stream(worker: Timed, incoming: Iterable[Input]) -> Times:
    """Hand the inputs in, `BATCH` in a transaction, and return how long they took until they were committed."""
    times = Times()
    batch: list[Input] = []
    for one in incoming:
        batch.append(one)
        if len(batch) == BATCH:
            _take(worker, batch, times)
            batch = []
    _take(worker, batch, times)
    return times


def _take(worker: Timed, batch: Sequence[Input], times: Times) -> None:
    if not batch:
        return
    start, worked = time.perf_counter(), time.process_time()
    worker.take(batch, AT)
    whole = time.perf_counter() - start
    times.cpu += time.process_time() - worked
    share = (whole - sum(worker.own)) / len(batch)
    times.records += [own + share for own in worker.own]
    times.batches.append(whole)
    worker.own.clear()


def _measure(
    worker: AreaWorker, rows: Sequence[Mapping[str, str]], columns: Columns, entity: Mapping[str, str], related: Pairs
) -> Measured:
    clusters = worker.state.clusters
    child = {row["record_id"]: clusters.child_of[columns.subject(row)] for row in rows}
    across = columns.pairs_across_sources
    of_source = {row["record_id"]: columns.subject(row)[0] if across else "" for row in rows}
    together = _pairs(child, of_source, across)
    true = _pairs({r: entity[r] for r in child}, of_source, across)
    both = _pairs({r: (child[r], entity[r]) for r in child}, of_source, across)
    precision, recall = both / together if together else 1.0, both / true if true else 1.0
    joined: dict[str, set[str]] = defaultdict(set)
    records_of: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        record = row["record_id"]
        joined[child[record]].add(entity[record])
        records_of[" ".join(columns.subject(row))].add(entity[record])
    false: Counter[str] = Counter()
    for entities in joined.values():
        for pair in combinations(sorted(entities), 2):
            false[KINDS.get(related.get(frozenset(pair), ""), "stranger")] += 1
    asked = _asked(worker, records_of)
    two = sum(len({clusters.number(p.nhs_number) for p in clusters.persons(c) if p.nhs_number}) > 1 for c in joined)
    return Measured(
        precision=round(precision, 6), recall=round(recall, 6), f1=round(2 * precision * recall / ((precision + recall) or 1), 6),
        records=len(rows), entities=len(set(entity.values())), children=len(joined), reviews=sum(asked.values()),
        review_share=round(_reviewed(worker) / max(len(rows), 1), 5),
        review_true_share=round(sum(n for (_, is_true), n in asked.items() if is_true) / max(sum(asked.values()), 1), 4),
        reviews_by_rule=dict(sorted(_by_rule(asked).items())), two_current_nhs_numbers=two,
        false_joins={kind: false[kind] for kind in ("twin", "sibling", "adopted", "stranger")},
        records_per_s=0.0, records_per_cpu_s=0.0, p50_ms=0.0, p99_ms=0.0, batch_p99_ms=0.0, peak_mb=0.0, model="", order=None,
    )  # fmt: skip


KINDS = {"twin": "twin", "sibling": "sibling", "adoption-new-identity": "adopted"}


def _pairs(group: Mapping[str, Any], of_source: Mapping[str, str], across: bool) -> int:
    """Count pairs of records in one group; across sources only where the set is of that kind."""
    sizes = Counter(group.values())
    total = sum(n * (n - 1) // 2 for n in sizes.values())
    if across:
        within = Counter((value, of_source[record]) for record, value in group.items())
        total -= sum(n * (n - 1) // 2 for n in within.values())
    return total


def _asked(worker: AreaWorker, entities: Mapping[str, set[str]]) -> Counter[tuple[str, bool]]:
    """Count the questions raised by rule and by whether yes would have been right, by who was in the child when asked."""
    counts: Counter[tuple[str, bool]] = Counter()
    state = worker.state
    history: dict[str, list[tuple[int, int | None, str]]] = defaultdict(list)
    sql = "SELECT source, local_id, child, known_from, known_to FROM source_record WHERE area = :area"
    for row in state.memory.select(sql):
        history[row["child"]].append((row["known_from"], row["known_to"], f"{row['source']} {row['local_id']}"))
    for match in state.matches.values():
        at, record = match["raised"], f"{match['source']} {match['local_id']}"
        others = [
            r
            for since, until, r in history[match["child"]]
            if since <= at and (until is None or until >= at - 8) and r != record
        ]
        counts[match["rule"], any(entities[r] & entities[record] for r in others)] += 1
    return counts


def _reviewed(worker: AreaWorker) -> int:
    return len({(m["source"], m["local_id"], m["raised"]) for m in worker.state.matches.values()})


def _by_rule(asked: Mapping[tuple[str, bool], int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (rule, _), n in asked.items():
        found[rule] += n
    return found
