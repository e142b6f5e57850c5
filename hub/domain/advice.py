"""Requests for advice and the advice that answers them, over the whole set of a child's live events.

Nothing here depends on the order in which facts are given (events.md: correlation, several tellers).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from msgspec import Struct

from hub.domain.facts import AreaFacts, Body, Fact
from hub.domain.processes import UNCONFIRMED, Episode
from hub.domain.rules import Start, Told
from hub.domain.seen import Hit, Seen

ADVICE_WINDOW = timedelta(days=365)
_BASIS_ORDER = {"acknowledged": 0, "portal_timestamp": 1, "": 2, "deemed": 3, "unknown": 4}
_ASKED_BY_BODY = {
    "icb": "health",
    "nhs_trust": "health",
    "nhs_england": "health",
    "school": "school",
    "college": "school",
    "psychology_service": "psychology",
    "social_care": "social_care",
    "youth_justice": "youth_justice",
    "other_authority": "other_authority",
}
_ASKED_OF_AUTHORITY = {
    "psychological": "psychology",
    "social_care": "social_care",
    "education": "school",
    "sensory": "school",
}
_ASKED_BY_KIND = _ASKED_OF_AUTHORITY | {"medical": "health", "parent": "family"}


class _Told(NamedTuple):
    """What one source tells of a request; the leading source sorts first, then the day, then the slot."""

    is_not_leading: bool
    sent_on: date
    slot: str
    fact: Fact
    received_on: date | None
    basis: str


def _by_teller(told: _Told) -> tuple[bool, date, str]:
    return told[:3]


class AdviceRequest(Struct, frozen=True):
    """One body being asked for advice, as all who tell of it say together.

    Attributes:
        first: The fact that names it.
        asked: Whose duty it is: health, school, psychology, social_care, youth_justice, other_authority or empty.
        sent_on: First day on which it was under way.
        day: Day of receipt, or the day that stands in for it; `None` if that has not come.
        heard_at: As of `Episode`.
        reissue_of: The request that it replaces.
        said: Its fields as all say them, the first one first, and `asked` with them: what a rule's start may name.
    """

    key: str
    process: str
    first: Fact
    asked: str
    body: str
    profession: str
    advice_kind: str
    sent_on: date
    day: date | None
    basis: str
    behind: tuple[str, ...]
    heard_at: datetime
    reissue_of: str
    said: dict[str, Any]

    def episode(self, day: date) -> Episode:
        """Return the episode that it began on its day of receipt."""
        return Episode(
            key=self.process or f"\0{self.first.slot}",
            process=self.process,
            slot=self.first.slot,
            started_on=day,
            basis=self.basis,
            first=self.first,
            behind=self.behind,
            heard_at=self.heard_at,
            body=self.body,
            advice_request=self.key,
        )


def _when(request: AdviceRequest) -> tuple[date, str]:
    return request.sent_on, request.first.slot


def who_is_asked(said: Mapping[str, Any], bodies: Mapping[str, Body]) -> str:
    """Return whose duty an advice request is: by the kind of body asked, else by the kind of advice."""
    body, kind = bodies.get(said.get("body", "")), said.get("advice_kind", "")
    if body is None:
        return _ASKED_BY_KIND.get(kind, "")
    if body.kind == "local_authority":
        return _ASKED_OF_AUTHORITY.get(kind, "")
    return _ASKED_BY_BODY.get(body.kind) or ("health" if body.is_s31_body else "")


class Advice:
    """All requests for advice of a child, and the advice that answers them."""

    def __init__(self, seen: Seen, area: AreaFacts, start: Start) -> None:
        self._seen, self._bodies = seen, area.bodies
        leading = area.leading.get(start.event, "")
        groups: dict[str, list[_Told]] = {}
        for fact in seen.by_type.get(start.event, ()):
            received_on = start.day(fact)
            sent_on = fact.day("sent_on") or received_on
            if sent_on is not None and seen.has_come(sent_on):
                key = fact.data.get("advice_request") or f"\0{fact.slot}"
                told = _Told(fact.source != leading, sent_on, fact.slot, fact, received_on, start.basis_of(fact))
                groups.setdefault(key, []).append(told)
        self.requests = {key: self._request(key, told) for key, told in groups.items()}
        self.replaced_by: dict[str, AdviceRequest] = {}
        for newer in sorted(self.requests.values(), key=_when):
            older = self.requests.get(newer.reissue_of)
            if older is not None and _when(older) < _when(newer):
                self.replaced_by.setdefault(older.key, newer)
        self._answers: dict[int, dict[str, list[Hit]]] = {}

    def answers(self, told: Told) -> dict[str, list[Hit]]:
        """Return the advice of a kind by the request that it answers, earliest first."""
        found = self._answers.get(id(told))
        if found is None:
            found = self._answers[id(told)] = {}
            for hit in self._seen.dated(told):
                if (answered := self._answered(hit[2], hit[0])) is not None:
                    found.setdefault(answered, []).append(hit)
        return found

    def _request(self, key: str, told: list[_Told]) -> AdviceRequest:
        told.sort(key=_by_teller)
        received = [one for one in told if one.received_on is not None and self._seen.has_come(one.received_on)]
        receipts = [(_BASIS_ORDER.get(one.basis, 4), one.received_on, one.slot, one.basis) for one in received]
        _, day, _, basis = min(receipts, default=(0, None, "", ""))
        confirmed = [one.fact.recorded_at for one in received if one.basis not in UNCONFIRMED]
        said: dict[str, Any] = {}
        for one in reversed(told):  # what the first teller leaves open, a later one may fill in
            said |= one.fact.data
        said["asked"] = who_is_asked(said, self._bodies)
        return AdviceRequest(
            key="" if key.startswith("\0") else key,
            process=said.get("process", ""),
            first=told[0].fact,
            asked=said["asked"],
            body=said.get("body", ""),
            profession=said.get("profession", ""),
            advice_kind=said.get("advice_kind", ""),
            sent_on=min(one.sent_on for one in told),
            day=day,
            basis=basis,
            behind=tuple(one.fact.event for one in told),
            heard_at=min(confirmed, default=told[0].fact.recorded_at),
            reissue_of=said.get("reissue_of", ""),
            said=said,
        )

    def _answered(self, fact: Fact, day: date) -> str | None:
        """Return the request that a piece of advice answers, or `None`: no request, or more than one that fits."""
        if named := fact.data.get("advice_request"):
            return named if named in self.requests else None
        fitting = [key for key, request in self.requests.items() if self._fits(fact, day, request)]
        if len(fitting) > 1 and (kind := fact.data.get("advice_kind")):
            fitting = [key for key in fitting if self.requests[key].advice_kind == kind]
        return fitting[0] if len(fitting) == 1 else None

    def _fits(self, fact: Fact, day: date, request: AdviceRequest) -> bool:
        data = fact.data
        if self._code(data.get("body", "")) != self._code(request.body):
            return False
        if not request.body and data.get("advice_kind", "") != request.advice_kind:
            return False
        profession = data.get("profession", "")
        if profession and request.profession and profession != request.profession:
            return False
        process = data.get("process", "")
        if process and request.process and process != request.process and fact.source == request.first.source:
            return False
        return request.sent_on <= day <= request.sent_on + ADVICE_WINDOW

    def _code(self, name: str) -> str:
        body = self._bodies.get(name)
        return body.code if body else name
