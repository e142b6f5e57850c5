"""Check schemas/: every Avro file parses, published ones are unchanged, and new versions read what old ones wrote.

    python -m tools.check_schemas            check
    python -m tools.check_schemas --publish  list the drafts in schemas/PUBLISHED, as a release does

`schemas/PUBLISHED` has one line per published file, as sha256sum writes it: the digest, two spaces, the path from
`schemas/`. Lines that begin with # are comments. A file that is listed never changes again.
"""

import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from fastavro.schema import load_schema

from tools.avro_compatibility import incompatibilities

SCHEMAS = Path(__file__).parent.parent / "schemas"
FILE_NAME = re.compile(r"(?P<event>[a-z][a-z0-9_]*)\.v(?P<version>[1-9][0-9]*)\.avsc")


def problems(schemas: Path) -> list[str]:
    """Return what is wrong in the folder, one line each, in the order of the files; empty if nothing."""
    files = sorted((schemas / "avro").glob("**/*.avsc"))
    if not files:
        return ["schemas/avro holds no *.avsc"]
    faults: list[str] = []
    versions: dict[str, dict[int, Path]] = defaultdict(dict)
    for path in files:
        named = FILE_NAME.fullmatch(path.name)
        if not named:
            faults.append(f"{path.name}: the name is not <event>.v<number>.avsc")
            continue
        broken = list(_unparsable(path, named["event"]))
        faults += broken
        if not broken:
            versions[named["event"]][int(named["version"])] = path
    faults += _changed_after_publication(schemas)
    for event in sorted(versions):
        faults += _incompatible(event, versions[event])
    return faults


def published(schemas: Path) -> dict[str, str]:
    """Return the digest of every published file by its path from `schemas`; empty before the first release.

    Raises:
        ValueError: A line that is neither a comment nor a digest and a path.
    """
    listing = schemas / "PUBLISHED"
    if not listing.exists():
        return {}
    found = {}
    for line in listing.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        entry = re.fullmatch(r"([0-9a-f]{64})\s+\*?(\S+)", line.strip())
        if not entry:
            raise ValueError(f"schemas/PUBLISHED: not a digest and a path: {line}")
        found[entry[2]] = entry[1]
    return found


def publish(schemas: Path) -> list[str]:
    """Append the drafts to `schemas/PUBLISHED`; return their paths, sorted."""
    listed = published(schemas)
    paths = sorted(path.relative_to(schemas).as_posix() for path in (schemas / "avro").glob("**/*.avsc"))
    drafts = [path for path in paths if path not in listed]
    with (schemas / "PUBLISHED").open("a", encoding="utf-8") as listing:
        listing.writelines(f"{_digest(schemas / path)}  {path}\n" for path in drafts)
    return drafts


def record_name(event: str) -> str:
    """Return the record name that belongs to a file name.

    >>> record_name("needs_assessment_requested")
    'NeedsAssessmentRequested'
    """
    return "".join(word.capitalize() for word in event.split("_"))


def _unparsable(path: Path, event: str) -> Iterator[str]:
    try:
        json.loads(path.read_text(encoding="utf-8"))
        schema = load_schema(str(path))
    except Exception as reason:  # fastavro raises many kinds; each is a fault of the file
        yield f"{path.name}: {type(reason).__name__}: {reason}"
        return
    if not isinstance(schema, dict) or schema.get("type") != "record":
        yield f"{path.name}: not a record"
    elif schema["name"].rpartition(".")[2].lower() != record_name(event).lower():
        yield f"{path.name}: holds {schema['name']}, expected {record_name(event)}"


def _changed_after_publication(schemas: Path) -> Iterator[str]:
    for path, digest in sorted(published(schemas).items()):
        if not (schemas / path).exists():
            yield f"{path}: published, but gone"
        elif _digest(schemas / path) != digest:
            yield f"{path}: published, but changed since: put it back and write a new version beside it"


def _incompatible(event: str, files: Mapping[int, Path]) -> Iterator[str]:
    """Compare every version with all before it: topics and journals still hold the oldest."""
    if sorted(files) != list(range(1, len(files) + 1)):
        yield f"{event}: versions {sorted(files)} do not count up from 1"
    parsed = {version: load_schema(str(path)) for version, path in files.items()}
    for new in sorted(parsed):
        for old in sorted(version for version in parsed if version < new):
            for fault in incompatibilities(parsed[new], parsed[old]):
                yield f"{files[new].name} cannot read what {files[old].name} wrote: {fault}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: list[str]) -> int:
    """Print the problems, or that there are none."""
    if arguments == ["--publish"]:
        print("\n".join(publish(SCHEMAS)) or "nothing new to publish")
        return 0
    faults = problems(SCHEMAS)
    print("\n".join(faults) or f"{len(list((SCHEMAS / 'avro').glob('**/*.avsc')))} schemas hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
