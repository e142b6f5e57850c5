"""The import linter refuses what architecture.md section 6 forbids: one offence planted for every line of it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ALLOWED = {
    "hub/cli.py": "import hub.bootstrap",
    "hub/bootstrap.py": "import hub.adapters.registry, hub.web.pages, connectors.runner, consumers.app",
    "hub/config.py": "import os",
    "hub/ports.py": "import hub.domain.record",
    "hub/domain/record.py": "import datetime, hashlib, msgspec",
    "hub/pipeline/area.py": "import hub.domain.record, hub.ports",
    "hub/intake/ledger.py": "import hub.ports",
    "hub/queries/child.py": "import hub.ports",
    "hub/fhir/patient.py": "import hub.domain.record",
    "hub/web/pages.py": "import starlette, hub.queries.child",
    "hub/adapters/registry.py": "import httpx, hub.ports",
    "connectors/runner.py": "import hub.intake.ledger",
    "connectors/sources/mis/mapping.py": "import hub.domain.record",
    "connectors/simulator/families.py": "import random",
    "consumers/app.py": "import faust, hub.pipeline.area",
}

FORBIDDEN = {
    "hub.domain imports outwards": ("hub/domain/bad.py", "import hub.ports", "hub.domain.bad -> hub.ports"),
    "hub.domain imports a vendor": ("hub/domain/vendor.py", "import sqlalchemy", "hub.domain.vendor -> sqlalchemy"),
    "hub.domain does I/O": ("hub/domain/disk.py", "import pathlib", "hub.domain.disk -> pathlib"),
    "hub.pipeline asks the clock": ("hub/pipeline/clock.py", "from time import time", "hub.pipeline.clock -> time"),
    "a mapping does I/O": (
        "connectors/sources/mis/inner/mapping.py",
        "import urllib.request",
        "connectors.sources.mis.inner.mapping -> urllib",
    ),
    "ports imports config": ("hub/ports.py", "import hub.config", "hub.ports -> hub.config"),
    "adapters import outwards": ("hub/adapters/up.py", "import hub.queries", "hub.adapters.up -> hub.queries"),
    "siblings import each other": ("hub/fhir/bad.py", "import hub.queries", "hub.fhir.bad -> hub.queries"),
    "the web imports a connector": ("hub/web/bad.py", "import connectors", "hub.web.bad -> connectors"),
    "the web imports an adapter": ("hub/web/sql.py", "import hub.adapters.sql", "hub.web.sql -> hub.adapters.sql"),
    "a host imports an adapter": ("consumers/bad.py", "import hub.adapters", "consumers.bad -> hub.adapters"),
    "a page imports its wiring": ("hub/web/wires.py", "import hub.bootstrap", "hub.web.wires -> hub.bootstrap"),
    "the simulator computes": (
        "connectors/simulator/bad.py",
        "import hub.domain.record",
        "connectors.simulator.bad -> hub.domain.record",
    ),
}


def lint(tree: Path, files: dict[str, str]) -> tuple[int, str]:
    """Lint a tree of empty packages with these files in it; return the exit code and what was printed."""
    shutil.copy(ROOT / "pyproject.toml", tree)
    packages = [
        path.parent.relative_to(ROOT)
        for top in ("hub", "connectors", "consumers")
        for path in (ROOT / top).rglob("__init__.py")
    ]
    for folder in [*packages, *(parent for name in files for parent in Path(name).parents if parent.name)]:
        (tree / folder).mkdir(parents=True, exist_ok=True)
        (tree / folder / "__init__.py").touch()
    for name, text in files.items():
        (tree / name).write_text(text + "\n", encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-logo",
        "--no-cache",
    ]
    ran = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=120, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def test_a_tree_that_keeps_to_the_layers_passes(tmp_path: Path) -> None:
    code, printed = lint(tmp_path, ALLOWED)
    assert code == 0, printed


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a tree with every offence in it, on one line."""
    files = dict(ALLOWED)
    for path, statement, _ in FORBIDDEN.values():
        files[path] = f"{files[path]}\n{statement}" if path in files else statement
    code, printed = lint(tmp_path_factory.mktemp("offences"), files)
    assert code == 1, printed
    return re.sub(r"\s+", " ", printed)


@pytest.mark.parametrize("offence", FORBIDDEN)
def test_the_linter_refuses_that(offence: str, report: str) -> None:
    assert FORBIDDEN[offence][2] in report
