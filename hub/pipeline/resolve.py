"""Whose event is this? Decided once, journalled behind the event, and never taken again (invariants 8 and 9)."""

from typing import Any

from hub.domain.events.envelope import Event
from hub.domain.identifiers import Keyed, name_of
from hub.domain.identity.cluster import Record
from hub.domain.identity.decide import decide
from hub.pipeline.descriptions import describes
from hub.pipeline.state import AreaState

Decided = tuple[str, dict[str, Any]]
"""A decision before it has a number: its kind and its body."""


def resolve(state: AreaState, event: Event, keyed: Keyed) -> list[Decided]:
    """Return the decisions that an event of a child calls for, in order; none for most events."""
    if event.subject_kind != "child":
        return []
    record = (event.subject.source, event.subject.local_id)
    if state.is_elsewhere(record):
        return []
    here = state.clusters.child_of.get(record)
    who = state.person_with(event) if describes(event) else None
    if here is not None and who is None:
        return []
    decided: list[Decided] = []
    if who is not None:
        if here is not None and state.clusters.people.get(record) == who:
            return []
        verdict = decide(record, who, state.clusters)
        if verdict.merges:
            decided += _merge(state, verdict.child, verdict.merges, verdict.how)
            if here is None or here not in (verdict.child, verdict.merges):
                decided.append(_link(record, verdict.child, verdict.how))
        elif verdict.child:
            decided.append(_link(record, verdict.child, verdict.how))
            if here is not None and state.clusters.records[here] == {record}:
                # Its provisional child is empty now: whoever holds its name must find where it went.
                decided += _merged(state, here, verdict.child)
        elif here is None:
            decided += _create(state.area, record, keyed)
        decided += [_review(state, record, child, because) for child, because in verdict.reviews]
        return [one for one in decided if one[0]]
    return _create(state.area, record, keyed)


def set_aside(state: AreaState, event: Event, keyed: Keyed, reason: str) -> list[Decided]:
    """Return the decisions that keep an event whose child could not be found out, its subject in quarantine."""
    record = (event.subject.source, event.subject.local_id)
    if state.is_elsewhere(record):
        return []
    here = state.clusters.child_of.get(record)
    made = [] if here else _create(state.area, record, keyed)
    return [*made, ("subject_quarantined", {"child": here or made[0][1]["child"], "reason": reason})]


def _create(area: str, record: Record, keyed: Keyed) -> list[Decided]:
    child = keyed.name("child", area, *record)
    return [("child_created", {"child": child}), _link(record, child, "provisional")]


def _link(record: Record, child: str, how: str, because: str = "", by: str = "") -> Decided:
    body = {"source": record[0], "local_id": record[1], "child": child, "how": how}
    return "record_linked", body | ({"because": because} if because else {}) | ({"by": by} if by else {})


def _merge(state: AreaState, into: str, child: str, how: str) -> list[Decided]:
    moves = [_link(record, into, how) for record in sorted(state.clusters.records[child])]
    return [*moves, *_merged(state, child, into)]


def _merged(state: AreaState, child: str, into: str, by: str = "") -> list[Decided]:
    """Single events that a person had put with the child go on with it."""
    slots = sorted(slot for slot, where in state.moved.items() if where == child)
    moves: list[Decided] = [("events_moved", {"slots": slots, "child": into, "by": by})] if slots else []
    return [*moves, ("children_merged", {"child": child, "into": into})]


def _review(state: AreaState, record: Record, child: str, because: str) -> Decided:
    name = name_of("possible match", state.area, *record, child)
    if name in state.matches:
        return "", {}
    return "review_raised", {"id": name, "source": record[0], "local_id": record[1], "child": child, "because": because}


def link_by_person(state: AreaState, body: dict[str, Any]) -> list[Decided]:
    """Return the decisions of a person on a possible match: `link` or `apart`."""
    match = state.matches[body["match"]]
    record, child = (match["source"], match["local_id"]), _present(state, match["child"])
    settled = {"id": body["match"], "by": body["by"], "reason": body["reason"]}
    if body["verdict"] == "apart":
        apart = {"source": record[0], "local_id": record[1], "child": child, "by": body["by"]}
        return [("kept_apart", apart), ("review_decided", settled | {"state": "kept_apart"})]
    here = state.clusters.child_of[record]
    moves = [_link(one, child, "decided", body["reason"], body["by"]) for one in sorted(state.clusters.records[here])]
    merged = [*moves, *_merged(state, here, child, body["by"])] if here != child else []
    return [*merged, ("review_decided", settled | {"state": "linked"})]


def split_by_person(state: AreaState, body: dict[str, Any], keyed: Keyed) -> list[Decided]:
    """Return the decisions that put one source record into a child of its own, away from the one it was in."""
    record = (body["source"], body["local_id"])
    old = state.clusters.child_of[record]
    child = keyed.name("child", state.area, *record, state.seq)
    apart = {"source": record[0], "local_id": record[1], "child": old, "by": body["by"]}
    return [
        ("child_created", {"child": child}),
        _link(record, child, "decided", body["reason"], body["by"]),
        ("kept_apart", apart),
    ]


def move_by_person(state: AreaState, body: dict[str, Any]) -> list[Decided]:
    """Return the decision that moves single slots to another child, with all their revisions to come."""
    return [
        ("events_moved", {"slots": sorted(body["slots"]), "child": _present(state, body["child"]), "by": body["by"]})
    ]


def _present(state: AreaState, child: str) -> str:
    return state.present(child)
