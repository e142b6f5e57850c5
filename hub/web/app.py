"""The web app: routes, and what surrounds them. Read the route list first."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from hub.domain.errors import HubError
from hub.domain.rules import Rulebook
from hub.ports import Reader
from hub.queries.desk import Auditor
from hub.web import api, fairness, figures, pages, problems, signin, steward
from hub.web.guard import DemoOnly, SafeHeaders, is_loopback
from hub.web.looks import page
from hub.web.problems import Problem
from hub.web.session import Sessions
from hub.web.site import Commands, Site, WebValues

LOG = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "static"

ROUTES = [
    Route("/", signin.home, methods=["GET"]),
    Route("/sign-in", signin.sign_in, methods=["POST"]),
    Route("/sign-out", signin.sign_out, methods=["POST"]),
    Route("/worklist", pages.worklist_page, methods=["GET"]),
    Route("/children/{child}", pages.child_page, methods=["GET"]),
    Route("/alerts/{alert}", pages.alert_page, methods=["GET"]),
    Route("/alerts/{alert}/{answer}", pages.answer_alert, methods=["POST"]),
    Route("/backlog", pages.backlog_page, methods=["GET"]),
    Route("/feeds", pages.feeds_page, methods=["GET"]),
    Route("/measures", figures.measures_page, methods=["GET"]),
    Route("/measures/{measure}", figures.measure_page, methods=["GET"]),
    Route("/steward", steward.queue_page, methods=["GET"]),
    Route("/steward/next", steward.next_page, methods=["GET"]),
    Route("/steward/history", steward.history_page, methods=["GET"]),
    Route("/steward/history/{entry}/undo", steward.undo_decision, methods=["POST"]),
    Route("/steward/disclosures/{child}", steward.disclosures_page, methods=["GET"]),
    Route("/steward/fairness", fairness.fairness_page, methods=["GET"]),
    Route("/steward/child/{child}", steward.child_page, methods=["GET"]),
    Route("/steward/child/{child}/split", steward.split_child, methods=["POST"]),
    Route("/steward/child/{child}/merge", steward.merge_child, methods=["POST"]),
    Route("/steward/{match}", steward.question_page, methods=["GET"]),
    Route("/steward/{match}/{verdict}", steward.decide_question, methods=["POST"]),
    Route("/api/obligations", api.obligations, methods=["GET"]),
    Route("/api/alerts", api.alerts, methods=["GET"]),
    Route("/api/children/{child}", api.child, methods=["GET"]),
    Mount("/static", StaticFiles(directory=STATIC)),
]


def create_app(
    reader_factory: Callable[[], Reader],
    auditor: Auditor,
    commands: Commands,
    config_values: WebValues,
    rules: Mapping[str, Mapping[str, Any]],
    rulebook: Rulebook,
) -> Starlette:
    """Return the app.

    Args:
        reader_factory: Gives the reader of one request.
        auditor: Records every read.
        commands: Takes what people do.
        config_values: Whether this is a demo store, the key of sessions, the clock.
        rules: Rule id to `duty`, `source`, `duty_force`, `limit_force`, `enactment`, `signed_off` and `doubt`.
        rulebook: The law by which processes are told apart and days are counted.
    """
    app = Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(SafeHeaders),
            Middleware(DemoOnly, demo=config_values.demo, refused=_closed),
            Middleware(Sessions),
        ],
        exception_handlers={HTTPException: _failed, HubError: _failed, Problem: _failed, 500: _failed},
    )
    app.state.site = Site(reader_factory, auditor, commands, config_values, rules, rulebook)
    return app


def _closed(request: Request) -> Response:
    """Answer those who cannot be let in: there is no sign-in yet that could tell who they are."""
    if request.url.path.startswith("/api/"):
        return problems.document(
            request, Problem(403, "This store can be read by the command line only: hub show --help")
        )
    return page(request, "closed.html", 403, is_near=is_loopback(request))


def _failed(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        error = Problem(error.status_code, "")
    problem = problems.of_error(error)
    if problem.status == 500:
        LOG.error("%s on %s", type(error).__name__, request.scope.get("route") and request.scope["route"].path)
    if request.url.path.startswith("/api/"):
        return problems.document(request, error)
    if problem.status == 401:
        return signin.to_home()
    return page(request, "problem.html", problem.status, problem=problem, title=problems.TITLES.get(problem.status, ""))
