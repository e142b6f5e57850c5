"""Whose event is this? Decided once, journalled behind the event, and never taken again (invariants 8 and 9)."""

from itertools import count
from typing import Any

from hub.domain.events.envelope import Event
from hub.domain.identifiers import Keyed, name_of
from hub.domain.identity.cluster import Record
from hub.domain.identity.decide import Review, Verdict, decide
from hub.domain.identity.model import Score
from hub.domain.identity.normalise import Person
from hub.domain.identity.safety import WORDS, union_breaks
from hub.pipeline.descriptions import Replacement, describes, replacement, replaces
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
    if describes(event):
        person = state.person_with(event)
        if person is not None and not (here is not None and state.clusters.people.get(record) == person):
            verdict = decide(record, person, state.clusters, state.scorer)
            return _of_verdict(state, record, verdict, keyed)
    made = _create(state.area, record, keyed) if here is None else []
    if replaces(event):
        return made + _superseded(state, event)
    if event.type == "IdentifierTraced":
        return made + _traced(state, record, here or "", event)
    if event.type == "IdentitySealed":
        return [
            *made,
            ("identity_sealed", {"child": here or made[0][1]["child"], "reason": event.data.get("reason", "")}),
        ]
    return made


def set_aside(state: AreaState, event: Event, keyed: Keyed, reason: str) -> list[Decided]:
    """Return the decisions that keep an event whose child could not be found out, its subject in quarantine."""
    record = (event.subject.source, event.subject.local_id)
    if state.is_elsewhere(record):
        return []
    here = state.clusters.child_of.get(record)
    made = [] if here else _create(state.area, record, keyed)
    return [*made, ("subject_quarantined", {"child": here or made[0][1]["child"], "reason": reason})]


def _of_verdict(state: AreaState, record: Record, verdict: Verdict, keyed: Keyed) -> list[Decided]:
    here = state.clusters.child_of.get(record)
    decided: list[Decided] = []
    if verdict.leaves:
        child = another_child(state, record, keyed)
        decided = [("child_created", {"child": child}), link(record, child, "leaves", because=WORDS[verdict.leaves])]
    elif verdict.child:
        decided = _joined(state, record, verdict, keyed)
    elif here is None:
        decided = _create(state.area, record, keyed)
    return decided + [one for review in verdict.reviews for one in _review(state, record, review)]


def _joined(state: AreaState, record: Record, verdict: Verdict, keyed: Keyed) -> list[Decided]:
    """Return the decisions that put the record into its child and make one child of all that it shows to be one.

    The child that was created first keeps its name; a provisional one that the record leaves empty points there.
    """
    clusters = state.clusters
    here = clusters.child_of.get(record)
    first, *others = sorted({verdict.child, *verdict.merges}, key=lambda child: (clusters.created.get(child, 0), child))
    why = evidence(state, verdict, record)
    decided = [one for child in others for one in merge(state, child, first, verdict.how, why)]
    if verdict.displaces is not None:
        decided += _displaced(state, verdict.displaces, verdict.child, keyed)
    if here not in (first, *others):
        decided.append(link(record, first, verdict.how, **why))
        if here is not None and clusters.records[here] == {record}:
            decided += merged(state, here, first)
    return decided


def _displaced(state: AreaState, rival: Record, child: str, keyed: Keyed) -> list[Decided]:
    """Return the decisions about a record that another one of its source has put out of its child."""
    verdict = decide(rival, state.clusters.people[rival], state.clusters, state.scorer, out_of=child)
    reviews = [one for review in verdict.reviews for one in _review(state, rival, review)]
    if verdict.child:
        return [link(rival, verdict.child, verdict.how, **evidence(state, verdict, rival)), *reviews]
    new = another_child(state, rival, keyed)
    return [("child_created", {"child": new}), link(rival, new, "displaced"), *reviews]


def evidence(state: AreaState, verdict: Verdict, record: Record) -> dict[str, Any]:
    """Return what a link was decided by: score, its parts, the model, and the links of the records that it hangs on.

    Records are named by the numbers of their links' entries, so that an erasure finds nothing of them here.
    """
    score = verdict.score
    if score is None:
        return {}
    others = [
        r for child in (verdict.child, *verdict.merges) for r in sorted(state.clusters.records[child]) if r != record
    ]
    return weights(score) | {"model": state.scorer.model.name, "because_of": [state.links[r][0] for r in others]}


def weights(score: Score) -> dict[str, Any]:
    """Return a score as it is journalled: bits, rounded so that the parts still add up within a hundredth."""
    return {
        "score": round(score.bits, 3),
        "parts": [[name, level, round(bits, 4)] for name, level, bits in score.parts],
    }


def _create(area: str, record: Record, keyed: Keyed) -> list[Decided]:
    child = keyed.name("child", area, *record)
    return [("child_created", {"child": child}), link(record, child, "provisional")]


