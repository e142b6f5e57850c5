"""What waits for a person who decides who is who: the questions of an area, the most harmful first."""

from collections.abc import Collection, Container, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from hub.domain.access import EVERY, ROLES, STEWARDSHIP, Role
from hub.domain.calendar import is_working_day
from hub.domain.errors import Forbidden, NotFound
from hub.domain.identity.safety import HARM, WORDS
from hub.domain.instants import instant, local_date
from hub.queries.conditions import Condition, one_of
from hub.queries.desk import Desk

TARGETS = (1, 2, 5, 10, 10)
"""Working days within which a question should be answered, by harm; our own targets, no law sets one.

Two numbers in conflict: one of them may show a family another's record, so the next working day. A number keyed by
mistake, or a record whose support is gone: two. Twins and rivals: a week. The rest only keeps one child's clocks on two
records for a while: two weeks, which is shorter than the shortest warning before a statutory date.
"""

OPEN_STATES = ("waiting", "second")
LEAVES = "identifier_gone"
"""The rule of a question about a record that is already among the child's own: the answer `apart` takes it out."""


class Waiting(Struct, frozen=True, kw_only=True):
    """One question: is this record, with all that is together with it, that child?

    Attributes:
        because: The rule in plain words.
        state: waiting, or second: a second person must confirm that they are one.
        asked_by: Who said so first, where a second person must confirm.
        score: In bits; `None` for a question that was not weighed.
        age: Working days since it was raised, as at the area's last tick; `None` before the first one.
        target: Working days within which it should be answered.
        here: The child that the record is with now.
        child: The child that it may be.
    """

    area: str
    match: str
    rule: str
    because: str
    harm: int
    state: str
    asked_by: str
    score: float | None
    raised: int
    raised_on: date
    age: int | None
    target: int
    source: str
    local_id: str
    here: str
    here_reference: str
    child: str
    reference: str

    @property
    def is_late(self) -> bool:
        """Tell whether the target has passed."""
        return self.age is not None and self.age > self.target

    def waits_for_another_than(self, name: str) -> bool:
        """Tell whether this person has answered already and another one must confirm."""
        return self.state == "second" and self.asked_by == name


