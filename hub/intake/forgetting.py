"""What intake forgets of an erased subject: its ledger rows, where it was placed, refused rows that name it."""

import msgspec

from hub.domain.identifiers import Keyed
from hub.ports import Store


def forget(store: Store, source: str, *names: str) -> None:
    """Remove what intake and the inbox kept of a subject.

    Args:
        store: Where intake is.
        source: The source.
        names: The subject's local id, and other names that its rows may have it by.
    """
    wanted = tuple(dict.fromkeys(name for name in names if name))
    rows = store.select("SELECT key, slots FROM intake_row WHERE source = :s", s=source)
    mine = [row["key"] for row in rows if any(slot[4] in wanted for slot in msgspec.json.decode(row["slots"]))]
    with store.begin() as unit:
        unit.remove("intake_row", [(source, key) for key in mine])
        unit.remove("intake_subject", [(source, name) for name in wanted])
        unit.remove("settling", [(source, name) for name in wanted])
        for name in wanted:
            for table in ("unplaced_name", "may_have_moved"):
                unit.execute(f"DELETE FROM {table} WHERE source = :s AND local_id = :l", s=source, l=name)
        for row in unit.select(
            "SELECT refusal, content FROM refusal WHERE source = :s AND content IS NOT NULL", s=source
        ):
            if any(name.encode() in bytes(row["content"]) for name in wanted):
                unit.execute("UPDATE refusal SET content = NULL, state = 'erased' WHERE refusal = :r", r=row["refusal"])
        for row in unit.select("SELECT n, body FROM inbox WHERE state <> 'waiting' AND body LIKE '%local_id%'"):
            if msgspec.json.decode(row["body"]).get("local_id") in wanted:
                unit.execute("UPDATE inbox SET body = '{}' WHERE n = :n", n=row["n"])


def forget_traces(store: Store, keyed: Keyed, source: str, local_id: str) -> list[tuple[str, str]]:
    """Forget that a register was asked about a subject; return source and local id of those it answered with."""
    name = traced_name(keyed, source, local_id)
    rows = store.select("SELECT source, found FROM traced WHERE name = :name ORDER BY source, found", name=name)
    with store.begin() as unit:
        unit.execute("DELETE FROM traced WHERE name = :name", name=name)
    placed = "SELECT 1 AS one FROM source_record WHERE source = :source AND local_id = :found"
    return list(dict.fromkeys((row["source"], row["found"]) for row in rows if store.select(placed, **row)))


def traced_name(keyed: Keyed, source: str, local_id: str) -> str:
    """Return the name under which it is kept that a register was asked about a subject."""
    return keyed.name("traced", source, local_id)
