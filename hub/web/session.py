"""Signed sessions in a cookie, and the tokens that tie a form to them. Nothing is kept on the server."""

import base64
import hmac
import secrets
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.domain.access import Actor
from hub.domain.identifiers import Keyed

COOKIE = "tell_once"


class Session(Struct, frozen=True):
    """Who is signed in, or a visitor (no role) whose forms need a token all the same.

    Attributes:
        nonce: Random; ties forms to this session.
        since: Instant of its beginning, ISO in UTC.
    """

    nonce: str
    since: str
    actor: Actor = Actor("", "")
    purpose: str = ""

    @property
    def is_signed_in(self) -> bool:
        """Tell whether somebody signed in."""
        return bool(self.actor.role)


def begin(now: datetime, actor: Actor | None = None, purpose: str = "") -> Session:
    """Return a new session."""
    return Session(secrets.token_urlsafe(18), now.isoformat(), actor or Actor("", ""), purpose)


def sealed(session: Session, key: bytes) -> str:
    """Return the session as the signed text of a cookie."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(session))
    return f"{body.decode()}.{Keyed(key).signature(b'session ' + body)}"


def opened(text: str, key: bytes, now: datetime, hours: int) -> Session | None:
    """Return the session in a cookie, or `None` if it is not ours, was changed or is too old."""
    body, _, signature = text.partition(".")
    expected = Keyed(key).signature(b"session " + body.encode())
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        return None
    try:
        session = msgspec.json.decode(base64.urlsafe_b64decode(body), type=Session)
        age = now - datetime.fromisoformat(session.since)
    except (ValueError, msgspec.MsgspecError):
        return None
    return session if timedelta(0) <= age < timedelta(hours=hours) else None


def token(session: Session, key: bytes) -> str:
    """Return the token that forms of this session carry."""
    return Keyed(key).signature(b"form " + session.nonce.encode())


def is_token(session: Session, key: bytes, text: str) -> bool:
    """Tell whether a form came from this session's own page."""
    return hmac.compare_digest(token(session, key).encode(), text.encode())


def keep(response: Response, session: Session, key: bytes, request: Request) -> None:
    """Set the cookie: unreadable to scripts, never sent from another site, gone with the browser."""
    response.set_cookie(
        COOKIE, sealed(session, key), httponly=True, samesite="strict", secure=request.url.scheme == "https", path="/"
    )


class Sessions:
    """Opens the session of every request into `request.state.session`."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] == "http":
            values = scope["app"].state.site.values
            cookie = HTTPConnection(scope).cookies.get(COOKIE, "")
            scope.setdefault("state", {})["session"] = opened(
                cookie, values.session_key, values.now(), values.session_hours
            )
        await self.app(scope, receive, send)
