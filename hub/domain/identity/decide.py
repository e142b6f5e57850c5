"""Which child is this? Every candidate is weighed, then the rules have the last word; whatever they forbid goes to a person.

A wrong join shows one family another's secrets, a missed one hides late advice: so a link needs evidence and no rule
against it, and a new child is created at once for anything else, so that no event is lost.
"""

from msgspec import Struct, structs

from hub.domain.identity.cluster import Clusters, Record
from hub.domain.identity.model import Score, Scorer
from hub.domain.identity.normalise import Person
from hub.domain.identity.safety import agreement, union_breaks
from hub.domain.identity.weigh import Weighed, against_rival, weigh


class Review(Struct, frozen=True):
    """A child that a record may belong to, for a person to decide, with the rule that asks for it."""

    child: str
    rule: str
    score: Score


class Verdict(Struct, frozen=True):
    """What becomes of a described record.

    Attributes:
        child: The child it belongs to; empty if it stays where it is.
        how: By which identifier, or by `score`.
        score: What spoke for it.
        displaces: A record that the child loses to this one, to be resolved again.
        merges: Further children that are shown to be the same one; they are merged into `child`.
        leaves: The rule by which it must leave the child it is in; empty if it may stay.
        reviews: Children that it may be.
    """

    child: str = ""
    how: str = ""
    score: Score | None = None
    displaces: Record | None = None
    merges: tuple[str, ...] = ()
    leaves: str = ""
    reviews: tuple[Review, ...] = ()


def decide(record: Record, person: Person, clusters: Clusters, scorer: Scorer, out_of: str = "") -> Verdict:
    """Return where a record belongs, given all the others of its area.

    Args:
        record: The record.
        person: What it says now.
        clusters: The area's children.
        scorer: The model.
        out_of: The child that another record of its source has put it out of.
    """
    here = "" if out_of else clusters.child_of.get(record, "")
    rest = clusters.records.get(here, set()) - {record}
    if record in clusters.decided:
        return Verdict()
    leaves = _conflict(person, rest - clusters.decided, clusters)
    weighed = [
        against_rival(record, person, weigh(record, person, child, clusters, scorer), clusters, scorer)
        for child in clusters.candidates(record, person)
        if child not in (here, out_of) and not clusters.are_apart(record, child)
    ]
    if out_of:
        weighed = [w for w in weighed if w.displaces is None]
    weighed.sort(key=lambda w: -w.score.bits)
    if leaves:
        kept = weigh(record, person, here, clusters, scorer, without=record)
        return Verdict(leaves=leaves, reviews=(Review(here, leaves, kept.score), *_reviews(weighed, "", scorer)))
    verdict = _settle(record, here if rest else "", weighed, clusters, scorer)
    doubted = _new_conflict(record, person, rest & clusters.decided, clusters)
    if doubted:
        kept = weigh(record, person, here, clusters, scorer, without=record)
        return structs.replace(verdict, reviews=(Review(here, doubted, kept.score), *verdict.reviews))
    return verdict


def _conflict(person: Person, records: set[Record], clusters: Clusters) -> str:
    """Return the rule that the person breaks with what these records say; empty if none."""
    if not records:
        return ""
    return agreement(person, [clusters.people[r] for r in sorted(records) if r in clusters.people], clusters)[1]


def _new_conflict(record: Record, person: Person, records: set[Record], clusters: Clusters) -> str:
    """Return the rule that a record breaks with those a person has put with it, unless it did so before: he knew."""
    before = clusters.people.get(record)
    known = _conflict(before, records, clusters) if before is not None else ""
    return "" if known else _conflict(person, records, clusters)


def _settle(record: Record, here: str, weighed: list[Weighed], clusters: Clusters, scorer: Scorer) -> Verdict:
    """Link, merge or ask; `here` is the child whose other records it is already with."""
    limits = scorer.model.thresholds
    sure = [w for w in weighed if w.is_sure]
    if here:
        joins = [w for w in sure if _may_merge(here, w, clusters, scorer)]
        merges = _compatible(here, joins, clusters)
        return Verdict(
            child=here if merges else "", how=joins[0].how if merges else "", score=joins[0].score if merges else None,
            merges=merges, reviews=_reviews(weighed, "both_have_records", scorer, but=merges),
        )  # fmt: skip
    if not sure:
        return Verdict(reviews=_reviews(weighed, "", scorer))
    first, others = sure[0], [w for w in weighed if w is not sure[0]]
    merges = _compatible(first.child, [w for w in sure[1:] if _may_merge(first.child, w, clusters, scorer)], clusters)
    rivals = [
        w for w in others if w.child not in merges and not w.rule and w.score.bits > first.score.bits - limits.gap
    ]
    if rivals and first.how == "score":
        return Verdict(reviews=_reviews(weighed, "two_candidates", scorer))
    return Verdict(
        child=first.child, how=first.how, score=first.score, merges=merges, displaces=first.displaces,
        reviews=_reviews([w for w in others if _is_worth_asking(w, first, limits.gap)], "both_have_records", scorer, but=merges),
    )  # fmt: skip


def _is_worth_asking(one: Weighed, first: Weighed, gap: float) -> bool:
    """Whether a second child is still a question once the record has found its own."""
    return one.is_sure or one.rule in ("two_nhs_numbers", "two_upns", "other_person")


def _may_merge(child: str, other: Weighed, clusters: Clusters, scorer: Scorer) -> bool:
    if other.score.bits < scorer.model.thresholds.merge or clusters.children_apart(child, other.child):
        return False
    if other.displaces or _share_a_source(child, other.child, clusters, scorer):
        return False
    decided = clusters.decided
    return not (decided and (clusters.records[child] & decided or clusters.records[other.child] & decided))


def _share_a_source(child: str, other: str, clusters: Clusters, scorer: Scorer) -> bool:
    """Whether a source that has no child twice has a record of both."""
    once = scorer.model.one_per_child
    return bool(once) and bool(
        {r[0] for r in clusters.records[child]} & {r[0] for r in clusters.records[other]} & set(once)
    )


def _compatible(child: str, others: list[Weighed], clusters: Clusters) -> tuple[str, ...]:
    """Return those that may be one child with `child` and with each other."""
    together = clusters.persons(child)
    found: list[str] = []
    for one in others:
        theirs = clusters.persons(one.child)
        if any(clusters.children_apart(other, one.child) for other in found):
            continue
        if not union_breaks(theirs, together, clusters):
            found.append(one.child)
            together = together + theirs
    return tuple(found)


def _reviews(weighed: list[Weighed], rule: str, scorer: Scorer, but: tuple[str, ...] = ()) -> tuple[Review, ...]:
    limits = scorer.model.thresholds
    asked = [w for w in weighed if w.child not in but and (w.score.bits >= limits.review or w.rule == "other_person")]
    return tuple(Review(w.child, w.rule or rule or "score", w.score) for w in asked)
