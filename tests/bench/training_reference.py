"""Freeze what Splink learns: `python -m tests.bench.training_reference .venv-bench/bin/python`.

Writes tests/conformance/identity/splink_trained.json, with which `test_identity_training.py` compares our own EM, so that the
comparison needs no Splink. Both learn from the same values: invented children, each source record as it was told last,
normalised as the hub does it.
"""

import csv
import gzip
import json
import sys
import tempfile
from pathlib import Path

from hub.verbs.simulating import people
from tests.bench.identity import ROOT, beside
from tests.conformance.prepared import CHILDREN, SEED, prepared

FROZEN = ROOT / "tests" / "conformance" / "identity" / "splink_trained.json"
COLUMNS = (
    "record_id",
    "source",
    "local_id",
    "nhs_number",
    "upn",
    "given_name",
    "family_name",
    "dob",
    "sex",
    "postcode",
)


def write(folder: Path, name: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write a packed CSV."""
    with gzip.open(folder / name, "wt", encoding="utf-8", newline="") as lines:
        out = csv.writer(lines)
        out.writerow(head)
        out.writerows(rows)


def main(python: str) -> None:
    """Simulate, prepare, let Splink train, and write what it learnt."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "prepared"
        folder.mkdir()
        people(1, CHILDREN, SEED, 1.0, Path(name) / "people")
        rows, truth = [], []
        for record, (subject, person, entity) in enumerate(prepared(Path(name) / "people")):
            key = f"R{record}"
            rows.append((key, *subject, person.nhs_number, person.upn, person.given, person.family, person.birth_date,
                         person.sex, person.postcode))  # fmt: skip
            truth.append((key, entity))
        write(folder, "records.csv.gz", COLUMNS, rows)
        write(folder, "truth.csv.gz", ("record_id", "entity_id"), truth)
        found = beside(python, "tests.bench.splink_run", name, "prepared")
    if "error" in found:
        raise SystemExit(found["error"])
    frozen = {
        "made_by": "python -m tests.bench.training_reference: Splink's EM and random sampling on invented children",
        "simulated": {"areas": 1, "children": CHILDREN, "seed": SEED, "errors": 1.0},
        "settings": "tests/bench/splink_settings.py, set `prepared`; u from 1e7 pairs, seed 1; EM on NHS number, UPN, names and"
        " birth date",
        "splink": found["splink"],
        "duckdb": found["duckdb"],
        "records": found["records"],
        "exact_levels": {k: {"m": round(v["m"], 5), "u": round(v["u"], 7)} for k, v in found["exact_levels"].items()},
    }
    FROZEN.parent.mkdir(exist_ok=True)
    FROZEN.write_text(json.dumps(frozen, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(frozen["exact_levels"], indent=2))


if __name__ == "__main__":
    main(sys.argv[1])
