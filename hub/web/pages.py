"""The pages: each opens a desk, asks one query and fills one template."""

from datetime import date

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hub.domain.errors import Forbidden, NotFound
from hub.queries.backlog import backlog
from hub.queries.cases import WorkRow, enriched, may_answer
from hub.queries.child import AlertSeen, alert_view, child_view
from hub.queries.desk import Desk
from hub.queries.feeds import feeds
from hub.queries.obligations import duty_of_id
from hub.queries.worklist import SECTIONS, worklist
from hub.web.forms import read_answer
from hub.web.looks import page
from hub.web.picture import shown
from hub.web.signin import checked_form, signed_in
from hub.web.site import site_of
from hub.web.wording import DISPUTES

ANSWERS = ("acknowledge", "snooze", "dispute")
LISTED, LISTED_ALONE = 10, 50


def worklist_page(request: Request) -> Response:
    desk = _desk(request)
    state = request.query_params.get("state", "")
    if state and state not in SECTIONS[desk.access.scope]:
        raise NotFound("list", "")
    found = worklist(desk, state, request.query_params.get("after", ""), LISTED_ALONE if state else LISTED)
    return page(request, "worklist.html", work=found, desk=desk, state=state, done=request.query_params.get("done", ""))


def child_page(request: Request) -> Response:
    desk = _desk(request)
    view = child_view(desk, request.path_params["child"])
    return page(request, "child.html", view=view, desk=desk, processes=shown(view, desk, site_of(request).rulebook))


def alert_page(request: Request) -> Response:
    desk = _desk(request)
    return _alert(request, desk, 200, {}, {})


async def answer_alert(request: Request) -> Response:
    session = signed_in(request)
    form = await checked_form(request)
    return await run_in_threadpool(_answer, request, site_of(request).desk(session), form)


def backlog_page(request: Request) -> Response:
    desk = _desk(request)
    return page(request, "backlog.html", backlog=backlog(desk, request.query_params.get("after", "")), desk=desk)


def feeds_page(request: Request) -> Response:
    desk = _desk(request)
    return page(request, "feeds.html", found=feeds(desk), desk=desk)


def _answer(request: Request, desk: Desk, form: dict[str, str]) -> Response:
    alert, answer = request.path_params["alert"], request.path_params["answer"]
    if answer not in ANSWERS:
        raise NotFound("answer", "")
    seen, _ = alert_view(desk, alert)
    if not may_answer(desk, seen.role):
        raise Forbidden(desk.actor.role, answer, "the alert is for others")
    read = read_answer(answer, alert, form, desk.areas[seen.area].on or seen.on or date.min)
    if read.errors:
        return _alert(request, desk, 400, read.errors, form)
    result = site_of(request).commands.send(
        seen.area, "answer", read.body | {"actor": desk.actor.name}, desk.actor, read.words
    )
    saved = "" if result == "done" else "&saved=waiting"
    where = (
        f"/worklist?done={answer}{saved}" if form.get("from") == "worklist" else f"/alerts/{alert}?done={answer}{saved}"
    )
    return RedirectResponse(where, 303)


def _alert(request: Request, desk: Desk, status: int, errors: dict[str, str], form: dict[str, str]) -> Response:
    seen, child = alert_view(desk, request.path_params["alert"])
    return page(
        request, "alert.html", status, alert=seen, child=child, row=_row(desk, seen), desk=desk, errors=errors,
        may_answer=may_answer(desk, seen.role),
        form=form, disputes=DISPUTES, done=request.query_params.get("done", ""),
        saved=request.query_params.get("saved", ""),
    )  # fmt: skip


def _row(desk: Desk, seen: AlertSeen) -> WorkRow | None:
    duty = duty_of_id(desk, seen.obligation) if seen.obligation else None
    return enriched(desk, [duty])[0] if duty else None


def _desk(request: Request) -> Desk:
    return site_of(request).desk(signed_in(request))
