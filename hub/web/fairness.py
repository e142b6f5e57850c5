"""The page that shows how well records find each other, group by group: a bar for each interval, a line for all."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from hub.domain.access import ROLES
from hub.domain.disclose import THRESHOLD
from hub.domain.identity.fairness import ALL, Group, Ratio
from hub.domain.identity.groups import NAMES
from hub.queries.fairness import MEASURES, PURPOSES, fairness
from hub.web.looks import page
from hub.web.signin import signed_in
from hub.web.site import site_of

TITLES = {"linked": "Found another record", "review": "Sent to review", "decided": "Questions decided"}
HEADS = {"ethnicity": "Ethnicity", "sex": "Sex", "age": "Age", "looked_after": "Looked after", "area": "Area"}
STEP = 5


class Scale(Struct, frozen=True):
    """The line on which a measure's intervals are drawn, in per cent of its share: whole fives around all of them."""

    first: float
    last: float

    def at(self, per_cent: float) -> float:
        """Return the place of a share on the line, in per cent of its width."""
        return round(100 * (per_cent - self.first) / (self.last - self.first), 2)


class Bar(Struct, frozen=True):
    """One interval on its line; places and width in per cent."""

    start: float
    width: float
    point: float


def scale(ratios: Sequence[Ratio]) -> Scale:
    """Return the line on which all intervals have room.

    >>> scale([Ratio(95, 100, 95.0, 88.8, 97.8), Ratio()])
    Scale(first=85, last=100)
    """
    low = min((one.low for one in ratios if one.low is not None), default=0.0)
    high = max((one.high for one in ratios if one.high is not None), default=100.0)
    first, last = int(low // STEP * STEP), int(-(-high // STEP) * STEP)
    return Scale(first, max(last, first + STEP))


def bar(one: Ratio, line: Scale) -> Bar | None:
    """Return the bar of an interval; `None` where nothing is shown."""
    if one.low is None or one.high is None or one.per_cent is None:
        return None
    start = line.at(one.low)
    return Bar(start, round(max(line.at(one.high) - start, 0.5), 2), line.at(one.per_cent))


def fairness_page(request: Request) -> Response:
    """Show the figures of the actor's areas; `area` narrows them to one."""
    session = signed_in(request)
    role = ROLES[session.actor.role]
    desk = site_of(request).desk(session, next((one for one in PURPOSES if one in role.purposes), ""))
    area = request.query_params.get("area", "")
    found = fairness(desk, area)
    lines = {name: scale([group.figures[name] for group in found]) for name in MEASURES}
    (everybody,) = (group for group in found if group.dimension == ALL) if found else (None,)
    return page(
        request, "fairness.html", desk=desk, area=area, everybody=everybody, titles_of=TITLES, heads=HEADS, lines=lines,
        dimensions=_by_dimension(found), bar=bar, names=NAMES, threshold=THRESHOLD,
    )  # fmt: skip


def _by_dimension(found: Sequence[Group]) -> Mapping[str, list[Group]]:
    by = {name: list(groups) for name, groups in groupby(found, key=lambda group: group.dimension)}
    return {name: groups for name, groups in by.items() if name != ALL and len(groups) > 1}
