"""What a decision on who is who would change, worked out before it is taken: duties, their dates, and alerts.

The facts are put together, or parted, as the decision would; then they are judged, and what people would be told is
decided, by the same functions as at a tick, as at the area's last one. Nothing is written.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.alerts import AlertRaised, AlertRetracted, Announced, Decision
from hub.domain.announcements import decide
from hub.domain.events.index import SNAKE
from hub.domain.facts import AreaFacts, Fact
from hub.domain.instants import day_in, instant
from hub.domain.obligation import Judgement, Obligation
from hub.domain.obligations import judge
from hub.domain.occasion import Occasion, case_of
from hub.domain.routing import contacts_of
from hub.domain.rules import Rulebook
from hub.queries.conditions import one_of
from hub.queries.desk import Desk
from hub.queries.obligations import NEVER_SHOWN

NEW = "~"
"""Stands for a child that the decision would create."""

_NOT_JUDGED = frozenset({"PersonDescribed", "IdentifierSuperseded", "IdentifierTraced", "SourceRecordWithdrawn"})

Facts = Mapping[str, Iterable[Fact]]
"""The live facts of children by name."""


class Change(Struct, frozen=True, kw_only=True):
    """A duty that the decision would change.

    Attributes:
        kind: appears, vanishes, or moves: another state or another date.
        limit_force: Of the rule, for the words of its state.
        was_state: Empty for one that appears.
        state: Empty for one that vanishes.
    """

    kind: str
    rule: str
    body: str
    limit_force: str
    was_state: str = ""
    was_due: date | None = None
    state: str = ""
    due: date | None = None


class Told(Struct, frozen=True, kw_only=True):
    """An alert that the next tick would raise or end because of the decision.

    Attributes:
        kind: raised, withdrawn, closed, or again: the same alert under the other case's reference.
        announced: The state that it tells.
        role: Roles of those who are told, joined by `;`.
        text: What it says, or why it ends.
    """

    kind: str
    rule: str
    announced: str
    role: str
    body: str
    text: str


class Preview(Struct, frozen=True, kw_only=True):
    """What would change.

    Attributes:
        on: The day as at which everything is judged: the area's last tick.
        changes: Duties, those that vanish first.
        unchanged: How many duties stay as they are.
        told: Alerts, those withdrawn first.
        events: How many recorded facts would have another child.
    """

    on: date
    changes: tuple[Change, ...]
    unchanged: int
    told: tuple[Told, ...]
    events: int

    @property
    def is_nothing(self) -> bool:
        """Tell whether neither duties nor alerts would change."""
        return not self.changes and not self.told


class Placed(Struct, frozen=True):
    """A live fact, and the source record that it came with; empty for one that a person moved by itself."""

    child: str
    record: tuple[str, str]
    fact: Fact


def facts_of(desk: Desk, area: str, children: Iterable[str]) -> list[Placed]:
    """Return the live facts of children that may be seen, in order of slot."""
    rows = desk.select(
        "SELECT a.child, j.id, j.type, j.slot, j.source, j.local_id, j.occurred_on, j.recorded_at, j.body, m.child AS moved"
        " FROM journal j JOIN attribution a ON a.area = j.area AND a.event = j.id AND a.known_to IS NULL"
        " LEFT JOIN moved_slot m ON m.area = j.area AND m.slot = j.slot"
        " WHERE j.area = :area AND j.kind = 'event' AND j.body <> '' AND {} ORDER BY j.slot, j.revision",
        one_of("a.child", "child", sorted(set(children))),
        area=area,
    )
    last = {row["slot"]: row for row in rows}
    return [_placed(row) for row in last.values() if row["type"] in SNAKE and row["type"] not in _NOT_JUDGED]


def if_linked(desk: Desk, rulebook: Rulebook, area: str, here: str, child: str) -> Preview | None:
    """Return what would change if all that is with one child went into another; `None` before the first tick."""
    found = facts_of(desk, area, (here, child))
    before = {name: [p.fact for p in found if p.child == name] for name in (here, child)}
    moved = len(before[here])
    return _compared(desk, rulebook, area, before, {child: [p.fact for p in found]}, moved)


def if_parted(
    desk: Desk, rulebook: Rulebook, area: str, child: str, records: Iterable[tuple[str, str]], into: str = ""
) -> Preview | None:
    """Return what would change if records left a child, for one of their own or for one that is revived."""
    going = set(records)
    found = facts_of(desk, area, (child,))
    gone = [p.fact for p in found if p.record in going]
    stay = [p.fact for p in found if p.record not in going]
    before = {child: [p.fact for p in found]}
    return _compared(desk, rulebook, area, before, {child: stay, into or NEW: gone}, len(gone))


def _compared(
    desk: Desk, rulebook: Rulebook, area: str, before: Facts, after: Facts, moved: int
) -> Preview | None:  # fmt: skip
    occasion = _occasion(desk, rulebook, area)
    if occasion is None:
        return None
    names = list(dict.fromkeys((*before, *after)))
    told = announced(desk, area, names)
    restricted = _restricted(desk, area, names)
    was, now = _judged(occasion, before, names), _judged(occasion, after, names)
    tellings = [
        (_decided(occasion, name, facts.get(name, ()), judged[name], told[name], restricted.get(name, 0)))
        for facts, judged in ((before, was), (after, now))
        for name in names
    ]
    half = len(names)
    anyway = {_key(one) for found in tellings[:half] for one in found}
    then = [one for found in tellings[half:] for one in found if _key(one) not in anyway]
    changes, unchanged = _changes(
        [o for j in was.values() for o in j.obligations], [o for j in now.values() for o in j.obligations]
    )
    running = {one.alert: one for found in told.values() for one in found.values()}
    return Preview(
        on=occasion.on, changes=changes, unchanged=unchanged, told=tuple(_told(then, running)), events=moved
    )  # fmt: skip


def _occasion(desk: Desk, rulebook: Rulebook, area: str) -> Occasion | None:
    rows = desk.select("SELECT tick_on, tick_facts FROM area WHERE area = :area", area=area)
    if not rows or not rows[0]["tick_facts"] or not rows[0]["tick_on"]:
        return None
    shared = msgspec.json.decode(rows[0]["tick_facts"], type=AreaFacts)
    contacts = desk.select(
        "SELECT role, body, name_ref, channel, address, valid_from, valid_to FROM contact WHERE area = :area"
        " ORDER BY role, body, name_ref, channel, address, valid_from",
        area=area,
    )
    return Occasion(date.fromisoformat(rows[0]["tick_on"]), shared, rulebook, contacts_of(contacts))


def _judged(occasion: Occasion, facts: Facts, names: Iterable[str]) -> dict[str, Judgement]:
    return {
        name: judge(name, occasion.area, facts.get(name, ()), occasion.on, occasion.rulebook) for name in names
    }  # fmt: skip


def _decided(
    occasion: Occasion,
    name: str,
    facts: Iterable[Fact],
    judged: Judgement,
    told: Mapping[str, Announced],
    restricted: int,
) -> tuple[Decision, ...]:
    return decide(occasion, case_of(name, facts, restricted), judged, told)


def announced(desk: Desk, area: str, children: Iterable[str]) -> dict[str, dict[str, Announced]]:
    """Return what is announced of each child, by subject."""
    found: dict[str, dict[str, Announced]] = {child: {} for child in children}
    for child, of_child in found.items():
        rows = desk.select(
            "SELECT n.body FROM announced n JOIN alert a ON a.area = n.area AND a.obligation = n.subject"
            " WHERE a.area = :area AND a.child = :child AND a.obligation <> ''"
            " UNION SELECT body FROM announced WHERE area = :area AND subject >= :first AND subject < :past",
            area=area, child=child, first=f"line:{child}:", past=f"line:{child};",
        )  # fmt: skip
        for row in rows:
            one = msgspec.json.decode(row["body"], type=Announced)
            of_child[one.subject] = one
    return found


def _restricted(desk: Desk, area: str, children: Iterable[str]) -> dict[str, int]:
    rows = desk.select(
        "SELECT child, restricted FROM child WHERE area = :area AND {}", one_of("child", "child", children), area=area
    )
    return {row["child"]: row["restricted"] or 0 for row in rows}


def _key(one: Decision) -> tuple[str, str]:
    return type(one).__name__, one.alert


def _told(decided: Iterable[Decision], running: Mapping[str, Announced]) -> Iterable[Told]:
    """What people would be told; what ends here and begins there with the same words is one line."""
    raised = [one for one in decided if isinstance(one, AlertRaised) and one.state == "raised"]
    ended = [one for one in decided if not isinstance(one, AlertRaised) and one.was == "raised"]
    again: list[AlertRaised] = []
    for one in ended:
        was = running.get(one.alert)
        rule, body = (was.rule, was.body) if was else ("", "")
        same = next(
            (r for r in raised if r not in again and (r.rule, r.body, r.announced) == (rule, body, one.announced)), None
        )
        if same is not None:
            again.append(same)
            yield Told(kind="again", rule=rule, announced=one.announced, role=same.role, body=body,
                       text="now under a case of its own" if same.child == NEW else f"now under {same.reference}")  # fmt: skip
            continue
        kind = "withdrawn" if isinstance(one, AlertRetracted) else "closed"
        yield Told(
            kind=kind, rule=rule, announced=one.announced, role=was.role if was else "", body=body, text=one.reason
        )
    for new in raised:
        if new not in again:
            yield Told(
                kind="raised", rule=new.rule, announced=new.announced, role=new.role, body=new.body, text=new.text
            )


def _changes(was: Iterable[Obligation], now: Iterable[Obligation]) -> tuple[tuple[Change, ...], int]:
    before, after = _shown(was), _shown(now)
    pairs: list[tuple[Obligation | None, Obligation | None]] = []
    for key in (_exactly, _loosely):
        for one in list(before):
            other = next((o for o in after if key(o) == key(one)), None)
            if other is not None:
                before.remove(one)
                after.remove(other)
                pairs.append((one, other))
    pairs += [(one, None) for one in before]
    pairs += [(None, other) for other in after]
    found = [_change(one, other) for one, other in pairs]
    order = {"vanishes": 0, "appears": 1, "moves": 2}
    changes = [one for one in found if one is not None]
    return tuple(sorted(changes, key=lambda c: (order[c.kind], c.due or c.was_due or date.max, c.rule, c.body))), len(
        found
    ) - len(changes)


def _shown(found: Iterable[Obligation]) -> list[Obligation]:
    return sorted((o for o in found if o.state not in NEVER_SHOWN), key=lambda o: (o.rule, o.obligation))


def _exactly(o: Obligation) -> tuple[object, ...]:
    return o.rule, o.process, o.advice_request, o.body, o.because[:1]


def _loosely(o: Obligation) -> tuple[object, ...]:
    return o.rule, o.process, o.advice_request, o.body


def _change(was: Obligation | None, now: Obligation | None) -> Change | None:
    one = was or now
    assert one is not None
    common: dict[str, Any] = {"rule": one.rule, "body": one.body, "limit_force": one.limit_force}
    if was is None and now is not None:
        return Change(kind="appears", state=now.state, due=now.due_on, **common)
    if now is None and was is not None:
        return Change(kind="vanishes", was_state=was.state, was_due=was.due_on, **common)
    assert was is not None and now is not None
    if (was.state, was.due_on) == (now.state, now.due_on):
        return None
    return Change(
        kind="moves", was_state=was.state, was_due=was.due_on, state=now.state, due=now.due_on, **common
    )  # fmt: skip


def _placed(row: Mapping[str, Any]) -> Placed:
    fact = Fact(
        SNAKE[row["type"]], row["id"], row["slot"], row["source"], day_in(row["occurred_on"]),
        instant(row["recorded_at"]), msgspec.json.decode(row["body"]).get("data", {}),
    )  # fmt: skip
    return Placed(row["child"], ("", "") if row["moved"] else (row["source"], row["local_id"]), fact)
