"""Feeds as a data manager has to see them: who is silent since when, what cannot be judged, what is disputed."""

from collections import Counter

from msgspec import Struct

from hub.domain.access import ROLES, Role
from hub.domain.errors import Forbidden
from hub.queries.conditions import is_there, visible_alerts
from hub.queries.desk import Desk, Feed, texts
from hub.queries.obligations import FROM

SILENT_AFTER_DAYS = 2
"""Days behind the last tick from which a feed is shown as silent; a courtesy of this page, no rule reads it."""


class FeedSeen(Struct, frozen=True):
    """One feed.

    Attributes:
        days_behind: Days between what it is complete to and the last tick; `None` if it never said.
        waiting: Duties that cannot be judged until it speaks.
    """

    feed: Feed
    area_name: str
    agency_name: str
    days_behind: int | None
    waiting: int

    @property
    def is_silent(self) -> bool:
        """Tell whether it is behind, or something waits for it."""
        return self.waiting > 0 or self.days_behind is None or self.days_behind > SILENT_AFTER_DAYS


class Disputed(Struct, frozen=True):
    """An alert that an officer says is wrong."""

    area: str
    alert: str
    reference: str
    rule: str
    reason: str
    actor: str
    state: str


class Feeds(Struct, frozen=True):
    """The page's content: feeds, the silent ones first, and what waits for a person."""

    feeds: tuple[FeedSeen, ...]
    disputed: tuple[Disputed, ...]
    possible_matches: int


def may_see_feeds(role: str) -> bool:
    """Tell whether the state of feeds is of that role's business.

    >>> may_see_feeds("data_manager"), may_see_feeds("senco")
    (True, False)
    """
    found: Role | None = ROLES.get(role)
    return found is not None and bool({"data_quality", "operations"} & set(found.purposes))


def feeds(desk: Desk) -> Feeds:
    """Return the feeds of the actor's areas.

    Raises:
        Forbidden: The role has nothing to do with feeds.
    """
    desk.audit("feeds")
    if not may_see_feeds(desk.actor.role):
        raise Forbidden(desk.actor.role, "read the state of feeds", "")
    waiting = _waiting(desk)
    seen = [_seen(desk, feed, waiting[feed.area, feed.source]) for feed in desk.feeds.values()]
    return Feeds(
        tuple(sorted(seen, key=lambda s: (not s.is_silent, -s.waiting, s.feed.area, s.feed.source))),
        tuple(_disputed(desk)),
        _possible_matches(desk),
    )


def _waiting(desk: Desk) -> Counter[tuple[str, str]]:
    rows = desk.select(f"SELECT o.area, o.waits_for {FROM} WHERE {{}} AND o.state = 'not_known'", is_there(desk.access))
    return Counter((row["area"], source) for row in rows for source in texts(row["waits_for"]))


def _seen(desk: Desk, feed: Feed, waiting: int) -> FeedSeen:
    area = desk.areas[feed.area]
    behind = (area.on - feed.complete_to).days if area.on and feed.complete_to else None
    agency = desk.bodies[feed.agency].name if feed.agency in desk.bodies else feed.agency
    return FeedSeen(feed, area.name, agency, behind, waiting)


def _disputed(desk: Desk) -> list[Disputed]:
    rows = desk.select(
        "SELECT n.area, n.alert, n.seq, n.reason, n.actor, a.rule, a.state, c.reference FROM answer n"
        " JOIN alert a ON a.area = n.area AND a.alert = n.alert"
        " LEFT JOIN child c ON c.area = a.area AND c.child = a.child"
        " LEFT JOIN obligation o ON o.area = a.area AND o.obligation = a.obligation"
        " WHERE {} AND n.kind = 'dispute' ORDER BY n.seq DESC, n.area LIMIT 100",
        visible_alerts(desk.access, desk.codes),
    )
    return [
        Disputed(
            row["area"],
            row["alert"],
            row["reference"] or "",
            row["rule"] or "",
            row["reason"] or "",
            row["actor"] or "",
            row["state"] or "",
        )
        for row in rows
    ]


def _possible_matches(desk: Desk) -> int:
    """Count those still open whose child, and whose record's present child, are both there for the actor."""
    rows = desk.select(
        "SELECT COUNT(*) AS n FROM possible_match m JOIN child c ON c.area = m.area AND c.child = m.child"
        " LEFT JOIN source_record r ON r.area = m.area AND r.source = m.source AND r.local_id = m.local_id"
        " AND r.known_to IS NULL"
        " LEFT JOIN child d ON d.area = r.area AND d.child = r.child"
        " WHERE {} AND (d.child IS NULL OR {}) AND m.state IN ('waiting', 'second')",
        is_there(desk.access),
        is_there(desk.access, "d"),
    )
    return int(rows[0]["n"])
