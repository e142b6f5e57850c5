"""Which area answers for a subject: set once, from what is known of them; `unplaced` until something settles it."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from hub.domain.directory import EXACT, names_of
from hub.domain.events.people import PersonDescribed
from hub.domain.identifiers import Keyed, nhs_number
from hub.domain.identity.normalise import person
from hub.domain.said import Row, Said
from hub.intake.ledger import table_of
from hub.ports import Store, Unit

UNPLACED = "unplaced"


def subject_name(keyed: Keyed, source: str, local_id: str) -> str:
    """Return the name under which a subject travels: the source's own key, hidden where that is an NHS number.

    Only `agency.people` may hold an NHS number, and some systems use it as their key.
    """
    number = local_id.removeprefix("nhs-number:")
    return f"n-{keyed.name('subject', source, number)}" if len(number) >= 10 and nhs_number(number) else local_id


class Placing:
    """Areas of one source's subjects during one load."""

    def __init__(self, store: Store, keyed: Keyed, source: Any) -> None:
        self._store, self._keyed, self._source = store, keyed, source
        self._only = source.areas[0] if len(source.areas) == 1 else ""
        self._known: dict[str, str] = {}
        self._new: dict[str, str] = {}
        self._directory: list[tuple[str, str, str, str]] = []
        self._waiting: list[tuple[str, str, str]] = []
        self._settled: list[tuple[str, str, str]] = []
        self._erased = {row["name"] for row in store.select("SELECT name FROM erased")}
        sql = "SELECT * FROM coverage WHERE source = :source"
        self._coverage: dict[str, list[dict[str, Any]]] = {}
        for row in store.select(sql, source=source.source):
            self._coverage.setdefault(row["table_name"], []).append(row)

    def is_erased(self, local_id: str) -> bool:
        """Tell whether the subject was erased: nothing about them is taken again."""
        return bool(self._erased) and self._keyed.name("erased", self._source.source, local_id) in self._erased

    def is_gone(self, said: Sequence[Said], at: str) -> bool:
        """Tell whether a row unknown to the ledger was already gone from a later full extract that covers it."""
        on = max((one.occurred_on for one in said if one.occurred_on), default=None)
        if not self._coverage or on is None:
            return False
        return any(
            at < row["extracted_at"] and row["covers_from"] <= on.isoformat() <= row["covers_to"]
            for row in self._coverage.get(table_of(said[0].key), ())
        )

    def learn(self, pieces: Iterable[tuple[Row, Sequence[Said]]]) -> None:
        """Settle the areas of the subjects in a block."""
        if self._only:
            return
        pieces = list(pieces)
        ids = {one.local_id for _, said in pieces for one in said if one.subject_kind == "child"} - self._known.keys()
        self._load(self._store, ids)
        found = self._look_up(pieces)
        for row, said in pieces:
            for one in said:
                if one.subject_kind == "child" and self._known.get(one.local_id, UNPLACED) == UNPLACED:
                    self._place(one, row.area, found)

    def know(self, unit: Unit, ids: set[str]) -> None:
        """Load the areas of subjects about whom only a withdrawal is left to say."""
        if not self._only:
            self._load(unit, ids - self._known.keys())

    def areas_of(self, local_id: str, subject_kind: str, row_area: str) -> tuple[str, ...]:
        """Return the area of a child, or every area of the source for what is shared."""
        if self._only:
            return (self._only,)
        if subject_kind != "child":
            return (row_area,) if row_area else tuple(self._source.areas)
        return (self._known.get(local_id, UNPLACED),)

    def write(self, unit: Unit) -> None:
        """Write what was learnt in the block's transaction, and settle whom it settles."""
        source = self._source.source
        unit.put("intake_subject", [(source, local_id, area) for local_id, area in self._new.items()])
        unit.put("unplaced_name", self._waiting)
        known = {name for name, *_ in self._directory}
        sql = "SELECT name, area FROM directory WHERE name IN :names"
        where = {row["name"]: row["area"] for row in (unit.select(sql, names=sorted(known)) if known else [])}
        new: dict[str, str] = {}
        elsewhere: dict[tuple[str, str, str], str] = {}
        for name, kind, local_id, area in self._directory:
            if name not in where:
                where[name] = new[name] = area
            elif where[name] != area and kind in EXACT:
                elsewhere[name, area, local_id] = kind
        unit.put("directory", list(new.items()))
        unit.put(  # nobody moves by that; it is listed for a person
            "may_have_moved",
            [(name, area, source, local_id, kind) for (name, area, local_id), kind in elsewhere.items()],
        )
        self._settle(unit, new)
        self._new, self._directory, self._waiting = {}, [], []

    def _settle(self, unit: Unit, new: dict[str, str]) -> None:
        """Place subjects of any source that waited for one of the names."""
        sql = "SELECT * FROM unplaced_name WHERE name IN :names"
        for row in unit.select(sql, names=sorted(new)) if new else []:
            subject, area = (row["source"], row["local_id"]), new[row["name"]]
            unit.put("intake_subject", [(*subject, area)])
            unit.execute("DELETE FROM unplaced_name WHERE source = :s AND local_id = :l", s=subject[0], l=subject[1])
            self._settled.append((*subject, area))
            if subject[0] == self._source.source:
                self._known[subject[1]] = area

    def settled(self) -> list[tuple[str, str, str]]:
        """Return (source, local id, area) of subjects settled since the last call."""
        done, self._settled = self._settled, []
        return done

    def _load(self, where: Any, ids: set[str]) -> None:
        sql = "SELECT local_id, area FROM intake_subject WHERE source = :source AND local_id IN :ids"
        for row in where.select(sql, source=self._source.source, ids=sorted(ids)) if ids else []:
            self._known[row["local_id"]] = row["area"]

    def _look_up(self, pieces: list[tuple[Row, Sequence[Said]]]) -> dict[str, str]:
        names = {name for _, said in pieces for one in said for name in self._names(one)}
        if not names:
            return {}
        rows = self._store.select("SELECT name, area FROM directory WHERE name IN :names", names=sorted(names))
        return {row["name"]: row["area"] for row in rows}

    def _place(self, said: Said, row_area: str, directory: dict[str, str]) -> None:
        area = row_area or next((directory[name] for name in self._names(said) if name in directory), "")
        if self._source.areas and area not in self._source.areas:
            area = ""
        if area and self._known.get(said.local_id) == UNPLACED:
            self._settled.append((self._source.source, said.local_id, area))
        if not area:
            self._waiting += ((name, self._source.source, said.local_id) for name in self._names(said))
        if self._known.get(said.local_id) != (area or UNPLACED):
            self._known[said.local_id] = self._new[said.local_id] = area or UNPLACED

    def remember(self, news: Iterable[Said]) -> None:
        """Note in the directory where those newly described are."""
        for one in news:
            area = self._only or self._known.get(one.local_id, UNPLACED)
            if area != UNPLACED:
                self._directory += ((name, kind, one.local_id, area) for kind, name in self._kinds(one).items())

    def _names(self, said: Said) -> list[str]:
        return list(self._kinds(said).values())

    def _kinds(self, said: Said) -> dict[str, str]:
        payload = said.payload
        if not isinstance(payload, PersonDescribed):
            return {}
        return names_of(self._keyed, person(msgspec.to_builtins(payload)))
