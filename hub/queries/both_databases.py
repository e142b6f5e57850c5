"""Pieces of SQL over events that SQLite and PostgreSQL understand alike.

Both have `json(text)` and the arrows for what lies in it. Dates are ISO texts, so days between them are counted with whole
numbers. Names of tables are fixed in these pieces: `o` is the obligation, `t` the attribution of an event to its child.
"""


def field(event: str, name: str) -> str:
    """Return a field of an event's payload; null for one that was erased."""
    body = f"CASE WHEN {event}.kind = 'event' AND {event}.body <> '' THEN {event}.body END"
    return f"json({body}) -> 'data' ->> '{name}'"


def live(event: str) -> str:
    """Return the condition that an event holds now: the highest revision of its slot, and not erased."""
    newer = f"n.area = {event}.area AND n.slot = {event}.slot AND n.kind = 'event' AND n.revision > {event}.revision"
    return f"{event}.kind = 'event' AND {event}.body <> '' AND NOT EXISTS (SELECT 1 FROM journal n WHERE {newer})"


def events(event: str, kind: str) -> str:
    """Return the live events of a kind about the child of `o`, as FROM and WHERE."""
    return (
        f"FROM attribution t JOIN journal {event} ON {event}.area = t.area AND {event}.id = t.event"
        f" WHERE t.area = o.area AND t.child = o.child AND t.known_to IS NULL AND {event}.type = '{kind}' AND {live(event)}"
    )


def of_start(name: str) -> str:
    """Return a field of the event that started the duty of `o`."""
    return (
        f"(SELECT MIN({field('s', name)}) FROM journal s"
        " WHERE s.area = o.area AND s.kind = 'event' AND s.id = json(o.because) ->> 0)"
    )


def day_number(day: str) -> str:
    """Return the Julian day number of an ISO date: the one arithmetic that both databases share (Fliegel, Flandern 1968)."""
    y, m, d = (f"CAST(substr({day}, {first}, {length}) AS INTEGER)" for first, length in ((1, 4), (6, 2), (9, 2)))
    a = f"(14 - {m}) / 12"
    years, months = f"({y} + 4800 - {a})", f"({m} + 12 * ({a}) - 3)"
    return f"({d} + (153 * {months} + 2) / 5 + 365 * {years} + {years} / 4 - {years} / 100 + {years} / 400)"
