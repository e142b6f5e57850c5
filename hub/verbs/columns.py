"""Which column of a file of records is what: the hub's own form, and a mapping for files of others."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.errors import ConfigError

LISTS = ("address_lines", "former_names")


class Columns(Struct, frozen=True, kw_only=True):
    """A mapping of columns; each value names one or several columns, joined by a space.

    Attributes:
        name: What the set is called.
        detect: Columns by which a file is known to be of this form.
        source: Column with the source, or a word in quotes for all of them.
        local_id: Column with the source's own key; `record_id` where every row is a record of its own.
        fields: Fields of a PersonDescribed (and further ones that the model names) to their columns.
        pairs_across_sources: Whether only pairs of records of two sources count.
        model: The model to use unless another is asked for: the name of one that ships, or `own` for one that is trained
            on the file's own records first, without its truth.
        start: For `own`: what differs from the model that ships before training begins.
    """

    name: str
    detect: tuple[str, ...]
    fields: Mapping[str, str | tuple[str, ...]]
    source: str = "source"
    local_id: str = "record_id"
    pairs_across_sources: bool = False
    model: str = "children-2026-11"
    start: Mapping[str, Any] = {}

    def subject(self, row: Mapping[str, str]) -> tuple[str, str]:
        """Return source and local id of a row."""
        return row.get(self.source) or "records", row[self.local_id]

    def data(self, row: Mapping[str, str]) -> dict[str, Any]:
        """Return the fields of a row's PersonDescribed."""
        found: dict[str, Any] = {}
        for field, columns in self.fields.items():
            names = (columns,) if isinstance(columns, str) else columns
            text = " ".join(row[name] for name in names if row.get(name))
            if text:
                found[field] = [text] if field in LISTS else text
        return found


def mapping_for(header: tuple[str, ...], asked: str = "") -> Columns:
    """Return the mapping that was asked for, by name or by file, or the one that knows a file's header.

    Raises:
        ConfigError: There is no such mapping, or none knows the header.
    """
    known = shipped()
    if asked:
        found = known[asked] if asked in known else _read(Path(asked))
    else:
        fitting = [one for one in known.values() if set(one.detect) <= set(header)]
        if not fitting:
            raise ConfigError(
                "columns", f"no mapping knows the columns {', '.join(header)}: give one with --columns FILE"
            )
        found = max(fitting, key=lambda one: len(one.detect))
    wanted = {c for cols in found.fields.values() for c in ((cols,) if isinstance(cols, str) else cols)} | {
        found.local_id
    }
    missing = sorted(wanted - set(header))
    if missing:
        raise ConfigError(found.name, f"the file has no column {', '.join(missing)}")
    return found


def shipped() -> dict[str, Columns]:
    """Return the mappings that ship, by name."""
    folder = files("hub") / "identity_models" / "columns"
    found = [_parse(one.read_text("utf-8"), one.name) for one in folder.iterdir() if one.name.endswith(".toml")]
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def _read(path: Path) -> Columns:
    try:
        return _parse(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from error


def _parse(text: str, where: str) -> Columns:
    try:
        return msgspec.convert(tomllib.loads(text), Columns)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(where, str(error)) from error
