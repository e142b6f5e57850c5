"""Who the demo offers to sign in as: everybody in the contacts, and the roles that need no body of their own."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from hub.domain.access import EVERY, ROLES, Actor
from hub.ports import Reader

_WITHOUT_BODY = ("sen_manager", "data_manager", "operations", "assurance", "analyst", "steward")
_SECOND = {"steward": "second demo steward"}
"""Joining two children with open plans takes two people."""

_NOT_BUILT = ("family", "virtual_school_head")


class Offer(Struct, frozen=True):
    """One person to sign in as.

    Attributes:
        key: Names the offer in a form.
        label: Name, body and areas, as people read them.
    """

    key: str
    label: str
    actor: Actor


def offers(reader: Reader) -> dict[str, list[Offer]]:
    """Return what a demo store offers, by role in the order of `ROLES`."""
    areas = {
        row["area"]: row["name"] or row["area"]
        for row in reader.select("SELECT area, name FROM area WHERE COALESCE(live_from, '') <> '' ORDER BY area")
    }
    names = {
        row["code"]: row["name"] or row["code"]
        for row in reader.select("SELECT code, name FROM body ORDER BY area, code")
    }
    rows = reader.select("SELECT area, role, body, name_ref FROM contact ORDER BY role, body, name_ref, area")
    found: dict[str, list[Offer]] = {role: [] for role in ROLES if role not in _NOT_BUILT}
    for actor in _actors(rows, tuple(areas)):
        if actor.role in found:
            found[actor.role].append(_offer(actor, areas, names))
    for role in _WITHOUT_BODY:
        if not found[role] and areas:
            found[role].append(_offer(Actor(f"demo {role.replace('_', ' ')}", role, tuple(areas)), areas, names))
    for role, second in _SECOND.items():
        if areas:
            found[role].append(_offer(Actor(second, role, tuple(areas)), areas, names))
    return {role: offered for role, offered in found.items() if offered}


def _actors(rows: list[dict[str, Any]], areas: tuple[str, ...]) -> list[Actor]:
    """One actor per person, role and body; the areas they serve together."""
    served: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        key = (row["role"], row["name_ref"] or "", row["body"] or "")
        served.setdefault(key, []).extend([row["area"]] if row["area"] else areas)
    return [
        Actor(name, role, tuple(sorted(set(where))), (body,) if body else EVERY if role in ("dco", "dmo") else ())
        for (role, name, body), where in served.items()
    ]


def _offer(actor: Actor, areas: Mapping[str, str], names: Mapping[str, str]) -> Offer:
    body = " ".join(names.get(code, code) for code in actor.bodies if code != "*")
    where = " and ".join(areas.get(area, area) for area in actor.areas)
    label = ", ".join(part for part in (actor.name, body, where if where != body else "") if part)
    return Offer("|".join((actor.role, actor.name, *actor.bodies)), label, actor)
