"""What people decide about who is who: it outranks the model for ever, names a person and a reason, and can be undone."""

from typing import Any

from hub.domain.errors import Conflict
from hub.domain.identifiers import Keyed, name_of
from hub.domain.identity.cluster import Record
from hub.pipeline.resolve import Decided, another_child, link, merged, raise_review
from hub.pipeline.state import AreaState

PLAN = frozenset({"plan_finalised", "plan_amended"})


def decide_match(state: AreaState, body: dict[str, Any], keyed: Keyed) -> list[Decided]:
    """Return the decisions of a person on a possible match: `link` or `apart`.

    Two children that both have an open plan are joined only when a second person says so too. A record that is among
    the child's own leaves it when it is kept apart.

    Raises:
        Conflict: It is decided already, or the second person is the first one.
    """
    match = state.matches[body["match"]]
    if match["state"] not in ("waiting", "second"):
        raise Conflict("possible match", f"decided before: {match['state']}")
    record, child = (match["source"], match["local_id"]), state.present(match["child"])
    settled = {"id": body["match"], "by": body["by"], "reason": body["reason"]}
    here = state.clusters.child_of[record]
    if body["verdict"] == "apart":
        parted = [_apart(record, child, body["by"])]
        if here == child:
            said = {name: body[name] for name in ("by", "reason")} | {"source": record[0], "local_id": record[1]}
            parted = split(state, said, keyed) if len(state.clusters.records[child]) > 1 else []
        return [*parted, ("review_decided", settled | {"state": "kept_apart"})]
    if here != child and has_open_plan(state, here) and has_open_plan(state, child):
        if match["state"] == "waiting":
            return [("review_decided", settled | {"state": "second"})]
        if match["by"] == body["by"]:
            raise Conflict("possible match", "both have an open plan: another person must confirm")
        settled["by"] = f"{match['by']}, {body['by']}"
    if here == child:  # it stays, now because a person says so
        joined = [link(record, child, "decided", because=body["reason"], by=body["by"])]
    else:
        joined = _into(state, here, child, body)
    return [*joined, ("review_decided", settled | {"state": "linked"})]


def ask_merge(state: AreaState, body: dict[str, Any]) -> list[Decided]:
    """Return the question whether two children are one, raised and answered with `link` by the same person.

    What a person had said to keep them apart is lifted.

    Raises:
        Conflict: It is one child already.
    """
    child, into = state.present(body["child"]), state.present(body["into"])
    if child == into or not state.clusters.records[child]:
        raise Conflict("child", "they are one child already")
    first, second = sorted((child, into), key=lambda c: (state.clusters.created.get(c, 0), c))
    record = min(state.clusters.records[second])
    name = name_of("asked by a person", state.area, first, second, state.seq)
    asked = raise_review(name, record, first, "of_person", {})
    state_of = {"id": name, "by": body["by"], "reason": body["reason"]}
    if has_open_plan(state, first) and has_open_plan(state, second):
        return [asked, ("review_decided", state_of | {"state": "second"})]
    return [asked, *_into(state, second, first, body), ("review_decided", state_of | {"state": "linked"})]


def split(state: AreaState, body: dict[str, Any], keyed: Keyed) -> list[Decided]:
    """Return the decisions that put source records into a child of their own, away from the one they were in.

    `into` names a child that a merge had retired: it is revived, so that whoever holds its name finds it again.

    Raises:
        Conflict: They are not of one child, they are all it has, or `into` was not merged.
    """
    records = records_of(state, body)
    old = state.clusters.child_of[records[0]]
    into = body.get("into", "")
    if any(state.clusters.child_of[record] != old for record in records):
        raise Conflict("child", "the records are not all of one child")
    if len(records) == len(state.clusters.records[old]):
        raise Conflict("child", "one record at least must stay")
    if into and state.aliases.get(into) is None:
        raise Conflict("child", "it was not merged into another one")
    child = into or another_child(state, records[0], keyed)
    made: list[Decided] = [] if into else [("child_created", {"child": child})]
    said = {"from": old, "into": child, "by": body["by"], "reason": body["reason"]}
    links = [link(record, child, "decided", because=body["reason"], by=body["by"]) for record in records]
    apart = [_apart(record, old, body["by"]) for record in records]
    return [*made, ("child_split", said), *links, *apart, *_unsupported(state, old, set(records))]


def records_of(state: AreaState, body: dict[str, Any]) -> list[Record]:
    """Return the records that a split names: one by itself, or several by the numbers of their links' entries."""
    if "links" not in body:
        return [(body["source"], body["local_id"])]
    return sorted({state.linked_at[number] for number in body["links"]})


