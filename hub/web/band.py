"""The band of days outstanding: a process's days by who was past a date of their own, and the numbers beside it."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct, structs

from hub.domain.alert_texts import counted, day
from hub.queries.outstanding import BodySeen, ProcessDays, SpanSeen
from hub.web.clocks import Axis

_LABEL_FROM = 5.0
"""Share of the picture, in per cent, from which a stretch has room for letters, on a phone too."""


class Stretch(Struct, frozen=True):
    """Days in a row on which the same bodies were past their dates.

    Attributes:
        kind: none, one, several, or unheard.
        letters: Of the bodies; empty where there is no room for them.
        middle: Where they stand.
        is_inside: They stand inside the stretch, not above it.
        names: Of the bodies, in order.
    """

    kind: str
    at: str
    width: str
    middle: str
    letters: str
    is_inside: bool
    first: date
    last: date
    days: int
    names: tuple[str, ...]


class Lettered(Struct, frozen=True):
    """A body and the letter it has on the band."""

    letter: str
    body: BodySeen


class Band(Struct, frozen=True):
    """The days of a process on its line."""

    stretches: tuple[Stretch, ...]
    bodies: tuple[Lettered, ...]
    said: str


def band(days: ProcessDays, line: Axis) -> Band:
    """Return the days of a process as stretches; the steps awaited are in the table only."""
    letters = {body.body: _letter(n) for n, body in enumerate(days.bodies)}
    stretches = [_stretch(span, letters, line, days.counted_to) for span in joined(days.spans, days.counted_to)]
    return Band(
        tuple(_uncrowded(stretches)), tuple(Lettered(letters[body.body], body) for body in days.bodies), in_short(days)
    )


def joined(spans: Iterable[SpanSeen], counted_to: date) -> list[SpanSeen]:
    """Return the spans with those put together between which no body changed, but for the days not heard of yet."""
    found: list[SpanSeen] = []
    for span in spans:
        if found and found[-1].bodies == span.bodies and (found[-1].last <= counted_to) == (span.last <= counted_to):
            last = found.pop()
            span = structs.replace(last, last=span.last, days=last.days + span.days)
        found.append(span)
    return found


def in_short(days: ProcessDays) -> str:
    """Return the numbers of a process in a few words."""
    late = days.sole_days + days.shared_days
    return f"{late} of {counted(days.elapsed_days, 'day')}" if late else f"none of {counted(days.elapsed_days, 'day')}"


def summary(days: ProcessDays) -> str:
    """Return the days of a process in one or two sentences."""
    late = days.sole_days + days.shared_days
    if days.ended_on:
        began = f"{day(days.started_on)} to {day(days.ended_on)}: {counted(days.elapsed_days, 'day')}"
    else:
        began = f"Began {day(days.started_on)}: {counted(days.elapsed_days, 'day')} so far"
    if not late:
        return f"{began}, none of them outstanding."
    rest = counted(days.not_heard_days, "day is", "days are")
    to = f" The feeds tell all up to {day(days.counted_to)}; {rest} not heard of yet." if days.not_heard_days else ""
    return f"{began}, {in_time(days)} of them in time and {counted(late, 'day')} outstanding.{to}"


def in_time(days: ProcessDays) -> int:
    """Return how many days were in time as far as the feeds tell."""
    return days.in_time_days - days.not_heard_days


def shares(body: BodySeen) -> str:
    """Return the days of one body in words.

    >>> shares(BodySeen("T1", "Vale", 1, 10, ()))
    '1 day alone, 10 days together with others'
    """
    parts = [f"{counted(body.sole_days, 'day')} alone"] if body.sole_days or not body.shared_days else []
    parts += [f"{counted(body.shared_days, 'day')} together with others"] if body.shared_days else []
    return ", ".join(parts)


def _stretch(span: SpanSeen, letters: dict[str, str], line: Axis, counted_to: date) -> Stretch:
    # A span begins with its first day and ends with its last, and the line has one place per day: the day before is
    # where the first one begins.
    start, end = line.at(date.fromordinal(span.first.toordinal() - 1)), line.at(span.last)
    there = "+".join(letters[body] for body in span.bodies)
    kind = (
        "several"
        if len(span.bodies) > 1
        else "one"
        if span.bodies
        else "unheard"
        if span.first > counted_to
        else "none"
    )
    is_inside = end - start >= _LABEL_FROM * max(1, (len(there) + 1) / 2)
    return Stretch(
        kind, f"{start}%", f"{round(end - start, 2)}%", f"{round((start + end) / 2, 2)}%", there,
        is_inside, span.first, span.last, span.days, span.names,
    )  # fmt: skip


def _uncrowded(stretches: Iterable[Stretch]) -> Iterable[Stretch]:
    """Yield the stretches; letters above the band that would touch those before them are left to the table."""
    last = -100.0
    for one in stretches:
        middle = float(one.middle.rstrip("%"))
        if one.letters and not one.is_inside and middle - last < _LABEL_FROM * (len(one.letters) + 1) / 2:
            yield structs.replace(one, letters="")
            continue
        last = middle if one.letters and not one.is_inside else last
        yield one


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else str(number + 1)
