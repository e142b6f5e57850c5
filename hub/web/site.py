"""What the pages are given: ports, settings and rules, in one value that every route finds on the request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from starlette.requests import Request

from hub.domain.access import Actor
from hub.domain.rules import Rulebook
from hub.ports import Reader
from hub.queries.desk import Auditor, Desk
from hub.web.session import Session


class Commands(Protocol):
    """Where what people do is put: an inbox row and an audit row in one transaction."""

    def send(self, area: str, kind: str, body: dict[str, Any], actor: Actor, words: str = "") -> str:
        """Hand in a command; return "done", or "saved, being applied" when it was not applied within two seconds.

        Args:
            area: The area whose worker takes it.
            kind: `answer`.
            body: alert, kind (acknowledge, snooze, dispute), actor; until or reason where there is one.
            actor: Who sends it.
            words: Free text. It goes to the text table, and its reference into the body as `words_ref`.
        """
        ...

    def decide(self, area: str, kind: str, body: dict[str, Any], actor: Actor, words: str = "") -> dict[str, Any]:
        """Hand in what a steward decides; return its result: `entry`, or nothing where it is still being applied.

        Args:
            area: The area whose worker takes it.
            kind: decide_link, merge_children, split_child or undo.
            body: What the kind needs, with `reason`; `by` is added.
            actor: Who decides.
            words: Free text. It goes to the text table, and its reference into the body as `words_ref`.

        Raises:
            Conflict: The area's order of things forbids it: `reason` says why.
            NotFound: What it is about is gone.
        """
        ...


@dataclass(frozen=True)
class WebValues:
    """Settings of the pages.

    Attributes:
        demo: The store is marked as a demo: only then is there a sign-in, and only over loopback.
        session_key: Secret that signs sessions; a new one signs everybody out.
        now: The clock, for the age of sessions alone.
        session_hours: How long a session lasts.
    """

    demo: bool
    session_key: bytes
    now: Callable[[], datetime]
    session_hours: int = 8


@dataclass(frozen=True)
class Site:
    """Everything a route needs."""

    reader: Callable[[], Reader]
    auditor: Auditor
    commands: Commands
    values: WebValues
    rules: Mapping[str, Mapping[str, Any]]
    rulebook: Rulebook

    def desk(self, session: Session, purpose: str = "") -> Desk:
        """Return the desk of whoever is signed in."""
        return Desk(self.reader(), self.auditor, session.actor, purpose or session.purpose)


def site_of(request: Request) -> Site:
    """Return the site of the app that answers the request."""
    site: Site = request.app.state.site
    return site
