"""What the verbs do with identity models: train on an area's own records, see what one would change, activate it."""

from collections import defaultdict
from math import log2
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from hub.bootstrap import Hub
from hub.commands.inbox import By
from hub.domain.errors import Conflict, NotFound, Unusable
from hub.domain.identity.cluster import Clusters, Record
from hub.domain.identity.compare import LEVELS
from hub.domain.identity.model import Model, Scorer
from hub.domain.identity.normalise import Person
from hub.domain.identity.train import train
from hub.pipeline.area import AreaWorker
from hub.pipeline.journal import Input
from hub.verbs.columns import Columns
from hub.verbs.feeding import command
from hub.verbs.records import read

FEWEST = 500
"""Records needed to train on: fewer say too little of rare agreements."""

PEOPLE = "kind = 'event' AND body <> '' AND type IN ('PersonDescribed', 'IdentifierSuperseded', 'IdentitySealed', 'SourceRecordWithdrawn')"


class Change(Struct, frozen=True):
    """A child that another model would see otherwise.

    Attributes:
        what: `merge` (its records would be one child with others') or `split` (they would be several).
        children: The children that are there now, restricted ones left out.
        records: How many source records are concerned.
    """

    what: str
    children: tuple[str, ...]
    records: int


def fit(hub: Hub, area: str, name: str, to: Path) -> dict[str, Any]:
    """Train a model on what an area's records say now, restricted and sealed ones left out, and write it to a file.

    Raises:
        Unusable: The area has too few records.
    """
    clusters = _live(hub, area).state.clusters
    persons = [p for _, p in sorted(clusters.people.items()) if not p.is_restricted]
    return _trained(hub, persons, name, hub.model, to, area)


def fit_file(hub: Hub, records: Path, columns: Columns, name: str, to: Path) -> dict[str, Any]:
    """Train a model on the last description of every record of a file, and write it to a file."""
    start = begin(hub, columns)
    return _trained(hub, persons_of(records, columns, start), name, start, to, str(records))


def begin(hub: Hub, columns: Columns) -> Model:
    """Return the model from which one for the columns' set is trained."""
    return msgspec.convert(msgspec.to_builtins(hub.model) | dict(columns.start), Model)


def persons_of(records: Path, columns: Columns, start: Model) -> list[Person]:
    """Return what each record of a file says last."""
    scorer = Scorer(start)
    return list({columns.subject(row): scorer.person(columns.data(row)) for row in read(records)}.values())


def _trained(hub: Hub, persons: list[Person], name: str, start: Model, to: Path, where: str) -> dict[str, Any]:
    if len(persons) < FEWEST:
        raise Unusable(where, "records", f"{len(persons)} are too few to train on: at least {FEWEST} are needed")
    model = train(name, persons, start)
    hub.write_model(model, to)
    return {
        "model": name, "file": str(to), "report": dict(model.report), "m": model.m, "u": model.u,
        "thresholds": msgspec.to_builtins(model.thresholds),
    }  # fmt: skip


def shadow(hub: Hub, model: Model, area: str) -> list[Change]:
    """Return every child of an area that the model would merge or split; nothing is changed.

    The area's people are told again, in the order in which they came, to a resolver with the model, in memory. Records
    that a person put where they are stay out of it: no model moves those.
    """
    live = _live(hub, area).state.clusters
    store = hub.in_memory()
    worker = AreaWorker(store, area, hub.keyed, hub.rulebook, model)
    sql = f"SELECT id, body FROM journal WHERE area = :area AND {PEOPLE} ORDER BY seq"
    rows = [Input("event", row["id"], row["body"]) for row in hub.store.select(sql, area=area)]
    for start in range(0, len(rows), 1000):
        worker.take(rows[start : start + 1000], hub.now())
    return _differences(live, worker.state.clusters)


def _live(hub: Hub, area: str) -> AreaWorker:
    if not hub.store.select("SELECT 1 AS one FROM area WHERE area = :area", area=area):
        raise NotFound("area", area)
    return hub.embedded.worker(area)


def _differences(live: Clusters, other: Clusters) -> list[Change]:
    """Return where two ways of grouping the same records differ."""
    records = [r for r in sorted(other.child_of) if r in live.child_of and r in live.people and r not in live.decided]
    records = [r for r in records if not live.is_restricted(live.child_of[r])]
    now: dict[str, set[str]] = defaultdict(set)
    then: dict[str, set[str]] = defaultdict(set)
    size: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        now[other.child_of[record]].add(live.child_of[record])
        then[live.child_of[record]].add(other.child_of[record])
        size[live.child_of[record]].append(record)
    merges = {tuple(sorted(children)) for children in now.values() if len(children) > 1}
    found = [Change("merge", pair, sum(len(size[child]) for child in pair)) for pair in sorted(merges)]
    splits = [child for child, others in sorted(then.items()) if len(others) > 1]
    return found + [Change("split", (child,), len(size[child])) for child in splits]


def activate(hub: Hub, model: Model, area: str, who: str, reason: str, expect: int) -> dict[str, Any]:
    """Let the model decide from now on; what was decided before stays, and a person sees to what it would change.

    Raises:
        Conflict: It would change another number of children than was expected.
    """
    changes = shadow(hub, model, area)
    if len(changes) != expect:
        raise Conflict(
            "model", f"it would merge or split {len(changes)} children, not {expect}: run hub identity shadow first"
        )
    body = {"model": msgspec.to_builtins(model), "by": who, "reason": reason}
    command(hub, area, "activate_model", body, By(who, "steward", "identity_stewardship"))
    return {"area": area, "model": model.name, "would_change": len(changes)}


def lines(report: dict[str, Any]) -> str:
    """Return a training report as people read it."""
    said = [f"{report['model']} written to {report['file']}"]
    said += [f"  {name.replace('_', ' ')}: {value:g}" for name, value in report["report"].items()]
    for field, found in report["m"].items():
        names = LEVELS.get(field, LEVELS["other"])
        said.append(f"{field}: level, share of the same child's pairs, share of strangers' pairs, bits")
        pairs = zip(names, found, report["u"][field], strict=True)
        said += [f"  {name:30} {m:10.5f} {u:10.6f} {log2(m / u):+7.2f}" for name, m, u in pairs]
    return "\n".join(said)
