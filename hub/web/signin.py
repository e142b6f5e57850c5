"""Signing in to a demo store: one card per role. Real sign-in comes later; until then no other store has pages."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hub.domain.access import ROLES
from hub.queries.offers import offers
from hub.web.guard import is_from_own_page
from hub.web.looks import page, session_of
from hub.web.problems import Problem
from hub.web.session import COOKIE, Session, begin, is_token, keep
from hub.web.site import site_of

_FIRST = {"data_manager": "/feeds", "operations": "/feeds", "steward": "/steward"}


def home(request: Request) -> Response:
    site, session = site_of(request), session_of(request)
    visitor = session or begin(site.values.now())
    request.state.session = visitor
    answer = page(request, "sign_in.html", offers=offers(site.reader()), first=first_page)
    if session is None:
        keep(answer, visitor, site.values.session_key, request)
    return answer


async def sign_in(request: Request) -> Response:
    site = site_of(request)
    form = await checked_form(request)
    offered = await run_in_threadpool(lambda: offers(site.reader()))
    chosen = next((o for of_role in offered.values() for o in of_role if o.key == form.get("offer")), None)
    if chosen is None:
        raise Problem(400, "Choose one of the people on the sign-in page.")
    session = begin(site.values.now(), chosen.actor, ROLES[chosen.actor.role].purposes[0])
    answer = RedirectResponse(first_page(chosen.actor.role), 303)
    keep(answer, session, site.values.session_key, request)
    return answer


async def sign_out(request: Request) -> Response:
    await checked_form(request)
    answer = to_home()
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def to_home() -> RedirectResponse:
    """Return the way to the sign-in page."""
    return RedirectResponse("/", 303)


def first_page(role: str) -> str:
    """Return the page a role begins with."""
    return _FIRST.get(role, "/worklist")


def signed_in(request: Request) -> Session:
    """Return the session of whoever is signed in.

    Raises:
        Problem: Nobody is.
    """
    session = session_of(request)
    if session is None or not session.is_signed_in:
        raise Problem(401, "Sign in first.")
    return session


async def checked_form(request: Request) -> dict[str, str]:
    """Return the fields of a form that one of our own pages of this session sent.

    Raises:
        Problem: It came from somewhere else, or from a page that is too old.
    """
    form = await request.form()
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    session = session_of(request)
    if not is_from_own_page(request) or session is None:
        raise Problem(403, "This form did not come from a page of this session. Open the page again.")
    if not is_token(session, site_of(request).values.session_key, fields.get("csrf", "")):
        raise Problem(403, "This form did not come from a page of this session. Open the page again.")
    return fields
