"""An area whose records are told of one by one: for tests of who is who. All people are invented."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from hub.domain.events.envelope import Event, Subject
from hub.domain.identifiers import name_of
from hub.domain.identity.block import keys
from hub.domain.identity.cluster import Clusters, Record
from hub.domain.identity.normalise import Person, person
from hub.domain.instants import stamp
from hub.pipeline.journal import Input
from hub.pipeline.loading import load_state
from hub.pipeline.state import AreaState
from tests.property.builders import AREA, MODEL, NOW, World

NHS = ("9990010005", "9990010013", "9990010021", "9990010048")
UPNS = ("B801200005001", "P801200005009", "Z801200005017")
ADA = {
    "given_names": "Ada", "family_name": "Quillfeather", "birth_date": "2015-03-04", "sex": "F", "postcode": "LS1 4AP",
    "address_lines": ["12 Alder Row"],
}  # fmt: skip
"""A child with a name that nobody shares by chance."""

BY = {"by": "steward-1", "reason": "looked it up"}


def a_person(**other: Any) -> Person:
    """Return Ada as identity sees her, with other values."""
    return person(ADA | other)


class Told(World):
    """A world that is told of records by events, without sources' files."""

    def __init__(self) -> None:
        super().__init__()
        self.revisions: dict[str, int] = defaultdict(int)

    @property
    def state(self) -> AreaState:
        return self.worker().state

    @property
    def clusters(self) -> Clusters:
        return self.state.clusters

    def tell(self, record: Record, type_: str = "PersonDescribed", row: str = "", on: str = "", **data: Any) -> str:
        """Tell what a row of a record says now; the next revision of its slot. Returns the slot."""
        slot = name_of("slot", data["kind"] if type_ == "SourceRecordWithdrawn" else type_, *record, row)
        self.revisions[slot] += 1
        at = datetime(2026, 1, 5, 7, tzinfo=UTC) + timedelta(minutes=sum(self.revisions.values()))
        event = Event(
            id=name_of("event", slot, self.revisions[slot]), type=type_, slot=slot, revision=self.revisions[slot],
            source=record[0], load="L1", agency=AREA, area=AREA, subject=Subject(*record), recorded_at=at, data=data,
            occurred_on=datetime.fromisoformat(on).date() if on else None,
        )  # fmt: skip
        body = msgspec.json.encode(event).decode()
        self.worker().take([Input("event", event.id, body)], stamp(NOW))
        assert self.select("SELECT reason FROM quarantine") == []
        return slot

    def withdraw(self, record: Record, kind: str = "PersonDescribed", row: str = "") -> None:
        self.tell(record, "SourceRecordWithdrawn", row, kind=kind)

    def supersede(self, old: str, new: str = "", row: str = "") -> None:
        said = {"system": "nhs_number", "old": old} | ({"new": new} if new else {})
        self.tell(("pds", f"n-{old}"), "IdentifierSuperseded", row, **said)

    def child(self, record: Record) -> str:
        return self.clusters.child_of[record]

    def are_one(self, *records: Record) -> bool:
        return len({self.child(record) for record in records}) == 1

    def asked(self) -> list[tuple[str, Record, str]]:
        """Return the questions that wait: rule, record and child."""
        found = self.state.matches.values()
        return sorted((m["rule"], (m["source"], m["local_id"]), m["child"]) for m in found if m["state"] == "waiting")

    def answer(self, verdict: str, record: Record | None = None, rule: str = "") -> str:
        """Answer the one question that waits, of the record and by the rule if they are given; return the entry."""
        found = [
            name
            for name, m in self.state.matches.items()
            if m["state"] in ("waiting", "second")
            and (record is None or record == (m["source"], m["local_id"]))
            and m["rule"].startswith(rule)
        ]
        (name,) = found
        said = self.command("decide_link", {"match": name, "verdict": verdict} | BY)
        assert "error" not in said, said
        return str(said["entry"])

    def split(self, record: Record, **more: Any) -> str:
        said = self.command("split_child", {"source": record[0], "local_id": record[1]} | BY | more)
        return str(said.get("entry", ""))

    def undo(self, entry: str) -> dict[str, Any]:
        return self.command("undo", {"entry": entry} | BY)


def known(state: AreaState) -> dict[str, Any]:
    """Return all that an area knows of who is who, in a form that compares."""
    clusters = state.clusters
    return {
        "child_of": clusters.child_of,
        "people": clusters.people,
        "past": clusters.past,
        "records": {child: records for child, records in clusters.records.items() if records},
        "created": clusters.created,
        "decided": clusters.decided,
        "apart": clusters.apart,
        "superseded": clusters.superseded,
        "sealed": clusters.sealed,
        "sealed_numbers": dict(clusters.sealed_numbers),
        "veiled": clusters.veiled,
        "hidden": clusters.hidden,
        "index": {key: sorted(held) if isinstance(held, list) else [held] for key, held in clusters._index.items()},
        "names": clusters._names,
        "candidates": {
            record: clusters.candidates(record, one) for record, one in sorted(clusters.people.items())
        },
        "linked_at": state.linked_at,
        "links": state.links,
        "moved": state.moved,
        "aliases": state.aliases,
        "model": state.scorer.model.name,
    }  # fmt: skip


def restarted(world: Told) -> AreaState:
    """Return the area as another worker would read it."""
    return load_state(world.store, AREA, MODEL)


def found_by_name(clusters: Clusters) -> set[Record]:
    """Return the records that anything but an identifier of theirs leads to."""
    found: set[Record] = set()
    for record, one in clusters.people.items():
        for face in (one, *clusters.past.get(record, ())):
            bare = msgspec.structs.replace(
                face, nhs_number="", upn="", is_sealed=False, is_hidden=False, sensitivity=""
            )
            for key in keys(bare):
                held = clusters._index.get(key, [])
                if record in (held if isinstance(held, list) else [held]):
                    found.add(record)
    return found
