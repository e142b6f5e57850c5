"""What a stranger gets: the wheel and the run lock, in an empty environment, from an empty folder."""

import json
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA_SUFFIXES = {".toml", ".csv", ".avsc", ".html", ".css", ".js", ".svg", ".json", ".xml", ".ndjson"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def run(*command: str | Path, cwd: Path) -> str:
    """Run to the end outside the tree, without our settings or paths; return what it printed, or fail with it."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HUB_") and name not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    ran = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert ran.returncode == 0, f"{command[0]} left with {ran.returncode}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    copied = ["pyproject.toml", "README.md", "LICENSE", "hub", "connectors", "consumers", "schemas"]
    source.mkdir()
    there = [str(ROOT / name) for name in copied if (ROOT / name).exists()]
    run("cp", "-R", *there, source, cwd=folder)  # setuptools leaves a build folder behind: not in the tree
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def stranger(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that holds the run lock and the wheel, nothing else."""
    home = tmp_path_factory.mktemp("stranger")
    venv.create(home, with_pip=True, symlinks=True)
    pip = (home / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements" / "run.txt", cwd=home)
    run(*pip, "--no-deps", "--no-index", wheel, cwd=home)
    return home / "bin"


def test_the_wheel_carries_every_data_file_of_its_packages(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    folders = ("hub", "connectors", "consumers", "schemas")
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
        if path.suffix in DATA_SUFFIXES or "samples" in path.parts or path.name == "PUBLISHED"
    }
    assert sorted(wanted - carried) == []


def test_the_wheel_carries_the_identity_model_its_story_and_the_known_forms_of_files(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    folder = "hub/identity_models"
    assert {f"{folder}/children-2026-11.json", f"{folder}/README.md", f"{folder}/columns/children.toml"} <= carried


def test_the_wheel_carries_our_packages_and_no_others(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"hub", "connectors", "consumers", "schemas"}


def test_the_run_lock_is_all_that_the_wheel_needs(stranger: Path) -> None:
    assert "No broken requirements" in run(stranger / "python", "-m", "pip", "check", cwd=stranger)


def test_the_locks_name_no_address_and_hash_everything() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []


def test_the_version_is_the_one_of_the_project(stranger: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shown = run(
        stranger / "python", "-c", "import importlib.metadata as m; print(m.version('tell-once'))", cwd=stranger
    )
    assert shown.strip() == project["version"]


def test_help_needs_no_configuration(stranger: Path, tmp_path: Path) -> None:
    assert "demo" in run(stranger / "hub", "--help", cwd=tmp_path)


def test_the_demo_runs_from_an_empty_folder(stranger: Path, tmp_path: Path) -> None:
    printed = run(stranger / "hub", "demo", "--no-serve", "--json", cwd=tmp_path)
    assert isinstance(json.loads(printed), dict)
