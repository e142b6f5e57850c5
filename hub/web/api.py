"""The JSON API: the same queries as the pages, for the purpose that the caller names."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from hub.queries.alerts import list_alerts
from hub.queries.child import Clock, child_view
from hub.queries.desk import Desk
from hub.queries.obligations import Wanted, list_obligations
from hub.queries.outstanding import process_days
from hub.web.problems import Problem
from hub.web.signin import signed_in
from hub.web.site import site_of

LIMIT_AT_MOST = 500


def obligations(request: Request) -> Response:
    return _listed(*list_obligations(_desk(request), _wanted(request)))


def alerts(request: Request) -> Response:
    return _listed(*list_alerts(_desk(request), _wanted(request)))


def child(request: Request) -> Response:
    desk = _desk(request)
    view = child_view(desk, request.path_params["child"])
    return _json(
        {
            "child": view.child.child,
            "area": view.area,
            "on": view.on,
            "reference": view.child.reference,
            "own_id": view.child.own_id,
            "own_source": view.child.own_source,
            "name": view.child.name,
            "obligations": [_clock(clock) for clock in view.clocks],
            "outstanding": process_days(desk, site_of(request).rulebook, [clock.duty for clock in view.clocks]),
            "provision": view.lines,
            "alerts": view.alerts,
        }
    )


def _desk(request: Request) -> Desk:
    session = signed_in(request)
    purpose = request.query_params.get("purpose") or request.headers.get("purpose", "")
    if not purpose:
        raise Problem(400, "Say for what purpose you ask: ?purpose=duty_monitoring, or a header Purpose.")
    return site_of(request).desk(session, purpose)


def _wanted(request: Request) -> Wanted:
    query = request.query_params
    text = query.get("limit", "100")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LIMIT_AT_MOST:
        raise Problem(400, f"limit is a number from 1 to {LIMIT_AT_MOST}")
    return Wanted(
        query.get("area", ""), query.get("state", ""), query.get("rule", ""), query.get("after", ""), int(text)
    )


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(clock.duty),
        "owed_by": clock.owed_by,
        "events": clock.events,
        "events_not_shown": clock.unseen,
        "exempt_from": clock.exempt_from,
        "exempt_until": clock.exempt_until,
    }


def _listed(items: Sequence[Struct], after: str) -> Response:
    return _json({"items": items, "next": after or None})


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
