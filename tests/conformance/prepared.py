"""Invented children as identity sees them, for comparing what is learnt from them with what others learn."""

from collections.abc import Iterator
from pathlib import Path

from hub.bootstrap import Hub
from hub.domain.identity.model import Scorer
from hub.domain.identity.normalise import Person
from hub.verbs.columns import shipped
from hub.verbs.records import read

CHILDREN, SEED = 4000, 11


def prepared(folder: Path) -> Iterator[tuple[tuple[str, str], Person, str]]:
    """Yield (source, local id), what the record said last, and its child, of what `hub simulate --people-only` wrote."""
    columns, scorer = shipped()["children"], Scorer(Hub.model_of(""))
    entity = {row["record_id"]: row["entity_id"] for row in read(folder / "truth.csv.gz")}
    last = {columns.subject(row): row for row in read(folder / "records.csv.gz")}
    for subject, row in last.items():
        yield subject, scorer.person(columns.data(row)), entity[row["record_id"]]