def move(state: AreaState, body: dict[str, Any]) -> list[Decided]:
    """Return the decision that moves single slots to another child, with all their revisions to come."""
    return [("events_moved", {"slots": sorted(body["slots"]), "child": state.present(body["child"]), "by": body["by"]})]


def undo(state: AreaState, body: dict[str, Any], behind: list[tuple[int, str, dict[str, Any]]]) -> list[Decided]:
    """Return the decisions that take back what was decided behind one entry of the journal.

    What came later stays: events that arrived since go with their records, to whichever child those are put in.

    Args:
        state: The area.
        body: `by`, `reason` and `entry`.
        behind: Number, kind and body of the entry's decisions, in order.

    Raises:
        Conflict: There is nothing left of it to undo.
    """
    by, reason = body["by"], body["reason"]
    decided: list[Decided] = []
    moved: dict[str, list[Record]] = {}
    for seq, kind, was in reversed(behind):
        if kind == "record_linked" and "local_id" in was:
            record = (was["source"], was["local_id"])
            before = state.memory.child_before(record, seq)
            if before and state.clusters.child_of.get(record) == state.present(was["child"]) != before:
                moved.setdefault(before, []).append(record)
        elif kind == "kept_apart" and "local_id" in was:
            decided.append(("apart_lifted", {k: was[k] for k in ("source", "local_id", "child")} | {"by": by}))
        elif kind == "events_moved":
            decided += _back(state, was, by)
        elif kind == "review_decided" and was["state"] != "settled":
            decided.append(("review_decided", {"id": was["id"], "state": "waiting", "by": by, "reason": reason}))
    for before, records in sorted(moved.items()):
        decided += _return(state, before, sorted(records), body)
    if not decided:
        raise Conflict("decision", "nothing is left of it to undo")
    return decided


def _return(state: AreaState, before: str, records: list[Record], body: dict[str, Any]) -> list[Decided]:
    """Return records to the child they were in; if a person had parted them from it, that was lifted above.

    A child that they leave empty points to where they went, as after a merge.
    """
    old = state.clusters.child_of[records[0]]
    said = {"from": old, "into": before, "by": body["by"], "reason": body["reason"]}
    links = [link(record, before, "decided", because=body["reason"], by=body["by"]) for record in records]
    if set(records) == state.clusters.records[old]:
        revived: list[Decided] = [("child_split", said)] if before in state.aliases else []
        return [*revived, *links, *merged(state, old, before, body["by"])]
    parted = [_apart(record, old, body["by"]) for record in records]
    return [("child_split", said), *links, *parted, *_unsupported(state, old, set(records))]


def _back(state: AreaState, was: dict[str, Any], by: str) -> list[Decided]:
    """Return slots that a person had moved to the children of their records."""
    found: dict[str, list[str]] = {}
    for slot, record in state.memory.records_of(was["slots"]).items():
        child = state.clusters.child_of.get(record)
        if child and state.moved.get(slot) == state.present(was["child"]):
            found.setdefault(child, []).append(slot)
    return [
        ("events_moved", {"slots": sorted(slots), "child": child, "by": by}) for child, slots in sorted(found.items())
    ]


def _unsupported(state: AreaState, old: str, gone: set[Record]) -> list[Decided]:
    """Return a question for each record that was linked because of records that are gone, and of no other (5.3)."""
    decided: list[Decided] = []
    for record in sorted(state.clusters.records[old] - gone):
        hangs_on = state.memory.because_of(state.links[record][0])
        because = {state.linked_at[n] for n in hangs_on if n in state.linked_at}
        if because and because <= gone:
            name = name_of("possible match", state.area, *record, old, state.seq)
            decided.append(raise_review(name, record, old, "identifier_gone", {}))
    return decided


def _into(state: AreaState, here: str, child: str, body: dict[str, Any]) -> list[Decided]:
    lifted = [("apart_lifted", {"source": r[0], "local_id": r[1], "child": c, "by": body["by"]})
              for r, c in sorted(state.clusters.between(here, child))]  # fmt: skip
    records = sorted(state.clusters.records[here])
    moves = [link(one, child, "decided", because=body["reason"], by=body["by"]) for one in records]
    return [*lifted, *moves, *merged(state, here, child, body["by"])]


def _apart(record: Record, child: str, by: str) -> Decided:
    return "kept_apart", {"source": record[0], "local_id": record[1], "child": child, "by": by}


def has_open_plan(state: AreaState, child: str) -> bool:
    """Tell whether a plan is maintained for the child: finalised and not ceased since."""
    facts = state.memory.recall([child])[child].facts()
    return any(f.type in PLAN for f in facts) and not any(f.type == "plan_ceased" for f in facts)
