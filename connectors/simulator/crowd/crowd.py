"""Write the records of many invented children as five agencies keep them, and which belong together."""

import json
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from connectors.simulator import names
from connectors.simulator.crowd.contacts import Contacts
from connectors.simulator.crowd.households import Brood, Households
from connectors.simulator.crowd.numbers import Numbers
from connectors.simulator.crowd.people import Child
from connectors.simulator.crowd.pile import Pile, Sheet
from connectors.simulator.crowd.places import MOST_AREAS
from connectors.simulator.crowd.records import Clerk

MOST_CHILDREN = 2_000_000
RECORD = ("seq", "record_id", "source", "local_id", "nhs_number", "upn", "given_name", "middle_name", "family_name", "dob", "sex",
          "address", "postcode")  # fmt: skip
GROUP = ("entity_id", "ethnicity", "sex", "birth_year", "looked_after", "area")
_CHILDREN_PER_SLICE = 25_000
_README = """Records of invented children, for measuring how well records are joined. No child, number or address is real.

records.csv.gz        what five agencies wrote, in the order of arrival; an empty field was not asked for or is missing
truth.csv.gz          which record is about which child
must_not_link.csv.gz  pairs of children who are easily taken for one: twin, sibling, adoption-new-identity
groups.csv.gz         by child, for figures of fairness: main ethnic code of the school census, sex, year of birth,
                      whether looked after (1 or 0), area in which the child first lived
manifest.json         counts: records by source, and records by what is wrong in them

A child who is adopted gets a new identity and counts twice: nothing may join the two. NHS numbers are of the 999 range,
UPNs of authorities 995 to 998, postcodes of postcode areas that do not exist. The same options give the same bytes.
The range holds about 909,000 NHS numbers, enough for 1.2 million children, as not everybody's is ever written down;
who comes after that has none, and the manifest says how often one was asked for when none was left.
"""


class Crowd:
    """One run."""

    def __init__(self, areas: int, children: int, seed: int, errors: float, folder: Path) -> None:
        self._numbers = Numbers(seed)
        self._households = Households(areas, children, seed, self._numbers)
        self._clerk = Clerk(errors, seed, self._numbers)
        self._contacts = Contacts(seed, self._numbers, self._clerk)
        self._pile = Pile(folder, children // _CHILDREN_PER_SLICE + 1)
        self.counts: dict[str, Counter[str]] = {"sources": Counter(), "kinds": Counter(), "relations": Counter()}

    def live(self, apart: Sheet, groups: Sheet, progress: Callable[[int], None]) -> None:
        """Let all households go by: their records onto the pile, pairs and groups onto their sheets."""
        done = 0
        for brood, adopted in self._households.all():
            for child in brood:
                self._record(child, brood)
                area = names.area_code(child.homes[0][1].area)
                looked_after = str(int(child.is_looked_after))
                groups.add((child.entity, child.ethnicity, child.sex, str(child.born.year), looked_after, area))
            for one, other, relation in _pairs(brood, adopted):
                self.counts["relations"][relation] += 1
                apart.add((one.entity, other.entity, relation))
            done += len(brood)
            progress(done)

    def _record(self, child: Child, brood: Brood) -> None:
        for contact in self._contacts.of(child, brood):
            self.counts["sources"][contact.source] += 1
            self.counts["kinds"].update(contact.kinds)
            fields = (contact.source, contact.local_id, *self._clerk.line(contact.record))
            self._pile.add(contact.at, f"{child.entity},{','.join(fields)}")

    def arrive(self, records: Sheet, truth: Sheet) -> int:
        """Write all records in the order of arrival; return how many."""
        seq = 0
        for seq, line in enumerate(self._pile.in_order(), 1):
            entity, _, rest = line.partition(",")
            record = f"R{seq:08}"
            records.add((str(seq), record, rest))
            truth.add((record, entity))
        return seq

    def numbers(self) -> dict[str, int]:
        """Return how many NHS numbers were given, and how often none was left."""
        return {"given": self._numbers.nhs_given, "asked_when_none_was_left": self._numbers.nhs_refused}


def _pairs(brood: Brood, adopted: tuple[Child, Child] | None) -> list[tuple[Child, Child, str]]:
    found = [
        (one, other, "twin" if one.twin and other.twin and one.born == other.born else "sibling")
        for one, other in combinations(brood, 2)
    ]
    return [*found, (*adopted, "adoption-new-identity")] if adopted else found


def write(
    areas: int, children: int, seed: int, errors: float, to: Path, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Write a folder of `records`, `truth`, `must_not_link` and `groups` as packed CSV, `README` and `manifest.json`.

    Records wait for their turn in the folder, not in memory.

    Args:
        areas: At most four.
        children: Identities: an adopted child has two.
        errors: Times the usual rate of slips; 0 for none.
        to: Folder, made if need be; it must be empty.
        progress: Called with (children done, children) now and then.

    Returns:
        The manifest: what was asked for, and the counts.

    Raises:
        FileExistsError: The folder holds something.
        ValueError: More areas or children than there are numbers for.
    """
    if not 1 <= areas <= MOST_AREAS or not 1 <= children <= MOST_CHILDREN:
        raise ValueError(f"1 to {MOST_AREAS} areas and 1 to {MOST_CHILDREN:,} children have numbers of their own")
    to.mkdir(parents=True, exist_ok=True)
    if any(to.iterdir()):
        raise FileExistsError(f"{to} is not empty")

    def tell(done: int) -> None:
        if progress and (done % 500 < 6 or done == children):
            progress(done, children)

    with TemporaryDirectory(dir=to, prefix=".waiting-") as waiting:
        crowd = Crowd(areas, children, seed, errors, Path(waiting))
        apart = Sheet(to / "must_not_link.csv.gz", ("entity_a", "entity_b", "relation"))
        with apart, Sheet(to / "groups.csv.gz", GROUP) as groups:
            crowd.live(apart, groups, tell)
        truth = Sheet(to / "truth.csv.gz", ("record_id", "entity_id"))
        with truth, Sheet(to / "records.csv.gz", RECORD) as records:
            count = crowd.arrive(records, truth)
    manifest = {
        "children": children, "areas": areas, "seed": seed, "errors": errors, "records": count,
        "records_by_source": dict(sorted(crowd.counts["sources"].items())),
        "records_by_kind": dict(sorted(crowd.counts["kinds"].items())),
        "must_not_link": dict(sorted(crowd.counts["relations"].items())),
        "nhs_numbers": crowd.numbers(),
    }  # fmt: skip
    (to / "README").write_text(_README, encoding="utf-8")
    (to / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return manifest
