"""Children who move between two areas: what was planted of each beside what the hub says at the end of the world."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tests.conformance.truth.planted import Record
from tests.conformance.truth.world import Decision, World


class Duty(Struct, frozen=True):
    """A planted duty; both ends `None` where it runs."""

    rule: str
    process: str
    started_on: date
    due_on: date
    done_on: date | None = None
    lapsed_on: date | None = None

    def ended(self) -> tuple[str, str | None]:
        """Return how it ended: with the move, done, or not at all."""
        if self.lapsed_on:
            return "lapsed", str(self.lapsed_on)
        if self.done_on:
            return "met" if self.done_on <= self.due_on else "met_late", str(self.done_on)
        return "running", None


class Mover(Struct, frozen=True, rename={"from_area": "from", "to_area": "to"}):
    """One child; `told_on` is the day on which the hub heard of the move."""

    person: str
    kind: str
    from_area: str
    to_area: str
    moved_on: date
    told_on: date
    ends_in_old: tuple[Duty, ...]
    stays_with_old: tuple[Duty, ...]
    begins_in_new: tuple[Duty, ...]
    records: tuple[Record, ...]


class Line(Struct, frozen=True):
    """One thing that was planted of a mover, and what the hub says of it."""

    person: str
    kind: str
    area: str
    what: str
    planted: str
    hub: str


def read(folder: Path) -> list[Mover]:
    """Return the movers of a world."""
    truth = json.loads((folder / "sources" / "truth.json").read_bytes())
    return msgspec.convert(truth["movers"], list[Mover], strict=False)


def lines(world: World, movers: list[Mover]) -> list[Line]:
    """Return where each child is, its duties in both areas and its alerts, planted beside said."""
    decisions = list(world.decisions())
    return [line for mover in movers for line in _Seen(world, mover, decisions).lines()]


class _Seen:
    """One mover as the hub sees it."""

    def __init__(self, world: World, mover: Mover, decisions: list[Decision]) -> None:
        self._world, self._mover = world, mover
        self._ticks = [str(day) for day in world.ticks]
        self._there = self._children(mover.to_area)
        self._old, self._new = set(self._children(mover.from_area)), set(self._there)
        mine = self._old | self._new
        self._decisions = [one for one in decisions if one.child in mine]

    def lines(self) -> list[Line]:
        mover = self._mover
        found = [self._line(mover.from_area, "left", f"{mover.to_area} {mover.moved_on}", self._left())]
        found.append(self._line(mover.from_area, "left at the tick of", self._first_tick(), self._left_at()))
        both = f"{len(self._there)} records, {len(self._new)} child"
        found.append(self._line(mover.to_area, "one child, both stories", "2 records, 1 child", both))
        for area, duties in (
            (mover.from_area, mover.ends_in_old), (mover.from_area, mover.stays_with_old), (mover.to_area, mover.begins_in_new),
        ):  # fmt: skip
            found += [self._line(area, duty.rule, *self._duty(area, duty)) for duty in duties]
        began = sorted(f"{duty.rule} {duty.process}" for duty in mover.begins_in_new)
        found.append(self._line(mover.to_area, "duties told of", "of those begun", self._told_in_new(began)))
        found.append(
            self._line(
                mover.from_area, "alerts after it left", "closed as moved, or of what stays", self._told_in_old()
            )
        )
        found.append(self._line("both", "false alerts", "0", str(len(self._false()))))
        return found

    def _line(self, area: str, what: str, planted: str, hub: str) -> Line:
        return Line(self._mover.person, self._mover.kind, area, what, planted, hub)

    def _select(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        return self._world.hub.store.select(sql, **parameters)

    def _children(self, area: str) -> list[str]:
        """Return the child of each of the mover's records that the area has."""
        sql = (
            "SELECT child FROM source_record WHERE area = :area AND source = :source AND local_id = :local_id"
            " AND known_to IS NULL"
        )
        rows = [
            row
            for r in self._mover.records
            for row in self._select(sql, area=area, source=r.source, local_id=r.local_id)
        ]
        return [row["child"] for row in rows]

    def _left(self) -> str:
        sql = "SELECT child, to_area, left_on FROM left_area WHERE area = :area"
        rows = self._select(sql, area=self._mover.from_area)
        return ", ".join(f"{row['to_area']} {row['left_on']}" for row in rows if row["child"] in self._old)

    def _first_tick(self) -> str:
        known = max(self._mover.told_on, self._mover.moved_on)
        return min(day for day in self._ticks if day >= str(known))

    def _left_at(self) -> str:
        rows = self._select("SELECT seq, child FROM left_area WHERE area = :area", area=self._mover.from_area)
        seq = next(row["seq"] for row in rows if row["child"] in self._old)
        sql = "SELECT body FROM journal WHERE area = :a AND seq = :s"
        before = "SELECT max(seq) AS seq FROM journal WHERE area = :a AND kind = 'tick' AND seq < :s"
        tick = self._select(before, a=self._mover.from_area, s=seq)[0]["seq"]
        (row,) = self._select(sql, a=self._mover.from_area, s=tick)
        return str(json.loads(row["body"])["on"])

    def _duty(self, area: str, duty: Duty) -> tuple[str, str]:
        sql = (
            "SELECT child, started_on, due_on, state, done_on FROM obligation"
            " WHERE area = :area AND rule = :rule AND process = :process"
        )
        rows = self._select(sql, area=area, rule=duty.rule, process=duty.process)
        mine = [row for row in rows if row["child"] in self._old | self._new]
        state, day = duty.ended()
        said = [
            f"{row['started_on']} to {row['due_on']}, {_ended(row['state'])} {row['done_on'] or ''}".strip()
            for row in mine
        ]
        return f"{duty.started_on} to {duty.due_on}, {state} {day or ''}".strip(), "; ".join(said) or "not there"

    def _told_in_new(self, began: list[str]) -> str:
        """Return what people of the new area were told of that began there neither by the truth nor by the events of it."""
        sql = "SELECT obligation, rule, process FROM obligation WHERE area = :area"
        named = {r["obligation"]: f"{r['rule']} {r['process']}" for r in self._select(sql, area=self._mover.to_area)}
        processes = {duty.split()[1] for duty in began}
        told = {named.get(one.obligation, one.rule) for one in self._raised() if one.area == self._mover.to_area}
        # a target of local policy runs beside the law's time in the same process
        strange = sorted(one for one in told if one not in began and one.split()[-1] not in processes)
        return "of those begun" if not strange else ", ".join(strange)

    def _told_in_old(self) -> str:
        """Return what ran in the old area after the child left, other than what the law leaves there."""
        stays = {duty.rule for duty in self._mover.stays_with_old}
        left_at = self._left_at()
        after = [one for one in self._raised() if one.area == self._mover.from_area and one.on >= left_at]
        strange = sorted({one.rule for one in after if one.rule not in stays})
        sql = "SELECT rule, state, reason FROM alert WHERE area = :area AND child = :child"
        for child in self._old:
            rows = self._select(sql, area=self._mover.from_area, child=child)
            strange += [f"{row['rule']} {row['state']}" for row in rows if row["state"] == "raised"]
            moved = [row for row in rows if row["reason"].startswith("Moved: ")]
            strange += [f"{row['rule']} {row['state']}" for row in moved if row["state"] != "closed"]
        ended = {duty.rule for duty in self._mover.ends_in_old}
        for one in self._decisions:
            if one.area == self._mover.from_area and one.rule in ended and one.kind == "alert_retracted":
                strange.append(f"{one.rule} retracted")
        return ", ".join(strange) or "closed as moved, or of what stays"

    def _raised(self) -> list[Decision]:
        return [one for one in self._decisions if one.kind == "alert_raised"]

    def _false(self) -> list[Decision]:
        """Return what people were told was late though it was not late, or nothing that was owed."""
        mover = self._mover
        here = {(mover.from_area, d.rule): d for d in (*mover.ends_in_old, *mover.stays_with_old)}
        owed = here | {(mover.to_area, d.rule): d for d in mover.begins_in_new}
        return [one for one in self._raised() if not _is_right(one, owed.get((one.area, one.rule)), mover)]


def _is_right(told: Decision, duty: Duty | None, mover: Mover) -> bool:
    if duty is None:  # a local target, which runs in the process of a planted duty
        return told.rule == "ehcp-draft-target" and told.announced == "at_risk"
    if told.announced == "at_risk":
        return told.on <= str(duty.due_on)
    was_done = duty.done_on is not None and duty.done_on <= duty.due_on
    return told.announced == "overdue" and told.on > str(duty.due_on) and not was_done


def _ended(state: str) -> str:
    return state if state in ("met", "met_late", "lapsed") else "running"
