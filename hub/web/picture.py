"""A child's processes as pictures: which duties get a bar, under which heading, and the band of days below them."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct, structs

from hub.domain.rules import Rulebook
from hub.queries.child import ChildView, Clock
from hub.queries.desk import Desk
from hub.queries.outstanding import ProcessDays, days_of
from hub.queries.processes import Process, is_live, processes
from hub.web import titles
from hub.web.band import Band, band
from hub.web.bars import LEGEND, Bar, bar, end_of, is_drawn
from hub.web.clocks import Axis

BARS_AT_MOST = 14
OPEN_AT_MOST = 3
_FIRST = ("overdue", "past_due_unconfirmed", "not_known", "sent_not_recorded", "at_risk", "open", "exempt_claimed",
          "exempt", "met_late", "met", "lapsed")  # fmt: skip
_RUNNING = _FIRST[:8]


class Group(Struct, frozen=True):
    """Bars under one heading; none for those that stand alone."""

    heading: str
    bars: tuple[Bar, ...]


class Picture(Struct, frozen=True):
    """What is drawn of one process.

    Attributes:
        today: Where the date asked about stands; empty if it is outside.
        legend: Kinds of piece that occur and what they are called.
        band: Days outstanding; `None` where they are not counted.
    """

    line: Axis
    today: str
    groups: tuple[Group, ...]
    legend: tuple[tuple[str, str], ...]
    band: Band | None


class Shown(Struct, frozen=True):
    """One process on the page.

    Attributes:
        name: Distinct on the page, for anchors.
        picture: `None` where nothing of it has a date.
        drawn: Duties with a bar, in the order of the picture.
        more: Those with dates that found no room.
        untimed: Duties without a number of days.
        conditional: Duties owed only if it comes to that.
        trial: Duties by rules that are not live in the area.
        is_open: Its picture is seen without asking for it.
    """

    name: str
    heading: str
    started_on: date | None
    ended_on: date | None
    days: ProcessDays | None
    picture: Picture | None
    drawn: tuple[Clock, ...]
    more: tuple[Clock, ...]
    untimed: tuple[Clock, ...]
    conditional: tuple[Clock, ...]
    trial: tuple[Clock, ...]
    is_open: bool = True


def shown(view: ChildView, desk: Desk, rulebook: Rulebook) -> list[Shown]:
    """Return the processes of a child: those with a picture, the newest first, then one of all the rest."""
    by_id = {clock.duty.obligation: clock for clock in view.clocks}
    with_bars: list[Shown] = []
    others: list[Clock] = []
    for process in processes((clock.duty for clock in view.clocks), rulebook):
        clocks = [by_id[duty.obligation] for duty in process.duties]
        one = _shown(process, clocks, view, desk, rulebook)
        if one.picture is None:
            others += clocks
        else:
            with_bars.append(one)
    running = [one for one in with_bars if one.ended_on is None][:OPEN_AT_MOST] or with_bars[:1]
    with_bars = [_numbered(one, n, one in running) for n, one in enumerate(with_bars, 1)]
    if others:
        rest = _shown(Process("", "", False, tuple(clock.duty for clock in others)), others, view, desk, rulebook)
        with_bars.append(_numbered(rest, len(with_bars) + 1, True))
    return with_bars


def _numbered(one: Shown, number: int, is_open: bool) -> Shown:
    return structs.replace(one, name=f"process-{number}", is_open=is_open)


def _shown(process: Process, clocks: Sequence[Clock], view: ChildView, desk: Desk, rulebook: Rulebook) -> Shown:
    area = desk.areas[view.area]
    live = [clock for clock in clocks if is_live(clock.duty, area)]
    timed = [clock for clock in live if is_drawn(clock.duty)] if view.on else []
    kept, more = bounded(timed)
    days = days_of(desk, rulebook, process)
    picture = draw(kept, days, view.on, rulebook, desk.actor.role == "family") if kept and view.on else None
    rest = [clock for clock in live if clock not in timed]
    return Shown(
        "", titles.heading(process.kind, process.is_series), process.started_on if clocks else None,
        _ended(timed, days), days, picture,
        tuple(b.clock for group in picture.groups for b in group.bars) if picture else (), more,
        tuple(clock for clock in rest if clock.duty.state != "conditional"),
        tuple(clock for clock in rest if clock.duty.state == "conditional"),
        tuple(clock for clock in clocks if clock not in live),
    )  # fmt: skip


def bounded(timed: Sequence[Clock], at_most: int = BARS_AT_MOST) -> tuple[tuple[Clock, ...], tuple[Clock, ...]]:
    """Return those that get a bar, what runs or is past its date before what is done, and those that find no room."""
    ranked = sorted(timed, key=lambda clock: (_rank(clock), clock.duty.due_on or date.max, clock.duty.obligation))
    chosen = {clock.duty.obligation for clock in ranked[:at_most]}
    kept = tuple(clock for clock in timed if clock.duty.obligation in chosen)
    return kept, tuple(clock for clock in timed if clock.duty.obligation not in chosen)


def draw(clocks: Sequence[Clock], days: ProcessDays | None, on: date, rulebook: Rulebook, is_family: bool) -> Picture:
    """Return the picture of duties that are drawn, at least one.

    Args:
        is_family: The reader is the family itself: its windows are called its own.
    """
    line = axis(clocks, on)
    bars = [bar(clock, line, on, days.counted_to if days else on) for clock in clocks]
    kinds = {piece.kind for one in bars for piece in one.pieces}
    return Picture(
        line, f"{line.at(on)}%" if line.first <= on <= line.last else "",
        tuple(_groups(bars, rulebook, is_family)),
        tuple((kind, words) for kind, words in LEGEND.items() if kind in kinds),
        band(days, line) if days else None,
    )  # fmt: skip


def axis(clocks: Iterable[Clock], on: date) -> Axis:
    """Return the line on which all these duties fit, and the date asked about while one of them runs."""
    known = list(clocks)
    first = min(clock.duty.started_on or on for clock in known)
    ends = [end_of(clock.duty, on) for clock in known] + [c.exempt_until for c in known if c.exempt_until]
    return Axis(first, max(*ends, *([on] if any(clock.duty.state in _RUNNING for clock in known) else []), first))


def _groups(bars: Sequence[Bar], rulebook: Rulebook, is_family: bool) -> Iterable[Group]:
    """Yield the bars by family of rules, in order of their first bars, then those of no family, then the windows."""
    by_family: dict[str, list[Bar]] = {}
    for one in bars:
        rule = rulebook.by_id.get(one.clock.duty.rule)
        family = "window" if one.is_window else rule.family if rule else ""
        by_family.setdefault(family if family in titles.FAMILIES else "", []).append(one)
    windows = by_family.pop("window", [])
    alone = [one for family, found in by_family.items() if not family or len(found) == 1 for one in found]
    together = {family: found for family, found in by_family.items() if family and len(found) > 1}
    for family, found in together.items():
        yield Group(titles.FAMILIES[family], tuple(found))
    if alone:
        yield Group(titles.OTHER_STEPS if together else "", tuple(alone))
    if windows:
        yield Group("Your time to answer" if is_family else titles.FAMILIES["window"], tuple(windows))


def _rank(clock: Clock) -> int:
    state = clock.duty.state
    return _FIRST.index(state) if state in _FIRST else len(_FIRST)


def _ended(timed: Sequence[Clock], days: ProcessDays | None) -> date | None:
    if days is not None:
        return days.ended_on
    if not timed or any(clock.duty.state in _RUNNING for clock in timed):
        return None
    return max((clock.duty.done_on or clock.duty.due_on or date.min for clock in timed), default=None)
