"""What `hub identity explain` does: why each record of a child is there, in words and in bits that add up."""

from typing import Any

import msgspec

from hub.bootstrap import Hub
from hub.domain.errors import NotFound
from hub.domain.identity.compare import ABSENT, LEVELS

HOW = {
    "provisional": "first record of its child",
    "nhs_number": "the NHS number agrees",
    "upn": "the UPN agrees",
    "score": "name, birth date and home agree",
    "superseded": "the NHS number was replaced",
    "leaves": "it contradicted the child it was in",
    "decided": "decided by a person",
}
WORDS = {"prior": "before anything is compared", "household": "siblings and twins agree so too", "nhs_number": "NHS number",
         "upn": "UPN", "given": "given name", "family": "family name", "birth_date": "birth date", "place": "home"}  # fmt: skip


def explain(hub: Hub, name: str, local_id: str) -> list[dict[str, Any]]:
    """Return for each record of a child how it came there: score, parts that add up to it, model, and who decided.

    Args:
        hub: The hub.
        name: A child (or a name it had), or a source.
        local_id: With a source, its own key of the record; else empty.

    Raises:
        NotFound: No such child or record, or a restricted one.
    """
    child = _child(hub, name, local_id)
    sql = (
        "SELECT r.area, r.source, r.local_id, r.how, r.because, r.decided_by, r.known_from, j.taken_at, j.body"
        " FROM source_record r JOIN journal j ON j.area = r.area AND j.seq = r.known_from"
        " WHERE r.child = :child AND r.known_to IS NULL ORDER BY r.known_from, r.source, r.local_id"
    )
    found = [
        row
        for row in hub.store.select(sql, child=child)
        if not local_id or (row["source"], row["local_id"]) == (name, local_id)
    ]
    return [_of(row, child) for row in found]


def _of(row: dict[str, Any], child: str) -> dict[str, Any]:
    link = msgspec.json.decode(row["body"]) if row["body"] else {}
    parts = [
        {"what": what, "words": words_of(what, level), "bits": bits} for what, level, bits in link.get("parts", [])
    ]
    return {
        "child": child, "source": row["source"], "how": row["how"], "words": HOW.get(row["how"], row["how"]),
        "score": link.get("score"), "parts": parts, "model": link.get("model", ""), "because": row["because"],
        "by": row["decided_by"], "linked_at": row["taken_at"], "entry": row["known_from"],
    }  # fmt: skip


def words_of(what: str, level: int) -> str:
    """Return a part of a score in words."""
    field = WORDS.get(what, what.removeprefix("other:").replace("_", " "))
    if level == ABSENT or what in ("nhs_number", "upn"):
        return field if level == ABSENT else f"{field}: {'same' if level == 0 else 'different'}"
    levels = LEVELS.get(what, LEVELS["other"])
    return f"{field}: {levels[level]}"


def _child(hub: Hub, name: str, local_id: str) -> str:
    if local_id:
        sql = (
            "SELECT r.child FROM source_record r JOIN child c ON c.area = r.area AND c.child = r.child"
            " WHERE r.source = :name AND r.local_id = :key AND r.known_to IS NULL AND c.restricted = 0"
        )
        rows = hub.store.select(sql, name=name, key=local_id)
    else:
        rows = hub.store.select("SELECT child, alias_of FROM child WHERE child = :name AND restricted = 0", name=name)
        while rows and rows[0]["alias_of"]:
            rows = hub.store.select(
                "SELECT child, alias_of FROM child WHERE child = :name AND restricted = 0", name=rows[0]["alias_of"]
            )
    if not rows:
        raise NotFound("child or record", name)
    return str(rows[0]["child"])


def lines(found: list[dict[str, Any]]) -> str:
    """Return the explanation as people read it."""
    said: list[str] = []
    for one in found:
        score = f", {one['score']:.1f} bits by {one['model']}" if one["score"] is not None else ""
        by = f", by {one['by']}" if one["by"] else ""
        said.append(f"{one['source']}  {one['words']}{score}{by}" + (f": {one['because']}" if one["because"] else ""))
        said += [f"    {part['bits']:+7.2f}  {part['words']}" for part in one["parts"]]
    return "\n".join(said)
