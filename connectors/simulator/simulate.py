"""Write the native files of invented areas, the order in which they are read, and the truth that they tell of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from connectors.simulator import bodies, feeds, loads, names, planted
from connectors.simulator.cast import Cast
from connectors.simulator.feeds import Feed
from connectors.simulator.files_casework import CaseworkFiles
from connectors.simulator.files_cin import CinFiles
from connectors.simulator.files_fhir import FhirFiles
from connectors.simulator.files_provision import ProvisionFiles
from connectors.simulator.lives import Life
from connectors.simulator.movers import movers as moving
from connectors.simulator.paper import Paper
from connectors.simulator.planter import Planter
from connectors.simulator.recipe_book import FAMILIES
from connectors.simulator.truth import Truth
from connectors.simulator.truth_duties import WHOLLY, duties
from connectors.simulator.truth_episodes import of_episode
from connectors.simulator.truth_notices import NOTICES
from connectors.simulator.truth_provision import weeks
from connectors.simulator.weeks import TODAY


class Area:
    """The sources of one area."""

    def __init__(self, place: int, paper: Paper) -> None:
        code = names.area_code(place)
        low = code.lower()
        self.code = code
        is_first = place == 0
        self.council = feeds.casework(code, place)
        self.care = feeds.monthly(f"care-{low}", "cin_census", f"{code}-CSC", (code,))
        self.trust = feeds.weekly(f"trust-{low}", "fhir", f"{code}-NHS", (code,))
        self.schools = feeds.weekly(f"schools-{low}", "provision_log", code, (code,), has_odd_loads=is_first)
        self.council_files = CaseworkFiles(self.council, place, paper)
        self.care_files = CinFiles(self.care, place, paper)
        self.trust_files = FhirFiles(self.trust, "trust", paper)
        self.school_files = ProvisionFiles(self.schools, paper)


class Simulation:
    """One run: lives go by, and everything that is written of them is written."""

    def __init__(self, areas: int, to: Path) -> None:
        self.paper = Paper(to)
        self.areas = [Area(place, self.paper) for place in range(areas)]
        codes = [area.code for area in self.areas]
        self.therapy = feeds.weekly("therapy", "fhir", "THERAPY", codes)
        self.therapy_files = FhirFiles(self.therapy, "therapy", self.paper)
        self.truth = Truth(to)

    def feeds(self) -> list[Feed]:
        """Return all feeds in the order in which they are read on a day: who places a child comes first."""
        own = [[area.council for area in self.areas], [area.care for area in self.areas]]
        own += [[area.trust for area in self.areas], [self.therapy], [area.schools for area in self.areas]]
        return [feed for kind in own for feed in kind]

    def take(self, life: Life) -> None:
        """Write one life into all files."""
        area = self.areas[int(life.person.area[1:]) - 1]
        who = life.person
        area.council_files.write(life)
        records = [_record(area.council, area.council_files.key_of(life), True)]
        if area.care_files.write(life):
            records.append(_record(area.care, area.care_files.key_of(life), who.quirk != "no_upn_care"))
        if area.trust_files.write(life):
            records.append(_record(area.trust, area.trust_files.key_of(life), who.is_sure_in_trust))
        if self.therapy_files.write(life):
            records.append(_record(self.therapy, self.therapy_files.key_of(life), who.has_shared_number))
        if area.school_files.write(life):
            records.append(_record(area.schools, area.school_files.key_of(life), True))
        self.truth.add("people", {"id": who.id, "area": who.area, "restricted": who.is_restricted, "plot": life.plot,
                                  "quirk": who.quirk, "records": records})  # fmt: skip
        for duty in duties(life, area.council, {"trust": area.trust, "therapy": self.therapy}):
            self.truth.add("duties", duty)
        for episode in life.episodes:
            for duty in of_episode(life, episode, area.council):
                self.truth.add("duties", duty)
        for week in weeks(life, area.council, area.schools):
            self.truth.add("provision", week)

    def move(self, count: int, index: int, seed: int) -> list[dict[str, Any]]:
        """Write children who move from the first area to the second, and return what is true of them."""
        found = []
        for mover in moving(count, index, seed):
            records = []
            for area, life in zip(self.areas, (mover.old, mover.new), strict=False):
                area.council_files.write(life)
                records.append(_record(area.council, area.council_files.key_of(life), True))
            told_on = self.areas[0].council.told_on(mover.moved.said[0][0])
            found.append(mover.truth() | {"told_on": told_on, "records": records})
        return found

    def path_of(self, feed: Feed, at: int) -> str:
        """Return the path of a load as `loads.jsonl` names it; nothing where there was nothing to hand over."""
        load = feed.loads[at]
        base = f"{feed.source}/{load.name}"
        if feed.connector in ("ehc_casework", "provision_log"):
            return f"{base}.zip" if load.planted == "zipped" else base
        found = [f"{base}.{ending}" for ending in ("xml", "ndjson", "json")]
        return next((path for path in found if self.paper.has(path)), "")


def simulate(
    areas: int,
    children: int,
    seed: int,
    to: Path,
    progress: Callable[[int, int], None] | None = None,
    movers: int = 0,
) -> dict[str, Any]:
    """Write a folder of native files by source, `contacts.csv`, `bodies.csv`, `loads.jsonl` and `truth.json`.

    The same for the same (areas, children, seed), byte for byte.

    Args:
        children: In all areas together; forty show everything that is planted.
        to: Folder, made if need be; it must be empty.
        progress: Called with (children done, children) now and then.
        movers: Further children, who move from the first area to the second; they stand under `movers` of `truth.json`
            and nowhere else in it.

    Returns:
        What was written: children, areas, today, rows by source, and the number of people, duties and provision weeks.

    Raises:
        FileExistsError: The folder holds something.
        ValueError: Children move and there is no second area.
    """
    if movers and areas < 2:
        raise ValueError("children move to a second area: there is none")
    to.mkdir(parents=True, exist_ok=True)
    if any(to.iterdir()):
        raise FileExistsError(f"{to} is not empty")
    run = Simulation(areas, to)
    planter = Planter(seed)
    for done, life in enumerate(Cast(areas, children, seed).lives(), 1):
        run.take(planter.with_notices(planter.with_episodes(life, done - 1)))
        if progress and (done % 200 == 0 or done == children):
            progress(done, children)
    moved = {"movers": run.move(movers, children, seed)} if movers else {}
    refused = planted.bad_rows(run.areas[0].council_files, run.areas[0].school_files, run.therapy_files)
    run.paper.close()
    planted.spoil(run.paper, run.areas[0].council, run.areas[0].schools)
    bodies.write(to, areas)
    lines = [msgspec.json.encode(step) for step in loads.steps(areas, run.feeds(), run.path_of)]
    (to / "loads.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    about: dict[str, Any] = {"refused": refused, "feeds": [_feed(feed) for feed in run.feeds()]}
    counts = run.truth.close(
        {
            **about,
            "wholly": sorted(WHOLLY),
            "in_shadow": list(loads.NOT_RECORDED),
            "families": WHOLLY | NOTICES | FAMILIES,
            **moved,
        }
    )
    return {"children": children, "areas": areas, "today": TODAY, "rows": _rows(run), "loads": len(lines), **counts,
            **({"movers": movers} if movers else {})}  # fmt: skip


def _record(feed: Feed, local_id: str, sure: bool) -> dict[str, Any]:
    return {"source": feed.source, "local_id": local_id, "sure": sure}


def _feed(feed: Feed) -> dict[str, Any]:
    moved = feed.completeness()
    return {"source": feed.source, "connector": feed.connector, "areas": feed.areas, "complete_to_by_date": moved}


def _rows(run: Simulation) -> dict[str, int]:
    rows = {"therapy": run.therapy_files.rows}
    for area in run.areas:
        rows[area.council.source] = area.council_files.rows
        rows[area.care.source] = area.care_files.rows
        rows[area.trust.source] = area.trust_files.rows
        rows[area.schools.source] = area.school_files.rows
    return dict(sorted(rows.items()))
