"""Live events of children, as far as an actor may see them."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct

from hub.domain.access import Access
from hub.domain.events.index import BY_NAME
from hub.queries.conditions import Condition, one_of
from hub.queries.delays import delays_of, said
from hub.queries.desk import Desk, day

WITHDRAWN = "SourceRecordWithdrawn"
SESSIONS = ("SessionDelivered", "SessionMissed")
SHARED = ("AdviceSent", "ProvisionSpecified", "ProvisionEnded", *SESSIONS)
"""Seen by whoever may open the record, from whatever topic: they are what its clocks and its provision are made of."""
QUIET = ("PersonDescribed", "IdentifierSuperseded", "IdentifierTraced", "IdentitySealed", "SchoolCalendarPublished")
"""Never shown: demographics and sealed identities have one place, and calendars are nobody's."""


class EventSeen(Struct, frozen=True):
    """A live event.

    Attributes:
        data: Fields of the payload.
        entry_delay_days: As in `hub.queries.delays`; so the next.
        heard: The two delays in words; empty where nothing is known of them.
    """

    area: str
    child: str
    event: str
    type: str
    source: str
    agency: str
    on: date | None
    recorded_on: date | None
    data: dict[str, Any]
    entry_delay_days: int | None = None
    transfer_delay_days: int | None = None
    heard: str = ""


def visible_types(access: Access) -> tuple[str, ...]:
    """Return the kinds of event that the actor may see, in the order of the catalogue."""
    return tuple(
        name
        for name, payload in BY_NAME.items()
        if name not in (*QUIET, WITHDRAWN) and (name in SHARED or payload.topic in access.topics)
    )


def live_events(desk: Desk, children: Iterable[str], types: Iterable[str]) -> list[EventSeen]:
    """Return the live events of those kinds, by date, source and id; erased ones are gone.

    Args:
        desk: Who asks; kinds they may not see are left out.
        children: Children already found to be visible.
        types: Kinds wanted.
    """
    wanted = [name for name in types if name in visible_types(desk.access)]
    rows = desk.select(
        "SELECT t.area, t.child, j.id, j.slot, j.revision, j.type, j.source, j.occurred_on, j.recorded_at, j.body"
        " FROM attribution t JOIN journal j ON j.area = t.area AND j.id = t.event"
        " WHERE {} AND {} AND {} AND t.known_to IS NULL",
        one_of("t.area", "of_area", tuple(desk.areas)),
        one_of("t.child", "of_child", sorted(set(children))),
        one_of("j.type", "type", [*wanted, WITHDRAWN]) if wanted else Condition("1 = 0"),
    )
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        slot = (row["area"], row["slot"])
        if slot not in newest or row["revision"] > newest[slot]["revision"]:
            newest[slot] = row
    seen = [_seen(desk, row) for row in newest.values() if row["type"] != WITHDRAWN and row["body"]]
    return sorted(seen, key=lambda e: (e.on or date.min, e.source, e.event))


def _seen(desk: Desk, row: dict[str, Any]) -> EventSeen:
    feed = desk.feeds.get((row["area"], row["source"]))
    delayed = delays_of(row)
    return EventSeen(
        row["area"], row["child"], row["id"], row["type"], row["source"], feed.agency if feed else "",
        day(row["occurred_on"]), day(row["recorded_at"]), _payload(row["body"]),
        delayed.entry_delay_days, delayed.transfer_delay_days, said(delayed),
    )  # fmt: skip


def _payload(body: object) -> dict[str, Any]:
    try:
        read = json.loads(str(body or "{}"))
    except ValueError:
        return {}
    if not isinstance(read, dict):
        return {}
    data = read.get("data", read)
    return data if isinstance(data, dict) else {}
