"""How people set an area up, as part of its fold: its name, since when it is live, modes of rules, leading sources, contacts, bodies.

Each `configure` entry of the journal says one of these whole, and replaces what was said before.
"""

from datetime import date
from typing import Any

from hub.domain.effects import Effects
from hub.domain.facts import Body
from hub.domain.instants import day_in
from hub.pipeline.journal import encode

CONTACT_KEY = ("role", "body", "name_ref", "channel", "address", "valid_from")
CONTACT_REST = ("valid_to",)
CONTACT_COLUMNS = (*CONTACT_KEY, *CONTACT_REST)


class Configured:
    """All that people set one area up with.

    Attributes:
        modes: By rule, its mode.
        leading: By kind of fact, the source that leads.
        contacts: Rows of contacts.csv, in order of their key.
        bodies: By code.
    """

    def __init__(self, area: str) -> None:
        self.area = area
        self.name = ""
        self.live_from: date | None = None
        self.modes: dict[str, str] = {}
        self.leading: dict[str, str] = {}
        self.contacts: list[dict[str, str]] = []
        self.bodies: dict[str, Body] = {}

    def configure(self, data: dict[str, Any], effects: Effects) -> None:
        """Take in what one entry sets."""
        what = data["what"]
        if what == "area":
            self.name = data["name"]
            self.live_from = day_in(data.get("live_from"))
        elif what == "mode":
            self.modes |= data["modes"]
        elif what == "leading":
            self.leading |= data["leading"]
        elif what == "contacts":
            self._contacts(data["rows"], effects)
        elif what == "bodies":
            self._bodies([body_of(row) for row in data["rows"]], effects)

    def _contacts(self, rows: list[dict[str, str]], effects: Effects) -> None:
        for row in self.contacts:
            effects.remove("contact", (self.area, *(row.get(name, "") for name in CONTACT_KEY)))
        for row in rows:
            key = (self.area, *(row.get(name, "") for name in CONTACT_KEY))
            effects.put("contact", key, tuple(row.get(name, "") for name in CONTACT_REST))
        kept = {tuple(row.get(name, "") for name in CONTACT_KEY): row for row in rows}
        self.contacts = [row for _, row in sorted(kept.items())]  # as they are read back, whatever the file's order

    def _bodies(self, bodies: list[Body], effects: Effects) -> None:
        for code in self.bodies:
            effects.remove("body", (self.area, code))
        self.bodies = {body.code: body for body in bodies}
        for body in bodies:
            effects.put(
                "body", (self.area, body.code),
                (body.kind, body.name, encode(body.aliases), int(body.is_s31_body), encode(body.areas), body.commissioner,
                 body.valid_from.isoformat() if body.valid_from else "", body.valid_to.isoformat() if body.valid_to else "",
                 body.successor),
            )  # fmt: skip


def body_of(row: dict[str, str]) -> Body:
    """Return the body in a row of bodies.csv."""
    return Body(
        row["code"], row["kind"], row.get("name", ""), _list(row.get("aliases", "")), row.get("is_s31_body") in ("1", "true", "yes"),
        _list(row.get("areas", "")), row.get("commissioner", ""), day_in(row.get("valid_from")), day_in(row.get("valid_to")),
        row.get("successor", ""),
    )  # fmt: skip


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
