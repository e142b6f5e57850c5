"""Jinja with the NHS.UK components, and what our templates may call."""

from functools import cache
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from hub.domain.alert_texts import counted, day
from hub.queries import weights
from hub.queries.delays import lateness
from hub.queries.feeds import may_see_feeds
from hub.queries.measures import may_see_figures
from hub.queries.records import HOW
from hub.queries.stewardship import may_see_questions
from hub.web import band, clocks, titles, weeks, weighing, wording
from hub.web.session import Session, token
from hub.web.site import site_of


@cache
def environment() -> Environment:
    """Return the one environment; what is undefined is empty, as the NHS.UK templates expect."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader("hub.web"), PackageLoader("nhsuk_frontend_jinja")]),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": day,
        "brief": wording.brief,
        "event_words": wording.event_words,
        "plain": lambda code: str(code).replace("_", " "),
        "number": lambda value: f"{value:g}",
        "counted": counted,
        "lower_first": wording.lower_first,
    }
    made.globals |= {
        "words": wording,
        "bands": band,
        "clocks": clocks,
        "lateness": lateness,
        "titles": titles,
        "weeks": weeks,
        "weighing": weighing,
        "weights": weights,
        "how": HOW,
        "error_list": lambda errors: [{"text": text, "href": f"#{field}"} for field, text in errors.items()],
        "dispute_items": lambda reasons: [{"value": code, "text": text} for code, text in reasons.items()],
    }
    return made


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a rendered page, with what every page needs: who is signed in, and the token for its forms."""
    site, session = site_of(request), session_of(request)
    values |= {
        "session": session,
        "csrf": token(session, site.values.session_key) if session else "",
        "path": request.url.path,
        "rules": site.rules,
        "may_see_feeds": may_see_feeds(session.actor.role) if session else False,
        "may_see_questions": may_see_questions(session.actor.role) if session else False,
        "may_see_figures": may_see_figures(session.actor.role) if session else False,
    }
    return HTMLResponse(environment().get_template(template).render(**values), status)


def session_of(request: Request) -> Session | None:
    """Return the session the middleware found, signed in or a visitor's."""
    found: Session | None = getattr(request.state, "session", None)
    return found
