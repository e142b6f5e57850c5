"""The ledger of revisions: what each source row said last, and what of a new reading is news (invariant 1)."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.said import Said


class Slot(Struct, array_like=True):
    """One fact's place in its row, and what it holds now."""

    slot: str
    kind: str
    revision: int
    content: str
    local_id: str
    subject_kind: str
    event: str
    live: bool


class Entry(Struct):
    """What a row said last.

    Attributes:
        version: (the row's own version, the extract's instant), compared in this order, never the order of arrival.
        row_on: Latest date of its facts; `None` where they have none.
    """

    version: tuple[str, str]
    hash: str
    table: str
    slots: list[Slot]
    row_on: date | None = None


class Change(Struct, frozen=True):
    """One slot's next revision; `said` is `None` for a withdrawal."""

    slot: str
    kind: str
    revision: int
    content: str
    local_id: str
    subject_kind: str
    supersedes: str
    said: Said | None


class TwoContents(Exception):
    """The same version of a row came with two contents."""


def table_of(key: str) -> str:
    """Return the table that a natural key begins with."""
    return key.split(":", 1)[0]


def content_of(said: Said) -> bytes:
    """Return the canonical bytes of what is said: equal bytes, equal fact."""
    on = said.occurred_on.isoformat() if said.occurred_on else ""
    return b"\x1f".join((said.kind.encode(), said.local_id.encode(), on.encode(), msgspec.json.encode(said.payload)))


def digest(content: bytes) -> str:
    """Return 32 hex digits of the content."""
    return blake2b(content, digest_size=16).hexdigest()


def is_older(version: tuple[str, str], entry: Entry) -> bool:
    """Tell whether a reading says nothing new because a later one was read already."""
    return version < entry.version


def compare(
    said: Sequence[Said], version: tuple[str, str], entry: Entry | None, name: Any, source: str
) -> tuple[list[Change], Entry | None]:
    """Return the changes between a row's last reading and this one, and the row's new entry.

    Args:
        said: All that the row says now, in order.
        version: The version of this reading.
        entry: The last reading, `None` if there was none.
        name: Gives keyed names (`Keyed.name`).
        source: The source's id.

    Returns:
        The changes in slot order, and the new entry or `None` if the ledger stays as it is.

    Raises:
        TwoContents: Equal version, other content.
    """
    contents = [digest(content_of(one)) for one in said]
    whole = digest("".join(contents).encode())
    if entry is not None:
        if is_older(version, entry):
            return [], None
        if entry.hash == whole:
            return [], Entry(
                version, whole, entry.table, entry.slots, entry.row_on
            ) if version > entry.version else None
        if version == entry.version:
            raise TwoContents
    return _changes(said, contents, version, whole, entry, name, source)


def _changes(
    said: Sequence[Said],
    contents: list[str],
    version: tuple[str, str],
    whole: str,
    entry: Entry | None,
    name: Any,
    source: str,
) -> tuple[list[Change], Entry]:
    before = {slot.slot: slot for slot in entry.slots} if entry else {}
    changes: list[Change] = []
    slots: list[Slot] = []
    for one, content in zip(said, contents, strict=True):
        slot = name("slot", source, one.key, one.local_id, one.kind, one.ordinal)
        old = before.pop(slot, None)
        if old is not None and old.live and old.content == content:
            slots.append(old)
            continue
        revision = old.revision + 1 if old else 1
        changes.append(
            Change(slot, one.kind, revision, content, one.local_id, one.subject_kind, old.event if old else "", one)
        )
        slots.append(Slot(slot, one.kind, revision, content, one.local_id, one.subject_kind, "", True))
    for old in before.values():
        changes += withdrawal(old)
        slots.append(emptied(old))
    return changes, Entry(version, whole, entry.table if entry else "", slots, _latest(said))


def withdrawal(slot: Slot) -> list[Change]:
    """Return the change that empties a slot; none if it is empty already."""
    if not slot.live:
        return []
    return [Change(slot.slot, slot.kind, slot.revision + 1, "", slot.local_id, slot.subject_kind, slot.event, None)]


def emptied(slot: Slot) -> Slot:
    """Return the slot as it stands after its withdrawal."""
    if not slot.live:
        return slot
    return Slot(slot.slot, slot.kind, slot.revision + 1, "", slot.local_id, slot.subject_kind, slot.event, False)


def _latest(said: Iterable[Said]) -> date | None:
    return max((one.occurred_on for one in said if one.occurred_on), default=None)