def another_child(state: AreaState, record: Record, keyed: Keyed) -> str:
    """Return the name of one more child that a record begins: of what was created for it before, never of a number of ours."""
    names = (keyed.name("child", state.area, *record, n) for n in count(1))
    return next(name for name in names if name not in state.clusters.created)


def link(record: Record, child: str, how: str, **more: Any) -> Decided:
    """Return the decision that a record is one of a child's."""
    body = {"source": record[0], "local_id": record[1], "child": child, "how": how}
    return "record_linked", body | {name: value for name, value in more.items() if value}


def merge(state: AreaState, child: str, into: str, how: str, why: dict[str, Any]) -> list[Decided]:
    """Return the decisions that make one child of two; the name that goes stays an alias."""
    moves = [link(record, into, how, **why) for record in sorted(state.clusters.records[child])]
    return [*moves, *merged(state, child, into)]


def merged(state: AreaState, child: str, into: str, by: str = "") -> list[Decided]:
    """Return what closes a child whose records all went; single events that a person had put with it go on with it."""
    slots = sorted(slot for slot, where in state.moved.items() if where == child)
    moves: list[Decided] = [("events_moved", {"slots": slots, "child": into, "by": by})] if slots else []
    return [*moves, ("children_merged", {"child": child, "into": into}), *_moot(state, child, into)]


def _moot(state: AreaState, child: str, into: str) -> list[Decided]:
    """Return the ends of questions that nobody needs to answer any more: both sides are one child now."""
    both = {child, into}
    open_here = sorted(
        name for one in both for name in state.asked_of.get(one, ()) if state.matches[name]["state"] == "waiting"
    )
    return [
        ("review_decided", {"id": name, "state": "settled", "by": "", "reason": ""})
        for name in open_here
        if state.clusters.child_of.get((state.matches[name]["source"], state.matches[name]["local_id"])) in both
    ]


def _review(state: AreaState, record: Record, review: Review) -> list[Decided]:
    name = name_of("possible match", state.area, *record, review.child)
    if name in state.matches:
        return []
    return [
        raise_review(
            name, record, review.child, review.rule, weights(review.score) | {"model": state.scorer.model.name}
        )
    ]


def raise_review(name: str, record: Record, child: str, rule: str, why: dict[str, Any]) -> Decided:
    """Return the question whether a record is a child's."""
    body = {
        "id": name,
        "source": record[0],
        "local_id": record[1],
        "child": child,
        "rule": rule,
        "because": WORDS[rule],
    }
    return "review_raised", body | why


def _superseded(state: AreaState, event: Event) -> list[Decided]:
    """Return the joins that a replaced NHS number shows, and the questions where it is taken back that it was.

    Source: PDS, a merged or invalidated NHS number; the number that was invalidated without a successor joins nobody.
    """
    ended, now = state.replaced.ended_by(event), replacement(event)
    asked = _not_superseded(state, ended) if ended is not None and ended.new else []
    return asked + (_same_number(state, now.old, now.new) if now.new and state.replaced.holds(event) else [])


def _not_superseded(state: AreaState, ended: Replacement) -> list[Decided]:
    """Ask about the records that are with others because of what is taken back; they stay until a person says (5.3)."""
    clusters = state.clusters
    with_new = {clusters.child_of[record] for record in clusters.with_number(ended.new)}
    return [
        raise_review(
            name_of("possible match", state.area, *record, child, state.seq), record, child, "two_nhs_numbers", {}
        )
        for record in clusters.with_number(ended.old)
        if (child := clusters.child_of[record]) in with_new and record not in clusters.decided
    ]


def _same_number(state: AreaState, old: str, new: str) -> list[Decided]:
    """Return the joins of children with the old and the new number, and with any other that is one with them."""
    clusters = state.clusters
    found = [record for number in clusters.same_numbers(new, {old: new}) for record in clusters.with_number(number)]
    children = sorted({clusters.child_of[r] for r in found}, key=lambda child: (clusters.created.get(child, 0), child))
    decided: list[Decided] = []
    together: list[Person] = []
    joined: list[str] = []
    for child in children:
        persons = clusters.persons(child)
        if union_breaks(persons, together, clusters, {old: new}) or any(
            clusters.children_apart(one, child) for one in joined
        ):
            continue
        if joined:
            decided += merge(
                state, child, children[0], "superseded", {"because": "the NHS number was replaced by another"}
            )
        together += persons
        joined.append(child)
    return decided


def _traced(state: AreaState, record: Record, here: str, event: Event) -> list[Decided]:
    """Ask a person whether who a register answered with is who it was asked for, unless that is decided already."""
    child = state.clusters.child_of.get((event.data["for_source"], event.data["for_local_id"]), "")
    if not child or child == here or state.clusters.are_apart(record, child):
        return []
    name = name_of("possible match", state.area, *record, child)
    if name in state.matches:
        return []
    said = {"strategy": event.data.get("strategy", ""), "register_score": event.data.get("score")}
    return [raise_review(name, record, child, "traced", said)]
