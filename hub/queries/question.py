"""One question in full: two sides field by field, every record, the household, other candidates, what was decided before."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec import Struct

from hub.domain.identifiers import postcode
from hub.domain.identity.compare import FAMILY_DIFFERS, birth_date, names, place
from hub.domain.identity.normalise import Person, person
from hub.domain.instants import instant, local_date
from hub.domain.rules import Rulebook
from hub.queries.conditions import Condition, one_of
from hub.queries.desk import Desk
from hub.queries.preview import Preview, if_linked, if_parted
from hub.queries.records import Record, at_postcodes, records_of
from hub.queries.stewardship import Children, Waiting, check, question, questions
from hub.queries.weights import Weighing, weighing

Reads = Callable[[Record], str]
"""Reads one field of a record as people are shown it."""

SAME_HOME, SAME_POSTCODE = 0, 1
"""Levels of `place`: the same house, and the same postcode."""


class Held(Struct, frozen=True):
    """A value as records have it, with the systems that do."""

    value: str
    sources: tuple[str, ...]


class Row(Struct, frozen=True, kw_only=True):
    """One field of the two sides.

    Attributes:
        field: As the weights name it; empty for one that is not weighed.
        name: What people call it.
        ours: What the record, and those with it, say.
        theirs: What the child's records say.
        agrees: same, partly, differs, or empty where one side says nothing.
    """

    field: str
    name: str
    ours: tuple[Held, ...]
    theirs: tuple[Held, ...]
    agrees: str


class Neighbour(Struct, frozen=True, kw_only=True):
    """Another child at the same home, or of the same family name at that postcode."""

    child: str
    reference: str
    name: str
    birth_date: date | None
    is_home: bool
    is_twin: bool


class Earlier(Struct, frozen=True, kw_only=True):
    """Something a person decided before about one of the two."""

    on: date
    by: str
    what: str
    reason: str


class Question(Struct, frozen=True, kw_only=True):
    """All that one page shows of a question.

    Attributes:
        ours: The record in question first, then those with it.
        theirs: The child's own records; without the record where it is one of them.
        linked: What would change if they are one; `None` before the area's first tick.
        parted: The same if a record of the child leaves it; `None` where nothing would.
        candidates: Other questions about the same record, or about one of the two children.
    """

    asked: Waiting
    rows: tuple[Row, ...]
    ours: tuple[Record, ...]
    theirs: tuple[Record, ...]
    weighing: Weighing
    household: tuple[Neighbour, ...]
    candidates: tuple[Waiting, ...]
    earlier: tuple[Earlier, ...]
    linked: Preview | None
    parted: Preview | None


def question_view(desk: Desk, rulebook: Rulebook, match: str) -> Question:
    """Return a question in full.

    Raises:
        Forbidden: Records are compared for one purpose alone.
        NotFound: No such question, or not for this actor.
    """
    check(desk, f"identity question {match}")
    asked = question(desk, rulebook.holidays, match)
    area = asked.area
    found = records_of(desk, area, (asked.here, asked.child))
    own = (asked.source, asked.local_id)
    is_own = asked.here == asked.child
    ours = [r for r in found if (r.source, r.local_id) == own or (not is_own and r.child == asked.here)]
    ours.sort(key=lambda r: (r.source, r.local_id) != own)
    theirs = [r for r in found if r not in ours]
    around = household(desk, area, found)
    candidates = _candidates(desk, rulebook, asked)
    desk.shown(area, [asked.here, asked.child, *(n.child for n in around)])
    if is_own:
        linked, parted = None, if_parted(desk, rulebook, area, asked.child, [own])
    else:
        linked, parted = if_linked(desk, rulebook, area, asked.here, asked.child), None
    return Question(
        asked=asked, rows=tuple(compared(ours, theirs)), ours=tuple(ours), theirs=tuple(theirs),
        weighing=weighing(desk, area, asked.raised), household=tuple(around), candidates=candidates,
        earlier=tuple(earlier(desk, area, (asked.here, asked.child), found)), linked=linked, parted=parted,
    )  # fmt: skip


# ── two sides, field by field ─────────────────────────────────────────────────────────────────────────────────────────


def compared(ours: Sequence[Record], theirs: Sequence[Record]) -> list[Row]:
    """Return the fields of two sides, those that are weighed first; none that nobody fills."""
    we, they = [_person(r) for r in ours], [_person(r) for r in theirs]
    pairs = [(a, b) for a in we for b in they]
    given = [level for a, b in pairs if (level := names(a, b)[0]) >= 0]
    family = [level for a, b in pairs if (level := names(a, b)[1]) >= 0]
    born = [level for a, b in pairs if (level := birth_date(a.birth_date, b.birth_date)) >= 0]
    home = [level for a, b in pairs if (level := place(a, b)) >= 0]
    rows = [
        _row("given", "Given name", ours, theirs, lambda r: _two(r.given_names, r.preferred_name), _said(given, 6)),
        _row("family", "Family name", ours, theirs, lambda r: _two(r.family_name, *r.former_names, word="formerly"),
             _said(family, FAMILY_DIFFERS)),
        _row("birth_date", "Birth date", ours, theirs, lambda r: _date(r.birth_date), _said(born, 4)),
        _row("sex", "Sex", ours, theirs, lambda r: r.sex),
        _row("place", "Home", ours, theirs, lambda r: ", ".join(filter(None, (r.address, r.postcode))), _said(home, 4)),
        _row("nhs_number", "NHS number", ours, theirs, lambda r: _grouped(r.nhs_number)),
        _row("upn", "UPN", ours, theirs, lambda r: r.upn),
        _row("", "Former UPN", ours, theirs, lambda r: r.former_upn),
        _row("", "School", ours, theirs, lambda r: r.school),
        _row("", "Died", ours, theirs, lambda r: _date(r.death_date)),
    ]  # fmt: skip
    return [row for row in rows if row.ours or row.theirs]


def _row(
    field: str, name: str, ours: Sequence[Record], theirs: Sequence[Record], of: Reads, agrees: str | None = None
) -> Row:
    left, right = _held(ours, of), _held(theirs, of)
    if agrees is None:
        a, b = {h.value for h in left}, {h.value for h in right}
        agrees = "" if not a or not b else "same" if a & b else "differs"
    return Row(field=field, name=name, ours=left, theirs=right, agrees=agrees if left and right else "")


def _held(found: Sequence[Record], of: Reads) -> tuple[Held, ...]:
    values: dict[str, list[str]] = {}
    for record in found:
        if value := of(record):
            values.setdefault(value, []).append(record.source)
    return tuple(Held(value, tuple(dict.fromkeys(sources))) for value, sources in values.items())


def _said(levels: Sequence[int], differs: int) -> str:
    best = min(levels, default=-1)
    return "" if best < 0 else "same" if best == 0 else "differs" if best >= differs else "partly"


def _person(record: Record) -> Person:
    return person({
        "given_names": record.given_names, "preferred_name": record.preferred_name, "family_name": record.family_name,
        "former_names": record.former_names, "birth_date": record.birth_date.isoformat() if record.birth_date else "",
        "sex": record.sex, "postcode": record.postcode, "address_lines": [record.address] if record.address else [],
        "nhs_number": record.nhs_number, "upn": record.upn,
    })  # fmt: skip


def _two(first: str, *others: str, word: str = "called") -> str:
    more = [one for one in others if one and one != first]
    return f"{first} ({word} {', '.join(more)})" if more else first


def _date(value: date | None) -> str:
    return f"{value.day} {value:%B %Y}" if value else ""


def _grouped(number: str) -> str:
    return f"{number[:3]} {number[3:6]} {number[6:]}" if len(number) == 10 else number


# ── around them ───────────────────────────────────────────────────────────────────────────────────────────────────────


def household(desk: Desk, area: str, of: Sequence[Record]) -> list[Neighbour]:
    """Return other children at the homes of these records, or of their family names at those postcodes."""
    own = {record.child for record in of}
    codes = {code for record in of if (code := postcode(record.postcode) or record.postcode)}
    near = [record for record in at_postcodes(desk, area, codes) if record.child not in own]
    children = Children(desk)
    children.read((area, record.child) for record in near)
    people = [_person(record) for record in of]
    found: dict[str, Neighbour] = {}
    for record in near:
        if not children.is_there(area, record.child):
            continue
        other = _person(record)
        is_home = any(place(one, other) == SAME_HOME for one in people)
        is_family = any(
            place(one, other) <= SAME_POSTCODE and 0 <= names(one, other)[1] < FAMILY_DIFFERS for one in people
        )
        if not is_home and not is_family:
            continue
        before = found.get(record.child)
        found[record.child] = Neighbour(
            child=record.child, reference=children.reference(area, record.child),
            name=before.name if before and before.name else record.name,
            birth_date=(before.birth_date if before else None) or record.birth_date,
            is_home=is_home or bool(before and before.is_home),
            is_twin=bool(before and before.is_twin)
            or bool(record.birth_date and any(one.birth_date == record.birth_date for one in of)),
        )  # fmt: skip
    return sorted(found.values(), key=lambda n: (not n.is_home, n.birth_date or date.min, n.name, n.child))


def _candidates(desk: Desk, rulebook: Rulebook, asked: Waiting) -> tuple[Waiting, ...]:
    both = sorted({asked.here, asked.child})
    of_child = one_of("m.child", "of_child", both)
    where = Condition(
        f"m.area = :of_area AND m.id <> :this AND ((m.source = :of_source AND m.local_id = :of_id) OR {of_child.sql})",
        {"of_area": asked.area, "this": asked.match, "of_source": asked.source, "of_id": asked.local_id}
        | of_child.parameters,
    )
    found = questions(desk, rulebook.holidays, where)
    return tuple(sorted(found, key=lambda w: (w.source != asked.source, -(w.score or -99), w.match)))


def earlier(desk: Desk, area: str, children: Iterable[str], records: Sequence[Record]) -> list[Earlier]:
    """Return what people decided before about these children and their records, the latest first."""
    own = {(r.source, r.local_id) for r in records}
    names = sorted(set(children))
    rows = desk.select(
        "SELECT m.source, m.local_id, m.child, m.state, m.decided_by, m.reason, j.taken_at, j.seq FROM possible_match m"
        " JOIN journal j ON j.area = m.area AND j.seq = m.decided"
        " WHERE m.area = :area AND m.decided_by <> '' AND ({} OR {})",
        one_of("m.child", "child", names),
        one_of("m.source || ' ' || m.local_id", "record", [f"{s} {i}" for s, i in sorted(own)]),
        area=area,
    )
    there = Children(desk)
    there.read((area, row["child"]) for row in rows)
    found = [
        (row["seq"], Earlier(on=local_date(instant(row["taken_at"])), by=row["decided_by"], reason=row["reason"] or "",
                             what=_DECIDED.get(row["state"], row["state"])))
        for row in rows if there.is_there(area, row["child"])
    ]  # fmt: skip
    links = desk.select(
        "SELECT r.source, r.known_from, r.because, r.decided_by, j.taken_at FROM source_record r"
        " JOIN journal j ON j.area = r.area AND j.seq = r.known_from"
        " WHERE r.area = :area AND r.decided_by <> '' AND {} ORDER BY r.known_from",
        one_of("r.child", "child", names),
        area=area,
    )
    found += [
        (row["known_from"], Earlier(on=local_date(instant(row["taken_at"])), by=row["decided_by"], reason=row["because"] or "",
                                    what=f"a record of {row['source']} was put here"))
        for row in links
    ]  # fmt: skip
    return [one for _, one in sorted(found, key=lambda f: -f[0])]


_DECIDED = {
    "linked": "a question was answered: the same child",
    "kept_apart": "a question was answered: not the same child",
    "second": "said to be the same child; a second person must confirm",
    "waiting": "an answer was taken back",
}
