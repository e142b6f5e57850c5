"""What surrounds every answer: who may reach us at all, and the headers that keep a page to itself."""

from collections.abc import Callable
from ipaddress import ip_address

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_loopback(request: Request) -> bool:
    """Tell whether a request comes from this machine itself, by its own name and through nobody.

    The name in the Host header is checked too: a page elsewhere may have its own name point at 127.0.0.1.
    """
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return _is_own(request.client.host) and _is_own(request.url.hostname or "")


def is_from_own_page(request: Request) -> bool:
    """Tell whether a form was sent by a page of ours; browsers say so in one of two headers, old ones in none."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = f"{request.url.scheme}://{request.url.netloc}"
    return site in (None, "same-origin", "none") and origin in (None, own)


def _is_own(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class SafeHeaders:
    """Puts the headers on every answer, and keeps pages out of caches."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an app."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_static = scope["path"].startswith("/static/")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers["Cache-Control"] = "max-age=3600" if is_static else "no-store"
            await send(message)

        await self.app(scope, receive, with_headers)


class DemoOnly:
    """Lets nobody in but a browser on this machine reading a demo store; the rest is for the command line."""

    def __init__(self, app: ASGIApp, demo: bool, refused: Callable[[Request], Response]) -> None:
        """Wrap an app.

        Args:
            app: What is guarded.
            demo: Whether the store is marked as a demo.
            refused: Makes the answer for everybody else.
        """
        self.app, self.demo, self.refused = app, demo, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            request = Request(scope)
            if not (self.demo and is_loopback(request)):
                await self.refused(request)(scope, receive, send)
                return
        await self.app(scope, receive, send)
