"""The samples of each connector, and the loads of its standard suite.

`sources/NAME/samples/standard` holds four full extracts of one small system; `extracts.json` says what is said of each:

- `a`: the system at some day;
- `b`: later, some rows changed, so that one says something else, one says less and none is gone;
- `a_again`: later still, those rows as in `a`, with a later row version: A, B, A ends as A;
- `next_year`: what the system gives a year on: the cases still open, covering the new year only.

Other folders beside `standard` hold what is odd: `faulty` rows between good ones, and forms of file.
"""

import json
from datetime import date, datetime
from pathlib import Path

from msgspec import Struct

from hub.domain.instants import instant

SOURCES = Path(__file__).parent / "sources"


class Variant(Struct, frozen=True):
    """One load of the standard suite, and what its bringer says of it."""

    path: Path
    extracted_at: datetime
    extract: str
    covers: tuple[date, date]
    complete_to: date


def samples_of(name: str) -> Path:
    """Return the folder of a connector's samples."""
    return SOURCES / name / "samples"


def variants(name: str) -> dict[str, Variant]:
    """Return the loads of a connector's standard suite by name, in the order in which they were made."""
    folder = samples_of(name) / "standard"
    said = json.loads((folder / "extracts.json").read_text(encoding="utf-8"))
    return {key: _variant(folder / key, one) for key, one in said.items()}


def _variant(path: Path, said: dict[str, str]) -> Variant:
    first, last = said["covers"].split("..")
    covers = (date.fromisoformat(first), date.fromisoformat(last))
    return Variant(
        path, instant(said["extracted_at"]), said["extract"], covers, date.fromisoformat(said["complete_to"])
    )
