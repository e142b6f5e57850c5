"""Whether an area's latest records are still like those that its identity model was trained on."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct, field

from hub.domain.identity.compare import ABSENT, LEVELS
from hub.domain.identity.drift import Compared, Pair, compare, from_report, missing
from hub.domain.identity.model import Model, Scorer
from hub.domain.identity.normalise import Person
from hub.domain.instants import instant, stamp
from hub.ports import Reader

WINDOW = timedelta(days=28)
"""The latest records are those of so long before the area's last entry."""

MOST = 40_000
"""Entries of the journal that are looked at, the latest ones."""

TRAINABLE = 500
"""Records without which no model of the area's own could be trained: fewer are not compared with the training."""

NOT_OF_MODEL = ("of_person", "traced", "identifier_gone")
"""Questions that the model did not raise."""

Record = tuple[str, str]


class Side(Struct):
    """What one stretch of the journal holds: records with what they said last, levels of links, records asked about."""

    said: dict[Record, Person] = field(default_factory=dict)
    links: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    asked: set[Record] = field(default_factory=set)


def drift(reader: Reader, area: str, model: Model) -> list[Compared]:
    """Return how an area's records compare with those of the training, and the latest with earlier ones, worst first.

    With the training are compared what all records of late say and lack; with earlier ones, source by source, what the
    latest lack, how their links agree field by field, and how many were asked about. Levels of links are not compared with
    the training's: a child's best level over all its records is higher than that of a pair.

    Restricted children are left out: what is missing of them is missing on purpose. Nothing is returned of what has fewer
    than `drift.FEWEST` records or links on one of its sides.

    Args:
        reader: The area's store.
        area: The area.
        model: The model that the hub begins with; one that was activated in the area comes before it.
    """
    model = in_force(reader, area, model)
    before, now = _sides(reader, area, Scorer(model))
    if not now.said:
        return []
    known = from_report(model.report)
    every = list((before.said | now.said).values())  # in a window alone some sources may not have spoken
    lacks = missing(every if len(every) >= TRAINABLE else ())
    pairs = [Pair("missing", name, "training", known[name], n) for name, n in lacks.items() if name in known]
    pairs += [Pair("missing", f"{name} of {source}", "earlier", then, n) for source in _sources(now)
              for (name, n), then in zip(_missing(now, source).items(), _missing(before, source).values(), strict=True)]  # fmt: skip
    for name, levels in sorted(LEVELS.items()):
        then, found = (tuple(float(side.links[name][n]) for n in range(len(levels))) for side in (before, now))
        pairs.append(Pair("links", name, "earlier", then, found))
    pairs.append(Pair("review", "review", "earlier", _asked(before), _asked(now)))
    return compare(pairs)


def warnings(found: list[Compared]) -> list[Compared]:
    """Return those that call for somebody."""
    return [one for one in found if one.level]


def in_force(reader: Reader, area: str, model: Model) -> Model:
    """Return the model that decides in an area."""
    sql = "SELECT body FROM journal WHERE area = :area AND kind = 'activate_model' AND body <> '' ORDER BY seq DESC LIMIT 1"
    rows = reader.select(sql, area=area)
    return msgspec.convert(msgspec.json.decode(rows[0]["body"])["model"], Model, strict=False) if rows else model


def _sides(reader: Reader, area: str, scorer: Scorer) -> tuple[Side, Side]:
    """Return what came earlier, and what came in the window."""
    sql = (
        "SELECT taken_at, kind, type, source, local_id, body FROM journal WHERE area = :area AND body <> '' AND local_id <> ''"
        f" AND (type = 'PersonDescribed' OR kind IN ('record_linked', 'review_raised')) ORDER BY seq DESC LIMIT {MOST}"
    )
    rows = reader.select(sql, area=area)
    before, now = Side(), Side()
    since = stamp(instant(rows[0]["taken_at"]) - WINDOW) if rows else ""
    for row in rows:
        _note(now if row["taken_at"] > since else before, row, scorer)
    return before, now


def _note(side: Side, row: dict[str, Any], scorer: Scorer) -> None:
    record, body = (row["source"], row["local_id"]), msgspec.json.decode(row["body"])
    if row["kind"] == "event":
        person = scorer.person(body["data"])
        if record not in side.said and not person.is_restricted:  # the latest comes first
            side.said[record] = person
    elif row["kind"] == "record_linked":
        for name, level, _ in body.get("parts", ()):
            if level != ABSENT and name in LEVELS:
                side.links[name][level] += 1
    elif body.get("rule") not in NOT_OF_MODEL:
        side.asked.add(record)


def _sources(side: Side) -> list[str]:
    return sorted({source for source, _ in side.said})


def _missing(side: Side, source: str) -> dict[str, tuple[float, float]]:
    return missing([person for (of, _), person in side.said.items() if of == source])


def _asked(side: Side) -> tuple[float, float]:
    asked = float(len(side.asked & side.said.keys()))
    return asked, len(side.said) - asked
