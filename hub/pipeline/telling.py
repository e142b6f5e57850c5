"""What was told, as part of the area's fold: alerts, their deliveries, and what is announced of each subject.

Deciding happens at a tick (`of_child`, `of_area`); what stands in the journal is only folded (`raised`, `ended`,
`reported`), in live work and in a rebuild alike.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from hub.domain.access import OPEN
from hub.domain.alerts import AlertClosed, AlertRaised, AlertRetracted, AlertRow, Announced, Decision, Delivery
from hub.domain.announcements import after
from hub.domain.area_announcements import decide_backlog, decide_feeds, decide_quarantine, raise_dispute
from hub.domain.effects import Effects
from hub.domain.instants import instant, local_date
from hub.domain.messages import Waiting
from hub.domain.obligation import Judgement
from hub.domain.occasion import Case, Occasion, reference
from hub.pipeline import announce, notify
from hub.pipeline.journal import encode

KINDS: dict[type[Decision], str] = {
    AlertRaised: "alert_raised", AlertRetracted: "alert_retracted", AlertClosed: "alert_closed",
}  # fmt: skip


class Told:
    """Everything that the people of one area were told."""

    def __init__(self, area: str) -> None:
        self.area = area
        self.announced: dict[str, Announced] = {}
        self.alerts: dict[str, AlertRow] = {}
        self.deliveries: dict[str, dict[str, Delivery]] = defaultdict(dict)
        self._of_child: dict[str, dict[str, Announced]] = defaultdict(dict)
        self._ended: dict[str, AlertRetracted | AlertClosed] = {}

    def hold(self, told: Announced) -> None:
        """Take one announcement in."""
        self.announced[told.subject] = told
        if told.child:
            self._of_child[told.child][told.subject] = told

    def was_ended(self, decision: AlertRetracted | AlertClosed) -> None:
        """Keep an end that people are told of, for a report of delivery that comes after it."""
        self._ended[decision.alert] = decision

    # ── deciding, at a tick ───────────────────────────────────────────────────────────────────────────────────────────

    def of_child(self, occasion: Occasion, case: Case, judgement: Judgement) -> list[tuple[str, dict[str, Any]]]:
        """Return the decisions about one child."""
        before = self._of_child.get(case.child, {})
        return _decided(announce.visit(occasion, case, judgement, before).decisions)

    def of_area(
        self, occasion: Occasion, waiting: Counter[tuple[str, str]], quarantined: int
    ) -> list[tuple[str, dict[str, Any]]]:
        """Return the decisions about the area's feeds, its backlog and children that cannot be assessed."""
        backlog = [
            told for _, told in sorted(self.announced.items()) if told.state == "backlog" and told.restricted == OPEN
        ]
        feeds = decide_feeds(occasion, waiting, self.announced)
        errors = decide_quarantine(occasion, quarantined, self.announced)
        return _decided((*feeds, *decide_backlog(occasion, backlog, self.announced), *errors))

    def of_dispute(self, occasion: Occasion, answer: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        """Return the decision that tells the data manager of a dispute; it moves no legal date."""
        disputed = self.alerts.get(answer["alert"])
        if disputed is None or any(t.restricted for t in self._of_child[disputed.child].values()):
            return []  # of a restricted child nobody but assurance hears
        case = reference(disputed.child)
        return _decided([raise_dispute(occasion, disputed, answer.get("reason", ""), case, self.announced)])

    # ── folding ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def decided(self, kind: str, data: dict[str, Any], effects: Effects) -> None:
        """Fold a journalled decision: what is announced, the alert's row, its deliveries."""
        types = {name: struct for struct, name in KINDS.items()}
        decision: Decision = msgspec.convert(data, types[kind])
        for told in after(self.announced, [decision]).values():
            self.hold(told)
            effects.put("announced", (self.area, told.subject), (encode(told),))
        if isinstance(decision, AlertRetracted | AlertClosed) and decision.to:
            self.was_ended(decision)
        for row in announce.rows([decision], self.alerts).values():
            self.alerts[row.alert] = row
            effects.put("alert", (self.area, row.alert), _alert(row))
        known = {decision.alert: list(self.deliveries[decision.alert].values())}
        self._deliver(notify.deliveries([decision], known).values(), effects)

    def reported(self, data: dict[str, Any], effects: Effects) -> None:
        """Fold what a channel reported."""
        on = date.fromisoformat(data["on"])
        for one in data["deliveries"]:
            delivery = self.deliveries[one["alert"]].get(one["delivery"])
            if delivery is not None:
                taken = self._ended.get(delivery.alert)
                self._deliver(notify.reported(delivery, data["outcome"], on, taken), effects)

    def _deliver(self, deliveries: Iterable[Delivery], effects: Effects) -> None:
        for d in deliveries:
            self.deliveries[d.alert][d.delivery] = d
            row = (d.alert, d.kind, d.channel, d.to, d.state, d.on.isoformat())
            effects.put("delivery", (self.area, d.delivery), row)

    # ── sending ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def waiting(self) -> list[Waiting]:
        """Return the deliveries that wait, with what their alerts say."""
        found: list[Waiting] = []
        references = {told.alert: told for told in self.announced.values()}
        for alert, deliveries in sorted(self.deliveries.items()):
            row = self.alerts.get(alert)
            for _, delivery in sorted(deliveries.items()):
                if delivery.state == "pending" and row is not None:
                    told = references.get(alert)
                    child = row.child or (told.child if told else "")
                    found.append(
                        Waiting(delivery, row.announced, row.text, row.reason, reference(child) if child else "")
                    )
        return found

    def digested(self, on: date) -> set[tuple[str, str]]:
        """Return those who have had the day's digest."""
        return notify.digested((d for ds in self.deliveries.values() for d in ds.values()), on)


def local_day(taken_at: str) -> date:
    """Return the local date of an instant in our stamp form."""
    return local_date(instant(taken_at))


def _decided(decisions: Iterable[Decision]) -> list[tuple[str, dict[str, Any]]]:
    return [(KINDS[type(decision)], msgspec.to_builtins(decision)) for decision in decisions]


def _alert(row: AlertRow) -> tuple[Any, ...]:
    return (
        row.obligation, row.child, row.rule, row.role, row.body, row.to, row.state, row.announced, row.on.isoformat(),
        row.reason, row.text,
    )  # fmt: skip
