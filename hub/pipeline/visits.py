"""Whom a tick visits: children changed since the last one, those with a timer due, those whose shared fact moved."""

from collections import Counter

import msgspec

from hub.domain.facts import AreaFacts
from hub.pipeline.state import AreaState, but_feeds
from hub.ports import Reader

PIECE = 500
"""Children in one transaction of a tick."""

AREA_ITSELF = "~"
"""Stands for what a tick says of the area as a whole: worked off after the children."""


def due(reader: Reader, state: AreaState, before: AreaFacts | None, since: int) -> list[str]:
    """Return the children to visit at the tick just applied, in order.

    Args:
        reader: Reads what is committed.
        state: The area, the tick applied.
        before: What the area shared at the tick before, `None` at the first.
        since: Number of the tick before.
    """
    now = state.shared
    if before is None or now is None or but_feeds(before) != but_feeds(now):
        return _children(reader, "SELECT child FROM child WHERE area = :area", state)
    found = _children(
        reader,
        "SELECT DISTINCT child FROM attribution WHERE area = :area AND (known_from > :since OR known_to > :since)"
        " UNION SELECT child FROM timer WHERE area = :area AND due <= :on"
        " UNION SELECT child FROM obligation WHERE area = :area AND state = 'not_known'"
        " UNION SELECT child FROM alert WHERE area = :area AND child <> '' AND state IN ('raised', 'shadow', 'backlog')"
        " AND obligation <> '' AND obligation NOT IN (SELECT obligation FROM obligation WHERE area = :area)",
        state, since=since, on=str(state.tick_on),
    )  # fmt: skip
    if {s: f.complete_to for s, f in before.feeds.items()} != {s: f.complete_to for s, f in now.feeds.items()}:
        promised = (
            "SELECT DISTINCT a.child FROM attribution a JOIN journal j ON j.area = a.area AND j.id = a.event"
            " WHERE a.area = :area AND a.known_to IS NULL AND j.type = 'ProvisionSpecified'"
        )
        found = sorted({*found, *_children(reader, promised, state)})
    return found


def waiting(reader: Reader, area: str) -> list[str]:
    """Return the children that the last tick still has to visit, in order."""
    rows = reader.select("SELECT child FROM visit WHERE area = :area ORDER BY child", area=area)
    return [row["child"] for row in rows]


def not_known(reader: Reader, area: str) -> Counter[tuple[str, str]]:
    """Return how many duties each silent feed keeps from being judged, by source and rule, restricted children left out."""
    sql = (
        "SELECT o.waits_for, o.rule FROM obligation o JOIN child c ON c.area = o.area AND c.child = o.child"
        " WHERE o.area = :area AND o.state = 'not_known' AND c.restricted = 0"
    )
    counts: Counter[tuple[str, str]] = Counter()
    for row in reader.select(sql, area=area):
        for source in msgspec.json.decode(row["waits_for"]):
            counts[source, row["rule"]] += 1
    return counts


def _children(reader: Reader, sql: str, state: AreaState, **parameters: object) -> list[str]:
    return sorted(row["child"] for row in reader.select(sql, area=state.area, **parameters))
