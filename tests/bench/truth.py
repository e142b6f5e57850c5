"""What was planted beside what the hub says: `python -m tests.bench.truth --children N`. Prints tables, asserts nothing.

With `--movers K` only what is planted of K children who move from the first area to the second.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from tests.conformance.truth import alerts, compare, movers
from tests.conformance.truth.compare import AMOUNTS, Compared
from tests.conformance.truth.world import DEMO_SEED, World

SHOWN = 40
"""Differences printed one by one."""


def main() -> None:
    """Run a world and print how the hub's answers agree with what was planted."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--children", type=int, default=60)
    reading.add_argument("--seed", type=int, default=DEMO_SEED)
    reading.add_argument("--movers", type=int, default=0)
    asked = reading.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.movers:
            moves(World(Path(folder), asked.children, asked.seed, asked.movers), Path(folder))
            return
        began = perf_counter()
        world = World(Path(folder), asked.children, asked.seed)
        truth = world.truth
        print(f"{asked.children} children, {len(truth.duties)} duties, {len(truth.provision)} weeks of lines; ", end="")
        print(f"{len(world.ticks)} Mondays, run in {perf_counter() - began:.1f} s")
        then, now = list(world.known_then()), list(world.known_now())
        for title, said in (("as known on it", then), ("as known today", now)):
            duties = compare.total(compare.duties(truth, at) for at in said)
            show(f"Duties on each Monday, {title}", duties)
            by_family(duties)
            sums: Counter[tuple[str, str]] = Counter()
            show(
                f"Lines by week on each Monday, {title}",
                compare.total(compare.provision(truth, at, sums) for at in said),
            )
            for name in AMOUNTS:
                print(f"  {name:20} planted {sums['planted', name]:>10.0f}   hub {sums['hub', name]:>10.0f}")
        show("Alerts: running after each tick, raised how, ended how", alerts.compare(truth, then, world.decisions()))
        identity(world)


def show(title: str, compared: Compared) -> None:
    """Print a confusion table, one line for each pair, and the differences behind those that differ."""
    print(f"\n{title}: {sum(compared.table.values())} compared, {len(compared.differences)} differences")
    print(f"  {'planted':24}{'hub':24}{'count':>8}")
    for (planted, hub), count in sorted(compared.table.items(), key=lambda pair: (pair[0][0] != pair[0][1], pair[0])):
        print(f"  {planted:24}{hub:24}{count:>8}{'' if planted == hub else '   <--'}")
    for one in compared.differences[:SHOWN]:
        print(f"    {one}")


def by_family(compared: Compared) -> None:
    """Print the confusion table of duties by family, and what stood that nobody planted."""
    families: dict[str, Counter[str]] = {}
    for (family, planted, hub), count in compared.families.items():
        families.setdefault(family, Counter())[planted if planted == hub else "DIFFERENT"] += count
    for family, states in sorted(families.items()):
        print(f"  {family:20}" + ", ".join(f"{state} {count}" for state, count in sorted(states.items())))
    rules = len(compared.unplanted)
    print(f"  Begun by the same events and planted by nobody: {compared.unplanted.total()}, of {rules} rules")


def moves(world: World, folder: Path) -> None:
    """Print what was planted of every child that moves, and what the hub says."""
    lines = movers.lines(world, movers.read(folder))
    print(f"{len(lines)} compared, {sum(line.planted != line.hub for line in lines)} differences")
    for line in lines:
        what = f"  {line.person:10} {line.kind:17}{line.area:5}{line.what:28}{line.planted:46}"
        print(f"{what}{'same' if line.planted == line.hub else line.hub + '   <--'}")


def identity(world: World) -> None:
    """Print which records were joined, and what was refused."""
    found = compare.identity(world.truth, world.live())
    waiting = world.subjects("unplaced")
    unplaced = [record for record in found.missing if (record.source, record.local_id) in waiting]
    counts = {
        "joined": len(found.joined),
        "split": len(found.split),
        "children with records of two people": len(found.wrong),
        "that nobody planted": len(found.strange),
        "with too little in them, joined rightly": len(found.by_chance),
        "with too little in them, alone": len(found.alone),
        "with too little in them, in no area": len(unplaced),
        "never handed over": len(found.missing) - len(unplaced),
        "children that they make": found.children,
        "children that the hub counts": world.children(),
    }
    print("\nRecords")
    for name, count in counts.items():
        print(f"  {name:48}{count:>8}")
    print(f"Rows refused: planted {world.truth.refused}, hub {world.refused()}")


if __name__ == "__main__":
    main()