class Children:
    """Children of the actor's areas, as far as they were asked for: what each is now, and whether it is there at all."""

    def __init__(self, desk: Desk) -> None:
        """Know nobody yet."""
        self._desk = desk
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}

    def read(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Read children (area, child) and what they were merged into."""
        missing = {one for one in wanted if one not in self._rows}
        while missing:
            rows = _children(self._desk, sorted({child for _, child in missing}))
            self._rows |= {(row["area"], row["child"]): row for row in rows}
            on = {(row["area"], row["alias_of"]) for row in rows if row["alias_of"]}
            missing = on - self._rows.keys()

    def now(self, area: str, child: str) -> str:
        """Return what a child is now: of a merged one the child it went into."""
        self.read([(area, child)])
        seen = {child}
        while (into := self._rows.get((area, child), {}).get("alias_of") or "") and into not in seen:
            seen.add(into)
            child = into
        return child

    def is_there(self, area: str, child: str) -> bool:
        """Tell whether a child, and every one it was merged into, is there for the actor."""
        self.read([(area, child)])
        while row := self._rows.get((area, child)):
            if not self._desk.access.sees_child(2 if row["restricted"] is None else row["restricted"]):
                return False
            if not row["alias_of"]:
                return True
            child = row["alias_of"]
        return False

    def reference(self, area: str, child: str) -> str:
        """Return the case reference of a child."""
        row = self._rows.get((area, child), {})
        return row.get("reference") or child[:8]


def may_see_questions(role: str) -> bool:
    """Tell whether records may be laid side by side for that role.

    >>> may_see_questions("steward"), may_see_questions("dco")
    (True, False)
    """
    found: Role | None = ROLES.get(role)
    return found is not None and STEWARDSHIP in found.purposes


def check(desk: Desk, action: str) -> None:
    """Audit a look, and refuse it for any other purpose.

    Raises:
        Forbidden: Records are compared for identity stewardship alone.
    """
    desk.audit(action)
    if desk.purpose != STEWARDSHIP:
        raise Forbidden(desk.actor.role, "compare records", "for identity stewardship alone")


def queue(desk: Desk, closed: Container[date], area: str = "") -> list[Waiting]:
    """Return the questions that wait, by harm; then those past their target; then the oldest.

    Args:
        desk: Who asks.
        closed: Bank holidays.
        area: One area only; all of the actor's where it is empty.
    """
    check(desk, "identity queue")
    where = Condition("(:only = '' OR m.area = :only)", {"only": area})
    return sorted(questions(desk, closed, where), key=_first)


def question(desk: Desk, closed: Container[date], match: str) -> Waiting:
    """Return one question, whether it waits or not.

    Raises:
        NotFound: No such question, or it is about a child who is not there for this actor.
    """
    found = questions(desk, closed, Condition("m.id = :match", {"match": match}), states=())
    if not found:
        raise NotFound("question", "")
    return found[0]


def questions(
    desk: Desk, closed: Container[date], where: Condition, states: Collection[str] = OPEN_STATES
) -> list[Waiting]:
    """Return questions that meet a condition on `m`, in no order; those settled by themselves are none any more.

    Args:
        desk: Who asks.
        closed: Bank holidays.
        where: Which.
        states: In one of these states; none means any.
    """
    rows = desk.select(
        "SELECT m.area, m.id, m.source, m.local_id, m.child, m.state, m.rule, m.score, m.decided_by, m.raised,"
        " j.taken_at, r.child AS here FROM possible_match m"
        " JOIN journal j ON j.area = m.area AND j.seq = m.raised"
        " JOIN source_record r ON r.area = m.area AND r.source = m.source AND r.local_id = m.local_id AND r.known_to IS NULL"
        " WHERE {} AND {} AND {} ORDER BY m.area, m.id",
        one_of("m.area", "area", tuple(desk.areas)),
        one_of("m.state", "state", states or EVERY),
        where,
    )
    children = Children(desk)
    children.read((row["area"], row[name]) for row in rows for name in ("child", "here"))
    found = []
    for row in rows:
        area, child, here = row["area"], children.now(row["area"], row["child"]), row["here"]
        if not (children.is_there(area, child) and children.is_there(area, here)):
            continue
        if states and child == here and row["rule"] != LEAVES:
            continue
        found.append(_waiting(desk, closed, row, child, here, children))
    return found


def working_days(since: date, to: date, closed: Container[date]) -> int:
    """Return how many working days lie after one date up to another.

    >>> working_days(date(2026, 1, 9), date(2026, 1, 13), ())
    2
    """
    days = (since + timedelta(n) for n in range(1, (to - since).days + 1))
    return sum(is_working_day(day, closed) for day in days)


def next_after(found: Sequence[Waiting], match: str, who: str) -> str:
    """Return the question that a person should see after that one; the first where it is not there; empty at the end.

    Those that wait for somebody else's word are passed over.
    """
    mine = [one for one in found if one.match == match or not one.waits_for_another_than(who)]
    at = next((n for n, one in enumerate(mine) if one.match == match), -1)
    return mine[at + 1].match if at + 1 < len(mine) else ""


def _waiting(
    desk: Desk, closed: Container[date], row: dict[str, Any], child: str, here: str, children: Children
) -> Waiting:
    area, harm = row["area"], HARM.get(row["rule"], len(TARGETS) - 1)
    raised_on, on = local_date(instant(row["taken_at"])), desk.areas[row["area"]].on
    return Waiting(
        area=area, match=row["id"], rule=row["rule"], because=dict[str, str](WORDS).get(row["rule"], row["rule"]), harm=harm,
        state=row["state"], asked_by=row["decided_by"] or "", score=row["score"], raised=row["raised"], raised_on=raised_on,
        age=working_days(raised_on, on, closed) if on else None, target=TARGETS[harm], source=row["source"],
        local_id=row["local_id"], here=here, here_reference=children.reference(area, here), child=child,
        reference=children.reference(area, child),
    )  # fmt: skip


def _first(one: Waiting) -> tuple[object, ...]:
    return one.harm, not one.is_late, one.raised_on, one.raised, one.area, one.match


def _children(desk: Desk, names: Sequence[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for start in range(0, len(names), 1000):
        found += desk.select(
            "SELECT area, child, alias_of, restricted, reference FROM child WHERE {} AND {}",
            one_of("area", "area", tuple(desk.areas)),
            one_of("child", "child", names[start : start + 1000]),
        )
    return found
