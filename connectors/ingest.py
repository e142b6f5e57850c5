"""Ingest: check that a load is whole, hold it if it is not or if it would withdraw too much, else let intake take it."""

import shutil
from pathlib import Path

from msgspec import Struct

from connectors import runner
from connectors.base import Connector
from hub.domain.identifiers import Keyed
from hub.domain.said import Row
from hub.intake.ledger import table_of
from hub.intake.load import KEYLESS, Extract, Load, Outcome, Source, missing
from hub.ports import Store


class Intake(Struct, frozen=True):
    """Where loads go: the store, the key of our names, and a private folder for what is held."""

    store: Store
    keyed: Keyed
    held: Path


def ingest(intake: Intake, source: Source, connector: Connector, path: Path, extract: Extract) -> Outcome:
    """Take one load of a source, or hold it; a held load has not begun.

    Args:
        intake: Where it goes.
        source: The configured source.
        connector: The source's connector.
        path: A file, a folder or a zip.
        extract: What is said of the extract.
    """
    load = Load(intake.store, intake.keyed, source, extract)
    held = runner.check(connector, path)
    if held:
        return _hold(intake, load, path, "; ".join(f"{h.file}: {h.reason}" for h in held))
    gone: list[str] = []
    if extract.kind == "full" and extract.covers:
        present, doubtful = _keys(connector, path)
        whole = _is_whole(intake.store, source, present)
        gone, because = missing(intake.store, source, extract, present, whole, doubtful)
        if because and not extract.is_released:
            return _hold(intake, load, path, because)
    return load.run(runner.read(connector, path), gone)


def _keys(connector: Connector, path: Path) -> tuple[set[str], set[str]]:
    """Return the keys that an extract holds, and the tables in which a row was refused: who is absent there is not known."""
    present: set[str] = set()
    tables: dict[str, set[str]] = {}
    refused: set[str] = set()
    for row in runner.read(connector, path):
        if isinstance(row, Row):
            keys = {row.key, *(said.key for said in row.said)} - {""}
            present |= keys
            tables.setdefault(row.file, set()).update(map(table_of, keys))
        else:
            refused.add(row.file)
    return present, {table for file in refused for table in tables.get(file, ())}


def _is_whole(store: Store, source: Source, present: set[str]) -> bool:
    """Whether every table that the source gave before is in the extract; else absence says nothing."""
    before = store.select("SELECT DISTINCT table_name FROM intake_row WHERE source = :source", source=source.source)
    return {row["table_name"] for row in before} - {KEYLESS} <= {table_of(key) for key in present}


def _hold(intake: Intake, load: Load, path: Path, because: str) -> Outcome:
    kept = intake.held / load.out.load
    if kept.exists():
        shutil.rmtree(kept)
    kept.mkdir(parents=True, mode=0o700)
    copy = kept / path.name
    shutil.copytree(path, copy) if path.is_dir() else shutil.copy2(path, copy)
    return load.hold(because, str(copy))
