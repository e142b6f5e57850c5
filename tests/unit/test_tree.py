"""The shape of the tree: every module has its place in a layer, and what the import linter cannot see."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("hub", "connectors", "consumers")
DATA = ("hub/rules", "schemas")  # packages that hold data: no module but an empty __init__.py
TESTS = {"unit", "conformance", "property", "integration", "chaos", "browser", "bench"}
PURE = ("hub/domain", "hub/pipeline", "connectors/sources")  # of the sources only their mapping.py


def modules(*folders: str) -> list[Path]:
    """Every Python file below the folders, as paths from the top of the tree, sorted."""
    return sorted(path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))


def layers() -> set[str]:
    """The modules named by the layers contract in pyproject.toml, without brackets."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [found for found in config["tool"]["importlinter"]["contracts"] if found["id"] == "layers"]
    return {name.strip(" ()") for row in contract["layers"] for name in row.split("|")}


def dotted(path: Path) -> str:
    """A file's module name: that of its folder for an __init__.py."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def placed(path: Path, rows: set[str]) -> bool:
    """Whether a layer, or a package above the layers, holds this file."""
    name = dotted(path)
    if path.name == "__init__.py" and name in ("hub", "hub.rules"):
        return True
    return any(name == layer or name.startswith(f"{layer}.") for layer in rows)


def imported(path: Path) -> Iterator[str]:
    """The first part of every absolute import in a file, wherever in it."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def is_pure(path: Path) -> bool:
    parts = path.as_posix()
    if parts.startswith("connectors/"):
        return path.name == "mapping.py"
    return parts.startswith(PURE)


def test_every_module_is_placed_in_a_layer() -> None:
    rows = layers()
    assert [str(path) for path in modules(*CODE) if not placed(path, rows)] == []


@pytest.mark.parametrize("path", ["hub/foo.py", "hub/rules/weeks.py", "hub/domains/record.py", "hub/webhook.py"])
def test_a_module_that_no_layer_names_is_refused(path: str) -> None:
    assert not placed(Path(path), layers())


@pytest.mark.parametrize(
    "path", ["hub/__init__.py", "hub/cli.py", "hub/domain/identity/block.py", "connectors/base.py", "hub/web/pages.py"]
)
def test_a_module_inside_a_layer_is_accepted(path: str) -> None:
    assert placed(Path(path), layers())


def test_code_lives_in_the_known_folders_only() -> None:
    known = {*CODE, "schemas", "tests", "tools", "deploy"}
    hidden = {path.name for path in ROOT.iterdir() if path.name.startswith(".")}
    strangers = {
        path.relative_to(ROOT).parts[0]
        for folder in ROOT.iterdir()
        if folder.is_dir() and folder.name not in known | hidden | {"build", "dist"}
        for path in folder.rglob("*.py")
    }
    assert strangers == set()
    assert [path.name for path in ROOT.glob("*.py")] == []


def test_tests_live_in_the_folder_of_the_question_they_ask() -> None:
    folders = {path.relative_to("tests").parts[0] for path in modules("tests") if path.name.startswith("test_")}
    assert folders <= TESTS


def test_packages_are_empty_and_nothing_happens_on_import() -> None:
    packages = [path for path in modules(*CODE, "schemas", "tools") if path.name == "__init__.py"]
    assert [str(path) for path in packages if (ROOT / path).stat().st_size] == []


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for path in modules(*CODE, "tests", "tools")}
    assert sorted(str(folder) for folder in folders if not (ROOT / folder / "__init__.py").exists()) == []


def test_law_and_schemas_are_data() -> None:
    assert [str(path) for path in modules(*DATA) if path.name != "__init__.py"] == []


def test_the_core_knows_the_standard_library_msgspec_and_rapidfuzz_alone() -> None:
    allowed = {*sys.stdlib_module_names, "msgspec", "rapidfuzz", "hub"}
    strangers = {
        f"{path}: {name}"
        for path in modules("hub/domain", "hub/pipeline", "connectors/sources")
        if is_pure(path)
        for name in imported(path)
        if name not in allowed | ({"connectors"} if path.parts[0] == "connectors" else set())
    }
    assert strangers == set()


def test_no_module_is_a_six_hundred_line_one() -> None:
    long = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules(*CODE)}
    assert {path: lines for path, lines in long.items() if lines >= 600} == {}
