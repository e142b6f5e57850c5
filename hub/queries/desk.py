"""The desk at which somebody asks: who, for what purpose, over which reader. Every read leaves an audit row here."""

import json
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from msgspec import Struct

from hub.domain.access import EVERY, Access, Actor, visible_to
from hub.domain.errors import Forbidden
from hub.ports import Reader
from hub.queries.conditions import Condition, one_of


class Auditor(Protocol):
    """Where reads are recorded."""

    def audit(self, actor: str, role: str, purpose: str, action: str, area: str) -> None:
        """Record one read; the action holds no name of a child."""
        ...


class AreaNow(Struct, frozen=True):
    """An area as the reader finds it.

    Attributes:
        on: Date of the last tick; `None` before the first one: nothing is assessed then.
        modes: Rule id to off, shadow or live.
    """

    area: str
    name: str
    on: date | None
    live_from: date | None
    modes: dict[str, str]


class BodyNow(Struct, frozen=True):
    """A body by its code."""

    code: str
    name: str
    kind: str
    commissioner: str
    aliases: tuple[str, ...]
    successor: str = ""
    valid_to: date | None = None


class Feed(Struct, frozen=True):
    """A source of an area and how far it is complete."""

    area: str
    source: str
    connector: str
    agency: str
    complete_to: date | None
    last_load_at: str


class Desk:
    """One actor's reading for one purpose; made for one request and thrown away."""

    def __init__(self, reader: Reader, auditor: Auditor, actor: Actor, purpose: str) -> None:
        """Check the purpose.

        Raises:
            Forbidden: The role has no lawful use for the purpose; this is audited too.
        """
        self.actor, self.purpose = actor, purpose
        self._reader, self._auditor = reader, auditor
        try:
            self.access: Access = visible_to(actor, purpose)
        except Forbidden:
            self._audit("forbidden", actor.areas)
            raise

    def audit(self, action: str) -> None:
        """Record the read, once in each area it reaches."""
        self._audit(action, tuple(self.areas))

    def shown(self, area: str, children: Iterable[str]) -> None:
        """Record whom a list showed, so that it can be told who saw a record; the ids are keyed names of ours."""
        named = sorted(set(children))
        if named:
            self._audit(f"shown {' '.join(named)}", (area,))

    def select(self, sql: str, *conditions: Condition, **parameters: object) -> list[dict[str, Any]]:
        """Return rows of a query; each `{}` in it is filled with the next condition."""
        values = dict(parameters)
        for condition in conditions:
            values |= condition.parameters
        return self._reader.select(sql.format(*(c.sql for c in conditions)), **values)

    @cached_property
    def areas(self) -> dict[str, AreaNow]:
        """The actor's areas by code."""
        rows = self.select(
            "SELECT area, name, live_from, tick_on, modes FROM area WHERE {} ORDER BY area",
            one_of("area", "area", self.access.areas),
        )
        return {
            row["area"]: AreaNow(
                row["area"],
                row["name"] or row["area"],
                day(row["tick_on"]),
                day(row["live_from"]),
                _mapping(row["modes"]),
            )
            for row in rows
        }

    @cached_property
    def bodies(self) -> dict[str, BodyNow]:
        """Bodies of the actor's areas by code, and by alias where no code is like it."""
        rows = self.select(
            "SELECT code, name, kind, commissioner, aliases, successor, valid_to FROM body"
            " WHERE {} ORDER BY area, code",
            one_of("area", "area", tuple(self.areas)),
        )
        found = {row["code"]: _body(row) for row in rows}
        aliases = {alias: body for body in found.values() for alias in body.aliases}
        return aliases | found

    @cached_property
    def feeds(self) -> dict[tuple[str, str], Feed]:
        """Sources of the actor's areas by area and source."""
        rows = self.select(
            "SELECT area, source, connector, agency, complete_to, last_load_at FROM feed WHERE {}"
            " ORDER BY area, source",
            one_of("area", "area", tuple(self.areas)),
        )
        return {
            (row["area"], row["source"]): Feed(
                row["area"],
                row["source"],
                row["connector"] or "",
                row["agency"] or "",
                day(row["complete_to"]),
                row["last_load_at"] or "",
            )
            for row in rows
        }

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes and aliases of the bodies the actor answers for: own ones, their predecessors, those commissioned."""
        if self.access.bodies == EVERY:
            return EVERY
        own = set(self.access.bodies)
        while before := {
            body.code for body in self.bodies.values() if body.code not in own and self._is_succeeded(body, own)
        }:
            own |= before
        found = set(own)
        for name, body in self.bodies.items():
            if body.code in own or body.commissioner in own:
                found |= {name, body.code}
        return tuple(sorted(found))

    @property
    def own_areas(self) -> list[AreaNow]:
        """Areas that are somebody's, for headings: without the one where what has no area waits."""
        return [area for area in self.areas.values() if area.live_from or area.on]

    def code_of(self, code: str) -> str:
        """Return a body's own code for its code or alias."""
        return self.bodies[code].code if code in self.bodies else code

    def name_of_body(self, code: str, area: str) -> str:
        """Return a body's name as people read it; the area's own authority where the code is empty."""
        if code in ("", area):
            return self.areas[area].name if area in self.areas else area
        return self.bodies[code].name if code in self.bodies else code

    def _is_succeeded(self, body: BodyNow, own: set[str]) -> bool:
        latest = max((area.on for area in self.areas.values() if area.on), default=None)
        ended = body.valid_to is not None and latest is not None and body.valid_to < latest
        return ended and body.successor in own

    def _audit(self, action: str, areas: tuple[str, ...]) -> None:
        for area in areas or ("",):
            self._auditor.audit(self.actor.name, self.actor.role, self.purpose, action, area)


def day(text: object) -> date | None:
    """Return the date of an ISO text, `None` for none."""
    return date.fromisoformat(str(text)[:10]) if text else None


def texts(value: object) -> tuple[str, ...]:
    """Return a list kept as JSON text; anything else has no members.

    >>> texts('["a", "b"]')
    ('a', 'b')
    """
    try:
        read = json.loads(str(value or "[]"))
    except ValueError:
        return ()
    return tuple(map(str, read)) if isinstance(read, list) else ()


def _body(row: dict[str, Any]) -> BodyNow:
    return BodyNow(
        row["code"], row["name"] or row["code"], row["kind"] or "", row["commissioner"] or "", texts(row["aliases"]),
        row["successor"] or "", day(row["valid_to"]),
    )  # fmt: skip


def _mapping(value: object) -> dict[str, str]:
    try:
        read = json.loads(str(value or "{}"))
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in read.items()} if isinstance(read, dict) else {}
