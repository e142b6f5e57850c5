"""The ledger's half of the standard suite, for every connector with its samples: nothing lost, nothing doubled."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from connectors.base import Connector
from connectors.catalogue import CONNECTORS
from connectors.ingest import Intake, ingest
from connectors.samples import Variant, variants
from hub.intake import load as module
from hub.intake.load import Extract, Outcome, Source
from tests.conformance.connectors import loads
from tests.property.builders import HUB, KEYED, differences

each_connector = pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: connector.name)


class Ledger:
    """One source of one connector on a store in memory."""

    def __init__(self, connector: Connector, folder: Path) -> None:
        self.connector, self.source = connector, Source("src", connector.name, "AGENCY", ("A01",))
        self.store = HUB.in_memory()
        self.intake = Intake(self.store, KEYED, folder / "held")

    def take(self, path: Path, variant: Variant, **changed: Any) -> Outcome:
        given: dict[str, Any] = {"kind": variant.extract, "extracted_at": variant.extracted_at, "recorded_at": variant.extracted_at,
                 "covers": variant.covers, "complete_to": variant.complete_to, "is_simulated": True}  # fmt: skip
        return ingest(self.intake, self.source, self.connector, path, Extract(**given | changed))

    def live(self) -> dict[str, tuple[str, str]]:
        """Return slot to (type, content) of what the source says by its highest revisions."""
        found: dict[str, tuple[int, str, str]] = {}
        for row in self.store.select("SELECT body FROM outbox WHERE kind = 'event' ORDER BY n"):
            event = msgspec.json.decode(row["body"])
            if event["revision"] > found.get(event["slot"], (0, "", ""))[0]:
                content = msgspec.json.encode(
                    [event.get("data"), event["subject"], event.get("occurred_on")], order="sorted"
                )
                found[event["slot"]] = (event["revision"], event["type"], content.decode())
        return {slot: (kind, content) for slot, (_, kind, content) in found.items() if kind != "SourceRecordWithdrawn"}

    def ledger(self) -> dict[str, list[dict[str, Any]]]:
        return {"intake_row": self.store.select("SELECT * FROM intake_row ORDER BY source, key")}


@pytest.fixture
def ledger(connector: Connector, tmp_path: Path) -> Iterator[Ledger]:
    yield Ledger(connector, tmp_path)


def sample(connector: Connector, name: str) -> tuple[Path, Variant]:
    one = variants(connector.name)[name]
    return one.path, one


@each_connector
def test_a_then_b_then_a_ends_as_a(connector: Connector, ledger: Ledger) -> None:
    ledger.take(*sample(connector, "a"))
    first = ledger.live()
    assert first
    assert sum(ledger.take(*sample(connector, "b")).events.values()) > 0
    assert ledger.live() != first
    assert sum(ledger.take(*sample(connector, "a_again")).events.values()) > 0
    assert ledger.live() == first


@each_connector
@pytest.mark.parametrize("kind", ["full", "changes"])
def test_an_older_extract_read_late_changes_nothing(connector: Connector, ledger: Ledger, kind: str) -> None:
    for name in ("a", "b"):
        ledger.take(*sample(connector, name))
    before, rows = ledger.live(), ledger.ledger()
    out = ledger.take(*sample(connector, "a"), kind=kind)
    assert (dict(out.events), out.withdrawn, out.refused) == ({}, 0, 0)
    assert (ledger.live(), differences(rows, ledger.ledger())) == (before, {})


@each_connector
def test_the_same_again_at_the_same_or_a_later_time_gives_nothing(connector: Connector, ledger: Ledger) -> None:
    path, variant = sample(connector, "a")
    ledger.take(path, variant)
    for later in (timedelta(0), timedelta(days=1)):
        out = ledger.take(path, variant, extracted_at=variant.extracted_at + later)
        assert (dict(out.events), out.withdrawn, out.refused) == ({}, 0, 0)


@each_connector
def test_next_years_extract_without_closed_cases_withdraws_nothing(connector: Connector, ledger: Ledger) -> None:
    for name in ("a", "b", "a_again"):
        ledger.take(*sample(connector, name))
    before = ledger.live()
    out = ledger.take(*sample(connector, "next_year"))
    assert (out.withdrawn, out.held) == (0, False)
    assert before.keys() <= ledger.live().keys()


CLOTHES: dict[str, Callable[[Path, Path], Path]] = {
    "with a byte order mark": lambda folder, to: loads.copied(folder, to, lambda content: b"\xef\xbb\xbf" + content),
    "in cp1252": lambda folder, to: loads.copied(folder, to, lambda content: content.decode().encode("cp1252")),
    "renamed": loads.renamed,
    "in folders": loads.nested,
    "zipped": loads.zipped,
}


@each_connector
@pytest.mark.parametrize("clothes", CLOTHES)
def test_the_same_content_in_other_clothes_loses_and_doubles_nothing(
    connector: Connector, ledger: Ledger, clothes: str, tmp_path: Path
) -> None:
    path, variant = sample(connector, "a")
    ledger.take(path, variant)
    before = ledger.live()
    dressed = CLOTHES[clothes](path, tmp_path / "load")
    out = ledger.take(dressed, variant, extracted_at=variant.extracted_at + timedelta(days=1))
    assert (dict(out.events), out.withdrawn, out.refused, ledger.live()) == ({}, 0, 0, before)
    alone = Ledger(connector, tmp_path / "alone")
    alone.take(dressed, variant)
    assert alone.live() == before


@each_connector
def test_a_file_cut_short_is_held_and_nothing_of_its_load_begins(
    connector: Connector, ledger: Ledger, tmp_path: Path
) -> None:
    path, variant = sample(connector, "a")
    cut = loads.copied(path, tmp_path / "cut", lambda content: content[: max(len(content) * 2 // 3, 1)])
    last = loads.files_in(cut)[0]
    last.write_bytes(last.read_bytes().rstrip() + b'"')
    out = ledger.take(cut, variant)
    assert out.held
    assert ledger.store.select("SELECT 1 AS one FROM outbox") == []
    assert [row["state"] for row in ledger.store.select("SELECT state FROM load")] == ["held"]
    whole = ledger.take(path, variant)
    assert not whole.held
    assert sum(whole.events.values()) == len(ledger.live())


@each_connector
def test_two_contents_of_one_version_are_refused_and_the_first_stands(connector: Connector, ledger: Ledger) -> None:
    (a, variant), (b, _) = sample(connector, "a"), sample(connector, "b")
    ledger.take(a, variant)
    before = ledger.live()
    rows = ledger.store.select("SELECT key, version FROM intake_row")
    out = ledger.take(b, variant, kind="changes")
    if all(row["version"] == "" for row in rows):
        assert out.refused > 0
        assert ledger.live() == before
    assert out.read == out.accepted + out.accepted_with_notes + out.refused


@each_connector
def test_a_load_broken_off_in_its_middle_and_taken_again_ends_the_same(
    connector: Connector, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, variant = sample(connector, "a")
    monkeypatch.setattr(module, "BLOCK", 1)
    calls = 0
    whole = module.Load._emit

    def breaks(self: Any, *arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise RuntimeError("power cut")
        whole(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(module.Load, "_emit", breaks)
        with pytest.raises(RuntimeError):
            ledger.take(path, variant)
    ledger.take(path, variant)
    events = ledger.store.select("SELECT id FROM outbox WHERE kind = 'event'")
    assert len({row["id"] for row in events}) == len(events)
    alone = Ledger(connector, tmp_path / "alone")
    alone.take(path, variant)
    assert ledger.live() == alone.live()
