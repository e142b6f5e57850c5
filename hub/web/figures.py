"""The pages of figures: what is measured, and for those who open records the cases behind each."""

from starlette.requests import Request
from starlette.responses import Response

from hub.domain.access import ROLES
from hub.domain.measures import BY_ID, OPEN_NOTE
from hub.queries.desk import Desk
from hub.queries.measures import GROUPS, PURPOSES, Asked, cases, figures
from hub.web.looks import page
from hub.web.signin import signed_in
from hub.web.site import site_of


def measures_page(request: Request) -> Response:
    """Show figures by measure; `area`, `year` and `by` narrow them or break them down."""
    desk, asked = _desk(request), _asked(request)
    found = figures(desk, asked)
    by_measure = {name: [figure for figure in found if figure.measure == name] for name in BY_ID}
    shown = [(BY_ID[name], rows) for name, rows in by_measure.items() if rows]
    return page(request, "measures.html", desk=desk, asked=asked, shown=shown, groups=sorted(GROUPS), note=OPEN_NOTE)


def measure_page(request: Request) -> Response:
    """Show the cases behind a figure."""
    desk, asked = _desk(request), _asked(request)
    rows = cases(desk, asked)
    return page(request, "measure.html", desk=desk, asked=asked, measure=BY_ID[asked.measure], rows=rows)


def _asked(request: Request) -> Asked:
    said = request.query_params
    by = said.get("by", "")
    of = {name: said[name] for name in GROUPS if name in said}
    return Asked(
        request.path_params.get("measure", ""),
        said.get("area", ""),
        said.get("year", ""),
        by if by in GROUPS else "",
        of,
    )


def _desk(request: Request) -> Desk:
    """Return a desk for a purpose for which figures are read, where the role has one."""
    session = signed_in(request)
    role = ROLES[session.actor.role]
    return site_of(request).desk(session, next((one for one in PURPOSES if one in role.purposes), ""))
