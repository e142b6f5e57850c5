"""Which area a child belongs to: the latest change of responsible body that came after what was settled before."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct, structs

from hub.domain.facts import Fact
from hub.domain.instants import day_in
from hub.domain.obligation import Judgement
from hub.domain.rules import Lapse, Rulebook

_TO_ANOTHER = {"body_kind": "local_authority", "new": "another"}
"""What a change of the responsible authority says that a rule may lapse on."""


class Change(Struct, frozen=True):
    """A change of the responsible authority, as a source tells it now.

    Attributes:
        slot: The fact's place in its source.
        on: From when it holds.
        to: Code of the authority that is responsible from then on.
        said: All that is said of it, to choose between several of one day.
    """

    slot: str
    on: date
    to: str
    said: str = ""


class Settled(Struct, frozen=True):
    """Where a child was last found to belong.

    Attributes:
        on: Since when; `None` where it never moved.
        slot: The change by which it came there.
    """

    area: str
    on: date | None = None
    slot: str = ""


def change_of(slot: str, data: dict[str, Any], occurred_on: date | None) -> Change | None:
    """Return the change that a ResponsibleBodyChanged tells; `None` if it is no authority's, or has no date or no heir."""
    on = day_in(data.get("moved_on")) or day_in(data.get("aware_on")) or occurred_on
    if data.get("body_kind") != "local_authority" or not data.get("new") or on is None:
        return None
    return Change(slot, on, data["new"], msgspec.json.encode(data, order="sorted").decode())


def belongs_to(changes: Iterable[Change], settled: Settled, today: date) -> Settled:
    """Return where the child belongs today.

    A change counts once its day has come, if it is later than what was settled, or a correction of the very change that
    settled it. Of several the latest counts; of one day, the one that was known later, then what they say, never a key.

    >>> there = Settled("E1", date(2026, 3, 1), "s1")
    >>> belongs_to([Change("s0", date(2020, 1, 1), "E9"), Change("s1", date(2026, 3, 1), "E1")], there, date(2026, 4, 1)).area
    'E1'
    >>> belongs_to([Change("s1", date(2026, 3, 1), "E2")], there, date(2026, 4, 1)).area
    'E2'
    """
    counts = [
        change
        for change in changes
        if change.on <= today and (settled.on is None or change.on > settled.on or change.slot == settled.slot)
    ]
    if not counts:
        return settled
    last = max(counts, key=_in_order)
    if last.to == settled.area and last.slot != settled.slot:
        return settled
    return Settled(last.to, last.on, last.slot)


def owed_here(
    judgement: Judgement, facts: Iterable[Fact], since: date, before: Collection[str], rulebook: Rulebook
) -> Judgement:
    """Return a judgement without the duties of the area that the child came from.

    A duty that lapses with a change of the responsible authority, and began before the child came by a fact that was told
    there, is not this area's; nor are its decisions carried over (regulation 15 transfers the plan, and begins anew).

    Args:
        judgement: What the rules say of all that is known.
        facts: The child's facts.
        since: First day on which this area answers for the child.
        before: Slots of the facts that came with the child.
        rulebook: The rules.
    """
    told = {fact.event for fact in facts if fact.slot in before}
    lapsing = {rule.id for rule in rulebook.rules if any(_is_of_moves(lapse) for lapse in rule.lapses_on)}
    kept = tuple(
        owed
        for owed in judgement.obligations
        if not (
            owed.rule in lapsing and owed.started_on and owed.started_on < since and told.intersection(owed.because[:1])
        )
    )
    return judgement if len(kept) == len(judgement.obligations) else structs.replace(judgement, obligations=kept)


def promised_here(facts: Iterable[Fact], since: date, before: Collection[str]) -> list[Fact]:
    """Return facts whose lines of provision, where they came with the child, begin on the day it came: `since`."""
    return [
        structs.replace(fact, data=fact.data | {"starts_on": since.isoformat()})
        if fact.slot in before and fact.type == "provision_specified" and (fact.day("starts_on") or since) < since
        else fact
        for fact in facts
    ]


def _is_of_moves(lapse: Lapse) -> bool:
    return lapse.event == "responsible_body_changed" and lapse.of_child and lapse.fits(_TO_ANOTHER)


def _in_order(change: Change) -> tuple[date, str, str, str]:
    aware_on = msgspec.json.decode(change.said).get("aware_on", "") if change.said else ""
    return change.on, aware_on, change.said, change.slot
