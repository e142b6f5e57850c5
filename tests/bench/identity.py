"""`make bench-identity`: how well and how fast records are joined, beside Splink run in the same call on the same files.

    python -m tests.bench.identity [--data FOLDER] [--splink PYTHON] [--large] [--json FILE]

Prints tables and asserts nothing. Our figures come from the verbs as deployed (`hub identity evaluate`, `scenarios`), each
in a process of its own; Splink's from `tests.bench.splink_run`. Splink is shown at the threshold that is best for it on
these very answers, which nobody could know beforehand, and at the two that its documentation uses.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "linkage"
SPLINK = ROOT / ".venv-bench" / "bin" / "python"
PUBLIC = ("febrl4", "febrl3", "essnet_census_cis", "historical_50k")
ORDERS = (1, 2, 3, 4)
"""Seeds of further orders of arrival; with the file's own they are five."""

HUB = "import sys; from hub.cli import main; sys.exit(main(sys.argv[1:]))"
Found = dict[str, Any]


def hub(*arguments: object) -> Found:
    """Return what a verb answers, run in a process and a data folder of its own; `error` if it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", HUB, *map(str, arguments), "--json"]
        ran = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            env={"HUB_DATA": folder, "PATH": "/usr/bin:/bin"},
        )
    return _answer(ran, {0, 1})  # 1: a scenario does not hold, which is an answer


def beside(python: Path | str, *arguments: object) -> Found:
    """Return what a module prints, run by that Python; `error` if it cannot."""
    ran = subprocess.run(
        [str(python), "-m", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return _answer(ran, {0})


def _answer(ran: subprocess.CompletedProcess[str], codes: set[int]) -> Found:
    lines = ran.stdout.strip().splitlines()
    if ran.returncode in codes and lines:
        found: Found = json.loads(lines[-1])
        return found
    said = ran.stderr.strip().splitlines() or [f"exit {ran.returncode}"]
    return {"error": said[-1][:160]}


def evaluate(folder: Path, order: int | None = None) -> Found:
    """Return our figures on one set."""
    apart = folder / "must_not_link.csv.gz"
    more = ["--must-not-link", apart] if apart.exists() else []
    more += ["--order", order] if order is not None else []
    return hub("identity", "evaluate", folder / "records.csv.gz", "--truth", folder / "truth.csv.gz", *more)


# ── what is printed ───────────────────────────────────────────────────────────────────────────────────────────────────


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table with its columns aligned."""
    lines = [list(head), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    for line in lines:
        print(
            "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip(), flush=True
        )


def _text(cell: object) -> str:
    return f"{cell:.4f}" if isinstance(cell, float) and cell < 2 else str(cell)


def children(ours: Found, splink: Found) -> None:
    """Print the children of England: who was joined, rightly and wrongly, and how fast."""
    columns: list[tuple[str, Mapping[str, Any]]] = [("hub", ours)]
    if "error" not in splink:
        columns += [(f"Splink {splink['splink']}, {name}", splink[name]) for name in ("best", "p0.95", "p0.99")]
    rows = [(name, *(round(one[name], 4) for _, one in columns)) for name in ("f1", "precision", "recall")]
    kinds = ("twin", "sibling", "adopted", "stranger")
    harm = [(f"false joins: {kind}", *(one["false_joins"][kind] for _, one in columns)) for kind in kinds]
    two = ("children with two current NHS numbers", *(one["two_current_nhs_numbers"] for _, one in columns))
    nothing = ["-"] * (len(columns) - 1)
    rows_ours = [
        ("records sent to review", f"{ours['review_share']:.2%}", *nothing),
        ("  of whose questions are true", f"{ours['review_true_share']:.0%}", *nothing),
    ]
    slow = splink.get("one_by_one")
    online = [
        (words, ours[name], *([slow[name]] * (len(columns) - 1) if slow else nothing))
        for words, name in (("records/s, one at a time", "records_per_s"), ("p50, ms", "p50_ms"), ("p99, ms", "p99_ms"))
    ]
    table(["", *(name for name, _ in columns)], [*rows, *harm, two, *rows_ours, *online])
    if slow:
        print(
            f"  Splink in one batch: train {splink['train_s']} s, predict {splink['predict_s']} s; one at a time it only scores,"
            f" the hub also journals. Best threshold: {splink['best']['bits']:.1f} bits, found with the answers."
        )


def public(folder: Path, splink: Path) -> dict[str, Found]:
    """Print F1 on the public sets, and return it all."""
    found, rows = {}, []
    for name in PUBLIC:
        if not (folder / name).exists():
            rows.append((name, "no data", *["-"] * 5))
            continue
        ours = evaluate(folder / name)
        theirs = (
            beside(splink, "tests.bench.splink_run", folder, name) if splink.exists() else {"error": "not installed"}
        )
        found[name] = {"hub": ours, "splink": theirs}
        cells = (
            ["-", "-", "-"] if "error" in theirs else [round(theirs[at]["f1"], 4) for at in ("best", "p0.95", "p0.99")]
        )
        own = (
            ["no mapping" if "no mapping" in ours.get("error", "") else ours.get("error", "")[:60], "-"]
            if "error" in ours
            else [round(ours["f1"], 4), ours["records_per_s"]]
        )
        rows.append((name, *own, *cells, theirs.get("how", theirs.get("error", ""))))
    table(["F1", "hub", "hub records/s", "Splink best", "Splink p0.95", "Splink p0.99", "Splink's groups"], rows)
    return found


def orders(folder: Path, first: Found) -> Found:
    """Print how much F1 depends on the order of arrival, and return it."""
    found = [first, *(evaluate(folder, order) for order in ORDERS)]
    f1 = [round(one["f1"], 6) for one in found if "error" not in one]
    spread = round(max(f1) - min(f1), 6)
    twins = [one["false_joins"]["twin"] for one in found if "error" not in one]
    for one in found:
        if "error" in one:
            print(f"  an order of arrival was not measured: {one['error']}")
    print(
        f"  F1 in {len(f1)} orders of arrival: {', '.join(map(str, f1))}; spread {spread}; false twins {twins}",
        flush=True,
    )
    return {"f1": f1, "spread": spread}


def inside(records: Path) -> Found:
    """Print replay, explanations and unmerge, and return them."""
    found = beside(sys.executable, "tests.bench.identity_inside", records)
    if "error" in found:
        print(f"  not measured: {found['error']}")
        return found
    differ = ", ".join(found["tables_that_differ"]) or "none differs: byte-identical"
    print(
        f"  rebuild of {found['journal_entries']} entries in {found['rebuild_s']} s: {found['tables']} tables, {differ}"
    )
    print(
        f"  parts of {found['scores']} journalled scores add up; worst deviation {found['worst_deviation_bits']} bits"
    )
    print(
        f"  {found['that_hold']} of {found['merges_undone']} merges undone after later events on both children hold:"
        f" p50 {found['undo_p50_ms']} ms, p99 {found['undo_p99_ms']} ms from the command to its rows"
    )
    print(f"  a worker that starts reads its index in {found['index_read_anew_s']} s")
    return found


def large() -> Found:
    """Print an area with 100,000 children, and return the figures."""
    with tempfile.TemporaryDirectory() as folder:
        people = Path(folder) / "people"
        told = hub("simulate", "--people-only", "--children", 100_000, "--seed", 7, "--to", people)
        if "error" in told:
            print(f"  not simulated: {told['error']}")
            return told
        found = evaluate(people)
        start = beside(sys.executable, "tests.bench.identity_inside", people / "records.csv.gz", 0)
    if "error" in found:
        print(f"  not measured: {found['error']}")
        return found
    print(
        f"  {told['records']} records of 100,000 children: {found['records_per_s']} records/s, p99 {found['p99_ms']} ms,"
        f" peak {found['peak_mb']} MB; precision {found['precision']:.5f}, recall {found['recall']:.5f}, F1 {found['f1']:.5f},"
        f" review {found['review_share']:.2%}, false joins {found['false_joins']}"
    )
    print(f"  index read anew at start: {start.get('index_read_anew_s', start.get('error'))} s")
    return found | start


def main(arguments: Sequence[str]) -> None:
    """Run everything there is data for."""
    parser = argparse.ArgumentParser(prog="make bench-identity")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with one folder a set")
    parser.add_argument("--splink", type=Path, default=SPLINK, help="a Python that has Splink")
    parser.add_argument("--large", action="store_true", help="also an area with 100,000 children")
    parser.add_argument("--json", type=Path, help="write all figures here, too")
    asked = parser.parse_args(arguments)
    folder = asked.data / "children_en"
    if not folder.exists():
        print(f"no data: {folder} is missing; give the folder with --data")
        return
    busy = f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} cores were busy before; times are by the wall"
    found: Found = {"children_en": {"hub": evaluate(folder)}}
    ours = found["children_en"]["hub"]
    if "error" in ours:
        raise SystemExit(ours["error"])
    print(f"English children (invented); {busy}", flush=True)
    splink = (
        beside(asked.splink, "tests.bench.splink_run", asked.data, "children_en")
        if asked.splink.exists()
        else {"error": f"no {asked.splink}"}
    )
    found["children_en"]["splink"] = splink
    children(ours, splink)
    if "error" in splink:
        print(f"  Splink was not run: {splink['error']}")
    if (scenarios := folder / "scenarios.jsonl").exists():
        played = found["scenarios"] = hub("identity", "scenarios", scenarios)
        said = (
            f"{name.replace('_', ' ')} {t['passed']} of {t['total']}"
            for name, t in played.items()
            if isinstance(t, dict)
        )
        print(f"  scenarios: {'; '.join(said) or played.get('error')}", flush=True)
    found["orders"] = orders(folder, ours)
    found["inside"] = inside(folder / "records.csv.gz")
    print("public sets:", flush=True)
    found["public"] = public(asked.data, asked.splink)
    if asked.large:
        print("large:", flush=True)
        found["large"] = large()
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
