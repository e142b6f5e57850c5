"""One batch of one area, top to bottom: take, resolve, assess; at a tick announce and notify. Start reading here.

Every input gets the next number of the area's journal; the decisions that it causes stand behind it, in the same
transaction. A batch is loaded and folded outside the transaction; then all it changes is written in one.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.effects import Effects
from hub.domain.errors import Conflict
from hub.domain.identifiers import Keyed, name_of
from hub.domain.identity.model import Model
from hub.domain.occasion import Occasion, case_of
from hub.domain.routing import contacts_of
from hub.domain.rules import Rulebook
from hub.pipeline import handover, journal, resolve, stewarding, visits
from hub.pipeline.assess import assess
from hub.pipeline.journal import DECISIONS, Entry, Input, encode
from hub.pipeline.loading import load_state
from hub.pipeline.resolve import Decided
from hub.pipeline.state import AreaState
from hub.ports import Store, Unit

Finish = Callable[[Unit], None]
"""What the host adds to the last transaction of a batch: its input position."""


class Ticked(Struct):
    """What a tick did."""

    on: str
    visited: int = 0
    raised: int = 0
    retracted: int = 0
    closed: int = 0


class AreaWorker:
    """The one writer of one area."""

    def __init__(self, store: Store, area: str, keyed: Keyed, rulebook: Rulebook, model: Model) -> None:
        self._store, self._area, self._keyed, self._rulebook, self._model = store, area, keyed, rulebook, model
        self._entries: list[Entry] = []
        self._state: AreaState | None = None
        self._ticked: Ticked | None = None
        self._simulated = ""
        self._replays = False
        self.sent_on = False
        """Whether something went into the outbox for other areas since the host last looked."""

    @property
    def state(self) -> AreaState:
        """The area as committed plus the batch under way; read from the store after a failure."""
        if self._state is None:
            self._state = load_state(self._store, self._area, self._model)
        return self._state

    # ── take ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def take(self, inputs: Sequence[Input], now: str, finish: Finish | None = None) -> Ticked | None:
        """Take a batch of inputs into the journal and follow them to the end; return what its last tick did.

        Args:
            inputs: In the order in which they arrived; those already taken are dropped.
            now: The present instant, our stamp form; taken_at of all that name no other.
            finish: Added to the last transaction.
        """
        self._ticked = None
        try:
            if self._state is None:
                self.work_off()  # what a worker that died in a tick has left
            known = self._known([one.id for one in inputs])
            for one in inputs:
                if one.id in known:
                    continue
                known.add(one.id)
                self._input(one, self._stamp(one, now))
            self._commit(finish)
        except Exception:
            self._state = None
            self._entries = []
            raise
        return self._ticked

    def _known(self, ids: list[str]) -> set[str]:
        sql = "SELECT id FROM journal WHERE area = :area AND id IN :ids"
        return {row["id"] for row in self._store.select(sql, area=self._area, ids=ids)} if ids else set()

    def _stamp(self, one: Input, now: str) -> str:
        return max(self.state.taken_at, min(one.taken_at, now) if one.taken_at else now)

    def _input(self, one: Input, taken_at: str) -> None:
        self._simulated = one.taken_at
        if one.kind == "event":
            self._event(one, taken_at)
        elif one.kind == "tick":
            self._tick(one, taken_at)
        elif one.kind == "erasure":
            self._erase(one, taken_at)
        else:
            self._command(one, taken_at)

    # ── resolve ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _event(self, one: Input, taken_at: str) -> None:
        try:
            event = journal.EVENT.decode(one.body)
        except msgspec.MsgspecError:
            self.state.effects.put("dead_letter", (self._area, one.id), ("event", "unreadable", taken_at, one.body))
            return
        if self.state.erased and self._erased_name(event.subject.source, event.subject.local_id) in self.state.erased:
            return
        try:
            decided = resolve.resolve(self.state, event, self._keyed)
        except Exception as error:  # one bad child stops nobody (invariant 12)
            decided = resolve.set_aside(self.state, event, self._keyed, type(error).__name__)
            self._remove_rows(decided[-1][1]["child"])
        seq = self.state.seq + 1
        self._entries.append(journal.of_event(seq, taken_at, event, one.body))
        self.state.seq = seq
        self._decide(decided, taken_at, one.id)
        self.state.apply_event(self._entries[-1 - len(decided)], event)

    def _decide(self, decided: Iterable[Decided], taken_at: str, cause: str) -> None:
        for kind, body in decided:
            seq = self.state.seq + 1
            made = Entry(
                seq, taken_at, kind, name_of(kind, cause, seq), source=body.get("source", "") if "local_id" in body else "",
                local_id=body.get("local_id", ""), body=encode(body),
            )  # fmt: skip
            self._entries.append(made)
            self.state.apply(made)

    def _command(self, one: Input, taken_at: str) -> None:
        body = msgspec.json.decode(one.body)
        local_id = body.get("local_id", "")  # in its own column, where an erasure finds it
        source = body.get("source", "") if local_id else ""
        if one.kind == "subject_moved" and self._erased_name(source, local_id) in self.state.erased:
            return
        entry = Entry(self.state.seq + 1, taken_at, one.kind, one.id, source=source, local_id=local_id, body=one.body)
        decided = self._decided_by(one, body)
        if one.kind == "subject_placed":  # what came before for the subject must be where it is read from
            self._commit()
        entry = msgspec.structs.replace(entry, seq=self.state.seq + 1)
        self._entries.append(entry)
        self.state.apply(entry)
        self._decide(decided, taken_at, one.id)
        if one.kind == "activate_model":  # records are compared as the new model says
            self._commit()
            self._state = None
        elif one.kind == "subject_moved":
            self._decide(handover.returned(self.state, (source, local_id)), taken_at, one.id)
        elif one.kind == "move_child":
            event = handover.recorded(self.state, body, one.id, self._keyed, taken_at)
            self._event(Input("event", event.id, msgspec.json.encode(event).decode()), taken_at)
            self._decide(handover.by_person(self._store, self.state, body, event), taken_at, one.id)

    def _decided_by(self, one: Input, body: dict[str, Any]) -> list[Decided]:
        """Return what a command decides."""
        state = self.state
        if one.kind == "decide_link":
            return stewarding.decide_match(state, body, self._keyed)
        if one.kind == "merge_children":
            return stewarding.ask_merge(state, body)
        if one.kind == "split_child":
            self._commit()
            return stewarding.split(state, body, self._keyed)
        if one.kind == "move_events":
            return stewarding.move(state, body)
        if one.kind == "undo":
            self._commit()
            return stewarding.undo(state, body, state.memory.behind(body["entry"]))
        if one.kind == "release_quarantine":
            return [("subject_released", {"child": child}) for child in body["children"]]
        if one.kind == "answer" and body["kind"] == "dispute" and state.shared is not None:
            return list(state.told.of_dispute(self._occasion(), body))
        return []

    # ── assess, and the one transaction ───────────────────────────────────────────────────────────────────────────────

    def _commit(self, finish: Finish | None = None) -> None:
        self._assess()
        state = self.state
        if not self._entries and state.effects.is_empty() and finish is None:
            return
        with self._store.begin() as unit:
            self._write(unit)
            if finish is not None:
                finish(unit)
        self._entries, state.effects = [], Effects()
        state.memory.committed()

    def _write(self, unit: Unit) -> None:
        if self._entries:
            self.state.flush()
        unit.put("journal", [(self._area, *msgspec.structs.astuple(entry)) for entry in self._entries])
        write(unit, self.state.effects)
        self._forward(unit)

    def _forward(self, unit: Unit) -> None:
        """Send on what came for subjects that another area answers for now, to that area."""
        if not self._replays:
            self.sent_on |= handover.send_on(unit, self.state, self._keyed, self._simulated)

    def _assess(self) -> None:
        state = self.state
        if state.shared is not None and state.touched:
            for name, child in state.memory.recall(state.touched - state.quarantined).items():
                try:
                    assess(state, name, child, self._rulebook)
                except Exception as error:  # one bad child stops nobody (invariant 12)
                    self._quarantine(name, type(error).__name__)
        state.touched.clear()

    def _quarantine(self, child: str, reason: str) -> None:
        self._remove_rows(child)
        self._decide([("subject_quarantined", {"child": child, "reason": reason})], self.state.taken_at, child)

    def _remove_rows(self, child: str) -> None:
        state = self.state
        for table, key in state.memory.recall([child])[child].rows:
            state.effects.remove(table, key)
        state.memory.drop(child)

    # ── tick: announce and notify ─────────────────────────────────────────────────────────────────────────────────────

    def _tick(self, one: Input, taken_at: str) -> None:
        state = self.state
        body = msgspec.json.decode(one.body)
        if state.tick_on is not None and body["on"] < state.tick_on.isoformat():
            raise Conflict("tick", f"the last tick of the area was on {state.tick_on.isoformat()}")
        self._commit()
        before, since = state.shared, state.tick_seq
        complete = {s: f.complete_to.isoformat() for s, f in sorted(state.feeds.by_source.items()) if f.complete_to}
        entry = Entry(state.seq + 1, taken_at, "tick", one.id, body=encode(body | {"complete_to": complete}))
        self._entries.append(entry)
        state.apply(entry)
        moves = handover.due(self._store, state, date.fromisoformat(body["on"]))
        self._decide(moves, taken_at, one.id)
        for child in sorted({body["child"] for _, body in moves}):
            state.effects.put("visit", (self._area, child))
        for child in visits.due(self._store, state, before, since):
            state.effects.put("visit", (self._area, child))
        state.effects.put("visit", (self._area, visits.AREA_ITSELF))
        self._commit()
        self._ticked = Ticked(body["on"])
        self.work_off()

    def work_off(self) -> None:
        """Visit what the last tick has left to visit, piece by piece, each its own transaction."""
        waiting = visits.waiting(self._store, self._area)
        children = [name for name in waiting if name != visits.AREA_ITSELF]
        for start in range(0, len(children), visits.PIECE):
            self._visit(children[start : start + visits.PIECE])
        if len(children) < len(waiting):
            waits = visits.not_known(self._store, self._area)
            hidden = self.state.clusters.is_restricted
            quarantined = sum(not hidden(child) for child in self.state.quarantined)
            self._announce(self.state.told.of_area(self._occasion(), waits, quarantined))
            self.state.effects.remove("visit", (self._area, visits.AREA_ITSELF))
            self._commit()

    def _visit(self, names: list[str]) -> None:
        state, occasion = self.state, self._occasion()
        children = state.memory.recall(name for name in names if name not in state.quarantined)
        for name, child in children.items():
            try:
                judgement = assess(state, name, child, self._rulebook)
                restricted = int(state.clusters.is_restricted(name))
                case = case_of(name, child.facts(), restricted, handover.in_words(state, name))
                self._announce(state.told.of_child(occasion, case, judgement))
            except Exception as error:  # one bad child stops nobody (invariant 12)
                self._quarantine(name, type(error).__name__)
        for name in names:
            state.effects.remove("visit", (self._area, name))
        if self._ticked is not None:
            self._ticked.visited += len(names)
        self._commit()

    def _occasion(self) -> Occasion:
        state = self.state
        assert state.shared is not None and state.tick_on is not None
        return Occasion(state.tick_on, state.shared, self._rulebook, contacts_of(state.configured.contacts))

    def _announce(self, decided: Iterable[Decided]) -> None:
        made = list(decided)
        self._decide(made, self.state.taken_at, f"tick {self.state.tick_seq}")
        if self._ticked is not None:
            self._ticked.raised += sum(kind == "alert_raised" and body["state"] == "raised" for kind, body in made)
            self._ticked.retracted += sum(kind == "alert_retracted" for kind, _ in made)
            self._ticked.closed += sum(kind == "alert_closed" and body["was"] == "raised" for kind, body in made)

    # ── erasure ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _erased_name(self, source: str, local_id: str) -> str:
        return self._keyed.name("erased", source, local_id)

    def _erase(self, one: Input, taken_at: str) -> None:
        self._commit()
        body = msgspec.json.decode(one.body)
        record = (body["source"], body["local_id"])
        kept = {"name": self._erased_name(*record), "by": body["by"], "reason": body["reason"]}
        entry = Entry(self.state.seq + 1, taken_at, "erasure", one.id, body=encode(kept))
        child = self.state.clusters.child_of.get(record, "")
        with self._store.begin() as unit:  # blanked, journalled and folded again in one transaction
            erase(unit, self._area, record)
            self._state = load_state(unit, self._area, self._model)
            self._entries = [entry]
            self.state.apply(entry)
            if child:
                self.state.show_child(child)
            self._assess()
            self._write(unit)
        self._entries, self._state = [], None  # what was read within the transaction is not kept

    # ── replay ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def replay(self, entries: Iterable[Entry], size: int = 5000) -> None:
        """Fold a journal that was decided before: no decision is taken again, nothing is sent."""
        group: list[Entry] = []
        for entry in entries:
            if entry.kind not in DECISIONS and group:
                self._replay(group, size)
                group = []
            group.append(entry)
        if group:
            self._replay(group, size)
        self._commit()

    def judge_all(self) -> None:
        """Judge every child as at the last tick: what live work has done child by child."""
        children = self._store.select("SELECT child FROM child WHERE area = :area ORDER BY child", area=self._area)
        for start in range(0, len(children), visits.PIECE):
            self.state.touched.update(row["child"] for row in children[start : start + visits.PIECE])
            self._commit()

    def _replay(self, group: list[Entry], size: int) -> None:
        state = self.state
        self._replays = True
        if self._entries and (len(self._entries) >= size or any(entry.kind == "subject_placed" for entry in group)):
            state.touched.clear()
            self._commit()
        self._entries += group
        first, *decided = group
        if first.kind == "event":
            for entry in decided:
                state.apply(entry)
            state.apply_event(first, first.event())
        else:
            for entry in group:
                state.apply(entry)
        state.touched.clear()
        state.forwards, state.moves.leaving, state.moves.settled = [], [], []


def write(unit: Unit, effects: Effects) -> None:
    """Write effects in table and key order."""
    for table in sorted(effects.rows):
        rows = effects.rows[table]
        unit.remove(table, sorted(key for key, rest in rows.items() if rest is None))
        unit.put(table, [(*key, *rest) for key, rest in sorted(rows.items(), key=_by_key) if rest is not None])
    unit.put("published", [("", out.topic, out.key, out.id, out.body) for out in effects.outputs])


def _by_key(item: tuple[tuple[Any, ...], Any]) -> tuple[Any, ...]:
    return item[0]


def erase(unit: Unit, area: str, record: tuple[str, str]) -> None:
    """Blank what the journal holds of a source record, and remove what was folded of it (invariant 14)."""
    of = {"area": area, "source": record[0], "local_id": record[1]}
    same = "area = :area AND source = :source AND local_id = :local_id"
    events = f"SELECT id FROM journal WHERE {same} AND kind = 'event'"
    unit.execute(f"DELETE FROM attribution WHERE area = :area AND event IN ({events})", **of)
    unit.execute(f"DELETE FROM possible_match WHERE {same}", **of)
    for table in ("source_record", "person", "kept_apart", "placed", "arrived"):
        unit.execute(f"DELETE FROM {table} WHERE {same}", **of)
    unit.execute(
        f"UPDATE journal SET body = '', local_id = '', subject_kind = '', occurred_on = NULL WHERE {same}", **of
    )
