"""Samples as others published them: nothing crashes, nothing is lost from the counts, and what was found is told."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from connectors import runner
from connectors.base import Connector, Held, Refusal
from connectors.catalogue import BY_NAME
from tests.conformance.connectors.loads import tell
from tests.servers.policy import missing

DATA = Path(__file__).parents[4] / "shared" / "data"
FHIR, CIN = BY_NAME["fhir"], BY_NAME["cin_census"]


def folder(name: str) -> Path:
    found = DATA / name
    if not found.is_dir():
        missing(f"the published sample {name}", "put the shared folder beside the checkout (../shared/data)")
    return found


def dry_run(connector: Connector, name: str) -> dict[str, Any]:
    out = runner.dry_run(connector, folder(name))
    assert out["read"] == out["accepted"] + out["accepted_with_notes"] + out["refused"]
    tell(f"\n{name}: { ({key: out[key] for key in ('read', 'accepted', 'accepted_with_notes', 'refused', 'events')}) }")
    notes, refused = Counter[str](), Counter[str]()
    for note in out["notes"]:
        notes[f"{note['field']}: {note['reason']}"] += note["count"]
    for refusal in out["refusals"]:
        refused[f"refused: {refusal['field']}: {refusal['reason']}"] += 1
    for what, count in sorted((notes + refused).items()):
        tell(f"  {count:4} {what}")
    return out


@pytest.mark.parametrize("name", ["nhs-pds", "synthea-children", "hl7-fhir-r4-examples", "nhs-bars"])
def test_every_published_fhir_file_is_read_and_counted(name: str) -> None:
    out = dry_run(FHIR, name)
    assert out["read"] > 0


def test_every_published_cin_return_is_read_and_counted() -> None:
    out = dry_run(CIN, "cin-census/samples")
    assert (out["read"], out["refused"], out["held"]) == (4, 0, [])
    assert out["events"]["PersonDescribed"] == 4
    assert {note["reason"] for note in out["notes"]} >= {"not a valid UPN", "after the return was made", "unknown code"}


def test_a_pds_patient_is_described_with_number_status_and_practice() -> None:
    (row,) = runner.read(FHIR, folder("nhs-pds") / "Patient-Jayne-Smyth.json")
    assert not isinstance(row, Refusal | Held)
    described = row.said[0].payload
    assert (described.nhs_number, described.nhs_number_status) == ("9000000017", "01")  # type: ignore[attr-defined]
    assert (described.family_name, described.sex) == ("Smyth", "female")  # type: ignore[attr-defined]


def test_a_sensitive_pds_patient_keeps_the_flag_and_no_place() -> None:
    (row,) = runner.read(FHIR, folder("nhs-pds") / "Sensitive_Patient.json")
    assert not isinstance(row, Refusal | Held)
    described: Any = row.said[0].payload
    assert described.sensitivity == "restricted"
    assert (described.postcode, described.address_lines, described.gp_practice) == ("", (), "")


def test_an_unrestricted_pds_patient_has_no_sensitivity() -> None:
    (row,) = runner.read(FHIR, folder("nhs-pds") / "Minimal_Patient.json")
    assert not isinstance(row, Refusal | Held)
    assert row.said[0].payload.sensitivity == ""  # type: ignore[attr-defined]


def test_synthea_contacts_find_their_patient_through_the_bundle() -> None:
    for path in sorted(folder("synthea-children").glob("*.json")):
        rows = [row for row in runner.read(FHIR, path) if not isinstance(row, Refusal | Held)]
        patients = {said.local_id for row in rows for said in row.said if said.kind == "PersonDescribed"}
        contacts = {said.local_id for row in rows for said in row.said if said.kind == "HealthContactRecorded"}
        assert contacts == patients


def test_a_stray_text_node_and_a_word_for_a_flag_are_tolerated() -> None:
    (row,) = runner.read(CIN, folder("cin-census") / "samples" / "CIN_Census_2021.xml")
    assert not isinstance(row, Refusal | Held)
    assert row.said[0].payload.birth_date.isoformat() == "1965-03-27"  # type: ignore[attr-defined]
    assert {said.kind for said in row.said} >= {"PersonDied", "CareReferralReceived", "ProtectionPlanEnded"}
