import json
from pathlib import Path
from typing import Any

import pytest

from connectors import runner
from connectors.base import Connector, Refusal, Row
from connectors.sources.mns.source import MNS, NOT_ANSWERED, NOT_FETCHED, NOT_OURS, Fetch, connector
from hub.domain.errors import Unavailable
from tests.unit.connectors.fake_pds import outcome, sandbox

OLD = "9000000017"


def event(**more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": "e1", "source": "uk.nhs.pds", "type": "nhs-number-change-2",
        "time": "2026-03-02T09:00:00Z", "subject": OLD, "dataref": f"https://pds.example/Patient/{OLD}", **more,
    }  # fmt: skip


def read(reader: Connector, *events: dict[str, Any], folder: Path) -> list[Any]:
    for number, one in enumerate(events):
        (folder / f"event{number}.json").write_text(json.dumps(one, indent=1))
    return list(runner.read(reader, folder))


def fetching(answer: Any, is_known: bool = True) -> Connector:
    def fetched(number: str) -> bytes:
        assert number == OLD
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer).encode()

    return connector(Fetch(fetched, lambda _: is_known))


def test_the_survivor_is_fetched_and_the_subject_is_the_person_by_the_old_number(tmp_path: Path) -> None:
    (row,) = read(fetching(sandbox("Patient.json")), event(), folder=tmp_path)
    assert [(one.kind, one.local_id) for one in row.said] == [("PersonDescribed", OLD), ("IdentifierSuperseded", OLD)]
    described, change = (one.payload for one in row.said)
    assert (described.nhs_number, described.family_name) == (OLD, "")
    assert (change.system, change.old, change.new) == ("nhs_number", OLD, "9000000009")


def test_an_invalidated_number_has_no_survivor(tmp_path: Path) -> None:
    (row,) = read(fetching(outcome("INVALIDATED_RESOURCE")), event(), folder=tmp_path)
    assert row.said[1].payload.new == ""


@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        (MNS, NOT_FETCHED),
        (fetching(Unavailable("PDS")), NOT_ANSWERED),
        (fetching({}, is_known=False), NOT_OURS),
        (fetching(outcome("RESOURCE_NOT_FOUND")), "PDS does not know the number"),
    ],
)
def test_an_event_without_an_answer_is_kept_with_the_reason(reader: Connector, reason: str, tmp_path: Path) -> None:
    refusal, other = read(reader, event(), event(id="e2", type="pds-change-of-gp-2"), folder=tmp_path)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, OLD in refusal.content.decode()) == (reason, True)
    assert isinstance(other, Row)


def test_an_answer_that_came_with_the_event_is_not_fetched(tmp_path: Path) -> None:
    reader = fetching(AssertionError("fetched"))
    (row,) = read(reader, event(data={"resourceType": "Patient", "id": "9000000009"}), folder=tmp_path)
    assert row.said[1].payload.new == "9000000009"


def test_a_number_that_still_holds_takes_back_what_was_said_of_it(tmp_path: Path) -> None:
    (row,) = read(fetching({"resourceType": "Patient", "id": OLD}), event(), folder=tmp_path)
    assert (row.key, row.said, len(row.notes)) == (f"number:{OLD}", (), 1)
